//! The CRM: one integration, its schema and objects, and work that is done later.

use std::time::Duration;

use gong_sandbox::{Options, Sandbox};
use http::{Method, header};
use serde_json::{Value, json};
use tokio::time::{advance, pause};

use crate::harness::{Answer, file, get, options, post, request, sandbox, send};

const WORK: Duration = Duration::from_secs(3);

async fn integration(sandbox: &Sandbox) -> u64 {
    let integrations = get(sandbox, "/v2/crm/integrations").await.items("integrations");
    integrations[0]["integrationId"].as_u64().unwrap()
}

async fn put(sandbox: &Sandbox, path: &str, body: Value) -> Answer {
    send(sandbox, request(Method::PUT, path, body.to_string())).await
}

async fn upload(sandbox: &Sandbox, object_type: &str, id: &str, lines: &str) -> Answer {
    let path = format!(
        "/v2/crm/entities?integrationId={}&objectType={object_type}&clientRequestId={id}",
        integration(sandbox).await
    );
    send(sandbox, file(Method::POST, &path, "dataFile", lines.as_bytes())).await
}

async fn status(sandbox: &Sandbox, id: &str) -> Value {
    let integration = integration(sandbox).await;
    let path = format!("/v2/crm/request-status?integrationId={integration}&clientRequestId={id}");
    let answer = get(sandbox, &path).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

async fn read(sandbox: &Sandbox, object_type: &str, ids: &[&str]) -> Value {
    let integration = integration(sandbox).await;
    let path = format!("/v2/crm/entities?integrationId={integration}&objectType={object_type}");
    let answer = send(sandbox, request(Method::GET, &path, json!(ids).to_string())).await;
    assert_eq!(answer.status, 200);
    answer.json()["crmObjectsMap"].clone()
}

#[tokio::test]
async fn there_is_one_integration_with_a_number_for_an_id() {
    let sandbox = sandbox();
    let integrations = get(&sandbox, "/v2/crm/integrations").await.items("integrations");
    let [integration] = integrations.try_into().unwrap();
    assert!(integration["integrationId"].as_u64().unwrap() > 1 << 53);
    let owner = integration["ownerEmail"].as_str().unwrap().to_owned();
    assert!(integration["name"].is_string());
    let second = json!({ "name": "Second", "ownerEmail": owner });
    let (code, text) = put(&sandbox, "/v2/crm/integrations", second).await.error();
    assert_eq!(code, 409);
    assert!(text.contains("only one active integration is supported"), "{text}");
    for body in [json!({ "name": "x" }), json!({ "name": "x", "ownerEmail": "no@one.example" })] {
        assert_eq!(put(&sandbox, "/v2/crm/integrations", body).await.error().0, 400);
    }
}

#[tokio::test]
async fn a_deletion_takes_time_and_all_that_was_there() {
    pause();
    let sandbox = Sandbox::new(Options { work_time: WORK, ..options() }).unwrap();
    let old = integration(&sandbox).await;
    let owner = get(&sandbox, "/v2/crm/integrations").await.items("integrations")[0].clone();
    let path = format!("/v2/crm/integrations?integrationId={old}&clientRequestId=bye_1-a");
    let answer = send(&sandbox, request(Method::DELETE, &path, "")).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["clientRequestId"], "bye_1-a");
    assert_eq!(send(&sandbox, request(Method::DELETE, &path, "")).await.error().0, 409);
    let asked = format!("/v2/crm/request-status?integrationId={old}&clientRequestId=bye_1-a");
    for (wait, expected) in [(0, "PENDING"), (1, "IN_PROGRESS"), (2, "DONE")] {
        advance(Duration::from_secs(wait)).await;
        assert_eq!(get(&sandbox, &asked).await.json()["status"], expected);
    }
    assert!(get(&sandbox, "/v2/crm/integrations").await.items("integrations").is_empty());
    let schema = format!("/v2/crm/entity-schema?integrationId={old}");
    assert_eq!(get(&sandbox, &schema).await.error().0, 400);
    let body = json!({ "name": "New", "ownerEmail": owner["ownerEmail"] });
    let new = put(&sandbox, "/v2/crm/integrations", body).await.json()["integrationId"].as_u64();
    assert_ne!(new, Some(old));
    assert_eq!(new, Some(integration(&sandbox).await));
    let path = format!("/v2/crm/entity-schema?integrationId={}", new.unwrap());
    let schema = get(&sandbox, &path).await;
    assert_eq!(schema.json()["objectTypeToSelectedFields"]["ACCOUNT"], json!([]));
}

