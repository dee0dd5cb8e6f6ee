//! Flows: what there is, who is in them, and how they get in and out.

use std::time::Duration;

use gong_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::time::{advance, pause};

use crate::harness::{Answer, get, options, post, sandbox};

const PROSPECTS: &str = "/v2/flows/prospects";
const ASSIGN: &str = "/v2/flows/prospects/assign";
const BULK: &str = "/v2/flows/prospects/bulk-assignments";

/// Somebody in Salesforce whom no flow has seen.
const STRANGER: &str = "0035g00000Zz1Zz2Zz";

async fn owner(sandbox: &Sandbox) -> String {
    let users = get(sandbox, "/v2/users").await.items("users");
    users[0]["emailAddress"].as_str().unwrap().to_owned()
}

async fn flows(sandbox: &Sandbox) -> Vec<Value> {
    let path = format!("/v2/flows?flowOwnerEmail={}", owner(sandbox).await);
    get(sandbox, &path).await.items("flows")
}

/// The id of the first flow, exclusive or not.
async fn flow(sandbox: &Sandbox, is_exclusive: bool) -> String {
    let flows = flows(sandbox).await;
    let found = flows.iter().find(|flow| flow["exclusive"] == is_exclusive).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn assign(sandbox: &Sandbox, flow: &str, prospects: &[&str]) -> Answer {
    let body = json!({
        "crmProspectsIds": prospects,
        "flowId": flow,
        "flowInstanceOwnerEmail": owner(sandbox).await,
    });
    post(sandbox, ASSIGN, body).await
}

async fn of_prospect(sandbox: &Sandbox, id: &str) -> Vec<Value> {
    let answer = post(sandbox, PROSPECTS, json!({ "crmProspectsIds": [id] })).await;
    answer.items("prospectsAssigned")
}

fn refusals(answer: &Answer) -> Vec<(String, String)> {
    let refused = answer.items("prospectsNotAssigned");
    let text = |refusal: &Value, name: &str| refusal[name].as_str().unwrap().to_owned();
    refused.iter().map(|it| (text(it, "errorCode"), text(it, "errorMessage"))).collect()
}

#[tokio::test]
async fn flows_are_those_of_the_company_and_of_one_user() {
    let sandbox = sandbox();
    assert_eq!(get(&sandbox, "/v2/flows").await.error().0, 400);
    let flows = flows(&sandbox).await;
    let members = ["id", "name", "folderId", "folderName", "visibility", "creationDate"];
    for flow in &flows {
        assert!(members.iter().all(|name| flow[name].is_string()), "{flow}");
    }
    let count =
        |visibility: &str| flows.iter().filter(|flow| flow["visibility"] == visibility).count();
    assert_eq!((count("Company"), count("Personal"), count("Shared")), (6, 1, 1));
    let nobody = get(&sandbox, "/v2/flows?flowOwnerEmail=no@one.example").await;
    assert_eq!(nobody.json()["records"]["totalRecords"], 0);
    let path = format!("/v2/flows?flowOwnerEmail={}", owner(&sandbox).await);
    let folder = flows[0]["folderId"].as_str().unwrap();
    let in_folder = get(&sandbox, &format!("{path}&folderId={folder}")).await.items("flows");
    assert_eq!(in_folder.len(), 3);
    let recent = get(&sandbox, &format!("{path}&mostRecentlyAssigned=true")).await.items("flows");
    assert!(!recent.is_empty() && recent.len() < flows.len());
    let small = Sandbox::new(Options { page_size: 3, ..options() }).unwrap();
    let first = get(&small, &path).await;
    let cursor = first.cursor().unwrap();
    let second = get(&small, &format!("{path}&cursor={cursor}")).await.items("flows");
    assert_eq!(second, flows[3..6]);
}

#[tokio::test]
async fn folders_have_texts_where_there_is_nothing() {
    let sandbox = sandbox();
    let path = format!("/v2/flows/folders?flowFolderOwnerEmail={}", owner(&sandbox).await);
    let folders = get(&sandbox, &path).await.items("flowsFolders");
    assert_eq!(folders[0]["parentFolderId"], "null");
    assert_eq!(folders[0]["createdById"], "null");
    let nested = folders.iter().find(|folder| folder["parentFolderId"] != "null").unwrap();
    assert_ne!(nested["createdById"], "null");
    let parent = nested["parentFolderId"].as_str().unwrap();
    let inside = get(&sandbox, &format!("{path}&parentId={parent}")).await.items("flowsFolders");
    assert_eq!(inside, std::slice::from_ref(nested));
    assert_eq!(get(&sandbox, &format!("{path}&parentId=x")).await.error().0, 400);
    assert_eq!(get(&sandbox, "/v2/flows/folders").await.error().0, 400);
}

#[tokio::test]
async fn steps_are_numbered_and_one_unknown_flow_spoils_all() {
    let sandbox = sandbox();
    let flows = flows(&sandbox).await;
    let ids: Vec<_> = flows.iter().map(|flow| flow["id"].clone()).collect();
    let answer = post(&sandbox, "/v2/flows/steps", json!({ "flowIds": ids })).await;
    for flow in answer.items("flows") {
        let steps = flow["steps"].as_array().unwrap();
        let orders: Vec<_> = steps.iter().map(|step| step["stepOrder"].as_u64().unwrap()).collect();
        assert!(orders.iter().copied().eq((1..).take(steps.len())), "{orders:?}");
        assert!(flow["description"].is_string() && flow.get("folderName").is_none());
    }
    let body = json!({ "flowIds": [ids[0], "123"] });
    let unknown = (404, "Flow not found: flowId=123".to_owned());
    assert_eq!(post(&sandbox, "/v2/flows/steps", body).await.error(), unknown);
    for body in [json!({}), json!({ "flowIds": vec!["1"; 21] }), json!({ "flowIds": "1" })] {
        assert_eq!(post(&sandbox, "/v2/flows/steps", body).await.error().0, 400);
    }
}

#[tokio::test]
async fn a_prospect_is_put_into_a_flow_once() {
    pause();
    let sandbox = sandbox();
    let open = flow(&sandbox, false).await;
    let answer = assign(&sandbox, &open, &[STRANGER, "nobody", STRANGER]).await;
    let [assigned] = answer.items("prospectsAssigned").try_into().unwrap();
    assert_eq!(assigned["flowInstanceStatus"], "Pending");
    assert_eq!(assigned["flowInstanceOwnerEmail"], owner(&sandbox).await);
    assert!(!assigned["flowInstanceOwnerFullName"].as_str().unwrap().is_empty());
    let expected = [
        ("InvalidArgument", "The prospect was not found in the CRM"),
        ("InvalidState", "The prospect is already in this flow"),
    ];
    assert_eq!(refusals(&answer), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    advance(Duration::from_secs(3)).await;
    let [listed] = of_prospect(&sandbox, STRANGER).await.try_into().unwrap();
    assert_eq!(listed["flowInstanceStatus"], "Running");
    assert_eq!(listed["flowInstanceId"], assigned["flowInstanceId"]);
    let exclusive = flow(&sandbox, true).await;
    let refused = refusals(&assign(&sandbox, &exclusive, &[STRANGER]).await);
    assert_eq!(refused[0].1, "The flow is exclusive, and the prospect is in another one");
    let lead = assign(&sandbox, &exclusive, &["lead-1"]).await;
    assert_eq!(lead.items("prospectsAssigned")[0]["exclusive"], true);
    let refused = refusals(&assign(&sandbox, &open, &["lead-1"]).await);
    assert_eq!(refused[0].1, "The prospect is in an exclusive flow");
}

#[tokio::test]
async fn an_assignment_that_makes_no_sense_is_refused_whole() {
    let sandbox = sandbox();
    let (flow, email) = (flow(&sandbox, false).await, owner(&sandbox).await);
    let good = json!({
        "crmProspectsIds": [STRANGER], "flowId": flow, "flowInstanceOwnerEmail": email,
        "overrides": { "steps": [{ "number": 1, "subject": "Hello" }], "coolOffOverride": false },
    });
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (body, status) in [
        (with("flowId", json!("123")), 404),
        (with("flowId", Value::Null), 400),
        (with("crmProspectsIds", json!(vec![STRANGER; 101])), 400),
        (with("crmProspectsIds", json!([])), 400),
        (with("flowInstanceOwnerEmail", json!("no@one.example")), 400),
        (with("overrides", json!({ "steps": [{ "number": 9 }] })), 400),
        (with("overrides", json!({ "steps": [{ "subject": "x" }] })), 400),
        (with("overrides", json!({ "flowInstanceVariables": [{ "name": "x" }] })), 400),
    ] {
        assert_eq!(post(&sandbox, ASSIGN, body.clone()).await.error().0, status, "{body}");
    }
    let unknown = post(&sandbox, ASSIGN, with("flowId", json!("123"))).await;
    assert_eq!(unknown.error().1, "Flow not found");
    assert_eq!(post(&sandbox, ASSIGN, good).await.items("prospectsAssigned").len(), 1);
}

#[tokio::test]
async fn who_left_a_flow_is_left_in_peace_unless_that_is_overridden() {
    let sandbox = sandbox();
    let flow = flow(&sandbox, false).await;
    let assigned = assign(&sandbox, &flow, &[STRANGER]).await.items("prospectsAssigned");
    let id = assigned[0]["flowInstanceId"].clone();
    let path = "/v2/flows/prospects/unassign-flows-by-instance-id";
    let unknown = post(&sandbox, path, json!({ "flowInstanceIds": [id, "1"] })).await;
    let text = "One or more of the given flowInstanceIds does not exist";
    assert_eq!(unknown.error(), (400, text.to_owned()));
    let body = json!({ "flowInstanceIds": [id] });
    let gone = post(&sandbox, path, body.clone()).await.items("unassignedFlowInstanceIds");
    assert_eq!(gone, std::slice::from_ref(&id));
    let again = post(&sandbox, path, body.clone()).await.items("unassignedFlowInstanceIds");
    assert!(again.is_empty(), "it has ended already");
    assert!(of_prospect(&sandbox, STRANGER).await.is_empty());
    let listed = post(&sandbox, PROSPECTS, body).await.items("prospectsAssigned");
    assert_eq!(listed[0]["flowInstanceStatus"], "Finished");
    let refused = refusals(&assign(&sandbox, &flow, &[STRANGER]).await);
    assert_eq!(refused[0].1, "The prospect is in the cool-off period");
    let body = json!({
        "crmProspectsIds": [STRANGER],
        "flowId": flow,
        "flowInstanceOwnerEmail": owner(&sandbox).await,
    });
    let path = "/v2/flows/prospects/assign/cool-off-override";
    assert_eq!(post(&sandbox, path, body.clone()).await.items("prospectsAssigned").len(), 1);
    let path = "/v2/flows/prospects/unassign-flows-by-crm-id";
    let other = json!({ "crmProspectId": STRANGER, "flowId": "123" });
    assert!(post(&sandbox, path, other).await.items("unassignedFlowInstanceIds").is_empty());
    let all = json!({ "crmProspectId": STRANGER });
    assert_eq!(post(&sandbox, path, all).await.items("unassignedFlowInstanceIds").len(), 1);
    let mut overridden = body;
    overridden["overrides"] = json!({ "coolOffOverride": true });
    assert_eq!(post(&sandbox, ASSIGN, overridden).await.items("prospectsAssigned").len(), 1);
}

#[tokio::test]
async fn some_people_are_in_flows_from_the_beginning() {
    let sandbox = sandbox();
    let path = format!("/v2/flows?flowOwnerEmail={}", owner(&sandbox).await);
    let recent = get(&sandbox, &format!("{path}&mostRecentlyAssigned=true")).await.items("flows");
    assert!(!recent.is_empty());
    let unknown = post(&sandbox, PROSPECTS, json!({ "flowInstanceIds": ["1"] })).await;
    assert!(unknown.items("prospectsAssigned").is_empty());
    assert_eq!(post(&sandbox, PROSPECTS, json!({})).await.error().0, 400);
}

#[tokio::test]
async fn a_bulk_assignment_is_done_later() {
    pause();
    let sandbox = sandbox();
    let body = json!({
        "flowInstanceOwnerEmail": owner(&sandbox).await,
        "flowId": flow(&sandbox, false).await,
        "prospects": [
            { "crmId": STRANGER },
            { "firstName": "Ada", "lastName": "New", "email": "ada@new.example" },
            { "crmId": "nobody" },
            { "crmId": STRANGER },
        ],
    });
    let answer = post(&sandbox, BULK, body.clone()).await;
    assert_eq!(answer.status, 202);
    let begun = answer.json();
    assert_eq!((&begun["status"], &begun["totalCount"]), (&json!("PENDING"), &json!(4)));
    let id = begun["id"].as_str().unwrap();
    assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    let path = format!("{BULK}/{id}");
    advance(Duration::from_secs(1)).await;
    assert_eq!(get(&sandbox, &path).await.json()["status"], "IN_PROGRESS");
    assert!(of_prospect(&sandbox, STRANGER).await.is_empty());
    advance(Duration::from_secs(2)).await;
    assert_eq!(of_prospect(&sandbox, STRANGER).await.len(), 1, "nobody had to ask for it");
    let done = get(&sandbox, &path).await.json();
    assert_eq!(done["status"], "COMPLETED");
    let counts = ["processedCount", "successCount", "failedCount"].map(|name| done[name].as_u64());
    assert_eq!(counts, [Some(4), Some(2), Some(2)]);
    let statuses: Vec<_> = done["results"].as_array().unwrap().iter().collect();
    let words = statuses.iter().map(|result| result["status"].as_str().unwrap());
    let expected = ["ASSIGNED", "ASSIGNED", "CRM_OPERATION_FAILED", "FLOW_ASSIGNMENT_FAILED"];
    assert!(words.eq(expected), "{statuses:?}");
    let ada = statuses[1]["crmId"].as_str().unwrap();
    assert_eq!(
        of_prospect(&sandbox, ada).await[0]["flowInstanceId"],
        statuses[1]["flowInstanceId"]
    );
    assert_eq!(statuses[3]["errorCode"], "InvalidState");

    let unknown = format!("{BULK}/6b1f");
    let text = "Flow prospects bulk assignment 6b1f not found";
    assert_eq!(get(&sandbox, &unknown).await.error(), (404, text.to_owned()));
    let mut many = body.clone();
    many["prospects"] = json!(vec![json!({ "crmId": STRANGER }); 51]);
    assert_eq!(post(&sandbox, BULK, many).await.error().0, 400);
    let mut nameless = body;
    nameless["prospects"] = json!([{ "firstName": "Ada" }]);
    assert_eq!(post(&sandbox, BULK, nameless).await.error().0, 400);
}

#[tokio::test]
async fn a_company_without_engage_has_no_flows() {
    let sandbox = Sandbox::new(Options { without_engage: true, ..options() }).unwrap();
    let refused = get(&sandbox, "/v2/flows?flowOwnerEmail=a@b.example").await;
    assert_eq!(refused.error(), (403, "Engage is not enabled for this company".to_owned()));
    assert_eq!(post(&sandbox, ASSIGN, json!({})).await.error().0, 403);
}
