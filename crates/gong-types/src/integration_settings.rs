//! Integration settings: from where the pages of partners may be shown inside Gong.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::{
    Acknowledgement,
    endpoint::{Effect, Endpoint, Request, Resend},
    open_enum::open_enum,
    page::Record,
};

/// `POST /v2/integration-settings`: says from where pages may be shown. Scope
/// `api:integration-settings:write`.
///
/// There is no way to see what was set before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetIntegrationSettings {
    /// From where, for each kind of integration.
    pub integration_type_settings: Vec<AllowedOrigin>,
}

impl Endpoint for SetIntegrationSettings {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        Request::new(Method::POST, "/v2/integration-settings", Effect::Writes)
            .resend(Resend::AfterLook)
            .body(self)
    }
}

/// `GET /v2/integration-settings`: the id of the settings. No scope is known.
///
/// None of Gong's documents has this operation; Gong answers all the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GetIntegrationSettings;

impl Endpoint for GetIntegrationSettings {
    type Response = Record<IntegrationSettings>;

    fn request(&self) -> Request {
        Request::get("/v2/integration-settings").answer("integrationSettings")
    }
}

/// From where the pages of one kind of integration may be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowedOrigin {
    /// Which kind.
    pub integration_type: IntegrationType,
    /// The origin, such as `https://acme.partner.example`.
    pub allowed_origin: String,
}

open_enum! {
    /// What an integration adds to Gong.
    IntegrationType {
        /// Something where e-mails are written.
        EmailComposer = "EMAIL_COMPOSER",
        /// Something on the pages of accounts.
        AccountPages = "ACCOUNT_PAGES",
        /// Something to call with.
        Dialer = "DIALER",
    }
}

/// The settings, as far as Gong shows them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct IntegrationSettings {
    /// Their id, in Base64.
    pub id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_sent_as_they_were_written() {
        let set: SetIntegrationSettings = serde_json::from_str(
            r#"{"integrationTypeSettings":
                [{"integrationType": "DIALER", "allowedOrigin": "https://acme.partner.example"}]}"#,
        )
        .unwrap();
        insta::assert_debug_snapshot!(set.request());
    }
}
