//! Putting many prospects into a flow: Gong does it later, and says how far it is.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::{
    FlowId, FlowInstanceId,
    endpoint::{Effect, Endpoint, Request, segment},
    open_enum::open_enum,
    page::Record,
};

/// `POST /v2/flows/prospects/bulk-assignments`: has prospects put into a flow, which begins to reach
/// out to them. Scope `api:flows:write`.
///
/// Gong may create those in the CRM that it does not know by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkAssignProspects {
    /// The e-mail address of the user who gets the tasks.
    pub flow_instance_owner_email: String,
    /// Which flow.
    pub flow_id: FlowId,
    /// Who.
    pub prospects: Vec<BulkProspect>,
}

impl BulkAssignProspects {
    /// How many prospects Gong takes at once.
    pub const MOST_PROSPECTS: usize = 50;
}

impl Endpoint for BulkAssignProspects {
    type Response = Record<BulkAssignment>;

    fn request(&self) -> Request {
        let path = "/v2/flows/prospects/bulk-assignments";
        Request::new(Method::POST, path, Effect::Writes).body(self)
    }
}

/// `GET /v2/flows/prospects/bulk-assignments/{id}`: how far a bulk assignment is. Scope
/// `api:flows:read`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetBulkAssignment {
    /// Which one: the id in the answer to [`BulkAssignProspects`].
    pub id: String,
}

impl Endpoint for GetBulkAssignment {
    type Response = Record<BulkAssignment>;

    fn request(&self) -> Request {
        Request::get(format!("/v2/flows/prospects/bulk-assignments/{}", segment(&self.id)))
    }
}

/// Somebody to put into a flow: by the id in the CRM, or by first and last name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkProspect {
    /// The first name; needed without `crm_id`.
    pub first_name: Option<String>,
    /// The last name; needed without `crm_id`.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The job title.
    pub job_title: Option<String>,
    /// The person's page on `LinkedIn`.
    pub linked_in_url: Option<String>,
    /// The id in the CRM.
    pub crm_id: Option<String>,
    /// The id in the CRM of the account that the person belongs to.
    pub account_crm_id: Option<String>,
    /// Where the person works.
    pub company_name: Option<String>,
}

/// How far a bulk assignment is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BulkAssignment {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Its id, a UUID.
    pub id: Option<String>,
    /// Whether it is over.
    pub status: Option<BulkStatus>,
    /// How many prospects there are.
    pub total_count: Option<i64>,
    /// How many of them Gong has dealt with.
    pub processed_count: Option<i64>,
    /// How many of them are in the flow.
    pub success_count: Option<i64>,
    /// How many of them could not be put there.
    pub failed_count: Option<i64>,
    /// What became of each.
    pub results: Option<Vec<BulkResult>>,
}

open_enum! {
    /// Whether a bulk assignment is over.
    BulkStatus {
        /// Not begun.
        Pending = "PENDING",
        /// Gong is at it.
        InProgress = "IN_PROGRESS",
        /// Over.
        Completed = "COMPLETED",
        /// Over, without success.
        Failed = "FAILED",
    }
}

/// What became of one prospect of a bulk assignment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BulkResult {
    /// Who, as sent.
    pub prospect: Option<BulkProspect>,
    /// Whether the prospect is in the flow.
    pub status: Option<BulkResultStatus>,
    /// The prospect's id in the CRM.
    pub crm_id: Option<String>,
    /// The id of the prospect's way through the flow.
    pub flow_instance_id: Option<FlowInstanceId>,
    /// What kind of reason a failure has.
    pub error_code: Option<String>,
    /// The reason.
    pub error_message: Option<String>,
}

open_enum! {
    /// Whether a prospect is in the flow.
    BulkResultStatus {
        /// No: the CRM refused.
        CrmOperationFailed = "CRM_OPERATION_FAILED",
        /// No: the flow refused.
        FlowAssignmentFailed = "FLOW_ASSIGNMENT_FAILED",
        /// Yes.
        Assigned = "ASSIGNED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prospects_are_sent_without_what_is_not_known_of_them() {
        let assign = BulkAssignProspects {
            flow_instance_owner_email: "ada@acme.example".to_owned(),
            flow_id: "5".parse().unwrap(),
            prospects: vec![BulkProspect {
                crm_id: Some("0032".to_owned()),
                ..BulkProspect::default()
            }],
        };
        insta::assert_debug_snapshot!(assign.request());
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let get = GetBulkAssignment { id: "../x".to_owned() };
        assert_eq!(get.request().path, "/v2/flows/prospects/bulk-assignments/..%2Fx");
    }
}
