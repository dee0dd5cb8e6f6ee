//! The table of facts about every operation of the API, for requests that no endpoint makes.

use std::sync::LazyLock;

use http::Method;
use serde::Deserialize;

use crate::endpoint::{Effect, Resend};

/// What is known of one operation.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Operation {
    /// A short name, such as `calls-list`.
    pub id: String,
    method: String,
    /// The path with its placeholders, such as `/v2/calls/{id}`.
    pub path: String,
    /// The scopes that it needs; none where Gong states none.
    pub scopes: Vec<String>,
    /// Where the cursor goes: `query` or `body`; `None` if the operation is not paged.
    pub cursor: Option<String>,
    /// The member of the answer that holds what was asked for.
    pub answer: Option<String>,
    /// How dangerous it is, in one word such as `read`, `write` or `irreversible`.
    pub risk: String,
    effect: String,
    retry: String,
    /// Whether a person is asked before it is sent: it spends credits, sends mail to people, changes
    /// who may see what, or erases.
    pub asks: bool,
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../spec/operations.json"))
        .expect("the table is part of this crate and read by its tests")
});

impl Operation {
    /// Every operation that is known, also the ones that no endpoint is written for yet.
    pub fn all() -> &'static [Self] {
        &OPERATIONS
    }

    /// The operation that a request goes to.
    pub fn of(method: &Method, path: &str) -> Option<&'static Self> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        // `/v2/calls/extensive` is also matched by `/v2/calls/{id}`.
        Self::all()
            .iter()
            .filter(|operation| operation.method == method.as_str())
            .filter(|operation| matches(&operation.path, path))
            .min_by_key(|operation| operation.path.matches('{').count())
    }

    /// The HTTP method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// What it does to the company.
    pub fn effect(&self) -> Effect {
        match self.effect.as_str() {
            "reads" => Effect::Reads,
            "costs" => Effect::Costs,
            "erases" => Effect::Erases,
            _ => Effect::Writes,
        }
    }

    /// When a request to it may be sent again although nobody knows what became of it. For
    /// [`Resend::WithKey`] the request must have a key, which is optional for some operations.
    pub fn resend(&self) -> Resend {
        match self.retry.as_str() {
            "read" => Resend::Freely,
            "keyed" | "keyed-if-set" => Resend::WithKey,
            "set-state" => Resend::SameState,
            "verify-first" => Resend::AfterLook,
            _ => Resend::Never,
        }
    }
}

