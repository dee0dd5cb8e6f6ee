//! Settings of the company and of its users.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{all, get, sandbox};

#[tokio::test]
async fn trackers_are_the_keyword_trackers_that_calls_show() {
    let sandbox = sandbox();
    let trackers = get(&sandbox, "/v2/settings/trackers").await.items("keywordTrackers");
    let selector = json!({ "exposedFields": { "content": { "trackers": true } } });
    let filter = json!({ "fromDateTime": "2026-11-12T00:00:00Z" });
    let body = json!({ "filter": filter, "contentSelector": selector });
    let mut shown = BTreeSet::new();
    for call in all(&sandbox, "/v2/calls/extensive", "calls", body).await {
        for tracker in call["content"]["trackers"].as_array().into_iter().flatten() {
            if tracker["type"] == "KEYWORD" {
                shown.insert((tracker["id"].to_string(), tracker["name"].to_string()));
            }
        }
    }
    let listed: BTreeSet<_> = trackers
        .iter()
        .map(|tracker| (tracker["trackerId"].to_string(), tracker["trackerName"].to_string()))
        .collect();
    assert_eq!(listed, shown);
    for tracker in &trackers {
        assert_eq!(tracker.as_object().unwrap().len(), 15, "{tracker}");
        let query = tracker["filterQuery"].as_str().unwrap();
        assert!(serde_json::from_str::<Value>(query).unwrap().is_object());
    }
    assert!(trackers.iter().any(|tracker| tracker["creatorUserId"].is_null()));
    assert!(trackers.iter().any(|tracker| tracker["saidAtInterval"].is_i64()));
}

#[tokio::test]
async fn a_workspace_has_its_own_trackers_and_briefs() {
    let sandbox = sandbox();
    let workspaces = get(&sandbox, "/v2/workspaces").await.items("workspaces");
    for (path, key) in
        [("/v2/settings/trackers", "keywordTrackers"), ("/v2/settings/briefs", "briefs")]
    {
        let mut n_found = 0;
        for workspace in &workspaces {
            let id = workspace["id"].as_str().unwrap();
            let found = get(&sandbox, &format!("{path}?workspaceId={id}")).await.items(key);
            assert!(found.iter().all(|item| item["workspaceId"] == id));
            n_found += found.len();
        }
        assert_eq!(get(&sandbox, path).await.items(key).len(), n_found);
        assert_eq!(get(&sandbox, &format!("{path}?workspaceId=17")).await.error().0, 404);
    }
}

#[tokio::test]
async fn scorecards_have_numbers_as_texts() {
    let scorecards = get(&sandbox(), "/v2/settings/scorecards").await.items("scorecards");
    assert!(scorecards.iter().any(|scorecard| scorecard["updaterUserId"] == "-1"));
    assert!(scorecards.iter().any(|scorecard| scorecard["enabled"] == false));
    let mut kinds = BTreeSet::new();
    for scorecard in &scorecards {
        for member in ["scorecardId", "workspaceId", "updaterUserId", "created", "updated"] {
            assert!(scorecard[member].is_string(), "{member} of {scorecard}");
        }
        for question in scorecard["questions"].as_array().unwrap() {
            assert!(
                question["questionId"].is_string() && question["questionRevisionId"].is_string()
            );
            kinds.insert(question["questionType"].as_str().unwrap().to_owned());
            if question["questionType"] == "RANGE" {
                assert_eq!(
                    (&question["minRange"], &question["maxRange"]),
                    (&json!("1"), &json!("5"))
                );
            } else {
                assert!(question["minRange"].is_null());
            }
        }
    }
    assert_eq!(kinds.len(), 3);
}

#[tokio::test]
async fn briefs_are_published_or_not() {
    let briefs = get(&sandbox(), "/v2/settings/briefs").await.items("briefs");
    let states: BTreeSet<_> =
        briefs.iter().map(|brief| brief["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["Not published", "Published"].into());
    for brief in &briefs {
        for member in ["briefId", "briefName", "description", "creator", "creatorUserId", "updated"]
        {
            assert!(brief[member].is_string(), "{member} of {brief}");
        }
    }
}

#[tokio::test]
async fn the_history_of_settings_ends_in_what_they_are() {
    let sandbox = sandbox();
    let mut n_changed = 0;
    for user in get(&sandbox, "/v2/users").await.items("users") {
        let path = format!("/v2/users/{}/settings-history", user["id"].as_str().unwrap());
        let history = get(&sandbox, &path).await.items("userSettingsHistory");
        let names: BTreeSet<_> = history.iter().map(|entry| entry["setting"].to_string()).collect();
        assert_eq!(names.len(), 10);
        n_changed += history.len() - 10;
        let last = |name: &str| {
            let entry = history.iter().rev().find(|entry| entry["setting"] == name);
            entry.unwrap()["value"].clone()
        };
        assert_eq!(last("active"), user["active"]);
        assert_eq!(last("emailsImported"), user["settings"]["emailsImported"]);
        assert_eq!(last("callsImported"), user["settings"]["telephonyCallsImported"]);
        assert_eq!(history[0]["time"], user["created"]);
    }
    assert!(n_changed > 5);
    assert_eq!(get(&sandbox, "/v2/users/17/settings-history").await.error().0, 404);
}

#[tokio::test]
async fn outcomes_come_in_no_order() {
    let outcomes = get(&sandbox(), "/v2/call-outcomes").await.items("outcomes");
    let orders: Vec<_> =
        outcomes.iter().map(|outcome| outcome["displayOrder"].as_u64().unwrap()).collect();
    assert!(!orders.is_sorted());
    assert!(outcomes.iter().any(|outcome| outcome["automation"] == "MARK_AS_OPT_OUT"));
    assert!(outcomes.iter().any(|outcome| outcome["automation"].is_null()));
    assert!(outcomes.iter().all(|outcome| outcome.as_object().unwrap().len() == 7));
}
