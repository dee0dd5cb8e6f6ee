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
pub(crate) fn truncated(body: &Bytes, after: u64) -> ReplyBody {
    broken(body, after, cut)
}

/// So many bytes of the body, then a reset of the connection.
pub(crate) fn torn(body: &Bytes, after: u64) -> ReplyBody {
    broken(body, after, reset)
}

fn broken(body: &Bytes, after: u64, error: fn() -> io::Error) -> ReplyBody {
    let head = body.slice(..place(body, after));
    let length = u64::try_from(body.len()).ok();
    let tail = stream::once(async move {
        // The server writes what it has before it learns of the end.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        Err(error())
    });
    ReplyBody::stream(first(head).chain(tail).boxed(), length)
}

/// So many bytes of the body, then nothing for a while, then the rest.
pub(crate) fn stalled(body: &Bytes, after: u64, wait: Duration) -> ReplyBody {
    let place = place(body, after);
    let (head, tail) = (body.slice(..place), body.slice(place..));
    let tail = stream::once(async move {
        sleep(wait).await;
        Ok(tail)
    });
    ReplyBody::stream(first(head).chain(tail).boxed(), u64::try_from(body.len()).ok())
}

/// The body in small pieces, with a wait before each.
pub(crate) fn dripped(body: &Bytes, bytes: usize, wait: Duration) -> ReplyBody {
    let length = u64::try_from(body.len()).ok();
    let pieces = stream::unfold(body.clone(), move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        sleep(wait).await;
        let piece = rest.split_to(bytes.min(rest.len()));
        Some((Ok(piece), rest))
    });
    ReplyBody::stream(pieces.boxed(), length)
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

fn first(head: Bytes) -> Chunks {
    let chunks = if head.is_empty() { Vec::new() } else { vec![Ok(head)] };
    stream::iter(chunks).boxed()
}

fn place(body: &Bytes, after: u64) -> usize {
    usize::try_from(after).unwrap_or(usize::MAX).min(body.len())
}
