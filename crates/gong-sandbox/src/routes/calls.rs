//! Calls: the list, one call, the extensive list, the transcripts, and calls that are added.

pub(crate) mod access;
mod add;
pub(super) mod associations;
mod language;
mod record;

use http::StatusCode;
use serde_json::{Map, Value};

pub(super) use self::add::add;
pub(crate) use self::add::{MediaFile, media_arrived};
use super::{
    listing::{Calls, Filter, Shape},
    selector::Selector,
};
use crate::{
    ask::{Answered, Ask, Members, Problem},
    paging::{Listing as _, page},
};

/// `GET /v2/calls`: the calls of a date range. Scope `api:calls:read:basic`.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let filter = Filter {
        from: parameters.date_time("fromDateTime")?,
        to: parameters.date_time("toDateTime")?,
        workspace: parameters.get("workspaceId"),
        ..Filter::default()
    };
    let calls = Calls::new(ask, filter, Shape::Basic);
    let cursor = parameters.get("cursor");
    let inputs = ask.parameters().without_cursor();
    answer(ask, cursor, &inputs, &calls, "calls")
}

/// `GET /v2/calls/{id}`: one call. Scope `api:calls:read:basic`.
pub(super) fn get(ask: &Ask<'_>) -> Answered {
    let id = ask.id.unwrap_or_default();
    let filter = Filter { ids: Some(vec![id]), ..Filter::default() };
    let calls = Calls::new(ask, filter, Shape::Basic);
    let found = calls.places().find(|place| ask.pass.sees_calls() && calls.has(*place));
    let call = found.and_then(|place| calls.record(place)).ok_or_else(|| not_found(id))?;
    Ok(Map::from_iter([("call".to_owned(), call)]))
}

/// `POST /v2/calls/extensive`: calls with what was asked for of their content. Scope
/// `api:calls:read:extensive`, and `api:calls:read:media-url` for media.
pub(super) fn extensive(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let members = Members::of(&body);
    let mut filter = filter(members.filter()?)?;
    let hosts = members.filter()?.ids("primaryUserIds")?;
    filter.hosts = hosts.map(|hosts| hosts.into_iter().collect());
    let selector = Selector::read(members.object("contentSelector")?)?;
    if selector.wants_media() {
        ask.need_scope("api:calls:read:media-url")?;
    }
    let calls = Calls::new(ask, filter, Shape::Extensive(selector));
    answer(ask, members.text("cursor")?, &inputs(&body), &calls, "calls")
}

/// `POST /v2/calls/transcript`: what was said. Scope `api:calls:read:transcript`.
pub(super) fn transcript(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let members = Members::of(&body);
    let filter = filter(members.filter()?)?;
    let calls = Calls::new(ask, filter, Shape::Transcript);
    answer(ask, members.text("cursor")?, &inputs(&body), &calls, "callTranscripts")
}

fn not_found(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("Call ID {id} was not found"))
}

fn filter(members: Members<'_>) -> Result<Filter<'_>, Problem> {
    Ok(Filter {
        from: members.date_time("fromDateTime")?,
        to: members.date_time("toDateTime")?,
        workspace: members.text("workspaceId")?,
        ids: members.ids("callIds")?,
        hosts: None,
    })
}

fn answer(
    ask: &Ask<'_>,
    cursor: Option<&str>,
    inputs: &Value,
    calls: &Calls<'_>,
    key: &str,
) -> Answered {
    if !ask.pass.sees_calls() {
        return Err(Problem::no_calls());
    }
    let page = page(ask, cursor, inputs, calls)?;
    if page.is_nothing() {
        return Err(Problem::no_calls());
    }
    Ok(page.into_members(key))
}

/// All of a body but its cursor.
pub(super) fn inputs(body: &Map<String, Value>) -> Value {
    let mut inputs = body.clone();
    inputs.shift_remove("cursor");
    Value::Object(inputs)
}
