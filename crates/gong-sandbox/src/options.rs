//! What a sandbox can be told before it starts.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use jiff::Timestamp;

use crate::{Error, Script};

/// What a sandbox can be told before it starts; the default is a company of 1000 calls that limits
/// as Gong does and lets anyone in.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Options {
    /// The same seed makes the same company.
    pub seed: u64,
    /// How many calls the company has; up to a million.
    pub calls: u64,
    /// When the company's history ends; the real time when absent.
    pub now: Option<Timestamp>,
    /// A directory of Gong's own answers to serve instead of a made-up company.
    pub import: Option<PathBuf>,
    /// How many requests a second are answered; 0 is no limit.
    pub requests_per_second: u32,
    /// How many requests a UTC day are answered; 0 is no limit.
    pub requests_per_day: u32,
    /// What "so many requests a second" means.
    pub limit_reading: LimitReading,
    /// How long every answer takes.
    pub latency: Duration,
    /// How many records a page has.
    pub page_size: usize,
    /// How long a cursor may be used.
    pub cursor_life: Duration,
    /// How long the address of a recording is good, in whole seconds; at least one.
    pub media_life: Duration,
    /// How many bytes a recording has.
    pub media_bytes: u64,
    /// Whether a part of a recording can be had; otherwise `Range` is ignored.
    pub media_ranges: bool,
    /// Whether what Gong does not document is refused, such as `GET /v2/meetings`.
    pub strict: bool,
    /// How long work takes that Gong does later: until an added call can be read once its media
    /// have come, until it has a transcript after that, until erased data are gone, until a request
    /// to the CRM or a bulk assignment is done.
    pub work_time: Duration,
    /// Whether the operation is served that Gong took away, `GET /v2/calls/manual-crm-associations`.
    pub removed_operations: bool,
    /// Whether the company has not bought Engage, and so has no tasks and no flows.
    pub without_engage: bool,
    /// Whether the Meetings API, which Gong gives to some, is not given to the company.
    pub without_meetings: bool,
    /// How many credits there are for questions and briefs about customers, each of which costs one.
    pub credits: u64,
    /// What goes wrong, and when.
    pub faults: Script,
    /// Who is let in.
    pub access: Access,
    /// The app that can get tokens by OAuth; without one, nobody can.
    pub oauth: Option<OAuthApp>,
    /// Where to listen; only loopback addresses are accepted.
    pub address: IpAddr,
    /// The port to listen on; 0 is any free one.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            calls: 1000,
            now: None,
            import: None,
            requests_per_second: 3,
            requests_per_day: 10_000,
            limit_reading: LimitReading::default(),
            latency: Duration::ZERO,
            page_size: 100,
            cursor_life: Duration::from_hours(1),
            media_life: Duration::from_hours(8),
            media_bytes: 80_044,
            media_ranges: true,
            strict: false,
            work_time: Duration::from_secs(3),
            removed_operations: false,
            without_engage: false,
            without_meetings: false,
            credits: 1000,
            faults: Script::default(),
            access: Access::default(),
            oauth: Some(OAuthApp::default()),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
        }
    }
}

/// What "so many requests a second" means; Gong does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LimitReading {
    /// In no span of one second, wherever it begins.
    Sliding,
    /// In no second of the clock.
    Second,
    /// A bucket of so many tokens that fills at the same rate.
    #[default]
    Bucket,
}

impl FromStr for LimitReading {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "sliding" => Ok(Self::Sliding),
            "second" => Ok(Self::Second),
            "bucket" => Ok(Self::Bucket),
            _ => Err(Error::UnknownLimitReading { word: text.to_owned() }),
        }
    }
}

impl fmt::Display for LimitReading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sliding => "sliding",
            Self::Second => "second",
            Self::Bucket => "bucket",
        })
    }
}

/// Who is let in.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Access {
    /// Any access key with any secret, and any token, with all scopes.
    #[default]
    Any,
    /// One access key, with all scopes.
    Key {
        /// The access key.
        access_key: String,
        /// Its secret.
        secret_key: Secret,
    },
    /// These and no others.
    Grants(Vec<Grant>),
}

/// An app that can get tokens at `/oauth2/authorize` and `/oauth2/generate-customer-token`. Its tokens
/// are let in for the scopes that were approved, whatever [`Access`] says.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    /// The id, `sandbox-client` by default.
    pub client_id: String,
    /// The secret, `sandbox-secret` by default.
    pub client_secret: Secret,
    /// How long an access token is good, a day by default.
    pub token_life: Duration,
    /// Whether who is sent to the first page approves; otherwise they deny.
    pub approves: bool,
    /// Whether the answer with the tokens has `api_base_url_for_customer`.
    pub tells_base_url: bool,
}

impl Default for OAuthApp {
    fn default() -> Self {
        Self {
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".into(),
            token_life: Duration::from_hours(24),
            approves: true,
            tells_base_url: true,
        }
    }
}

/// What one key or token may do.
#[derive(Debug, Clone)]
pub struct Grant {
    /// What it shows to be let in.
    pub credential: Credential,
    /// The scopes it has, such as `api:users:read`; all of them when absent.
    pub scopes: Option<Vec<String>>,
    /// Whether it sees any calls; without, each of them is as if it did not exist.
    pub sees_calls: bool,
}

/// What a client shows to be let in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credential {
    /// Basic authentication.
    Key {
        /// The access key.
        access_key: String,
        /// Its secret.
        secret_key: Secret,
    },
    /// Bearer authentication.
    Token(Secret),
}

/// A text that `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, LimitReading};

    #[test]
    fn debug_shows_no_secret() {
        let access = Access::Key { access_key: "k".to_owned(), secret_key: "hush-hush".into() };
        assert!(!format!("{access:?}").contains("hush"));
    }

    #[test]
    fn limit_readings_are_read_as_they_are_written() {
        for reading in [LimitReading::Sliding, LimitReading::Second, LimitReading::Bucket] {
            assert_eq!(reading.to_string().parse::<LimitReading>().unwrap(), reading);
        }
        let error = "leaky".parse::<LimitReading>().unwrap_err().to_string();
        assert!(error.contains("leaky") && error.contains("sliding"), "{error}");
    }
}
