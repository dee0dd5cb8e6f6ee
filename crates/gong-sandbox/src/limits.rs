//! The limits: how many requests a second and a day are answered, by every reading of the words.

use std::{collections::VecDeque, time::Duration};

use jiff::{Timestamp, ToSpan as _};

use crate::{
    LimitReading,
    clock::{Moment, next_midnight},
};

/// How many requests would have been over the limit by each reading, whichever is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct OverLimit {
    /// More than so many in some span of one second.
    pub sliding: u64,
    /// More than so many in a second of the clock.
    pub second: u64,
    /// No token in a bucket that fills at the rate of the limit.
    pub bucket: u64,
    /// More than so many in a UTC day.
    pub utc_day: u64,
    /// More than so many in some span of 24 hours.
    pub rolling_day: u64,
}

/// How long a client is told to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) retry_after: Duration,
}

/// The state of the limits. Arrivals must be told in order.
#[derive(Debug)]
pub(crate) struct Limits {
    reading: LimitReading,
    per_day: u32,
    sliding: Sliding,
    second: Second,
    bucket: Bucket,
    day: i64,
    today: u32,
    rolling: VecDeque<Timestamp>,
    exhausted_until: Option<Timestamp>,
    over: OverLimit,
}

impl Limits {
    /// No limit where a number is 0.
    pub(crate) fn new(reading: LimitReading, per_second: u32, per_day: u32) -> Self {
        Self {
            reading,
            per_day,
            sliding: Sliding { limit: per_second, arrivals: VecDeque::new() },
            second: Second { limit: per_second, current: i64::MIN, count: 0 },
            bucket: Bucket::full(per_second),
            day: i64::MIN,
            today: 0,
            rolling: VecDeque::new(),
            exhausted_until: None,
            over: OverLimit::default(),
        }
    }

    /// Takes note of a request, and says whether it is refused.
    pub(crate) fn arrive(&mut self, moment: Moment) -> Result<(), Refusal> {
        let fits_sliding = self.sliding.fits(moment.elapsed);
        let fits_second = self.second.fits(moment.wall);
        let fits_bucket = self.bucket.fits(moment.elapsed);
        self.over.sliding += u64::from(!fits_sliding);
        self.over.second += u64::from(!fits_second);
        self.over.bucket += u64::from(!fits_bucket);
        let fits = match self.reading {
            LimitReading::Sliding => fits_sliding,
            LimitReading::Second => fits_second,
            LimitReading::Bucket => fits_bucket,
        };
        if !fits {
            return Err(Refusal { retry_after: Duration::from_secs(1) });
        }
        if self.exhausted_until.is_some_and(|end| moment.wall < end) || !self.fits_day(moment.wall)
        {
            let wait = moment.wall.duration_until(next_midnight(moment.wall));
            return Err(Refusal { retry_after: wait.unsigned_abs() });
        }
        Ok(())
    }

    /// Uses up what is left of the day.
    pub(crate) fn exhaust_day(&mut self, moment: Moment) -> Refusal {
        let end = next_midnight(moment.wall);
        self.exhausted_until = Some(end);
        Refusal { retry_after: moment.wall.duration_until(end).unsigned_abs() }
    }

    pub(crate) fn over(&self) -> OverLimit {
        self.over
    }

    fn fits_day(&mut self, now: Timestamp) -> bool {
        if self.per_day == 0 {
            return true;
        }
        let limit = usize::try_from(self.per_day).unwrap_or(usize::MAX);
        let a_day_ago = now.checked_sub(24.hours()).unwrap_or(Timestamp::MIN);
        while self.rolling.front().is_some_and(|first| *first <= a_day_ago) {
            self.rolling.pop_front();
        }
        if self.rolling.len() < limit {
            self.rolling.push_back(now);
        } else {
            self.over.rolling_day += 1;
        }
        let day = now.as_second().div_euclid(86_400);
        if day != self.day {
            self.day = day;
            self.today = 0;
        }
        if self.today < self.per_day {
            self.today += 1;
            return true;
        }
        self.over.utc_day += 1;
        false
    }
}

#[derive(Debug)]
struct Sliding {
    limit: u32,
    arrivals: VecDeque<Duration>,
}

impl Sliding {
    fn fits(&mut self, now: Duration) -> bool {
        if self.limit == 0 {
            return true;
        }
        while self.arrivals.front().is_some_and(|first| *first + Duration::from_secs(1) <= now) {
            self.arrivals.pop_front();
        }
        let fits = self.arrivals.len() < usize::try_from(self.limit).unwrap_or(usize::MAX);
        if fits {
            self.arrivals.push_back(now);
        }
        fits
    }
}

#[derive(Debug)]
struct Second {
    limit: u32,
    current: i64,
    count: u32,
}

impl Second {
    fn fits(&mut self, now: Timestamp) -> bool {
        let second = now.as_millisecond().div_euclid(1000);
        if second != self.current {
            self.current = second;
            self.count = 0;
        }
        let fits = self.limit == 0 || self.count < self.limit;
        self.count += u32::from(fits);
        fits
    }
}

/// Tokens are counted in billionths, so that a nanosecond at any rate is a whole number of them.
#[derive(Debug)]
struct Bucket {
    limit: u32,
    tokens: u128,
    filled: Duration,
}

const TOKEN: u128 = 1_000_000_000;

impl Bucket {
    fn full(limit: u32) -> Self {
        Self { limit, tokens: u128::from(limit) * TOKEN, filled: Duration::ZERO }
    }

    fn fits(&mut self, now: Duration) -> bool {
        if self.limit == 0 {
            return true;
        }
        let rate = u128::from(self.limit);
        let gained = now.saturating_sub(self.filled).as_nanos() * rate;
        self.filled = self.filled.max(now);
        self.tokens = (self.tokens + gained).min(rate * TOKEN);
        let fits = self.tokens >= TOKEN;
        if fits {
            self.tokens -= TOKEN;
        }
        fits
    }
}
