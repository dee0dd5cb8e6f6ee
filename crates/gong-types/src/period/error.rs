//! Why words are no date, and why dates are no period.

use std::fmt;

use jiff::{Zoned, civil::Date};

/// Words that are no date. It says what was given and what could be said instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateError {
    given: String,
    problem: String,
}

impl DateError {
    pub(super) fn new(given: &str, problem: impl Into<String>) -> Self {
        Self { given: given.to_owned(), problem: problem.into() }
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown: String = self.given.chars().take(40).collect();
        if shown.len() < self.given.len() {
            shown.push('…');
        }
        write!(f, "{shown:?} {}", self.problem)
    }
}

impl std::error::Error for DateError {}

/// Dates that make no period, or none that an operation can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// Two parts that each say the whole.
    #[error("{whole:?} says a whole period by itself and cannot stand beside {other:?}")]
    Mixed {
        /// `last` or `on`.
        whole: &'static str,
        /// The other part that was said.
        other: &'static str,
    },
    /// A moment where a whole day was wanted.
    #[error(
        "{said:?} is a moment, not a day or a longer stretch: say 2025-01-15, yesterday or \
         last-month, or give \"last\" a length such as 7d"
    )]
    NoDay {
        /// What was said.
        said: String,
    },
    /// The start is after the end.
    #[error("the start {from} is after the end {to}")]
    Backwards {
        /// The start, in the person's zone.
        from: Box<Zoned>,
        /// The end, in the person's zone.
        to: Box<Zoned>,
    },
    /// Nothing can lie between the ends.
    #[error("{said} holds nothing: it starts and ends at the same moment, {at}")]
    Empty {
        /// What was said.
        said: String,
        /// Both ends, in the person's zone.
        at: Box<Zoned>,
    },
    /// An end cannot be reckoned.
    #[error("{said:?} leads out of the years that can be reckoned with")]
    OutOfRange {
        /// What was said.
        said: String,
    },
    /// No start where the operation requires one.
    #[error("a start is needed: say from when, or \"last\" and a length such as 30d")]
    NoStart,
    /// A range of days that would start today or later.
    #[error(
        "it starts on {from}, but whole days are counted and only those before the company's \
         today, {today}, are complete"
    )]
    NotYet {
        /// The first day that was asked for, in the company's zone.
        from: Date,
        /// Today in the company's zone.
        today: Date,
    },
}
