//! The parts of a login: put together from what was given and what is stored, and judged.

use crate::{
    credentials::Login,
    error::{Error, Result},
    helper::{self, HelperEnv},
    keyring::Impatient,
    profile::{Profile, SecretSource},
    resolve::{Given, Sourced},
    secret::Secret,
};

/// The variables of a login, as messages name them when they are not set.
pub(crate) const VARIABLES: [&str; 3] =
    ["GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET", "GONG_ACCESS_TOKEN"];

/// What there is of a login in one place.
pub(crate) struct Parts {
    access_key: Option<Part>,
    secret_key: Option<Part>,
    access_token: Option<Part>,
}

/// One value of a login.
pub(crate) struct Part {
    what: &'static str,
    source: SecretSource,
    /// Where it came from: a variable, or a place in the file.
    origin: String,
    is_stored: bool,
}

/// A whole login, whose secrets are not fetched yet.
pub(crate) enum Chosen {
    AccessKey { access_key: Part, secret_key: Part },
    Token(Part),
}

impl Parts {
    /// What flags and environment give. An empty value is none.
    pub(crate) fn given(given: &Given) -> Result<Self> {
        let part = |what, value: Option<&Sourced<Secret>>| {
            value.filter(|it| !it.value.expose().trim().is_empty()).map(|it| Part {
                what,
                source: SecretSource::Plain(it.value.clone()),
                origin: it.source.clone(),
                is_stored: false,
            })
        };
        let access_key = given
            .access_key
            .as_ref()
            .map(|it| Sourced::new(Secret::from(it.value.as_str()), it.source.clone()));
        Self {
            access_key: part("access_key", access_key.as_ref()),
            secret_key: part("secret_key", given.secret_key.as_ref()),
            access_token: part("access_token", given.access_token.as_ref()),
        }
        .checked()
    }

    /// Whether nothing is missing.
    pub(crate) fn is_whole(&self) -> bool {
        self.access_token.is_some() || (self.access_key.is_some() && self.secret_key.is_some())
    }

    /// The login of these parts and, where they are none or half of one, of the profile.
    /// `None` if there is nothing at all.
    pub(crate) fn complete(self, profile: &Profile, place: &str) -> Result<Option<Chosen>> {
        let [key_variable, secret_variable, _] = VARIABLES;
        let stored = || Self::stored(profile, place);
        let chosen = match (self.access_token, self.access_key, self.secret_key) {
            (Some(token), ..) => Chosen::Token(token),
            (None, Some(access_key), Some(secret_key)) => {
                Chosen::AccessKey { access_key, secret_key }
            }
            (None, Some(access_key), None) => match stored()? {
                Self { access_key: None, secret_key: Some(secret_key), .. } => {
                    Chosen::AccessKey { access_key, secret_key }
                }
                _ => return Err(access_key.without(secret_variable.to_owned())),
            },
            (None, None, Some(secret_key)) => match stored()? {
                Self { access_key: Some(access_key), secret_key: None, .. } => {
                    Chosen::AccessKey { access_key, secret_key }
                }
                _ => return Err(secret_key.without(key_variable.to_owned())),
            },
            (None, None, None) => return stored()?.whole(place),
        };
        Ok(Some(chosen))
    }

    /// The login of these parts of the file.
    fn whole(self, place: &str) -> Result<Option<Chosen>> {
        Ok(Some(match (self.access_token, self.access_key, self.secret_key) {
            (Some(token), ..) => Chosen::Token(token),
            (None, Some(access_key), Some(secret_key)) => {
                Chosen::AccessKey { access_key, secret_key }
            }
            (None, Some(part), None) => return Err(part.without(format!("secret_key in {place}"))),
            (None, None, Some(part)) => return Err(part.without(format!("access_key in {place}"))),
            (None, None, None) => return Ok(None),
        }))
    }

    fn stored(profile: &Profile, place: &str) -> Result<Self> {
        let part = |what, source: &Option<SecretSource>| {
            source.as_ref().map(|source| Part::stored(what, source.clone(), place))
        };
        Self {
            access_key: part("access_key", &profile.access_key),
            secret_key: part("secret_key", &profile.secret_key),
            access_token: part("access_token", &profile.access_token),
        }
        .checked()
    }

