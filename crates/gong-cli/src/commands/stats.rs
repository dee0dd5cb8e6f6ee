//! `gong stats`: what the people of the company did.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{AggregateActivity, UserActivity};

use crate::{
    context::Context,
    output::{Cell, Look, View},
    period_args::Dates,
};

/// Statistics.
#[derive(Debug, Subcommand)]
pub(crate) enum Stats {
    /// Count what users did in a period: calls hosted, attended, listened to, commented on, and more
    Activity(Activity),
}

/// Count what users did in a period
///
/// Gong counts whole days in the time zone of the company, up to yesterday. Which days those are is
/// shown with -v and --dry-run.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong stats activity --last 30d\n  \
    gong stats activity --on last-quarter -o csv\n  \
    gong stats activity --last 7d --user jane@company.example")]
pub(crate) struct Activity {
    /// Only this user: an id or an e-mail address
    #[arg(long, value_name = "USER")]
    user: Vec<String>,

    #[command(flatten)]
    dates: Dates,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Stats) -> Result<()> {
    match args {
        Stats::Activity(args) => activity(ctx, args).await,
    }
}

async fn activity(ctx: &mut Context, args: Activity) -> Result<()> {
    let Activity { dates, user } = args;
    let range = ctx.company_days(dates).await?;
    let user_ids = match user.as_slice() {
        [] => None,
        given => match ctx.users_named(given).await? {
            None => return Ok(()),
            ids => ids,
        },
    };
    let stats = AggregateActivity { from: range.from, to: range.to, user_ids };
    ctx.show_all(&stats, "users").await
}

impl View for UserActivity {
    const COLUMNS: &'static [&'static str] = &[
        "USER",
        "HOSTED",
        "ATTENDED",
        "LISTENED",
        "COMMENTED",
        "FEEDBACK",
        "SCORED",
        "LISTENED OWN",
        "COMMENTS GOT",
        "FEEDBACK GOT",
        "FEEDBACK ASKED",
        "SCORECARDS GOT",
        "SHARED INTERNALLY",
        "SHARED EXTERNALLY",
        "MARKED GIVEN",
        "MARKED GOT",
        "USER ID",
    ];
    const FOR_PEOPLE: usize = 7;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let user = self.user_email_address.as_deref().unwrap_or(self.user_id.as_str());
        let counters = self.user_aggregate_activity_stats.as_ref();
        let counts = counters.map(|it| {
            [
                it.calls_as_host,
                it.calls_attended,
                it.others_calls_listened_to,
                it.calls_comments_given,
                it.calls_gave_feedback,
                it.calls_scorecards_filled,
                it.own_calls_listened_to,
                it.calls_comments_received,
                it.calls_received_feedback,
                it.calls_requested_feedback,
                it.calls_scorecards_received,
                it.calls_shared_internally,
                it.calls_shared_externally,
                it.calls_marked_as_feedback_given,
                it.calls_marked_as_feedback_received,
            ]
        });
        let counts = counts.unwrap_or_default().map(|count| match count {
            Some(count) => Cell::number(count),
            None => Cell::number(""),
        });
        std::iter::once(Cell::text(user))
            .chain(counts)
            .chain([Cell::text(self.user_id.as_str())])
            .collect()
    }
}
