//! `gong logs`: who did what in Gong, for audits.

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use gong_types::{ListLogs, LogEntry, LogType, UserId};

use crate::{
    context::Context,
    exit::Failure,
    output::{Cell, Look, View},
    period_args::Dates,
};

/// Logs.
#[derive(Debug, Subcommand)]
pub(crate) enum Logs {
    List(List),
}

/// List who did what in Gong
///
/// Gong keeps the access log for 14 days, the log of user activity since March 2021, and the others
/// since the company began. What an entry says beyond who and when depends on the log, and Gong does
/// not describe it: see all of it with -o json.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong logs list --type access --last 7d\n  \
    gong logs list --type call-play --on yesterday -o csv\n  \
    gong logs list --type user-activity --last 1d --jq '[.userEmailAddress, .logRecord.action]'")]
pub(crate) struct List {
    /// Which log
    #[arg(long = "type", value_name = "LOG")]
    log: Log,

    #[command(flatten)]
    dates: Dates,
}

/// A log.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Log {
    /// Who logged in, and from where
    Access,
    /// What users changed
    UserActivity,
    /// Which calls users played
    CallPlay,
    /// Who opened calls that were shared outside
    SharedAccess,
    /// Who played calls that were shared outside
    SharedPlay,
}

impl From<Log> for LogType {
    fn from(log: Log) -> Self {
        match log {
            Log::Access => Self::Access,
            Log::UserActivity => Self::UserActivity,
            Log::CallPlay => Self::CallPlay,
            Log::SharedAccess => Self::SharedCallAccess,
            Log::SharedPlay => Self::SharedCallPlay,
        }
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Logs) -> Result<()> {
    match args {
        Logs::List(args) => list(ctx, args).await,
    }
}

async fn list(ctx: &mut Context, args: List) -> Result<()> {
    let period = ctx.period(args.dates)?;
    let from = period.from.ok_or_else(|| {
        Failure::usage(
            "Gong wants to know from when on",
            "add --last 7d, --on yesterday or --from WHEN",
        )
    })?;
    let logs = ListLogs { log_type: args.log.into(), from, to: period.to };
    ctx.show_all(&logs, "entries").await
}

impl View for LogEntry {
    const COLUMNS: &'static [&'static str] =
        &["TIME", "USER", "NAME", "WHAT", "CALL", "IMPERSONATED BY", "USER ID"];
    const FOR_PEOPLE: usize = 6;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let said = |name: &str| {
            self.log_record.as_ref().and_then(|it| it.get(name)).and_then(|it| it.as_str())
        };
        vec![
            look.time(self.event_time),
            Cell::maybe(self.user_email_address.as_deref()),
            Cell::maybe(self.user_full_name.as_deref()),
            Cell::maybe(said("action").or_else(|| said("callTitle"))),
            Cell::maybe(said("callId")),
            Cell::maybe(self.impersonator_email_address.as_deref()),
            Cell::maybe(self.user_id.as_ref().map(UserId::as_str)),
        ]
    }
}
