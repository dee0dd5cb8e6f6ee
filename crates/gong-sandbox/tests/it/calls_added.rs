//! Calls that are added: what is asked of them, and when and where they are seen.

use std::time::Duration;

use gong_sandbox::{Options, Sandbox};
use http::Method;
use serde_json::{Value, json};

use crate::harness::{
    Answer, all_of, faulty, file, get, ids, multipart, options, post, request, sandbox, send,
};

const WAITING: &str = "No calls found corresponding to the provided filters";

async fn users(sandbox: &Sandbox) -> Vec<Value> {
    get(sandbox, "/v2/users").await.items("users")
}

/// A user who is recorded.
async fn host(sandbox: &Sandbox) -> Value {
    let is_recorded = |user: &Value| {
        user["settings"]["webConferencesRecorded"] == true
            && user["settings"]["preventWebConferenceRecording"] == false
    };
    users(sandbox).await.into_iter().find(is_recorded).unwrap()
}

/// A call as far as it must be.
async fn least(sandbox: &Sandbox) -> Value {
    let host = host(sandbox).await["id"].clone();
    json!({
        "clientUniqueId": "dialer-1",
        "actualStart": "2026-11-19T10:00:00.25Z",
        "direction": "Outbound",
        "primaryUser": host,
        "parties": [{ "userId": host }, { "emailAddress": "ann@kestrel.example" }],
    })
}

async fn add(sandbox: &Sandbox, call: &Value) -> Answer {
    post(sandbox, "/v2/calls", call.clone()).await
}

