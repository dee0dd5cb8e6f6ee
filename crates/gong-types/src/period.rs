//! Periods: what a person says about dates, turned into what an operation wants.

mod calendar;
mod error;
mod grammar;
mod suggest;
mod when;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use self::{
    calendar::Calendar,
    when::{Extent, OutOfRange},
};
pub use self::{
    error::{DateError, PeriodError},
    when::{Ago, When},
};

/// The years that RFC 3339 can write.
const YEARS: std::ops::RangeInclusive<i16> = 0..=9999;

/// What a person asked for: a start and an end, or a short word for the pair.
///
/// A day or a named span (`yesterday`, `last-week`) as [`from`](Self::from) means its start and as
/// [`to`](Self::to) its end, so that `from monday to tuesday` holds both days whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeriodArgs {
    /// Where it starts; an open start when absent.
    pub from: Option<When>,
    /// Where it ends; an open end when absent.
    pub to: Option<When>,
    /// So long before now, until now. Excludes all others.
    pub last: Option<Ago>,
    /// One whole day or named span. Excludes all others.
    pub on: Option<When>,
}

impl PeriodArgs {
    /// The instants that are meant at the moment `now` in `zone`. A start without an end is an open
    /// period, and so is nothing at all.
    ///
    /// Fails if the parts contradict each other, if [`on`](Self::on) is a moment, if nothing lies
    /// between the ends, or if an end is outside the years 0 to 9999.
    pub fn resolve(&self, now: Timestamp, zone: &TimeZone) -> Result<Period, PeriodError> {
        self.check_parts()?;
        let calendar = Calendar::new(now, zone);
        let extent = |when: &When| when.extent(&calendar).map_err(|OutOfRange| far(when));
        let (from, to) = if let Some(last) = &self.last {
            let from = last.before(&calendar).map_err(|OutOfRange| far(last))?;
            (Some((from, last.to_string())), Some((now, "now".to_owned())))
        } else if let Some(on) = &self.on {
            let Extent::Span { from, to } = extent(on)? else {
                return Err(PeriodError::NoDay { said: on.to_string() });
            };
            (Some((from, on.to_string())), Some((to, on.to_string())))
        } else {
            let end = |when: &Option<When>, side: fn(Extent) -> Timestamp| {
                let when = when.as_ref();
                when.map(|when| Ok((side(extent(when)?), when.to_string()))).transpose()
            };
            (end(&self.from, Extent::start)?, end(&self.to, Extent::end)?)
        };
        for (at, said) in [&from, &to].into_iter().flatten() {
            if !YEARS.contains(&at.to_zoned(TimeZone::UTC).year()) {
                return Err(far(said));
            }
        }
        if let (Some((from, said_from)), Some((to, said_to))) = (&from, &to) {
            let shown = |at: &Timestamp| Box::new(at.to_zoned(zone.clone()));
            if from > to {
                return Err(PeriodError::Backwards { from: shown(from), to: shown(to) });
            }
            if from == to {
                let said = if self.on.is_some() {
                    format!("{said_from:?}")
                } else {
                    format!("from {said_from:?} to {said_to:?}")
                };
                return Err(PeriodError::Empty { said, at: shown(from) });
            }
        }
        Ok(Period { from: from.map(|(at, _)| at), to: to.map(|(at, _)| at) })
    }

    fn check_parts(&self) -> Result<(), PeriodError> {
        let parts = [
            ("last", self.last.is_some()),
            ("on", self.on.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
        ];
        let mut said = parts.into_iter().filter(|(_, is_said)| *is_said).map(|(name, _)| name);
        match (said.next(), said.next()) {
            (Some(whole @ ("last" | "on")), Some(other)) => {
                Err(PeriodError::Mixed { whole, other })
            }
            _ => Ok(()),
        }
    }
}

fn far(said: &impl ToString) -> PeriodError {
    PeriodError::OutOfRange { said: said.to_string() }
}

/// A stretch of time, half open: a moment `t` is in it when `from <= t < to`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first moment; an open start when absent.
    pub from: Option<Timestamp>,
    /// The first moment that is no longer in it; an open end when absent.
    pub to: Option<Timestamp>,
}

impl Period {
    /// The period as whole days of the company, for the operations that count by days.
    ///
    /// A day that is in the period only in part is in the range, so the range never holds less than
    /// was asked for. It ends at the latest with the company's yesterday, as Gong demands.
    ///
    /// Fails without a start, which these operations require, and if nothing is left because the
    /// period starts in the company's today or later.
    pub fn dates(self, now: Timestamp, company_zone: &TimeZone) -> Result<DateRange, PeriodError> {
        let from = self.from.ok_or(PeriodError::NoStart)?;
        let date_of = |at: Timestamp| Calendar::new(at, company_zone).today();
        let today = date_of(now);
        let end = match self.to {
            // The day of the last moment that is in it, and that day whole.
            Some(to) => {
                let moment = SignedDuration::from_nanos(1);
                let last = to.checked_sub(moment).map_err(|_| far(&to))?;
                date_of(last).tomorrow().map_or(today, |end| end.min(today))
            }
            None => today,
        };
        let start = date_of(from);
        if start >= end {
            return Err(PeriodError::NotYet { from: start, today });
        }
        Ok(DateRange { from: start, to: end })
    }
}

/// Days in the zone of the company, half open: `to` is the first day that is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// The first day.
    pub from: Date,
    /// The day after the last one.
    pub to: Date,
}
