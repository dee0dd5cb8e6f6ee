//! `gong archive`: where the local copy is, what it holds, whether it is sound, and forgetting.

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{context::Context, exit::Failure, output::Format};

mod purge;
mod rebuild;
mod retain;
mod status;
mod verify;

/// The archive.
#[derive(Debug, Subcommand)]
pub(crate) enum Archive {
    Status(status::Status),
    Verify(verify::Verify),
    Purge(purge::Purge),
    Retain(retain::Retain),
    Rebuild(rebuild::Rebuild),
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
pub(crate) async fn run(ctx: &mut Context, args: Archive) -> Result<()> {
    match args {
        Archive::Status(status::Status {}) => status::run(ctx),
        Archive::Verify(args) => verify::run(ctx, args).await,
        Archive::Purge(args) => purge::run(ctx, args),
        Archive::Retain(args) => retain::run(ctx, &args),
        Archive::Rebuild(rebuild::Rebuild {}) => rebuild::run(ctx),
        Archive::Path(Path {}) => path(ctx),
    }
}

fn path(ctx: &mut Context) -> Result<()> {
    let globals = &ctx.globals;
    let is_projected = globals.jq.is_some() || !globals.fields.is_empty();
    if is_projected || !matches!(globals.output, Format::Auto) {
        let hint = "leave out -o, --fields, and --jq";
        return Err(Failure::usage("the path is a text and nothing else", hint).into());
    }
    let path = ctx.archive_folder()?.join("archive.db");
    ctx.output.text(&format!("{}\n", path.display()))?;
    Ok(ctx.output.flush()?)
}
