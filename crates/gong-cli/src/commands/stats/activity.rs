//! Activity of users: counted over a period, over each part of it, or call by call.

use anyhow::Result;
use clap::{Args, ValueEnum};
use gong_types::{ActivityByPeriod, AggregateActivity, AggregationPeriod, DailyActivity};

use super::Who;
use crate::context::Context;

/// Count what users did in a period: calls hosted, attended, listened to, commented on, and more
///
/// Gong counts whole days in the time zone of the company, up to yesterday. Which days those are is
/// shown with -v and --dry-run.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong stats activity --last 30d\n  \
    gong stats activity --on last-quarter -o csv\n  \
    gong stats activity --last 7d --user jane@company.example")]
pub(crate) struct Activity {
    #[command(flatten)]
    who: Who,
}

/// Show with which calls users did what, day by day
///
/// The records hold the ids of the calls; tables and CSV have a row for each day of each user with
/// the number of calls. Days are those of the company. Users who did nothing are left out.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong stats daily --last 7d -o csv\n  \
    gong stats daily --on last-week --user jane@company.example \\\n      \
      --jq '.userDailyActivityStats[].callsAsHost[]'")]
pub(crate) struct Daily {
    #[command(flatten)]
    who: Who,
}

/// Count what users did in each day, week, month, quarter or year of a period
///
/// Weeks begin on Monday. The first and the last part are cut to the period that was asked for. In
/// tables and CSV, FROM and TO are the first and the last day of a part, in the zone of the company.
/// Without --user only those who did something are listed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong stats periods --every week --last 90d\n  \
    gong stats periods --every month --on last-quarter -o csv")]
pub(crate) struct Periods {
    /// How long each part is
    #[arg(long, value_name = "PART", default_value = "week")]
    every: Part,

    #[command(flatten)]
    who: Who,
}

/// A part of a period.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Part {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl From<Part> for AggregationPeriod {
    fn from(part: Part) -> Self {
        match part {
            Part::Day => Self::Day,
            Part::Week => Self::Week,
            Part::Month => Self::Month,
            Part::Quarter => Self::Quarter,
            Part::Year => Self::Year,
        }
    }
}

/// `gong stats activity`.
pub(super) async fn activity(ctx: &mut Context, args: Activity) -> Result<()> {
    let Some((range, user_ids)) = args.who.find(ctx).await? else { return Ok(()) };
    let stats = AggregateActivity { from: range.from, to: range.to, user_ids };
    ctx.show_all(&stats, "users").await
}

/// `gong stats daily`.
pub(super) async fn daily(ctx: &mut Context, args: Daily) -> Result<()> {
    let Some((range, user_ids)) = args.who.find(ctx).await? else { return Ok(()) };
    let stats = DailyActivity { from: range.from, to: range.to, user_ids };
    ctx.show_all(&stats, "users").await
}

/// `gong stats periods`.
pub(super) async fn periods(ctx: &mut Context, args: Periods) -> Result<()> {
    let Some((range, user_ids)) = args.who.find(ctx).await? else { return Ok(()) };
    let every = args.every.into();
    let stats = ActivityByPeriod { every, from: range.from, to: range.to, user_ids };
    ctx.show_all(&stats, "users").await
}
