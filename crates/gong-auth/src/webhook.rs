//! Webhooks: whether what came to your server came from Gong, as it is, now, and for you.

use std::time::{Duration, SystemTime};

use aws_lc_rs::{
    digest::{SHA256, digest},
    rsa::PublicEncryptingKey,
    signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value};
use url::Url;

/// The public key of one automation rule, with which its deliveries are verified.
///
/// Nothing in a delivery is different each time, so one that somebody recorded is good until it
/// expires, and Gong may itself send one twice. Remember the ids of the calls that you have
/// handled, and pass over those that come again.
#[derive(Debug, Clone)]
pub struct WebhookKey {
    /// A `SubjectPublicKeyInfo`.
    der: Vec<u8>,
}

/// What came to your server.
#[derive(Debug, Clone, Copy)]
pub struct WebhookDelivery<'a> {
    /// The header `Authorization`: a token, with or without `Bearer ` before it.
    pub authorization: &'a str,
    /// The bytes of the body, before anything has read or changed them.
    pub body: &'a [u8],
    /// The address of the rule, as Gong knows it, and not as it is behind your proxy.
    pub url: &'a Url,
}

/// What the token of a verified delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookClaims {
    /// The address it was sent to, with the query.
    pub url: Url,
    /// When the token expires.
    pub expires: SystemTime,
}

/// Why a key is none, or why a delivery is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The text is not an RSA public key of 2048 to 8192 bits, as base64 or as PEM.
    #[error("this is no RSA public key of 2048 bits or more")]
    BadKey,
    /// The header holds no JSON web token, or one without this part.
    #[error("the token of the webhook has no readable {part}")]
    Malformed {
        /// What is missing: `header`, `signature`, or the name of a claim.
        part: &'static str,
    },
    /// The token says that it is signed in another way than RS256, or not at all.
    #[error("the token of the webhook is not signed with RS256")]
    Algorithm,
    /// The key of another rule signed the token, or nobody did.
    #[error("the signature of the webhook is not by this key")]
    Signature,
    /// The token is too old, or this clock is wrong.
    #[error("the token of the webhook has expired")]
    Expired,
    /// The body is not the one that was signed.
    #[error("the body of the webhook is not the one that was signed")]
    Body,
    /// It was sent to another address.
    #[error("the webhook was sent to another address")]
    Url,
}

impl WebhookKey {
    /// Reads a key as Gong shows it, base64 of a `SubjectPublicKeyInfo`, or the same as PEM.
    pub fn parse(text: &str) -> Result<Self, WebhookError> {
        let text = text.trim();
        let base64 = match text.strip_prefix("-----BEGIN PUBLIC KEY-----") {
            Some(rest) => {
                rest.strip_suffix("-----END PUBLIC KEY-----").ok_or(WebhookError::BadKey)?
            }
            None => text,
        };
        let base64: String = base64.split_ascii_whitespace().collect();
        let der = BASE64_STANDARD.decode(base64).map_err(|_| WebhookError::BadKey)?;
        PublicEncryptingKey::from_der(&der).map_err(|_| WebhookError::BadKey)?;
        Ok(Self { der })
    }

    /// Verifies a delivery: the algorithm, the signature, the time, the body, and the address, in
    /// this order, and says which of them is wrong.
    ///
    /// `leeway` is how far the clocks of Gong and of your server may differ; a minute is plenty.
    pub fn verify(
        &self,
        delivery: &WebhookDelivery<'_>,
        now: SystemTime,
        leeway: Duration,
    ) -> Result<WebhookClaims, WebhookError> {
        let (signed, signature) = token(delivery.authorization)
            .rsplit_once('.')
            .ok_or(WebhookError::Malformed { part: "signature" })?;
        let (header, claims) =
            signed.split_once('.').ok_or(WebhookError::Malformed { part: "header" })?;
        let header = object(header).ok_or(WebhookError::Malformed { part: "header" })?;
        // What is critical would have to be understood, and nothing is.
        if header.get("alg") != Some(&Value::from("RS256")) || header.contains_key("crit") {
            return Err(WebhookError::Algorithm);
        }
        let signature = BASE64_URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| WebhookError::Malformed { part: "signature" })?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.der)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| WebhookError::Signature)?;

        let claims = object(claims).ok_or(WebhookError::Malformed { part: "claims" })?;
        let expires = claims.get("exp").and_then(moment);
        let expires = expires.ok_or(WebhookError::Malformed { part: "exp" })?;
        if expires.checked_add(leeway).is_some_and(|end| end <= now) {
            return Err(WebhookError::Expired);
        }
        let hash = claims.get("body_sha256").and_then(Value::as_str);
        let hash = hash.ok_or(WebhookError::Malformed { part: "body_sha256" })?;
        if hash != hex(digest(&SHA256, delivery.body).as_ref()) {
            return Err(WebhookError::Body);
        }
        let url = claims.get("webhook_url").and_then(Value::as_str);
        let url = url.and_then(|text| Url::parse(text).ok());
        let url = url.ok_or(WebhookError::Malformed { part: "webhook_url" })?;
        if !is_same_place(&url, delivery.url) {
            return Err(WebhookError::Url);
        }
        Ok(WebhookClaims { url, expires })
    }
}

/// The token of a header, with or without the kind before it.
fn token(authorization: &str) -> &str {
    let authorization = authorization.trim();
    match authorization.split_once(' ') {
        Some((kind, token)) if kind.eq_ignore_ascii_case("bearer") => token.trim_start(),
        _ => authorization,
    }
}

/// The object in a part of a token.
fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A moment as tokens have it: seconds since 1970.
fn moment(value: &Value) -> Option<SystemTime> {
    let since = match value.as_u64() {
        Some(seconds) => Duration::from_secs(seconds),
        None => Duration::try_from_secs_f64(value.as_f64()?).ok()?,
    };
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// Whether scheme, host, port, and path are the same. The query may hold a secret of the rule, or be
/// taken away by a proxy.
fn is_same_place(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
        && one.path() == other.path()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
