//! Prospects in flows: who is in which, and putting them there.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    FlowId, FlowInstanceId, WorkspaceId,
    endpoint::{Effect, Endpoint, Request},
    open_enum::open_enum,
    page::{Page, Record},
};

/// `POST /v2/flows/prospects`: the flows that prospects are in. Scope `api:flows:read`.
///
/// Asked for by prospect, only the flows that go on are listed; by instance, also those that ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListAssignedFlows {
    /// Only the flows of these contacts and leads, by their ids in the CRM.
    pub crm_prospects_ids: Option<Vec<String>>,
    /// Only these instances.
    pub flow_instance_ids: Option<Vec<FlowInstanceId>>,
}

impl Endpoint for ListAssignedFlows {
    type Response = Page<AssignedFlow>;

    fn request(&self) -> Request {
        Request::search("/v2/flows/prospects").body(self).answer("prospectsAssigned")
    }
}

/// `POST /v2/flows/prospects/assign`: puts prospects into a flow, which begins to reach out to them.
/// Scope `api:flows:write`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignProspects {
    /// The contacts and leads, by their ids in the CRM.
    pub crm_prospects_ids: Vec<String>,
    /// Which flow.
    pub flow_id: FlowId,
    /// The e-mail address of the user who gets the tasks.
    pub flow_instance_owner_email: String,
    /// What is different from the flow this time.
    pub overrides: Option<AssignOverrides>,
    /// What this instance is for.
    pub flow_instance_description: Option<String>,
}

impl AssignProspects {
    /// How many prospects Gong takes at once.
    pub const MOST_PROSPECTS: usize = 100;
}

impl Endpoint for AssignProspects {
    type Response = Record<Assignment>;

    fn request(&self) -> Request {
        Request::new(Method::POST, "/v2/flows/prospects/assign", Effect::Writes).body(self)
    }
}

/// `POST /v2/flows/prospects/assign/cool-off-override`: puts prospects into a flow even if they were
/// in one a short while ago. Scope `api:flows:write`.
///
/// Gong prefers [`AssignOverrides::cool_off_override`].
#[derive(Debug, Clone, PartialEq)]
pub struct OverrideCoolOff {
    /// Who is put where.
    pub assignment: AssignProspects,
}

impl Endpoint for OverrideCoolOff {
    type Response = Record<Assignment>;

    fn request(&self) -> Request {
        let path = "/v2/flows/prospects/assign/cool-off-override";
        Request::new(Method::POST, path, Effect::Writes).body(&self.assignment)
    }
}

/// What is different from the flow for some prospects.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignOverrides {
    /// Steps with other words.
    pub steps: Option<Vec<StepOverride>>,
    /// Variables with other values, in all steps.
    pub flow_instance_variables: Option<Vec<VariableOverride>>,
    /// Whether to take prospects who were in a flow a short while ago.
    pub cool_off_override: Option<bool>,
}

/// Other words for a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepOverride {
    /// Which step, counted from 1.
    pub number: i64,
    /// The subject instead.
    pub subject: Option<String>,
    /// The text instead.
    pub body: Option<String>,
}

/// Another value for a variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VariableOverride {
    /// The name of the variable.
    pub name: String,
    /// The value instead.
    pub value: String,
}

/// What became of an assignment: Gong may take some prospects and refuse others.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Assignment {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Who is in the flow now.
    pub prospects_assigned: Option<Vec<AssignedFlow>>,
    /// Who is not, and why.
    pub prospects_not_assigned: Option<Vec<AssignmentFailure>>,
}

/// A prospect in a flow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssignedFlow {
    /// Which flow.
    pub flow_id: Option<FlowId>,
    /// The name of the flow.
    pub flow_name: Option<String>,
    /// The prospect's id in the CRM.
    pub crm_prospect_id: Option<String>,
    /// The id of this prospect's way through the flow.
    pub flow_instance_id: Option<FlowInstanceId>,
    /// The e-mail address of the user who gets the tasks.
    pub flow_instance_owner_email: Option<String>,
    /// The name of that user.
    pub flow_instance_owner_full_name: Option<String>,
    /// When the prospect was put into the flow.
    pub flow_instance_create_date: Option<Timestamp>,
    /// How far it is.
    pub flow_instance_status: Option<FlowInstanceStatus>,
    /// The workspace of the flow.
    pub workspace_id: Option<WorkspaceId>,
    /// Whether the prospect cannot be in another flow.
    pub exclusive: Option<bool>,
}

open_enum! {
    /// How far a prospect's way through a flow is.
    FlowInstanceStatus {
        /// Not begun.
        Pending = "Pending",
        /// It goes on.
        Running = "Running",
        /// Halted.
        Paused = "Paused",
        /// At its end, without an answer.
        FinishedNoReply = "FinishedNoReply",
        /// At its end, since the prospect answered.
        FinishedResponse = "FinishedResponse",
        /// At its end.
        Finished = "Finished",
    }
}

/// A prospect who was not put into a flow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssignmentFailure {
    /// Which flow.
    pub flow_id: Option<FlowId>,
    /// The prospect's id in the CRM.
    pub crm_prospect_id: Option<String>,
    /// What kind of reason it has.
    pub error_code: Option<AssignmentErrorCode>,
    /// The reason.
    pub error_message: Option<String>,
}

open_enum! {
    /// Why a prospect was not put into a flow.
    AssignmentErrorCode {
        /// Something in the request is wrong.
        InvalidArgument = "InvalidArgument",
        /// The prospect or the flow does not allow it now.
        InvalidState = "InvalidState",
        /// Gong failed.
        UnexpectedError = "UnexpectedError",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assignment() -> AssignProspects {
        serde_json::from_str(
            r#"{"crmProspectsIds": ["0032"], "flowId": "5", "flowInstanceOwnerEmail": "a@b.example",
                "overrides": {"steps": [{"number": 1, "subject": "Hello"}], "coolOffOverride": true}}"#,
        )
        .unwrap()
    }

    #[test]
    fn an_assignment_is_sent_as_it_was_written() {
        insta::assert_debug_snapshot!(assignment().request());
    }

    #[test]
    fn the_older_operation_takes_the_same_body() {
        let request = OverrideCoolOff { assignment: assignment() }.request();
        assert_eq!(request.to_string(), "POST /v2/flows/prospects/assign/cool-off-override");
        assert_eq!(request.body.unwrap().get(), assignment().request().body.unwrap().get());
    }

    #[test]
    fn a_missing_member_of_an_assignment_is_named() {
        let error = serde_json::from_str::<AssignProspects>(r#"{"flowId": "5"}"#).unwrap_err();
        assert!(error.to_string().contains("crmProspectsIds"), "{error}");
    }

    #[test]
    fn one_sort_of_id_is_enough() {
        let list = ListAssignedFlows {
            flow_instance_ids: Some(vec!["7".parse().unwrap()]),
            ..ListAssignedFlows::default()
        };
        assert_eq!(list.request().body.unwrap().get(), r#"{"flowInstanceIds":["7"]}"#);
    }
}
