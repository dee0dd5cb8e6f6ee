//! One exchange: sends a request once, keeps the time limits, and reads no more than is allowed.

use std::{io, pin::pin, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{
    StreamExt as _,
    future::{self, Either},
};
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use tokio::time::{Instant, timeout, timeout_at};

use crate::{
    answer::Raw,
    limits::Permit,
    options::{Options, Timeouts},
    transport::{Body, Payload, Transport, TransportError, TransportErrorKind},
    upload::Sent,
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
    /// What was to be uploaded could not be read to its end, so Gong never had all of it.
    Unread(io::Error),
}

/// Sends `request` with `permit`, which is given back as soon as it is known what became of the
/// request. `sent` says how far a streamed body is.
pub(crate) async fn exchange(
    transport: &dyn Transport,
    request: Request<Payload>,
    sent: Option<Arc<Sent>>,
    permit: Permit,
    options: &Options,
) -> Exchanged {
    let Timeouts { headers, total, .. } = options.timeouts;
    let is_head = request.method() == Method::HEAD;
    let mut end = Instant::now() + total;
    let answer = match &sent {
        None => timeout_at(end.min(Instant::now() + headers), transport.send(request)).await,
        Some(sent) => {
            let answer = upload(transport, request, sent, options.timeouts).await;
            end = Instant::now() + total;
            Ok(answer)
        }
    };
    let answer = answer.unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::Timeout)));
    match &answer {
        Err(error) if error.nothing_was_sent => permit.unsent(),
        Err(error) if error.kind == TransportErrorKind::Timeout => permit.unknown(),
        _ => permit.answered(),
    }
    let (parts, body) = match answer {
        Ok(answer) => answer.into_parts(),
        Err(error) => {
            let unread = sent.and_then(|sent| sent.failure());
            return unread.map_or(Exchanged::Lost(error), Exchanged::Unread);
        }
    };
    let promised = if is_head { None } else { promised(&parts.headers, parts.status) };
    let reading = Reading { timeouts: options.timeouts, end, promised };
    match reading.read(body, options.max_body).await {
        Ok(Some(body)) => {
            Exchanged::Answer(Raw { status: parts.status, headers: parts.headers, body })
        }
        // What Gong answers is known from the status, though not its words.
        Ok(None) | Err(_) if !parts.status.is_success() => Exchanged::Answer(Raw {
            status: parts.status,
            headers: parts.headers,
            body: Bytes::new(),
        }),
        Ok(None) => Exchanged::TooLarge,
        Err(error) => Exchanged::Lost(error),
    }
}

/// Sends a streamed body, which may take as long as it likes if it gets on. The system takes it in
/// bursts of megabytes, so its speed is measured over long spans; and when it has taken the last of
/// it, much is still on its way.
async fn upload(
    transport: &dyn Transport,
    request: Request<Payload>,
    sent: &Sent,
    timeouts: Timeouts,
) -> Result<Response<Body>, TransportError> {
    let span = timeouts.total;
    let enough = u64::from(timeouts.slow_rate) * span.as_secs();
    let mut sending = transport.send(request);
    loop {
        let before = sent.so_far();
        let finished = pin!(timeout(span, sent.finished()));
        let slow = match future::select(&mut sending, finished).await {
            Either::Left((answer, _)) => return answer,
            Either::Right((Ok(()), _)) => break,
            Either::Right((Err(_), _)) => sent.so_far() - before,
        };
        if slow < enough {
            let problem = format!("only {slow} bytes were taken in the last {span:?}");
            return Err(TransportError::new(TransportErrorKind::Timeout).caused_by(problem));
        }
    }
    let answer = timeout(span, sending).await;
    answer.unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::Timeout)))
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
