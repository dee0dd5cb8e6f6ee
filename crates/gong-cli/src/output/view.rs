//! A noun's look: which columns it has in a table or a CSV file, and what stands in them.

use jiff::{SignedDuration, Timestamp, ToSpan as _, tz::TimeZone};

/// A noun's look. Its commands implement it beside themselves.
pub(crate) trait View: Sized {
    /// The heads of the columns, in capitals: `ID`, `STARTED`.
    const COLUMNS: &'static [&'static str];

    /// How many of them, from the left, a table of several records shows; a CSV file has all.
    const FOR_PEOPLE: usize = usize::MAX;

    /// Whether the rows of a single record are texts to read, which no table cuts.
    const IS_PROSE: bool = false;

    /// One cell for each column.
    fn cells(&self, look: &Look) -> Vec<Cell>;

    /// The rows of a record, which are several where it holds a list of its own, such as a day each.
    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        vec![self.cells(look)]
    }
}

/// For whom cells are made.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// The zone in which days are counted.
    pub day_zone: TimeZone,
    /// Whether a person reads it at a terminal; otherwise a program may.
    pub person: bool,
}

impl Look {
    /// A moment: to the minute for a person, RFC 3339 to the second for a program, both in the zone.
    pub(crate) fn time(&self, time: Option<Timestamp>) -> Cell {
        let Some(time) = time else { return Cell::empty() };
        let zoned = time.to_zoned(self.zone.clone());
        if self.person {
            Cell::text(zoned.strftime("%Y-%m-%d %H:%M").to_string())
        } else {
            Cell::text(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
        }
    }

    /// The day on which a moment is.
    pub(crate) fn day(&self, time: Option<Timestamp>) -> Cell {
        Cell::maybe(time.map(|time| time.to_zoned(self.day_zone.clone()).date().to_string()))
    }

    /// The last day of what ends before a moment.
    pub(crate) fn day_before(&self, end: Option<Timestamp>) -> Cell {
        self.day(end.and_then(|end| end.checked_sub(1.second()).ok()))
    }

    /// A length given in seconds, in minutes: whole ones for a person, and never 0 for something
    /// that was there; to a tenth for a program.
    pub(crate) fn minutes(&self, seconds: Option<i64>) -> Cell {
        let Some(seconds) = seconds else { return Cell::number("") };
        if self.person {
            let whole = SignedDuration::from_secs(seconds.saturating_add(30)).as_mins();
            return Cell::number(if seconds > 0 { whole.max(1) } else { whole });
        }
        let tenths = seconds.saturating_add(3).div_euclid(6);
        let sign = if tenths < 0 { "-" } else { "" };
        Cell::number(format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10))
    }
}

/// What a cell means beyond its text. Color is never the only carrier of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Mark {
    /// Nothing.
    #[default]
    None,
    /// Of less interest: inactive, past, private.
    Dim,
    /// Worth a look.
    Warn,
    /// What was looked for.
    Found,
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cell {
    /// The text as Gong wrote it; it is cleaned when it is shown.
    pub text: String,
    /// Whether it is a number, which stands at the right and needs no defusing.
    pub is_number: bool,
    /// What it means.
    pub mark: Mark,
}

impl Cell {
    /// Text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Text that may be absent.
    pub(crate) fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or_else(Self::empty, Self::text)
    }

    /// A number.
    #[expect(clippy::needless_pass_by_value, reason = "numbers are given by value")]
    pub(crate) fn number(number: impl ToString) -> Self {
        Self { text: number.to_string(), is_number: true, ..Self::default() }
    }

    /// Nothing.
    pub(crate) fn empty() -> Self {
        Self::default()
    }

    /// The same with a meaning.
    pub(crate) fn marked(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(person: &str) -> Look {
        let zone = TimeZone::get("America/New_York").unwrap();
        Look { day_zone: zone.clone(), zone, person: person == "person" }
    }

    #[test]
    fn times_are_in_the_zone() {
        let time = Some("2026-07-01T02:30:40Z".parse().unwrap());
        assert_eq!(look("person").time(time).text, "2026-06-30 22:30");
        assert_eq!(look("program").time(time).text, "2026-06-30T22:30:40-04:00");
        assert_eq!(look("person").time(None).text, "");
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let midnight = Some("2026-06-15T04:00:00Z".parse().unwrap());
        assert_eq!(look("person").day(midnight).text, "2026-06-15");
        assert_eq!(look("program").day_before(midnight).text, "2026-06-14");
        assert_eq!(look("person").day(None).text, "");
    }

    #[test]
    fn a_short_call_is_not_of_no_minutes() {
        for (seconds, person, program) in [
            (0, "0", "0.0"),
            (4, "1", "0.1"),
            (89, "1", "1.5"),
            (90, "2", "1.5"),
            (3600, "60", "60.0"),
            (-90, "-1", "-1.5"),
        ] {
            assert_eq!(look("person").minutes(Some(seconds)).text, person);
            assert_eq!(look("program").minutes(Some(seconds)).text, program);
        }
        assert_eq!(look("program").minutes(Some(i64::MAX)).text.len(), 20);
    }
}
