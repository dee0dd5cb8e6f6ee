//! `gong quota`: how many requests are left today, as far as this machine knows.

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    context::Context,
    output::{Cell, Look, View},
};

/// How many requests are left today
///
/// Gong does not tell; this counts the requests of every gong of this user in the last 24 hours.
/// Other programs that use the same company count too, and are not seen here.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  gong quota\n  gong quota --jq .left")]
pub(crate) struct Quota {}

/// What is left, in our own words: this is no record of Gong's.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remaining {
    requests_per_second: u32,
    requests_per_day: u32,
    used: u64,
    left: Option<u64>,
    next_leaves_at: Option<Timestamp>,
    paused_until: Option<Timestamp>,
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context) -> Result<()> {
    let quota = ctx.client().await?.quota()?;
    let remaining = Remaining {
        requests_per_second: quota.per_second,
        requests_per_day: quota.per_day,
        used: quota.used,
        left: quota.left,
        next_leaves_at: quota.next_release,
        paused_until: quota.paused_until,
    };
    ctx.show_own(&remaining)
}

impl View for Remaining {
    const COLUMNS: &'static [&'static str] =
        &["USED IN 24 H", "LEFT", "A DAY", "A SECOND", "NEXT ONE FREE", "PAUSED UNTIL"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let no_limit = || Cell::text("no limit");
        let limit = |limit: u32| if limit == 0 { no_limit() } else { Cell::number(limit) };
        vec![
            Cell::number(self.used),
            self.left.map_or_else(no_limit, Cell::number),
            limit(self.requests_per_day),
            limit(self.requests_per_second),
            look.time(self.next_leaves_at),
            look.time(self.paused_until),
        ]
    }
}
