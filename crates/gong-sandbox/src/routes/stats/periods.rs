//! Stats by period: what each user did in each day, week, month, quarter, or year of a range.

use std::{collections::BTreeMap, ops::Range};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use serde_json::{Map, Value, json};

use super::{Asked, inputs, no_stats, place_of, printed, row, start_of};
use crate::{
    ask::{Answered, Ask, Members, Problem},
    data::COUNTERS,
    paging::{Listing, page},
};

/// `POST /v2/stats/activity/aggregate-by-period`: what each user did, counted by period. Scope
/// `api:stats:user-actions`.
pub(in super::super) fn by_period(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let unit = match Members::of(&body).text("aggregationPeriod")? {
        Some("DAY") => Unit::Day,
        Some("WEEK") => Unit::Week,
        Some("MONTH") => Unit::Month,
        Some("QUARTER") => Unit::Quarter,
        Some("YEAR") => Unit::Year,
        Some(_) => {
            let known = "aggregationPeriod must be DAY, WEEK, MONTH, QUARTER, or YEAR";
            return Err(Problem::bad_json(known));
        }
        None => return Err(Problem::bad_request("aggregationPeriod must not be null")),
    };
    answer(ask, &body, unit, &Shape::Counts)
}

/// `POST /v2/stats/activity/day-by-day`: with which calls each user did what, day by day. Scope
/// `api:stats:user-actions:detailed`.
pub(in super::super) fn day_by_day(ask: &Ask<'_>) -> Answered {
    answer(ask, &ask.body()?, Unit::Day, &Shape::CallIds)
}

fn answer(ask: &Ask<'_>, body: &Map<String, Value>, unit: Unit, shape: &Shape) -> Answered {
    let members = Members::of(body);
    let asked = Asked::read(ask, members.filter()?)?;
    let users = Users::new(ask, &asked, unit, shape)?;
    if users.rows.iter().all(|(_, periods)| periods.is_empty()) {
        return Err(no_stats());
    }
    let page = page(ask, members.text("cursor")?, &inputs(body), &users)?;
    Ok(page.into_members(match shape {
        Shape::Counts => "usersAggregateActivity",
        Shape::CallIds => "usersDetailedActivities",
    }))
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The first day of the period after the one of this day.
    fn next(self, day: Date) -> Option<Date> {
        let last = match self {
            Self::Day => day,
            Self::Week => {
                let left = 6 - i64::from(day.weekday().to_monday_zero_offset());
                day.checked_add(jiff::Span::new().days(left)).ok()?
            }
            Self::Month => day.last_of_month(),
            Self::Quarter => date(day.year(), (day.month() - 1) / 3 * 3 + 3, 1).last_of_month(),
            Self::Year => day.last_of_year(),
        };
        last.tomorrow().ok()
    }

    /// The periods of a range of days, cut off at its ends.
    fn split(self, days: &Range<Date>) -> Vec<Range<Date>> {
        let mut periods = Vec::new();
        let mut start = days.start;
        while start < days.end {
            let end = self.next(start).unwrap_or(days.end).min(days.end);
            periods.push(start..end);
            start = end;
        }
        periods
    }
}

/// What is shown of the calls that were counted.
enum Shape {
    Counts,
    CallIds,
}

/// The numbers of the calls, a list a counter.
type Calls = [Vec<u64>; COUNTERS.len()];

struct Users<'a> {
    ask: &'a Ask<'a>,
    shape: &'a Shape,
    periods: Vec<Range<Timestamp>>,
    /// A user's place, and what he or she did in the periods, by their places; those in which
    /// nothing was done are left out.
    rows: Vec<(usize, Vec<(usize, Calls)>)>,
}

impl<'a> Users<'a> {
    /// Users who did nothing are there only if they were asked for.
    fn new(
        ask: &'a Ask<'a>,
        asked: &Asked<'_>,
        unit: Unit,
        shape: &'a Shape,
    ) -> Result<Self, Problem> {
        let zone = ask.data.zone();
        let all = asked.calls(ask);
        let mut periods = Vec::new();
        let mut done: BTreeMap<usize, Vec<(usize, Calls)>> = BTreeMap::new();
        for Range { start, end } in unit.split(&asked.days) {
            let (start, end) = (start_of(start, zone)?, start_of(end, zone)?);
            let calls = ask.data.started(Some(start), Some(end));
            let period = periods.len();
            periods.push(start..end);
            for number in calls.start.max(all.start)..calls.end.min(all.end) {
                for deed in ask.data.deeds(number) {
                    let own = done.entry(deed.user).or_default();
                    if own.last().is_none_or(|(last, _)| *last != period) {
                        own.push((period, Calls::default()));
                    }
                    if let (Some((_, calls)), Some(place)) =
                        (own.last_mut(), place_of(deed.counter))
                    {
                        calls[place].push(number);
                    }
                }
            }
        }
        let rows = asked.users(ask).filter_map(|(place, _)| match done.remove(&place) {
            None if asked.users.is_none() => None,
            periods => Some((place, periods.unwrap_or_default())),
        });
        Ok(Self { ask, shape, rows: rows.collect(), periods })
    }

    fn period(&self, place: usize, calls: &Calls) -> Value {
        let mut members = Map::new();
        for (name, calls) in COUNTERS.iter().zip(calls) {
            let shown = match self.shape {
                Shape::Counts => json!(calls.len()),
                Shape::CallIds => calls
                    .iter()
                    .map(|number| self.ask.data.meta_data(*number)["id"].take())
                    .collect(),
            };
            members.insert((*name).to_owned(), shown);
        }
        let zone = self.ask.data.zone();
        let Range { start, end } = self.periods[place];
        members.insert("fromDate".to_owned(), json!(printed(start, zone)));
        members.insert("toDate".to_owned(), json!(printed(end, zone)));
        Value::Object(members)
    }
}

impl Listing for Users<'_> {
    fn places(&self) -> Range<u64> {
        0..u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }

    fn has(&self, _place: u64) -> bool {
        true
    }

    fn record(&self, place: u64) -> Option<Value> {
        let (user, periods) = self.rows.get(usize::try_from(place).ok()?)?;
        let stats = periods.iter().map(|(place, calls)| self.period(*place, calls)).collect();
        let key = match self.shape {
            Shape::Counts => "userAggregateActivity",
            Shape::CallIds => "userDailyActivityStats",
        };
        Some(row(&self.ask.data.users()[*user], key, stats))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Unit;

    #[test]
    fn periods_are_those_of_the_calendar_cut_off_at_the_ends() {
        let days = date(2025, 12, 30)..date(2026, 4, 2);
        let starts = |unit: Unit| {
            let periods = unit.split(&days);
            assert_eq!(periods[0].start, days.start);
            assert_eq!(periods.last().unwrap().end, days.end);
            assert!(periods.windows(2).all(|pair| pair[0].end == pair[1].start));
            periods.iter().skip(1).map(|period| period.start.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(starts(Unit::Day).len(), 92);
        assert_eq!(starts(Unit::Week)[..2], ["2026-01-05", "2026-01-12"], "Mondays");
        assert_eq!(starts(Unit::Month), ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]);
        assert_eq!(starts(Unit::Quarter), ["2026-01-01", "2026-04-01"]);
        assert_eq!(starts(Unit::Year), ["2026-01-01"]);
        let monday = date(2026, 1, 5)..date(2026, 1, 12);
        assert_eq!(Unit::Week.split(&monday), [monday]);
    }
}
