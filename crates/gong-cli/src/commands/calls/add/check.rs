//! What is checked of a new call before the first byte is sent, and the key that it gets.

use std::{fmt::Write as _, path::Path};

use anyhow::Result;
use gong_client::Content;
use gong_types::{AddCall, Direction};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::language;
use crate::exit::Failure;

/// Refuses what Gong would refuse.
pub(super) fn check(call: &AddCall, file: Option<&Path>) -> Result<()> {
    let short = |what: &str, text: Option<&str>, most: usize| {
        let length = text.map_or(0, |text| text.chars().count());
        if length <= most {
            return Ok(());
        }
        let message = format!("{what} has {length} characters, and Gong takes {most}");
        Err(Failure::usage(message, "make it shorter"))
    };
    short("the key", Some(&call.client_unique_id), AddCall::LONGEST_ID)?;
    short("the purpose", call.purpose.as_deref(), AddCall::LONGEST_NOTE)?;
    short("the disposition", call.disposition.as_deref(), AddCall::LONGEST_NOTE)?;
    if let Direction::Other(direction) = &call.direction {
        let message = format!("{direction:?} is no direction of a call");
        let known = Direction::KNOWN.join(", ");
        return Err(Failure::usage(message, format!("write one of {known}")).into());
    }
    if let Some(code) = &call.language_code {
        language::check(code)?;
    }
    if let Some(address) = &call.download_media_url {
        if file.is_some() {
            let message = "a call has its recording from a file or from an address, not both";
            return Err(Failure::usage(message, "leave out --file or downloadMediaUrl").into());
        }
        if !address.starts_with("https://") && !address.starts_with("http://") {
            let message = "the address of the recording is none that Gong can fetch";
            return Err(Failure::usage(message, "write it with https:// at its beginning").into());
        }
    }
    Ok(())
}

/// A key that is made from all that is said of the call, so that saying it again is a repeat, also
/// after a kill, and on another machine. `call` has no key yet.
pub(super) fn key(
    call: &AddCall,
    file: Option<&Path>,
    content: Option<&Content>,
) -> Result<String> {
    let name = file.and_then(Path::file_name).map(|name| name.to_string_lossy());
    let said = json!({ "call": call, "file": name, "bytes": content.map(Content::length) });
    let hash = Sha256::digest(serde_json::to_vec(&said)?);
    let mut key = "gong-".to_owned();
    for byte in &hash[..16] {
        write!(key, "{byte:02x}")?;
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(change: &serde_json::Value) -> AddCall {
        let mut call = json!({
            "clientUniqueId": "", "actualStart": "2026-06-15T10:00:00Z", "direction": "Inbound",
            "primaryUser": "7", "parties": [{ "userId": "7" }],
        });
        for (name, value) in change.as_object().unwrap() {
            call[name] = value.clone();
        }
        serde_json::from_value(call).unwrap()
    }

    #[test]
    fn what_gong_would_refuse_is_refused() {
        let file = Some(Path::new("a.mp3"));
        for (change, file, said) in [
            (json!({ "clientUniqueId": "x".repeat(2049) }), None, "the key"),
            (json!({ "purpose": "x".repeat(256) }), None, "the purpose"),
            (json!({ "disposition": "é".repeat(256) }), None, "the disposition"),
            (json!({ "direction": "Sideways" }), None, "\"Sideways\""),
            (json!({ "languageCode": "xx-XX" }), None, "\"xx-XX\""),
            (json!({ "downloadMediaUrl": "files.example/a.mp3" }), None, "none that Gong"),
            (json!({ "downloadMediaUrl": "https://files.example/a.mp3" }), file, "not both"),
        ] {
            let error = check(&call(&change), file).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let most = json!({ "clientUniqueId": "é".repeat(2048), "purpose": "é".repeat(255) });
        check(&call(&most), file).unwrap();
    }

    #[test]
    fn the_same_said_twice_has_the_same_key() {
        let key =
            |change, file: Option<&str>| key(&call(&change), file.map(Path::new), None).unwrap();
        let one = key(json!({}), None);
        assert_eq!(one.len(), 37);
        assert_eq!(one, key(json!({}), None));
        assert_ne!(one, key(json!({ "title": "x" }), None));
        assert_ne!(one, key(json!({}), Some("a.mp3")));
        assert_eq!(key(json!({}), Some("x/a.mp3")), key(json!({}), Some("y/a.mp3")));
    }
}
