//! Access to calls, tasks, events, integration settings, and what Gong took away.

use gong_sandbox::{Options, Sandbox};
use http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, all_of, get, options, post, request, sandbox, send};

const ACCESS: &str = "/v2/calls/users-access";
const TASKS: &str = "/v2/tasks";

async fn call(sandbox: &Sandbox, method: Method, path: &str, body: &Value) -> Answer {
    send(sandbox, request(method, path, body.to_string())).await
}

#[tokio::test]
async fn access_is_given_listed_and_taken_back() {
    let sandbox = sandbox();
    let calls = get(&sandbox, "/v2/calls").await.items("calls");
    let users = get(&sandbox, "/v2/users").await.items("users");
    let (one, other) = (&calls[0]["id"], &calls[1]["id"]);
    let (ann, ben) = (&users[0]["id"], &users[1]["id"]);
    let access = json!({ "callAccessList": [{ "callId": one, "userIds": [ann, ben] }] });
    for _ in 0..2 {
        let answer = call(&sandbox, Method::PUT, ACCESS, &access).await;
        assert_eq!((answer.status.as_u16(), answer.json().as_object().unwrap().len()), (200, 1));
    }
    let filter = json!({ "filter": { "callIds": [one, other] } });
    let mut listed = post(&sandbox, ACCESS, filter.clone()).await.items("callAccessList");
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["users"].as_array().unwrap().len(), 2);
    assert_eq!(listed.remove(1), json!({ "callId": other, "users": [] }));

    let taken = json!({ "callAccessList": [
        { "callId": one, "userIds": [ann] },
        { "callId": other, "userIds": [ann] },
        { "callId": "17", "userIds": ["18"] },
    ] });
    assert_eq!(call(&sandbox, Method::DELETE, ACCESS, &taken).await.status, 200);
    let listed = post(&sandbox, ACCESS, filter).await.items("callAccessList");
    assert_eq!(listed[0]["users"], json!([{ "userId": ben }]));

    let unknown = (400, "Some calls not found".to_owned());
    let filter = json!({ "filter": { "callIds": [one, "17"] } });
    assert_eq!(post(&sandbox, ACCESS, filter).await.error(), unknown);
    let access = json!({ "callAccessList": [{ "callId": "17", "userIds": [ann] }] });
    assert_eq!(call(&sandbox, Method::PUT, ACCESS, &access).await.error(), unknown);
    let access = json!({ "callAccessList": [{ "callId": one, "userIds": ["17"] }] });
    let unknown = (400, "Some users not found".to_owned());
    assert_eq!(call(&sandbox, Method::PUT, ACCESS, &access).await.error(), unknown);
    let answer = post(&sandbox, ACCESS, json!({ "filter": { "callIds": [] } })).await;
    assert_eq!(answer.error(), (400, "filter.callIds must not be empty".to_owned()));
    let answer = call(&sandbox, Method::PUT, ACCESS, &json!({})).await;
    assert_eq!(answer.error(), (400, "callAccessList must not be null".to_owned()));
}

#[tokio::test]
async fn what_gong_took_away_is_served_when_asked_for() {
    const PATH: &str = "/v2/calls/manual-crm-associations?x=y";
    assert_eq!(get(&sandbox(), PATH).await.status, 404);
    let sandbox =
        Sandbox::new(Options { removed_operations: true, page_size: 7, ..options() }).unwrap();
    let rows = all_of(&sandbox, PATH, "associations").await;
    assert!(rows.len() > 10);
    let created =
        |row: &Value| -> jiff::Timestamp { row["created"].as_str().unwrap().parse().unwrap() };
    assert!(rows.iter().map(created).is_sorted());
    assert!(rows.iter().any(|row| row["associatedCrmObjects"][0]["dealCrmId"].is_string()));
    let from = created(&rows[4]);
    let later = all_of(&sandbox, &format!("{PATH}&fromDateTime={from}"), "associations").await;
    assert_eq!(later, rows[4..]);
}

/// The tasks of a user in any state.
async fn tasks(sandbox: &Sandbox, user: &Value, status: &str) -> Vec<Value> {
    let filter = json!({
        "userId": user, "types": ["FLOW", "MANUAL"], "taskAction": ["CALL"], "status": [status],
    });
    post(sandbox, TASKS, json!({ "filter": filter })).await.items("tasks")
}

