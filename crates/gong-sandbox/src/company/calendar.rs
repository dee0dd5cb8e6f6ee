//! When calls start: a working week of slots, computed from the number of a call and back.

use std::ops::Range;

use jiff::{
    SignedDuration, Span, Timestamp, ToSpan as _,
    civil::{Date, date},
    tz::{TimeZone, TimeZoneDatabase},
};

use super::random::{Purpose, hash};

/// Calls on the days of a week from Monday on, at the density of a small company.
const WEEK: [u64; 7] = [30, 34, 36, 34, 26, 2, 1];
const WEEK_TOTAL: u64 = 163;
/// Larger companies are denser instead of older: about 130 weeks.
const SPARSE_CALLS: u64 = 21_000;
/// How likely a call starts in each hour of the day.
const HOURS: [u64; 24] =
    [1, 1, 1, 1, 1, 3, 8, 26, 60, 95, 100, 95, 60, 90, 100, 92, 70, 38, 16, 8, 4, 2, 1, 1];
/// Minutes before the end of the company's history at which its last calls start.
const TAIL: [i64; 8] = [176, 151, 128, 96, 71, 48, 26, 9];
const TAIL_LEN: u64 = 8;
/// What lies in the tail is not in the slots.
const TAIL_HOURS: i64 = 3;
const PARTS: u64 = 1 << 20;
const HOUR_MS: u64 = 3_600_000;
const QUARTER_MS: i64 = 900_000;

/// The start times of all calls.
#[derive(Debug)]
pub(super) struct Calendar {
    seed: u64,
    calls: u64,
    now: Timestamp,
    zone: TimeZone,
    /// How many times the calls of `WEEK` there are.
    factor: u64,
    /// The slot of the last call before the tail.
    last_slot: i64,
}

impl Calendar {
    pub(super) fn new(seed: u64, calls: u64, now: Timestamp) -> Self {
        let zone = TimeZoneDatabase::bundled().get("America/Los_Angeles").unwrap_or(TimeZone::UTC);
        let factor = calls.div_ceil(SPARSE_CALLS).max(1);
        let mut calendar = Self { seed, calls, now, zone, factor, last_slot: 0 };
        calendar.last_slot =
            calendar.last_slot_before(now - SignedDuration::from_hours(TAIL_HOURS));
        calendar
    }

    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn len(&self) -> u64 {
        self.calls
    }

    /// When a call starts.
    pub(super) fn start(&self, number: u64) -> Timestamp {
        match self.tail(number) {
            Some(index) => {
                let extra = hash(self.seed, Purpose::Slots, index) % 40_000_000;
                let before = SignedDuration::from_mins(TAIL[usize::try_from(index).unwrap_or(0)])
                    - SignedDuration::from_micros(i64::try_from(extra).unwrap_or(0));
                self.now - before
            }
            None => self.slot_start(self.slot(number)),
        }
    }

    /// Which of the last calls this is, 0 the oldest of them; `None` for all earlier calls.
    pub(super) fn tail(&self, number: u64) -> Option<u64> {
        number.checked_sub(self.calls.saturating_sub(TAIL_LEN))
    }

