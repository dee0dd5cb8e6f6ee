//! A text that must not be seen: wiped when dropped, masked when printed.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::{Error, Result};

/// A text that must not be seen.
///
/// It has no `Display` and cannot be serialized, its `Debug` is `****`, and its memory is wiped
/// when it is dropped. Reading it takes a call of [`Secret::expose`], which is easy to search for.
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    /// The text itself. Keep the borrow short, and never put it into a message.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// `N` random bytes, as text that needs no escaping in a query.
pub(crate) fn random<const N: usize>() -> Result<Secret> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::NoRandom { source: error.into() })?;
    Ok(Secret::from(URL_SAFE_NO_PAD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing_of_it_not_even_its_length() {
        assert_eq!(format!("{:?}", Secret::from("a")), "****");
        assert_eq!(format!("{:#?}", Secret::from("a long one".to_owned())), "****");
    }

    #[test]
    fn exposes_the_very_text() {
        assert_eq!(Secret::from(" a\nb ").expose(), " a\nb ");
    }
}