/// The user who hosts the most calls, and so has tasks of both types.
async fn busy(sandbox: &Sandbox) -> Value {
    let mut hosts = std::collections::BTreeMap::<String, usize>::new();
    for call in all_of(sandbox, "/v2/calls?x=y", "calls").await {
        *hosts.entry(call["primaryUserId"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let busiest = hosts.into_iter().max_by_key(|(_, n_calls)| *n_calls);
    json!(busiest.unwrap().0)
}

#[tokio::test(start_paused = true)]
async fn tasks_are_listed_and_changed() {
    let sandbox = sandbox();
    let user = busy(&sandbox).await;
    let before = tasks(&sandbox, &user, "OPEN").await;
    let members = [
        "id",
        "userId",
        "created",
        "updated",
        "status",
        "type",
        "actions",
        "account",
        "opportunity",
        "dueDate",
        "flow",
        "contact",
        "additionalContacts",
        "title",
        "priority",
    ];
    for task in &before {
        let names: Vec<_> = task.as_object().unwrap().keys().collect();
        assert_eq!(names, members);
        assert_eq!(task["userId"], user);
        assert_eq!(task["type"] == "FLOW", task["flow"].is_object());
        assert_eq!(task["type"] == "MANUAL", task["title"].is_string());
        assert_eq!(task["contact"]["data"].as_object().unwrap().len(), 15);
    }
    assert!(before.iter().any(|task| task["account"]["name"].is_string()));
    assert!(before.iter().any(|task| task["opportunity"]["stage"].is_string()));

    let path = format!("{TASKS}/{}", before[0]["id"].as_str().unwrap());
    let change = json!({
        "userId": user, "status": "DONE", "dueDate": "2026-12-24T00:00:00Z", "priority": "High",
    });
    let answer = call(&sandbox, Method::PATCH, &path, &change).await;
    let changed = answer.items("tasks").remove(0);
    assert_eq!(answer.json()["crmType"], "SALESFORCE");
    assert_eq!(changed["status"], "DONE");
    assert_eq!(changed["dueDate"], "2026-12-24T00:00:00Z");
    assert_eq!(changed["priority"]["name"], "High");
    assert_eq!(changed["updated"], "2026-11-20T10:00:00-08:00");
    assert_eq!(tasks(&sandbox, &user, "DONE").await, [changed]);
    assert_eq!(tasks(&sandbox, &user, "OPEN").await, before[1..]);
}

#[tokio::test]
async fn what_is_wrong_with_a_question_about_tasks_is_said() {
    let sandbox = sandbox();
    let user = busy(&sandbox).await;
    for (body, expected) in [
        (json!({}), "filter must not be null"),
        (json!({ "filter": { "types": ["FLOW"] } }), "filter.userId must not be null"),
        (
            json!({ "filter": { "userId": "1", "types": ["ALL"] } }),
            "Json parse error: filter.types must be a list of FLOW, MANUAL",
        ),
        (
            json!({ "filter": { "userId": "1", "types": ["FLOW"], "taskAction": ["CALL"] } }),
            "filter.status must not be null",
        ),
    ] {
        assert_eq!(post(&sandbox, TASKS, body).await.error(), (400, expected.to_owned()));
    }
    let change = json!({ "userId": user, "status": "DONE" });
    for (path, change, status, expected) in [
        ("/v2/tasks/17", change.clone(), 404, "TaskId not found"),
        ("/v2/tasks/first", change, 400, "taskId must be a whole number"),
        ("/v2/tasks/17", json!({}), 400, "userId must not be null"),
    ] {
        let answer = call(&sandbox, Method::PATCH, path, &change).await;
        assert_eq!(answer.error(), (status, expected.to_owned()));
    }
}

#[tokio::test]
async fn without_engage_tasks_fail() {
    let sandbox = Sandbox::new(Options { without_engage: true, ..options() }).unwrap();
    let failed = (500, "Internal server error occurred".to_owned());
    assert_eq!(post(&sandbox, TASKS, json!({ "filter": {} })).await.error(), failed);
    let answer = call(&sandbox, Method::PATCH, "/v2/tasks/1", &json!({ "userId": "1" })).await;
    assert_eq!(answer.error(), failed);
}

/// Each way to tell an event, and the least that it takes.
fn events() -> [(Method, &'static str, Value); 4] {
    let shared = json!({
        "reportingSystem": "Shop",
        "eventTimestamp": "2026-11-19T10:00:00Z",
        "eventId": "e-1",
        "contentId": "c-1",
        "contentUrl": "https://shop.example/1",
        "contentTitle": "Price list",
    });
    let mut viewed = shared.clone();
    viewed["viewer"] = json!({ "email": "ann@kestrel.example" });
    let action = json!({
        "reportingSystem": "Shop", "eventTimestamp": "2026-11-19T10:00:00Z", "eventId": "e-1",
    });
    let interaction = json!({
        "eventId": "e-1",
        "timestamp": "2026-11-19T10:00:00Z",
        "eventType": "Web page visited",
        "content": { "contentTitle": "Price list" },
        "trackingId": "t-1",
    });
    [
        (Method::POST, "/v2/digital-interaction", interaction),
        (Method::PUT, "/v2/customer-engagement/content/shared", shared),
        (Method::PUT, "/v2/customer-engagement/content/viewed", viewed),
        (Method::PUT, "/v2/customer-engagement/action", action),
    ]
}

#[tokio::test]
async fn an_event_is_told_once() {
    let sandbox = sandbox();
    for (method, path, event) in events() {
        let answer = call(&sandbox, method.clone(), path, &event).await;
        assert_eq!(answer.json().as_object().unwrap().len(), 1, "{path}");
        assert_eq!(answer.status, 200);
        let again = call(&sandbox, method.clone(), path, &event).await.error();
        assert_eq!(again, (409, "Event was already reported in the past.".to_owned()), "{path}");
        let mut other = event;
        other["eventId"] = json!("e-2");
        assert_eq!(call(&sandbox, method, path, &other).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn each_event_needs_its_members() {
    let sandbox = sandbox();
    for (method, path, event) in events() {
        for name in event.as_object().unwrap().keys() {
            let mut event = event.clone();
            event.as_object_mut().unwrap().shift_remove(name);
            let answer = call(&sandbox, method.clone(), path, &event).await;
            let is_optional = name == "eventId" && path != "/v2/digital-interaction";
            let expected = if is_optional { 200 } else { 400 };
            assert_eq!(answer.status, expected, "{name} of {path}");
        }
    }
    let [(method, path, mut event), _, (_, viewed_path, mut viewed), _] = events();
    event["person"] = json!({ "email": "ann@kestrel.example" });
    let answer = call(&sandbox, method.clone(), path, &event).await;
    let expected = "Exactly one of person and trackingId must be given";
    assert_eq!(answer.error(), (400, expected.to_owned()));
    event["trackingId"] = Value::Null;
    event["device"] = json!("WATCH");
    let answer = call(&sandbox, method, path, &event).await;
    assert_eq!(answer.error().1, "Json parse error: device must be one of MOBILE, PC");

    viewed["trackingId"] = json!("t-1");
    let answer = call(&sandbox, Method::PUT, viewed_path, &viewed).await;
    assert_eq!(answer.error().1, "viewer must be null when trackingId is given");
    viewed["trackingId"] = Value::Null;
    viewed["viewer"] = Value::Null;
    viewed["crmContext"] = json!([{
        "system": "Salesforce", "objects": [{ "objectType": "Account", "objectId": "001" }],
    }]);
    assert_eq!(call(&sandbox, Method::PUT, viewed_path, &viewed).await.status, 200);
}

#[tokio::test]
async fn events_of_engagement_may_be_called_anything() {
    let sandbox = Sandbox::new(Options { strict: true, ..options() }).unwrap();
    for (method, path, event) in events() {
        let mut request = request(method, path, event.to_string());
        request.headers_mut().insert("content-type", "*/*".parse().unwrap());
        let expected = if path == "/v2/digital-interaction" { 415 } else { 200 };
        assert_eq!(send(&sandbox, request).await.status, expected, "{path}");
    }
}

#[tokio::test]
async fn integration_settings_have_an_id() {
    const PATH: &str = "/v2/integration-settings";
    let sandbox = sandbox();
    let before = get(&sandbox, PATH).await.json()["integrationSettings"]["id"].clone();
    let body = json!({ "integrationTypeSettings": [
        { "integrationType": "DIALER", "allowedOrigin": "https://dialer.example" },
    ] });
    let answer = post(&sandbox, PATH, body).await;
    assert_eq!((answer.status.as_u16(), answer.json().as_object().unwrap().len()), (200, 1));
    let after = get(&sandbox, PATH).await.json()["integrationSettings"]["id"].clone();
    assert!(before.is_string() && after.is_string() && before != after);
    for (body, expected) in [
        (json!({}), "integrationTypeSettings must not be null"),
        (
            json!({ "integrationTypeSettings": [{ "integrationType": "FAX", "allowedOrigin": "x" }] }),
            "Json parse error: integrationTypeSettings[0].integrationType must be one of \
             EMAIL_COMPOSER, ACCOUNT_PAGES, DIALER",
        ),
    ] {
        assert_eq!(post(&sandbox, PATH, body).await.error(), (400, expected.to_owned()));
    }
}
