//! Taking prospects out of flows.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::{
    FlowId, FlowInstanceId,
    endpoint::{Effect, Endpoint, Request, Resend},
    page::Record,
};

/// `POST /v2/flows/prospects/unassign-flows-by-instance-id`: ends prospects' ways through flows.
/// Scope `api:flows:write`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnassignFlows {
    /// Which; one that Gong does not know fails all of them.
    pub flow_instance_ids: Vec<FlowInstanceId>,
    /// The e-mail address of the user who wants it.
    pub unassigned_by_user_email: Option<String>,
}

impl UnassignFlows {
    /// How many instances Gong takes at once.
    pub const MOST_INSTANCES: usize = 200;
}

impl Endpoint for UnassignFlows {
    type Response = Record<UnassignedFlows>;

    fn request(&self) -> Request {
        let path = "/v2/flows/prospects/unassign-flows-by-instance-id";
        Request::new(Method::POST, path, Effect::Erases).resend(Resend::SameState).body(self)
    }
}

/// `POST /v2/flows/prospects/unassign-flows-by-crm-id`: takes a prospect out of a flow, or out of
/// all of them. Scope `api:flows:write`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnassignProspect {
    /// The prospect's id in the CRM.
    pub crm_prospect_id: String,
    /// Which flow; `None` is all that the prospect is in.
    pub flow_id: Option<FlowId>,
    /// The e-mail address of the user who wants it.
    pub unassigned_by_user_email: Option<String>,
}

impl Endpoint for UnassignProspect {
    type Response = Record<UnassignedFlows>;

    fn request(&self) -> Request {
        let path = "/v2/flows/prospects/unassign-flows-by-crm-id";
        Request::new(Method::POST, path, Effect::Erases).resend(Resend::SameState).body(self)
    }
}

/// Which prospects' ways through flows were ended.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UnassignedFlows {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Those that were ended; what was asked for and is not here goes on.
    pub unassigned_flow_instance_ids: Option<Vec<FlowInstanceId>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_named_in_the_body() {
        let unassign = UnassignFlows {
            flow_instance_ids: vec!["7".parse().unwrap()],
            unassigned_by_user_email: None,
        };
        insta::assert_debug_snapshot!(unassign.request());
    }

    #[test]
    fn a_prospect_without_a_flow_leaves_all() {
        let unassign: UnassignProspect =
            serde_json::from_str(r#"{"crmProspectId": "0032"}"#).unwrap();
        insta::assert_debug_snapshot!(unassign.request());
    }
}
