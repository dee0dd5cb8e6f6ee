//! The address of a Gong API host: parsed strictly, because credentials are sent there.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use url::{Host, Url};

use crate::error::{Error, Result};

const LONGEST: usize = 300;

/// The address of a Gong API host: scheme, host and port, and nothing else.
///
/// `https` only, except for a loopback address (`127.0.0.0/8`, `[::1]`) or `localhost`. A text with
/// a user name, query, fragment, or a path is refused; `/v2` at the end is dropped, for people paste
/// it. Case, a dot at the end of the host, and the usual port are normalized away, so two values
/// are equal when they mean the same server.
///
/// Parsing does not say that the host may be trusted with a key: [`BaseUrl::check`] does.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Refuses a host that must not be sent a key: one that is neither loopback, nor Gong's, nor
    /// named in `allow` (`host` or `host:port`; no patterns).
    pub fn check(&self, allow: &[String]) -> Result<()> {
        if self.is_loopback() || self.is_gong_host() || allow.iter().any(|it| self.is_named(it)) {
            return Ok(());
        }
        Err(Error::HostNotAllowed { host: self.authority() })
    }

    /// Whether it is this machine: a loopback address or `localhost`.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }

    /// Whether the host is `gong.io` or ends in `.gong.io`.
    pub fn is_gong_host(&self) -> bool {
        self.host() == "gong.io" || self.host().ends_with(".gong.io")
    }

    /// The address of `path` (which may carry a `?query`) on this host. Whatever the text is, the
    /// host stays the same.
    pub fn join(&self, path: &str) -> Url {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let mut url = self.0.clone();
        url.set_path(path);
        url.set_query(query);
        url
    }

    /// The host, in lower case and without a dot at the end; an IPv6 address stands in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    fn authority(&self) -> String {
        match self.0.port() {
            Some(port) => format!("{}:{port}", self.host()),
            None => self.host().to_owned(),
        }
    }

    fn is_named(&self, allowed: &str) -> bool {
        let allowed = allowed.trim().to_ascii_lowercase();
        let (host, port) = match allowed.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (allowed.as_str(), None),
        };
        host.strip_suffix('.').unwrap_or(host) == self.host()
            && port.is_none_or(|port| port.parse().ok() == self.0.port_or_known_default())
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err("it is too long");
        }
        if text.contains(|it: char| it.is_control() || it.is_whitespace()) {
            return Err("it contains a space or a control character");
        }
        let (scheme, rest) =
            text.split_once("://").ok_or("it must begin with https:// and a host")?;
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err("only https is supported"),
        };
        if rest.contains('@') {
            return Err("it must not contain a user name or a password");
        }
        if rest.contains(['?', '#']) {
            return Err("it must not contain a query or a fragment");
        }
        if !rest.is_ascii() {
            return Err("the host must be written in ASCII letters");
        }
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if !matches!(path, "" | "/" | "/v2" | "/v2/") {
            return Err("it must end after the host");
        }
        // The URL standard decodes percent signs and takes a backslash for a slash; no host needs
        // either.
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._:[]".contains(it);
        if host.is_empty() || !host.chars().all(is_plain) {
            return Err("the host is not one");
        }
        let host = without_final_dot(host);
        let url = Url::parse(&format!("{scheme}://{host}")).map_err(|_| "the host is not one")?;
        let url = Self(url);
        if url.0.port() == Some(0) {
            return Err("the port is not one");
        }
        match url.0.host() {
            // `2130706433`, `0x7f.1` and `127.1` are addresses too, but nobody writes them in
            // good faith.
            Some(Host::Ipv4(address)) if !is_written_as(&host, &address.to_string()) => {
                Err("an IPv4 address must be written as four decimal numbers")
            }
            Some(Host::Domain(name))
                if name.ends_with('.') || name.split('.').any(str::is_empty) =>
            {
                Err("the host is not one")
            }
            _ if is_https || url.is_loopback() => Ok(url),
            _ => Err("only https is supported, except for a server on this machine"),
        }
    }
}

fn without_final_dot(host: &str) -> String {
    match host.split_once(':') {
        Some((name, port)) if !host.starts_with('[') => {
            format!("{}:{port}", name.strip_suffix('.').unwrap_or(name))
        }
        _ => host.strip_suffix('.').unwrap_or(host).to_owned(),
    }
}

fn is_written_as(host: &str, address: &str) -> bool {
    host.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// `https://api.gong.io`.
impl Default for BaseUrl {
    fn default() -> Self {
        Self(Url::parse("https://api.gong.io").expect("a constant that parses"))
    }
}

impl FromStr for BaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        // The text is not quoted: a password may stand in it.
        Self::parse(text)
            .map_err(|problem| Error::BaseUrl { origin: "the text".to_owned(), problem })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.authority())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
