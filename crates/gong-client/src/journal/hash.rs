//! What tells two requests apart without saying what is in them.

use std::fmt::Write as _;

use gong_types::Request;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{content::Content, error::Result};

/// A hash of a request without its key, and of the name and the bytes of what it uploads. Fails if
/// those cannot be read.
pub(super) fn hash(request: &Request, content: Option<&Content>) -> Result<String> {
    let key = request.key.as_deref();
    let query: Vec<_> =
        request.query.iter().filter(|(_, value)| Some(value.as_str()) != key).collect();
    let body = request.body.as_ref().map(|body| {
        // What is called JSON here was made from JSON.
        let mut value = serde_json::from_str(body.get()).unwrap_or_default();
        key.inspect(|key| drop_key(&mut value, key));
        value
    });
    let content = content.map(|content| Ok((&content.name, content.digest()?))).transpose()?;
    let text = serde_json::json!([request.method.as_str(), request.path, query, body, content]);
    let digest = Sha256::digest(text.to_string());
    Ok(digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Drops the members that hold the key, wherever it stands.
fn drop_key(value: &mut Value, key: &str) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| member.as_str() != Some(key));
            members.values_mut().for_each(|member| drop_key(member, key));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| drop_key(item, key)),
        _ => {}
    }
}
