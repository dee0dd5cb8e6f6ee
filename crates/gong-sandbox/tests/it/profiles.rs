//! Permission profiles: read, created, and changed member by member.

use gong_sandbox::Sandbox;
use http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, get, post, request, sandbox, send};

const PROFILE: &str = "/v2/permission-profile";

async fn workspaces(sandbox: &Sandbox) -> Vec<String> {
    let workspaces = get(sandbox, "/v2/workspaces").await.items("workspaces");
    workspaces.iter().map(|workspace| workspace["id"].as_str().unwrap().to_owned()).collect()
}

async fn profiles(sandbox: &Sandbox, workspace: &str) -> Vec<Value> {
    let path = format!("/v2/all-permission-profiles?workspaceId={workspace}");
    get(sandbox, &path).await.items("profiles")
}

async fn put(sandbox: &Sandbox, id: &str, body: Value) -> Answer {
    let path = format!("{PROFILE}?profileId={id}");
    send(sandbox, request(Method::PUT, &path, body.to_string())).await
}

async fn create(sandbox: &Sandbox, workspace: &str, body: Value) -> Answer {
    post(sandbox, &format!("{PROFILE}?workspaceId={workspace}"), body).await
}

#[tokio::test]
async fn every_workspace_has_profiles_in_alphabetical_order() {
    let sandbox = sandbox();
    let mut seen = std::collections::HashSet::new();
    for workspace in workspaces(&sandbox).await {
        let profiles = profiles(&sandbox, &workspace).await;
        assert!(profiles.len() > 2);
        assert!(profiles.iter().map(|profile| profile["name"].as_str()).is_sorted());
        for profile in &profiles {
            assert_eq!(profile.as_object().unwrap().len(), 55);
            let id = profile["id"].as_str().unwrap();
            assert!(seen.insert(id.to_owned()));
            let answer = get(&sandbox, &format!("{PROFILE}?profileId={id}")).await;
            assert_eq!(answer.json()["profile"], *profile);
        }
    }
}

#[tokio::test]
async fn every_active_user_has_one_profile_of_a_workspace() {
    let sandbox = sandbox();
    let workspace = workspaces(&sandbox).await.remove(0);
    let mut found = Vec::new();
    for profile in profiles(&sandbox, &workspace).await {
        let path = format!("{PROFILE}/users?profileId={}", profile["id"].as_str().unwrap());
        for user in get(&sandbox, &path).await.items("users") {
            let members: Vec<_> = user.as_object().unwrap().keys().cloned().collect();
            assert_eq!(members, ["id", "fullName", "emailAddress"]);
            found.push(user["id"].as_str().unwrap().to_owned());
        }
    }
    let users = get(&sandbox, "/v2/users").await.items("users");
    let mut expected: Vec<_> = users
        .iter()
        .filter(|user| user["active"] == true)
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_a_new_profile_does_not_name_is_not_allowed() {
    let sandbox = sandbox();
    let workspaces = workspaces(&sandbox).await;
    let body = json!({
        "id": "17",
        "name": "Auditor",
        "callsAccess": { "permissionLevel": "all" },
        "library": true,
        "colour": "red",
    });
    let answer = create(&sandbox, &workspaces[1], body.clone()).await;
    assert_eq!(answer.status, 200);
    let profile = answer.json()["profile"].clone();
    assert_ne!(profile["id"], "17");
    assert_eq!(profile["callsAccess"], json!({ "permissionLevel": "all", "teamLeadIds": null }));
    assert_eq!(profile["dealsAccess"]["permissionLevel"], "none");
    assert_eq!((&profile["library"], &profile["deals"]), (&json!(true), &json!(false)));
    assert!(profile["description"].is_null() && profile.get("colour").is_none());
    assert!(profiles(&sandbox, &workspaces[1]).await.contains(&profile));
    let path = format!("{PROFILE}/users?profileId={}", profile["id"].as_str().unwrap());
    assert!(get(&sandbox, &path).await.items("users").is_empty());

    let again = create(&sandbox, &workspaces[1], body.clone()).await;
    let expected = (422, "A permission profile with this name already exists".to_owned());
    assert_eq!(again.error(), expected);
    assert_eq!(create(&sandbox, &workspaces[0], body).await.status, 200, "in another workspace");
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_name() {
    let sandbox = sandbox();
    let workspace = workspaces(&sandbox).await.remove(0);
    let before = profiles(&sandbox, &workspace).await.remove(1);
    let id = before["id"].as_str().unwrap();
    let body = json!({ "id": "17", "name": "Renamed", "libraryFolderAccess": { "permissionLevel": "none" } });
    let answer = put(&sandbox, id, body).await;
    assert_eq!(answer.status, 200);
    let mut expected = before.clone();
    expected["name"] = json!("Renamed");
    expected["libraryFolderAccess"]["permissionLevel"] = json!("none");
    assert_eq!(answer.json()["profile"], expected);
    let read = get(&sandbox, &format!("{PROFILE}?profileId={id}")).await.json();
    assert_eq!(read["profile"], expected);
}

#[tokio::test]
async fn what_is_no_profile_is_a_bad_request() {
    let sandbox = sandbox();
    let bad = (400, "Bad request".to_owned());
    for path in [
        format!("{PROFILE}?profileId=17"),
        format!("{PROFILE}/users?profileId=17"),
        "/v2/all-permission-profiles?workspaceId=17".to_owned(),
    ] {
        assert_eq!(get(&sandbox, &path).await.error(), bad, "{path}");
    }
    assert_eq!(put(&sandbox, "17", json!({})).await.error(), bad);
    assert_eq!(create(&sandbox, "17", json!({ "name": "x" })).await.error(), bad);
    let missing = get(&sandbox, "/v2/all-permission-profiles").await.error();
    assert_eq!(missing, (400, "Required parameter 'workspaceId' is not present".to_owned()));

    let workspace = workspaces(&sandbox).await.remove(0);
    for (body, expected) in [
        (json!({}), "name must not be null"),
        (
            json!({ "name": "x", "callsAccess": { "permissionLevel": "some" } }),
            "Json parse error: callsAccess.permissionLevel must be one of all, managers-team, \
             report-to-them, own, none",
        ),
        (
            json!({ "name": "x", "library": "yes" }),
            "Json parse error: library must be true or false",
        ),
        (
            json!({ "name": "x", "libraryFolderAccess": {} }),
            "libraryFolderAccess.permissionLevel must not be null",
        ),
        (
            json!({ "name": "x",
                "libraryFolderAccess": { "permissionLevel": "none", "manageStreams": true } }),
            "libraryFolderAccess must allow nothing else if permissionLevel is none",
        ),
    ] {
        let answer = create(&sandbox, &workspace, body).await;
        assert_eq!(answer.error(), (400, expected.to_owned()));
    }
}
