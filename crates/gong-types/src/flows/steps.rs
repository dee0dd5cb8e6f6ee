//! The steps of flows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::FlowVisibility;
use crate::{
    FlowFolderId, FlowId, FlowStepId,
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Page,
};

/// `POST /v2/flows/steps`: flows with their steps. Scope `api:flows:read`.
///
/// One flow that Gong does not know fails all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetFlowSteps {
    /// Which flows.
    pub flow_ids: Vec<FlowId>,
}

impl GetFlowSteps {
    /// How many flows Gong takes at once.
    pub const MOST_FLOWS: usize = 20;
}

impl Endpoint for GetFlowSteps {
    type Response = Page<FlowWithSteps>;

    fn request(&self) -> Request {
        Request::search("/v2/flows/steps").body(self).answer("flows")
    }
}

/// A flow with its steps.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlowWithSteps {
    /// Its id.
    pub id: FlowId,
    /// Its name.
    pub name: Option<String>,
    /// The folder that it is in.
    pub folder_id: Option<FlowFolderId>,
    /// Who can use it.
    pub visibility: Option<FlowVisibility>,
    /// When it was created.
    pub creation_date: Option<Timestamp>,
    /// Whether a prospect in it cannot be in another flow.
    pub exclusive: Option<bool>,
    /// What it is for.
    pub description: Option<String>,
    /// Its steps.
    pub steps: Option<Vec<FlowStep>>,
}

/// A step of a flow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlowStep {
    /// Its id.
    pub id: Option<FlowStepId>,
    /// Its place in the flow, counted from 1.
    pub step_order: Option<i64>,
    /// What is done.
    pub action: Option<FlowStepAction>,
    /// The subject of the e-mail.
    pub subject: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// Whether it answers an e-mail of an earlier step.
    pub is_reply: Option<bool>,
}

open_enum! {
    /// What is done in a step of a flow.
    FlowStepAction {
        /// A user sends an e-mail.
        SendEmail = "SEND_EMAIL",
        /// Gong sends an e-mail by itself.
        AutoSendEmail = "AUTO_SEND_EMAIL",
        /// A user calls.
        Call = "CALL",
        /// A user asks for a connection on `LinkedIn`.
        LinkedinConnect = "LINKEDIN_CONNECT",
        /// A user writes on `LinkedIn`.
        LinkedinMessage = "LINKEDIN_MESSAGE",
        /// Something else.
        Custom = "CUSTOM",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_are_named_in_the_body() {
        let get = GetFlowSteps { flow_ids: vec!["1".parse().unwrap(), "2".parse().unwrap()] };
        assert_eq!(get.request().body.unwrap().get(), r#"{"flowIds":["1","2"]}"#);
    }
}
