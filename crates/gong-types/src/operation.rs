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
    /// Every operation that is known.
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
    use std::collections::BTreeSet;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::{
        ActivityByPeriod, AddCall, AddInteraction, AggregateActivity, AggregationPeriod,
        AnsweredScorecards, AskEntity, AssignProspects, BulkAssignProspects,
        CheckMeetingIntegration, CreateMeeting, CreatePermissionProfile, CrmObjectType,
        CrmUploadType, CustomAction, DailyActivity, DeleteIntegration, DeleteMeeting,
        Endpoint as _, EntityPeriod, EraseEmail, ErasePhone, FindEmail, FindPhone, GenerateBrief,
        GetBulkAssignment, GetCall, GetCoaching, GetCrmObjects, GetFlowSteps,
        GetIntegrationSettings, GetPermissionProfile, GetRequestStatus, GetTranscripts, GetUser,
        GrantCallAccess, IntegrationId, InteractionStats, ListAssignedFlows, ListBriefs,
        ListCallAccess, ListCallOutcomes, ListCalls, ListFlowFolders, ListFlows, ListFolderCalls,
        ListFolders, ListIntegrations, ListLogs, ListManualAssociations, ListMeetings,
        ListPermissionProfiles, ListProfileUsers, ListSchema, ListScorecards, ListSettingsHistory,
        ListTargets, ListTasks, ListTrackers, ListUsers, ListWorkspaces, LogType, OverrideCoolOff,
        PermissionProfile, RegisterIntegration, Request, RevokeCallAccess, SearchCalls,
        SearchUsers, SetIntegrationSettings, ShareContent, UnassignFlows, UnassignProspect,
        UpdateMeeting, UpdatePermissionProfile, UpdateTask, UploadCrmObjects, UploadMedia,
        UploadSchema, UploadTargetAssignments, ViewContent,
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

    fn requests_for_deals_and_meetings() -> Vec<Request> {
        let integration: IntegrationId = "1".parse().unwrap();
        let id = || "1".to_owned();
        let event = r#"{"reportingSystem":"x","eventTimestamp":"2026-01-01T00:00:00Z","eventId":"1",
            "contentId":"x","contentUrl":"x","contentTitle":"x"}"#;
        let interaction = r#"{"eventId":"1","timestamp":"2026-01-01T00:00:00Z","eventType":"x",
            "content":{"contentTitle":"x"}}"#;
        let meeting: CreateMeeting = from_json(
            r#"{"startTime":"2026-01-01T00:00:00Z","endTime":"2026-01-01T01:00:00Z","invitees":[],
                "organizerEmail":"ada@acme.example"}"#,
        );
        vec![
            ListIntegrations.request(),
            RegisterIntegration { owner_email: id(), name: id() }.request(),
            DeleteIntegration { integration_id: integration.clone(), client_request_id: id() }
                .request(),
            ListSchema { integration_id: integration.clone(), object_type: None }.request(),
            UploadSchema {
                integration_id: integration.clone(),
                object_type: CrmObjectType::Deal,
                fields: Vec::new(),
            }
            .request(),
            GetCrmObjects {
                integration_id: integration.clone(),
                object_type: CrmObjectType::Deal,
                ids: Vec::new(),
            }
            .request(),
            UploadCrmObjects {
                integration_id: integration.clone(),
                object_type: CrmUploadType::Stage,
                client_request_id: id(),
            }
            .request(),
            GetRequestStatus { integration_id: integration, client_request_id: id() }.request(),
            meeting.request(),
            UpdateMeeting { id: "1".parse().unwrap(), meeting }.request(),
            DeleteMeeting { id: "1".parse().unwrap(), organizer_email: None }.request(),
            CheckMeetingIntegration { emails: Vec::new() }.request(),
            from_json::<AddInteraction>(interaction).request(),
            from_json::<ShareContent>(event).request(),
            from_json::<ViewContent>(event).request(),
            from_json::<CustomAction>(event).request(),
            SetIntegrationSettings { integration_type_settings: Vec::new() }.request(),
            GetIntegrationSettings.request(),
            ListTargets { workspace_id: "1".parse().unwrap() }.request(),
            UploadTargetAssignments {
                target_id: id(),
                workspace_id: "1".parse().unwrap(),
                validate_only: None,
            }
            .request(),
        ]
    }

    fn requests_for_flows_and_tasks() -> Vec<Request> {
        let email = || "ada@acme.example".to_owned();
        let assign: AssignProspects =
            from_json(r#"{"crmProspectsIds":[],"flowId":"1","flowInstanceOwnerEmail":"x"}"#);
        let tasks = ListTasks {
            user_id: "1".parse().unwrap(),
            workspace_id: None,
            types: Vec::new(),
            actions: Vec::new(),
            statuses: Vec::new(),
        };
        let ask = AskEntity {
            workspace_id: "1".parse().unwrap(),
            crm_entity_type: CrmObjectType::Deal,
            crm_entity_id: "x".to_owned(),
            time_period: EntityPeriod::ThisWeek,
            from: None,
            to: None,
            question: "x".to_owned(),
        };
        let brief = GenerateBrief {
            workspace_id: "1".parse().unwrap(),
            brief_name: "x".to_owned(),
            crm_entity_type: CrmObjectType::Deal,
            crm_entity_id: "x".to_owned(),
            time_period: EntityPeriod::ThisWeek,
            from: None,
            to: None,
        };
        vec![
            tasks.request(),
            UpdateTask { id: "1".parse().unwrap(), change: from_json(r#"{"userId":"1"}"#) }
                .request(),
            ask.request(),
            brief.request(),
            ListFlows {
                owner_email: email(),
                workspace_id: None,
                folder_id: None,
                most_recently_assigned: None,
            }
            .request(),
            ListFlowFolders { owner_email: email(), parent_id: None, workspace_id: None }.request(),
            GetFlowSteps { flow_ids: Vec::new() }.request(),
            ListAssignedFlows::default().request(),
            assign.request(),
            OverrideCoolOff { assignment: assign }.request(),
            from_json::<UnassignFlows>(r#"{"flowInstanceIds":[]}"#).request(),
            from_json::<UnassignProspect>(r#"{"crmProspectId":"x"}"#).request(),
            BulkAssignProspects {
                flow_instance_owner_email: email(),
                flow_id: "1".parse().unwrap(),
                prospects: Vec::new(),
            }
            .request(),
            GetBulkAssignment { id: "x".to_owned() }.request(),
        ]
    }

    fn from_json<T: DeserializeOwned>(text: &str) -> T {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_operation_has_an_endpoint_that_agrees_with_the_table() {
        let more = [
            requests_for_calls_and_people(),
            requests_for_deals_and_meetings(),
            requests_for_flows_and_tasks(),
        ];
        let mut missing: BTreeSet<_> = Operation::all().iter().map(|it| it.id.as_str()).collect();
        for request in requests().into_iter().chain(more.into_iter().flatten()) {
            let operation = Operation::of(&request.method, &request.path).unwrap();
            missing.remove(operation.id.as_str());
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
        assert!(missing.is_empty(), "no endpoint for {missing:?}");
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
