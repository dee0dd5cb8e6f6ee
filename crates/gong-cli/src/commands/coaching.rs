//! `gong coaching`: how managers work with those who report to them.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{CoachingUser, GetCoaching, ManagerCoaching, WorkspaceId};

use crate::{
    context::Context,
    exit::Failure,
    output::{Cell, Look, View},
    period_args::Dates,
};

/// Coaching.
#[derive(Debug, Subcommand)]
pub(crate) enum Coaching {
    List(List),
}

/// Show the coaching metrics of everybody who reports to a manager
///
/// A table has a row for each metric of each report, with how many values it has. Somebody to whom
/// nobody reports gives an empty list.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong coaching list --manager jane@company.example --workspace 623457276584334 --last 90d\n  \
    gong coaching list --manager 4297232893451866744 --workspace 623457276584334 \\\n      \
      --on last-quarter -o csv")]
pub(crate) struct List {
    /// The manager: an id or an e-mail address
    #[arg(long, value_name = "USER")]
    manager: String,

    /// The workspace, as gong workspaces list shows it
    #[arg(long, value_name = "ID")]
    workspace: WorkspaceId,

    #[command(flatten)]
    dates: Dates,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Coaching) -> Result<()> {
    match args {
        Coaching::List(args) => list(ctx, args).await,
    }
}

async fn list(ctx: &mut Context, args: List) -> Result<()> {
    let period = ctx.period(args.dates)?;
    let from = period.from.ok_or_else(|| {
        Failure::usage(
            "Gong wants to know from when on",
            "add --last 90d, --on last-quarter or --from WHEN",
        )
    })?;
    let to = period.to.unwrap_or(ctx.now);
    let ids = ctx.users_named(&[args.manager]).await?;
    let [manager_id] =
        <[_; 1]>::try_from(ids).map_err(|_| anyhow::anyhow!("one manager was named"))?;
    let coaching = GetCoaching { workspace_id: args.workspace, manager_id, from, to };
    ctx.show_all(&coaching, "managers").await
}

impl View for ManagerCoaching {
    const COLUMNS: &'static [&'static str] = &["MANAGER", "REPORT", "METRIC", "COUNT", "VALUES"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let mut cells = vec![Cell::empty(); Self::COLUMNS.len()];
        cells[0] = Cell::maybe(self.manager.as_ref().map(name));
        cells
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let manager = self.cells(look);
        let mut rows = Vec::new();
        for coached in self.direct_reports_metrics.iter().flatten() {
            let report = coached.report.as_ref().map(name);
            for (metric, values) in coached.metrics.iter().flatten() {
                let values = values.as_deref().unwrap_or_default();
                rows.push(vec![
                    manager[0].clone(),
                    Cell::maybe(report.clone()),
                    Cell::text(metric),
                    Cell::number(values.len()),
                    Cell::text(values.join(", ")),
                ]);
            }
        }
        rows
    }
}

/// What somebody is called, or at least their address.
fn name(user: &CoachingUser) -> String {
    let names = [user.first_name.as_deref(), user.last_name.as_deref()];
    let names: Vec<_> = names.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    match (names.as_slice(), &user.email_address) {
        ([], Some(address)) => address.clone(),
        (names, _) => names.join(" "),
    }
}
