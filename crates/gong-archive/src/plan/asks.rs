//! Asking for transcripts: when one that has not come is asked for again.

use jiff::{SignedDuration, Timestamp};

use super::{DAY, HOUR, plus};

/// How long after a call its transcript is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The pauses after the first asks; later ones are a day.
const PAUSES: [SignedDuration; 4] = [
    SignedDuration::from_mins(15),
    HOUR,
    SignedDuration::from_hours(4),
    SignedDuration::from_hours(12),
];
/// The most asks for one that has no such end: nobody knows when its call started, or there is an
/// older version of it.
const MOST_ASKS: u32 = 40;

/// A transcript that was asked for and has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Awaited {
    pub(crate) started: Option<Timestamp>,
    /// Since when it was to be asked for.
    pub(crate) due: Timestamp,
    /// How often it was asked for.
    pub(crate) asked: u32,
    /// Whether an older version of it is there.
    pub(crate) is_present: bool,
}

/// When to ask again for a transcript; `None` if it is no longer waited for.
///
/// One ask alone gives nothing up, also of an old call: the call may have been away just then.
pub(crate) fn next_ask(awaited: Awaited, now: Timestamp) -> Option<Timestamp> {
    let Awaited { started, due, asked, is_present } = awaited;
    let is_over = match started {
        // What was said once does not become unsaid: a newer version will come.
        Some(started) if !is_present => asked > 1 && due.duration_since(started) >= PATIENCE,
        _ => asked >= MOST_ASKS,
    };
    let place = usize::try_from(asked.saturating_sub(1)).unwrap_or(usize::MAX);
    let is_old = started.is_some_and(|it| now.duration_since(it) >= PATIENCE);
    let pause = PAUSES.get(place).copied().filter(|_| !is_old).unwrap_or(DAY);
    (!is_over).then(|| plus(now, pause))
}
