//! Uploads: files that are taken while they arrive, so that none has to fit in memory.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::{Map, Value};

use crate::{
    ask::{Answered, Ask, Problem},
    multipart, routes,
    routes::Operation,
    sandbox::lock,
};

/// A file that was uploaded whole and accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upload {
    /// The path of the request, without the query.
    pub path: String,
    /// The name of the part that the file came in.
    pub part: String,
    /// The name that the sender gave to the file.
    pub file_name: Option<String>,
    /// The type that the sender gave to the file.
    pub content_type: Option<String>,
    /// How many bytes the file has.
    pub bytes: u64,
    /// SHA-256 of the file, as lower-case hexadecimal digits.
    pub sha256: String,
}

/// What an operation does with a file.
pub(crate) trait Intake: Send {
    /// The next bytes of the file.
    fn take(&mut self, piece: &[u8]);

    /// The file is whole.
    fn finish(self: Box<Self>, ask: &Ask<'_>, upload: &Upload) -> Answered;
}

/// An intake that keeps a small file until it is whole.
pub(crate) struct Kept {
    bytes: Vec<u8>,
    finish: fn(&Ask<'_>, &[u8]) -> Answered,
}

impl Kept {
    pub(crate) fn new(finish: fn(&Ask<'_>, &[u8]) -> Answered) -> Self {
        Self { bytes: Vec::new(), finish }
    }
}

impl Intake for Kept {
    fn take(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    fn finish(self: Box<Self>, ask: &Ask<'_>, _upload: &Upload) -> Answered {
        (self.finish)(ask, &self.bytes)
    }
}

/// Why an upload is not answered with success.
pub(crate) enum Stopped {
    /// It is refused.
    Problem(Problem),
    /// The connection is gone.
    Lost,
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Takes the file of an operation that has one.
pub(crate) async fn receive(
    operation: &Operation,
    ask: &Ask<'_>,
    body: &mut Arriving,
) -> Result<Map<String, Value>, Stopped> {
    let Some(part) = operation.file() else {
        return Err(Problem::not_served(operation.id).into());
    };
    let mut intake = routes::intake(operation, ask)?;
    let upload = multipart::read(ask, body, &part, &mut *intake).await?;
    let members = intake.finish(ask, &upload)?;
    lock(&ask.store.uploads).push(upload);
    Ok(members)
}

/// The body of a request.
pub(crate) enum Sent {
    /// All of it.
    Whole(Bytes),
    /// What comes while it is read.
    Stream(Pieces),
}

/// The pieces of a body.
pub(crate) type Pieces = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

impl Sent {
    /// How much of it is here.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Whole(bytes) => bytes.len(),
            Self::Stream(_) => 0,
        }
    }
}

/// A body that arrives, perhaps not to its end.
pub(crate) struct Arriving {
    pieces: Pieces,
    n_bytes: u64,
    /// How many bytes come before the connection is lost.
    until_lost: Option<u64>,
}

impl Arriving {
    pub(crate) fn new(sent: Sent, until_lost: Option<u64>) -> Self {
        let pieces = match sent {
            Sent::Whole(bytes) => cut_up(bytes),
            Sent::Stream(pieces) => pieces,
        };
        // The end is asked for again when the rest is drained.
        let pieces = pieces.fuse().boxed();
        Self { pieces, n_bytes: 0, until_lost }
    }

    /// How many bytes came.
    pub(crate) fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// Reads what is left, since many clients read no answer before they have sent everything.
    /// Returns whether the end was reached.
    pub(crate) async fn drain(&mut self) -> bool {
        while let Some(piece) = self.next().await {
            if piece.is_err() {
                return false;
            }
        }
        true
    }
}

/// The bytes in pieces like those of a connection.
fn cut_up(bytes: Bytes) -> Pieces {
    let pieces = stream::unfold(bytes, |mut rest| async move {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then_some((Ok(piece), rest))
    });
    pieces.boxed()
}

/// How large a piece is that is cut from a body in memory.
const PIECE: usize = 64 << 10;

impl Stream for Arriving {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let lost = || Poll::Ready(Some(Err(crate::reply::reset())));
        if self.until_lost == Some(self.n_bytes) {
            return lost();
        }
        match self.pieces.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(mut piece))) => {
                let left = self.until_lost.map_or(u64::MAX, |until| until - self.n_bytes);
                piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                self.n_bytes += u64::try_from(piece.len()).unwrap_or(0);
                Poll::Ready(Some(Ok(piece)))
            }
            // The fault comes true however small the body is.
            Poll::Ready(None) if self.until_lost.is_some() => lost(),
            other => other,
        }
    }
}
