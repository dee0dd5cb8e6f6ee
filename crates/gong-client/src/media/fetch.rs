//! One try to fetch a recording, or the rest of it.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::StreamExt as _;
use gong_auth::BaseUrl;
use http::{HeaderValue, Request, Response, StatusCode, header};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::{
    Begun, DownloadError, Job, Sink,
    version::{Range, Version},
};
use crate::{
    answer,
    options::Timeouts,
    retry::retry_after,
    transport::{Body, OverReqwest, Payload, Transport as _, TransportError, TransportErrorKind},
    watch::Event,
};

/// Where a recording is. It has no `Debug`, for the address is as good as a key.
pub(super) struct Place {
    url: Url,
    origin: BaseUrl,
    transport: OverReqwest,
}

impl Place {
    pub(super) fn new(address: &str, timeouts: Timeouts) -> Result<Self, DownloadError> {
        let unusable = |problem| DownloadError::Unusable { problem };
        let url = Url::parse(address).map_err(|_| unusable("it is none"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(unusable("it has a user name or a password"));
        }
        let origin = url.origin().ascii_serialization();
        let origin: BaseUrl = origin.parse().map_err(|_| {
            unusable("it leads to no host, or it is not https and not this machine")
        })?;
        let transport = OverReqwest::new(origin.clone(), timeouts);
        Ok(Self { url, origin, transport })
    }

    pub(super) fn host(&self) -> &str {
        self.origin.host()
    }

    /// What is fetched, without what lets anybody fetch it.
    pub(super) fn name(&self) -> String {
        format!("GET {}", self.origin)
    }

    pub(super) fn refused(&self, status: StatusCode) -> DownloadError {
        DownloadError::Refused { host: self.host().to_owned(), status }
    }
}

/// Why a try did not bring the rest.
pub(super) enum Trouble {
    /// The address has expired, it seems.
    Expired(StatusCode),
    /// The server has a problem, and says how long.
    Busy(StatusCode, Option<Duration>),
    /// It broke off, or never began.
    Lost(TransportError),
    /// Another try would end the same.
    Final(DownloadError),
}

impl From<DownloadError> for Trouble {
    fn from(error: DownloadError) -> Self {
        Self::Final(error)
    }
}

impl From<TransportError> for Trouble {
    fn from(error: TransportError) -> Self {
        Self::Lost(error)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired(status) | Self::Busy(status, _) => write!(f, "answered {status}"),
            Self::Lost(error) => write!(f, "{error}"),
            Self::Final(error) => write!(f, "{error}"),
        }
    }
}

impl<S: Sink> Job<'_, S> {
    /// Asks once for what is missing, and takes what comes.
    pub(super) async fn attempt(&mut self, place: &Place) -> Result<(), Trouble> {
        let Timeouts { headers, .. } = self.downloads.timeouts;
        let request = self.request(place)?;
        let answer = timeout(headers, place.transport.send(request))
            .await
            .map_err(|_| TransportError::new(TransportErrorKind::Timeout))??;
        match answer.status() {
            StatusCode::OK => self.begin(place, &answer)?,
            StatusCode::PARTIAL_CONTENT => {
                let range = Range::of(answer.headers());
                let length = range.and_then(|range| range.length);
                let version = Version::of(answer.headers(), length);
                let is_rest = range.and_then(|range| range.first) == Some(self.begun.held);
                if !is_rest || !self.begun.version.goes_on_with(&version) {
                    return Err(self.forget());
                }
            }
            // Something was missing, so what the server has now is another version, and shorter.
            StatusCode::RANGE_NOT_SATISFIABLE => return Err(self.forget()),
            status => return Err(trouble(place, status, &answer)),
        }
        self.take(answer.into_body()).await
    }

    fn request(&self, place: &Place) -> Result<Request<Payload>, DownloadError> {
        let unusable = |_| DownloadError::Unusable { problem: "it cannot be sent" };
        let mut request = Request::get(place.url.as_str())
            .header(header::USER_AGENT, &self.downloads.user_agent)
            .header(header::ACCEPT, HeaderValue::from_static("*/*"))
            // Bytes are counted, so they must come as they are.
            .header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let Begun { held, version, .. } = &self.begun;
        if let (Some(condition), 1..) = (version.condition(), *held) {
            request = request
                .header(header::RANGE, format!("bytes={held}-"))
                .header(header::IF_RANGE, condition);
        }
        request.body(Payload::Bytes(Bytes::new())).map_err(unusable)
    }

    /// Begins anew with all of the recording.
    fn begin(&mut self, place: &Place, answer: &Response<Body>) -> Result<(), Trouble> {
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let is_page = text(header::CONTENT_TYPE)
            .is_some_and(|it| it.trim_start().to_ascii_lowercase().starts_with("text/html"));
        if is_page {
            let host = place.host().to_owned();
            return Err(DownloadError::NotMedia { host }.into());
        }
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let version = Version::of(answer.headers(), length);
        self.sink.begin(&version, self.begun.held)?;
        self.begun = Begun { version, ..Begun::default() };
        Ok(())
    }

    /// The part is of another version than the server has, so the next try is for all of it.
    fn forget(&mut self) -> Trouble {
        self.begun.version = Version::default();
        let kind = TransportErrorKind::Body;
        TransportError::new(kind).caused_by("the recording is another than before").into()
    }

    /// Takes the body to its end.
    async fn take(&mut self, mut body: Body) -> Result<(), Trouble> {
        let Timeouts { slow_span, slow_rate, .. } = self.downloads.timeouts;
        let enough = u64::from(slow_rate) * slow_span.as_secs();
        let mut span_end = Instant::now() + slow_span;
        let mut at_span_start = self.begun.held;
        loop {
            let next = timeout_at(span_end, body.next()).await;
            if let Ok(next) = next {
                let Some(piece) = next.transpose()? else { break };
                let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                let of = self.begun.version.length;
                if of.is_some_and(|of| self.begun.held.saturating_add(length) > of) {
                    // What is there may look whole, but is of no version.
                    self.begun.version = Version::default();
                    return Err(body_error("there is more of it than promised").into());
                }
                self.sink.write(&piece)?;
                self.begun.add(&piece);
                let bytes = self.begun.held;
                self.tell(|| Event::Downloading { bytes, of });
            }
            if Instant::now() >= span_end {
                let in_span = self.begun.held - at_span_start;
                if in_span < enough {
                    let why = format!("{in_span} bytes in the last {slow_span:?} are too slow");
                    let kind = TransportErrorKind::Timeout;
                    return Err(TransportError::new(kind).caused_by(why).into());
                }
                span_end = Instant::now() + slow_span;
                at_span_start = self.begun.held;
            }
        }
        if self.begun.version.length.is_some_and(|of| self.begun.held < of) {
            return Err(body_error("there is less of it than promised").into());
        }
        Ok(())
    }
}

fn body_error(why: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::Body).caused_by(why)
}

/// What an answer means that brings nothing.
fn trouble(place: &Place, status: StatusCode, answer: &Response<Body>) -> Trouble {
    if status.is_redirection() {
        let to = answer::redirect_host(answer.headers(), &place.origin.join("/"));
        return DownloadError::Redirected { host: place.host().to_owned(), to }.into();
    }
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Trouble::Expired(status)
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            Trouble::Busy(status, retry_after(answer.headers(), SystemTime::now()))
        }
        status if status.is_server_error() => {
            Trouble::Busy(status, retry_after(answer.headers(), SystemTime::now()))
        }
        status => place.refused(status).into(),
    }
}
