//! Anything else that was done with content: telling Gong of it.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AgentPlatform, EngagementPerson, EventProperty, Sharer, keyed};
use crate::{
    Acknowledgement, NewCrmContext, WorkspaceId,
    endpoint::{Effect, Endpoint, Request},
    page::Record,
};

/// `PUT /v2/customer-engagement/action`: tells Gong that somebody did something with content, such as
/// signing a contract. Scope `api:engagement-data:write`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomAction {
    /// The name of the system that tells of it, always the same.
    pub reporting_system: String,
    /// When it happened.
    pub event_timestamp: Timestamp,
    /// The id of the event, by which Gong knows a repeat.
    pub event_id: Option<String>,
    /// The id of the content.
    pub content_id: Option<String>,
    /// The address of the content.
    pub content_url: Option<String>,
    /// The title of the content.
    pub content_title: Option<String>,
    /// What to call it, such as `Contract Signed`.
    pub action_name: Option<String>,
    /// The address of more about the event.
    pub event_info_url: Option<String>,
    /// Who did it.
    pub actor: Option<EngagementPerson>,
    /// What it is linked to in the CRM.
    pub crm_context: Option<Vec<NewCrmContext>>,
    /// More about the content.
    pub content_properties: Option<Vec<EventProperty>>,
    /// More about the event.
    pub event_properties: Option<Vec<EventProperty>>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// The name of the application on the phone.
    pub mobile_app_id: Option<String>,
    /// What the person used.
    pub agent_platform: Option<AgentPlatform>,
    /// The workspace that it belongs to; Gong chooses one otherwise.
    pub workspace_id: Option<WorkspaceId>,
    /// Who of outside the company had to do with it.
    pub non_company_participants: Option<Vec<EngagementPerson>>,
    /// The address of more about it.
    pub more_info_url: Option<String>,
    /// Who shared the content.
    pub sharer: Option<Sharer>,
    /// The subject of the message that the content was shared in.
    pub sharing_message_subject: Option<String>,
    /// What ties it to the sharing of the content.
    pub share_id: Option<String>,
    /// What Gong's tracking knows the person by.
    pub tracking_id: Option<String>,
    /// The text of the message that the content was shared in.
    pub sharing_message_body: Option<String>,
}

impl Endpoint for CustomAction {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        let request = Request::new(Method::PUT, "/v2/customer-engagement/action", Effect::Writes);
        keyed(request.body(self), self.event_id.as_ref())
    }
}
