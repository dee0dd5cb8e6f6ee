//! What is listed whole: what is no longer in the list goes, unless something refers to it.

use jiff::{Timestamp, ToSpan as _};
use serde_json::json;

use super::{super::Saved, Scratch, now, record};
use crate::Collection;

fn later() -> Timestamp {
    now() + 1.hour()
}

#[test]
fn what_is_no_longer_listed_is_removed() {
    let mut scratch = Scratch::new();
    let user = |id: u64, name: &str| record(json!({"id": id, "firstName": name, "active": true}));
    let mut batch = scratch.writer.batch().unwrap();
    for (id, name) in [(1, "Ada"), (2, "Bob")] {
        assert_eq!(batch.user(&user(id, name), now()).unwrap(), Saved::New);
    }
    assert_eq!(batch.remove_unlisted(Collection::Users, now()).unwrap(), 0);
    assert_eq!(batch.user(&user(2, "Bob"), later()).unwrap(), Saved::Same);
    assert_eq!(batch.user(&user(3, "Cleo"), later()).unwrap(), Saved::New);
    assert_eq!(batch.remove_unlisted(Collection::Users, later()).unwrap(), 1);
    batch.commit().unwrap();
    let users = scratch.rows("SELECT user_id, name, is_active FROM users ORDER BY 1");
    assert_eq!(users, ["2|Bob|1", "3|Cleo|1"]);
    assert_eq!(scratch.text("users", "1"), None);
    assert!(scratch.text("users", "2").unwrap().contains("Bob"));
}

#[test]
fn trackers_and_scorecards_stay_as_long_as_something_refers_to_them() {
    let mut scratch = Scratch::new();
    let mut batch = scratch.writer.batch().unwrap();
    for id in ["1", "2"] {
        batch.tracker(&record(json!({"trackerId": id, "trackerName": "Price"})), now()).unwrap();
        let questions = json!([{"questionId": "7", "questionText": "Good?", "isOverall": true}]);
        let scorecard =
            json!({"scorecardId": id, "scorecardName": "Calls", "questions": questions});
        batch.scorecard(&record(scorecard), now()).unwrap();
    }
    let call = json!({"metaData": {"id": "9"},
        "content": {"trackers": [{"id": "1", "name": "Price", "count": 2, "type": "KEYWORD"}]}});
    batch.call(&record(call), now()).unwrap();
    let answers = json!([{"questionId": "7", "score": 4}, {"questionId": "8", "score": "1"}]);
    let review =
        json!({"answeredScorecardId": "5", "scorecardId": "1", "callId": "9", "answers": answers});
    batch.answered_scorecard(&record(review), now()).unwrap();
    for collection in [Collection::Trackers, Collection::Scorecards] {
        assert_eq!(batch.remove_unlisted(collection, later()).unwrap(), 2);
    }
    batch.commit().unwrap();
    assert_eq!(scratch.rows("SELECT tracker_id FROM trackers"), ["1"]);
    assert_eq!(scratch.rows("SELECT scorecard_id FROM scorecards"), ["1"]);
    assert_eq!(scratch.rows("SELECT average_score FROM answered_scorecards"), ["2.5"]);
    assert_eq!(scratch.rows("SELECT count(*) FROM scorecard_answers"), ["2"]);

    assert!(scratch.delete("9"));
    for table in [
        "trackers",
        "scorecards",
        "answered_scorecards",
        "scorecard_answers",
        "scorecard_questions",
        "kept",
    ] {
        assert_eq!(scratch.rows(&format!("SELECT count(*) FROM {table}")), ["0"], "{table}");
    }
    scratch.check();
}

#[test]
fn the_hits_of_a_tracker_are_its_count() {
    let mut scratch = Scratch::new();
    scratch.call(json!({"metaData": {"id": "1"}, "content": {"trackers": [
        {"id": "1", "name": "Words", "type": "KEYWORD", "count": 4, "phrases": [
            {"phrase": "cost", "count": 2, "occurrences": [{"startTime": 1.5, "speakerId": "9"}]},
            {"phrase": "price", "count": 1}],
         "occurrences": [{"startTime": 1.5, "speakerId": "9"}]},
        {"id": "2", "name": "Meaning", "type": "SMART", "count": 2, "phrases": [],
         "occurrences": [{"startTime": 3.0, "speakerId": "9"}, {"startTime": 8.0, "speakerId": "8"}]},
        {"id": "3", "name": "Silent", "type": "SMART", "count": 0}
    ]}}));
    let hits = scratch.rows(
        "SELECT name, kind, phrase, start_seconds, tracker_hits.speaker_id, hits
         FROM tracker_hits JOIN trackers USING (tracker_id) ORDER BY tracker_id, position",
    );
    assert_eq!(
        hits,
        [
            "Words|KEYWORD|cost|1.5|9|1",
            "Words|KEYWORD|cost|-|-|1",
            "Words|KEYWORD|price|-|-|1",
            "Words|KEYWORD|-|-|-|1",
            "Meaning|SMART|-|3|9|1",
            "Meaning|SMART|-|8|8|1",
        ]
    );
}

#[test]
fn what_the_crm_says_now_is_not_replaced_by_what_it_said_then() {
    let mut scratch = Scratch::new();
    let call = |id: &str, timing: &str, stage: &str| {
        json!({"metaData": {"id": id}, "context": [{"system": "HubSpot", "objects": [
            {"objectType": "Opportunity", "objectId": "6", "timing": timing, "fields": [
                {"name": "dealname", "value": "Big one"}, {"name": "dealstage", "value": stage}]},
            {"objectType": "Account", "objectId": "1"}]}]})
    };
    scratch.call(call("1", "Now", "Won"));
    scratch.call(call("2", "TimeOfCall", "New"));
    let deals = "SELECT name, system, stage FROM opportunities";
    assert_eq!(scratch.rows(deals), ["Big one|HubSpot|Won"]);
    scratch.call(call("2", "Now", "Lost"));
    assert_eq!(scratch.rows(deals), ["Big one|HubSpot|Lost"]);

    assert!(scratch.delete("1"));
    assert_eq!(scratch.rows("SELECT account_id FROM accounts"), ["1"]);
    // Linked to nothing any more.
    scratch.call(json!({"metaData": {"id": "2"}}));
    assert_eq!(scratch.rows("SELECT account_id FROM accounts"), Vec::<String>::new());
    assert_eq!(scratch.rows(deals), Vec::<String>::new());
}
