//! Stats: what each user did in a range of days.

use std::ops::Range;

use http::StatusCode;
use jiff::{
    Timestamp,
    civil::{Date, Time},
    fmt::temporal::DateTimePrinter,
    tz::TimeZone,
};
use serde_json::{Map, Value, json};

use super::{calls::inputs, users::Rows};
use crate::{
    ask::{Answered, Ask, Members, Problem},
    data::COUNTERS,
    paging::page,
};

mod interaction;
mod periods;
mod reviews;

pub(super) use self::{
    interaction::interaction,
    periods::{by_period, day_by_day},
    reviews::answered_scorecards,
};

/// `POST /v2/stats/activity/aggregate`: what each user did in a range of days, counted. Scope
/// `api:stats:user-actions`.
pub(super) fn aggregate(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let members = Members::of(&body);
    let asked = Asked::read(ask, members.filter()?)?;
    let mut counters = vec![[0_u64; COUNTERS.len()]; ask.data.users().len()];
    for number in asked.calls(ask) {
        for deed in ask.data.deeds(number) {
            if let Some(place) = place_of(deed.counter) {
                counters[deed.user][place] += 1;
            }
        }
    }
    let users = asked.users(ask).filter(|(place, _)| *place < counters.len());
    let rows: Vec<_> = users
        .map(|(place, user)| (&counters[place], user))
        .map(|(counters, user)| {
            let counters = COUNTERS.iter().zip(counters);
            let counters: Map<_, _> =
                counters.map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
            row(user, "userAggregateActivityStats", Value::Object(counters))
        })
        .collect();
    let shown = |row: &Value| {
        let counters = row["userAggregateActivityStats"].as_object();
        counters.is_some_and(|counters| counters.values().any(|count| *count != 0))
    };
    if !rows.iter().any(shown) {
        return Err(no_stats());
    }
    let rows = Rows(rows.iter().collect());
    let page = page(ask, members.text("cursor")?, &inputs(&body), &rows)?;
    let mut answer = page.into_members("usersAggregateActivityStats");
    asked.repeat(ask, &mut answer);
    Ok(answer)
}

/// The days and the users that a request is about.
struct Asked<'a> {
    days: Range<Date>,
    /// The first moments of these days.
    moments: Range<Timestamp>,
    users: Option<Vec<&'a str>>,
}

impl<'a> Asked<'a> {
    fn read(ask: &Ask<'_>, filter: Members<'a>) -> Result<Self, Problem> {
        let from = day(ask, filter, "fromDate", "fromDateTime")?;
        let to = day(ask, filter, "toDate", "toDateTime")?;
        let zone = ask.data.zone();
        not_after_today(ask, "toDate", to)?;
        if from >= to {
            return Err(Problem::bad_request("fromDate must be before toDate"));
        }
        let users = filter.texts("userIds")?.filter(|ids| !ids.is_empty());
        Ok(Self { days: from..to, moments: start_of(from, zone)?..start_of(to, zone)?, users })
    }

    /// The numbers of the calls that started on these days; none for who sees none.
    fn calls(&self, ask: &Ask<'_>) -> Range<u64> {
        if !ask.pass.sees_calls() {
            return 0..0;
        }
        ask.data.started(Some(self.moments.start), Some(self.moments.end))
    }

    /// The users asked for, or all, with their places.
    fn users<'u>(&self, ask: &Ask<'u>) -> impl Iterator<Item = (usize, &'u Value)> {
        ask.data.users().iter().enumerate().filter(|(_, user)| {
            let id = user["id"].as_str().unwrap_or_default();
            self.users.as_ref().is_none_or(|users| users.contains(&id))
        })
    }

    /// Repeats the range in an answer, as date-times, and names the zone.
    fn repeat(&self, ask: &Ask<'_>, answer: &mut Map<String, Value>) {
        let zone = ask.data.zone();
        let Range { start, end } = self.moments;
        answer.insert("fromDateTime".to_owned(), json!(printed(start, zone)));
        answer.insert("toDateTime".to_owned(), json!(printed(end, zone)));
        answer.insert("timeZone".to_owned(), json!(zone_name(zone, start)));
    }
}

fn place_of(counter: &str) -> Option<usize> {
    COUNTERS.iter().position(|known| *known == counter)
}

fn row(user: &Value, key: &str, stats: Value) -> Value {
    let mut row = json!({ "userId": user["id"], "userEmailAddress": user["emailAddress"] });
    row[key] = stats;
    row
}

fn no_stats() -> Problem {
    let text = "No stats found corresponding to the provided filters";
    Problem::new(StatusCode::NOT_FOUND, text)
}

fn not_after_today(ask: &Ask<'_>, name: &str, date: Date) -> Result<(), Problem> {
    if date > ask.data.zone().to_datetime(ask.moment.wall).date() {
        return Err(Problem::bad_request(format!("{name} must not be after today")));
    }
    Ok(())
}

/// A required date. Unless strict, a date-time under the name that other operations use will do.
fn day(ask: &Ask<'_>, filter: Members<'_>, name: &str, date_time: &str) -> Result<Date, Problem> {
    if let Some(date) = filter.date(name)? {
        return Ok(date);
    }
    let moment = if ask.options.strict { None } else { filter.date_time(date_time)? };
    moment
        .map(|moment| ask.data.zone().to_datetime(moment).date())
        .ok_or_else(|| Problem::bad_request(format!("{name} must not be null")))
}

/// The first moment of a day, which is not midnight where a clock change skips it.
fn start_of(date: Date, zone: &TimeZone) -> Result<Timestamp, Problem> {
    let start = date.to_datetime(Time::midnight()).to_zoned(zone.clone());
    let start = start.and_then(|start| start.start_of_day());
    start.map(|start| start.timestamp()).map_err(|_| Problem::bad_request("a date is out of range"))
}

fn printed(moment: Timestamp, zone: &TimeZone) -> String {
    DateTimePrinter::new().timestamp_with_offset_to_string(&moment, zone.to_offset(moment))
}

fn zone_name(zone: &TimeZone, moment: Timestamp) -> String {
    let name = zone.iana_name().map(str::to_owned);
    name.unwrap_or_else(|| zone.to_offset(moment).to_string())
}
