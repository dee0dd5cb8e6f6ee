//! The options for dates, the same for every command that has any.

use anyhow::Result;
use clap::Args;
use gong_types::{Ago, Period, PeriodArgs, When};
use jiff::{Timestamp, tz::TimeZone};

/// Which stretch of time: --from and --to, or --last, or --on.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Dates (see gong help dates)")]
pub(crate) struct Dates {
    /// From this moment on: 2026-01-15, yesterday, last-week, 7d, or RFC 3339
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub(crate) from: Option<When>,

    /// Until this moment; a day is included whole
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub(crate) to: Option<When>,

    /// The time until now: 7d, 2w, 36h, 1mo
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to", "on"])]
    pub(crate) last: Option<Ago>,

    /// One day, or one span such as last-month
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["from", "to"])]
    pub(crate) on: Option<When>,
}

impl Dates {
    /// Whether any of them was given.
    pub(crate) fn is_any(&self) -> bool {
        self.from.is_some() || self.to.is_some() || self.last.is_some() || self.on.is_some()
    }

    /// The instants that are meant.
    pub(crate) fn resolve(self, now: Timestamp, zone: &TimeZone) -> Result<Period> {
        let Self { from, to, last, on } = self;
        Ok(PeriodArgs { from, to, last, on }.resolve(now, zone)?)
    }
}
