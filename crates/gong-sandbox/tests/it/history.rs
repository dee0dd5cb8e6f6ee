//! What tests make happen in a company while the sandbox runs.

use gong_sandbox::{HeldCall, Options, Sandbox};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::harness::{NOW, all, ids, options, post, sandbox};

const CALLS: &str = "/v2/calls/extensive";
const TRANSCRIPTS: &str = "/v2/calls/transcript";

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// What is listed: ids and titles.
async fn listed(sandbox: &Sandbox) -> Vec<(String, String)> {
    let calls = all(sandbox, CALLS, "calls", json!({ "filter": {} })).await;
    let text = |call: &serde_json::Value, name: &str| {
        call["metaData"][name].as_str().unwrap_or_default().to_owned()
    };
    calls.iter().map(|call| (text(call, "id"), text(call, "title"))).collect()
}

#[tokio::test]
async fn a_call_that_comes_late_stands_where_it_started() {
    let sandbox = Sandbox::new(Options { calls: 0, ..options() }).unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    for (id, ago) in [("1", 50), ("3", 10)] {
        sandbox.put_call(HeldCall::new(id, now - hours(ago), "On time", &["Hello."]));
    }
    let mut late = HeldCall::new("2", now - hours(20), "Late", &["Hello."]);
    late.ready_at = now + hours(4);
    late.transcribed_at = now + hours(24 * 20);
    sandbox.put_call(late.clone());
    assert_eq!(sandbox.readable_calls().len(), 2);

    sandbox.set_now(now + hours(4));
    let titles: Vec<_> = listed(&sandbox).await.into_iter().map(|(_, title)| title).collect();
    assert_eq!(titles, ["On time", "Late", "On time"]);
    let asked = json!({ "filter": { "callIds": ["1", "2"] } });
    let transcripts = || all(&sandbox, TRANSCRIPTS, "callTranscripts", asked.clone());
    assert_eq!(transcripts().await.len(), 1);
    assert_eq!(sandbox.readable_calls()[1].transcript, None);

    sandbox.set_now(now + hours(24 * 20));
    assert_eq!(transcripts().await[1]["transcript"], late.transcript.clone().unwrap());
    assert_eq!(sandbox.readable_calls()[1], late);
}

#[tokio::test]
async fn a_call_of_the_company_changes_and_goes_and_comes_back() {
    let sandbox = sandbox();
    let before = listed(&sandbox).await;
    let id = before[30].0.clone();
    let was = sandbox.call(&id).unwrap();

    let mut renamed = was.clone();
    renamed.meta_data["title"] = json!("Another title");
    sandbox.put_call(renamed);
    let mut expected = before.clone();
    expected[30].1 = "Another title".to_owned();
    assert_eq!(listed(&sandbox).await, expected);

    sandbox.remove_call(&id);
    expected.remove(30);
    assert_eq!(listed(&sandbox).await, expected);
    assert_eq!(sandbox.call(&id), None);
    let missing = post(&sandbox, CALLS, json!({ "filter": { "callIds": [id] } })).await;
    assert_eq!(missing.status, 404);

    sandbox.put_call(was);
    assert_eq!(listed(&sandbox).await, before);
}

#[tokio::test]
async fn a_call_that_turns_private_has_nothing_but_metadata() {
    let sandbox = Sandbox::new(Options { calls: 0, ..options() }).unwrap();
    let mut call = HeldCall::new("1", sandbox.now() - hours(5), "Open", &["Secret."]);
    sandbox.put_call(call.clone());
    call.meta_data["isPrivate"] = json!(true);
    sandbox.put_call(call);
    let select =
        json!({ "filter": {}, "contentSelector": { "exposedFields": { "parties": true } } });
    let calls = all(&sandbox, CALLS, "calls", select).await;
    assert!(calls[0].get("parties").is_none(), "{}", calls[0]);
    let none = post(&sandbox, TRANSCRIPTS, json!({ "filter": { "callIds": ["1"] } })).await;
    assert_eq!(none.status, 404);
    let [truth] = &sandbox.readable_calls()[..] else { panic!("one call") };
    assert_eq!((truth.blocks.clone(), &truth.transcript), (json!({}), &None));
}

#[tokio::test]
async fn what_comes_and_goes_between_two_pages_moves_the_others() {
    let check = async |change: fn(&Sandbox), expected: [&str; 3]| {
        let sandbox = Sandbox::new(Options { calls: 0, page_size: 2, ..options() }).unwrap();
        for (id, ago) in [("1", 9), ("2", 8), ("3", 7), ("4", 6)] {
            sandbox.put_call(HeldCall::new(id, sandbox.now() - hours(ago), "", &[]));
        }
        let first = post(&sandbox, CALLS, json!({ "filter": {} })).await;
        change(&sandbox);
        let next = json!({ "filter": {}, "cursor": first.cursor() });
        let second = post(&sandbox, CALLS, next).await.items("calls");
        let ids = ids(&second).join(" ");
        let total = first.json()["records"]["totalRecords"].to_string();
        assert_eq!([ids.as_str(), total.as_str(), expected[2]], expected);
    };
    check(|_| {}, ["3 4", "4", "as it was"]).await;
    check(|sandbox| sandbox.remove_call("1"), ["4", "4", "one is missed"]).await;
    let come = |sandbox: &Sandbox| {
        sandbox.put_call(HeldCall::new("0", sandbox.now() - hours(99), "", &[]));
    };
    check(come, ["2 3", "4", "one comes twice"]).await;
}

#[tokio::test]
async fn a_made_up_company_grows_when_its_clock_is_put_back() {
    let sandbox = sandbox();
    let end = sandbox.now();
    let mut counts = Vec::new();
    for days in [8, 4, 0] {
        sandbox.set_now(end - hours(24 * days));
        let listed = listed(&sandbox).await;
        let ids: Vec<_> = listed.into_iter().map(|(id, _)| id).collect();
        let readable = sandbox.readable_calls();
        assert_eq!(ids, readable.iter().map(HeldCall::id).collect::<Vec<_>>());
        counts.push(ids.len());
    }
    assert!(counts.is_sorted() && counts[0] < counts[2], "{counts:?}");
}