#[tokio::test]
async fn what_calls_are_linked_with_can_be_read() {
    let sandbox = sandbox();
    let filter = json!({ "fromDateTime": "2026-11-19T00:00:00Z" });
    let body = json!({ "filter": filter, "contentSelector": { "context": "Extended" } });
    let calls = post(&sandbox, "/v2/calls/extensive", body).await.items("calls");
    let linked = calls.iter().filter_map(|call| call["context"][0]["objects"].as_array());
    let linked: Vec<_> = linked.flatten().collect();
    let of = |kind: &str| {
        let mut late = linked.iter().rev();
        let found = late.find(|object| object["objectType"] == kind).unwrap();
        found["objectId"].as_str().unwrap().to_owned()
    };
    let (account, deal) = (of("Account"), of("Opportunity"));
    let accounts = read(&sandbox, "ACCOUNT", &[&account, "unknown"]).await;
    assert_eq!(accounts[&account]["objectId"], account);
    assert!(accounts[&account]["industry"].is_string());
    assert_eq!(accounts["unknown"], Value::Null);
    let deals = read(&sandbox, "DEAL", &[&deal]).await;
    assert!(deals[&deal]["accountId"].is_string());
    assert_eq!(read(&sandbox, "LEAD", &["lead-1"]).await["lead-1"]["firstName"], "Ines");
}

