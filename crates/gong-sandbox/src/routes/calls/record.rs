//! The record of an added call: what Gong makes of a request, and of a recording nobody listens to.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::language;
use crate::{
    ask::{Ask, Members, Problem},
    changes::Added,
    clock::later,
    data::{Facts, outsiders},
};

/// How long a call is said to be if nothing says how long it was, in seconds.
const USUAL_SECONDS: u64 = 1800;

/// What people say on a call that only the sandbox has heard.
const LINES: [&str; 6] = [
    "Thanks for making the time today.",
    "Happy to. We have been looking forward to this.",
    "Let us go through what we agreed on last time.",
    "Could you say a little more about the timeline?",
    "We would like to have it running before the end of the quarter.",
    "Good. I will send a summary with the next steps.",
];

/// The call that a request adds. The request is known to be as it should be.
pub(super) fn call(ask: &Ask<'_>, id: &str, body: &Map<String, Value>) -> Result<Added, Problem> {
    let members = Members::of(body);
    let started = members.date_time("actualStart")?.unwrap_or(ask.moment.wall);
    let scheduled = members.date_time("scheduledStart")?;
    let host = members.text("primaryUser")?.unwrap_or_default();
    let first_workspace = ask.data.workspaces().first().and_then(|first| first["id"].as_str());
    let workspace_id = members.text("workspaceId")?.or(first_workspace).unwrap_or_default();
    let parties = parties(ask, id, body);
    let duration = duration(body);
    let talk = talk(body, parties.len(), duration * 1000);
    let is_conference = body["direction"] == "Conference";
    let facts = Facts {
        started,
        listed_at: scheduled.filter(|_| is_conference).unwrap_or(started),
        ready_at: Timestamp::MAX,
        transcribed_at: Timestamp::MAX,
        workspace_id: workspace_id.to_owned(),
        host_user_id: Some(host.to_owned()),
        is_private: false,
    };
    let or_null = |name: &str| body.get(name).cloned().unwrap_or_default();
    let code = members.text("languageCode")?.unwrap_or("en-US");
    let meta_data = json!({
        "id": id,
        "url": format!("https://us-12345.app.gong.io/call?id={id}"),
        "title": members.text("title")?.unwrap_or("Call"),
        "scheduled": scheduled.map(|scheduled| ask.local_time(scheduled)),
        "started": ask.local_time(started),
        "duration": duration,
        "primaryUserId": host,
        "direction": body["direction"],
        "system": or_null("callProviderCode"),
        "scope": scope(&parties),
        "media": "Audio",
        "language": language::spoken(code).unwrap_or("und"),
        "workspaceId": workspace_id,
        "sdrDisposition": or_null("disposition"),
        "clientUniqueId": body["clientUniqueId"],
        "customData": or_null("customData"),
        "purpose": or_null("purpose"),
        "meetingUrl": or_null("meetingUrl"),
        "isPrivate": false,
        "calendarEventId": null,
    });
    let parties = Value::Array(parties);
    Ok(Added {
        id: id.to_owned(),
        client_unique_id: members.text("clientUniqueId")?.unwrap_or_default().to_owned(),
        media_url: members.text("downloadMediaUrl")?.map(str::to_owned),
        facts,
        meta_data,
        transcript: transcript(&parties, &talk),
        outsiders: outsiders(&parties),
        blocks: json!({
            "context": context(&or_null("context")),
            "interaction": interaction(&parties, &talk),
            "parties": parties,
            "content": {
                "structure": [],
                "trackers": [],
                "topics": [],
                "brief": "The parties agreed on what to do next.",
                "outline": [],
                "highlights": [],
                "keyPoints": [{ "text": "There is a date for the next step." }],
            },
            "media": { "audioUrl": "" },
        }),
        erased_at: None,
    })
}

/// The call can be read, and later its transcript too, as soon as the work on it is done.
pub(super) fn begin_processing(ask: &Ask<'_>, call: &mut Added) {
    call.facts.ready_at = ask.done_at();
    call.facts.transcribed_at = later(call.facts.ready_at, ask.options.work_time);
}

/// In whole seconds.
fn duration(body: &Map<String, Value>) -> u64 {
    let said = body.get("duration").and_then(Value::as_f64).map(f64::ceil);
    let said = said.and_then(|seconds| format!("{seconds:.0}").parse().ok());
    let last = segments(body).filter_map(|segment| segment["toTime"].as_u64()).max();
    said.or(last.map(|last| last.div_ceil(1000))).unwrap_or(USUAL_SECONDS)
}

fn segments(body: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let timeline = body.get("speakersTimeline");
    let segments = timeline.and_then(|timeline| timeline["speechSegments"].as_array());
    segments.into_iter().flatten()
}

