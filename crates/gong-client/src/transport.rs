//! The transport: how one prepared request reaches a server, as a trait so that tests need no network.

mod over_reqwest;

mod payload;

use std::{error::Error as StdError, fmt, pin::Pin};

use bytes::Bytes;
use futures_util::Stream;
use http::{Request, Response};

pub(crate) use self::over_reqwest::OverReqwest;
pub use self::payload::Payload;

/// The body of an answer as it comes in, decompressed.
pub type Body = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// An answer under way.
pub type Sending<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send + 'a>>;

/// Sends a prepared request once and returns its answer, whatever the status.
///
/// It must not send again, follow redirects, or keep cookies: every request that reaches Gong has to
/// pass the limiter. Timeouts, except that for connecting, are kept by the client.
pub trait Transport: Send + Sync {
    /// Sends `request`, whose URI is absolute and which carries all of its headers, the length of a
    /// streamed body among them. Returns when the headers of the answer are there.
    fn send(&self, request: Request<Payload>) -> Sending<'_>;
}

/// Why there is no answer, or not all of one.
#[derive(Debug)]
pub struct TransportError {
    /// What kind of thing went wrong.
    pub kind: TransportErrorKind,
    /// Whether it is certain that the server got no part of the request.
    pub nothing_was_sent: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of thing went wrong between here and a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection: the name is unknown, nobody listens, or the certificate is refused.
    Connect,
    /// It took too long.
    Timeout,
    /// The connection was lost before there was an answer.
    Reset,
    /// The connection was lost, or the compression broke, within the answer.
    Body,
    /// The request could not be prepared.
    Request,
}

impl TransportError {
    /// A failure of this kind. Nothing was sent if there was no connection or no request.
    pub fn new(kind: TransportErrorKind) -> Self {
        use TransportErrorKind::{Connect, Request};
        Self { kind, nothing_was_sent: matches!(kind, Connect | Request), source: None }
    }

    /// The same with what caused it. The cause must not quote the query of the request.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Timeout => "timed out",
            TransportErrorKind::Reset => "the connection was lost before there was an answer",
            TransportErrorKind::Body => "the answer broke off",
            TransportErrorKind::Request => "the request could not be prepared",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
