//! Integrations: the one CRM that is connected through Gong's API.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::AcceptedCrmRequest;
use crate::{
    IntegrationId,
    endpoint::{Effect, Endpoint, Request},
    page::{Answer as _, Page, Record},
};

/// `GET /v2/crm/integrations`: the integration of the company, if there is one. Scope
/// `api:crm:integrations:read`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListIntegrations;

impl Endpoint for ListIntegrations {
    type Response = Page<Integration>;

    fn request(&self) -> Request {
        Request::get("/v2/crm/integrations").answer("integrations")
    }
}

/// `PUT /v2/crm/integrations`: connects a CRM. Scope `api:crm:integration:register`.
///
/// Gong refuses it while another one is connected, also one that Gong connects to by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterIntegration {
    /// The e-mail address of who is in charge of it.
    pub owner_email: String,
    /// What to call it.
    pub name: String,
}

impl Endpoint for RegisterIntegration {
    type Response = Record<RegisteredIntegration>;

    fn request(&self) -> Request {
        Request::new(Method::PUT, "/v2/crm/integrations", Effect::Writes)
            .body(self)
            .look(ListIntegrations.request(), registered)
    }
}

/// `DELETE /v2/crm/integrations`: disconnects the CRM and deletes all that came from it, which takes
/// up to a day. Scope `api:crm:integration:delete`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteIntegration {
    /// Which one.
    pub integration_id: IntegrationId,
    /// A name for this request: letters, digits, `-` and `_`, never used before.
    pub client_request_id: String,
}

impl Endpoint for DeleteIntegration {
    type Response = Record<AcceptedCrmRequest>;

    fn request(&self) -> Request {
        Request::new(Method::DELETE, "/v2/crm/integrations", Effect::Erases)
            .query(self)
            .key(&self.client_request_id)
    }
}

/// A CRM that is connected through Gong's API.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Integration {
    /// Its id.
    pub integration_id: IntegrationId,
    /// The e-mail address of who is in charge of it.
    pub owner_email: Option<String>,
    /// What it is called.
    pub name: Option<String>,
}

/// An integration that was just made.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegisteredIntegration {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Its id, which all other requests about it want.
    pub integration_id: Option<IntegrationId>,
}

/// The answer to [`RegisterIntegration`] if what it sent is listed.
fn registered(sent: &Request, listed: &str) -> Option<String> {
    /// The id as Gong wrote it.
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Id {
        integration_id: Box<RawValue>,
    }

    let wanted: RegisterIntegration = serde_json::from_str(sent.body.as_ref()?.get()).ok()?;
    let listed = Page::<Integration>::decode(listed, Some("integrations")).ok()?;
    let found = listed.items.into_iter().find(|item| {
        item.read().is_ok_and(|it| {
            let owner = it.owner_email.unwrap_or_default();
            it.name.as_deref() == Some(&wanted.name)
                && owner.eq_ignore_ascii_case(&wanted.owner_email)
        })
    })?;
    let id: Id = found.cast().read().ok()?;
    Some(format!(r#"{{"integrationId":{}}}"#, id.integration_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> RegisterIntegration {
        RegisterIntegration { owner_email: "ada@acme.example".to_owned(), name: "Own".to_owned() }
    }

    fn look(text: &str) -> Option<String> {
        let sent = register().request();
        (sent.look.as_ref().unwrap().shows)(&sent, text)
    }

    #[test]
    fn an_integration_is_registered_by_name_and_looked_for_in_the_list() {
        let mut request = register().request();
        assert_eq!(*request.look.take().unwrap().request, ListIntegrations.request());
        insta::assert_debug_snapshot!(request);
    }

    #[test]
    fn the_same_name_and_owner_in_the_list_is_the_lost_answer() {
        let listed = r#"{"requestId":"x","integrations":[
            {"integrationId":1,"ownerEmail":"ada@acme.example","name":"Other"},
            {"integrationId":6286478263646123456,"ownerEmail":"Ada@acme.example","name":"Own"}]}"#;
        let answer = look(listed).unwrap();
        assert_eq!(answer, r#"{"integrationId":6286478263646123456}"#);
        let read: RegisteredIntegration = serde_json::from_str(&answer).unwrap();
        assert_eq!(read.integration_id.unwrap().as_str(), "6286478263646123456");
    }

    #[test]
    fn any_other_list_shows_nothing() {
        for text in [
            r#"{"integrations":[]}"#,
            r#"{"integrations":[{"integrationId":1,"ownerEmail":"a@b.example","name":"Own"}]}"#,
            r#"{"integrations":[{"integrationId":1,"ownerEmail":"ada@acme.example"}]}"#,
            r#"{"integrations":[{"ownerEmail":"ada@acme.example","name":"Own"}]}"#,
            "{}",
            "no JSON",
        ] {
            assert_eq!(look(text), None, "{text}");
        }
    }

    #[test]
    fn a_deletion_is_known_by_the_name_of_its_request() {
        let delete = DeleteIntegration {
            integration_id: "6286478263646".parse().unwrap(),
            client_request_id: "gone-1".to_owned(),
        };
        insta::assert_debug_snapshot!(delete.request());
    }
}
