//! `cargo xtask test`: all that CI checks, step by step.

use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::{
    docs,
    shell::{self, cargo, gong},
    spec, tidy,
};

/// Which step to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only this step
    step: Option<Step>,
}

/// The steps, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The code is formatted as rustfmt would
    Fmt,
    /// The rules of this repository that no linter has
    Tidy,
    /// No warnings of the compiler and of clippy
    Clippy,
    /// Everything builds, the tests too
    Build,
    /// The generated reference says what gong says
    Docs,
    /// Every operation has a type, a command, and a route, or none of them
    Spec,
    /// All tests pass, those in the documentation too
    Test,
    /// The documentation of the crates has no broken links
    Rustdoc,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let begin = Instant::now();
    let steps = match &args.step {
        Some(step) => std::slice::from_ref(step),
        None => Step::value_variants(),
    };
    for step in steps {
        let name = step.to_possible_value().map(|value| value.get_name().to_owned());
        let name = name.unwrap_or_default();
        let begin = Instant::now();
        println!("── {name}");
        step.run(args.step.is_some()).with_context(|| format!("step {name} failed"))?;
        println!("── {name}: passed in {:.1} s", begin.elapsed().as_secs_f64());
    }
    let seconds = begin.elapsed().as_secs_f64();
    match steps {
        [_] => println!("step passed in {seconds:.1} s"),
        all => println!("all {} steps passed in {seconds:.1} s", all.len()),
    }
    Ok(())
}

impl Step {
    fn run(self, is_alone: bool) -> Result<()> {
        match self {
            Self::Fmt => shell::run(&mut cargo(&["fmt", "--all", "--check"])),
            Self::Tidy => {
                said("tidy");
                tidy::run()
            }
            Self::Clippy => shell::run(&mut cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ])),
            Self::Build => shell::build(),
            Self::Docs => {
                build_first(is_alone)?;
                said("docs --check");
                docs::check(&gong("debug")?)
            }
            Self::Spec => {
                build_first(is_alone)?;
                said("spec --check");
                spec::check(&gong("debug")?)
            }
            Self::Test => shell::run(&mut cargo(&["test", "--workspace", "--locked"])),
            Self::Rustdoc => shell::run(
                cargo(&["doc", "--no-deps", "--workspace", "--locked"])
                    .env("RUSTDOCFLAGS", "-D warnings"),
            ),
        }
    }
}

fn build_first(is_alone: bool) -> Result<()> {
    if is_alone { shell::build() } else { Ok(()) }
}

/// Shows a step that runs in this process as the command that does the same.
fn said(verb: &str) {
    println!("$ cargo xtask {verb}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn the_manual_names_the_steps_in_their_order() {
        let names: Vec<_> = Step::value_variants()
            .iter()
            .filter_map(Step::to_possible_value)
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let manual = workspace::read("docs/contributing.md").unwrap();
        assert!(manual.contains(&names.join(", ")), "{names:?}");
    }
}
