//! One profile of the credentials file: its members, how they are read, and how written.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::{
    base_url::BaseUrl,
    error::WrongType,
    members::{Members, put},
    oauth::OAuth,
    secret::Secret,
};

/// The name of the profile that is used when none is named.
pub const DEFAULT_PROFILE: &str = "default";

/// The members that we know, in the order in which we write them.
const KNOWN: [&str; 8] = [
    "base_url",
    "access_key",
    "secret_key",
    "access_token",
    "oauth",
    "requests_per_second",
    "requests_per_day",
    "time_zone",
];

/// One login and what goes with it, as the credentials file has it.
///
/// Nothing is checked here but the types: [`crate::resolve`] trims and judges the values.
#[derive(Clone, Default)]
pub struct Profile {
    /// The host that the login belongs to; `None` is `https://api.gong.io`.
    pub base_url: Option<String>,
    /// The name of the API key.
    pub access_key: Option<SecretSource>,
    /// The secret half of the API key.
    pub secret_key: Option<SecretSource>,
    /// An OAuth access token, instead of the two above.
    pub access_token: Option<SecretSource>,
    /// How the access token is renewed, if it came from a login with OAuth.
    pub oauth: Option<OAuth>,
    /// How many requests a second the company may make, if Gong raised or lowered it.
    pub requests_per_second: Option<u32>,
    /// How many requests a day the company may make, if Gong raised or lowered it.
    pub requests_per_day: Option<u32>,
    /// The company's time zone, by its IANA name.
    pub time_zone: Option<String>,
    /// Members that we do not know; they survive when the file is written again.
    pub other: Other,
}

/// Where a secret comes from.
#[derive(Clone)]
#[non_exhaustive]
pub enum SecretSource {
    /// The secret itself.
    Plain(Secret),
    /// A program and its arguments, which prints the secret: `{"command": ["pass", "show", "gong"]}`.
    Command(Vec<String>),
    /// The keyring of the operating system, which has the secret by this name:
    /// `{"keyring": "default/secret_key/5f0c…"}`.
    Keyring(String),
}

/// Members of a profile that this version does not know. Their values are never shown.
#[derive(Clone, Default)]
pub struct Other(pub(crate) Map<String, Value>);

impl Other {
    /// Puts the members into `object`, where it has none of that name.
    pub(crate) fn add_to(&self, object: &mut Map<String, Value>) {
        for (name, value) in &self.0 {
            object.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
}

impl Profile {
    /// Whether there is anything to log in with.
    pub fn has_login(&self) -> bool {
        self.access_key.is_some() || self.secret_key.is_some() || self.access_token.is_some()
    }

    /// The names that the profile's secrets have in the keyring.
    pub(crate) fn keyring_names(&self) -> Vec<&str> {
        let oauth = self.oauth.as_ref();
        let secrets = [
            self.access_key.as_ref(),
            self.secret_key.as_ref(),
            self.access_token.as_ref(),
            oauth.and_then(|it| it.client_secret.as_ref()),
            oauth.and_then(|it| it.refresh_token.as_ref()),
        ];
        let names = secrets.into_iter().filter_map(|source| match source {
            Some(SecretSource::Keyring(name)) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }

    /// Reads the members of `object`. `at` is where it stands in the file, such as `profiles.eu.`.
    pub(crate) fn read(object: &Map<String, Value>, at: &str) -> Result<Self, WrongType> {
        let members = Members::new(object, at);
        let mut other = members.others(&KNOWN);
        if at.is_empty() {
            // At the top, the other profiles are no member of this one.
            other.shift_remove("profiles");
        }
        Ok(Self {
            base_url: members.text("base_url")?,
            access_key: members.secret("access_key")?,
            secret_key: members.secret("secret_key")?,
            access_token: members.secret("access_token")?,
            oauth: members.object("oauth")?.map(|it| OAuth::read(&it)).transpose()?,
            requests_per_second: members.count("requests_per_second")?,
            requests_per_day: members.count("requests_per_day")?,
            time_zone: members.text("time_zone")?,
            other: Other(other),
        })
    }

    /// Puts this profile's members into `object`: known ones are set or removed, others are kept.
    pub(crate) fn write(&self, object: &mut Map<String, Value>) {
        let secret = |it: &Option<SecretSource>| it.as_ref().map(SecretSource::value);
        let oauth = self.oauth.as_ref().map(|it| it.value(object.get("oauth")));
        let values = [
            self.base_url.as_ref().map(|it| json!(it)),
            secret(&self.access_key),
            secret(&self.secret_key),
            secret(&self.access_token),
            oauth,
            self.requests_per_second.map(|it| json!(it)),
            self.requests_per_day.map(|it| json!(it)),
            self.time_zone.as_ref().map(|it| json!(it)),
        ];
        put(object, KNOWN, values);
        self.other.add_to(object);
    }

    /// Whether `object` has any member of a profile.
    pub(crate) fn is_in(object: &Map<String, Value>) -> bool {
        KNOWN.iter().any(|name| object.get(*name).is_some_and(|it| !it.is_null()))
    }

    /// Takes the members of a profile out of `object`, and leaves the others.
    pub(crate) fn erase(object: &mut Map<String, Value>) {
        for name in KNOWN {
            object.shift_remove(name);
        }
    }
}

impl SecretSource {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        if let Some(text) = value.as_str() {
            return Some(Self::Plain(Secret::from(text)));
        }
        let object = value.as_object().filter(|it| it.len() == 1)?;
        if let Some(name) = object.get("keyring") {
            return name
                .as_str()
                .filter(|it| !it.is_empty())
                .map(|it| Self::Keyring(it.to_owned()));
        }
        let words = object.get("command")?.as_array()?;
        let command: Vec<String> =
            words.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<_>>()?;
        (!command.first()?.is_empty()).then_some(Self::Command(command))
    }

    /// Whether both lead to the same secret, as far as can be seen without fetching it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(own), Self::Plain(other)) => own.expose() == other.expose(),
            (Self::Command(own), Self::Command(other)) => own == other,
            (Self::Keyring(own), Self::Keyring(other)) => own == other,
            _ => false,
        }
    }

    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Plain(secret) => json!(secret.expose()),
            Self::Command(command) => json!({ "command": command }),
            Self::Keyring(name) => json!({ "keyring": name }),
        }
    }
}

impl From<Secret> for SecretSource {
    fn from(secret: Secret) -> Self {
        Self::Plain(secret)
    }
}

impl From<String> for SecretSource {
    fn from(text: String) -> Self {
        Self::Plain(Secret::from(text))
    }
}

impl From<&str> for SecretSource {
    fn from(text: &str) -> Self {
        Self::Plain(Secret::from(text))
    }
}

/// A secret is `****`; of a command only the program is shown, for an argument may be a secret.
impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(secret) => secret.fmt(f),
            Self::Command(command) => {
                write!(f, "command `{}`", command.first().map_or("", String::as_str))
            }
            Self::Keyring(name) => write!(f, "keyring `{name}`"),
        }
    }
}

/// The base URL is shown only if it is one: what is not may hold a password.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base_url = self.base_url.as_ref().map(|it| it.parse::<BaseUrl>().ok());
        f.debug_struct("Profile")
            .field("base_url", &base_url)
            .field("access_key", &self.access_key)
            .field("secret_key", &self.secret_key)
            .field("access_token", &self.access_token)
            .field("oauth", &self.oauth)
            .field("requests_per_second", &self.requests_per_second)
            .field("requests_per_day", &self.requests_per_day)
            .field("time_zone", &self.time_zone)
            .field("other", &self.other)
            .finish()
    }
}

/// Names only.
impl fmt::Debug for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
