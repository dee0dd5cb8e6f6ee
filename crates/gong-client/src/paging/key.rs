//! What tells two records apart: the id of a record, found without reading all of it.

use std::hash::{BuildHasher as _, RandomState};

use serde::Deserialize;
use serde_json::value::RawValue;

/// What a record is known by, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// Its own id, which no other record of the list has.
    Id(u64),
    /// Its whole text. Ids of other things in it, such as its user, do not tell it apart.
    Text(u64),
}

/// Makes keys. Those of two makers do not compare.
#[derive(Debug, Default)]
pub(crate) struct Keys(RandomState);

impl Keys {
    pub(crate) fn of(&self, text: &str) -> Key {
        match quick_id(text) {
            Some(id) => Key::Id(self.0.hash_one(id)),
            None => match slow_id(text) {
                Some(id) => Key::Id(self.0.hash_one(unquoted(id.get()))),
                None => Key::Text(self.0.hash_one(text)),
            },
        }
    }
}

/// The id of a record that begins with it, as nearly all do.
fn quick_id(text: &str) -> Option<&str> {
    let members = text.strip_prefix('{')?.trim_start();
    let members = member(members, "\"metaData\"")
        .and_then(|value| Some(value.strip_prefix('{')?.trim_start()))
        .unwrap_or(members);
    let value = member(members, "\"id\"")?;
    if let Some(value) = value.strip_prefix('"') {
        let id = &value[..value.find('"')?];
        return (!id.is_empty() && !id.contains('\\')).then_some(id);
    }
    let id = &value[..value.find(|it: char| !it.is_ascii_digit())?];
    let is_whole = value[id.len()..].starts_with([',', '}', ' ', '\n', '\r', '\t']);
    (!id.is_empty() && is_whole).then_some(id)
}

fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    Some(text.strip_prefix(name)?.trim_start().strip_prefix(':')?.trim_start())
}

/// The id of a record, wherever it stands.
fn slow_id(text: &str) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
        #[serde(rename = "metaData", borrow)]
        meta_data: Option<MetaData<'a>>,
    }
    #[derive(Deserialize)]
    struct MetaData<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
    }
    if !text.contains("\"id\"") {
        return None;
    }
    let named: Named<'_> = serde_json::from_str(text).ok()?;
    let id = named.id.or_else(|| named.meta_data?.id)?;
    let is_scalar = id.get().starts_with(|it: char| it == '"' || it == '-' || it.is_ascii_digit());
    (is_scalar && id.get() != "\"\"").then_some(id)
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Option<u64> {
        match Keys(RandomState::default()).of(text) {
            Key::Id(key) => Some(key),
            Key::Text(_) => None,
        }
    }

    #[test]
    fn an_id_is_the_same_wherever_and_however_it_stands() {
        let keys = Keys::default();
        let expected = keys.of(r#"{"id":"12345678901234567890"}"#);
        assert!(matches!(expected, Key::Id(_)));
        for text in [
            r#"{"id":12345678901234567890,"title":"x"}"#,
            r#"{ "id" : "12345678901234567890" , "title" : "x"}"#,
            r#"{"title":"{\"id\":\"7\"}","id":"12345678901234567890"}"#,
            r#"{"metaData":{"id":"12345678901234567890","url":null},"parties":[{"id":"7"}]}"#,
            r#"{"parties":[{"id":"7"}],"metaData":{"title":"x","id":"12345678901234567890"}}"#,
        ] {
            assert_eq!(keys.of(text), expected, "{text}");
        }
        assert_ne!(keys.of(r#"{"id":"12345678901234567891"}"#), expected);
    }

    #[test]
    fn the_id_of_something_else_is_no_key() {
        for text in [
            r#"{"userId":"7","eventTime":"x"}"#,
            r#"{"callId":"7","transcript":[{"id":"1"}]}"#,
            r#"{"id":null}"#,
            r#"{"id":""}"#,
            r#"{"id":1.5}"#,
            "null",
            "{}",
        ] {
            let is_number = text.contains("1.5");
            assert_eq!(id(text).is_some(), is_number, "{text}");
        }
    }
}
