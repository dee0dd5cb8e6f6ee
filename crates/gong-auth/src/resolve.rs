//! Which credentials count: the one function that weighs flags, environment and file.

use std::fmt;

use crate::{
    base_url::BaseUrl,
    credentials::{Credentials, Login},
    error::{Error, Result},
    helper::HelperEnv,
    login::{Parts, VARIABLES},
    oauth::OAuth,
    profile::{DEFAULT_PROFILE, Profile},
    secret::Secret,
    store::Store,
};

/// What the user gave outside the file, by flags and environment. An empty value counts as not
/// given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The profile to use instead of `default`.
    pub profile: Option<Sourced<String>>,
    /// The host to use.
    pub base_url: Option<Sourced<String>>,
    /// The name of the API key.
    pub access_key: Option<Sourced<String>>,
    /// The secret half of the API key.
    pub secret_key: Option<Sourced<Secret>>,
    /// An OAuth access token.
    pub access_token: Option<Sourced<Secret>>,
    /// Hosts, other than Gong's, that may be sent a key: `host` or `host:port`.
    pub allow_hosts: Vec<String>,
    /// What a program that prints a secret may see of the environment.
    pub helper_env: HelperEnv,
}

/// A value and where it came from. Its `Debug` shows only the latter.
#[derive(Clone)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The flag or variable, such as `--base-url` or `GONG_BASE_URL`.
    pub source: String,
}

impl<T> Sourced<T> {
    /// A value from `source`.
    pub fn new(value: T, source: impl Into<String>) -> Self {
        Self { value, source: source.into() }
    }
}

impl<T> fmt::Debug for Sourced<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "**** from {}", self.source)
    }
}

/// The credentials that count, and what goes with them.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The profile's name.
    pub profile: String,
    /// The login and its host, checked.
    pub credentials: Credentials,
    /// What came from where, for people: (`secret_key`, `GONG_ACCESS_KEY_SECRET`).
    pub sources: Vec<(&'static str, String)>,
    /// How the login is renewed, if it is the profile's and came from OAuth.
    pub oauth: Option<OAuth>,
    /// The profile's limit a second, if it has one.
    pub requests_per_second: Option<u32>,
    /// The profile's limit a day, if it has one.
    pub requests_per_day: Option<u32>,
    /// The company's time zone, if the profile has one. Not checked.
    pub time_zone: Option<String>,
}

/// Decides which credentials count.
///
/// - The profile is the given one, else `default`. A given one must be in the file.
/// - A given login (key and secret, or a token) goes before the profile's. A given half is
///   completed by the profile only if the profile has the other half and not this one.
/// - The host is the given one, else the profile's, else `https://api.gong.io`. So a key from the
///   environment goes to the profile's host: the same person, and the same company.
/// - A login of which any part is from the file goes only to that profile's host; if the profile
///   names none, to any host of Gong's. So nobody who can set a variable can send it elsewhere.
/// - The host must be Gong's, loopback, or allowed.
/// - If both login and host are given and no profile is named, the file is not read at all.
///
/// A program of the profile that prints a secret is run only when all else is settled.
pub fn resolve(given: &Given, store: &Store) -> Result<Resolved> {
    let name = given.profile.as_ref().and_then(trimmed);
    let given_url = given.base_url.as_ref().and_then(trimmed);
    let parts = Parts::given(given)?;
    let profile = match &name {
        Some(name) => named_profile(&name.value, store)?,
        None if parts.is_whole() && given_url.is_some() => Profile::default(),
        None => store.profile(DEFAULT_PROFILE)?.unwrap_or_default(),
    };
    let mut sources = match &name {
        Some(name) => vec![("profile", name.source.clone())],
        None => vec![("profile", "default".to_owned())],
    };
    let name = name.map_or_else(|| DEFAULT_PROFILE.to_owned(), |it| it.value);
    let place = format!("{} (profile {name})", store.path().display());

    let own_url = match profile.base_url.as_deref().map(str::trim).filter(|it| !it.is_empty()) {
        Some(text) => Some(parsed(text, &format!("base_url in {place}"))?),
        None => None,
    };
    let Some(chosen) = parts.complete(&profile, &place)? else {
        return Err(not_logged_in(name, place, store));
    };
    let (base_url, source) = match (&given_url, own_url) {
        (Some(given_url), own_url) => {
            let base_url = parsed(&given_url.value, &given_url.source)?;
            let is_bound = match &own_url {
                Some(own_url) => base_url != *own_url,
                None => !base_url.is_gong_host(),
            };
            if chosen.is_stored() && is_bound {
                return Err(Error::OtherHost {
                    origin: given_url.source.clone(),
                    asked: base_url.to_string(),
                    profile: name,
                    bound: own_url.unwrap_or_default().to_string(),
                });
            }
            (base_url, given_url.source.clone())
        }
        (None, Some(own_url)) => (own_url, place),
        (None, None) => (BaseUrl::default(), "default".to_owned()),
    };
    base_url.check(&given.allow_hosts)?;
    sources.push(("base_url", source));
    sources.extend(chosen.sources());
    let login = chosen.login(&given.helper_env, &store.keyring)?;
    let oauth = profile.oauth.filter(|_| chosen.is_stored() && matches!(login, Login::Token(_)));
    let Profile { requests_per_second, requests_per_day, time_zone, .. } = profile;
    Ok(Resolved {
        profile: name,
        credentials: Credentials { base_url, login },
        sources,
        oauth,
        requests_per_second,
        requests_per_day,
        time_zone,
    })
}

fn not_logged_in(profile: String, place: String, store: &Store) -> Error {
    let looked = VARIABLES.iter().map(|it| (*it).to_owned()).chain([place]).collect();
    // The file was read a moment ago; if it cannot be now, there is nothing to offer.
    let others = store.names().unwrap_or_default();
    let others = others.into_iter().filter(|it| *it != profile).collect();
    Error::NotLoggedIn { profile, looked, others }
}

fn named_profile(name: &str, store: &Store) -> Result<Profile> {
    match store.profile(name)? {
        Some(profile) => Ok(profile),
        // With nothing in the file, the way out is to log in, whatever the name.
        None if name == DEFAULT_PROFILE => Ok(Profile::default()),
        None => Err(Error::NoSuchProfile {
            profile: name.to_owned(),
            path: store.path().to_owned(),
            names: store.names()?,
        }),
    }
}

fn trimmed(given: &Sourced<String>) -> Option<Sourced<String>> {
    let value = given.value.trim();
    (!value.is_empty()).then(|| Sourced::new(value.to_owned(), given.source.clone()))
}

fn parsed(text: &str, origin: &str) -> Result<BaseUrl> {
    text.parse().map_err(|error| match error {
        Error::BaseUrl { problem, .. } => Error::BaseUrl { origin: origin.to_owned(), problem },
        other => other,
    })
}
