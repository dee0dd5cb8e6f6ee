//! One exchange: sends a request once, keeps the time limits, and reads no more than is allowed.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::{HeaderMap, Method, Request, StatusCode, header};
use tokio::time::{Instant, timeout_at};

use crate::{
    answer::Raw,
    limits::Permit,
    options::{Options, Timeouts},
    transport::{Body, Transport, TransportError, TransportErrorKind},
};

/// What came of sending a request once.
#[derive(Debug)]
pub(crate) enum Exchanged {
    /// An answer of any status, whole.
    Answer(Raw),
    /// No answer, or part of one.
    Lost(TransportError),
    /// An answer that is too large.
    TooLarge,
}

/// Sends `request` with `permit`, which is given back as soon as it is known what became of the
/// request.
pub(crate) async fn exchange(
    transport: &dyn Transport,
    request: Request<Bytes>,
    permit: Permit,
    options: &Options,
) -> Exchanged {
    let started = Instant::now();
    let Timeouts { headers, total, .. } = options.timeouts;
    let is_head = request.method() == Method::HEAD;
    let answer = match timeout_at(started + headers.min(total), transport.send(request)).await {
        Ok(answer) => answer,
        Err(_) => Err(TransportError::new(TransportErrorKind::Timeout)),
    };
    match &answer {
        Err(error) if error.nothing_was_sent => permit.unsent(),
        Err(error) if error.kind == TransportErrorKind::Timeout => permit.unknown(),
        _ => permit.answered(),
    }
    let (parts, body) = match answer {
        Ok(answer) => answer.into_parts(),
        Err(error) => return Exchanged::Lost(error),
    };
    let promised = if is_head { None } else { promised(&parts.headers, parts.status) };
    let reading = Reading { timeouts: options.timeouts, end: started + total, promised };
    match reading.read(body, options.max_body).await {
        Ok(Some(body)) => {
            Exchanged::Answer(Raw { status: parts.status, headers: parts.headers, body })
        }
        Ok(None) => Exchanged::TooLarge,
        // What Gong answers is known from the status, though not its words.
        Err(_) if !parts.status.is_success() => Exchanged::Answer(Raw {
            status: parts.status,
            headers: parts.headers,
            body: Bytes::new(),
        }),
        Err(error) => Exchanged::Lost(error),
    }
}

/// The length that the headers promise, if nothing stands between it and the body.
fn promised(headers: &HeaderMap, status: StatusCode) -> Option<u64> {
    let has_body = status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
    if !has_body || headers.contains_key(header::CONTENT_ENCODING) {
        return None;
    }
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

struct Reading {
    timeouts: Timeouts,
    end: Instant,
    promised: Option<u64>,
}

impl Reading {
    /// All of the body; `None` if it is larger than `limit`.
    async fn read(self, mut body: Body, limit: u64) -> Result<Option<Bytes>, TransportError> {
        let Timeouts { slow_span, slow_rate, .. } = self.timeouts;
        let enough = u64::from(slow_rate) * slow_span.as_secs();
        let mut all = Collected::default();
        let mut span_end = Instant::now() + slow_span;
        let mut in_span = 0;
        loop {
            let Ok(chunk) = timeout_at(self.end.min(span_end), body.next()).await else {
                if Instant::now() >= self.end || in_span < enough {
                    return Err(too_slow(in_span, slow_span));
                }
                span_end = Instant::now() + slow_span;
                in_span = 0;
                continue;
            };
            let Some(chunk) = chunk.transpose()? else { break };
            all.length += length(&chunk);
            in_span += length(&chunk);
            if all.length > limit {
                return Ok(None);
            }
            all.push(chunk);
            if Instant::now() >= span_end {
                if in_span < enough {
                    return Err(too_slow(in_span, slow_span));
                }
                span_end = Instant::now() + slow_span;
                in_span = 0;
            }
        }
        if self.promised.is_some_and(|promised| promised != all.length) {
            return Err(TransportError::new(TransportErrorKind::Body)
                .caused_by("it has another length than promised"));
        }
        Ok(Some(all.into_bytes()))
    }
}

/// Chunks put together; a single one is not copied.
#[derive(Default)]
struct Collected {
    first: Option<Bytes>,
    all: BytesMut,
    length: u64,
}

impl Collected {
    fn push(&mut self, chunk: Bytes) {
        if self.all.is_empty() && self.first.is_none() {
            self.first = Some(chunk);
            return;
        }
        if let Some(first) = self.first.take() {
            self.all.extend_from_slice(&first);
        }
        self.all.extend_from_slice(&chunk);
    }

    fn into_bytes(self) -> Bytes {
        self.first.unwrap_or_else(|| self.all.freeze())
    }
}

fn length(chunk: &Bytes) -> u64 {
    u64::try_from(chunk.len()).unwrap_or(u64::MAX)
}

fn too_slow(bytes: u64, span: Duration) -> TransportError {
    TransportError::new(TransportErrorKind::Timeout)
        .caused_by(format!("the answer was too slow: {bytes} bytes in the last {span:?}"))
}