    /// The numbers of the calls that start in `from..to`.
    pub(super) fn started(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Range<u64> {
        let first = from.map_or(0, |from| self.first_at_or_after(from));
        let end = to.map_or(self.calls, |to| self.first_at_or_after(to));
        first..end.max(first)
    }

    fn first_at_or_after(&self, moment: Timestamp) -> u64 {
        let (mut low, mut high) = (0, self.calls);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.start(middle) < moment {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn slot(&self, number: u64) -> i64 {
        let before = self.calls.saturating_sub(TAIL_LEN + 1) - number;
        self.last_slot - i64::try_from(before).unwrap_or(i64::MAX / 2)
    }

    /// The last slot that starts before a moment.
    fn last_slot_before(&self, moment: Timestamp) -> i64 {
        let day = days_since_1970(moment.to_zoned(self.zone.clone()).date());
        let next_day = self.first_slot(day + 2);
        let mut slot = next_day - 1;
        while self.slot_start(slot) >= moment {
            slot -= 1;
        }
        slot
    }

    /// The number of slots before this day, counted from the first of January 1970, a Thursday.
    fn first_slot(&self, day: i64) -> i64 {
        let from_monday = day + 3;
        let (week, weekday) = (from_monday.div_euclid(7), from_monday.rem_euclid(7));
        let days = usize::try_from(weekday).unwrap_or(0);
        let within: u64 = WEEK[..days].iter().sum();
        let factor = i64::try_from(self.factor).unwrap_or(1);
        let week_total = i64::try_from(WEEK_TOTAL).unwrap_or(1);
        (week * week_total + i64::try_from(within).unwrap_or(0)) * factor
    }

    fn slot_start(&self, slot: i64) -> Timestamp {
        let factor = i64::try_from(self.factor).unwrap_or(1);
        let week_total = i64::try_from(WEEK_TOTAL).unwrap_or(1) * factor;
        let (week, mut left) = (slot.div_euclid(week_total), slot.rem_euclid(week_total));
        let mut weekday = 0;
        let mut calls_of_day = 1;
        for (index, calls) in WEEK.iter().enumerate() {
            calls_of_day = i64::try_from(calls * self.factor).unwrap_or(1);
            weekday = index;
            if left < calls_of_day {
                break;
            }
            left -= calls_of_day;
        }
        let day = week * 7 + i64::try_from(weekday).unwrap_or(0) - 3;
        let bits = hash(self.seed, Purpose::Slots, u64::from_ne_bytes(slot.to_ne_bytes()));
        let position = u64::try_from(left).unwrap_or(0) * PARTS + (bits % (PARTS / 2));
        let total: u64 = HOURS.iter().sum();
        let mut part = position * total / u64::try_from(calls_of_day).unwrap_or(1);
        let mut milliseconds = 0;
        for weight in HOURS {
            let width = weight * PARTS;
            if part < width {
                milliseconds += part * HOUR_MS / width;
                break;
            }
            part -= width;
            milliseconds += HOUR_MS;
        }
        let milliseconds = near_the_quarter(i64::try_from(milliseconds).unwrap_or(0));
        let offset = if bits >> 60 == 0 {
            SignedDuration::from_secs(milliseconds.div_euclid(1000))
        } else {
            SignedDuration::from_micros(milliseconds * 1000 + fraction(bits))
        };
        self.midnight(day) + offset
    }

    fn midnight(&self, day: i64) -> Timestamp {
        date_of(day)
            .to_zoned(self.zone.clone())
            .map_or(Timestamp::UNIX_EPOCH, |midnight| midnight.timestamp())
    }
}

/// Meetings start about the quarter of an hour: from one minute early to eight minutes late. The
/// mapping keeps the order.
fn near_the_quarter(milliseconds: i64) -> i64 {
    let (quarter, within) = (milliseconds / QUARTER_MS, milliseconds % QUARTER_MS);
    quarter * QUARTER_MS + within * 3 / 5 - 60_000
}

/// Some start times have microseconds, as some of Gong's have.
fn fraction(bits: u64) -> i64 {
    if (bits >> 56) % 8 == 1 { i64::try_from((bits >> 32) % 1000).unwrap_or(0) } else { 0 }
}

fn days_since_1970(day: Date) -> i64 {
    i64::from(day.since(EPOCH).map_or(0, |span| span.get_days()))
}

fn date_of(day: i64) -> Date {
    let span = Span::new().try_days(day).unwrap_or_else(|_| 0.days());
    EPOCH.saturating_add(span)
}

const EPOCH: Date = date(1970, 1, 1);

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(calls: u64) -> Calendar {
        Calendar::new(1, calls, "2026-03-11T17:00:00Z".parse().unwrap())
    }

    #[test]
    fn start_times_ascend_to_now() {
        for calls in [1, 5, 8, 9, 1_000, 30_000] {
            let calendar = calendar(calls);
            let mut before = Timestamp::MIN;
            for number in 0..calls {
                let start = calendar.start(number);
                assert!(start > before, "{number} of {calls}: {start} after {before}");
                before = start;
            }
            assert!(before <= calendar.now());
            assert!(before > calendar.now() - SignedDuration::from_hours(4));
        }
    }

    #[test]
    fn a_million_calls_ascend_within_three_years() {
        let calendar = calendar(1_000_000);
        for first in [0, 123_456, 777_000, 990_000] {
            for number in first..first + 5_000 {
                assert!(calendar.start(number) < calendar.start(number + 1), "{number}");
            }
        }
        assert!(calendar.start(0) > calendar.now() - SignedDuration::from_hours(3 * 365 * 24));
    }

    #[test]
    fn ranges_are_what_one_counts() {
        let calendar = calendar(1_000);
        let all: Vec<Timestamp> = (0..1_000).map(|number| calendar.start(number)).collect();
        for (from, to) in [(0, 1_000), (17, 500), (999, 999), (400, 399)] {
            let (from, to) = (all[from], all.get(to).copied());
            let expected: Vec<u64> = (0..1_000)
                .zip(&all)
                .filter(|(_, start)| **start >= from && to.is_none_or(|to| **start < to))
                .map(|(number, _)| number)
                .collect();
            assert_eq!(calendar.started(Some(from), to).collect::<Vec<_>>(), expected);
        }
        let inside = all[3] + SignedDuration::from_micros(1);
        assert_eq!(calendar.started(Some(inside), None).start, 4);
    }

    #[test]
    fn every_week_has_100_to_250_calls_whenever_it_ends() {
        for hour in 0..200 {
            let now = "2026-03-02T00:30:00Z".parse::<Timestamp>().unwrap()
                + SignedDuration::from_hours(hour);
            let calendar = Calendar::new(hour.unsigned_abs(), 1_000, now);
            let week = calendar.started(Some(now - SignedDuration::from_hours(168)), Some(now));
            let calls = week.end - week.start;
            assert!((100..=250).contains(&calls), "{calls} at {now}");
        }
    }
}
