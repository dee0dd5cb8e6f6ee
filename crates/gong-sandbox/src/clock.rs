//! The sandbox's clock: the wall time it shows moves with tokio's time, so tests can drive it.

use std::{sync::Mutex, time::Duration};

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use tokio::time::Instant;

use crate::sandbox::lock;

/// The sandbox's clock.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    /// What the wall time was when the sandbox started, or would have been.
    base: Mutex<Timestamp>,
}

/// One reading of the clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Time since the sandbox started.
    pub(crate) elapsed: Duration,
    /// The wall time.
    pub(crate) wall: Timestamp,
}

impl Clock {
    pub(crate) fn starting_at(base: Timestamp) -> Self {
        Self { started: Instant::now(), base: Mutex::new(base) }
    }

    /// Makes it another time of day now.
    pub(crate) fn put(&self, now: Timestamp) {
        *lock(&self.base) = now.checked_sub(self.started.elapsed()).unwrap_or(Timestamp::MIN);
    }

    pub(crate) fn read(&self) -> Moment {
        let elapsed = self.started.elapsed();
        Moment { elapsed, wall: later(*lock(&self.base), elapsed) }
    }
}

/// The moment `wait` after `moment`, or the last there is.
pub(crate) fn later(moment: Timestamp, wait: Duration) -> Timestamp {
    moment.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// A moment as HTTP headers show it.
pub(crate) fn http_date(moment: Timestamp) -> String {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&moment)
        .unwrap_or_else(|_| "Thu, 01 Jan 1970 00:00:00 GMT".to_owned())
}

/// The first moment of the next UTC day.
pub(crate) fn next_midnight(moment: Timestamp) -> Timestamp {
    let day = i64::from(SECONDS_PER_DAY);
    let seconds = (moment.as_second().div_euclid(day) + 1) * day;
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

const SECONDS_PER_DAY: i32 = 86_400;

#[cfg(test)]
mod tests {
    use super::{http_date, next_midnight};

    #[test]
    fn the_next_midnight_is_never_now() {
        let midnight = "2026-11-23T00:00:00Z".parse().unwrap();
        assert_eq!(next_midnight("2026-11-22T23:59:59.999Z".parse().unwrap()), midnight);
        assert_eq!(next_midnight(midnight), "2026-11-24T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn dates_have_the_form_that_http_wants() {
        assert_eq!(
            http_date("2026-11-02T08:05:09Z".parse().unwrap()),
            "Mon, 02 Nov 2026 08:05:09 GMT"
        );
    }
}
