//! The calendar around a moment in one zone: where its days, weeks and months begin.

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

use super::when::OutOfRange;

/// The calendar of one zone as it is at one moment.
#[derive(Debug)]
pub(super) struct Calendar<'a> {
    now: Timestamp,
    zone: &'a TimeZone,
    today: Date,
}

/// A stretch of the calendar that has a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Monday to Sunday, as in ISO 8601 and in Gong's statistics.
    Week,
    Month,
    /// Three months, the first of them January, April, July or October.
    Quarter,
    Year,
}

impl<'a> Calendar<'a> {
    pub(super) fn new(now: Timestamp, zone: &'a TimeZone) -> Self {
        let date = now.to_zoned(zone.clone()).date();
        let mut calendar = Self { now, zone, today: date };
        // Where clocks went back over midnight, as at 00:01 in Newfoundland until 2011, the old date
        // returns for an hour after the new day has begun.
        if let Ok(tomorrow) = date.tomorrow()
            && calendar.start(tomorrow).is_ok_and(|start| start <= now)
        {
            calendar.today = tomorrow;
        }
        calendar
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn zone(&self) -> &TimeZone {
        self.zone
    }

    pub(super) fn today(&self) -> Date {
        self.today
    }

    /// The day before today. Not always the date before: Samoa had no 30 December 2011.
    pub(super) fn yesterday(&self) -> Result<Date, OutOfRange> {
        let last = self.start(self.today)?.checked_sub(SignedDuration::from_nanos(1))?;
        Ok(last.to_zoned(self.zone.clone()).date())
    }

    /// The day after today; here too, a date that the zone left out does not count.
    pub(super) fn tomorrow(&self) -> Result<Date, OutOfRange> {
        let next = self.start(self.today.tomorrow()?)?;
        Ok(Self::new(next, self.zone).today)
    }

    /// The latest such day that has begun; today on that day of the week itself.
    pub(super) fn latest(&self, weekday: Weekday) -> Result<Date, OutOfRange> {
        let days_ago = weekday.until(self.today.weekday());
        Ok(self.today.checked_sub(days_ago.days())?)
    }

    /// The first day of the week, month, quarter or year that holds today.
    pub(super) fn this(&self, unit: Unit) -> Result<Date, OutOfRange> {
        Ok(match unit {
            Unit::Week => self.latest(Weekday::Monday)?,
            Unit::Month => self.today.first_of_month(),
            Unit::Quarter => {
                let month = self.today.month();
                Date::new(self.today.year(), month - (month - 1) % 3, 1)?
            }
            Unit::Year => self.today.first_of_year(),
        })
    }

    /// The first instant of a day: midnight, or where clocks jumped over midnight the moment of the
    /// jump. A day that the zone left out starts and ends at the same instant.
    pub(super) fn start(&self, date: Date) -> Result<Timestamp, OutOfRange> {
        let midnight = self.zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0));
        let start = midnight.compatible()?;
        if let AmbiguousOffset::Gap { .. } = midnight.offset() {
            // A gap may start before midnight; the day then starts where the gap ends.
            let after = start.checked_add(SignedDuration::from_nanos(1))?;
            if let Some(jump) = self.zone.preceding(after).next() {
                return Ok(jump.timestamp());
            }
        }
        Ok(start)
    }
}

impl Unit {
    /// The first day of the next such stretch, if `date` is the first day of one.
    pub(super) fn after(self, date: Date) -> Result<Date, OutOfRange> {
        Ok(date.checked_add(self.span())?)
    }

    /// The first day of the stretch before, if `date` is the first day of one.
    pub(super) fn before(self, date: Date) -> Result<Date, OutOfRange> {
        Ok(date.checked_sub(self.span())?)
    }

    fn span(self) -> jiff::Span {
        match self {
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        }
    }
}
