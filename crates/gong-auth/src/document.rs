//! The text of the credentials file: which profile stands where, and how one is changed.

use std::path::Path;

use serde_json::{Map, Value, error::Category};

use crate::{
    error::{Error, Result, WrongType},
    profile::{DEFAULT_PROFILE, Profile},
};

/// The parsed credentials file. The members at the top are the profile `default`; the others stand
/// under `profiles`. What we do not know is kept.
#[derive(Default)]
pub(crate) struct Document {
    top: Map<String, Value>,
}

impl Document {
    /// Parses the file's bytes. `path` is for the errors, which never quote the content.
    pub(crate) fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        // Editors on Windows put a byte order mark there.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|error| Error::Broken {
            path: path.to_owned(),
            problem: match error.classify() {
                Category::Eof => "it ends too early",
                _ => "unexpected text",
            },
            line: error.line(),
            column: error.column(),
        })?;
        let Value::Object(top) = value else {
            return Err(wrong("the whole", "an object").at(path));
        };
        let no_profiles = Map::new();
        let profiles = match top.get("profiles") {
            None | Some(Value::Null) => &no_profiles,
            Some(Value::Object(profiles)) => profiles,
            Some(_) => return Err(wrong("profiles", "an object").at(path)),
        };
        if let Some((name, _)) = profiles.iter().find(|(_, it)| !it.is_object()) {
            return Err(wrong(&format!("profiles.{name}"), "an object").at(path));
        }
        Ok(Self { top })
    }

    /// The file's new text.
    pub(crate) fn text(&self) -> String {
        // `{:#}` of a JSON value is the indented form, and cannot fail.
        format!("{:#}\n", Value::Object(self.top.clone()))
    }

    /// Whether nothing is left worth a file.
    pub(crate) fn is_empty(&self) -> bool {
        self.top.is_empty()
    }

    /// The names of the profiles: the default one first, the others as they stand.
    pub(crate) fn names(&self) -> Vec<String> {
        let named = || self.profiles().into_iter().flat_map(Map::keys);
        let has_default = Profile::is_in(&self.top) || named().any(|it| it == DEFAULT_PROFILE);
        let default = has_default.then(|| DEFAULT_PROFILE.to_owned());
        default.into_iter().chain(named().filter(|it| *it != DEFAULT_PROFILE).cloned()).collect()
    }

    /// The profile of this name. `None` if there is none.
    pub(crate) fn profile(&self, name: &str, path: &Path) -> Result<Option<Profile>> {
        let named = self.profiles().and_then(|it| it.get(name)).and_then(Value::as_object);
        let (object, at) = match named {
            Some(_) if name == DEFAULT_PROFILE && Profile::is_in(&self.top) => {
                return Err(Error::DefaultTwice { path: path.to_owned() });
            }
            Some(object) => (object, format!("profiles.{name}.")),
            None if name == DEFAULT_PROFILE && Profile::is_in(&self.top) => {
                (&self.top, String::new())
            }
            None => return Ok(None),
        };
        Profile::read(object, &at).map(Some).map_err(|error| error.at(path))
    }

    /// Adds or changes a profile. The default one goes where it is, or to the top.
    pub(crate) fn set(&mut self, name: &str, profile: &Profile, path: &Path) -> Result<()> {
        let is_named = self.profiles().is_some_and(|it| it.contains_key(name));
        if name == DEFAULT_PROFILE && !is_named {
            profile.write(&mut self.top);
            return Ok(());
        }
        if name == DEFAULT_PROFILE && Profile::is_in(&self.top) {
            return Err(Error::DefaultTwice { path: path.to_owned() });
        }
        let profiles = self.top.entry("profiles").or_insert(Value::Null);
        if profiles.is_null() {
            *profiles = Value::Object(Map::new());
        }
        let object = profiles
            .as_object_mut()
            .map(|it| it.entry(name).or_insert_with(|| Value::Object(Map::new())))
            .and_then(Value::as_object_mut);
        if let Some(object) = object {
            profile.write(object);
        }
        Ok(())
    }

    /// Takes a profile out, both places of the default one. Returns whether there was one.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let is_at_top = name == DEFAULT_PROFILE && Profile::is_in(&self.top);
        if is_at_top {
            Profile::erase(&mut self.top);
        }
        let profiles = self.top.get_mut("profiles").and_then(Value::as_object_mut);
        let was_named = profiles.is_some_and(|it| it.shift_remove(name).is_some());
        let is_bare = |it: &Value| it.is_null() || it.as_object().is_some_and(Map::is_empty);
        if self.top.get("profiles").is_some_and(is_bare) {
            self.top.shift_remove("profiles");
        }
        is_at_top || was_named
    }

    fn profiles(&self) -> Option<&Map<String, Value>> {
        self.top.get("profiles").and_then(Value::as_object)
    }
}

fn wrong(member: &str, expected: &'static str) -> WrongType {
    WrongType { member: member.to_owned(), expected }
}

impl WrongType {
    fn at(self, path: &Path) -> Error {
        let Self { member, expected } = self;
        Error::WrongType { path: path.to_owned(), member, expected }
    }
}
