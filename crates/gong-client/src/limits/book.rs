//! The book of a company's requests: a pure state machine, told the time, that says which may go.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{limits::Limits, watch::Reason};

/// A moment, in milliseconds since 1970 by the wall clock.
pub(crate) type Millis = i64;

/// How long a permit stays taken after the answer: then a fourth request cannot reach Gong within a
/// second of the first, whatever the network does.
const HOLD: Duration = Duration::from_secs(1);
/// How much longer if it is unknown whether the request has arrived.
const UNKNOWN: Duration = Duration::from_secs(5);
/// How long a permit stays taken whose holder has vanished.
const VANISHED: Duration = Duration::from_secs(2);
/// How often to look whether a permit in flight has become free. It stays taken for a second after
/// its answer, so this loses nothing, except when it turns out that nothing was sent.
const IN_FLIGHT: Duration = Duration::from_millis(250);
/// How often to look whether a free permit is unlocked by the process that had it.
const UNLOCKING: Duration = Duration::from_millis(10);

const HOUR: Millis = 3_600_000;
/// How long the requests of an hour count after its end: a day, and a little for those that took
/// long to arrive.
const COUNTED: Millis = 24 * HOUR + 5 * 60_000;
/// How far two readings of the clock may disagree before it counts as put back.
const SKEW: Millis = 60_000;

/// What has been used of a company's limits, by anyone on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Book {
    /// When it was last written.
    written: Millis,
    /// How many requests were sent in which hour since 1970.
    hours: Vec<(i64, u64)>,
    /// Until when nobody may send.
    paused_until: Option<Millis>,
    /// When each permit becomes free; `None` is in flight.
    permits: Vec<Option<Millis>>,
}

/// Says whether a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may, with the permit of this number. It has been counted.
    Go(Option<usize>),
    /// It may not, and should ask again after this long.
    Wait(Duration, Reason),
}

/// The locks by which a permit in flight is known to have a living holder.
pub(crate) trait Locks {
    /// Takes the lock of a permit, unless somebody has it.
    fn try_lock(&mut self, permit: usize) -> bool;
    /// Gives it back.
    fn unlock(&mut self, permit: usize);
}

impl Book {
    /// The book to begin with when the old one is lost: all permits are in flight, and this hour's
    /// share of the day is spent.
    pub(crate) fn safe_side(now: Millis, limits: Limits) -> Self {
        let share = u64::from(limits.per_day).div_ceil(24);
        Self {
            written: now,
            hours: vec![(hour_of(now), share)],
            paused_until: None,
            permits: vec![None; n_permits(limits)],
        }
    }

    /// May a request go now? If it may, it is counted, before it is sent.
    pub(crate) fn ask(&mut self, now: Millis, limits: Limits, locks: &mut impl Locks) -> Verdict {
        self.settle(now);
        if let Some(until) = self.paused_until {
            return Verdict::Wait(between(now, until), Reason::RetryAfter);
        }
        if limits.per_day > 0 && self.used() >= u64::from(limits.per_day) {
            let until = self.below(f64::from(limits.per_day)).unwrap_or(now);
            return Verdict::Wait(between(now, until), Reason::DayLimit);
        }
        let n_permits = n_permits(limits);
        if n_permits == 0 {
            self.count(now);
            return Verdict::Go(None);
        }
        if self.permits.len() < n_permits {
            self.permits.resize(n_permits, Some(0));
        }
        let mut wait = Duration::MAX;
        for permit in 0..n_permits {
            wait = wait.min(match self.permits[permit] {
                Some(free) if free > now => between(now, free),
                Some(_) if locks.try_lock(permit) => {
                    self.permits[permit] = None;
                    self.count(now);
                    return Verdict::Go(Some(permit));
                }
                Some(_) => UNLOCKING,
                None if locks.try_lock(permit) => {
                    locks.unlock(permit);
                    self.permits[permit] = Some(after(now, VANISHED));
                    VANISHED
                }
                None => IN_FLIGHT,
            });
        }
        Verdict::Wait(wait, Reason::Pace)
    }

    /// Gives a permit back after an answer, or after it is known that none will come.
    pub(crate) fn release(&mut self, permit: usize, now: Millis, held: Held) {
        self.settle(now);
        if let Some(permit) = self.permits.get_mut(permit) {
            *permit = Some(after(now, held.longer()));
        }
    }

