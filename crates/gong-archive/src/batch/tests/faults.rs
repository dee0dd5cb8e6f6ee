//! Records that are not as documented: each is kept to the byte, and read as far as it can be.

use gong_types::UserPeriodActivity;
use serde_json::{Value, json};

use super::{super::Saved, Scratch, now, record};

/// A record of a call in which everything that is read is there.
fn whole_call() -> Value {
    json!({
        "metaData": {
            "id": "7782342274025937895", "url": "https://example.gong.io/call?id=1", "title": "Demo",
            "scheduled": "2026-05-19T03:30:00-07:00", "started": "2026-05-19T03:30:46.814-07:00",
            "duration": 1339, "primaryUserId": "42", "direction": "Conference", "system": "Zoom",
            "scope": "External", "media": "Video", "language": "eng", "workspaceId": "5",
            "purpose": "Sell", "meetingUrl": "https://zoom.example/j/1", "isPrivate": false
        },
        "context": [{"system": "Salesforce", "objects": [
            {"objectType": "Account", "objectId": "001", "fields": [{"name": "Name", "value": "Acme"}]},
            {"objectType": "Opportunity", "objectId": "006", "timing": "Now",
             "fields": [{"name": "Amount", "value": 12.5}]}
        ]}],
        "parties": [
            {"id": "1", "emailAddress": "jane@acme.example", "name": "Jane", "title": "Chief",
             "userId": "42", "speakerId": "9", "affiliation": "External", "phoneNumber": "+1 555",
             "methods": ["Invitee", "Attendee"],
             "context": [{"system": "Salesforce", "objects": [{"objectType": "Account", "objectId": "001"}]}]},
            {"id": "2", "speakerId": "8", "name": "Bob", "affiliation": "Internal", "methods": []}
        ],
        "content": {
            "brief": "They met.",
            "trackers": [{"id": "3", "name": "Price", "count": 3, "type": "KEYWORD", "phrases": [
                {"phrase": "cost", "count": 2, "occurrences": [
                    {"startTime": 1.5, "speakerId": "9"}, {"startTime": 7.25, "speakerId": "8"}]}]}],
            "topics": [{"name": "Pricing", "duration": 20}],
            "outline": [{"section": "Start", "startTime": 0.5, "items": [{"text": "Hi.", "startTime": 0.5}]}],
            "highlights": [{"title": "Next steps", "items": [{"text": "Send it.", "startTimes": [3.0]}]}],
            "callOutcome": {"id": "1", "category": "Won", "name": "Sold"},
            "keyPoints": [{"text": "Price matters."}]
        }
    })
}

fn whole_transcript() -> Value {
    json!({"callId": "7782342274025937895", "transcript": [
        {"speakerId": "9", "topic": "Pricing", "sentences": [
            {"start": 130, "end": 520, "text": "What does it cost?"},
            {"start": 600, "end": 900, "text": "Roughly?"}]},
        {"speakerId": "8", "topic": null, "sentences": [{"start": 950, "end": 990, "text": "Ten."}]}
    ]})
}

/// The places of all values in a text of JSON.
fn places(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let at = format!("{at}/{name}");
                places.push(at.clone());
                self::places(value, &at, places);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let at = format!("{at}/{index}");
                places.push(at.clone());
                self::places(item, &at, places);
            }
        }
        _ => {}
    }
}

/// The record with each of its values dropped, and replaced by each kind of value, and with an
/// unknown member beside it.
fn variants(whole: &Value) -> Vec<Value> {
    let mut places = Vec::new();
    self::places(whole, "", &mut places);
    let mut variants = Vec::new();
    for place in places {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let mut dropped = whole.clone();
        if let Some(members) = dropped.pointer_mut(parent).unwrap().as_object_mut() {
            members.remove(name);
            variants.push(dropped);
            let mut more = whole.clone();
            let beside = more.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            beside.insert("sentiment".to_owned(), json!({"labels": [null, 1]}));
            variants.push(more);
        }
        let odd = [
            json!(null),
            json!(-1),
            json!(1.5),
            json!("\u{0}odd"),
            json!([7]),
            json!({}),
            json!(true),
        ];
        for odd in odd {
            let mut replaced = whole.clone();
            *replaced.pointer_mut(&place).unwrap() = odd;
            variants.push(replaced);
        }
    }
    variants
}

