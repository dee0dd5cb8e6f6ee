//! The limits of a company: what they are, and the book that says whether a request may go.

mod book;
mod limiter;
mod pace;

use jiff::Timestamp;

pub(crate) use self::{
    book::{Book, Locks, Millis, Verdict},
    limiter::{Limiter, Permit},
};

/// How many requests a company allows, over all of its keys and programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In any second; 0 is no limit.
    pub per_second: u32,
    /// In any 24 hours; 0 is no limit.
    pub per_day: u32,
}

impl Default for Limits {
    /// What Gong allows a company that has not asked for more.
    fn default() -> Self {
        Self { per_second: 3, per_day: 10_000 }
    }
}

impl Limits {
    /// No limits, for a server that has none.
    pub const NONE: Self = Self { per_second: 0, per_day: 0 };
}

/// What is left of the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// How many requests count against the limit of a day. Requests are counted by the hour, so one
    /// may count for up to an hour longer than the 24 that it must.
    pub used: u64,
    /// How many requests a day are allowed; 0 is no limit.
    pub per_day: u32,
    /// How many are left; `None` without a limit.
    pub left: Option<u64>,
    /// How many requests a second are allowed; 0 is no limit.
    pub per_second: u32,
    /// When the oldest requests stop counting; `None` if there are none.
    pub next_release: Option<Timestamp>,
    /// Until when Gong asked everyone to wait; `None` if it did not, or that is over.
    pub paused_until: Option<Timestamp>,
}
