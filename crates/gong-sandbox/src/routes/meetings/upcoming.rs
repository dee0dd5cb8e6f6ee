//! Meetings that are there from the beginning: what follows the last calls.

use jiff::{Timestamp, ToSpan as _, civil::Weekday};
use serde_json::{Map, Value, json};

use crate::ask::Ask;

/// How many meetings are ahead, at most.
const AHEAD: u64 = 24;

/// Meetings are numbered as their calls are, from here.
const FIRST_MEETING_ID: u64 = 7_000_000_000_000_000_000;

/// How many are held on one day.
const A_DAY: u64 = 4;

/// The meetings of the days ahead, which go on where recent calls ended, and when each begins.
pub(super) fn upcoming(ask: &Ask<'_>) -> Vec<(Timestamp, Value)> {
    let calls = ask.base.started(None, Some(ask.base.now()));
    let mut meetings = Vec::new();
    for number in calls.rev().take(200) {
        let place = u64::try_from(meetings.len()).unwrap_or(u64::MAX);
        if place == AHEAD {
            break;
        }
        if let Some(meeting) = follow_up(ask, number, place) {
            meetings.push(meeting);
        }
    }
    meetings
}

/// The meeting that follows a call, if its parties are known.
fn follow_up(ask: &Ask<'_>, number: u64, place: u64) -> Option<(Timestamp, Value)> {
    let facts = ask.base.facts(number);
    if facts.is_private {
        return None;
    }
    let call = ask.base.meta_data(number);
    let blocks = ask.base.blocks(number);
    let organizer = ask.base.users().iter().find(|user| {
        user["id"].as_str() == facts.host_user_id.as_deref() && user["active"] != false
    })?;
    let organizer = organizer["emailAddress"].as_str()?;
    let invitees: Vec<_> = blocks["parties"].as_array()?.iter().filter_map(invitee).collect();
    if invitees.is_empty() {
        return None;
    }
    let start = slot(ask, place)?;
    let id = call["id"].as_str()?;
    let title = call["title"].as_str().unwrap_or("Call");
    let url = call["meetingUrl"].as_str().filter(|url| !url.is_empty());
    let meeting = json!({
        "meetingId": (FIRST_MEETING_ID + number).to_string(),
        "meetingUrl": url.map_or_else(|| format!("https://meet.example/{id}"), str::to_owned),
        "title": format!("Next: {title}"),
        "startTime": ask.local_time(start),
        "endTime": ask.local_time(start.checked_add(30.minutes()).ok()?),
        "organizerEmail": organizer,
        "invitees": invitees,
        "externalId": format!("next-{id}"),
        "provider": call["system"].as_str().unwrap_or("zoom").to_lowercase(),
    });
    Some((start, meeting))
}

fn invitee(party: &Value) -> Option<Value> {
    let mut invitee = Map::new();
    invitee.insert("email".to_owned(), json!(party["emailAddress"].as_str()?));
    if let Some(name) = party["name"].as_str() {
        invitee.insert("displayName".to_owned(), json!(name));
    }
    Some(Value::Object(invitee))
}

/// A time of a working day ahead, in the company's zone.
fn slot(ask: &Ask<'_>, place: u64) -> Option<Timestamp> {
    let today = ask.base.zone().to_datetime(ask.base.now()).date();
    let mut day = today;
    for _ in 0..=place / A_DAY {
        day = day.tomorrow().ok()?;
        while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            day = day.tomorrow().ok()?;
        }
    }
    let hour = i8::try_from(9 + 2 * (place % A_DAY)).ok()?;
    let start = day.at(hour, 30, 0, 0).to_zoned(ask.base.zone().clone()).ok()?;
    Some(start.timestamp())
}
