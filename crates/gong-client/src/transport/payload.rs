//! The body of a request: all of its bytes, or a stream that makes them while it is sent.

use std::{fmt, io, pin::Pin};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt as _};

/// The body of a request.
pub enum Payload {
    /// All of it.
    Bytes(Bytes),
    /// The body of an upload, made while it is sent.
    Stream {
        /// How many bytes it has in all.
        length: u64,
        /// Its pieces, in order. After an error there are no more, and what was sent must not be taken
        /// for the whole.
        pieces: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
    },
}

impl Payload {
    /// All of it in memory, for transports that need it so. Fails as its pieces do.
    pub async fn collect(self) -> io::Result<Bytes> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Stream { pieces, .. } => {
                let all = pieces.try_fold(BytesMut::new(), async |mut all, piece| {
                    all.extend_from_slice(&piece);
                    Ok(all)
                });
                Ok(all.await?.freeze())
            }
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => f.debug_tuple("Bytes").field(&bytes.len()).finish(),
            Self::Stream { length, .. } => f.debug_tuple("Stream").field(length).finish(),
        }
    }
}
