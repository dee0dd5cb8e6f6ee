//! Imported answers: served as they were recorded.

use std::path::{Path, PathBuf};

use gong_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::harness::{all, all_of, get, ids, options, post};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn imported(directory: &Path) -> Sandbox {
    Sandbox::new(Options { import: Some(directory.to_owned()), ..options() }).unwrap()
}

fn everything() -> Value {
    json!({
        "filter": {},
        "contentSelector": {
            "context": "Extended",
            "contextTiming": ["Now", "TimeOfCall"],
            "exposedFields": {
                "parties": true,
                "content": {
                    "topics": true, "brief": true, "outline": true, "highlights": true,
                    "keyPoints": true, "structure": true, "trackers": true,
                    "trackerOccurrences": true, "callOutcome": true,
                },
                "interaction": {
                    "speakers": true, "video": true, "personInteractionStats": true,
                    "questions": true,
                },
                "collaboration": { "publicComments": true },
                "media": true,
            },
        },
    })
}

fn recorded(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[tokio::test]
async fn records_come_back_as_they_were_recorded() {
    let sandbox = imported(&fixture("company"));
    let calls = all(&sandbox, "/v2/calls/extensive", "calls", everything()).await;
    let expected = recorded(&fixture("company/extensive.json"));
    assert_eq!(calls[0], expected["calls"][1], "the earlier one comes first");
    assert_eq!(calls[2], expected["calls"][0]);
    assert_eq!(ids(&calls), ["18446744073709551615", "77", "12345678901234567890"]);
    let flat = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    assert_eq!(flat[1], recorded(&fixture("company/flat.json"))["calls"][0]);

    let body = json!({ "filter": { "callIds": ids(&flat) } });
    let transcripts = post(&sandbox, "/v2/calls/transcript", body).await;
    let expected = recorded(&fixture("company/transcripts.json"))["callTranscripts"].clone();
    assert_eq!(Value::from(transcripts.items("callTranscripts")), expected);
    assert_eq!(transcripts.json()["records"]["totalRecords"], 1);
}

#[tokio::test]
async fn people_and_workspaces_are_taken_from_what_calls_mention() {
    let sandbox = imported(&fixture("company"));
    let users = get(&sandbox, "/v2/users").await.items("users");
    let shown: Vec<_> = users
        .iter()
        .map(|user| {
            (
                user["id"].as_str().unwrap(),
                user["firstName"].as_str(),
                user["emailAddress"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("501", Some("Ada"), "ada@example.com"), ("502", None, ""), ("503", None, "")]
    );
    assert_eq!(get(&sandbox, "/v2/workspaces").await.items("workspaces")[0]["id"], "9001");
}

#[tokio::test]
async fn activity_is_counted_from_the_calls_in_the_guessed_zone() {
    let sandbox = imported(&fixture("company"));
    let body = json!({ "filter": { "fromDate": "2026-03-02", "toDate": "2026-03-03" } });
    let answer = post(&sandbox, "/v2/stats/activity/aggregate", body).await;
    assert_eq!(answer.json()["timeZone"], "Europe/Berlin");
    assert_eq!(answer.json()["fromDateTime"], "2026-03-02T00:00:00+01:00");
    let counted: Vec<_> = answer
        .items("usersAggregateActivityStats")
        .iter()
        .map(|row| {
            let counters = &row["userAggregateActivityStats"];
            let count = |name: &str| counters[name].as_u64().unwrap();
            (
                row["userId"].as_str().unwrap().to_owned(),
                count("callsAsHost"),
                count("callsAttended"),
            )
        })
        .collect();
    let row = |id: &str, hosted, attended| (id.to_owned(), hosted, attended);
    assert_eq!(counted, [row("501", 1, 1), row("502", 1, 0), row("503", 0, 0)]);
}

#[test]
fn a_broken_file_is_named_with_the_place() {
    for (name, expected) in [
        ("not-json", "not-json/broken.json is not JSON"),
        ("no-id", "no-id/calls.json: calls[1].metaData.id is not text"),
        ("no-list", "no-list/users.json: users is not a list"),
        ("nothing", "no JSON file with"),
        ("absent", "cannot read"),
    ] {
        let options = Options { import: Some(fixture(name)), ..options() };
        let error = Sandbox::new(options).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// `GONG_SAMPLES` names a directory of real answers; without it there is nothing to look at.
#[tokio::test]
async fn real_answers_are_served_unchanged() {
    let Some(directory) = std::env::var_os("GONG_SAMPLES") else { return };
    let directory = PathBuf::from(directory);
    let sandbox = imported(&directory);
    let calls = all(&sandbox, "/v2/calls/extensive", "calls", everything()).await;
    let expected = recorded(&directory.join("calls-extensive.json"))["calls"].clone();
    let expected = expected.as_array().unwrap();
    assert_eq!(calls.len(), expected.len());
    for call in &calls {
        assert!(expected.contains(call), "{}", call["metaData"]["id"]);
    }
    let transcripts = recorded(&directory.join("calls-transcript.json"))["callTranscripts"].clone();
    let served = post(&sandbox, "/v2/calls/transcript", json!({ "filter": {} })).await;
    assert_eq!(Value::from(served.items("callTranscripts")), transcripts);
    assert!(get(&sandbox, "/v2/users").await.items("users").len() > 5);
}

#[tokio::test(start_paused = true)]
async fn an_imported_company_can_be_changed_too() {
    let sandbox = imported(&fixture("company"));
    let before = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    let user = get(&sandbox, "/v2/users").await.items("users").remove(0);
    let call = json!({
        "clientUniqueId": "dialer-1",
        "actualStart": "2026-11-19T10:00:00Z",
        "direction": "Outbound",
        "primaryUser": user["id"],
        "parties": [{ "userId": user["id"] }, { "emailAddress": "ann@nowhere.example" }],
        "downloadMediaUrl": "https://files.example/1.mp3",
    });
    assert_eq!(post(&sandbox, "/v2/calls", call).await.status, 200);
    tokio::time::advance(std::time::Duration::from_secs(4)).await;
    let after = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    assert_eq!(after.len(), before.len() + 1);
    let path = "/v2/data-privacy/data-for-email-address?emailAddress=ann@nowhere.example";
    assert_eq!(get(&sandbox, path).await.items("calls").len(), 1);
    assert_eq!(get(&sandbox, "/v2/meetings").await.status, 200);
    let filter = json!({
        "userId": user["id"], "types": ["FLOW"], "taskAction": ["CALL"], "status": ["OPEN"],
    });
    assert_eq!(post(&sandbox, "/v2/tasks", json!({ "filter": filter })).await.status, 200);
}
