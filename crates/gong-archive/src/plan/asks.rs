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
/// The most asks for a call of which nobody knows when it started.
const MOST_ASKS: u32 = 40;

/// When to ask again for a transcript that was asked for `asked` times and has not come; `None` if
/// it is no longer waited for.
pub(crate) fn next_ask(
    started: Option<Timestamp>,
    asked: u32,
    now: Timestamp,
) -> Option<Timestamp> {
    let is_over = started.map_or(asked >= MOST_ASKS, |it| now.duration_since(it) >= PATIENCE);
    let place = usize::try_from(asked.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = PAUSES.get(place).copied().unwrap_or(DAY);
    (!is_over).then(|| plus(now, pause))
}
