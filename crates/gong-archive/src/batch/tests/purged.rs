//! What was purged does not come in again by another record, and leaves nothing in the tables.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;

use super::{Scratch, now, record};
use crate::{Archive, Error, Purged, Saved, Target, Writer, purge};

const CALL: &str = "7782342274025937895";

impl Scratch {
    pub(super) fn purge(&mut self, target: &Target) -> Purged {
        self.writer.purge(target, now()).unwrap()
    }

    fn review(&mut self, text: impl ToString) -> Saved {
        let mut batch = self.writer.batch().unwrap();
        let saved = batch.answered_scorecard(&record(text), now()).unwrap();
        batch.commit().unwrap();
        saved
    }
}

fn call(id: &str, title: &str) -> String {
    let meta = json!({"id": id, "title": title, "started": "2026-05-20T10:00:00Z"});
    json!({"metaData": meta}).to_string()
}

#[test]
fn who_was_purged_does_not_come_in_by_what_is_said_or_written() {
    let says = |text: &str| {
        let sentences = json!([{"start": 0, "end": 1000, "text": text}]);
        json!({"callId": CALL, "transcript": [{"speakerId": "1", "sentences": sentences}]})
    };
    let answers = |text: &str| {
        json!({"answeredScorecardId": "5", "callStartTime": "2026-05-20T10:00:00Z",
            "answers": [{"questionId": "6", "answerText": text}]})
    };
    for (target, names, does_not) in [
        (
            Target::Email("Jane@acme.example".to_owned()),
            "Hello\nJANE@acme.example's \"friend\"",
            "mary.jane@acme.example",
        ),
        (Target::Phone("+44 20 7946 0000".to_owned()), "it is 0044 (20) 7946-0000", "44 20 7946"),
    ] {
        let mut scratch = Scratch::new();
        assert_eq!(scratch.purge(&target), Purged::default());
        assert_eq!(scratch.call(call("2", names)), Saved::LeftOut);
        assert_eq!(scratch.call(call("2", does_not)), Saved::New);
        assert_eq!(scratch.review(answers(names)), Saved::LeftOut);
        assert_eq!(scratch.review(answers(does_not)), Saved::New);
        assert_eq!(scratch.call(call(CALL, "Weekly")), Saved::New);
        assert_eq!(scratch.transcript(says(does_not)), Saved::New);
        // As a purge takes the call in which somebody is named.
        assert_eq!(scratch.transcript(says(names)), Saved::LeftOut);
        assert_eq!(scratch.call(call(CALL, "Weekly")), Saved::LeftOut);
        assert_eq!(scratch.rows("SELECT call_id FROM calls"), ["2"]);
        assert_eq!(scratch.rows("SELECT count(*) FROM spoken"), ["0"]);
        scratch.check();
    }
}

#[test]
fn a_review_of_a_call_that_is_not_there_is_left_out_where_calls_were_listed() {
    let mut scratch = Scratch::new();
    scratch
        .connection()
        .execute(
            "INSERT INTO windows (starts, ends, listing, listed) VALUES
             ('2026-05-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z', 1, '2026-06-01T00:00:00.000Z')",
            [],
        )
        .unwrap();
    let review = |id: &str, call: &str, started: &str| json!({"answeredScorecardId": id, "callId": call, "callStartTime": started});
    assert_eq!(scratch.review(review("1", "3", "2026-05-20T10:00:00Z")), Saved::LeftOut);
    assert_eq!(scratch.review(review("1", "3", "2026-04-20T10:00:00Z")), Saved::New);
    scratch.call(call(CALL, "Weekly"));
    assert_eq!(scratch.review(review("2", CALL, "2026-05-20T10:00:00Z")), Saved::New);
    assert!(scratch.delete(CALL));
    assert_eq!(scratch.review(review("2", CALL, "2026-05-20T10:00:00Z")), Saved::LeftOut);
}

