//! The two words of the grammar: a moment or day (`When`), and a length of time (`Ago`).

use std::{fmt, str::FromStr};

use jiff::{
    Span, Timestamp,
    civil::{Date, DateTime, Weekday},
};

use super::{
    calendar::{Calendar, Unit},
    error::DateError,
    grammar,
};

/// A moment or a day in the words of a person.
///
/// - RFC 3339, such as `2025-01-15T10:00:00Z` or `2025-01-15T10:00:00.25+02:00`; seconds may be left
///   out, and the 60th second of a minute counts as its last
/// - the same without an offset, in the person's zone: where clocks went back the first of the two,
///   where they jumped as much later as they jumped
/// - a day: `2025-01-15`, `today`, `yesterday`, `tomorrow`, or `monday` to `sunday`, which is the
///   latest such day that has begun, so that `monday` on a Monday is today
/// - `this-` or `last-` with `week`, `month`, `quarter` or `year`; weeks start on Monday
/// - `now`, and `36h`, `7d`, `2w`, `1mo`, `1y` ago: hours are exact, the others keep the time of day
///
/// Upper or lower case, and blanks around it, make no difference. Displayed, it is what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    said: String,
    meaning: Meaning,
}

/// A length of time before now: `36h`, `7d`, `2w`, `1mo` or `1y`.
///
/// Hours are exact. Days, weeks, months and years go back in the calendar and keep the time of day;
/// a month that is too short gives its last day. Displayed, it is what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ago {
    said: String,
    pub(super) length: Length,
}

/// What a [`When`] means, before it is known when and where it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Instant(Timestamp),
    /// A date and time of the person's own clock.
    Local(DateTime),
    Now,
    Ago(Length),
    Day(Date),
    Today,
    Yesterday,
    Tomorrow,
    Latest(Weekday),
    This(Unit),
    Last(Unit),
}

/// A number of hours, days, weeks, months or years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) count: i64,
    pub(super) unit: LengthUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LengthUnit {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

/// Where a [`When`] lies on the line of time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Extent {
    Moment(Timestamp),
    Span { from: Timestamp, to: Timestamp },
}

/// It leaves the years that can be counted, -9999 to 9999.
#[derive(Debug)]
pub(super) struct OutOfRange;

impl When {
    pub(super) fn extent(&self, calendar: &Calendar<'_>) -> Result<Extent, OutOfRange> {
        let days = |first: Date, after: Date| {
            Ok(Extent::Span { from: calendar.start(first)?, to: calendar.start(after)? })
        };
        let day = |date: Date| days(date, date.tomorrow()?);
        match self.meaning {
            Meaning::Instant(at) => Ok(Extent::Moment(at)),
            Meaning::Local(at) => {
                Ok(Extent::Moment(calendar.zone().to_ambiguous_timestamp(at).compatible()?))
            }
            Meaning::Now => Ok(Extent::Moment(calendar.now())),
            Meaning::Ago(length) => length.before(calendar).map(Extent::Moment),
            Meaning::Day(date) => day(date),
            Meaning::Today => day(calendar.today()),
            Meaning::Yesterday => days(calendar.yesterday()?, calendar.today()),
            Meaning::Tomorrow => day(calendar.tomorrow()?),
            Meaning::Latest(weekday) => day(calendar.latest(weekday)?),
            Meaning::This(unit) => {
                let first = calendar.this(unit)?;
                days(first, unit.after(first)?)
            }
            Meaning::Last(unit) => {
                let after = calendar.this(unit)?;
                days(unit.before(after)?, after)
            }
        }
    }
}

impl Ago {
    pub(super) fn before(&self, calendar: &Calendar<'_>) -> Result<Timestamp, OutOfRange> {
        self.length.before(calendar)
    }
}

impl Length {
    /// Fails if it is longer than all the years that can be counted.
    pub(super) fn span(self) -> Result<Span, OutOfRange> {
        let (span, count) = (Span::new(), self.count);
        Ok(match self.unit {
            LengthUnit::Hours => span.try_hours(count)?,
            LengthUnit::Days => span.try_days(count)?,
            LengthUnit::Weeks => span.try_weeks(count)?,
            LengthUnit::Months => span.try_months(count)?,
            LengthUnit::Years => span.try_years(count)?,
        })
    }

    fn before(self, calendar: &Calendar<'_>) -> Result<Timestamp, OutOfRange> {
        let now = calendar.now().to_zoned(calendar.zone().clone());
        Ok(now.checked_sub(self.span()?)?.timestamp())
    }
}

impl Extent {
    pub(super) fn start(self) -> Timestamp {
        match self {
            Self::Moment(at) | Self::Span { from: at, .. } => at,
        }
    }

    pub(super) fn end(self) -> Timestamp {
        match self {
            Self::Moment(at) | Self::Span { to: at, .. } => at,
        }
    }
}

impl FromStr for When {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let said = text.trim();
        Ok(Self { said: said.to_owned(), meaning: grammar::when(said)? })
    }
}

impl FromStr for Ago {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let said = text.trim();
        Ok(Self { said: said.to_owned(), length: grammar::ago(said)? })
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl fmt::Display for Ago {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl From<jiff::Error> for OutOfRange {
    fn from(_: jiff::Error) -> Self {
        Self
    }
}
