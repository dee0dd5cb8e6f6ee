//! Arguments of the OAuth pages: read from the query, from a form, or from JSON.

use bytes::Bytes;
use http::request::Parts;
use serde_json::Value;

use super::Refusal;

/// The arguments of a request, decoded.
pub(super) struct Arguments(Vec<(String, String)>);

impl Arguments {
    pub(super) fn of_query(head: &Parts) -> Self {
        Self(pairs(head.uri.query().unwrap_or_default().as_bytes()))
    }

    /// Those of the query, and after them those of the body.
    pub(super) fn of(head: &Parts, body: &Bytes) -> Result<Self, Refusal> {
        let Self(mut all) = Self::of_query(head);
        if body.trim_ascii_start().starts_with(b"{") {
            let members: serde_json::Map<String, Value> = serde_json::from_slice(body)
                .map_err(|_| Refusal::bad_request("invalid_request", "the body is no JSON"))?;
            all.extend(members.into_iter().filter_map(|(name, value)| match value {
                Value::String(text) => Some((name, text)),
                _ => None,
            }));
        } else {
            all.extend(pairs(body));
        }
        Ok(Self(all))
    }

    /// The value of an argument that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(its_name, value)| its_name == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::bad_request("invalid_request", missing(name)))
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

fn missing(name: &str) -> &'static str {
    match name {
        "grant_type" => "grant_type is missing",
        "code" => "code is missing",
        "refresh_token" => "refresh_token is missing",
        "code_verifier" => "code_verifier is missing",
        "redirect_uri" => "redirect_uri is missing",
        _ => "an argument is missing",
    }
}
