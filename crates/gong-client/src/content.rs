//! What is uploaded: a file on the disk or bytes in memory, checked before the first byte is sent.

use std::{
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use bytes::Bytes;
use gong_types::Upload;

use crate::error::{Error, Result};

/// What is uploaded. It is not read before it is sent, and then in small pieces.
#[derive(Debug, Clone)]
pub struct Content {
    pub(crate) name: String,
    pub(crate) length: u64,
    pub(crate) source: Source,
}

#[derive(Debug, Clone)]
pub(crate) enum Source {
    Bytes(Bytes),
    File(PathBuf, Seen),
}

/// What tells that a file is still the one that was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    length: u64,
    modified: Option<SystemTime>,
}

impl Content {
    /// A file, under its own name. Fails if it is not there, or is no regular file.
    pub fn file(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let failure = |source| Error::Content { name: path.display().to_string(), source };
        let metadata = fs::metadata(&path).map_err(failure)?;
        if !metadata.is_file() {
            return Err(failure(io::Error::other("it is no regular file")));
        }
        let seen = Seen::of(&metadata);
        Ok(Self { name, length: seen.length, source: Source::File(path, seen) })
    }

    /// Bytes that are called `name`.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self { name: name.into(), length, source: Source::Bytes(bytes) }
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What Gong would certainly refuse.
    pub(crate) fn check(&self, upload: &Upload) -> Result<()> {
        let problem = match upload.limit {
            _ if self.length == 0 => "it is empty".to_owned(),
            Some(limit) if self.length > limit => {
                format!("it has {} bytes, and Gong takes {limit} at most", self.length)
            }
            _ => return Ok(()),
        };
        Err(self.failure(io::Error::other(problem)))
    }

    pub(crate) fn failure(&self, source: io::Error) -> Error {
        let name = match &self.source {
            Source::File(path, _) => Path::display(path).to_string(),
            Source::Bytes(_) => self.name.clone(),
        };
        Error::Content { name, source }
    }
}

impl Seen {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}