    /// Takes back the count of a request that was not sent after all.
    pub(crate) fn uncount(&mut self, counted: Millis) {
        let hour = hour_of(counted);
        if let Some((_, count)) = self.hours.iter_mut().find(|(it, _)| *it == hour) {
            *count = count.saturating_sub(1);
        }
    }

    /// Nobody may send for this long.
    pub(crate) fn pause(&mut self, now: Millis, wait: Duration) {
        self.settle(now);
        let until = after(now, wait);
        self.paused_until = Some(self.paused_until.map_or(until, |it| it.max(until)));
    }

    /// Whether the other book says the same, whenever it was written.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.hours == other.hours
            && self.paused_until == other.paused_until
            && self.permits == other.permits
    }

    /// How many requests count against the limit of a day.
    pub(crate) fn used(&self) -> u64 {
        self.hours.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// When the oldest requests stop counting.
    pub(crate) fn next_release(&self) -> Option<Millis> {
        let counted = self.hours.iter().filter(|(_, count)| *count > 0);
        counted.map(|(hour, _)| end_of(*hour)).min()
    }

    /// When requests stop counting so that fewer than `n` are left; `None` if that is never.
    pub(crate) fn below(&self, n: f64) -> Option<Millis> {
        let mut hours: Vec<_> = self.hours.iter().filter(|(_, count)| *count > 0).collect();
        hours.sort_unstable();
        let mut used = self.used();
        let mut ends = hours.into_iter().map(|(hour, count)| {
            used = used.saturating_sub(*count);
            (end_of(*hour), used)
        });
        ends.find(|(_, used)| f64::from(u32::try_from(*used).unwrap_or(u32::MAX)) < n)
            .map(|(end, _)| end)
    }

    pub(crate) fn paused_until(&self) -> Option<Millis> {
        self.paused_until
    }

    /// Forgets what is over, and brings back what a clock that was put back has left in the future.
    pub(crate) fn settle(&mut self, now: Millis) {
        if now < self.written.saturating_sub(SKEW) {
            self.move_back(now);
        }
        self.written = now;
        self.hours.retain(|(hour, _)| end_of(*hour) > now);
        self.paused_until = self.paused_until.filter(|until| *until > now);
        let latest = after(now, HOLD + UNKNOWN);
        for free in self.permits.iter_mut().flatten() {
            *free = (*free).min(latest);
        }
    }

    /// The clock was put back. What was used is taken to have been used just now: moments in the
    /// future would otherwise never pass, and a pause is as long as it was.
    fn move_back(&mut self, now: Millis) {
        let this_hour = hour_of(now);
        let later = self.hours.iter().filter(|(hour, _)| *hour > this_hour);
        let later = later.fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
        self.hours.retain(|(hour, _)| *hour <= this_hour);
        self.add(this_hour, later);
        let written = self.written;
        self.paused_until =
            self.paused_until.map(|until| now.saturating_add(until.saturating_sub(written)));
    }

    fn count(&mut self, now: Millis) {
        self.add(hour_of(now), 1);
    }

    fn add(&mut self, hour: i64, more: u64) {
        match self.hours.iter_mut().find(|(it, _)| *it == hour) {
            Some((_, count)) => *count = count.saturating_add(more),
            None => self.hours.push((hour, more)),
        }
    }
}

/// How a permit was held when it is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// There was an answer, or the connection was lost.
    Answered,
    /// It is unknown whether the request has arrived or still will.
    Unknown,
    /// Nothing was sent.
    Unsent,
}

impl Held {
    /// How long the permit stays taken.
    pub(crate) fn longer(self) -> Duration {
        match self {
            Self::Answered => HOLD,
            Self::Unknown => HOLD + UNKNOWN,
            Self::Unsent => Duration::ZERO,
        }
    }
}

/// The first whole millisecond that is certainly `wait` after `moment`, which was rounded down.
fn after(moment: Millis, wait: Duration) -> Millis {
    if wait.is_zero() {
        return moment;
    }
    let wait = i64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX);
    moment.saturating_add(wait).saturating_add(1)
}

fn between(now: Millis, until: Millis) -> Duration {
    Duration::from_millis(u64::try_from(until.saturating_sub(now)).unwrap_or(0))
}

fn hour_of(moment: Millis) -> i64 {
    moment.div_euclid(HOUR)
}

fn end_of(hour: i64) -> Millis {
    hour.saturating_add(1).saturating_mul(HOUR).saturating_add(COUNTED)
}

/// No company is known to be allowed more; so many files would be open at most.
fn n_permits(limits: Limits) -> usize {
    usize::try_from(limits.per_second.min(200)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
