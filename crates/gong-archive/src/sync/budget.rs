//! The budget of a sync: whether one more request may be sent.

use std::sync::atomic::Ordering;

use gong_client::Client;
use jiff::{SignedDuration, Timestamp};

use super::{Ended, SyncOptions};
use crate::error::Result;

/// When nothing that was sent now counts any more.
const ALL_OVER: SignedDuration = SignedDuration::from_hours(26);

/// Counts the requests of a sync.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// How many were allowed.
    pub(super) requests: u64,
    /// How many of them have no answer yet. They may not be counted by the client.
    in_flight: u64,
}

impl Budget {
    /// Takes a request, or says why the sync ends here.
    pub(super) fn take(&mut self, client: &Client, options: &SyncOptions) -> Result<Option<Ended>> {
        if options.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Ok(Some(Ended::Stopped));
        }
        if options.max_requests.is_some_and(|most| self.requests >= most) {
            return Ok(Some(Ended::MaxRequests));
        }
        let quota = client.quota()?;
        let used = f64::from(u32::try_from(quota.used + self.in_flight).unwrap_or(u32::MAX));
        let most = per_day(quota.per_day, options);
        if quota.per_day > 0 && used >= most {
            let in_flight = f64::from(u32::try_from(self.in_flight).unwrap_or(u32::MAX));
            let below = client.when_below(most - in_flight)?;
            let below = below.map_or_else(|| Timestamp::now().checked_add(ALL_OVER), Ok);
            let resume_at = quota.paused_until.max(below.ok()).unwrap_or_else(Timestamp::now);
            return Ok(Some(Ended::Budget { resume_at }));
        }
        self.requests += 1;
        self.in_flight += 1;
        Ok(None)
    }

    /// A request that was taken has its answer. It may have taken more than one.
    pub(super) fn answered(&mut self, requests: u64) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.requests += requests.saturating_sub(1);
    }
}

/// How many of the requests of a day may be used.
pub(super) fn per_day(limit: u32, options: &SyncOptions) -> f64 {
    f64::from(limit) * options.daily_budget.clamp(0.0, 1.0)
}
