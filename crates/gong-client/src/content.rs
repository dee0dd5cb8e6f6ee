//! What is uploaded: a file on the disk or bytes in memory, checked before the first byte is sent.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use bytes::Bytes;
use gong_types::Upload;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// The SHA-256 of some bytes.
pub(crate) type Digest = [u8; 32];

/// How much of a file is read at once for its digest.
const PIECE: usize = 1 << 16;

/// What is uploaded. It is read in small pieces: when it is sent, and once before where a
/// [`Journal`](crate::Journal) tells one content from another.
#[derive(Debug, Clone)]
pub struct Content {
    pub(crate) name: String,
    pub(crate) length: u64,
    pub(crate) source: Source,
    digest: Arc<OnceLock<Digest>>,
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
        Ok(Self::new(name, seen.length, Source::File(path, seen)))
    }

    /// Bytes that are called `name`.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self::new(name.into(), length, Source::Bytes(bytes))
    }

    fn new(name: String, length: u64, source: Source) -> Self {
        Self { name, length, source, digest: Arc::default() }
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What tells these bytes from others. A file is read for it, the first time; a large one takes
    /// some seconds.
    pub(crate) fn digest(&self) -> Result<Digest> {
        if let Some(digest) = self.digest.get() {
            return Ok(*digest);
        }
        let digest = match &self.source {
            Source::Bytes(bytes) => Sha256::digest(bytes).into(),
            Source::File(path, _) => of_file(path).map_err(|source| self.failure(source))?,
        };
        Ok(*self.digest.get_or_init(|| digest))
    }

    /// Reads what its digest needs, where it holds up nobody.
    pub(crate) async fn read_once(&self) -> Result<()> {
        let content = self.clone();
        match tokio::task::spawn_blocking(move || content.digest().map(drop)).await {
            Ok(read) => read,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is going, and everything with it.
                Err(_) => std::future::pending().await,
            },
        }
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

fn of_file(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE];
    let mut hasher = Sha256::new();
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hasher.finalize().into()),
            length => hasher.update(&piece[..length]),
        }
    }
}

impl Seen {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}