#[test]
fn what_was_purged_by_its_time_goes_with_reviews_and_what_is_unread_and_stays_away() {
    let mut scratch = Scratch::new();
    let started = "2026-05-20T10:00:00Z";
    let review = json!({"answeredScorecardId": "1", "callId": "3", "callStartTime": started});
    let unread = json!({"metaData": {"id": "no id", "started": started}});
    let timeless = json!({"metaData": {"id": "no id", "started": "some day"}});
    let later = json!({"metaData": {"id": "no id", "started": "2026-05-22T10:00:00Z"}});
    let of_some_call = json!({"answeredScorecardId": "2", "reviewTime": started});
    assert_eq!(scratch.call(call(CALL, "Weekly")), Saved::New);
    assert_eq!(scratch.review(&review), Saved::New);
    assert_eq!(scratch.review(&of_some_call), Saved::New);
    for text in [&unread, &timeless, &later] {
        assert_eq!(scratch.call(text), Saved::Quarantined);
    }
    let purged = scratch.purge(&Target::Before("2026-05-21T00:00:00Z".parse().unwrap()));
    assert_eq!((purged.calls, purged.records, purged.quarantined), (1, 2, 2));
    scratch.writer.set_retention(Some(10_000)).unwrap();
    scratch.writer.apply_retention(now()).unwrap();
    scratch.writer.set_retention(None).unwrap();
    assert_eq!(scratch.call(call(CALL, "Weekly")), Saved::LeftOut);
    assert_eq!(scratch.review(&review), Saved::LeftOut);
    assert_eq!(scratch.review(&of_some_call), Saved::LeftOut);
    for text in [&unread, &timeless] {
        assert_eq!(scratch.call(text), Saved::LeftOut);
    }
    assert_eq!(scratch.call(&later), Saved::Quarantined);
    assert_eq!(scratch.rows("SELECT count(*) FROM kept"), ["0"]);
    assert_eq!(scratch.rows("SELECT count(*) FROM answered_scorecards"), ["0"]);
}

#[test]
fn retention_takes_what_is_unread_by_when_it_was_and_reviews_without_their_call() {
    let mut scratch = Scratch::new();
    let started = "2026-05-20T10:00:00Z";
    let review = json!({"answeredScorecardId": "1", "callId": "3", "callStartTime": started});
    let of_some_call = json!({"answeredScorecardId": "2", "reviewTime": started});
    let unread = json!({"metaData": {"id": "no id", "started": started}});
    assert_eq!(scratch.review(&review), Saved::New);
    assert_eq!(scratch.review(&of_some_call), Saved::New);
    assert_eq!(scratch.call(&unread), Saved::Quarantined);
    scratch.writer.set_retention(Some(5)).unwrap();
    assert_eq!(scratch.writer.apply_retention(now()).unwrap(), 0);
    for table in ["kept", "answered_scorecards", "quarantine"] {
        assert_eq!(scratch.rows(&format!("SELECT count(*) FROM {table}")), ["0"], "{table}");
    }
    assert_eq!(scratch.call(&unread), Saved::LeftOut);
}

#[test]
fn calls_that_do_not_say_when_they_started_are_no_exception() {
    let undated = json!({"metaData": {"id": CALL, "title": "Weekly", "started": "this morning"}});
    let said = json!({"callId": CALL, "transcript": [{"speakerId": "1", "sentences": [
        {"start": 0, "end": 1, "text": "Yes."}]}]});
    let old = Target::Before("2020-01-01T00:00:00Z".parse().unwrap());

    let mut scratch = Scratch::new();
    assert_eq!(scratch.call(&undated), Saved::New);
    assert_eq!(scratch.transcript(&said), Saved::New);
    let purged = scratch.purge(&old);
    assert_eq!((purged.calls, purged.undated, purged.transcripts), (1, 1, 1));
    assert_eq!(scratch.rows("SELECT count(*) FROM kept"), ["0"]);
    assert_eq!(scratch.call(&undated), Saved::LeftOut);

    let mut scratch = Scratch::new();
    assert_eq!(scratch.call(&undated), Saved::New);
    assert_eq!(scratch.transcript(&said), Saved::New);
    scratch.writer.set_retention(Some(30)).unwrap();
    for (days, n_removed) in [(29, 0), (31, 1)] {
        let then = now() + SignedDuration::from_hours(24 * days);
        assert_eq!(scratch.writer.archive().would_retain(30, then).unwrap(), n_removed);
        assert_eq!(scratch.writer.apply_retention(then).unwrap(), n_removed);
    }
    assert_eq!(scratch.rows("SELECT count(*) FROM kept"), ["0"]);
    scratch.check();
}

