//! Meetings: created, changed, and deleted as Gong documents it, and listed as it does not. The list
//! is invented because people ask for it, and a strict sandbox refuses it.

use std::collections::BTreeMap;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::users::Rows;
use crate::{
    ask::{Answered, Ask, Members, Problem},
    paging::page,
    rules::{
        Kind::{DateTime, List, Text, Texts},
        Rule, check, may, needs,
    },
    sandbox::lock,
};

mod upcoming;

/// What was created, changed, and deleted: by id, the meeting, or nothing if it is no more.
#[derive(Debug, Default)]
pub(crate) struct Meetings {
    changed: BTreeMap<String, Option<Value>>,
    n_created: u64,
}

/// `GET /v2/meetings`: the meetings of the days ahead, which Gong documents nowhere.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let from = parameters.date_time("fromDateTime")?;
    let to = parameters.date_time("toDateTime")?;
    let mut meetings = if ask.pass.sees_calls() { all(ask) } else { Vec::new() };
    meetings.retain(|(start, _)| {
        from.is_none_or(|from| from <= *start) && to.is_none_or(|to| *start < to)
    });
    let rows = Rows(meetings.iter().map(|(_, meeting)| meeting).collect());
    let inputs = ask.parameters().without_cursor();
    Ok(page(ask, parameters.get("cursor"), &inputs, &rows)?.into_members("meetings"))
}

/// `POST /v2/meetings`: creates a meeting. Scope `api:meetings:user:create`.
pub(super) fn create(ask: &Ask<'_>) -> Answered {
    need_meetings(ask)?;
    let body = ask.body()?;
    let organizer = check_meeting(ask, &body)?;
    if is_disconnected(ask, organizer) {
        return Err(disconnected());
    }
    let mut meetings = lock(&ask.store.meetings);
    meetings.n_created += 1;
    let id = ask.id("meeting", &meetings.n_created.to_string());
    let provider = organizer["conferencingProviders"][0]["provider"].as_str().unwrap_or("zoom");
    let provider = body.get("provider").and_then(Value::as_str).unwrap_or(provider);
    let url = format!("https://meet.example/{id}");
    let mut meeting = json!({ "meetingId": id, "meetingUrl": url, "title": "Meeting" });
    meeting["provider"] = json!(provider);
    fill(ask, &mut meeting, &body)?;
    meetings.changed.insert(id.clone(), Some(meeting));
    let assistant = json!({
        "email": "assistant@gong.example",
        "displayName": "Gong Assistant",
        "firstName": "Gong",
        "lastName": "Assistant",
    });
    Ok(Map::from_iter([
        ("meetingId".to_owned(), json!(id)),
        ("meetingUrl".to_owned(), json!(url)),
        ("additionalInvitees".to_owned(), json!([assistant])),
    ]))
}

/// `PUT /v2/meetings/{meetingId}`: changes a meeting. Scope `api:meetings:user:update`.
pub(super) fn update(ask: &Ask<'_>) -> Answered {
    need_meetings(ask)?;
    let id = number(ask)?;
    let body = ask.body()?;
    let organizer = check_meeting(ask, &body)?;
    let mut meeting = found(ask, id, organizer["emailAddress"].as_str())?;
    if is_disconnected(ask, organizer) {
        return Err(disconnected());
    }
    fill(ask, &mut meeting, &body)?;
    lock(&ask.store.meetings).changed.insert(id.to_owned(), Some(meeting));
    Ok(Map::from_iter([("meetingId".to_owned(), json!(id))]))
}

/// `DELETE /v2/meetings/{meetingId}`: deletes a meeting. Scope `api:meetings:user:delete`.
pub(super) fn delete(ask: &Ask<'_>) -> Answered {
    need_meetings(ask)?;
    let id = number(ask)?;
    let body = ask.body()?;
    check(&body, &[may("organizerEmail", Text)])?;
    found(ask, id, Members::of(&body).text("organizerEmail")?)?;
    lock(&ask.store.meetings).changed.insert(id.to_owned(), None);
    Ok(Map::new())
}

/// `POST /v2/meetings/integration/status`: who can have meetings created. Scope
/// `api:meetings:integration:status`.
pub(super) fn integration_status(ask: &Ask<'_>) -> Answered {
    need_meetings(ask)?;
    let body = ask.body()?;
    check(&body, &[needs("emails", Texts)])?;
    let emails = Members::of(&body).texts("emails")?.unwrap_or_default();
    if emails.len() > MOST_EMAILS {
        let text = format!("emails must not have more than {MOST_EMAILS} items");
        return Err(Problem::bad_request(text));
    }
    let status = |email: &&str| {
        let user = ask.user_at(email);
        let error = match user {
            None => Some(("This person is not a Gong user", "")),
            Some(user) if is_disconnected(ask, user) => Some((RECONNECT, FIX_URL)),
            Some(_) => None,
        };
        json!({
            "email": email,
            "exists": user.is_some(),
            "valid": error.is_none(),
            "userFacingError": error.map(|(text, _)| text),
            "fixUrl": error.map(|(_, address)| address),
            "helpUrl": error.map(|_| HELP_URL),
        })
    };
    Ok(Map::from_iter([("users".to_owned(), emails.iter().map(status).collect())]))
}

