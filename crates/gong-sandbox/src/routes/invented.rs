//! Invented things: ids and choices for what no call shows, the same for the same seed.

use jiff::{SignedDuration, Timestamp, fmt::temporal::DateTimePrinter};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::ask::Ask;

/// The id of the thing with this number among those of its kind.
pub(super) fn id(ask: &Ask<'_>, kind: &str, number: u64) -> String {
    (1_000_000_000_000_000_000 + word(ask, kind, number) % 8_000_000_000_000_000_000).to_string()
}

/// A number below `below` that depends on what it is for.
pub(super) fn number(ask: &Ask<'_>, purpose: &str, number: u64, below: u64) -> u64 {
    word(ask, purpose, number) % below.max(1)
}

/// A number for a call that stays the same when others are added and erased, unlike its own.
pub(super) fn key(started: Timestamp) -> u64 {
    started.as_microsecond().unsigned_abs()
}

/// One of the words, which take turns.
pub(super) fn turn(words: &[&'static str], number: u64) -> &'static str {
    let n_words = u64::try_from(words.len()).unwrap_or(1).max(1);
    let place = usize::try_from(number % n_words).unwrap_or(0);
    words.get(place).copied().unwrap_or_default()
}

/// One of the users, who is active if any of those near is.
pub(super) fn user<'a>(ask: &Ask<'a>, purpose: &str, which: u64) -> &'a Value {
    let users = ask.data.users();
    let n_users = u64::try_from(users.len()).unwrap_or(0);
    let place = usize::try_from(number(ask, purpose, which, n_users)).unwrap_or(0);
    let from_there = users.iter().cycle().skip(place).take(users.len());
    let active = from_there.into_iter().find(|user| user["active"] != false);
    active.or_else(|| users.get(place)).unwrap_or(&Value::Null)
}

/// A moment so many days before the history ends, with the company's offset.
pub(super) fn days_ago(ask: &Ask<'_>, days: u64) -> String {
    let hours = i64::try_from(days * 24).unwrap_or(0);
    let moment = ask.data.now() - SignedDuration::from_hours(hours);
    printed(ask, moment)
}

/// A moment with the company's offset.
pub(super) fn printed(ask: &Ask<'_>, moment: Timestamp) -> String {
    let offset = ask.data.zone().to_offset(moment);
    DateTimePrinter::new().timestamp_with_offset_to_string(&moment, offset)
}

fn word(ask: &Ask<'_>, purpose: &str, number: u64) -> u64 {
    let mut hash = Sha256::new();
    hash.update(ask.options.seed.to_le_bytes());
    hash.update(number.to_le_bytes());
    hash.update(purpose);
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}