fn parties(ask: &Ask<'_>, call_id: &str, body: &Map<String, Value>) -> Vec<Value> {
    let domain = |email: &str| email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let ours = |email: &str| {
        let mut addresses =
            ask.data.users().iter().filter_map(|user| user["emailAddress"].as_str());
        let wanted = domain(email);
        wanted.is_some() && addresses.any(|address| domain(address) == wanted)
    };
    let people = body["parties"].as_array().into_iter().flatten().enumerate();
    let party = |(place, sent): (usize, &Value)| {
        let user = sent["userId"].as_str().and_then(|id| ask.user(id));
        let of_user = |name: &str| user.map(|user| user[name].clone());
        let email = sent["emailAddress"].as_str();
        let affiliation = match email {
            _ if user.is_some() => "Internal",
            Some(email) if ours(email) => "Internal",
            Some(_) => "External",
            None => "Unknown",
        };
        let name = user.map(|user| {
            let part = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
            json!(format!("{} {}", part("firstName"), part("lastName")).trim())
        });
        let key = format!("{call_id}/{place}");
        let mut party = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value.filter(|value| !value.is_null()) {
                party.insert(name.to_owned(), value);
            }
        };
        let sent_or = |name: &str, other: Option<Value>| {
            sent.get(name).filter(|value| !value.is_null()).cloned().or(other)
        };
        put("id", Some(json!(ask.id("party", &key))));
        put("emailAddress", sent_or("emailAddress", of_user("emailAddress")));
        put("name", sent_or("name", name));
        put("title", of_user("title"));
        put("userId", sent_or("userId", None));
        put("speakerId", Some(json!(ask.id("speaker", &key))));
        put("context", sent_or("context", None).map(|sent| context(&sent)));
        put("affiliation", Some(json!(affiliation)));
        put("phoneNumber", sent_or("phoneNumber", of_user("phoneNumber")));
        put("methods", Some(json!(["Attendee"])));
        Value::Object(party)
    };
    people.map(party).collect()
}

/// CRM records as a call shows them: as they were sent, and known at this time.
fn context(sent: &Value) -> Value {
    let mut context = if sent.is_array() { sent.clone() } else { json!([]) };
    for system in context.as_array_mut().into_iter().flatten() {
        for object in system["objects"].as_array_mut().into_iter().flatten() {
            object["timing"] = json!("Now");
        }
    }
    context
}

fn scope(parties: &[Value]) -> &'static str {
    let any = |affiliation| parties.iter().any(|party| party["affiliation"] == affiliation);
    match () {
        () if any("External") => "External",
        () if any("Unknown") => "Unknown",
        () => "Internal",
    }
}

/// Who speaks when.
struct Turn {
    /// The place among the parties.
    speaker: usize,
    /// In milliseconds.
    start: u64,
    end: u64,
}

/// The turns of the timeline that was sent, or turns of one length.
fn talk(body: &Map<String, Value>, n_parties: usize, milliseconds: u64) -> Vec<Turn> {
    let parties = body["parties"].as_array().map_or(&[][..], Vec::as_slice);
    let turn = |segment: &Value| {
        let id = segment["partyIds"].get(0)?;
        let speaker = parties.iter().position(|party| party["partyId"] == *id)?;
        let (start, end) = (segment["fromTime"].as_u64()?, segment["toTime"].as_u64()?);
        Some(Turn { speaker, start, end })
    };
    let said: Vec<_> = segments(body).filter_map(turn).collect();
    if !said.is_empty() {
        return said;
    }
    let length = milliseconds / u64::try_from(LINES.len()).unwrap_or(1);
    let turns = (0..).zip(0..LINES.len()).map(|(number, place)| Turn {
        speaker: place % n_parties.max(1),
        start: number * length,
        end: (number + 1) * length,
    });
    turns.collect()
}

fn transcript(parties: &Value, talk: &[Turn]) -> Value {
    let monologue = |(turn, text): (&Turn, &&str)| {
        json!({
            "speakerId": parties[turn.speaker]["speakerId"],
            "topic": null,
            "sentences": [{ "start": turn.start, "end": turn.end, "text": text }],
        })
    };
    talk.iter().zip(LINES.iter().cycle()).map(monologue).collect()
}

fn interaction(parties: &Value, talk: &[Turn]) -> Value {
    let seconds =
        |milliseconds: u64| f64::from(u32::try_from(milliseconds).unwrap_or(u32::MAX)) / 1000.0;
    let spoken = |speaker: Option<usize>| -> u64 {
        let turns = talk.iter().filter(|turn| speaker.is_none_or(|it| it == turn.speaker));
        turns.map(|turn| turn.end.saturating_sub(turn.start)).sum()
    };
    let longest = |is_ours: bool| {
        let is_meant = |turn: &&Turn| parties[turn.speaker]["userId"].is_string() == is_ours;
        let turns = talk.iter().filter(is_meant);
        seconds(turns.map(|turn| turn.end.saturating_sub(turn.start)).max().unwrap_or(0))
    };
    let mut speakers = Vec::new();
    let mut ours = 0;
    for (place, party) in parties.as_array().into_iter().flatten().enumerate() {
        if party["userId"].is_string() {
            let time = spoken(Some(place));
            ours += time;
            let time = seconds(time);
            let speaker = json!({ "id": party["id"], "userId": party["userId"], "talkTime": time });
            speakers.push(speaker);
        }
    }
    let ratio = seconds(ours) / seconds(spoken(None)).max(0.001);
    json!({
        "speakers": speakers,
        "interactionStats": [
            { "name": "Talk Ratio", "value": ratio },
            { "name": "Longest Monologue", "value": longest(true) },
            { "name": "Longest Customer Story", "value": longest(false) },
            { "name": "Interactivity", "value": 5.0 },
            { "name": "Patience", "value": 0.5 },
        ],
        "video": [],
        "questions": { "companyCount": 0, "nonCompanyCount": 1 },
    })
}
