//! Stats: what each user did in a range of days.

use http::StatusCode;
use jiff::{
    Timestamp,
    civil::{Date, Time},
    fmt::temporal::DateTimePrinter,
    tz::TimeZone,
};
use serde_json::{Value, json};

use super::{calls::inputs, users::Rows};
use crate::{
    ask::{Answered, Ask, Members, Problem},
    paging::page,
};

/// `POST /v2/stats/activity/aggregate`: what each user did in a range of days, counted. Scope
/// `api:stats:user-actions`.
pub(super) fn aggregate(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let members = Members::of(&body);
    let filter = members.filter()?;
    let (from, to) = range(ask, filter)?;
    let users = filter.texts("userIds")?.filter(|ids| !ids.is_empty());
    let rows = rows(ask, from, to, users.as_deref());
    if rows.is_empty() {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "No stats found corresponding to the provided filters",
        ));
    }
    let rows = Rows(rows.iter().collect());
    let page = page(ask, members.text("cursor")?, &inputs(&body), &rows)?;
    let mut answer = page.into_members("usersAggregateActivityStats");
    let zone = ask.data.zone();
    answer.insert("fromDateTime".to_owned(), json!(printed(from, zone)));
    answer.insert("toDateTime".to_owned(), json!(printed(to, zone)));
    answer.insert("timeZone".to_owned(), json!(zone_name(zone, from)));
    Ok(answer)
}

/// One row a user; nothing if nobody did anything.
fn rows(ask: &Ask<'_>, from: Timestamp, to: Timestamp, users: Option<&[&str]>) -> Vec<Value> {
    if !ask.pass.sees_calls() {
        return Vec::new();
    }
    let mut activity = ask.data.activity(from, to);
    activity.retain(|(id, ..)| users.is_none_or(|users| users.contains(&id.as_str())));
    let did_something = |counters: &Value| {
        counters.as_object().is_some_and(|counters| counters.values().any(|count| count != 0))
    };
    if !activity.iter().any(|(.., counters)| did_something(counters)) {
        return Vec::new();
    }
    let row = |(id, email, counters)| {
        json!({
            "userId": id,
            "userEmailAddress": email,
            "userAggregateActivityStats": counters,
        })
    };
    activity.into_iter().map(row).collect()
}

/// The range of days, in the company's zone.
fn range(ask: &Ask<'_>, filter: Members<'_>) -> Result<(Timestamp, Timestamp), Problem> {
    let from = day(ask, filter, "fromDate", "fromDateTime")?;
    let to = day(ask, filter, "toDate", "toDateTime")?;
    let zone = ask.data.zone();
    if to > zone.to_datetime(ask.moment.wall).date() {
        return Err(Problem::bad_request("toDate must not be after today"));
    }
    if from >= to {
        return Err(Problem::bad_request("fromDate must be before toDate"));
    }
    Ok((start_of(from, zone)?, start_of(to, zone)?))
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
