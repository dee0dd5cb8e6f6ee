//! The wall clock as a trait: so that tests can say what time it is.

use jiff::Timestamp;

/// Tells the time of day, by which days are counted and processes agree on pauses.
///
/// The pace inside a process does not use it: that runs on tokio's clock, which never jumps.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The clock of the system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
