//! Logs: who did what in Gong, for audits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    CompanyId, UserId,
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Page,
};

/// `GET /v2/logs`: who did what, from one log. Scope `api:logs:read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListLogs {
    /// Which log.
    pub log_type: LogType,
    /// Only what was done at or after this moment.
    #[serde(rename = "fromDateTime")]
    pub from: Timestamp,
    /// Only what was done before this moment; until now otherwise.
    #[serde(rename = "toDateTime")]
    pub to: Option<Timestamp>,
}

impl Endpoint for ListLogs {
    type Response = Page<LogEntry>;

    fn request(&self) -> Request {
        Request::get("/v2/logs").query(self).answer("logEntries")
    }
}

open_enum! {
    /// A log of Gong.
    LogType {
        /// Who signed in; kept for 14 days.
        Access = "AccessLog",
        /// What users changed; kept since March 2021.
        UserActivity = "UserActivityLog",
        /// Which calls users played.
        CallPlay = "UserCallPlay",
        /// Who from outside opened calls that were shared.
        SharedCallAccess = "ExternallySharedCallAccess",
        /// Who from outside played calls that were shared.
        SharedCallPlay = "ExternallySharedCallPlay",
    }
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogEntry {
    /// Who did it.
    pub user_id: Option<UserId>,
    /// The e-mail address of who did it.
    pub user_email_address: Option<String>,
    /// The name of who did it.
    pub user_full_name: Option<String>,
    /// Who was signed in as that user; absent if nobody was.
    pub impersonator_user_id: Option<UserId>,
    /// The e-mail address of who was signed in as that user.
    pub impersonator_email_address: Option<String>,
    /// The name of who was signed in as that user.
    pub impersonator_full_name: Option<String>,
    /// The id of the company of who was signed in as that user.
    pub impersonator_company_id: Option<CompanyId>,
    /// When it was done.
    pub event_time: Option<Timestamp>,
    /// What was done: members of any type, different in each log.
    pub log_record: Option<Map<String, Value>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_a_type_and_a_range() {
        let list = ListLogs {
            log_type: LogType::UserActivity,
            from: "2026-06-01T00:00:00Z".parse().unwrap(),
            to: Some("2026-06-02T00:00:00Z".parse().unwrap()),
        };
        insta::assert_debug_snapshot!(list.request());
    }

    #[test]
    fn what_was_done_may_be_anything() {
        let entry: LogEntry = serde_json::from_str(
            r#"{"userId":"7","logRecord":{"auditId":1,"customData":[{"key":"a","values":["b"]}]}}"#,
        )
        .unwrap();
        assert_eq!(entry.log_record.unwrap()["auditId"], 1);
    }
}
