//! `cargo xtask docs`: the reference pages, as `gong` writes them about itself.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{shell, workspace};

/// The pages under `docs/reference`.
const PAGES: [&str; 4] = ["cli", "environment", "exit-codes", "operations"];

/// What to do with the pages.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing, and fail if a page is not what it should be
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    shell::build()?;
    let gong = shell::gong("debug")?;
    if args.check { check(&gong) } else { write(&gong) }
}

/// Fails if a page is not what `gong` says now.
pub(crate) fn check(gong: &Path) -> Result<()> {
    let mut stale = Vec::new();
    for page in PAGES {
        let path = path_of(page);
        let written = fs::read_to_string(workspace::root().join(&path)).unwrap_or_default();
        if let Some(difference) = first_difference(&written, &reference(gong, page)?) {
            println!("{path}:{difference}");
            stale.push(path);
        }
    }
    if !stale.is_empty() {
        bail!("{} differ from what gong says; run `cargo xtask docs`", stale.join(", "));
    }
    println!("{} pages say what gong says", PAGES.len());
    Ok(())
}

/// One page, as `gong` writes it.
pub(crate) fn reference(gong: &Path, page: &str) -> Result<String> {
    shell::output(Command::new(gong).args(["reference", page]))
}

fn write(gong: &Path) -> Result<()> {
    for page in PAGES {
        let path = path_of(page);
        let text = reference(gong, page)?;
        let file = workspace::root().join(&path);
        if fs::read_to_string(&file).is_ok_and(|written| written == text) {
            println!("{path}: unchanged");
            continue;
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, text).with_context(|| format!("cannot write {path}"))?;
        println!("{path}: written");
    }
    Ok(())
}

fn path_of(page: &str) -> String {
    format!("docs/reference/{page}.md")
}

/// Where the texts part, as a line number with what stands there and what should.
fn first_difference(written: &str, wanted: &str) -> Option<String> {
    if written == wanted {
        return None;
    }
    let (mut written, mut wanted) = (written.lines(), wanted.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (written.next(), wanted.next()) {
            (None, None) => return Some(format!("{number}: the line ends differ")),
            (was, is) if was != is => {
                let show = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return Some(format!("{number}:\n  - {}\n  + {}", show(was), show(is)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pages_do_not_differ() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn the_first_line_that_differs_is_shown() {
        let shown = |written, wanted| first_difference(written, wanted).unwrap();
        assert_eq!(shown("a\nb\nc\n", "a\nx\nc\n"), "2:\n  - b\n  + x");
        assert_eq!(shown("a\n", "a\nb\n"), "2:\n  - (the end)\n  + b");
        assert_eq!(shown("", "a\n"), "1:\n  - (the end)\n  + a");
        assert_eq!(shown("a", "a\n"), "2: the line ends differ");
    }
}
