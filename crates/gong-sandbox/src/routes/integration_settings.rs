//! Integration settings: from where a partner's pages may be shown inside Gong.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    ask::{Answered, Ask},
    rules::{
        Kind::{List, OneOf, Text},
        Rule, check, needs,
    },
    sandbox::lock,
};

/// What was set last.
#[derive(Debug, Default)]
pub(crate) struct IntegrationSettings(Value);

/// `POST /v2/integration-settings`: sets from where a partner's pages may be shown. Scope
/// `api:integration-settings:write`.
pub(super) fn set(ask: &Ask<'_>) -> Answered {
    let mut body = ask.body()?;
    check(&body, &[needs("integrationTypeSettings", List(&SETTING))])?;
    let settings = body.shift_remove("integrationTypeSettings").unwrap_or_default();
    lock(&ask.store.integration_settings).0 = settings;
    Ok(Map::new())
}

/// `GET /v2/integration-settings`: an id that stands for what is set, which is all that Gong shows.
#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn get(ask: &Ask<'_>) -> Answered {
    let settings = lock(&ask.store.integration_settings);
    let digest = Sha256::new()
        .chain_update(ask.options.seed.to_le_bytes())
        .chain_update(settings.0.to_string())
        .finalize();
    let id = BASE64_STANDARD.encode(&digest[..16]);
    Ok(Map::from_iter([("integrationSettings".to_owned(), json!({ "id": id }))]))
}

static SETTING: [Rule; 2] = [
    needs("integrationType", OneOf(&["EMAIL_COMPOSER", "ACCOUNT_PAGES", "DIALER"])),
    needs("allowedOrigin", Text),
];
