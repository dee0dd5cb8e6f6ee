//! The calls operations: filters, visibility, and what is refused.

use std::time::Duration;

use gong_sandbox::{Options, Sandbox};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::harness::{NOW, all, all_of, get, ids, options, post, sandbox};

const NO_CALLS: &str = "No calls found corresponding to the provided filters";
const META_DATA: [&str; 20] = [
    "id",
    "url",
    "title",
    "scheduled",
    "started",
    "duration",
    "primaryUserId",
    "direction",
    "system",
    "scope",
    "media",
    "language",
    "workspaceId",
    "sdrDisposition",
    "clientUniqueId",
    "customData",
    "purpose",
    "meetingUrl",
    "isPrivate",
    "calendarEventId",
];

const EXTENSIVE: &str = "/v2/calls/extensive";
const TRANSCRIPT: &str = "/v2/calls/transcript";

fn time(record: &Value, member: &str) -> Timestamp {
    record[member].as_str().unwrap().parse().unwrap()
}

/// The moment that the list compares.
fn listed_at(call: &Value) -> Timestamp {
    let is_conference = call["direction"] == "Conference" && call["scheduled"].is_string();
    time(call, if is_conference { "scheduled" } else { "started" })
}

/// Bounds of which many are the very moments of calls.
fn bounds(calls: &[Value], of: impl Fn(&Value) -> Timestamp) -> Vec<Timestamp> {
    calls.iter().step_by(29).flat_map(|call| [of(call), of(call) + 1.nanosecond()]).collect()
}

#[tokio::test]
async fn the_list_has_all_20_members_of_each_call() {
    let calls = all_of(&sandbox(), "/v2/calls?x=y", "calls").await;
    assert!(calls.len() > 230, "{}", calls.len());
    for call in &calls {
        for member in META_DATA {
            assert!(call.get(member).is_some(), "{member} of {call}");
        }
        assert!(call["id"].is_string());
    }
}

#[tokio::test]
async fn the_list_compares_the_scheduled_time_of_conferences() {
    let sandbox = sandbox();
    let calls = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    let bounds = bounds(&calls, listed_at);
    for (from, to) in bounds.iter().zip(bounds.iter().skip(3)) {
        let path = format!("/v2/calls?fromDateTime={from}&toDateTime={to}");
        let expected: Vec<_> = calls
            .iter()
            .filter(|call| *from <= listed_at(call) && listed_at(call) < *to)
            .cloned()
            .collect();
        let answer = get(&sandbox, &path).await;
        if expected.is_empty() {
            assert_eq!(answer.error(), (404, NO_CALLS.to_owned()));
        } else {
            assert_eq!(ids(&answer.items("calls")), ids(&expected), "{path}");
            assert_eq!(answer.json()["records"]["totalRecords"], expected.len(), "{path}");
        }
    }
    let differ = calls.iter().filter(|call| listed_at(call) != time(call, "started")).count();
    assert!(differ > 20, "the test shows nothing unless the two moments differ");
}

#[tokio::test]
async fn extensive_compares_the_start() {
    let sandbox = sandbox();
    let calls = all(&sandbox, EXTENSIVE, "calls", json!({ "filter": {} })).await;
    let started = |call: &Value| time(&call["metaData"], "started");
    let bounds = bounds(&calls, started);
    for (from, to) in bounds.iter().zip(bounds.iter().skip(3)) {
        let body = json!({ "filter": { "fromDateTime": from, "toDateTime": to } });
        let expected: Vec<_> = calls
            .iter()
            .filter(|call| *from <= started(call) && started(call) < *to)
            .cloned()
            .collect();
        let found = all(&sandbox, EXTENSIVE, "calls", body.clone()).await;
        assert_eq!(ids(&found), ids(&expected), "{body}");
    }
}

#[tokio::test]
async fn the_total_is_what_paging_brings_in_companies_of_any_size() {
    for calls in [1, 2, 7, 30, 250] {
        let sandbox = Sandbox::new(Options { calls, page_size: 9, ..options() }).unwrap();
        let first = get(&sandbox, "/v2/calls").await;
        let total = &first.json()["records"]["totalRecords"];
        if first.status == 404 {
            continue;
        }
        let listed = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
        assert_eq!(*total, listed.len(), "of {calls}");
        let body = json!({ "filter": {} });
        let first = post(&sandbox, EXTENSIVE, body.clone()).await;
        let found = all(&sandbox, EXTENSIVE, "calls", body).await;
        assert_eq!(first.json()["records"]["totalRecords"], found.len(), "of {calls}");
    }
}

