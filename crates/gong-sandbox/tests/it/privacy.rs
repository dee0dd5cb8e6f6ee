//! Data privacy: what is found of a person, and what is gone after an erasure.

use std::time::Duration;

use gong_sandbox::{Options, Sandbox};
use http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, all, all_of, get, ids, options, post, request, send};

const FIND_EMAIL: &str = "/v2/data-privacy/data-for-email-address?emailAddress=";
const FIND_PHONE: &str = "/v2/data-privacy/data-for-phone-number?phoneNumber=";
const ERASE_EMAIL: &str = "/v2/data-privacy/erase-data-for-email-address?emailAddress=";
const ERASE_PHONE: &str = "/v2/data-privacy/erase-data-for-phone-number?phoneNumber=";

/// Few calls, as each costs its whole talk.
fn sandbox() -> Sandbox {
    Sandbox::new(Options { calls: 60, ..options() }).unwrap()
}

/// All calls with their parties.
async fn calls(sandbox: &Sandbox) -> Vec<Value> {
    let body = json!({ "filter": {}, "contentSelector": {
        "context": "Basic", "exposedFields": { "parties": true },
    } });
    all(sandbox, "/v2/calls/extensive", "calls", body).await
}

fn parties(call: &Value) -> impl Iterator<Item = &Value> {
    call["parties"].as_array().into_iter().flatten()
}

/// Ids of the calls that a party with this member takes part in.
fn with(calls: &[Value], member: &str, value: &str) -> Vec<String> {
    let has = |call: &&Value| parties(call).any(|party| party[member] == value);
    ids(&calls.iter().filter(has).cloned().collect::<Vec<_>>())
}

/// A member of the first customer who has it and whom `is_right` takes.
fn someone(calls: &[Value], member: &str, is_right: impl Fn(&Value) -> bool) -> String {
    let mut parties = calls.iter().flat_map(parties);
    let found = parties.find(|party| {
        party["affiliation"] == "External" && party[member].is_string() && is_right(party)
    });
    found.unwrap()[member].as_str().unwrap().to_owned()
}

fn found(answer: &Answer) -> Vec<String> {
    ids(&answer.items("calls"))
}

async fn erase(sandbox: &Sandbox, path: &str) -> Answer {
    send(sandbox, request(Method::POST, path, "")).await
}

