//! `gong archive`: where the local copy is, what it holds, whether it is sound, and forgetting.

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::context::Context;

mod purge;
mod retain;

/// The archive.
#[derive(Debug, Subcommand)]
pub(crate) enum Archive {
    Purge(purge::Purge),
    Retain(retain::Retain),
    Path(Path),
}

/// Where the database is
///
/// It is an ordinary SQLite file, which any program that reads SQLite may open, also while gong
/// sync runs. It need not be there yet.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  gong archive path")]
pub(crate) struct Path {}

/// Runs one of them.
pub(crate) fn run(ctx: &mut Context, args: Archive) -> Result<()> {
    match args {
        Archive::Purge(args) => purge::run(ctx, args),
        Archive::Retain(args) => retain::run(ctx, &args),
        Archive::Path(Path {}) => path(ctx),
    }
}

fn path(ctx: &mut Context) -> Result<()> {
    let path = ctx.archive_folder()?.join("archive.db");
    ctx.output.text(&format!("{}\n", path.display()))?;
    Ok(ctx.output.flush()?)
}