fn matches(template: &str, path: &str) -> bool {
    let mut segments = path.trim_end_matches('/').split('/');
    let all = template.split('/').all(|part| {
        segments.next().is_some_and(|segment| {
            part == segment || (part.starts_with('{') && !segment.is_empty())
        })
    });
    all && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ActivityByPeriod, AddCall, AggregateActivity, AggregationPeriod, AnsweredScorecards,
        CreatePermissionProfile, DailyActivity, Endpoint as _, EraseEmail, ErasePhone, FindEmail,
        FindPhone, GetCall, GetCoaching, GetPermissionProfile, GetTranscripts, GetUser,
        GrantCallAccess, InteractionStats, ListBriefs, ListCallAccess, ListCallOutcomes, ListCalls,
        ListFolderCalls, ListFolders, ListLogs, ListManualAssociations, ListMeetings,
        ListPermissionProfiles, ListProfileUsers, ListScorecards, ListSettingsHistory,
        ListTrackers, ListUsers, ListWorkspaces, LogType, PermissionProfile, Request,
        RevokeCallAccess, SearchCalls, SearchUsers, UpdatePermissionProfile, UploadMedia,
    };

    fn requests() -> Vec<Request> {
        let day = "2026-01-01".parse().unwrap();
        vec![
            ListCalls::default().request(),
            GetCall { id: "1".parse().unwrap() }.request(),
            SearchCalls::default().request(),
            GetTranscripts::default().request(),
            ListUsers::default().request(),
            GetUser { id: "1".parse().unwrap() }.request(),
            SearchUsers::default().request(),
            AggregateActivity { from: day, to: day, user_ids: None }.request(),
            ListWorkspaces.request(),
            ListMeetings::default().request(),
        ]
    }

    fn requests_for_calls_and_people() -> Vec<Request> {
        let day = "2026-01-01".parse().unwrap();
        let moment = "2026-01-01T00:00:00Z".parse().unwrap();
        let profile = PermissionProfile::default;
        let (email, phone) = ("jane@example.com".to_owned(), "+15550100".to_owned());
        let call = r#"{"clientUniqueId":"x","actualStart":"2026-01-01T00:00:00Z","parties":[],
            "direction":"Inbound","primaryUser":"1"}"#;
        vec![
            serde_json::from_str::<AddCall>(call).unwrap().request(),
            UploadMedia { id: "1".parse().unwrap() }.request(),
            ListCallAccess { call_ids: Vec::new() }.request(),
            GrantCallAccess { call_access_list: Vec::new() }.request(),
            RevokeCallAccess { call_access_list: Vec::new() }.request(),
            ListManualAssociations::default().request(),
            ListSettingsHistory { id: "1".parse().unwrap() }.request(),
            InteractionStats { from: day, to: day, user_ids: None }.request(),
            AnsweredScorecards::default().request(),
            DailyActivity { from: day, to: day, user_ids: None }.request(),
            ActivityByPeriod { every: AggregationPeriod::Day, from: day, to: day, user_ids: None }
                .request(),
            ListTrackers::default().request(),
            ListScorecards.request(),
            ListBriefs::default().request(),
            ListLogs { log_type: LogType::Access, from: moment, to: None }.request(),
            ListFolders::default().request(),
            ListFolderCalls { folder_id: "1".parse().unwrap() }.request(),
            GetCoaching {
                workspace_id: "1".parse().unwrap(),
                manager_id: "1".parse().unwrap(),
                from: moment,
                to: moment,
            }
            .request(),
            ListCallOutcomes.request(),
            ListPermissionProfiles { workspace_id: "1".parse().unwrap() }.request(),
            GetPermissionProfile { profile_id: "1".parse().unwrap() }.request(),
            CreatePermissionProfile { workspace_id: "1".parse().unwrap(), profile: profile() }
                .request(),
            UpdatePermissionProfile { profile_id: "1".parse().unwrap(), profile: profile() }
                .request(),
            ListProfileUsers { profile_id: "1".parse().unwrap() }.request(),
            FindEmail { email_address: email.clone() }.request(),
            FindPhone { phone_number: phone.clone() }.request(),
            EraseEmail { email_address: email }.request(),
            ErasePhone { phone_number: phone }.request(),
        ]
    }

    #[test]
    fn every_endpoint_agrees_with_the_table() {
        for request in requests().into_iter().chain(requests_for_calls_and_people()) {
            let operation = Operation::of(&request.method, &request.path).unwrap();
            assert_eq!(operation.effect(), request.effect, "{request}");
            assert_eq!(operation.answer, request.answer, "{request}");
            assert_eq!(operation.resend(), request.resend, "{request}");
            let next = request.after("c");
            let in_query = next.query.iter().any(|(name, _)| name == "cursor");
            let place = if in_query { "query" } else { "body" };
            if let Some(cursor) = &operation.cursor {
                assert_eq!(cursor, place, "{request}");
            }
        }
    }

    #[test]
    fn there_are_72_rows_and_each_is_found_by_its_own_path() {
        assert_eq!(Operation::all().len(), 72);
        for operation in Operation::all() {
            let method = operation.method.parse().unwrap();
            let path = operation.path.replace(['{', '}'], "");
            assert_eq!(Operation::of(&method, &path).unwrap().id, operation.id);
        }
    }

    #[test]
    fn a_read_by_method_that_spends_credits_is_no_read() {
        let operation = Operation::of(&Method::GET, "/v2/entities/ask-entity").unwrap();
        assert_eq!((operation.effect(), operation.asks), (Effect::Costs, true));
    }

    #[test]
    fn a_path_that_only_begins_like_an_operation_is_none() {
        assert!(Operation::of(&Method::GET, "/v2/calls/1/2").is_none());
        assert!(Operation::of(&Method::GET, "/v2").is_none());
        assert!(Operation::of(&Method::DELETE, "/v2/calls").is_none());
    }
}
