//! What goes with a person or a call that is purged, besides what is theirs by name.

use jiff::SignedDuration;
use serde_json::json;

use super::{Scratch, now, record};
use crate::{Saved, Target, tombstones};

impl Scratch {
    fn activity(&mut self, text: impl ToString) -> Saved {
        let mut batch = self.writer.batch().unwrap();
        let saved = batch.activity(&record(text), now()).unwrap();
        batch.commit().unwrap();
        saved
    }
}

#[test]
fn what_was_done_on_days_that_were_purged_stays_away() {
    let mut scratch = Scratch::new();
    let did = json!({"userId": "5", "userAggregateActivity": [
        {"fromDate": "2026-01-05T00:00:00Z", "toDate": "2026-01-06T00:00:00Z", "callsAsHost": 3},
        {"fromDate": "2026-05-21T00:00:00Z", "toDate": "2026-05-22T00:00:00Z", "callsAsHost": 4}]});
    assert_eq!(scratch.activity(&did), Saved::New);
    let purged = scratch.purge(&Target::Before("2026-05-21T10:00:00Z".parse().unwrap()));
    assert_eq!(purged.records, 1);
    assert_eq!(scratch.activity(&did), Saved::LeftOut);
    assert_eq!(scratch.rows("SELECT day FROM activity_days"), ["2026-05-21"]);
    assert_eq!(scratch.rows("SELECT id FROM kept"), ["5/2026-05-21"]);
}

#[test]
fn somebody_is_known_by_the_address_in_what_they_did() {
    let did = json!({"userId": "5", "userEmailAddress": "Ann@acme.example",
        "userAggregateActivity": [{"fromDate": "2026-01-05T00:00:00Z",
            "toDate": "2026-01-06T00:00:00Z", "callsAsHost": 3}]});
    let other = json!({"userId": "6", "userEmailAddress": "joann@acme.example",
        "userAggregateActivity": did["userAggregateActivity"]});
    let ann = Target::Email("ann@acme.example".to_owned());

    let mut scratch = Scratch::new();
    assert_eq!(scratch.activity(&did), Saved::New);
    assert_eq!(scratch.activity(&other), Saved::New);
    assert_eq!(scratch.purge(&ann).records, 1);
    assert_eq!(scratch.activity(&did), Saved::LeftOut);
    assert_eq!(scratch.rows("SELECT user_id FROM activity_days"), ["6"]);

    let mut scratch = Scratch::new();
    let mut nameless = did.clone();
    nameless.as_object_mut().unwrap().remove("userEmailAddress");
    assert_eq!(scratch.activity(&nameless), Saved::New);
    assert_eq!(scratch.purge(&ann).records, 0);
    assert_eq!(scratch.activity(&did), Saved::LeftOut);
    assert_eq!(scratch.activity(&nameless), Saved::LeftOut);
    assert_eq!(scratch.rows("SELECT user_id FROM activity_days"), Vec::<String>::new());
    assert_eq!(scratch.rows("SELECT id FROM kept"), Vec::<String>::new());
}

#[test]
fn what_only_the_call_that_goes_said_of_its_account_goes_with_it() {
    let fields = |all: &[(&str, &str)]| -> serde_json::Value {
        all.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
    };
    let call = |id: &str, day: u32, account: &[(&str, &str)], deal: &[(&str, &str)]| {
        json!({"metaData": {"id": id, "started": format!("2026-05-{day}T10:00:00Z")},
            "context": [{"system": "Salesforce", "objects": [
                {"objectType": "Account", "objectId": "001A", "fields": fields(account)},
                {"objectType": "Opportunity", "objectId": "006A", "fields": fields(deal)}]}],
            "content": {"trackers": [{"id": "9", "name": format!("of {id}"),
                "count": i32::from(id != "2")}]}})
    };
    let acme = ("Name", "Acme");
    let mut scratch = Scratch::new();
    scratch.call(call("1", 10, &[("Name", "Old Acme"), ("Website", "old.example")], &[]));
    scratch.call(call("2", 12, &[acme, ("Industry", "Tin")], &[("StageName", "Won")]));
    scratch.call(call("3", 11, &[("Website", "only.example")], &[("StageName", "Secret")]));
    let said = |scratch: &Scratch| {
        scratch.rows(
            "SELECT accounts.name, industry, website, stage, trackers.name
             FROM accounts, opportunities, trackers",
        )
    };
    assert_eq!(said(&scratch), ["Acme|Tin|only.example|Secret|of 3"]);
    scratch.purge(&Target::Calls(vec!["3".parse().unwrap()]));
    assert_eq!(said(&scratch), ["Acme|Tin|old.example|Won|of 1"]);
    assert!(scratch.delete("2"));
    assert_eq!(said(&scratch), ["Old Acme|-|old.example|-|of 1"]);
    assert!(scratch.delete("1"));
    assert_eq!(said(&scratch), Vec::<String>::new());
    scratch.check();
}