const MOST_EMAILS: usize = 100;

const RECONNECT: &str = "Your meeting provider is disconnected. Connect it again to go on.";
const FIX_URL: &str = "https://app.gong.io/settings/integrations";
const HELP_URL: &str = "https://help.gong.io/docs/meeting-providers";

fn need_meetings(ask: &Ask<'_>) -> Result<(), Problem> {
    if ask.options.without_meetings {
        let text =
            "This API endpoint is in Limited release - contact your CSM for more information.";
        return Err(Problem::new(StatusCode::FORBIDDEN, text));
    }
    Ok(())
}

/// One user has let the connection to a meeting provider end: the first active one whose list of
/// providers is empty.
fn is_disconnected(ask: &Ask<'_>, user: &Value) -> bool {
    let users = ask.data.users().iter();
    let mut disconnected = users.filter(|user| {
        user["active"] != false
            && user["conferencingProviders"].as_array().is_some_and(Vec::is_empty)
    });
    disconnected.next().is_some_and(|first| first["id"] == user["id"])
}

fn disconnected() -> Problem {
    let mut problem = Problem::new(StatusCode::CONFLICT, "Provider disconnected");
    for (name, text) in [("userFacingError", RECONNECT), ("fixUrl", FIX_URL), ("helpUrl", HELP_URL)]
    {
        problem.more.insert(name.to_owned(), json!(text));
    }
    problem
}

/// The organizer of a meeting that is as it should be.
fn check_meeting<'a>(ask: &'a Ask<'_>, body: &Map<String, Value>) -> Result<&'a Value, Problem> {
    check(body, &MEETING)?;
    let members = Members::of(body);
    if members.date_time("endTime")? <= members.date_time("startTime")? {
        return Err(Problem::bad_request("endTime must be after startTime"));
    }
    for invitee in body["invitees"].as_array().into_iter().flatten() {
        if !invitee["email"].as_str().is_some_and(|email| email.contains('@')) {
            return Err(Problem::bad_request("email of an invitee is not an email address"));
        }
    }
    let email = members.text("organizerEmail")?.unwrap_or_default();
    ask.user_at(email).ok_or_else(|| {
        let text = "No Gong user found corresponding to the provided organizer email";
        Problem::new(StatusCode::NOT_FOUND, text)
    })
}

/// Puts what was sent into a meeting.
fn fill(ask: &Ask<'_>, meeting: &mut Value, body: &Map<String, Value>) -> Result<(), Problem> {
    let members = Members::of(body);
    for name in ["startTime", "endTime"] {
        meeting[name] = json!(members.date_time(name)?.map(|moment| ask.local_time(moment)));
    }
    for name in ["title", "organizerEmail", "invitees", "externalId", "provider"] {
        if let Some(value) = body.get(name).filter(|value| !value.is_null()) {
            meeting[name] = value.clone();
        }
    }
    Ok(())
}

/// The id in the path, which must be a number.
fn number<'a>(ask: &Ask<'a>) -> Result<&'a str, Problem> {
    let id = ask.id.unwrap_or_default();
    if id.parse::<i64>().is_err() {
        return Err(Problem::bad_request("meetingId must be a whole number"));
    }
    Ok(id)
}

/// The meeting with this id, if it is this organizer's.
fn found(ask: &Ask<'_>, id: &str, organizer: Option<&str>) -> Result<Value, Problem> {
    let mut meetings = all(ask).into_iter().map(|(_, meeting)| meeting);
    let meeting = meetings.find(|meeting| {
        let its_organizer = meeting["organizerEmail"].as_str();
        meeting["meetingId"] == id
            && organizer.is_none_or(|email| {
                its_organizer.is_some_and(|its_organizer| its_organizer.eq_ignore_ascii_case(email))
            })
    });
    let text = "The given meeting ID was not found.";
    meeting.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, text))
}

/// The meetings that there are now, by when they begin.
fn all(ask: &Ask<'_>) -> Vec<(Timestamp, Value)> {
    let mut meetings = upcoming::upcoming(ask);
    let changed = &lock(&ask.store.meetings).changed;
    meetings.retain(|(_, meeting)| {
        meeting["meetingId"].as_str().is_none_or(|id| !changed.contains_key(id))
    });
    meetings.extend(changed.values().flatten().filter_map(|meeting| {
        Some((meeting["startTime"].as_str()?.parse().ok()?, meeting.clone()))
    }));
    meetings.sort_by_key(|(start, _)| *start);
    meetings
}

static MEETING: [Rule; 7] = [
    needs("startTime", DateTime),
    needs("endTime", DateTime),
    may("title", Text),
    needs("invitees", List(&INVITEE)),
    may("externalId", Text),
    may("provider", Text),
    needs("organizerEmail", Text),
];

static INVITEE: [Rule; 4] =
    [needs("email", Text), may("displayName", Text), may("firstName", Text), may("lastName", Text)];
