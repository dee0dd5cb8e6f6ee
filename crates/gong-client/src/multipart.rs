//! The body of an upload: one part of `multipart/form-data`, made in small pieces while it is sent.

use std::{io, path::PathBuf};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use gong_types::Upload;
use tokio::{fs::File, io::AsyncReadExt as _};

use crate::{
    content::{Content, Seen, Source},
    error::Result,
    transport::Payload,
};

/// How large the pieces are, in bytes.
const PIECE: usize = 64 * 1024;

/// One part of `multipart/form-data`, the same each time it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Multipart {
    /// The value of `Content-Type`.
    pub(crate) media_type: String,
    /// How many bytes there are in all.
    pub(crate) length: u64,
    head: Bytes,
    tail: Bytes,
    content: Content,
}

impl Multipart {
    /// Fails if the content is nothing that Gong takes.
    pub(crate) fn new(upload: &Upload, content: &Content, boundary: &str) -> Result<Self> {
        content.check(upload)?;
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: {}\r\n\r\n",
            escaped(upload.part),
            escaped(&content.name),
            upload.media_type.unwrap_or("application/octet-stream"),
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let around = u64::try_from(head.len() + tail.len()).unwrap_or(u64::MAX);
        Ok(Self {
            media_type: format!("multipart/form-data; boundary={boundary}"),
            length: content.length.saturating_add(around),
            head: head.into(),
            tail: tail.into(),
            content: content.clone(),
        })
    }

    /// What was to be uploaded.
    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// The body. A file is opened when its first piece is asked for.
    pub(crate) fn payload(&self) -> Payload {
        let (head, tail) = (self.head.clone(), self.tail.clone());
        let pieces = match &self.content.source {
            Source::Bytes(bytes) => {
                let pieces = [head].into_iter().chain(pieces_of(bytes)).chain([tail]);
                stream::iter(pieces.map(Ok).collect::<Vec<_>>()).boxed()
            }
            Source::File(path, seen) => {
                let reader = Reader {
                    path: path.clone(),
                    seen: *seen,
                    left: self.content.length,
                    file: None,
                    head: Some(head),
                    tail: Some(tail),
                };
                stream::try_unfold(reader, async |mut reader| {
                    let piece = reader.next().await?;
                    Ok(piece.map(|piece| (piece, reader)))
                })
                .boxed()
            }
        };
        Payload::Stream { length: self.length, pieces }
    }
}

fn pieces_of(bytes: &Bytes) -> impl Iterator<Item = Bytes> {
    let mut rest = bytes.clone();
    std::iter::from_fn(move || (!rest.is_empty()).then(|| rest.split_to(PIECE.min(rest.len()))))
}

/// Reads a file a piece at a time.
struct Reader {
    path: PathBuf,
    seen: Seen,
    left: u64,
    file: Option<File>,
    head: Option<Bytes>,
    tail: Option<Bytes>,
}

impl Reader {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if let Some(piece) = self.head.take() {
            return Ok(Some(piece));
        }
        if self.left == 0 {
            return Ok(self.tail.take());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(File::open(&self.path).await?),
        };
        let most = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        let mut piece = BytesMut::zeroed(most);
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        self.left -= u64::try_from(length).unwrap_or(self.left);
        // The last piece is held back if this is not the file that was checked, so that Gong never has
        // a whole body that is not the whole file.
        if (length == 0 || self.left == 0) && Seen::of(&file.metadata().await?) != self.seen {
            return Err(io::Error::other("it changes while it is sent"));
        }
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(piece.freeze()))
    }
}

/// A name as it stands between quotes in a header of a part.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