#[test]
fn a_call_that_goes_gives_nothing_an_older_name_back() {
    let call = |id: &str, day: u32, system: &str, field: &str| {
        json!({"metaData": {"id": id, "started": format!("2026-05-{day}T10:00:00Z")},
            "context": [{"system": system, "objects": [
                {"objectType": "Account", "objectId": "001A",
                 "fields": [{"name": "Name", "value": system}, {"name": field, "value": "Tin"}]}]}],
            "content": {"trackers": [{"id": "9", "name": system, "count": i32::from(id != "3")}]}})
    };
    // The order in which they are fetched is not that in which they took place.
    let minutes = |minutes: i64| now() + SignedDuration::from_mins(minutes);
    let mut scratch = Scratch::new();
    scratch.call_at(minutes(1), call("1", 14, "Older", "Industry"));
    scratch.call_at(minutes(2), call("2", 12, "Old", "Size"));
    scratch.call_at(minutes(3), call("3", 11, "Older", "Size"));
    scratch.call_at(minutes(4), call("2", 12, "Newest", "Size of it"));
    assert!(scratch.delete("3"));
    // Who works in tin is said by the one call alone.
    let said = "SELECT system, accounts.name, industry, trackers.name FROM accounts, trackers";
    assert_eq!(scratch.rows(said), ["Newest|Newest|Tin|Newest"]);
    let hits = scratch.rows("SELECT call_id, hits FROM tracker_hits ORDER BY call_id");
    assert_eq!(hits, ["1|1", "2|1"]);
}

#[test]
fn a_call_that_moves_is_left_out_whole_if_its_transcript_is() {
    let call = |started: &str| json!({"metaData": {"id": "1", "started": started}, "parties": [{"id": "2", "name": "Bo"}]});
    let mut scratch = Scratch::new();
    scratch.call(call("2026-05-20T10:00:00Z"));
    scratch.transcript(json!({"callId": "1", "transcript": [{"speakerId": "3", "sentences": [
        {"start": 0, "end": 1000, "text": "Ask ann@acme.example."}]}]}));
    // As an older version would have left it, which did not find the address.
    tombstones::bury(scratch.connection(), tombstones::EMAIL, "ann@acme.example", now()).unwrap();
    assert_eq!(scratch.call(call("2026-05-21T10:00:00Z")), Saved::LeftOut);
    for table in ["calls", "parties", "spoken", "kept"] {
        assert_eq!(scratch.rows(&format!("SELECT count(*) FROM {table}")), ["0"], "{table}");
    }
    assert_eq!(scratch.call(call("2026-05-21T10:00:00Z")), Saved::LeftOut);
}

#[test]
fn what_could_not_be_read_of_a_call_goes_with_it() {
    let title = "1, and 12 others";
    let mut scratch = Scratch::new();
    for text in [
        json!({"metaData": {"id": null, "url": "https://app.gong.io/call?id=12"}}),
        json!({"metaData": {"id": null, "title": title}}),
    ] {
        assert_eq!(scratch.call(&text), Saved::Quarantined, "{text}");
    }
    assert_eq!(
        scratch.transcript(json!({"callId": null, "of": "1", "transcript": []})),
        Saved::Quarantined
    );
    scratch.call(json!({"metaData": {"id": "2", "started": "2026-05-20T10:00:00Z"}}));
    assert!(scratch.delete("2"));
    assert_eq!(scratch.rows("SELECT count(*) FROM quarantine"), ["3"]);
    // No digit of another number tells that it is this call's.
    assert_eq!(scratch.purge(&Target::Calls(vec!["2".parse().unwrap()])).quarantined, 0);
    scratch.call(json!({"metaData": {"id": "1", "started": "2026-05-20T10:00:00Z"}}));
    assert!(scratch.delete("1"));
    assert_eq!(scratch.rows("SELECT kind FROM quarantine"), ["calls"]);
    assert_eq!(scratch.purge(&Target::Calls(vec!["12".parse().unwrap()])).quarantined, 1);
}

#[test]
fn what_is_kept_for_longer_than_before_can_come_again() {
    let march = json!({"metaData": {"id": "1", "started": "2026-03-01T10:00:00Z"}});
    let mut scratch = Scratch::new();
    for (days, saved) in
        [(30, Saved::LeftOut), (20, Saved::LeftOut), (730, Saved::New), (30, Saved::LeftOut)]
    {
        scratch.writer.set_retention(Some(days)).unwrap();
        scratch.writer.apply_retention(now()).unwrap();
        assert_eq!(scratch.call(&march), saved, "{days}");
    }
}

#[test]
fn what_is_yet_to_come_is_not_purged_by_its_time() {
    let mut scratch = Scratch::new();
    assert_eq!(scratch.purge(&Target::Before("2126-01-01T00:00:00Z".parse().unwrap())).calls, 0);
    for (started, saved) in
        [("2026-06-01T11:59:59Z", Saved::LeftOut), ("2026-06-01T12:00:01Z", Saved::New)]
    {
        let call = json!({"metaData": {"id": "1", "started": started}});
        assert_eq!(scratch.call(call), saved, "{started}");
    }
}