    fn checked(self) -> Result<Self> {
        let of_pair = self.access_key.as_ref().or(self.secret_key.as_ref());
        if let (Some(first), Some(second)) = (of_pair, &self.access_token) {
            let (first, second) = (first.origin.clone(), second.origin.clone());
            return Err(Error::TwoLogins { first, second });
        }
        Ok(self)
    }
}

impl Chosen {
    /// Whether any part of it is from the file.
    pub(crate) fn is_stored(&self) -> bool {
        self.parts().iter().any(|it| it.is_stored)
    }

    /// What came from where.
    pub(crate) fn sources(&self) -> Vec<(&'static str, String)> {
        self.parts().iter().map(|it| (it.what, it.description())).collect()
    }

    /// Fetches and judges the values.
    pub(crate) fn login(&self, env: &HelperEnv, keyring: &Impatient) -> Result<Login> {
        Ok(match self {
            Self::Token(token) => Login::Token(token.fetch(env, keyring)?),
            Self::AccessKey { access_key, secret_key } => {
                let key = access_key.fetch(env, keyring)?;
                if key.expose().contains(':') {
                    return Err(access_key.bad("has a colon in it, which no access key has"));
                }
                let secret_key = secret_key.fetch(env, keyring)?;
                Login::AccessKey { access_key: key.expose().to_owned(), secret_key }
            }
        })
    }

    fn parts(&self) -> Vec<&Part> {
        match self {
            Self::Token(token) => vec![token],
            Self::AccessKey { access_key, secret_key } => vec![access_key, secret_key],
        }
    }
}

impl Part {
    /// A value of the file; `place` is where in it.
    pub(crate) fn stored(what: &'static str, source: SecretSource, place: &str) -> Self {
        Self { what, source, origin: format!("{what} in {place}"), is_stored: true }
    }

    /// Fetches the value, and refuses what cannot be one.
    pub(crate) fn fetch(&self, env: &HelperEnv, keyring: &Impatient) -> Result<Secret> {
        let secret = match &self.source {
            SecretSource::Plain(secret) => secret.clone(),
            SecretSource::Command(command) => helper::run(command, self.what, env)?,
            SecretSource::Keyring(name) => keyring.get(self.what, name)?,
        };
        let text = secret.expose().trim();
        if text.is_empty() {
            return Err(self.bad("is empty"));
        }
        if is_placeholder(text) {
            return Err(self.bad("is still the placeholder"));
        }
        if text.contains(char::is_control) {
            return Err(self.bad("has a line break or a control character in it"));
        }
        if !text.chars().all(|it| it.is_ascii_graphic()) {
            return Err(self.bad("has a space or a letter in it that no key has"));
        }
        Ok(Secret::from(text))
    }

    fn description(&self) -> String {
        match &self.source {
            SecretSource::Command(command) => {
                format!(
                    "{}, by `{}`",
                    self.origin,
                    command.first().map_or_else(String::new, |it| helper::printable(it))
                )
            }
            SecretSource::Keyring(_) => format!("{}, which is in the keyring", self.origin),
            SecretSource::Plain(_) => self.origin.clone(),
        }
    }

    fn bad(&self, problem: &'static str) -> Error {
        Error::BadValue { what: self.what, origin: self.origin.clone(), problem }
    }

    fn without(self, missing: String) -> Error {
        Error::HalfLogin { given: self.origin, missing }
    }
}

/// Whether it is what examples and templates put where a key belongs.
fn is_placeholder(text: &str) -> bool {
    let text = text.to_lowercase();
    let is_in_brackets = [('<', '>'), ('{', '}'), ('[', ']')]
        .iter()
        .any(|(a, z)| text.starts_with(*a) && text.ends_with(*z));
    is_in_brackets
        || text.chars().all(|it| "x*.…-_".contains(it))
        || ["your_", "your-", "your ", "my_", "my-"].iter().any(|it| text.starts_with(it))
        || ["_here", "-here", " here"].iter().any(|it| text.ends_with(it))
        || text.starts_with('$')
        || ["access_key", "secret_key", "access_key_secret", "access_token", "changeme"]
            .contains(&text.as_str())
}
