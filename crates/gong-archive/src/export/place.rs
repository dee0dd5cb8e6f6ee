//! Places: where the files of an export go, a folder or a store, and how a file gets there whole.

use std::{
    io,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::folder::{Draft, Folder};
#[cfg(feature = "export")]
use super::s3::{Bucket, S3, Upload};
use crate::error::Error;

/// Where the files of an export go.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ExportPlace {
    /// Into this folder, which is made if it is not there: it and all files for their owner alone.
    Folder(PathBuf),
    /// Into a store that speaks S3.
    #[cfg(feature = "export")]
    S3(S3),
}

impl ExportPlace {
    /// How the archive remembers it; no credentials.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Folder(path) => whole(path).display().to_string(),
            #[cfg(feature = "export")]
            Self::S3(s3) => s3.to_string(),
        }
    }

    pub(super) fn failed(&self, source: io::Error) -> Error {
        let place = self.name();
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Error::PlaceFull { place },
            io::ErrorKind::ResourceBusy => Error::PlaceTaken { place },
            io::ErrorKind::InvalidInput => Error::NoPlace { place, problem: source.to_string() },
            _ => Error::Place { place, source },
        }
    }
}

/// The same folder has the same name, wherever one looks from.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// A file that is there.
pub(super) struct There {
    /// With `/` between folders, and behind the name of what is a folder itself.
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// A place that is open.
pub(super) enum Store {
    Folder(Rc<Folder>),
    #[cfg(feature = "export")]
    S3(Bucket),
}

/// A file that is being written; dropped before [`finish`](Self::finish), it never was.
pub(super) enum Sink {
    Folder(Draft),
    #[cfg(feature = "export")]
    S3(Box<Upload>),
}

impl Store {
    pub(super) fn open(place: &ExportPlace) -> io::Result<Self> {
        match place {
            ExportPlace::Folder(path) => Folder::open(path).map(|it| Self::Folder(Rc::new(it))),
            #[cfg(feature = "export")]
            ExportPlace::S3(s3) => Bucket::open(s3).map(Self::S3),
        }
    }

    /// Begins a file; `name` has `/` between folders.
    pub(super) fn create(&self, name: &str) -> io::Result<Sink> {
        match self {
            Self::Folder(folder) => folder.create(name).map(Sink::Folder),
            #[cfg(feature = "export")]
            Self::S3(bucket) => bucket.create(name).map(|it| Sink::S3(Box::new(it))),
        }
    }

    /// Makes sure that all that is finished is in its place, and that a loss of power does not undo it.
    pub(super) fn settle(&self) -> io::Result<()> {
        match self {
            Self::Folder(folder) => folder.settle(),
            #[cfg(feature = "export")]
            Self::S3(_) => Ok(()),
        }
    }

    /// All files, and the folders that are in a folder.
    pub(super) async fn files(&self) -> io::Result<Vec<There>> {
        match self {
            Self::Folder(folder) => folder.files(),
            #[cfg(feature = "export")]
            Self::S3(bucket) => bucket.files().await,
        }
    }

    /// The same of a place that is not opened, and may not be there.
    pub(super) async fn look(place: &ExportPlace) -> io::Result<Vec<There>> {
        match place {
            ExportPlace::Folder(path) => Folder::look(path),
            #[cfg(feature = "export")]
            ExportPlace::S3(s3) => Bucket::open(s3)?.files().await,
        }
    }

    pub(super) async fn remove(&self, name: &str) -> io::Result<()> {
        match self {
            Self::Folder(folder) => folder.remove(name),
            #[cfg(feature = "export")]
            Self::S3(bucket) => bucket.remove(name).await,
        }
    }
}

impl Sink {
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Folder(draft) => draft.write(bytes),
            #[cfg(feature = "export")]
            Self::S3(upload) => upload.write(bytes).await,
        }
    }

    /// Leaves nothing of it.
    pub(super) async fn discard(self) {
        match self {
            Self::Folder(draft) => drop(draft),
            #[cfg(feature = "export")]
            Self::S3(upload) => upload.discard().await,
        }
    }

    /// Has it put where it belongs, whole; at the latest when the store is settled.
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Folder(draft) => draft.finish(),
            #[cfg(feature = "export")]
            Self::S3(upload) => upload.finish().await,
        }
    }
}
