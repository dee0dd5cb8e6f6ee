//! Cells: how windows are cut and joined, so that there are a month's for the past and a day's for
//! the last days.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::DateTime, tz::TimeZone};

use super::{DAY, EACH_DAY, Window, minus, plus};

/// How many calls started on which day, each day by its first moment.
pub(crate) type Counts = BTreeMap<Timestamp, u64>;

/// The first moment of the day, in UTC.
pub(crate) fn start_of_day(moment: Timestamp) -> Timestamp {
    let seconds = moment.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(DAY.as_secs())).unwrap_or(Timestamp::MIN)
}

/// The cell that a moment is in: its month, or its day if that is among the last.
fn cell(moment: Timestamp, now: Timestamp) -> (Timestamp, Timestamp) {
    let recent = start_of_day(minus(now, EACH_DAY));
    if moment >= recent {
        let start = start_of_day(moment);
        return (start, plus(start, DAY));
    }
    let date = moment.to_zoned(TimeZone::UTC).date().first_of_month();
    let start_of = |date: DateTime| TimeZone::UTC.to_timestamp(date).unwrap_or(Timestamp::MAX);
    let next = date.checked_add(1.month()).map_or(Timestamp::MAX, |next| start_of(next.into()));
    (start_of(date.into()), next.min(recent))
}

/// Cuts a window that was listed whole into its cells. `counts` are the calls of each day, if all of
/// them are known.
pub(crate) fn split(window: &Window, counts: Option<&Counts>, now: Timestamp) -> Vec<Window> {
    let mut pieces = Vec::new();
    let mut starts = window.starts;
    while starts < window.ends {
        // A cell is never empty, so this ends.
        let ends = cell(starts, now).1.max(plus(starts, SignedDuration::from_secs(1)));
        let ends = ends.min(window.ends);
        let total =
            counts.map(|counts| counts.range(start_of_day(starts)..ends).map(|it| it.1).sum());
        pieces.push(Window { starts, ends, total, ..window.clone() });
        starts = ends;
    }
    if let [piece] = &mut *pieces {
        piece.total = window.total;
    } else if counts.map(|counts| counts.values().sum()) != window.total {
        for piece in &mut pieces {
            piece.total = None;
        }
    }
    pieces
}

/// Joins neighbors of one cell. Windows that are not sound stay as they are.
pub(crate) fn merge(windows: Vec<Window>, now: Timestamp) -> Vec<Window> {
    let mut merged: Vec<Window> = Vec::new();
    for window in windows {
        match merged.last_mut() {
            Some(last)
                if last.ends == window.starts
                    && last.is_sound()
                    && window.is_sound()
                    && cell(last.starts, now) == cell(window.starts, now) =>
            {
                last.ends = window.ends;
                last.listing = last.listing.max(window.listing);
                last.listed = last.listed.min(window.listed);
                last.total = last.total.zip(window.total).map(|(one, other)| one + other);
            }
            _ => merged.push(window),
        }
    }
    merged
}