#[tokio::test]
async fn filters_are_combined() {
    let sandbox = sandbox();
    let calls = all(&sandbox, EXTENSIVE, "calls", json!({ "filter": {} })).await;
    let first = &calls[150]["metaData"];
    let same = |name: &str| {
        let of = |call: &&Value| call["metaData"][name] == first[name];
        calls.iter().filter(of).cloned().collect::<Vec<_>>()
    };
    let by = async |filter: Value| {
        ids(&all(&sandbox, EXTENSIVE, "calls", json!({ "filter": filter })).await)
    };
    let (workspace, host) = (&first["workspaceId"], &first["primaryUserId"]);
    assert_eq!(by(json!({ "workspaceId": workspace })).await, ids(&same("workspaceId")));
    assert_eq!(by(json!({ "primaryUserIds": [host] })).await, ids(&same("primaryUserId")));
    let both =
        json!({ "workspaceId": workspace, "primaryUserIds": [host], "callIds": [first["id"]] });
    assert_eq!(by(both).await, [first["id"].as_str().unwrap()]);
    let path = format!("/v2/calls?workspaceId={}", workspace.as_str().unwrap());
    assert_eq!(ids(&all_of(&sandbox, &path, "calls").await), ids(&same("workspaceId")));
}

#[tokio::test]
async fn unknown_ids_among_known_ones_are_left_out() {
    let sandbox = sandbox();
    let known = ids(&get(&sandbox, "/v2/calls").await.items("calls"));
    let asked = json!({ "filter": { "callIds": [known[5], "17", known[3], known[5]] } });
    let answer = post(&sandbox, EXTENSIVE, asked).await;
    assert_eq!(ids(&answer.items("calls")), [known[3].clone(), known[5].clone()]);
    assert_eq!(answer.json()["records"]["totalRecords"], 2);
    for path in [EXTENSIVE, TRANSCRIPT] {
        let answer = post(&sandbox, path, json!({ "filter": { "callIds": ["17", "x"] } })).await;
        assert_eq!(answer.error(), (404, NO_CALLS.to_owned()));
    }
}

