//! Coaching: how managers work with those who report to them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    UserId, WorkspaceId,
    endpoint::{Endpoint, Request},
    page::Page,
};

/// `GET /v2/coaching`: how a manager worked with those who report to them. Scope
/// `api:coaching:read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GetCoaching {
    /// The workspace.
    #[serde(rename = "workspace-id")]
    pub workspace_id: WorkspaceId,
    /// The manager. For somebody to whom nobody reports the list is empty.
    #[serde(rename = "manager-id")]
    pub manager_id: UserId,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

impl Endpoint for GetCoaching {
    type Response = Page<ManagerCoaching>;

    fn request(&self) -> Request {
        Request::get("/v2/coaching").query(self).answer("coachingData")
    }
}

/// How one manager worked with those who report to them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ManagerCoaching {
    /// The manager.
    pub manager: Option<CoachingUser>,
    /// Those who report to the manager.
    pub direct_reports_metrics: Option<Vec<ReportCoaching>>,
}

/// How a manager worked with somebody.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReportCoaching {
    /// Who reports to the manager.
    pub report: Option<CoachingUser>,
    /// The values of each metric, by its name.
    pub metrics: Option<BTreeMap<String, Option<Vec<String>>>>,
}

/// A manager, or somebody who reports to one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CoachingUser {
    /// The user.
    pub id: Option<UserId>,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The job title.
    pub title: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_query_have_hyphens() {
        let get = GetCoaching {
            workspace_id: "1".parse().unwrap(),
            manager_id: "2".parse().unwrap(),
            from: "2026-01-01T00:00:00Z".parse().unwrap(),
            to: "2026-06-01T00:00:00Z".parse().unwrap(),
        };
        insta::assert_debug_snapshot!(get.request());
    }

    #[test]
    fn metrics_are_lists_by_name() {
        let report: ReportCoaching =
            serde_json::from_str(r#"{"metrics":{"calls":["1","2"],"none":null}}"#).unwrap();
        assert_eq!(report.metrics.unwrap()["calls"].as_deref().unwrap(), ["1", "2"]);
    }
}
