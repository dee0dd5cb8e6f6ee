//! The app that an administrator registered at Gong: what it is known by, and where it logs in.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::zeroize::Zeroizing;
use url::{Url, form_urlencoded};

use crate::{
    base_url::BaseUrl,
    error::{Error, Result},
    oauth::token::TokenRequest,
    secret::Secret,
};

/// Where a person approves a login, unless an app says otherwise.
pub const AUTHORIZE_URL: &str = "https://app.gong.io/oauth2/authorize";
/// Where tokens are given, unless an app says otherwise.
pub const TOKEN_URL: &str = "https://app.gong.io/oauth2/generate-customer-token";
/// The port of this machine that the browser is sent back to, unless an app says otherwise.
pub const REDIRECT_PORT: u16 = 48664;

/// An app that is registered at Gong, with which an administrator logs a company in.
#[derive(Clone)]
pub struct OAuthApp {
    /// The name of the app at Gong.
    pub client_id: String,
    /// What proves to Gong that it is the app.
    pub client_secret: Secret,
    /// Where a person approves a login. Default: [`AUTHORIZE_URL`].
    pub authorize_url: String,
    /// Where tokens are given. Default: [`TOKEN_URL`].
    pub token_url: String,
    /// What the login shall be allowed to do, such as `api:calls:read:basic`.
    pub scopes: Vec<String>,
    /// The port of this machine that the browser is sent back to. Default: [`REDIRECT_PORT`].
    pub redirect_port: u16,
}

impl OAuthApp {
    /// An app at Gong, without scopes, with the usual addresses and port.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            authorize_url: AUTHORIZE_URL.to_owned(),
            token_url: TOKEN_URL.to_owned(),
            scopes: Vec::new(),
            redirect_port: REDIRECT_PORT,
        }
    }

    /// Where the browser is sent when the login is approved. It must be registered with the app.
    pub fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.redirect_port)
    }

    /// Refuses what cannot be an app, and addresses that must not be told its secret: hosts that
    /// are neither Gong's nor this machine nor in `allow_hosts`.
    pub fn check(&self, allow_hosts: &[String]) -> Result<()> {
        let is_plain = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_graphic());
        let bad = |what, problem| Error::BadValue { what, origin: "the OAuth app".into(), problem };
        if !is_plain(&self.client_id) || self.client_id.contains(':') {
            return Err(bad("client_id", "is empty, or has a character in it that no id has"));
        }
        if !is_plain(self.client_secret.expose()) {
            return Err(bad("client_secret", "is empty, or has a space in it"));
        }
        if !self.scopes.iter().all(|it| is_plain(it)) {
            return Err(bad("scope", "is empty, or has a space in it"));
        }
        address(&self.authorize_url, "authorize_url", allow_hosts)?;
        address(&self.token_url, "token_url", allow_hosts)?;
        Ok(())
    }

    /// The request that turns a code into tokens, or renews them, by its grant and arguments.
    ///
    /// The arguments go into the query, which is what Gong documents.
    pub(crate) fn token_request(
        &self,
        grant: &str,
        arguments: &[(&str, &str)],
        allow_hosts: &[String],
    ) -> Result<TokenRequest> {
        let (host, url) = address(&self.token_url, "token_url", allow_hosts)?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("grant_type", grant).extend_pairs(arguments);
        let query = Zeroizing::new(query.finish());
        let pair = Zeroizing::new(format!("{}:{}", self.client_id, self.client_secret.expose()));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        Ok(TokenRequest {
            host,
            address: Secret::from(format!("{url}?{}", query.as_str())),
            authorization: Secret::from(format!("Basic {}", encoded.as_str())),
        })
    }
}

/// Takes an address apart, and refuses a host that must not be told a secret.
pub(crate) fn address(
    text: &str,
    what: &'static str,
    allow_hosts: &[String],
) -> Result<(BaseUrl, Url)> {
    let bad = |problem| Error::BaseUrl { origin: what.to_owned(), problem };
    let start = text.find("://").ok_or_else(|| bad("it must begin with https:// and a host"))? + 3;
    let end = text[start..].find('/').map_or(text.len(), |it| start + it);
    let host: BaseUrl = text[..end].parse().map_err(|error| match error {
        Error::BaseUrl { problem, .. } => bad(problem),
        other => other,
    })?;
    host.check(allow_hosts)?;
    if text[end..].contains(['?', '#']) || !text[end..].chars().all(|it| it.is_ascii_graphic()) {
        return Err(bad("it must end after the path"));
    }
    let url = host.join(&text[end..]);
    Ok((host, url))
}

/// Its secret is not shown.
impl fmt::Debug for OAuthApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthApp")
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("scopes", &self.scopes)
            .field("redirect_port", &self.redirect_port)
            .finish_non_exhaustive()
    }
}
