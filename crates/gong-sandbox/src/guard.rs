//! Who is let in: credentials, scopes, and the `Host` that a request must name.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderMap, header};
use jiff::Timestamp;

use crate::{
    oauth::Issued,
    options::{Access, Credential},
};

/// What the sender of a request may do.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// All of them when absent.
    scopes: Option<Vec<String>>,
    sees_calls: bool,
}

impl Pass {
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|held| held == scope))
    }

    pub(crate) fn sees_calls(&self) -> bool {
        self.sees_calls
    }
}

/// Lets the sender in, or says why not. Tokens that were issued here count whatever `access` says.
pub(crate) fn admit(
    access: &Access,
    issued: &Issued,
    now: Timestamp,
    headers: &HeaderMap,
) -> Result<Pass, &'static str> {
    let header = headers.get(header::AUTHORIZATION).ok_or("No credentials were given")?;
    let shown = header.to_str().ok().and_then(Shown::parse).ok_or("Unreadable credentials")?;
    if let Shown::Token(text) = &shown
        && let Some(token) = issued.access_token(text)
    {
        if token.expires <= now {
            return Err(EXPIRED);
        }
        return Ok(Pass { scopes: Some(token.scopes.clone()), sees_calls: true });
    }
    let all = Pass { scopes: None, sees_calls: true };
    match access {
        Access::Any => Ok(all),
        Access::Key { access_key, secret_key } => {
            if shown.is_key(access_key, &secret_key.0) {
                Ok(all)
            } else {
                Err(REFUSED)
            }
        }
        Access::Grants(grants) => grants
            .iter()
            .find(|grant| match &grant.credential {
                Credential::Key { access_key, secret_key } => {
                    shown.is_key(access_key, &secret_key.0)
                }
                Credential::Token(token) => {
                    matches!(&shown, Shown::Token(text) if *text == token.0)
                }
            })
            .map(|grant| Pass { scopes: grant.scopes.clone(), sees_calls: grant.sees_calls })
            .ok_or(REFUSED),
    }
}

/// Whether the request shows this name and this password.
pub(crate) fn is_basic(headers: &HeaderMap, name: &str, password: &str) -> bool {
    let header = headers.get(header::AUTHORIZATION).and_then(|header| header.to_str().ok());
    header.and_then(Shown::parse).is_some_and(|shown| shown.is_key(name, password))
}

const REFUSED: &str = "Invalid credentials";

/// The answer to a token that was good once.
pub(crate) const EXPIRED: &str = "The access token expired";

/// The answer to a missing scope, in Gong's own words.
pub(crate) fn missing_scope(scope: &str) -> String {
    format!("You don't have permission to use '{scope}' in your app.")
}

/// Whether the request was meant for this server, and not led here by a web page: `Host` must name
/// a loopback address with our port, `Origin`, if there is one, must be our own, and a browser that
/// says where the request comes from must not name another site.
pub(crate) fn is_for_us(headers: &HeaderMap, port: u16) -> bool {
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}")];
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    if !ours.iter().any(|our| host.as_bytes() == our.as_bytes()) {
        return false;
    }
    let is_from_elsewhere = headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site != "same-origin" && site != "none");
    if is_from_elsewhere {
        return false;
    }
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        origin
            .as_bytes()
            .strip_prefix(b"http://")
            .is_some_and(|origin| ours.iter().any(|our| origin == our.as_bytes()))
    })
}

/// What an `Authorization` header shows.
enum Shown<'a> {
    Key(String),
    Token(&'a str),
}

impl<'a> Shown<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let (kind, rest) = header.split_once(' ')?;
        let rest = rest.trim();
        if kind.eq_ignore_ascii_case("basic") {
            let pair = String::from_utf8(BASE64_STANDARD.decode(rest).ok()?).ok()?;
            let (key, secret) = pair.split_once(':')?;
            let is_whole = !key.is_empty() && !secret.is_empty();
            return is_whole.then_some(Self::Key(pair));
        }
        let is_token = kind.eq_ignore_ascii_case("bearer") && !rest.is_empty();
        is_token.then_some(Self::Token(rest))
    }

    fn is_key(&self, access_key: &str, secret_key: &str) -> bool {
        matches!(self, Self::Key(pair) if pair.split_once(':') == Some((access_key, secret_key)))
    }
}