#[tokio::test]
async fn every_call_of_a_person_is_found_by_email() {
    let sandbox = sandbox();
    let calls = calls(&sandbox).await;
    let email = someone(&calls, "emailAddress", |party| party["context"].is_array());
    let expected = with(&calls, "emailAddress", &email);
    // Whose call is private is known, though its parties are not shown.
    for spelled in [email.clone(), email.to_uppercase()] {
        let answer = get(&sandbox, &format!("{FIND_EMAIL}{spelled}")).await;
        let found = found(&answer);
        assert!(expected.iter().all(|id| found.contains(id)), "{expected:?} {found:?}");
    }
    let answer = get(&sandbox, &format!("{FIND_EMAIL}{email}")).await.json();
    let members: Vec<_> = answer.as_object().unwrap().keys().collect();
    let expected =
        ["requestId", "emails", "calls", "meetings", "customerData", "customerEngagement"];
    assert_eq!(members, expected);
    for (first, names) in [
        (&answer["emails"][0], &["from", "id", "sentTime", "mailbox", "messageHash"][..]),
        (&answer["calls"][0], &["id", "status", "externalSystems"]),
        (&answer["calls"][0]["externalSystems"][0], &["system", "objects"]),
        (&answer["calls"][0]["externalSystems"][0]["objects"][0], &["objectType", "externalId"]),
        (&answer["customerData"][0], &["system", "objects"]),
        (
            &answer["customerData"][0]["objects"][0],
            &["id", "objectType", "externalId", "mirrorId", "fields"],
        ),
        (
            &answer["customerEngagement"][0],
            &[
                "eventType",
                "timestamp",
                "contentId",
                "contentUrl",
                "reportingSystem",
                "eventName",
                "sourceEventId",
            ],
        ),
    ] {
        let members: Vec<_> = first.as_object().unwrap().keys().collect();
        assert_eq!(members, names);
    }
    assert_eq!(answer["emails"][0]["id"].as_str().unwrap().len(), 32);
    let objects = answer["customerData"][0]["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 1, "a person is one record of the CRM: {objects:?}");
}

#[tokio::test]
async fn every_call_of_a_person_is_found_by_phone() {
    let sandbox = sandbox();
    let calls = calls(&sandbox).await;
    let phone = someone(&calls, "phoneNumber", |party| party["emailAddress"].is_string());
    let spelled = phone.replace('+', "%2B").replace('-', "%20");
    let answer = get(&sandbox, &format!("{FIND_PHONE}{spelled}")).await;
    let found = found(&answer);
    assert!(with(&calls, "phoneNumber", &phone).iter().all(|id| found.contains(id)));
    let answer = answer.json();
    assert_eq!(answer["suppliedPhoneNumber"], phone.replace('-', " "));
    assert_eq!(answer["matchingPhoneNumbers"], json!([phone]));
    assert!(answer["emailAddresses"][0].as_str().unwrap().contains('@'));
    assert!(answer.get("customerEngagement").is_none());
}

#[tokio::test]
async fn of_a_stranger_nothing_is_found() {
    let sandbox = sandbox();
    let answer = get(&sandbox, &format!("{FIND_EMAIL}nobody@nowhere.example")).await;
    for member in ["emails", "calls", "meetings", "customerData", "customerEngagement"] {
        assert_eq!(answer.items(member), Vec::<Value>::new(), "{member}");
    }
    let answer = get(&sandbox, &format!("{FIND_PHONE}%2B490000000")).await;
    for member in ["emails", "calls", "matchingPhoneNumbers", "emailAddresses"] {
        assert_eq!(answer.items(member), Vec::<Value>::new(), "{member}");
    }
}

#[tokio::test(start_paused = true)]
async fn events_of_a_person_are_found_until_they_are_erased() {
    let sandbox = sandbox();
    let body = json!({
        "eventId": "e-1",
        "timestamp": "2026-11-19T10:00:00Z",
        "eventType": "Signed up",
        "sourceSystemName": "Shop",
        "content": { "contentTitle": "Price list", "contentId": "c-1" },
        "person": { "email": "ann@nowhere.example" },
    });
    assert_eq!(post(&sandbox, "/v2/digital-interaction", body).await.status, 200);
    let found = get(&sandbox, &format!("{FIND_EMAIL}ann@nowhere.example")).await;
    let expected = json!({
        "eventType": "digitalInteraction",
        "timestamp": "2026-11-19T10:00:00Z",
        "contentId": "c-1",
        "contentUrl": null,
        "reportingSystem": "Shop",
        "eventName": "Signed up",
        "sourceEventId": "e-1",
    });
    assert_eq!(found.items("customerEngagement"), [expected]);

    let path = format!("{ERASE_EMAIL}ann@nowhere.example");
    assert_eq!(erase(&sandbox, &path).await.status, 200);
    tokio::time::advance(Duration::from_secs(4)).await;
    let found = get(&sandbox, &format!("{FIND_EMAIL}ann@nowhere.example")).await;
    assert_eq!(found.items("customerEngagement"), Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn erased_calls_are_gone_from_all_lists_some_time_later() {
    let sandbox = sandbox();
    let before = calls(&sandbox).await;
    let users = all_of(&sandbox, "/v2/users?x=y", "users").await;
    let email = someone(&before, "emailAddress", |_| true);
    let doomed = found(&get(&sandbox, &format!("{FIND_EMAIL}{email}")).await);
    assert!(!doomed.is_empty());

    let answer = erase(&sandbox, &format!("{ERASE_EMAIL}{email}")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json().as_object().unwrap().len(), 1);
    assert_eq!(calls(&sandbox).await, before, "not yet");

    tokio::time::advance(Duration::from_secs(4)).await;
    let kept: Vec<_> = before
        .iter()
        .filter(|call| !doomed.contains(&ids(&[(*call).clone()])[0]))
        .cloned()
        .collect();
    let after = calls(&sandbox).await;
    assert_eq!(after, kept);
    assert_eq!(after.len() + doomed.len(), before.len());
    let page = get(&sandbox, "/v2/calls").await.json();
    assert_eq!(page["records"]["totalRecords"], after.len());
    let flat = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    assert!(ids(&flat).iter().all(|id| !doomed.contains(id)));
    for call in flat.iter().step_by(13) {
        let path = format!("/v2/calls/{}", call["id"].as_str().unwrap());
        assert_eq!(get(&sandbox, &path).await.json()["call"], *call);
    }
    for id in &doomed {
        assert_eq!(get(&sandbox, &format!("/v2/calls/{id}")).await.status, 404);
        let chosen = json!({ "filter": { "callIds": [id] } });
        assert_eq!(post(&sandbox, "/v2/calls/transcript", chosen).await.status, 404);
    }
    assert!(found(&get(&sandbox, &format!("{FIND_EMAIL}{email}")).await).is_empty());
    assert_eq!(all_of(&sandbox, "/v2/users?x=y", "users").await, users);
    assert_eq!(erase(&sandbox, &format!("{ERASE_EMAIL}{email}")).await.status, 200, "again");
}

#[tokio::test(start_paused = true)]
async fn erasing_a_number_erases_its_calls() {
    let sandbox = sandbox();
    let before = calls(&sandbox).await;
    let phone = someone(&before, "phoneNumber", |_| true).replace('+', "%2B");
    let doomed = found(&get(&sandbox, &format!("{FIND_PHONE}{phone}")).await);
    assert_eq!(erase(&sandbox, &format!("{ERASE_PHONE}{phone}")).await.status, 200);
    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(calls(&sandbox).await.len() + doomed.len(), before.len());
}

#[tokio::test]
async fn what_is_no_customers_is_refused() {
    let sandbox = sandbox();
    let user = get(&sandbox, "/v2/users").await.items("users").remove(3);
    let user = user["emailAddress"].as_str().unwrap().to_owned();
    let not_present = |name: &str| format!("Required parameter '{name}' is not present");
    for (find, erase_path) in [(FIND_EMAIL, ERASE_EMAIL), (FIND_PHONE, ERASE_PHONE)] {
        let cases = if find == FIND_EMAIL {
            vec![
                ("", not_present("emailAddress")),
                ("nonsense", "emailAddress is not an email address".to_owned()),
                (&user, "emailAddress is of a user of this company".to_owned()),
            ]
        } else {
            let text = "phoneNumber must begin with + and a country code".to_owned();
            vec![
                ("", not_present("phoneNumber")),
                ("15550100", text.clone()),
                // A plus sign that is not encoded is a space.
                ("+15550100", text),
            ]
        };
        for (value, expected) in cases {
            let answer = get(&sandbox, &format!("{find}{value}")).await;
            assert_eq!(answer.error(), (400, expected.clone()), "{value}");
            let answer = erase(&sandbox, &format!("{erase_path}{value}")).await;
            assert_eq!(answer.error(), (400, expected), "{value}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn added_calls_are_erased_too_and_others_stay_in_order() {
    let sandbox = sandbox();
    let before = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    let host = get(&sandbox, "/v2/users").await.items("users").remove(0)["id"].take();
    let mut added = Vec::new();
    for (number, place) in [(0, 10), (1, 10), (2, 30), (3, 59)] {
        let email = if number == 1 { "eve@nowhere.example" } else { "ann@nowhere.example" };
        let call = json!({
            "clientUniqueId": format!("dialer-{number}"),
            "actualStart": before[place.min(before.len() - 1)]["started"],
            "direction": "Outbound",
            "primaryUser": host,
            "parties": [{ "userId": host }, { "emailAddress": email }],
            "downloadMediaUrl": format!("https://files.example/{number}"),
        });
        let answer = post(&sandbox, "/v2/calls", call).await;
        added.push(answer.json()["callId"].as_str().unwrap().to_owned());
    }
    let everybody = calls(&sandbox).await;
    let email = someone(&everybody, "emailAddress", |_| true);
    tokio::time::advance(Duration::from_secs(4)).await;
    let mut doomed = found(&get(&sandbox, &format!("{FIND_EMAIL}{email}")).await);
    doomed.push(added.remove(1));
    for email in [email.as_str(), "eve@nowhere.example"] {
        assert_eq!(erase(&sandbox, &format!("{ERASE_EMAIL}{email}")).await.status, 200);
    }
    tokio::time::advance(Duration::from_secs(4)).await;

    let after = all_of(&sandbox, "/v2/calls?x=y", "calls").await;
    let mut expected: Vec<_> =
        ids(&before).into_iter().chain(added).filter(|id| !doomed.contains(id)).collect();
    let mut listed = ids(&after);
    for call in &after {
        let path = format!("/v2/calls/{}", call["id"].as_str().unwrap());
        assert_eq!(get(&sandbox, &path).await.json()["call"], *call);
    }
    let body = json!({ "filter": {} });
    let extensive = all(&sandbox, "/v2/calls/extensive", "calls", body).await;
    let started = |call: &Value| -> jiff::Timestamp {
        call["metaData"]["started"].as_str().unwrap().parse().unwrap()
    };
    assert!(extensive.iter().map(started).is_sorted());
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);
}
