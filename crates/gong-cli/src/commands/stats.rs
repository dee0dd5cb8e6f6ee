//! `gong stats`: what the people of the company did, and how their calls went.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{DateRange, UserId};

use crate::{context::Context, period_args::Dates};

mod activity;
mod counters;
mod interaction;
mod scorecards;

/// Statistics.
#[derive(Debug, Subcommand)]
pub(crate) enum Stats {
    Activity(activity::Activity),
    Daily(activity::Daily),
    Periods(activity::Periods),
    Interaction(interaction::Interaction),
    Scorecards(scorecards::Scorecards),
}

/// Of whom, and when: what most statistics ask.
#[derive(Debug, Args)]
pub(crate) struct Who {
    /// Only this user: an id or an e-mail address
    #[arg(long, value_name = "USER")]
    user: Vec<String>,

    #[command(flatten)]
    dates: Dates,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Stats) -> Result<()> {
    match args {
        Stats::Activity(args) => activity::activity(ctx, args).await,
        Stats::Daily(args) => activity::daily(ctx, args).await,
        Stats::Periods(args) => activity::periods(ctx, args).await,
        Stats::Interaction(args) => interaction::run(ctx, args).await,
        Stats::Scorecards(args) => scorecards::run(ctx, args).await,
    }
}

impl Who {
    /// The days and the users that are meant; `None` if finding the users was not sent, for a dry
    /// run.
    async fn find(self, ctx: &mut Context) -> Result<Option<(DateRange, Option<Vec<UserId>>)>> {
        let range = ctx.company_days(self.dates).await?;
        ctx.look_in_company_zone();
        if self.user.is_empty() {
            return Ok(Some((range, None)));
        }
        let users = ctx.users_named(&self.user).await?;
        Ok(users.map(|users| (range, Some(users))))
    }
}
