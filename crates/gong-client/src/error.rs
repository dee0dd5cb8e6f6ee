//! What can go wrong with a request, named after what happened to the caller.

use std::{error::Error as StdError, io, path::PathBuf, sync::Arc};

use gong_types::DecodeError;
use http::StatusCode;
use jiff::Timestamp;

use crate::{printable::Printable, transport::TransportError, watch::Reason};

/// What this crate's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What happened to a request.
///
/// `request` is its method and path, without the values of its query. Texts that came from outside
/// are in the fields as they came; messages show them without control characters.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Gong answered, and the answer is no.
    #[error("{}: {}", Printable(request), refusal(*status, messages))]
    Refused {
        /// Which request.
        request: String,
        /// The status.
        status: StatusCode,
        /// What Gong says about it.
        messages: Vec<String>,
        /// Gong's name for this answer, which its support asks for.
        request_id: Option<String>,
        /// How many times it was sent.
        attempts: u32,
    },
    /// Something answered, but not with what Gong's API answers with: perhaps a proxy or a login
    /// page.
    #[error(
        "{}: {host} answered {} with something that is not from the Gong API{}",
        Printable(request),
        status.as_u16(),
        quoted(beginning)
    )]
    NotGong {
        /// Which request.
        request: String,
        /// The status.
        status: StatusCode,
        /// The host that was asked.
        host: String,
        /// The beginning of the body, in printable ASCII.
        beginning: String,
        /// How many times it was sent.
        attempts: u32,
    },
    /// The answer was a redirect, which is never followed, for it would take the key elsewhere.
    #[error(
        "{}: redirected{}; this base URL is not the one of your company",
        Printable(request),
        target(host.as_deref())
    )]
    Redirected {
        /// Which request.
        request: String,
        /// The status.
        status: StatusCode,
        /// The host that the answer points to.
        host: Option<String>,
    },
    /// There was no answer, or not all of one.
    #[error("{}: no answer after {}", Printable(request), tries(*attempts))]
    Lost {
        /// Which request.
        request: String,
        /// How many times it was sent.
        attempts: u32,
        /// What went wrong with the last one.
        source: TransportError,
    },
    /// The answer ended before its JSON did.
    #[error("{}: the answer was cut short, {}", Printable(request), tries(*attempts))]
    CutShort {
        /// Which request.
        request: String,
        /// How many times it was sent.
        attempts: u32,
    },
    /// The answer is larger than allowed.
    #[error("{}: the answer is larger than {limit} bytes", Printable(request))]
    TooLarge {
        /// Which request.
        request: String,
        /// The most that is read, in bytes after decompression.
        limit: u64,
    },
    /// The answer is JSON, but not what the operation promises.
    #[error("{}: the answer is not what was promised", Printable(request))]
    Undecodable {
        /// Which request.
        request: String,
        /// Gong's name for this answer, which its support asks for.
        request_id: Option<String>,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// A limit is used up, and waiting for it would take longer than allowed.
    #[error("{}: {}; try again after {until:.0}", Printable(request), used_up(*reason))]
    Exhausted {
        /// Which request.
        request: String,
        /// When to come back.
        until: Timestamp,
        /// Which limit it is.
        reason: Reason,
        /// How many times it was sent.
        attempts: u32,
    },
    /// The pages of a list do not come to an end.
    #[error("{}: the pages of this list do not end: {problem}", Printable(request))]
    Stuck {
        /// Which list.
        request: String,
        /// How one can tell.
        problem: &'static str,
    },
    /// The file in which requests are counted cannot be used.
    #[error("the request ledger {} cannot be used", path.display())]
    Ledger {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The answer to something that changes Gong, or costs, was lost or tells nothing, so nobody
    /// knows whether Gong did it.
    #[error("{}: nobody knows whether Gong did this", Printable(request))]
    Unknown {
        /// Which request.
        request: String,
        /// What went wrong last.
        source: Box<Self>,
    },
    /// The same was sent before, and nobody knows whether Gong did it. Nothing is sent until a person
    /// has looked; see [`Options::resend`](crate::Options::resend).
    #[error(
        "{}: the same was sent at {when:.0}, and nobody knows whether Gong did it",
        Printable(request)
    )]
    Unfinished {
        /// Which request.
        request: String,
        /// When it was sent.
        when: Timestamp,
    },
    /// The file that says what was sent cannot be used. Nothing that changes Gong is sent then.
    #[error("the journal {} cannot be used", path.display())]
    Journal {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Gong no longer accepts the login, and it could not be renewed.
    #[error("{}: the login expired and could not be renewed", Printable(request))]
    Renewal {
        /// Which request.
        request: String,
        /// Why.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// What was to be uploaded cannot be.
    #[error("{} cannot be uploaded", Printable(name))]
    Content {
        /// Its path or name.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// The credentials or options cannot be sent.
    #[error("{problem}")]
    Unusable {
        /// What is wrong with them.
        problem: &'static str,
    },
}

impl Error {
    /// Whether Gong says that nothing matches the filters of a list. It says so with a 404.
    pub fn is_no_match(&self) -> bool {
        let Self::Refused { status, messages, .. } = self else { return false };
        *status == StatusCode::NOT_FOUND && messages.iter().any(|message| says_no_match(message))
    }

    /// Whether there is no such thing. Also true when [`Self::is_no_match`] is.
    pub fn is_not_found(&self) -> bool {
        self.is_refused_with(StatusCode::NOT_FOUND)
    }

    /// Whether the login was refused. A missing scope is something else.
    pub fn is_unauthorized(&self) -> bool {
        self.is_refused_with(StatusCode::UNAUTHORIZED) && self.missing_scope().is_none()
    }

    /// The scope that the login lacks, such as `api:calls:read:basic`.
    pub fn missing_scope(&self) -> Option<&str> {
        let Self::Refused { status, messages, .. } = self else { return None };
        if !matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return None;
        }
        messages.iter().find_map(|message| quoted_scope(message))
    }

    /// Whether nobody knows if Gong did what it was asked, which was more than to answer. To ask again
    /// might do it twice.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Unfinished { .. })
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Lost { .. } | Self::CutShort { .. } | Self::Exhausted { .. } => true,
            Self::Refused { status, .. } | Self::NotGong { status, .. } => {
                status.is_server_error()
                    || matches!(
                        *status,
                        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
                    )
            }
            _ => false,
        }
    }

    /// The status of the answer, if there was one with a bad status.
    pub fn status(&self) -> Option<StatusCode> {
        match self.last() {
            Self::Refused { status, .. }
            | Self::NotGong { status, .. }
            | Self::Redirected { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Gong's name for the answer, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        match self.last() {
            Self::Refused { request_id, .. } | Self::Undecodable { request_id, .. } => {
                request_id.as_deref()
            }
            _ => None,
        }
    }

    /// When to come back, if a limit is used up.
    pub fn exhausted_until(&self) -> Option<Timestamp> {
        match self {
            Self::Exhausted { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// What went wrong last, be the outcome known or not.
    fn last(&self) -> &Self {
        match self {
            Self::Unknown { source, .. } => source,
            error => error,
        }
    }

    fn is_refused_with(&self, expected: StatusCode) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == expected)
    }
}

/// `No … found … provided filters`, in any case.
fn says_no_match(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["no ", " found ", "provided filters"]
        .iter()
        .try_fold(message.as_str(), |rest, part| Some(&rest[rest.find(part)? + part.len() - 1..]))
        .is_some()
}

/// The text between quotes that begins like a scope.
fn quoted_scope(message: &str) -> Option<&str> {
    let start = message.find("'api:")? + 1;
    let scope = &message[start..];
    let scope = &scope[..scope.find('\'')?];
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b":-_.".contains(&it);
    scope.bytes().all(is_plain).then_some(scope)
}

fn refusal(status: StatusCode, messages: &[String]) -> String {
    let reason = status.canonical_reason().unwrap_or("unknown status");
    if messages.is_empty() {
        return format!("{} {reason}", status.as_u16());
    }
    let messages: Vec<_> =
        messages.iter().take(5).map(|message| Printable(message).to_string()).collect();
    format!("{} {reason}: {}", status.as_u16(), messages.join("; "))
}

fn quoted(beginning: &str) -> String {
    if beginning.is_empty() { " (empty)".to_owned() } else { format!(": {beginning}") }
}

fn target(host: Option<&str>) -> String {
    host.map(|host| format!(" to {}", Printable(host))).unwrap_or_default()
}

fn tries(attempts: u32) -> String {
    if attempts == 1 { "1 try".to_owned() } else { format!("{attempts} tries") }
}

fn used_up(reason: Reason) -> &'static str {
    match reason {
        Reason::Pace => "all permits of this second are taken",
        Reason::RetryAfter => "Gong asks to wait",
        Reason::DayLimit => "the requests of a day are used up",
    }
}
