//! Meetings that are created, changed, and deleted, and who can have them.

use gong_sandbox::{Options, Sandbox};
use http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, get, options, post, request, sandbox, send};

const MEETINGS: &str = "/v2/meetings";
const STATUS: &str = "/v2/meetings/integration/status";

async fn put(sandbox: &Sandbox, id: &str, body: &Value) -> Answer {
    send(sandbox, request(Method::PUT, &format!("{MEETINGS}/{id}"), body.to_string())).await
}

async fn delete(sandbox: &Sandbox, id: &str, body: &Value) -> Answer {
    send(sandbox, request(Method::DELETE, &format!("{MEETINGS}/{id}"), body.to_string())).await
}

async fn users(sandbox: &Sandbox) -> Vec<Value> {
    get(sandbox, "/v2/users").await.items("users")
}

/// A meeting as it should be.
async fn meeting(sandbox: &Sandbox) -> Value {
    let organizer = users(sandbox).await.remove(0)["emailAddress"].take();
    json!({
        "startTime": "2026-12-01T10:00:00Z",
        "endTime": "2026-12-01T10:30:00Z",
        "title": "Kick-off",
        "invitees": [{ "email": "ann@kestrel.example", "displayName": "Ann" }],
        "externalId": "x-1",
        "organizerEmail": organizer,
    })
}

async fn listed(sandbox: &Sandbox, id: &str) -> Option<Value> {
    let meetings = get(sandbox, MEETINGS).await.items("meetings");
    meetings.into_iter().find(|meeting| meeting["meetingId"] == id)
}