#[tokio::test]
async fn reading_wants_a_json_body_of_at_most_100_ids() {
    let sandbox = sandbox();
    let integration = integration(&sandbox).await;
    let path = format!("/v2/crm/entities?integrationId={integration}&objectType=LEAD");
    let mut untyped = request(Method::GET, &path, "[\"lead-1\"]");
    untyped.headers_mut().remove(header::CONTENT_TYPE);
    let refused = send(&sandbox, untyped).await;
    assert_eq!(refused.error(), (415, "Unsupported Media Type".to_owned()));
    let object = send(&sandbox, request(Method::GET, &path, "{}")).await;
    assert!(object.error().1.starts_with("Json parse error"));
    let ids: Vec<String> = (0..120).map(|number| format!("id-{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(read(&sandbox, "LEAD", &ids).await.as_object().unwrap().len(), 100);
    for path in [
        "/v2/crm/entities?objectType=LEAD".to_owned(),
        format!("/v2/crm/entities?integrationId={integration}"),
        format!("/v2/crm/entities?integrationId={integration}&objectType=STAGE"),
        format!("/v2/crm/entities?integrationId={}&objectType=LEAD", integration - 1),
        "/v2/crm/entities?integrationId=one&objectType=LEAD".to_owned(),
    ] {
        assert_eq!(send(&sandbox, request(Method::GET, &path, "[]")).await.error().0, 400);
    }
}

#[tokio::test]
async fn a_schema_is_sent_whole_and_loses_the_values_of_fields_that_change() {
    let sandbox = Sandbox::new(Options { work_time: Duration::ZERO, ..options() }).unwrap();
    let integration = integration(&sandbox).await;
    let path = format!("/v2/crm/entity-schema?integrationId={integration}&objectType=LEAD");
    let region = |kind: &str| json!({ "uniqueName": "region", "label": "Region", "type": kind });
    let score = json!({ "uniqueName": "score", "label": "Score", "type": "NUMBER" });
    let answer = post(&sandbox, &path, json!([score])).await;
    let missing = "Field [region] is missing: all fields must be sent";
    assert_eq!(answer.error(), (400, missing.to_owned()));
    let answer = post(&sandbox, &path, json!([region("STRING"), score])).await;
    assert_eq!((answer.status.as_u16(), answer.json().as_object().unwrap().len()), (200, 1));
    let listed = get(&sandbox, &path).await.json()["objectTypeToSelectedFields"]["LEAD"].clone();
    assert_eq!(
        (listed[0]["name"].as_str(), listed[1]["name"].as_str()),
        (Some("region"), Some("score"))
    );
    assert_eq!(listed[0]["orderedValueList"], Value::Null);
    assert_eq!(read(&sandbox, "LEAD", &["lead-1"]).await["lead-1"]["region"], "EMEA");
    post(&sandbox, &path, json!([region("NUMBER"), score])).await;
    let lead = read(&sandbox, "LEAD", &["lead-1"]).await["lead-1"].clone();
    assert_eq!((lead.get("region"), lead["firstName"].as_str()), (None, Some("Ines")));
    let mut gone = score.clone();
    gone["isDeleted"] = json!(true);
    post(&sandbox, &path, json!([region("NUMBER"), gone])).await;
    assert_eq!(post(&sandbox, &path, json!([region("NUMBER")])).await.status, 200);
    for field in [
        json!({ "uniqueName": "a", "label": "A", "type": "PICKLIST" }),
        json!({ "uniqueName": "a", "label": "A", "type": "REFERENCE" }),
        json!({ "uniqueName": "a", "label": "A", "type": "FLOAT" }),
        json!({ "uniqueName": "a", "type": "STRING" }),
        region("STRING"),
    ] {
        let answer = post(&sandbox, &path, json!([region("NUMBER"), field])).await;
        assert_eq!(answer.error().0, 400, "{field}");
    }
    assert!(post(&sandbox, &path, json!({})).await.error().1.starts_with("Json parse error"));
}

#[tokio::test]
async fn good_lines_are_stored_and_bad_ones_told_when_the_work_is_done() {
    pause();
    let sandbox = Sandbox::new(Options { work_time: WORK, ..options() }).unwrap();
    let lines = concat!(
        r#"{"objectId":"acme","modifiedDate":"2026-05-31T10:00:00Z","tier":"Small","odd":1}"#,
        "\n\n",
        r#"{"objectId":"b","modifiedDate":"2026-05-31T10:00:00.5Z"}"#,
        "\n",
        r#"{"objectId":"acme","modifiedDate":"2026-05-31T10:00:00+02:00"}"#,
        "\n",
        r#"{"modifiedDate":"2026-05-31T10:00:00Z"}"#,
        "\n[]\n",
        r#"{"objectId":"c","modifiedDate":"2026-05-31T10:00:00Z","tier":"Huge"}"#,
        "\n",
        r#"{"objectId":"d e","modifiedDate":"2026-05-31T10:00:00Z"}"#,
    );
    let answer = upload(&sandbox, "ACCOUNT", "first", lines).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["clientRequestId"], "first");
    let again = upload(&sandbox, "ACCOUNT", "first", lines).await;
    assert_eq!(again.error(), (409, "clientRequestId first was already used".to_owned()));
    let delete = format!("/v2/crm/integrations?integrationId={}", integration(&sandbox).await);
    let delete = request(Method::DELETE, &format!("{delete}&clientRequestId=first"), "");
    assert_eq!(send(&sandbox, delete).await.error().0, 409);
    for (wait, expected) in [(0, "PENDING"), (1, "IN_PROGRESS")] {
        advance(Duration::from_secs(wait)).await;
        let status = status(&sandbox, "first").await;
        assert_eq!((&status["status"], &status["errors"]), (&json!(expected), &json!([])));
    }
    assert_eq!(read(&sandbox, "ACCOUNT", &["acme"]).await["acme"], Value::Null);
    advance(Duration::from_secs(2)).await;
    let done = status(&sandbox, "first").await;
    assert_eq!(done["status"], "FAILED");
    assert_eq!((&done["totalErrorCount"], &done["totalSuccessCount"]), (&json!(6), &json!(1)));
    let errors = [
        (3, "Field [modifiedDate] has an invalid value"),
        (4, "Object [acme] came before in the same file"),
        (5, "Mandatory field [objectId] is missing or empty"),
        (6, "The line is not a JSON object"),
        (7, "Field [tier] has an invalid value"),
        (8, "Field [objectId] has an invalid value"),
    ];
    let errors = errors.map(|(line, text)| json!({ "line": line, "description": text }));
    assert_eq!(done["errors"], json!(errors));
    let stored = json!({
        "objectId": "acme", "modifiedDate": "2026-05-31T10:00:00Z", "tier": "Small",
        "isDeleted": false, "name": "Account_#acme",
    });
    assert_eq!(read(&sandbox, "ACCOUNT", &["acme"]).await["acme"], stored);
}

#[tokio::test]
async fn each_type_wants_its_own_members() {
    let sandbox = Sandbox::new(Options { work_time: Duration::ZERO, ..options() }).unwrap();
    let date = "2026-05-31T10:00:00Z";
    let cases = [
        ("STAGE", json!({ "objectId": "won", "name": "Won" }), None),
        ("STAGE", json!({ "objectId": "won" }), Some("Mandatory field [name] is missing or empty")),
        (
            "BUSINESS_USER",
            json!({ "objectId": "u", "modifiedDate": date, "emailAddress": "u@a.example" }),
            None,
        ),
        (
            "BUSINESS_USER",
            json!({ "objectId": "u", "modifiedDate": date, "emailAddress": "other@a.example" }),
            Some("Business user [u] cannot be changed, only deleted"),
        ),
        (
            "BUSINESS_USER",
            json!({ "objectId": "v", "modifiedDate": date }),
            Some("Mandatory field [emailAddress] is missing or empty"),
        ),
        (
            "BUSINESS_USER",
            json!({ "objectId": "u", "modifiedDate": date, "isDeleted": true }),
            None,
        ),
        (
            "CONTACT",
            json!({ "objectId": "a@b.example", "modifiedDate": date, "accountId": "x" }),
            None,
        ),
        ("DEAL", json!({ "objectId": "d", "modifiedDate": date, "closeDate": "2026-12-01" }), None),
        (
            "DEAL",
            json!({ "objectId": "d", "modifiedDate": date, "status": "MAYBE" }),
            Some("Field [status] has an invalid value"),
        ),
        (
            "DEAL",
            json!({ "objectId": "d", "modifiedDate": date, "probability": 101 }),
            Some("Field [probability] has an invalid value"),
        ),
        (
            "LEAD",
            json!({ "objectId": "l" }),
            Some("Mandatory field [modifiedDate] is missing or empty"),
        ),
    ];
    for (number, (object_type, object, error)) in cases.into_iter().enumerate() {
        let id = format!("case-{number}");
        let answer = upload(&sandbox, object_type, &id, &object.to_string()).await;
        assert_eq!(answer.status, 201);
        let status = status(&sandbox, &id).await;
        assert_eq!(status["errors"][0]["description"].as_str(), error, "{object}");
        assert_eq!(status["status"], if error.is_some() { "FAILED" } else { "DONE" });
    }
    assert_eq!(read(&sandbox, "DEAL", &["d"]).await["d"]["amount"], 0);
    upload(
        &sandbox,
        "DEAL",
        "gone",
        &json!({ "objectId": "d", "modifiedDate": date, "isDeleted": true }).to_string(),
    )
    .await;
    assert_eq!(read(&sandbox, "DEAL", &["d"]).await["d"], Value::Null);
}

#[tokio::test]
async fn a_status_tells_of_20_errors_and_of_the_whole_file_in_line_0() {
    let sandbox = Sandbox::new(Options { work_time: Duration::ZERO, ..options() }).unwrap();
    upload(&sandbox, "LEAD", "many", &"{}\n".repeat(50)).await;
    let many = status(&sandbox, "many").await;
    assert_eq!(
        (many["errors"].as_array().unwrap().len(), &many["totalErrorCount"]),
        (20, &json!(50))
    );
    upload(&sandbox, "LEAD", "none", "\n").await;
    let none = status(&sandbox, "none").await;
    assert_eq!(none["errors"], json!([{ "line": 0, "description": "The file is empty" }]));
}

#[tokio::test]
async fn an_upload_wants_three_parameters_and_one_part() {
    let sandbox = sandbox();
    let integration = integration(&sandbox).await;
    let good = format!("integrationId={integration}&objectType=LEAD&clientRequestId=a");
    let send_to = async |query: &str, part: &str| {
        let path = format!("/v2/crm/entities?{query}");
        send(&sandbox, file(Method::POST, &path, part, b"{}")).await.error()
    };
    let missing = (400, "dataFile part is missing".to_owned());
    assert_eq!(send_to(&good, "file").await, missing);
    for parameter in good.split('&') {
        let name = parameter.split('=').next().unwrap();
        let query = good.replace(parameter, "");
        let expected = format!("Required parameter '{name}' is not present");
        assert_eq!(send_to(&query, "dataFile").await, (400, expected));
    }
    assert_eq!(send_to(&good.replace("=a", "=a%20b"), "dataFile").await.0, 400);
    assert_eq!(send_to(&good.replace("LEAD", "USER"), "dataFile").await.0, 400);
    let unknown = format!("/v2/crm/request-status?integrationId={integration}&clientRequestId=no");
    assert_eq!(get(&sandbox, &unknown).await.error().0, 400);
    assert!(sandbox.uploads().is_empty());
}
