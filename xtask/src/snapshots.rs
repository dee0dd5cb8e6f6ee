//! `cargo xtask snapshots`: takes what the tests say now for what they should say.

use std::process::Command;

use anyhow::Result;

use crate::{shell, workspace};

pub(crate) fn run() -> Result<()> {
    shell::run(
        shell::cargo(&["test", "--workspace", "--locked"])
            .env("INSTA_UPDATE", "always")
            .env("INSTA_FORCE_PASS", "1"),
    )?;
    let status = shell::output(
        Command::new("git")
            .args(["status", "--porcelain", "--untracked-files=all", "--", "*.snap"])
            .current_dir(workspace::root()),
    )?;
    if status.is_empty() {
        println!("no snapshot changed");
    } else {
        println!("changed snapshots, to be read with `git diff` before they are committed:");
        print!("{status}");
    }
    Ok(())
}