#[test]
fn no_odd_member_fails_a_batch_or_loses_a_record() {
    let mut scratch = Scratch::new();
    let id = "7782342274025937895";
    let (mut read, mut aside) = (0, 0);
    for variant in variants(&whole_call()) {
        let saved = scratch.call(&variant);
        let has_id = variant.pointer("/metaData/id") == whole_call().pointer("/metaData/id");
        if has_id {
            assert!(
                matches!(saved, Saved::New | Saved::Changed | Saved::Same),
                "{saved:?} {variant}"
            );
            assert_eq!(scratch.text("calls", id).unwrap(), variant.to_string());
            read += 1;
        } else if saved == Saved::Quarantined {
            aside += 1;
        }
    }
    assert_eq!(scratch.rows("SELECT count(*) FROM quarantine"), [aside.to_string()]);
    assert!(read > 500 && aside > 5, "{read} {aside}");
    scratch.check();
}

#[test]
fn no_odd_member_loses_a_transcript() {
    let mut scratch = Scratch::new();
    scratch.call(whole_call());
    let id = "7782342274025937895";
    let mut read = 0;
    for variant in variants(&whole_transcript()) {
        let saved = scratch.transcript(&variant);
        let has_list = variant["transcript"].is_array() && variant["callId"] == id;
        if has_list {
            assert!(
                matches!(saved, Saved::New | Saved::Changed | Saved::Same),
                "{saved:?} {variant}"
            );
            assert_eq!(scratch.text("transcripts", id).unwrap(), variant.to_string());
            read += 1;
        }
    }
    assert!(read > 100, "{read}");
    scratch.check();
}

#[test]
fn a_moment_that_cannot_be_read_is_nothing_in_the_table_and_noted() {
    let mut scratch = Scratch::new();
    let mut call = whole_call();
    call["metaData"]["started"] = json!("half past ten");
    assert_eq!(scratch.call(&call), Saved::New);
    assert_eq!(scratch.rows("SELECT started, title FROM calls"), ["-|Demo"]);
    let problem = scratch.rows("SELECT problem FROM kept");
    assert!(problem[0].starts_with("metaData.started: ") && !problem[0].contains("half"));
    assert_eq!(scratch.text("calls", "7782342274025937895").unwrap(), call.to_string());
}

#[test]
fn moments_are_written_in_one_form_that_sorts() {
    let given = [
        ("0001-01-02T00:00:00Z", "0001-01-02T00:00:00.000Z"),
        ("2024-02-29T23:59:59.9999999+14:00", "2024-02-29T09:59:59.999Z"),
        ("2026-03-29T02:30:00-00:00", "2026-03-29T02:30:00.000Z"),
        ("2026-05-19T03:30:46.814-07:00", "2026-05-19T10:30:46.814Z"),
        ("9999-12-01T00:00:00-14:00", "9999-12-01T14:00:00.000Z"),
    ];
    let mut scratch = Scratch::new();
    for (given, written) in given {
        scratch.call(json!({"metaData": {"id": "1", "started": given}}));
        assert_eq!(scratch.rows("SELECT started FROM calls"), [written]);
    }
}

#[test]
fn half_characters_and_nul_are_replaced_and_come_back() {
    let mut scratch = Scratch::new();
    let call = r#"{"metaData":{"id":"1","title":"a\ud83d b\u0000c"}}"#;
    assert_eq!(scratch.call(call), Saved::New);
    assert_eq!(scratch.rows("SELECT title FROM calls"), ["a\u{FFFD} b\u{FFFD}c"]);
    let transcript = r#"{"callId":"1","transcript":[{"speakerId":"9","sentences":[
        {"start":1,"end":2,"text":"nul\u0000 inside \ud800"}, {"start":3,"end":4,"text":"\u006fk\/"}]}]}"#;
    assert_eq!(scratch.transcript(transcript), Saved::New);
    let said = scratch.rows("SELECT text FROM sentences");
    assert_eq!(said, ["nul\u{FFFD} inside \u{FFFD}", "ok/"]);
    assert_eq!(scratch.text("calls", "1").unwrap(), call);
    assert_eq!(scratch.text("transcripts", "1").unwrap(), transcript);
    scratch.check();
}

