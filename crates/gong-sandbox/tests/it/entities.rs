//! Questions and briefs about customers: what they are made from, and what they cost.

use gong_sandbox::{Options, Sandbox};
use http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, all, get, options, post, request, sandbox, send};

/// An account, the workspace of its newest call, and the ids of the calls of both, newest first.
async fn account(sandbox: &Sandbox) -> (String, String, Vec<Value>) {
    let body = json!({ "filter": {}, "contentSelector": { "context": "Extended" } });
    let mut calls = all(sandbox, "/v2/calls/extensive", "calls", body).await;
    calls.reverse();
    let account = |call: &Value| {
        let objects = call["context"][0]["objects"].as_array()?.clone();
        let account = objects.into_iter().find(|object| object["objectType"] == "Account")?;
        Some(account["objectId"].as_str()?.to_owned())
    };
    let newest = calls.iter().find(|call| account(call).is_some()).unwrap();
    let (id, workspace) = (account(newest).unwrap(), newest["metaData"]["workspaceId"].clone());
    let own = calls.iter().filter(|call| {
        account(call).as_ref() == Some(&id) && call["metaData"]["workspaceId"] == workspace
    });
    let ids = own.map(|call| call["metaData"]["id"].clone()).collect();
    (id, workspace.as_str().unwrap().to_owned(), ids)
}

async fn ask(sandbox: &Sandbox, operation: &str, pairs: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    get(sandbox, &format!("/v2/entities/{operation}?{query}")).await
}

fn pairs<'a>(account: &'a str, workspace: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("workspaceId", workspace),
        ("crmEntityType", "ACCOUNT"),
        ("crmEntityId", account),
        ("timePeriod", "ALL_CONVERSATIONS"),
        ("question", "Who decides?"),
    ]
}

/// The same parameters with one that is different; without a value, it is left out.
fn but<'a>(
    pairs: &[(&'a str, &'a str)],
    name: &'a str,
    value: Option<&'a str>,
) -> Vec<(&'a str, &'a str)> {
    let mut other: Vec<_> =
        pairs.iter().copied().filter(|(its_name, _)| *its_name != name).collect();
    other.extend(value.map(|value| (name, value)));
    other
}

#[tokio::test]
async fn an_answer_is_made_from_the_calls_of_the_customer() {
    let sandbox = sandbox();
    let (account, workspace, ids) = account(&sandbox).await;
    let answer = ask(&sandbox, "ask-entity", &pairs(&account, &workspace)).await.json();
    let sections = answer["answer"].as_array().unwrap();
    let found: Vec<_> = sections
        .iter()
        .flat_map(|section| section["callFindings"].as_array().unwrap())
        .map(|finding| finding["call"]["id"].clone())
        .collect();
    assert!(found.len() > 1);
    assert_eq!(found, ids[..found.len()]);
    assert_eq!(answer["numOfCallsSearched"], found.len());
    assert!(answer["numOfEmailsSearched"].as_u64() > Some(0));
    assert!(sections[0]["emailFindings"][0]["emails"][0]["sentDateTime"].is_string());
    assert!(sections[0]["answerItems"].as_array().unwrap().len() > 1);

    let recent = but(&pairs(&account, &workspace), "timePeriod", Some("LAST_7DAYS"));
    let recent = ask(&sandbox, "ask-entity", &recent).await.json();
    assert!(recent["numOfCallsSearched"].as_u64() < answer["numOfCallsSearched"].as_u64());
}

