//! The progress of an upload: how much of a streamed body has been taken, told to whoever watches.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::StreamExt as _;
use tokio::sync::Notify;

use crate::{
    transport::Payload,
    watch::{Event, Watch},
};

/// How far a streamed body is.
#[derive(Default)]
pub(crate) struct Sent {
    so_far: AtomicU64,
    failure: Mutex<Option<io::Error>>,
    finished: Notify,
}

impl Sent {
    /// How many bytes have been taken.
    pub(crate) fn so_far(&self) -> u64 {
        self.so_far.load(Ordering::Relaxed)
    }

    /// Waits until the last byte has been taken.
    pub(crate) async fn finished(&self) {
        self.finished.notified().await;
    }

    /// Why the body could not be made, if it could not.
    pub(crate) fn failure(&self) -> Option<io::Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Watches a streamed body while it is sent. Another one is left as it is.
pub(crate) fn watched(
    payload: Payload,
    request: &str,
    watch: Option<Arc<dyn Watch>>,
) -> (Payload, Option<Arc<Sent>>) {
    let Payload::Stream { length, pieces } = payload else { return (payload, None) };
    let sent = Arc::<Sent>::default();
    let (told, request) = (sent.clone(), request.to_owned());
    let pieces = pieces.map(move |piece| match piece {
        Ok(piece) => {
            let more = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let so_far = told.so_far.fetch_add(more, Ordering::Relaxed) + more;
            if so_far == length {
                told.finished.notify_one();
            }
            if let Some(watch) = &watch {
                watch.event(&Event::Uploading {
                    request: request.clone(),
                    sent: so_far,
                    of: length,
                });
            }
            Ok(piece)
        }
        Err(error) => {
            let shown = io::Error::new(error.kind(), error.to_string());
            *told.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            Err(shown)
        }
    });
    (Payload::Stream { length, pieces: Box::pin(pieces) }, Some(sent))
}
