//! The library, and the coaching metrics, which are about old calls too.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{get, sandbox};

#[tokio::test]
async fn folders_need_a_workspace_and_form_a_tree() {
    let sandbox = sandbox();
    assert_eq!(get(&sandbox, "/v2/library/folders").await.error().0, 400);
    assert_eq!(get(&sandbox, "/v2/library/folders?workspaceId=17").await.error().0, 404);
    let mut ids = BTreeSet::new();
    for workspace in get(&sandbox, "/v2/workspaces").await.items("workspaces") {
        let id = workspace["id"].as_str().unwrap();
        let folders = get(&sandbox, &format!("/v2/library/folders?workspaceId={id}")).await;
        let folders = folders.items("folders");
        let own: Vec<_> = folders.iter().map(|folder| &folder["id"]).collect();
        assert!(folders.iter().any(|folder| folder["parentFolderId"].is_null()));
        assert!(folders.iter().any(|folder| folder["createdBy"].is_null()));
        for folder in &folders {
            assert!(folder["parentFolderId"].is_null() || own.contains(&&folder["parentFolderId"]));
            assert!(ids.insert(folder["id"].to_string()), "twice: {folder}");
        }
    }
}

#[tokio::test]
async fn a_folder_has_calls_of_its_workspace_and_may_be_empty() {
    let sandbox = sandbox();
    let workspaces = get(&sandbox, "/v2/workspaces").await.items("workspaces");
    let workspace = workspaces[0]["id"].as_str().unwrap();
    let folders = get(&sandbox, &format!("/v2/library/folders?workspaceId={workspace}")).await;
    let (mut n_clips, mut n_whole, mut n_empty) = (0, 0, 0);
    for folder in folders.items("folders") {
        let id = folder["id"].as_str().unwrap();
        let path = format!("/v2/library/folder-content?folderId={id}");
        let content = get(&sandbox, &path).await.json();
        for member in ["id", "name", "createdBy", "updated"] {
            assert_eq!(content[member], folder[member]);
        }
        let calls = content["calls"].as_array().unwrap();
        n_empty += usize::from(calls.is_empty());
        for entry in calls {
            let id = entry["id"].as_str().unwrap();
            let call = get(&sandbox, &format!("/v2/calls/{id}")).await.json()["call"].take();
            assert_eq!((&call["title"], &call["url"]), (&entry["title"], &entry["url"]));
            assert_eq!(call["workspaceId"], workspace);
            match entry.get("snippet") {
                Some(clip) => {
                    n_clips += 1;
                    assert!(clip["fromSec"].as_u64() < clip["toSec"].as_u64());
                    assert!(clip["toSec"].as_u64() <= call["duration"].as_u64());
                }
                None => n_whole += 1,
            }
        }
    }
    assert!(n_clips > 0 && n_whole > 0 && n_empty == 1, "{n_clips} {n_whole} {n_empty}");
    assert_eq!(get(&sandbox, "/v2/library/folder-content").await.error().0, 400);
    assert_eq!(get(&sandbox, "/v2/library/folder-content?folderId=17").await.error().0, 404);
}

#[tokio::test]
async fn coaching_shows_what_a_manager_did_for_each_report() {
    let sandbox = sandbox();
    let users = get(&sandbox, "/v2/users").await.items("users");
    let workspaces = get(&sandbox, "/v2/workspaces").await.items("workspaces");
    let workspace = workspaces[0]["id"].as_str().unwrap();
    let ask = async |manager: &str| {
        let path = format!(
            "/v2/coaching?workspace-id={workspace}&manager-id={manager}\
             &from=2026-09-01T00:00:00Z&to=2026-11-20T00:00:00Z"
        );
        get(&sandbox, &path).await.items("coachingData")
    };
    let mut calls = Vec::new();
    let mut n_managers = 0;
    for user in &users {
        let data = ask(user["id"].as_str().unwrap()).await;
        let reports: Vec<_> = users
            .iter()
            .filter(|report| report["managerId"] == user["id"] && report["active"] == true)
            .map(|report| report["id"].clone())
            .collect();
        let Some(data) = data.first() else {
            assert!(reports.is_empty());
            continue;
        };
        n_managers += 1;
        assert_eq!(data["manager"]["emailAddress"], user["emailAddress"]);
        let shown = data["directReportsMetrics"].as_array().unwrap();
        let ids: Vec<_> = shown.iter().map(|report| report["report"]["id"].clone()).collect();
        assert_eq!(ids, reports);
        for report in shown {
            for list in report["metrics"].as_object().unwrap().values() {
                let host = report["report"]["id"].clone();
                let id = |call: &Value| (call.as_str().unwrap().to_owned(), host.clone());
                calls.extend(list.as_array().unwrap().iter().map(id));
            }
        }
    }
    assert!(n_managers > 5 && calls.len() > 3, "{n_managers} {calls:?}");
    for (id, host) in calls.iter().take(10) {
        let call = get(&sandbox, &format!("/v2/calls/{id}")).await;
        assert_eq!(call.json()["call"]["primaryUserId"], *host);
    }
    assert!(ask("17").await.is_empty());
}

#[tokio::test]
async fn coaching_wants_names_with_hyphens_and_date_times() {
    let sandbox = sandbox();
    let workspaces = get(&sandbox, "/v2/workspaces").await.items("workspaces");
    let workspace = workspaces[0]["id"].as_str().unwrap();
    let range = "from=2026-09-01T00:00:00Z&to=2026-11-20T00:00:00Z";
    for query in [
        format!("workspaceId={workspace}&managerId=17&{range}"),
        format!("workspace-id={workspace}&{range}"),
        format!("manager-id=17&{range}"),
        format!("workspace-id=17&manager-id=17&{range}"),
        format!("workspace-id=Sales&manager-id=17&{range}"),
        format!("workspace-id={workspace}&manager-id=17&from=2026-09-01T00:00:00Z"),
        format!("workspace-id={workspace}&manager-id=17&from=2026-09-01&to=2026-11-20"),
    ] {
        assert_eq!(get(&sandbox, &format!("/v2/coaching?{query}")).await.error().0, 400, "{query}");
    }
}
