//! The views: each answers its question, and goes to the sentences of a call at once.

use serde_json::json;

use super::{Scratch, now, record};

fn two_calls() -> Scratch {
    let mut scratch = Scratch::new();
    let mut batch = scratch.writer.batch().unwrap();
    let host = json!({"id": "42", "firstName": "Ada", "lastName": "Host"});
    batch.user(&record(host), now()).unwrap();
    for (id, started) in [("1", "2026-05-01T10:00:00Z"), ("2", "2026-05-02T10:00:00Z")] {
        let account = |id: &str, name: &str| json!({"objectType": "Account", "objectId": id, "fields": [{"name": "Name", "value": name}]});
        let call = json!({
            "metaData": {"id": id, "started": started, "title": "Demo", "duration": 90,
                "primaryUserId": "42", "language": "eng", "url": "https://example.gong.io/call"},
            "context": [{"objects": [account("a2", "Zeta"), account("a1", "Acme")]}],
            "parties": [
                {"id": "1", "speakerId": "9", "name": "Jane", "emailAddress": "jane@acme.example", "affiliation": "External"},
                {"id": "2", "speakerId": "8", "name": "Bob", "affiliation": "Internal"},
                // Jane joined twice.
                {"id": "3", "speakerId": "7", "name": "Jane", "emailAddress": "jane@acme.example", "affiliation": "External"}
            ],
            "content": {"brief": "They met."}
        });
        batch.call(&record(call), now()).unwrap();
        let said = json!({"callId": id, "transcript": [
            {"speakerId": "9", "sentences": [{"start": 0, "end": 3000, "text": "One."}, {"start": 4000, "end": 5000, "text": "Two."}]},
            {"speakerId": "8", "sentences": [{"start": 5000, "end": 10000, "text": "Three."}]},
            {"speakerId": "7", "sentences": [{"start": 10000, "end": 11000, "text": "Four."}]}
        ]});
        batch.transcript(&record(said), now()).unwrap();
    }
    batch.commit().unwrap();
    scratch
}

#[test]
fn each_view_answers_its_question() {
    let scratch = two_calls();
    assert_eq!(
        scratch.rows("SELECT * FROM call_overview WHERE call_id = '1'"),
        [
            "1|2026-05-01T10:00:00.000Z|Demo|1.5|Ada Host|eng|present|3|Acme, Zeta|They met.|https://example.gong.io/call"
        ]
    );
    assert_eq!(
        scratch.rows("SELECT call_id, start_seconds, end_seconds, speaker_name, text FROM who_talked_when WHERE call_id = '2'"),
        ["2|0|3|Jane|One.", "2|4|5|Jane|Two.", "2|5|10|Bob|Three.", "2|10|11|Jane|Four."]
    );
    assert_eq!(
        scratch.rows("SELECT account, started, call_id, host FROM account_timeline WHERE account = 'Acme' ORDER BY started"),
        ["Acme|2026-05-01T10:00:00.000Z|1|Ada Host", "Acme|2026-05-02T10:00:00.000Z|2|Ada Host"]
    );
    assert_eq!(
        scratch.rows(
            "SELECT speaker_name, affiliation, seconds, share FROM talk_ratio WHERE call_id = '1'"
        ),
        ["Bob|Internal|5|0.5", "Jane|External|5|0.5"]
    );
    assert_eq!(scratch.rows("SELECT count(*), sum(share) FROM talk_ratio"), ["4|2"]);
}

#[test]
fn a_question_about_one_call_reads_the_sentences_of_that_call_alone() {
    let scratch = two_calls();
    for view in ["sentences", "who_talked_when", "talk_ratio"] {
        let by_call = format!("EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE call_id = '1'");
        let by_time = format!("EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE started > '2026-05'");
        let all = format!("EXPLAIN QUERY PLAN SELECT count(*) FROM {view}");
        let plan = scratch.rows(&by_call).join("\n");
        assert!(
            plan.contains("SEARCH calls USING") && plan.contains("(call_id=?)"),
            "{view}: {plan}"
        );
        assert!(
            plan.contains("SEARCH spoken USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
            "{view}: {plan}"
        );
        for query in [by_call, by_time, all] {
            if view == "sentences" && query.contains("started") {
                continue;
            }
            let plan = scratch.rows(&query).join("\n");
            assert!(!plan.contains("AUTOMATIC"), "{query}: {plan}");
        }
    }
}

#[test]
fn an_older_sqlite_can_read_the_schema() {
    let scratch = Scratch::new();
    let schema = scratch.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL");
    // What came after 3.37; of aggregates, the order of their arguments.
    for sql in schema {
        for newer in ["->>", "unixepoch(", "concat_ws(", "string_agg(", "RIGHT JOIN", "FULL JOIN"] {
            assert!(!sql.contains(newer), "{newer} in {sql}");
        }
        for after in sql.split("group_concat(").skip(1) {
            let arguments = after.split(['(', ')']).next().unwrap_or_default();
            assert!(!arguments.contains("ORDER BY"), "{sql}");
        }
    }
}

#[test]
fn numbers_out_of_all_reason_keep_nobody_from_the_others() {
    let mut scratch = two_calls();
    let most = i64::MAX;
    let phrase = |text: &str| json!({"phrase": text, "count": most});
    scratch.call(json!({"metaData": {"id": "3", "started": "2026-05-03T10:00:00Z"},
        "content": {"trackers": [{"id": "9", "name": "Price", "count": most,
            "phrases": [phrase("a"), phrase("b")]}]}}));
    let sentence = |start: i64, end: i64| json!({"start": start, "end": end, "text": "Hello."});
    scratch.transcript(json!({"callId": "3", "transcript": [{"speakerId": "1",
        "sentences": [sentence(0, most), sentence(0, most), sentence(most, -most)]}]}));
    let n_talking = scratch.rows("SELECT count(*) FROM talk_ratio WHERE seconds IS NOT NULL");
    assert_eq!(scratch.rows("SELECT count(DISTINCT call_id) FROM sentences"), ["3"]);
    assert!(n_talking[0].parse::<u32>().unwrap() >= 1, "{n_talking:?}");
    let hits = scratch.rows("SELECT sum(hits) FROM tracker_hits");
    assert!(hits[0].parse::<i64>().unwrap() > 1, "{hits:?}");
}
