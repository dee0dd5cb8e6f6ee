//! Calls that change: they move in time, and their parties get other names.

use serde_json::json;

use super::{super::Saved, Scratch};

const SAID: &str = r#"{"callId":"1","transcript":[{"speakerId":"9","topic":null,"sentences":[
    {"start":1,"end":2,"text":"Good morning."},{"start":3,"end":4,"text":"Grüezi."}]}]}"#;

fn call(id: &str, started: &str, name: &str) -> serde_json::Value {
    json!({"metaData": {"id": id, "started": started},
        "parties": [{"id": "5", "speakerId": "9", "name": name, "affiliation": "Internal"}]})
}

#[test]
fn a_call_that_moves_takes_its_sentences_along() {
    let mut scratch = Scratch::new();
    scratch.call(call("1", "2026-05-01T10:00:00Z", "Jane"));
    scratch.call(call("2", "2026-05-02T10:00:00Z", "Bob"));
    scratch.transcript(SAID);
    scratch.connection().execute("UPDATE call_states SET asked = 3, listing = 7", []).unwrap();
    let states =
        "SELECT asked, listing FROM call_states JOIN calls USING (number) WHERE call_id = '1'";

    assert_eq!(scratch.call(call("1", "2026-05-03T10:00:00Z", "Jane")), Saved::Changed);
    assert_eq!(scratch.rows("SELECT call_id FROM calls ORDER BY number"), ["2", "1"]);
    assert_eq!(scratch.rows("SELECT text FROM sentences"), ["Good morning.", "Grüezi."]);
    assert_eq!(scratch.rows("SELECT count(*) FROM monologue_words ('gruezi')"), ["1"]);
    assert_eq!(scratch.rows(states), ["3|7"]);
    assert_eq!(scratch.text("transcripts", "1").unwrap(), SAID);
    scratch.check();
}

#[test]
fn a_call_that_moves_by_less_than_an_hour_keeps_its_number() {
    let mut scratch = Scratch::new();
    scratch.call(call("1", "2026-05-01T10:00:00Z", "Jane"));
    let number = scratch.rows("SELECT number FROM calls");
    scratch.call(call("1", "2026-05-01T09:59:00Z", "Jane"));
    assert_eq!(scratch.rows("SELECT number FROM calls"), number);
}

#[test]
fn speakers_get_the_names_that_the_parties_have_now() {
    let mut scratch = Scratch::new();
    scratch.call(call("1", "2026-05-01T10:00:00Z", "Jane"));
    scratch.transcript(SAID);
    assert_eq!(scratch.rows("SELECT DISTINCT speaker_name FROM sentences"), ["Jane"]);
    scratch.call(call("1", "2026-05-01T10:00:00Z", "Jane Doe"));
    assert_eq!(scratch.rows("SELECT DISTINCT speaker_name FROM sentences"), ["Jane Doe"]);
    assert_eq!(scratch.text("transcripts", "1").unwrap(), SAID);
}

#[test]
fn a_transcript_that_changes_takes_the_place_of_the_old_one() {
    let mut scratch = Scratch::new();
    scratch.call(call("1", "2026-05-01T10:00:00Z", "Jane"));
    scratch.transcript(SAID);
    let other = SAID.replace("morning", "evening");
    assert_eq!(scratch.transcript(&other), Saved::Changed);
    assert_eq!(scratch.transcript(&other), Saved::Same);
    assert_eq!(scratch.rows("SELECT count(*) FROM monologue_words ('morning')"), ["0"]);
    assert_eq!(scratch.rows("SELECT count(*) FROM monologue_words ('evening')"), ["1"]);
    assert_eq!(scratch.text("transcripts", "1").unwrap(), other);
    scratch.check();
}

#[test]
fn a_crowded_minute_spills_over_into_the_next() {
    let mut scratch = Scratch::new();
    let mut batch = scratch.writer.batch().unwrap();
    for id in 1..=4100 {
        let call = call(&id.to_string(), "2026-05-01T10:00:00Z", "Jane");
        batch.call(&super::record(call), super::now()).unwrap();
    }
    batch.commit().unwrap();
    let numbers =
        scratch.rows("SELECT count(DISTINCT number), count(DISTINCT number >> 12) FROM calls");
    assert_eq!(numbers, ["4100|2"]);
    // Listed again, it has its place.
    let changed = call("4100", "2026-05-01T10:00:00Z", "Bob");
    let before = scratch.rows("SELECT number FROM calls WHERE call_id = '4100'");
    assert_eq!(scratch.call(changed), Saved::Changed);
    assert_eq!(scratch.rows("SELECT number FROM calls WHERE call_id = '4100'"), before);
}
