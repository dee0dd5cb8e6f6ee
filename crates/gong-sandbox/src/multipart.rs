//! Multipart bodies: finds the one part that an operation wants, and reads it piece by piece.

use std::{
    error::Error as _,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::Stream;
use http::{StatusCode, header};
use multer::{Field, Multipart};
use sha2::{Digest as _, Sha256};

use crate::{
    ask::{Ask, Problem},
    routes::FilePart,
    upload::{Arriving, Intake, Stopped, Upload},
};

/// How many bytes may come where a part is still to begin.
const MOST_BETWEEN_PARTS: u64 = 1 << 20;

/// Reads the part that is wanted into the intake. Other parts are skipped.
pub(crate) async fn read(
    ask: &Ask<'_>,
    body: &mut Arriving,
    wanted: &FilePart,
    intake: &mut dyn Intake,
) -> Result<Upload, Stopped> {
    let kind = ask.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default())
        .map_err(|_| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"))?;
    let allowance = Arc::new(AtomicU64::new(0));
    let feed = Feed { body, allowance: Arc::clone(&allowance), is_due_to_wait: false };
    let mut parts = Multipart::new(feed, boundary);
    let mut found = None;
    loop {
        allowance.store(MOST_BETWEEN_PARTS, Ordering::Relaxed);
        let Some(mut part) = parts.next_field().await? else { break };
        allowance.store(u64::MAX, Ordering::Relaxed);
        if part.name() == Some(wanted.name) {
            if found.is_some() {
                let text = format!("{} part must come once", wanted.name);
                return Err(Problem::bad_request(text).into());
            }
            found = Some(file(ask, part, wanted, intake).await?);
        } else {
            while part.chunk().await?.is_some() {}
        }
    }
    let missing = || Problem::bad_request(format!("{} part is missing", wanted.name));
    Ok(found.ok_or_else(missing)?)
}

/// Reads the part that is wanted.
async fn file(
    ask: &Ask<'_>,
    mut part: Field<'_>,
    wanted: &FilePart,
    intake: &mut dyn Intake,
) -> Result<Upload, Stopped> {
    let mut hash = Sha256::new();
    let mut n_bytes = 0_u64;
    while let Some(piece) = part.chunk().await? {
        n_bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if n_bytes > wanted.most_bytes {
            let text = format!("{} is larger than {} bytes", wanted.name, wanted.most_bytes);
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, text).into());
        }
        hash.update(&piece);
        intake.take(&piece);
    }
    Ok(Upload {
        path: ask.path.to_owned(),
        part: wanted.name.to_owned(),
        file_name: part.file_name().map(str::to_owned),
        content_type: part.content_type().map(ToString::to_string),
        bytes: n_bytes,
        sha256: format!("{:x}", Bytes::copy_from_slice(&hash.finalize())),
    })
}

impl From<multer::Error> for Stopped {
    /// Tells a lost connection from a body that is no multipart.
    fn from(error: multer::Error) -> Self {
        let lost = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        match lost {
            Some(lost) if lost.kind() != io::ErrorKind::InvalidData => Self::Lost,
            _ => Problem::bad_request("The multipart body cannot be read").into(),
        }
    }
}

/// A body that gives one piece at a time: the parser would otherwise hold all that is there.
struct Feed<'a> {
    body: &'a mut Arriving,
    /// How many bytes the parser may still ask for.
    allowance: Arc<AtomicU64>,
    is_due_to_wait: bool,
}

impl Stream for Feed<'_> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.is_due_to_wait) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = Pin::new(&mut *self.body).poll_next(context);
        if let Poll::Ready(Some(Ok(piece))) = &next {
            self.is_due_to_wait = true;
            let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let left = self.allowance.load(Ordering::Relaxed).checked_sub(length);
            let Some(left) = left else {
                return Poll::Ready(Some(Err(io::ErrorKind::InvalidData.into())));
            };
            self.allowance.store(left, Ordering::Relaxed);
        }
        next
    }
}
