//! Broken bodies: cut, reset, stalled, dripped, and too large.

use std::{io, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::time::sleep;

use super::gzip;
use crate::reply::{Chunks, ReplyBody, cut, reset};

/// How large the chunks of a body without end are.
const CHUNK: usize = 64 * 1024;

/// So many bytes of the body, then the end of the connection, though all were promised.
pub(crate) fn truncated(body: ReplyBody, after: u64) -> ReplyBody {
    broken(body, after, cut)
}

/// So many bytes of the body, then a reset of the connection.
pub(crate) fn torn(body: ReplyBody, after: u64) -> ReplyBody {
    broken(body, after, reset)
}

fn broken(body: ReplyBody, after: u64, error: fn() -> io::Error) -> ReplyBody {
    let length = body.promised();
    let head = stream::unfold((body, after), |(mut body, left)| async move {
        if left == 0 {
            return None;
        }
        let mut piece = body.next().await?.ok()?;
        piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - size_of(&piece);
        Some((Ok(piece), (body, left)))
    });
    let tail = stream::once(async move {
        // The server writes what it has before it learns of the end.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        Err(error())
    });
    ReplyBody::stream(head.chain(tail).boxed(), length)
}

/// So many bytes of the body, then nothing for a while, then the rest.
pub(crate) fn stalled(body: ReplyBody, after: u64, wait: Duration) -> ReplyBody {
    let length = body.promised();
    let still = Still { body, rest: None, until_wait: Some(after) };
    let pieces = stream::unfold(still, move |mut still| async move {
        if still.until_wait == Some(0) {
            sleep(wait).await;
            still.until_wait = None;
        }
        let next = match still.rest.take() {
            Some(rest) => Some(Ok(rest)),
            None => still.body.next().await,
        };
        let Some(Ok(mut piece)) = next else {
            if still.until_wait.take().is_some() {
                sleep(wait).await;
            }
            return next.map(|end| (end, still));
        };
        if let Some(left) = still.until_wait {
            let place = usize::try_from(left).unwrap_or(usize::MAX);
            if place < piece.len() {
                still.rest = Some(piece.split_off(place));
            }
            still.until_wait = Some(left - size_of(&piece));
        }
        Some((Ok(piece), still))
    });
    ReplyBody::stream(pieces.boxed(), length)
}

/// A body on its way to a wait.
struct Still {
    body: ReplyBody,
    rest: Option<Bytes>,
    /// How many bytes come before the wait, if it is still ahead.
    until_wait: Option<u64>,
}

/// The body in small pieces, with a wait before each.
pub(crate) fn dripped(body: ReplyBody, bytes: usize, wait: Duration) -> ReplyBody {
    let length = body.promised();
    let pieces = stream::unfold((body, Bytes::new()), move |(mut body, mut rest)| async move {
        if rest.is_empty() {
            rest = body.next().await?.ok()?;
        }
        sleep(wait).await;
        let piece = rest.split_to(bytes.min(rest.len()));
        Some((Ok(piece), (body, rest)))
    });
    ReplyBody::stream(pieces.boxed(), length)
}

fn size_of(piece: &Bytes) -> u64 {
    u64::try_from(piece.len()).unwrap_or(u64::MAX)
}

/// A JSON object of this many bytes.
pub(crate) fn huge(request_id: &str, size: u64) -> ReplyBody {
    let head = format!(r#"{{"requestId":"{request_id}","padding":""#);
    let tail = Bytes::from_static(b"\"}");
    let around = u64::try_from(head.len() + tail.len()).unwrap_or(u64::MAX);
    let padding = size.saturating_sub(around);
    let chunks = stream::iter([Ok(Bytes::from(head))])
        .chain(repeated(b'a', padding))
        .chain(stream::iter([Ok(tail)]));
    ReplyBody::stream(chunks.boxed(), Some(padding + around))
}

/// A gzip stream that unpacks to this many zero bytes, a thousand times its own size.
pub(crate) fn gzip_bomb(size: u64) -> ReplyBody {
    let bomb = gzip::zeros(size);
    let length = gzip::length(&bomb);
    let chunks = stream::iter([Ok(Bytes::from(bomb.head))])
        .chain(repeated(0, bomb.zeros))
        .chain(stream::iter([Ok(Bytes::from(bomb.tail))]));
    ReplyBody::stream(chunks.boxed(), Some(length))
}

fn repeated(byte: u8, count: u64) -> Chunks {
    let chunk = Bytes::from(vec![byte; CHUNK]);
    stream::unfold(count, move |left| {
        let size = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        let piece = chunk.slice(..size);
        let rest = left - u64::try_from(size).unwrap_or(left);
        async move { (left > 0).then_some((Ok(piece), rest)) }
    })
    .boxed()
}