#[tokio::test]
async fn one_call_is_found_by_its_id() {
    let sandbox = sandbox();
    let call = get(&sandbox, "/v2/calls").await.items("calls").remove(9);
    let path = format!("/v2/calls/{}", call["id"].as_str().unwrap());
    assert_eq!(get(&sandbox, &path).await.json()["call"], call);
    let unknown = get(&sandbox, "/v2/calls/12345").await;
    assert_eq!(unknown.error(), (404, "Call ID 12345 was not found".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_call_appears_when_it_is_ready_and_its_transcript_later() {
    let sandbox = sandbox();
    let recent: Timestamp = NOW.parse().unwrap();
    let recent = recent - 12.hours();
    let count = async |path: &str| {
        let body = json!({ "filter": { "fromDateTime": recent } });
        let answer = post(&sandbox, path, body).await;
        if answer.status == 404 {
            0
        } else {
            answer.json()["records"]["totalRecords"].as_u64().unwrap()
        }
    };
    let listed = async || {
        let path = format!("/v2/calls?fromDateTime={recent}");
        get(&sandbox, &path).await.json()["records"]["totalRecords"].as_u64().unwrap()
    };
    let mut seen = Vec::new();
    for _ in 0..40 {
        seen.push((listed().await, count(EXTENSIVE).await, count(TRANSCRIPT).await));
        tokio::time::advance(Duration::from_mins(15)).await;
    }
    let (first, last) = (seen[0], seen[39]);
    assert!(first.0 < last.0 && first.1 < last.1 && first.2 < last.2, "{seen:?}");
    assert!(seen.iter().any(|(_, calls, transcripts)| transcripts < calls), "{seen:?}");
    assert!(seen.is_sorted(), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn transcripts_that_never_come_are_missing() {
    let sandbox = sandbox();
    tokio::time::advance(Duration::from_hours(48)).await;
    let body = json!({ "filter": {} });
    let calls = ids(&all(&sandbox, EXTENSIVE, "calls", body.clone()).await);
    let transcripts = all(&sandbox, TRANSCRIPT, "callTranscripts", body).await;
    let missing: Vec<_> = calls
        .iter()
        .filter(|id| !transcripts.iter().any(|transcript| transcript["callId"] == **id))
        .collect();
    assert!(!missing.is_empty() && transcripts.len() > 200);
    let answer = post(&sandbox, TRANSCRIPT, json!({ "filter": { "callIds": missing } })).await;
    assert_eq!(answer.error(), (404, NO_CALLS.to_owned()));
}

#[tokio::test]
async fn a_transcript_has_its_speakers_as_ids_only() {
    let sandbox = sandbox();
    let answer = post(&sandbox, TRANSCRIPT, json!({ "filter": {} })).await;
    let transcripts = answer.items("callTranscripts");
    assert!(transcripts.len() > 90);
    for transcript in &transcripts {
        assert_eq!(transcript.as_object().unwrap().len(), 2, "callId and transcript");
        assert!(transcript["callId"].is_string());
        for monologue in transcript["transcript"].as_array().unwrap() {
            assert!(monologue.get("speakerName").is_none());
            assert!(monologue["sentences"][0]["start"].is_u64());
        }
    }
    assert_eq!(answer.json()["records"]["currentPageSize"], transcripts.len());
}

#[tokio::test]
async fn what_is_no_request_is_a_400() {
    let sandbox = sandbox();
    let filter = |member: &str, value: Value| json!({ "filter": { member: value } });
    for body in [
        json!({}),
        json!({ "filter": null }),
        json!({ "callIds": ["1"] }),
        filter("callIds", json!([])),
        filter("fromDateTime", json!("2026-01-01")),
        filter("fromDateTime", json!("2026-01-01T00:00:00")),
        filter("toDateTime", json!("yesterday")),
        filter("toDateTime", json!("2026-01-01T00:00:00Z[UTC]")),
    ] {
        for path in [EXTENSIVE, TRANSCRIPT] {
            assert_eq!(post(&sandbox, path, body.clone()).await.error().0, 400, "{path} {body}");
        }
    }
    for query in ["fromDateTime=2026-01-01", "toDateTime=2026-01-01T00:00:00+02:00"] {
        assert_eq!(get(&sandbox, &format!("/v2/calls?{query}")).await.error().0, 400, "{query}");
    }
}

#[tokio::test]
async fn wrong_types_are_json_parse_errors() {
    let sandbox = sandbox();
    for body in [
        json!([]),
        json!("text"),
        json!({ "filter": [] }),
        json!({ "filter": { "callIds": "1" } }),
        json!({ "filter": { "callIds": [1] } }),
        json!({ "filter": { "fromDateTime": 5 } }),
        json!({ "filter": {}, "cursor": 5 }),
    ] {
        let (status, text) = post(&sandbox, EXTENSIVE, body.clone()).await.error();
        assert!(status == 400 && text.starts_with("Json parse error"), "{status} {text} {body}");
    }
    for text in ["", "{", "{\"filter\":{}", "nonsense"] {
        let request = crate::harness::request(http::Method::POST, TRANSCRIPT, text);
        let (status, text) = crate::harness::send(&sandbox, request).await.error();
        assert!(status == 400 && text.starts_with("Json parse error"), "{status} {text}");
    }
}

#[tokio::test]
async fn unknown_members_are_ignored() {
    let sandbox = sandbox();
    let odd = json!({ "filter": { "colour": "red" }, "limit": 5, "contentSelector": { "x": 1 } });
    assert_eq!(post(&sandbox, EXTENSIVE, odd).await.items("calls").len(), 100);
    assert_eq!(get(&sandbox, "/v2/calls?limit=5").await.items("calls").len(), 100);
}

#[tokio::test]
async fn an_offset_in_a_query_is_read() {
    let sandbox = sandbox();
    let utc = get(&sandbox, "/v2/calls?fromDateTime=2026-11-16T10:00:00Z").await;
    let path = "/v2/calls?fromDateTime=2026-11-16T12:00:00%2B02:00";
    assert_eq!(get(&sandbox, path).await.items("calls"), utc.items("calls"));
}
