//! What goes with a person or a call that is purged, besides what is theirs by name.

use serde_json::json;

use super::{Scratch, now, record};
use crate::{Saved, Target};

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