#[test]
fn what_only_a_purged_call_said_of_an_account_goes_from_its_row() {
    let mut scratch = Scratch::new();
    let linked = |id: &str, name: &str, title: &str| {
        let object = |kind: &str, id: &str| {
            json!({"objectType": kind, "objectId": id, "timing": "Now",
            "fields": [{"name": "Name", "value": name}]})
        };
        json!({"metaData": {"id": id, "title": title, "started": "2026-05-20T10:00:00Z"},
            "context": [{"system": "HubSpot",
                "objects": [object("Account", "7"), object("Opportunity", "8")]}],
            "content": {"trackers": [{"id": "9", "name": name, "count": 1}]}})
    };
    scratch.call(linked("1", "Acme", "Weekly"));
    scratch.call(linked("2", "Acme (jane@acme.example)", "Weekly"));
    let names = "SELECT name FROM accounts UNION ALL SELECT name FROM opportunities
         UNION ALL SELECT name FROM trackers";
    assert_eq!(scratch.rows(names), ["Acme (jane@acme.example)"; 3]);
    let purged = scratch.purge(&Target::Email("jane@acme.example".to_owned()));
    assert_eq!((purged.calls, purged.traces), (1, vec![]));
    assert_eq!(scratch.rows(names), ["Acme"; 3]);
    assert_eq!(scratch.rows("SELECT call_id FROM tracker_hits"), ["1"]);
    scratch.check();
}

#[test]
fn an_account_is_not_taken_for_what_is_written_alike() {
    let object = |kind: &str, id: &str, field: &str, value: &str| {
        json!([{"system": "HubSpot", "objects": [{"objectType": kind, "objectId": id,
            "fields": [{"name": field, "value": value}]}]}])
    };
    let call = |id: &str, title: &str, context: serde_json::Value| {
        let meta = json!({"id": id, "title": title, "started": "2026-05-20T10:00:00Z"});
        json!({"metaData": meta, "context": context})
    };
    let mut scratch = Scratch::new();
    let calls = [
        call("1", "Weekly", object("Account", "17", "Name", "Acme")),
        call("2", "Weekly", object("Opportunity", "18", "AccountId", "17")),
        call("3", "17", object("Account", "19", "NumberOfEmployees", "17")),
        call("4", "Weekly", object("Opportunity", "17", "Name", "17")),
    ];
    for call in &calls {
        assert_eq!(scratch.call(call), Saved::New);
    }
    let purged = scratch.purge(&Target::Account("17".to_owned()));
    assert_eq!((purged.calls, purged.traces), (2, vec![]));
    let came = calls.map(|call| scratch.call(call));
    assert_eq!(came, [Saved::LeftOut, Saved::LeftOut, Saved::Same, Saved::Same]);
    let later = call("5", "17", object("Opportunity", "17", "Amount", "17"));
    assert_eq!(scratch.call(later), Saved::New);
    let unread = call("no id", "Weekly", object("Account", "17", "Name", "Acme"));
    assert_eq!(scratch.call(unread), Saved::LeftOut);
}

#[test]
fn a_phone_is_not_taken_for_a_moment() {
    let says = |start: u32, text: &str| {
        let sentences = json!([{"start": start, "end": start + 1, "text": text}]);
        json!({"callId": CALL, "transcript": [{"speakerId": "1", "sentences": sentences}]})
    };
    for (phone, start, text) in
        [("5551234", 5_551_234, "No."), ("20261109", 0, "On 2026-11-09, then.")]
    {
        let mut scratch = Scratch::new();
        assert_eq!(scratch.call(call(CALL, "Weekly")), Saved::New);
        assert_eq!(scratch.transcript(says(start, text)), Saved::New);
        let target = Target::Phone(phone.to_owned());
        assert_eq!(scratch.purge(&target), Purged::default());
        assert!(scratch.delete(CALL));
        assert_eq!(scratch.call(call(CALL, "Weekly")), Saved::New);
        assert_eq!(scratch.transcript(says(start, text)), Saved::New);
        assert_eq!(scratch.transcript(says(0, &format!("It is {phone}."))), Saved::LeftOut);
    }
}