/// The user whose connection to a provider has ended.
async fn disconnected(sandbox: &Sandbox) -> String {
    let emails: Vec<_> =
        users(sandbox).await.iter().map(|user| user["emailAddress"].clone()).collect();
    let status = post(sandbox, STATUS, json!({ "emails": emails })).await.items("users");
    let mut invalid = status.iter().filter(|user| user["valid"] == false);
    let user = invalid.next().unwrap();
    assert!(invalid.next().is_none(), "one is enough");
    user["email"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_meeting_is_created_changed_and_deleted() {
    let sandbox = sandbox();
    let mut body = meeting(&sandbox).await;
    let created = post(&sandbox, MEETINGS, body.clone()).await;
    assert_eq!(created.status, 200);
    let created = created.json();
    let id = created["meetingId"].as_str().unwrap();
    assert!(created["additionalInvitees"][0]["email"].is_string());
    let shown = listed(&sandbox, id).await.unwrap();
    assert_eq!(shown["meetingUrl"], created["meetingUrl"]);
    assert_eq!(shown["startTime"], "2026-12-01T02:00:00-08:00");
    assert_eq!(shown["invitees"], body["invitees"]);
    assert!(shown["provider"].is_string());

    body["title"] = json!("Later");
    body["startTime"] = json!("2026-12-02T10:00:00Z");
    body["endTime"] = json!("2026-12-02T10:30:00Z");
    let updated = put(&sandbox, id, &body).await;
    assert_eq!(updated.status, 200);
    assert_eq!(updated.json()["meetingId"], id);
    let shown = listed(&sandbox, id).await.unwrap();
    assert_eq!(shown["title"], "Later");
    assert_eq!(shown["startTime"], "2026-12-02T02:00:00-08:00");

    let organizer = json!({ "organizerEmail": body["organizerEmail"] });
    let deleted = delete(&sandbox, id, &organizer).await;
    assert_eq!((deleted.status.as_u16(), deleted.json().as_object().unwrap().len()), (200, 1));
    assert!(listed(&sandbox, id).await.is_none());
    let gone = (404, "The given meeting ID was not found.".to_owned());
    assert_eq!(delete(&sandbox, id, &organizer).await.error(), gone);
    assert_eq!(put(&sandbox, id, &body).await.error(), gone);
}

#[tokio::test]
async fn meetings_that_were_there_can_be_changed_too() {
    let sandbox = sandbox();
    let before = get(&sandbox, MEETINGS).await.items("meetings");
    let mut changed = before[2].clone();
    let id = changed["meetingId"].as_str().unwrap().to_owned();
    let can_be = disconnected(&sandbox).await != changed["organizerEmail"];
    assert!(can_be, "another meeting is needed for this test");
    changed["title"] = json!("Moved");
    assert_eq!(put(&sandbox, &id, &changed).await.status, 200);
    let after = get(&sandbox, MEETINGS).await.items("meetings");
    assert_eq!(after.len(), before.len());
    assert_eq!(after[2], changed);
    let organizer = json!({ "organizerEmail": changed["organizerEmail"] });
    assert_eq!(delete(&sandbox, &id, &organizer).await.status, 200);
    assert_eq!(get(&sandbox, MEETINGS).await.items("meetings").len(), before.len() - 1);
}

#[tokio::test]
async fn a_meeting_is_its_organizers() {
    let sandbox = sandbox();
    let mut body = meeting(&sandbox).await;
    let created = post(&sandbox, MEETINGS, body.clone()).await.json();
    let id = created["meetingId"].as_str().unwrap();
    let other = users(&sandbox).await[1]["emailAddress"].clone();
    body["organizerEmail"] = other.clone();
    let gone = (404, "The given meeting ID was not found.".to_owned());
    assert_eq!(put(&sandbox, id, &body).await.error(), gone);
    assert_eq!(delete(&sandbox, id, &json!({ "organizerEmail": other })).await.error(), gone);
    assert_eq!(delete(&sandbox, id, &json!({})).await.status, 200);
}

#[tokio::test]
async fn the_organizer_needs_a_provider() {
    let sandbox = sandbox();
    let mut body = meeting(&sandbox).await;
    body["organizerEmail"] = json!(disconnected(&sandbox).await);
    let answer = post(&sandbox, MEETINGS, body).await;
    assert_eq!(answer.error(), (409, "Provider disconnected".to_owned()));
    let answer = answer.json();
    let members: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(members, ["requestId", "errors", "userFacingError", "fixUrl", "helpUrl"]);
    assert!(answer["userFacingError"].is_string() && answer["fixUrl"].is_string());
}

#[tokio::test]
async fn the_status_of_each_address_is_told() {
    let sandbox = sandbox();
    let good = users(&sandbox).await.remove(0)["emailAddress"].take();
    let emails = json!({ "emails": [good, "nobody@nowhere.example"] });
    let status = post(&sandbox, STATUS, emails).await.items("users");
    assert_eq!(
        status[0],
        json!({ "email": good, "exists": true, "valid": true, "userFacingError": null,
            "fixUrl": null, "helpUrl": null })
    );
    assert_eq!((&status[1]["exists"], &status[1]["valid"]), (&json!(false), &json!(false)));
    assert!(status[1]["userFacingError"].is_string());
    let many: Vec<_> = (0..101).map(|number| format!("{number}@nowhere.example")).collect();
    let answer = post(&sandbox, STATUS, json!({ "emails": many })).await;
    assert_eq!(answer.error(), (400, "emails must not have more than 100 items".to_owned()));
}

#[tokio::test]
async fn what_is_wrong_with_a_meeting_is_said() {
    let sandbox = sandbox();
    let good = meeting(&sandbox).await;
    for (member, value, status, expected) in [
        ("startTime", Value::Null, 400, "startTime must not be null"),
        ("endTime", json!("2026-12-01T10:00:00Z"), 400, "endTime must be after startTime"),
        ("invitees", json!([]), 400, "invitees must not be empty"),
        ("invitees", json!([{ "email": "x" }]), 400, "email of an invitee is not an email address"),
        ("invitees", json!(["x"]), 400, "Json parse error: invitees must be a list of objects"),
        ("organizerEmail", Value::Null, 400, "organizerEmail must not be null"),
        (
            "organizerEmail",
            json!("nobody@nowhere.example"),
            404,
            "No Gong user found corresponding to the provided organizer email",
        ),
    ] {
        let mut body = good.clone();
        body[member] = value;
        let answer = post(&sandbox, MEETINGS, body).await;
        assert_eq!(answer.error(), (status, expected.to_owned()), "{member}");
    }
    let answer = put(&sandbox, "first", &good).await;
    assert_eq!(answer.error(), (400, "meetingId must be a whole number".to_owned()));
}

#[tokio::test]
async fn meetings_are_not_for_every_company() {
    let sandbox = Sandbox::new(Options { without_meetings: true, ..options() }).unwrap();
    let body = meeting(&sandbox).await;
    for answer in [
        post(&sandbox, MEETINGS, body.clone()).await,
        put(&sandbox, "1", &body).await,
        delete(&sandbox, "1", &json!({})).await,
        post(&sandbox, STATUS, json!({ "emails": ["x@y.example"] })).await,
    ] {
        assert_eq!(answer.error().0, 403);
    }
}
