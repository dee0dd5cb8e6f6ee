//! The members of an object in the credentials file: read by type, and named when one is wrong.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{error::WrongType, profile::SecretSource};

/// An object and where it stands in the file, such as `profiles.eu.`.
pub(crate) struct Members<'a> {
    object: &'a Map<String, Value>,
    at: String,
}

impl<'a> Members<'a> {
    pub(crate) fn new(object: &'a Map<String, Value>, at: impl Into<String>) -> Self {
        Self { object, at: at.into() }
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, WrongType> {
        self.read(name, "text", |it| it.as_str().map(str::to_owned))
    }

    pub(crate) fn secret(&self, name: &str) -> Result<Option<SecretSource>, WrongType> {
        self.read(
            name,
            r#"text, {"command": ["program", …]} or {"keyring": "name"}"#,
            SecretSource::read,
        )
    }

    pub(crate) fn count(&self, name: &str) -> Result<Option<u32>, WrongType> {
        self.read(name, "a whole number from 1", |it| {
            it.as_u64().and_then(|it| u32::try_from(it).ok()).filter(|it| *it > 0)
        })
    }

    pub(crate) fn port(&self, name: &str) -> Result<Option<u16>, WrongType> {
        self.read(name, "a port, from 1 to 65535", |it| {
            it.as_u64().and_then(|it| u16::try_from(it).ok()).filter(|it| *it > 0)
        })
    }

    pub(crate) fn moment(&self, name: &str) -> Result<Option<Timestamp>, WrongType> {
        self.read(name, "a moment such as 2026-06-01T12:00:00Z", |it| it.as_str()?.parse().ok())
    }

    /// The object in a member, which has members of its own.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, WrongType> {
        let Some(value) = self.object.get(name).filter(|it| !it.is_null()) else {
            return Ok(None);
        };
        let object = value.as_object().ok_or_else(|| self.wrong(name, "an object"))?;
        Ok(Some(Self::new(object, format!("{}{name}.", self.at))))
    }

    /// The members that are not among `known`.
    pub(crate) fn others(&self, known: &[&str]) -> Map<String, Value> {
        let others = self.object.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        others.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    pub(crate) fn wrong(&self, name: &str, expected: &'static str) -> WrongType {
        WrongType { member: format!("{}{name}", self.at), expected }
    }

    fn read<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, WrongType> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(name, expected)),
        }
    }
}

/// Sets the members that have a value and takes out the others.
pub(crate) fn put<const N: usize>(
    object: &mut Map<String, Value>,
    names: [&str; N],
    values: [Option<Value>; N],
) {
    for (name, value) in names.into_iter().zip(values) {
        match value {
            Some(value) => _ = object.insert(name.to_owned(), value),
            None => _ = object.shift_remove(name),
        }
    }
}
