//! The even pace inside a process: requests are spread over the second instead of bunched.

use std::{num::NonZeroU32, ops::Add, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::Instant;

/// Lets one request through each n-th of a second, and never two at once.
#[derive(Debug)]
pub(crate) struct Pace {
    governor: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Moment>>,
}

impl Pace {
    /// `None` if there is no limit.
    pub(crate) fn new(per_second: u32) -> Option<Self> {
        let per_second = NonZeroU32::new(per_second)?;
        let quota = Quota::with_period(Duration::from_secs(1) / per_second.get())?;
        let governor = RateLimiter::direct_with_clock(quota, TokioClock);
        Some(Self { governor })
    }

    /// Lets one through, or says how long to wait before asking again.
    pub(crate) fn check(&self) -> Result<(), Duration> {
        self.governor.check().map_err(|until| until.wait_time_from(TokioClock.now()))
    }
}

/// Tokio's clock, which tests can drive.
#[derive(Debug, Clone, Copy)]
struct TokioClock;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(Instant);

impl Clock for TokioClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        Moment(Instant::now())
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

impl Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, more: Nanos) -> Self {
        Self(self.0 + Duration::from(more))
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn three_a_second_are_not_six_in_the_first() {
        let pace = Pace::new(3).unwrap();
        let start = Instant::now();
        let mut sent = Vec::new();
        while sent.len() < 7 {
            match pace.check() {
                Ok(()) => sent.push(start.elapsed().as_millis()),
                Err(wait) => sleep(wait).await,
            }
        }
        assert_eq!(sent.iter().filter(|at| **at < 1000).count(), 3, "{sent:?}");
        assert!(*sent.last().unwrap() < 2100, "{sent:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_rest_is_not_saved_up_for_a_burst() {
        let pace = Pace::new(3).unwrap();
        advance(Duration::from_mins(1)).await;
        assert!(pace.check().is_ok());
        assert!(pace.check().is_err());
    }

    #[test]
    fn none_is_no_pace() {
        assert!(Pace::new(0).is_none());
    }
}