#[tokio::test]
async fn a_brief_must_be_published() {
    let sandbox = sandbox();
    let (account, workspace, _) = account(&sandbox).await;
    let path = format!("/v2/settings/briefs?workspaceId={workspace}");
    let briefs = get(&sandbox, &path).await.items("briefs");
    let all = pairs(&account, &workspace);
    for brief in &briefs {
        let with = but(&all, "briefName", brief["briefName"].as_str());
        let answer = ask(&sandbox, "get-brief", &with).await;
        if brief["status"] == "Published" {
            let kinds: Vec<_> = answer
                .items("briefSections")
                .iter()
                .map(|section| section["briefSectionType"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(kinds, ["Conversations", "Web", "CrmOrGongData", "McpConnection"]);
        } else {
            let text = "Brief not found - could be that the brief is not published";
            assert_eq!(answer.error(), (404, text.to_owned()));
        }
    }
    assert_eq!(briefs.len(), 2);
    assert_eq!(sandbox.credits_spent(), 1, "what is refused costs nothing");
    let with = but(&all, "briefName", Some("No such brief"));
    assert_eq!(ask(&sandbox, "get-brief", &with).await.error().0, 404);
}

#[tokio::test]
async fn credits_are_counted_and_used_up() {
    let sandbox = Sandbox::new(Options { credits: 2, ..options() }).unwrap();
    let (account, workspace, _) = account(&sandbox).await;
    let pairs = pairs(&account, &workspace);
    for spent in 1..=2 {
        assert_eq!(ask(&sandbox, "ask-entity", &pairs).await.status, 200);
        assert_eq!(sandbox.credits_spent(), spent);
    }
    assert_eq!(ask(&sandbox, "ask-entity", &pairs).await.error().0, 402);
    assert_eq!(sandbox.credits_spent(), 2);
}

#[tokio::test]
async fn a_credit_is_spent_even_if_the_answer_is_lost() {
    let faults = "entities-ask: lost".parse().unwrap();
    let sandbox = Sandbox::new(Options { faults, ..options() }).unwrap();
    let (account, workspace, _) = account(&sandbox).await;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs(&account, &workspace))
        .finish();
    let lost = request(Method::GET, &format!("/v2/entities/ask-entity?{query}"), "");
    assert!(sandbox.answer(lost).await.is_no_answer());
    assert_eq!(sandbox.credits_spent(), 1);
}

#[tokio::test]
async fn what_is_asked_must_be_complete_and_known() {
    let sandbox = sandbox();
    let (account, workspace, _) = account(&sandbox).await;
    let all = pairs(&account, &workspace);
    for name in ["workspaceId", "crmEntityType", "crmEntityId", "timePeriod", "question"] {
        let answer = ask(&sandbox, "ask-entity", &but(&all, name, None)).await;
        assert_eq!(answer.error().0, 400, "{name}");
    }
    for (name, value, status) in [
        ("workspaceId", "Sales", 400),
        ("workspaceId", "17", 404),
        ("crmEntityType", "Account", 400),
        ("crmEntityType", "DEAL", 404),
        ("crmEntityId", "0015g00000AAAAAQAZ", 404),
        ("timePeriod", "LAST_WEEK", 400),
        ("timePeriod", "CUSTOM_RANGE", 400),
    ] {
        let answer = ask(&sandbox, "ask-entity", &but(&all, name, Some(value))).await;
        assert_eq!(answer.error().0, status, "{name} {value}");
    }
    assert_eq!(ask(&sandbox, "get-brief", &all).await.error().0, 400, "without a name");
    assert_eq!(sandbox.credits_spent(), 0);
    let posted = post(&sandbox, "/v2/entities/ask-entity", json!({})).await;
    assert_eq!(posted.error(), (405, "Method Not Allowed".to_owned()));
    assert_eq!(
        send(&sandbox, request(Method::POST, "/v2/entities/get-brief", "")).await.status,
        405
    );
}

#[tokio::test]
async fn a_custom_range_is_in_utc() {
    let sandbox = sandbox();
    let (account, workspace, _) = account(&sandbox).await;
    let custom = but(&pairs(&account, &workspace), "timePeriod", Some("CUSTOM_RANGE"));
    for (from, to, status) in [
        ("2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z", 200),
        ("2026-11-01T00:00:00-07:00", "2026-11-20T00:00:00Z", 400),
        ("2026-11-20T00:00:00Z", "2026-11-01T00:00:00Z", 400),
        ("2026-11-01", "2026-11-20", 400),
    ] {
        let mut pairs = custom.clone();
        pairs.extend([("fromDateTime", from), ("toDateTime", to)]);
        assert_eq!(ask(&sandbox, "ask-entity", &pairs).await.status, status, "{from} {to}");
    }
}