#[test]
fn who_is_no_user_of_the_archive_is_known_as_a_party() {
    let mut scratch = Scratch::new();
    let party = |id: &str, party: serde_json::Value| json!({"metaData": {"id": id, "started": "2026-05-20T10:00:00Z"}, "parties": [party]});
    scratch.call(party("1", json!({"userId": "42", "emailAddress": "Jane@acme.example"})));
    scratch.call(party("2", json!({"userId": "42"})));
    scratch.call(party("3", json!({"userId": "43"})));
    assert_eq!(
        scratch.review(json!({"answeredScorecardId": "5", "reviewerUserId": "42"})),
        Saved::New
    );
    let purged = scratch.purge(&Target::Email("jane@acme.example".to_owned()));
    assert_eq!((purged.calls, purged.users, purged.records), (2, 0, 1));
    assert_eq!(scratch.rows("SELECT call_id FROM calls"), ["3"]);
    assert_eq!(scratch.call(party("4", json!({"userId": "42"}))), Saved::LeftOut);
}

#[test]
fn a_reader_in_the_way_of_writing_the_file_anew_stops_no_sync() {
    let mut scratch = Scratch::new();
    scratch.connection().busy_timeout(Duration::ZERO).unwrap();
    scratch.call(call(CALL, "Weekly"));
    scratch.writer.set_retention(Some(5)).unwrap();
    assert_eq!(scratch.writer.apply_retention(now()).unwrap(), 1);
    let is_pending = |scratch: &Scratch| purge::is_pending(scratch.connection()).unwrap();
    assert!(!is_pending(&scratch));
    let later = now() + SignedDuration::from_hours(24 * 30);
    let reader = Archive::open(scratch.folder.path()).unwrap();
    reader.connection.execute_batch("BEGIN; SELECT count(*) FROM calls").unwrap();
    assert_eq!(scratch.writer.apply_retention(later).unwrap(), 0);
    assert!(is_pending(&scratch));
    drop(reader);
    assert_eq!(scratch.writer.apply_retention(later).unwrap(), 0);
    assert!(!is_pending(&scratch));
}

#[test]
fn a_purge_that_a_reader_puts_off_does_not_grow_the_log_with_each_opening() {
    let mut scratch = Scratch::new();
    let titles = |n: u64| (0..400).map(move |at| (at * 7919 + n * 104_729).to_string());
    for n in 1..200 {
        let title = titles(n).collect::<Vec<_>>().join(" ");
        scratch.call(call(&n.to_string(), &title));
    }
    let folder = scratch.folder.path().to_owned();
    let size = |name: &str| folder.join(name).metadata().map_or(0, |it| it.len());
    drop(scratch.writer);
    scratch.writer = Writer::open(&folder).unwrap();
    let reader = Archive::open(&folder).unwrap();
    reader.connection.execute_batch("BEGIN; SELECT count(*) FROM calls").unwrap();
    scratch.connection().busy_timeout(Duration::ZERO).unwrap();
    let refused = scratch.writer.purge(&Target::Calls(vec!["7".parse().unwrap()]), now());
    assert!(matches!(refused, Err(Error::Read { .. })), "{refused:?}");
    for _ in 0..3 {
        drop(scratch.writer);
        scratch.writer = Writer::open(&folder).unwrap();
    }
    let (file, log) = (size("archive.db"), size("archive.db-wal"));
    assert!(log < file, "{log} bytes beside {file}");
    assert!(purge::is_pending(scratch.connection()).unwrap());
    drop(reader);
    drop(scratch.writer);
    scratch.writer = Writer::open(&folder).unwrap();
    assert!(!purge::is_pending(scratch.connection()).unwrap());
}
