//! Replies: what the sandbox answers, whole or in the ways that answers break.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt as _};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

/// What the sandbox answers. For a caller in memory it stands for all that a server can do to a
/// client, a lost connection too.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, which may break.
    pub body: ReplyBody,
}

impl Reply {
    /// As an HTTP response, or the error that a client sees whose connection is lost before any
    /// byte of the answer.
    pub fn into_response(self) -> io::Result<Response<ReplyBody>> {
        if self.is_no_answer() {
            return Err(reset());
        }
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        Ok(response)
    }

    /// Whether the connection is lost before any byte of the answer, status and headers included.
    pub fn is_no_answer(&self) -> bool {
        matches!(self.body.0, Kind::NoAnswer)
    }

    pub(crate) fn no_answer() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: ReplyBody(Kind::NoAnswer) }
    }

    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: ReplyBody) -> Self {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status, headers, body }
    }
}

/// The body of a reply: a stream of its chunks, the last of which may be an error.
pub struct ReplyBody(Kind);

enum Kind {
    Whole(Bytes),
    Stream { chunks: Chunks, length: Option<u64> },
    NoAnswer,
}

/// The chunks of a body that is made while it is sent.
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

impl ReplyBody {
    /// All of it, or the error that it breaks with.
    pub async fn collect(self) -> io::Result<Bytes> {
        match self.0 {
            Kind::Whole(bytes) => Ok(bytes),
            Kind::NoAnswer => Err(reset()),
            Kind::Stream { chunks, .. } => {
                let all = chunks.try_fold(BytesMut::new(), |mut all, chunk| async move {
                    all.extend_from_slice(&chunk);
                    Ok(all)
                });
                Ok(all.await?.freeze())
            }
        }
    }

    /// A body that is made while it is sent. `length` is what is promised, kept or not.
    pub(crate) fn stream(chunks: Chunks, length: Option<u64>) -> Self {
        Self(Kind::Stream { chunks, length })
    }

    /// All of it, if it is whole.
    pub(crate) fn whole(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Whole(bytes) => Some(bytes),
            Kind::Stream { .. } | Kind::NoAnswer => None,
        }
    }

    /// How many bytes a client is told to expect.
    pub(crate) fn promised(&self) -> Option<u64> {
        match &self.0 {
            Kind::Whole(bytes) => u64::try_from(bytes.len()).ok(),
            Kind::Stream { length, .. } => *length,
            Kind::NoAnswer => None,
        }
    }
}

impl From<Bytes> for ReplyBody {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Whole(bytes))
    }
}

impl Stream for ReplyBody {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Kind::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Whole(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Kind::Stream { chunks, .. } => chunks.as_mut().poll_next(context),
            Kind::NoAnswer => {
                self.0 = Kind::Whole(Bytes::new());
                Poll::Ready(Some(Err(reset())))
            }
        }
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match &self.0 {
            Kind::Whole(_) => "Whole",
            Kind::Stream { .. } => "Stream",
            Kind::NoAnswer => "NoAnswer",
        })
    }
}

/// The error of a connection that the other side tore down.
pub(crate) fn reset() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "connection reset by the sandbox")
}

/// The error of a connection that ended before the body did.
pub(crate) fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "body cut short by the sandbox")
}
