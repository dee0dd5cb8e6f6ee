//! Who one is to Gong, and where: the login, its header, and its name on disk.

use std::fmt::{self, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::zeroize::Zeroizing;
use sha2::{Digest as _, Sha256};

use crate::{base_url::BaseUrl, secret::Secret};

/// A login and the one host that it may be sent to.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The host that the login belongs to.
    pub base_url: BaseUrl,
    /// What proves who one is.
    pub login: Login,
}

/// What proves to Gong who one is.
#[derive(Clone)]
#[non_exhaustive]
pub enum Login {
    /// An API key, as an administrator makes it in Gong: sent as Basic authentication.
    AccessKey {
        /// The name of the key. Hardly a secret, but nothing for logs.
        access_key: String,
        /// The secret half.
        secret_key: Secret,
    },
    /// An OAuth access token: sent as a Bearer token.
    Token(Secret),
}

impl Credentials {
    /// The whole value of the `Authorization` header, without line breaks.
    pub fn authorization(&self) -> Secret {
        match &self.login {
            Login::AccessKey { access_key, secret_key } => {
                let pair = Secret::from(format!("{access_key}:{}", secret_key.expose()));
                let encoded = Zeroizing::new(STANDARD.encode(pair.expose()));
                Secret::from(format!("Basic {}", encoded.as_str()))
            }
            Login::Token(token) => Secret::from(format!("Bearer {}", token.expose())),
        }
    }

    /// A short stable name for this login on this host, fit for a file name: 16 hex digits that
    /// tell nothing about a secret.
    ///
    /// It is made of the host and the access key, so two secrets of one key share it. A token is
    /// short-lived and stands for a whole company, whose host is its own: there the host alone
    /// counts.
    pub fn fingerprint(&self) -> String {
        let who = match &self.login {
            Login::AccessKey { access_key, .. } => access_key.as_str(),
            Login::Token(_) => "",
        };
        short_name(&format!("{}\n{who}", self.base_url))
    }
}

/// A short name for any text, fit for a file name: 16 hex digits.
pub(crate) fn short_name(text: &str) -> String {
    Sha256::digest(text).iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Says of which kind it is, and nothing else.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessKey { .. } => "AccessKey(****)",
            Self::Token(_) => "Token(****)",
        })
    }
}
