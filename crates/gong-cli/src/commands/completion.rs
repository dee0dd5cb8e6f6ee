//! `gong completion`: completions for shells.

use std::io::Write as _;

use anyhow::Result;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

/// Completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong completion bash\n  \
    gong completion zsh")]
pub(crate) struct Completion {
    /// Which shell
    shell: Shell,
}

/// Prints them.
pub(crate) fn run(args: &Completion) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::args::Cli::command(), "gong", &mut script);
    Ok(std::io::stdout().write_all(&script)?)
}
