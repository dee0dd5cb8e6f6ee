//! `gong targets`: what people and teams are to reach.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_client::Content;
use gong_types::{ListTargets, Target, UploadTargetAssignments, WorkspaceId};

use crate::{
    context::Context,
    output::{Cell, Look, View},
};

mod sheet;

/// Targets.
#[derive(Debug, Subcommand)]
pub(crate) enum Targets {
    List(List),
    Upload(Upload),
}

/// List the targets of a workspace
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong targets list --workspace 92800920789198065\n  \
    gong targets list --workspace 92800920789198065 --jq .id")]
pub(crate) struct List {
    /// The workspace, as gong workspaces list shows it
    #[arg(long, value_name = "ID")]
    workspace: WorkspaceId,
}

/// Send a CSV file that says who is to reach how much of a target
///
/// The columns are Team member identifier, Is Team, Period and Value, and Currency for targets of
/// money, written so. The identifier is an e-mail address or an id of the CRM; a period is such as
/// April FY2026, Q2 FY2026 or FY2026. They are looked at before anything is sent.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong targets upload 5900293204860391008 quota.csv --workspace 92800920789198065 --validate-only\n  \
    gong targets upload 5900293204860391008 quota.csv --workspace 92800920789198065 --yes")]
pub(crate) struct Upload {
    /// The target, as gong targets list shows it
    #[arg(value_name = "TARGET-ID")]
    id: String,

    /// The file
    file: PathBuf,

    /// The workspace of the target
    #[arg(long, value_name = "ID")]
    workspace: WorkspaceId,

    /// Only have Gong look for mistakes in the file
    #[arg(long)]
    validate_only: bool,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Targets) -> Result<()> {
    match args {
        Targets::List(List { workspace: workspace_id }) => {
            ctx.show_all(&ListTargets { workspace_id }, "targets").await
        }
        Targets::Upload(args) => upload(ctx, args).await,
    }
}

async fn upload(ctx: &mut Context, args: Upload) -> Result<()> {
    // First, so that a file that changes while it is looked at is found out.
    let content = Content::file(&args.file)?;
    sheet::check(&args.file)?;
    let upload = UploadTargetAssignments {
        target_id: args.id,
        workspace_id: args.workspace,
        validate_only: args.validate_only.then_some(true),
    };
    let question = format!("Set target {} as the file says?", upload.target_id);
    let answer = if args.validate_only {
        ctx.write_unasked(&upload, Some(&content)).await?
    } else {
        ctx.write_with(&upload, Some(&content), &question).await?
    };
    let Some(answer) = answer else { return Ok(()) };
    if let Some(answer) = answer {
        ctx.output.one(&answer)?;
    }
    ctx.ui.status(if args.validate_only {
        "Gong finds no mistakes; nothing was changed"
    } else {
        "the target is set"
    });
    Ok(())
}

impl View for Target {
    const COLUMNS: &'static [&'static str] =
        &["ID", "NAME", "TYPE", "UNIT", "FOR", "CREATED", "DESCRIPTION"];
    const FOR_PEOPLE: usize = 6;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::maybe(self.name.as_deref()),
            Cell::maybe(self.kind.as_deref()),
            Cell::maybe(self.unit.as_deref()),
            Cell::maybe(self.hierarchy_type.as_deref()),
            look.time(self.created_date_time),
            Cell::maybe(self.description.as_deref()),
        ]
    }
}
