//! Adding calls: the request, what is wrong with it, and the arrival of the recording.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{language, record};
use crate::{
    ask::{Answered, Ask, Members, Problem},
    routes::crm_context::{CALL_CONTEXT, PERSON_CONTEXT},
    rules::{
        Kind::{DateTime, Flag, List, Number, Object, OneOf, Text, TextUpTo, Texts, Whole},
        Rule, check, may, needs,
    },
    sandbox::lock,
};

/// `POST /v2/calls`: adds a call, whose recording comes later or from an address. Scope
/// `api:calls:create`.
pub(in crate::routes) fn add(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    check(&body, &CALL)?;
    let members = Members::of(&body);
    check_people(ask, &body)?;
    check_rest(ask, members)?;
    let unique_id = members.text("clientUniqueId")?.unwrap_or_default();
    let id = ask.id("call", unique_id);
    let mut call = record::call(ask, &id, &body)?;
    if call.media_url.is_some() {
        record::begin_processing(ask, &mut call);
    }
    let mut calls = lock(&ask.store.calls);
    if calls.added().any(|other| other.client_unique_id == unique_id) {
        return Err(conflict("clientUniqueId was already used"));
    }
    if calls.added().any(|other| other.media_url.is_some() && other.media_url == call.media_url) {
        return Err(conflict("downloadMediaUrl was already used"));
    }
    calls.add(call);
    Ok(Map::from_iter([("callId".to_owned(), json!(id))]))
}

/// A recording that was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MediaFile<'a> {
    /// The name that the sender gave it.
    pub(crate) name: &'a str,
    /// What the sender called it, such as `audio/mpeg`.
    pub(crate) content_type: &'a str,
}

impl MediaFile<'_> {
    fn is_video(self) -> bool {
        let ending = self.name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_film = ["mp4", "mkv"].iter().any(|film| ending.eq_ignore_ascii_case(film));
        is_film || self.content_type.starts_with("video/")
    }
}

/// Takes note that the recording of a call has come, so that processing begins. A call has one
/// recording, so one that has it, or was to be fetched from an address, takes no other; the
/// company's own calls take any, and stay as they are.
pub(crate) fn media_arrived(
    ask: &Ask<'_>,
    call_id: &str,
    file: MediaFile<'_>,
) -> Result<(), Problem> {
    if ask.data.find(call_id).is_none() {
        return Err(super::not_found(call_id));
    }
    let mut calls = lock(&ask.store.calls);
    let Some(call) = calls.added_mut(call_id) else { return Ok(()) };
    if call.media_url.is_some() {
        return Err(Problem::bad_request("The call was added with a downloadMediaUrl"));
    }
    if call.has_media() {
        return Err(Problem::bad_request("The call already has media"));
    }
    if file.is_video() {
        call.meta_data["media"] = json!("Video");
        call.blocks["media"]["videoUrl"] = json!("");
    }
    record::begin_processing(ask, call);
    Ok(())
}

fn conflict(text: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, text)
}

/// The primary user must be a user who is recorded, and one of the parties.
fn check_people(ask: &Ask<'_>, body: &Map<String, Value>) -> Result<(), Problem> {
    let primary = body["primaryUser"].as_str().unwrap_or_default();
    let Some(user) = ask.user(primary) else {
        return Err(Problem::bad_request("primaryUser is not a user of this company"));
    };
    let parties = body["parties"].as_array().map_or(&[][..], Vec::as_slice);
    if !parties.iter().any(|party| party["userId"].as_str() == Some(primary)) {
        return Err(Problem::bad_request("primaryUser must be one of the parties, by userId"));
    }
    for party in parties {
        if party["userId"].as_str().is_some_and(|id| ask.user(id).is_none()) {
            return Err(Problem::bad_request("userId of a party is not a user of this company"));
        }
    }
    let known: HashSet<_> = parties.iter().filter_map(|party| party["partyId"].as_str()).collect();
    let segments = body.get("speakersTimeline").map(|timeline| &timeline["speechSegments"]);
    for segment in segments.and_then(Value::as_array).into_iter().flatten() {
        let ids = segment["partyIds"].as_array().into_iter().flatten();
        if !ids.filter_map(Value::as_str).all(|id| known.contains(id)) {
            return Err(Problem::bad_request("speakersTimeline names a partyId of no party"));
        }
        if segment["toTime"].as_i64() < segment["fromTime"].as_i64() {
            return Err(Problem::bad_request("toTime must not be before fromTime"));
        }
    }
    let settings = &user["settings"];
    if settings["webConferencesRecorded"] == false
        || settings["preventWebConferenceRecording"] == true
    {
        return Err(conflict("Recording is not enabled for the primary user"));
    }
    Ok(())
}

fn check_rest(ask: &Ask<'_>, members: Members<'_>) -> Result<(), Problem> {
    if let Some(code) = members.text("languageCode")?
        && language::spoken(code).is_none()
    {
        return Err(Problem::bad_request(format!("languageCode {code} is not supported")));
    }
    if let Some(id) = members.text("workspaceId")?
        && !ask.has_workspace(id)
    {
        return Err(Problem::bad_request("workspaceId is not a workspace of this company"));
    }
    if let (Some(start), Some(end)) =
        (members.date_time("scheduledStart")?, members.date_time("scheduledEnd")?)
        && end < start
    {
        return Err(Problem::bad_request("scheduledEnd must not be before scheduledStart"));
    }
    if let Some(address) = members.text("downloadMediaUrl")? {
        let is_web = url::Url::parse(address)
            .is_ok_and(|address| matches!(address.scheme(), "http" | "https"));
        if !is_web {
            return Err(Problem::bad_request("downloadMediaUrl is not an address of the web"));
        }
    }
    Ok(())
}

static CALL: [Rule; 20] = [
    needs("clientUniqueId", TextUpTo(2048)),
    may("title", Text),
    may("purpose", TextUpTo(255)),
    may("scheduledStart", DateTime),
    may("scheduledEnd", DateTime),
    needs("actualStart", DateTime),
    may("duration", Number),
    needs("parties", List(&PARTY)),
    needs("direction", OneOf(&["Inbound", "Outbound", "Conference", "Unknown"])),
    may("disposition", TextUpTo(255)),
    may("context", List(&CALL_CONTEXT)),
    may("customData", Text),
    may("speakersTimeline", Object(&TIMELINE)),
    may("meetingUrl", Text),
    may("callProviderCode", Text),
    may("downloadMediaUrl", Text),
    may("workspaceId", Text),
    may("languageCode", Text),
    may("flowContext", Object(&FLOW_CONTEXT)),
    needs("primaryUser", Text),
];

static PARTY: [Rule; 7] = [
    may("phoneNumber", Text),
    may("emailAddress", Text),
    may("name", Text),
    may("partyId", Text),
    may("mediaChannelId", Whole(0, 1)),
    may("context", List(&PERSON_CONTEXT)),
    may("userId", Text),
];

static TIMELINE: [Rule; 2] = [may("precise", Flag), may("speechSegments", List(&SEGMENT))];

static SEGMENT: [Rule; 3] = [
    needs("fromTime", Whole(0, MOST_MILLISECONDS)),
    needs("toTime", Whole(0, MOST_MILLISECONDS)),
    needs("partyIds", Texts),
];

static FLOW_CONTEXT: [Rule; 1] = [may("taskId", Text)];

/// What 32 bits hold.
const MOST_MILLISECONDS: i64 = 2_147_483_647;
