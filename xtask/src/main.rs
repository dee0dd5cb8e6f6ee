//! Chores of this workspace, one verb a file: `cargo xtask` lists them.
//!
//! It knows the crates by their text, by cargo, and by the built `gong`, and depends on none of
//! them, so that it builds in seconds and cannot agree with a mistake of theirs.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore says on the terminal what it did"
)]

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};

mod bench;
mod dist;
mod docs;
mod models;
mod operations;
mod shell;
mod snapshots;
mod spec;
mod test;
mod tidy;
mod workspace;

/// Chores of this workspace
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Check everything that CI checks, cheap steps first, and stop at the first failure
    Test(test::Args),
    /// Check the rules of this repository that no linter has
    Tidy,
    /// Write docs/reference from what the built gong says about itself
    Docs(docs::Args),
    /// Show which operation has a type, a command, a route of the sandbox, and a line in the reference
    Spec(spec::Args),
    /// Run the tests, accept every changed snapshot, and list what changed
    Snapshots,
    /// Measure the release build against its targets, on a server of ready-made answers
    Bench(bench::Args),
    /// Check that every crate can be published, and build what is handed out
    Dist,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    match &args.verb {
        None => Ok(Args::command().print_help()?),
        Some(Verb::Test(args)) => test::run(args),
        Some(Verb::Tidy) => tidy::run(),
        Some(Verb::Docs(args)) => docs::run(args),
        Some(Verb::Spec(args)) => spec::run(args),
        Some(Verb::Snapshots) => snapshots::run(),
        Some(Verb::Bench(args)) => bench::run(args),
        Some(Verb::Dist) => dist::run(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_hold_together() {
        Args::command().debug_assert();
    }
}