#[test]
fn of_a_key_that_stands_twice_the_last_one_counts() {
    let mut scratch = Scratch::new();
    let call =
        r#"{"metaData":{"id":"1","title":"a","title":"b"},"parties":7,"parties":[{"id":"2"}]}"#;
    assert_eq!(scratch.call(call), Saved::New);
    assert_eq!(scratch.rows("SELECT title FROM calls"), ["b"]);
    assert_eq!(scratch.rows("SELECT party_id FROM parties"), ["2"]);
    assert_eq!(scratch.text("calls", "1").unwrap(), call);
}

#[test]
fn speakers_that_are_no_parties_and_odd_times_are_kept() {
    let mut scratch = Scratch::new();
    scratch.call(whole_call());
    scratch.transcript(json!({"callId": "7782342274025937895", "transcript": [
        {"speakerId": "77", "sentences": [{"start": -5, "end": -9, "text": "before"}]},
        {"speakerId": null, "sentences": [{"start": 10, "text": "open"}, {"text": "timeless"}]},
        {"speakerId": "9", "sentences": [{"start": 5, "end": 20, "text": "over"}, {}]}
    ]}));
    let said = scratch.rows(
        "SELECT position, speaker_id, speaker_name, affiliation, start_seconds, end_seconds, text
         FROM sentences ORDER BY position",
    );
    assert_eq!(
        said,
        [
            "0|77|Speaker 1 (unknown)|-|-0.005|-0.009|before",
            "1|-|Speaker 2 (unknown)|-|0.01|-|open",
            "2|-|Speaker 2 (unknown)|-|-|-|timeless",
            "3|9|Jane|External|0.005|0.02|over",
            "4|9|Jane|External|-|-|",
        ]
    );
    scratch.check();
}

#[test]
fn what_is_said_after_the_most_sentences_is_only_kept() {
    let mut scratch = Scratch::new();
    scratch.call(whole_call());
    let most = usize::try_from(crate::number::MOST_SENTENCES).unwrap();
    let sentences = vec![r#"{"text":"a"}"#; most + 2].join(",");
    let transcript = format!(
        r#"{{"callId":"7782342274025937895","transcript":[{{"sentences":[{sentences}]}},{{"sentences":[{{"text":"late"}}]}}]}}"#
    );
    assert_eq!(scratch.transcript(&transcript), Saved::New);
    assert_eq!(scratch.rows("SELECT count(*) FROM spoken"), [most.to_string()]);
    assert!(scratch.text("transcripts", "7782342274025937895").unwrap() == transcript);
}

#[test]
fn a_transcript_that_is_not_made_yet_is_left_out() {
    let mut scratch = Scratch::new();
    scratch.call(whole_call());
    let none = json!({"callId": "7782342274025937895", "transcript": null});
    assert_eq!(scratch.transcript(none), Saved::LeftOut);
    assert_eq!(scratch.rows("SELECT transcript FROM calls"), ["expected"]);
    let silence = json!({"callId": "7782342274025937895", "transcript": []});
    assert_eq!(scratch.transcript(silence), Saved::New);
    assert_eq!(scratch.rows("SELECT transcript FROM calls"), ["present"]);
    assert_eq!(scratch.transcript(json!({"callId": "1", "transcript": []})), Saved::LeftOut);
}

#[test]
fn the_days_of_activity_are_those_of_the_company() {
    let mut scratch = Scratch::new();
    let activity: gong_types::Record<UserPeriodActivity> = record(
        r#"{"userId":"42","userAggregateActivity":[
            {"fromDate":"2026-05-19T00:00:00+02:00","callsAsHost":3,"callsAttended":null},
            {"fromDate":"2026-05-20T00:00:00+02:00","callsAsHost":"many"},
            {"fromDate":"some day"}]}"#,
    );
    let mut batch = scratch.writer.batch().unwrap();
    assert_eq!(batch.activity(&activity, now()).unwrap(), Saved::Quarantined);
    batch.commit().unwrap();
    let days =
        scratch.rows("SELECT user_id, day, calls_as_host, calls_attended FROM activity_days");
    assert_eq!(days, ["42|2026-05-19|3|0", "42|2026-05-20|0|0"]);
    assert_eq!(scratch.rows("SELECT count(*) FROM quarantine"), ["1"]);
}