/// Adds a call whose media are at an address, and waits until it is there.
async fn added(sandbox: &Sandbox, mut call: Value) -> String {
    call["downloadMediaUrl"] = json!(format!("https://files.example/{}", call["clientUniqueId"]));
    let answer = add(sandbox, &call).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json());
    tokio::time::advance(Duration::from_secs(7)).await;
    answer.json()["callId"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_call_is_read_once_it_is_processed_and_its_transcript_later() {
    let sandbox = sandbox();
    let mut call = least(&sandbox).await;
    call["downloadMediaUrl"] = json!("https://files.example/1.mp3");
    let answer = add(&sandbox, &call).await;
    assert_eq!(answer.status, 200);
    let members: Vec<_> = answer.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["requestId", "callId"]);
    let id = answer.json()["callId"].as_str().unwrap().to_owned();
    let path = format!("/v2/calls/{id}");
    let chosen = json!({ "filter": { "callIds": [id] } });

    let early = get(&sandbox, &path).await.error();
    assert_eq!(early, (404, format!("Call ID {id} was not found")));
    let early = post(&sandbox, "/v2/calls/extensive", chosen.clone()).await.error();
    assert_eq!(early, (404, WAITING.to_owned()));

    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(get(&sandbox, &path).await.json()["call"]["id"], id);
    let early = post(&sandbox, "/v2/calls/transcript", chosen.clone()).await.error();
    assert_eq!(early, (404, WAITING.to_owned()));

    tokio::time::advance(Duration::from_secs(4)).await;
    let transcripts = post(&sandbox, "/v2/calls/transcript", chosen).await.items("callTranscripts");
    assert_eq!(transcripts[0]["callId"], id);
    assert!(transcripts[0]["transcript"].as_array().unwrap().len() > 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_media_is_not_read() {
    let sandbox = sandbox();
    let call = least(&sandbox).await;
    let id = add(&sandbox, &call).await.json()["callId"].as_str().unwrap().to_owned();
    tokio::time::advance(Duration::from_hours(10)).await;
    assert_eq!(get(&sandbox, &format!("/v2/calls/{id}")).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_call_of_long_ago_waits_for_its_processing_too() {
    let sandbox = sandbox();
    let before = get(&sandbox, "/v2/calls").await.json();
    let mut call = least(&sandbox).await;
    call["actualStart"] = before["calls"][0]["started"].clone();
    call["downloadMediaUrl"] = json!("https://files.example/1.mp3");
    assert_eq!(add(&sandbox, &call).await.status, 200);
    let early = get(&sandbox, "/v2/calls").await.json();
    assert_eq!(early["records"]["totalRecords"], before["records"]["totalRecords"]);
    assert_eq!(early["calls"], before["calls"]);
    tokio::time::advance(Duration::from_secs(4)).await;
    let after = get(&sandbox, "/v2/calls").await.json();
    assert_eq!(after["calls"][0]["clientUniqueId"], "dialer-1");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_processed_once_its_media_have_come() {
    let sandbox = sandbox();
    let call = least(&sandbox).await;
    let id = add(&sandbox, &call).await.json()["callId"].as_str().unwrap().to_owned();
    let media = format!("/v2/calls/{id}/media");
    let mut film = file(Method::PUT, &media, "mediaFile", b"film");
    let body = multipart(&[("mediaFile", b"film")]);
    *film.body_mut() = String::from_utf8(body).unwrap().replace("File.bin", "File.MP4").into();
    assert_eq!(send(&sandbox, film).await.status, 201);
    let path = format!("/v2/calls/{id}");
    assert_eq!(get(&sandbox, &path).await.status, 404, "not yet");
    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(get(&sandbox, &path).await.json()["call"]["media"], "Video");
    let wanted = json!({
        "filter": { "callIds": [id] },
        "contentSelector": { "exposedFields": { "media": true } },
    });
    let call = post(&sandbox, "/v2/calls/extensive", wanted).await.items("calls").remove(0);
    assert!(call["media"]["videoUrl"].is_string(), "{call}");

    let again = send(&sandbox, file(Method::PUT, &media, "mediaFile", b"film")).await;
    assert_eq!(again.error(), (400, "The call already has media".to_owned()));
}

#[tokio::test]
async fn media_come_from_one_place() {
    let sandbox = sandbox();
    let mut call = least(&sandbox).await;
    call["downloadMediaUrl"] = json!("https://files.example/1.mp3");
    let id = add(&sandbox, &call).await.json()["callId"].as_str().unwrap().to_owned();
    let media = format!("/v2/calls/{id}/media");
    let answer = send(&sandbox, file(Method::PUT, &media, "mediaFile", b"sound")).await;
    let expected = "The call was added with a downloadMediaUrl";
    assert_eq!(answer.error(), (400, expected.to_owned()));
    assert!(sandbox.uploads().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_added_call_stands_in_its_place_in_every_list() {
    let sandbox = sandbox();
    let before = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    let mut call = least(&sandbox).await;
    // In the midst of the others, and at the very moment of one of them.
    call["actualStart"] = before[100]["started"].clone();
    let id = added(&sandbox, call).await;
    let after = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    assert_eq!(after.len(), before.len() + 1);
    let mut others = ids(&after);
    others.retain(|other| *other != id);
    assert_eq!(others, ids(&before));
    for (place, one) in after.iter().enumerate().step_by(17) {
        let answer = get(&sandbox, &format!("/v2/calls/{}", one["id"].as_str().unwrap())).await;
        assert_eq!(answer.json()["call"], *one, "{place}");
    }
    let starts = |calls: &[Value]| -> Vec<jiff::Timestamp> {
        calls.iter().map(|call| call["started"].as_str().unwrap().parse().unwrap()).collect()
    };
    let page = post(&sandbox, "/v2/calls/extensive", json!({ "filter": {} })).await;
    let total = page.json()["records"]["totalRecords"].as_u64().unwrap();
    assert_eq!(total, u64::try_from(after.len()).unwrap());
    let listed: Vec<_> =
        page.items("calls").into_iter().map(|call| call["metaData"].clone()).collect();
    assert!(starts(&listed).is_sorted());
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_is_what_is_read() {
    let sandbox = sandbox();
    let workspace = get(&sandbox, "/v2/workspaces").await.items("workspaces")[1]["id"].clone();
    let host = host(&sandbox).await;
    let context = json!([{
        "system": "Salesforce",
        "objects": [{ "objectType": "Account", "objectId": "001", "fields": [{ "name": "Name", "value": null }] }],
    }]);
    let call = json!({
        "clientUniqueId": "dialer-2",
        "title": "Kick-off",
        "purpose": "Demo",
        "scheduledStart": "2026-11-19T09:30:00Z",
        "scheduledEnd": "2026-11-19T10:30:00Z",
        "actualStart": "2026-11-19T10:00:00.25Z",
        "duration": 61.2,
        "direction": "Conference",
        "disposition": "Connected",
        "customData": "x",
        "meetingUrl": "https://meet.example/1",
        "callProviderCode": "zoom",
        "languageCode": "de-AT",
        "workspaceId": workspace,
        "context": context,
        "primaryUser": host["id"],
        "parties": [
            { "userId": host["id"], "partyId": "a", "mediaChannelId": 0, "speakerId": "odd" },
            { "emailAddress": "ann@kestrel.example", "name": "Ann", "phoneNumber": "+1555", "partyId": "b",
                "context": [{ "system": "Salesforce", "objects": [{ "objectType": "Lead", "objectId": "00Q" }] }] },
            { "phoneNumber": "+1666", "partyId": "c" },
        ],
        "speakersTimeline": { "precise": true, "speechSegments": [
            { "fromTime": 0, "toTime": 4000, "partyIds": ["a"] },
            { "fromTime": 4000, "toTime": 9500, "partyIds": ["b"] },
        ] },
    });
    let id = added(&sandbox, call).await;
    let wanted = json!({
        "filter": { "callIds": [id] },
        "contentSelector": { "context": "Extended", "exposedFields": {
            "parties": true,
            "content": { "brief": true, "keyPoints": true },
            "interaction": { "speakers": true, "personInteractionStats": true },
            "media": true,
        } },
    });
    let call = post(&sandbox, "/v2/calls/extensive", wanted).await.items("calls").remove(0);
    let meta_data = &call["metaData"];
    assert_eq!(meta_data.as_object().unwrap().len(), 20);
    for (member, expected) in [
        ("title", json!("Kick-off")),
        ("scheduled", json!("2026-11-19T01:30:00-08:00")),
        ("started", json!("2026-11-19T02:00:00.25-08:00")),
        ("duration", json!(62)),
        ("primaryUserId", host["id"].clone()),
        ("direction", json!("Conference")),
        ("system", json!("zoom")),
        ("scope", json!("External")),
        ("media", json!("Audio")),
        ("language", json!("deu")),
        ("workspaceId", workspace),
        ("sdrDisposition", json!("Connected")),
        ("clientUniqueId", json!("dialer-2")),
        ("customData", json!("x")),
        ("purpose", json!("Demo")),
        ("meetingUrl", json!("https://meet.example/1")),
    ] {
        assert_eq!(meta_data[member], expected, "{member}");
    }
    let parties = call["parties"].as_array().unwrap();
    assert_eq!(parties[0]["emailAddress"], host["emailAddress"]);
    let affiliations: Vec<_> = parties.iter().map(|party| &party["affiliation"]).collect();
    assert_eq!(affiliations, ["Internal", "External", "Unknown"]);
    assert_eq!(parties[1]["context"][0]["objects"][0]["objectId"], "00Q");
    assert!(parties[2].get("emailAddress").is_none());
    assert_eq!(call["context"][0]["objects"][0]["fields"], context[0]["objects"][0]["fields"]);
    assert_eq!(call["interaction"]["speakers"][0]["talkTime"], 4.0);
    assert!(call["media"]["audioUrl"].is_string());

    let filter = json!({ "filter": { "callIds": [id] } });
    let transcript = post(&sandbox, "/v2/calls/transcript", filter).await.items("callTranscripts");
    let monologues = transcript[0]["transcript"].as_array().unwrap();
    assert_eq!(monologues.len(), 2);
    assert_eq!(monologues[1]["speakerId"], parties[1]["speakerId"]);
    assert_eq!(monologues[1]["sentences"][0]["end"], 9500);

    // The list compares the scheduled time of a conference.
    let path = "/v2/calls?fromDateTime=2026-11-19T09:30:00Z&toDateTime=2026-11-19T09:30:01Z";
    assert!(ids(&get(&sandbox, path).await.items("calls")).contains(&id));
}

#[tokio::test(start_paused = true)]
async fn an_added_call_is_counted_in_statistics() {
    let sandbox = sandbox();
    let call = least(&sandbox).await;
    let host = call["primaryUser"].clone();
    let filter = json!({ "filter": { "fromDate": "2026-11-19", "toDate": "2026-11-20", "userIds": [host] } });
    let count = async || {
        let answer = post(&sandbox, "/v2/stats/activity/aggregate", filter.clone()).await.json();
        let row = &answer["usersAggregateActivityStats"][0]["userAggregateActivityStats"];
        row["callsAsHost"].as_u64().unwrap_or(0)
    };
    let before = count().await;
    added(&sandbox, call).await;
    assert_eq!(count().await, before + 1);
}

#[tokio::test]
async fn a_unique_id_is_good_for_one_call() {
    let sandbox = sandbox();
    let call = least(&sandbox).await;
    assert_eq!(add(&sandbox, &call).await.status, 200);
    let (status, text) = add(&sandbox, &call).await.error();
    assert_eq!((status, text.as_str()), (409, "clientUniqueId was already used"));
    let mut other = call;
    other["clientUniqueId"] = json!("dialer-2");
    assert_eq!(add(&sandbox, &other).await.status, 200);
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_is_there() {
    let sandbox = faulty("calls-add: lost");
    let call = least(&sandbox).await;
    let reply = sandbox.answer(request(Method::POST, "/v2/calls", call.to_string())).await;
    assert!(reply.is_no_answer());
    let (status, text) = add(&sandbox, &call).await.error();
    assert_eq!((status, text.as_str()), (409, "clientUniqueId was already used"));
}

#[tokio::test]
async fn an_address_of_media_is_good_for_one_call() {
    let sandbox = sandbox();
    let mut call = least(&sandbox).await;
    call["downloadMediaUrl"] = json!("https://files.example/1.mp3");
    assert_eq!(add(&sandbox, &call).await.status, 200);
    call["clientUniqueId"] = json!("dialer-2");
    let (status, text) = add(&sandbox, &call).await.error();
    assert_eq!((status, text.as_str()), (409, "downloadMediaUrl was already used"));
}

#[tokio::test]
async fn who_is_not_recorded_hosts_no_added_call() {
    let sandbox = sandbox();
    let users = users(&sandbox).await;
    for setting in [("webConferencesRecorded", false), ("preventWebConferenceRecording", true)] {
        let user = users.iter().find(|user| user["settings"][setting.0] == setting.1).unwrap();
        let mut call = least(&sandbox).await;
        call["primaryUser"] = user["id"].clone();
        call["parties"][0]["userId"] = user["id"].clone();
        let expected = (409, "Recording is not enabled for the primary user".to_owned());
        assert_eq!(add(&sandbox, &call).await.error(), expected);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_said() {
    let sandbox = sandbox();
    let good = least(&sandbox).await;
    let other = users(&sandbox).await[9]["id"].clone();
    for (path, value, expected) in [
        ("/clientUniqueId", Value::Null, "clientUniqueId must not be null"),
        (
            "/clientUniqueId",
            json!("x".repeat(2049)),
            "clientUniqueId must not be longer than 2048 characters",
        ),
        ("/actualStart", Value::Null, "actualStart must not be null"),
        (
            "/actualStart",
            json!("2026-11-19"),
            "actualStart is not a date-time such as 2018-02-18T02:30:00-07:00",
        ),
        ("/parties", json!([]), "parties must not be empty"),
        ("/parties/0/userId", json!("17"), "primaryUser must be one of the parties, by userId"),
        ("/parties/1/userId", json!("17"), "userId of a party is not a user of this company"),
        ("/parties/1/mediaChannelId", json!(2), "parties[1].mediaChannelId must be from 0 to 1"),
        (
            "/direction",
            json!("Sideways"),
            "Json parse error: direction must be one of Inbound, Outbound, Conference, Unknown",
        ),
        ("/primaryUser", json!("17"), "primaryUser is not a user of this company"),
        ("/primaryUser", other, "primaryUser must be one of the parties, by userId"),
        ("/purpose", json!("x".repeat(256)), "purpose must not be longer than 255 characters"),
        (
            "/disposition",
            json!("x".repeat(256)),
            "disposition must not be longer than 255 characters",
        ),
        ("/duration", json!("long"), "Json parse error: duration must be a number"),
        ("/languageCode", json!("en-XX"), "languageCode en-XX is not supported"),
        ("/workspaceId", json!("17"), "workspaceId is not a workspace of this company"),
        ("/downloadMediaUrl", json!("ftp://x/y"), "downloadMediaUrl is not an address of the web"),
        (
            "/context",
            json!([{ "system": "CRM" }]),
            "Json parse error: context[0].system must be one of Salesforce, HubSpot, \
             MicrosoftDynamic, Generic",
        ),
        (
            "/speakersTimeline",
            json!({ "speechSegments": [{ "fromTime": 0, "toTime": 1, "partyIds": ["z"] }] }),
            "speakersTimeline names a partyId of no party",
        ),
    ] {
        let mut call = good.clone();
        if let Some(member) = call.pointer_mut(path) {
            *member = value;
        } else {
            let (parent, name) = path.rsplit_once('/').unwrap();
            call.pointer_mut(parent).unwrap()[name] = value;
        }
        let answer = add(&sandbox, &call).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{path}");
    }
    let unreadable = request(Method::POST, "/v2/calls", "{");
    assert!(send(&sandbox, unreadable).await.error().1.starts_with("Json parse error"));
    assert_eq!(add(&sandbox, &good).await.status, 200, "and nothing of it was kept");
}

#[tokio::test(start_paused = true)]
async fn how_long_processing_takes_can_be_told() {
    let work_time = Duration::from_mins(10);
    let sandbox = Sandbox::new(Options { work_time, ..options() }).unwrap();
    let id = added(&sandbox, least(&sandbox).await).await;
    let path = format!("/v2/calls/{id}");
    assert_eq!(get(&sandbox, &path).await.status, 404);
    tokio::time::advance(work_time).await;
    assert_eq!(get(&sandbox, &path).await.status, 200);
}
