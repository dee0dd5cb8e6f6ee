//! The content selector: exactly what was asked for comes back.

use std::collections::BTreeSet;

use gong_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::harness::{all, options, post};

const PATH: &str = "/v2/calls/extensive";

async fn select(selector: Value) -> Vec<Value> {
    let body = json!({ "filter": {}, "contentSelector": selector });
    all(&small(), PATH, "calls", body).await
}

/// Few calls, as each costs its whole talk.
fn small() -> Sandbox {
    Sandbox::new(Options { calls: 60, ..options() }).unwrap()
}

/// The names of all members of all calls, or of one of their blocks.
fn members(calls: &[Value], block: Option<&str>) -> BTreeSet<String> {
    let blocks = calls.iter().filter_map(|call| block.map_or(Some(call), |block| call.get(block)));
    let objects = blocks.filter_map(Value::as_object);
    objects.flat_map(|object| object.keys().cloned()).collect()
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn without_a_selector_there_is_only_metadata() {
    for selector in [
        Value::Null,
        json!({}),
        json!({ "exposedFields": {} }),
        json!({ "exposedFields": { "content": {} } }),
    ] {
        assert_eq!(members(&select(selector).await, None), names(&["metaData"]));
    }
}

#[tokio::test]
async fn each_flag_brings_its_part_and_nothing_else() {
    let flags = [
        ("content", "structure", "structure"),
        ("content", "topics", "topics"),
        ("content", "trackers", "trackers"),
        ("content", "brief", "brief"),
        ("content", "outline", "outline"),
        ("content", "highlights", "highlights"),
        ("content", "callOutcome", "callOutcome"),
        ("content", "keyPoints", "keyPoints"),
        ("interaction", "speakers", "speakers"),
        ("interaction", "video", "video"),
        ("interaction", "personInteractionStats", "interactionStats"),
        ("interaction", "questions", "questions"),
        ("collaboration", "publicComments", "publicComments"),
    ];
    for (block, flag, name) in flags {
        let calls = select(json!({ "exposedFields": { block: { flag: true } } })).await;
        assert_eq!(members(&calls, None), names(&["metaData", block]), "{flag}");
        assert_eq!(members(&calls, Some(block)), names(&[name]), "{flag}");
    }
    for flag in ["trackerOccurrences", "pointsOfInterest"] {
        let calls = select(json!({ "exposedFields": { "content": { flag: true } } })).await;
        assert_eq!(members(&calls, None), names(&["metaData"]), "{flag}");
    }
}

#[tokio::test]
async fn occurrences_come_only_with_their_flag() {
    let count = async |content: Value| {
        let calls = select(json!({ "exposedFields": { "content": content } })).await;
        let trackers = calls.iter().filter_map(|call| call["content"]["trackers"].as_array());
        let occurrences = trackers.flatten().map(|tracker| {
            let phrases = tracker["phrases"].as_array().into_iter().flatten();
            let in_phrases = phrases.filter_map(|phrase| phrase["occurrences"].as_array());
            tracker["occurrences"].as_array().map_or(0, Vec::len)
                + in_phrases.map(Vec::len).sum::<usize>()
        });
        occurrences.sum::<usize>()
    };
    assert_eq!(count(json!({ "trackers": true })).await, 0);
    assert!(count(json!({ "trackers": true, "trackerOccurrences": true })).await > 100);
}

#[tokio::test]
async fn context_has_fields_only_if_extended() {
    let fields = |calls: &[Value]| {
        calls.iter().filter(|call| call.to_string().contains("\"fields\"")).count()
    };
    let basic = select(json!({ "context": "Basic", "exposedFields": { "parties": true } })).await;
    assert_eq!(members(&basic, None), names(&["metaData", "context", "parties"]));
    assert_eq!(fields(&basic), 0);
    let extended = select(json!({ "context": "Extended" })).await;
    assert_eq!(members(&extended, None), names(&["metaData", "context"]));
    assert!(fields(&extended) > 20);
    let none = select(json!({ "context": "None", "exposedFields": { "parties": true } })).await;
    assert_eq!(members(&none, None), names(&["metaData", "parties"]));
    assert!(none.iter().all(|call| !call["parties"].to_string().contains("\"context\"")));
    assert!(basic.iter().any(|call| call["parties"].to_string().contains("\"context\"")));
}

#[tokio::test]
async fn private_calls_show_their_metadata_only() {
    let everything = json!({
        "context": "Extended",
        "exposedFields": {
            "parties": true, "media": true, "content": { "brief": true, "topics": true },
            "interaction": { "speakers": true },
        },
    });
    let calls = select(everything).await;
    let (private, public): (Vec<_>, Vec<_>) =
        calls.into_iter().partition(|call| call["metaData"]["isPrivate"] == true);
    assert_eq!(members(&private, None), names(&["metaData"]));
    assert!(members(&public, None).contains("content"));
}

#[tokio::test]
async fn a_selector_that_makes_no_sense_is_refused() {
    let sandbox = small();
    for (selector, is_parse_error) in [
        (json!({ "exposedFields": { "content": true } }), true),
        (json!({ "exposedFields": { "parties": "yes" } }), true),
        (json!({ "exposedFields": { "content": { "brief": 1 } } }), true),
        (json!({ "exposedFields": ["parties"] }), true),
        (json!({ "context": "All" }), true),
        (json!({ "context": "Extended", "contextTiming": ["Later"] }), true),
        (json!({ "context": "Basic", "contextTiming": ["Now"] }), false),
        (json!({ "contextTiming": ["TimeOfCall"] }), false),
    ] {
        let body = json!({ "filter": {}, "contentSelector": selector });
        let (status, text) = post(&sandbox, PATH, body.clone()).await.error();
        assert_eq!(status, 400, "{body}");
        assert_eq!(text.starts_with("Json parse error"), is_parse_error, "{text} {body}");
    }
}
