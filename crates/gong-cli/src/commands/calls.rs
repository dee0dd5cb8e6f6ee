//! `gong calls`: what was held, who took part, and what was said.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{Call, ListCalls, WorkspaceId};

use crate::{
    context::Context,
    output::{Cell, Look, Mark, View},
    period_args::Dates,
};

mod access;
mod add;
mod associations;
mod get;
mod media;
mod recording;
mod search;
mod transcript;
mod upload;

/// Calls.
#[derive(Debug, Subcommand)]
pub(crate) enum Calls {
    List(List),
    Search(search::Search),
    Get(get::Get),
    Transcript(transcript::Transcript),
    Add(add::Add),
    Upload(upload::Upload),
    Media(media::Media),
    /// Show and change who may see single calls
    #[command(subcommand)]
    Access(access::Access),
    Associations(associations::Associations),
}

/// List the calls of a date range: id, start, minutes, title and address
///
/// Without dates these are all calls there are. Gong shows a call when it has processed it, minutes
/// to hours after it ended.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls list --last 7d\n  \
    gong calls list --on yesterday -o csv\n  \
    gong calls list --from 2026-01-01 --to 2026-01-31 --jq .title")]
pub(crate) struct List {
    /// Only calls of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,

    #[command(flatten)]
    dates: Dates,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Calls) -> Result<()> {
    match args {
        Calls::List(args) => list(ctx, args).await,
        Calls::Search(args) => search::run(ctx, args).await,
        Calls::Get(args) => get::run(ctx, args).await,
        Calls::Transcript(args) => Box::pin(transcript::run(ctx, args)).await,
        Calls::Add(args) => Box::pin(add::run(ctx, args)).await,
        Calls::Upload(args) => upload::run(ctx, args).await,
        Calls::Media(args) => media::run(ctx, args).await,
        Calls::Access(args) => access::run(ctx, args).await,
        Calls::Associations(args) => associations::run(ctx, args).await,
    }
}

async fn list(ctx: &mut Context, args: List) -> Result<()> {
    let List { dates, workspace } = args;
    let period = ctx.period(dates)?;
    let calls = ListCalls { from: period.from, to: period.to, workspace_id: workspace };
    ctx.show_all(&calls, "calls").await
}

impl View for Call {
    const COLUMNS: &'static [&'static str] = &["ID", "STARTED", "MINUTES", "TITLE", "URL"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let title = match self.is_private {
            Some(true) if look.person => {
                let title = self.title.as_deref().unwrap_or_default();
                Cell::text(format!("{title} (private)")).marked(Mark::Dim)
            }
            _ => Cell::maybe(self.title.as_deref()),
        };
        vec![
            Cell::text(self.id.as_str()),
            look.time(self.started),
            look.minutes(self.duration),
            title,
            Cell::maybe(self.url.as_deref()),
        ]
    }
}
