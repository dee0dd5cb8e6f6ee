//! The file while it is fetched: what has arrived, which version it is of, and who is at it.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use super::{Begun, DownloadError, Existing, Sink, Version};

/// More often than a file comes and goes by chance while it is opened.
const ATTEMPTS: usize = 100;

/// A file that is not whole yet.
#[derive(Debug)]
pub(super) struct Part {
    target: PathBuf,
    existing: Existing,
    path: PathBuf,
    file: File,
    note_path: PathBuf,
    /// Holds the version, and is locked while somebody fetches. It is written in place, for a lock on
    /// a file that is replaced keeps nobody out.
    note: File,
}

impl Part {
    /// Opens what is there of `target`, or begins it, and reads it once for its hash.
    pub(super) fn open(
        target: PathBuf,
        existing: Existing,
    ) -> Result<(Self, Begun), DownloadError> {
        if existing == Existing::Keep && target.symlink_metadata().is_ok() {
            return Err(DownloadError::Exists { path: target });
        }
        let path = beside(&target, ".part");
        let note_path = beside(&target, ".part.json");
        let note = open(&note_path)?;
        match note.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DownloadError::Busy { path: target }),
            Err(TryLockError::Error(source)) => return Err(failure(&note_path)(source)),
        }
        let file = open(&path)?;
        let mut part = Self { target, existing, path, file, note_path, note };
        let begun = part.begun().map_err(failure(&part.path))?;
        Ok((part, begun))
    }

    /// What is there, if it can be gone on with.
    fn begun(&mut self) -> io::Result<Begun> {
        let mut text = String::new();
        // A note that cannot be read is as good as none.
        let is_read = self.note.read_to_string(&mut text).is_ok();
        let version = is_read.then(|| serde_json::from_str::<Version>(&text).ok()).flatten();
        let version = version.filter(|version| version.condition().is_some());
        let mut begun = Begun { version: version.unwrap_or_default(), ..Begun::default() };
        let most = begun.version.length.unwrap_or_default();
        if self.file.metadata()?.len() > most {
            return Ok(Begun::default());
        }
        let mut piece = vec![0; 64 * 1024];
        loop {
            match self.file.read(&mut piece)? {
                0 => return Ok(begun),
                length => begun.add(&piece[..length]),
            }
        }
    }

    /// Gives the file its name, now that it is whole.
    pub(super) fn finish(self) -> Result<(), DownloadError> {
        let Self { target, existing, path, file, note_path, note } = self;
        file.sync_all().map_err(failure(&path))?;
        rename(&path, &target, existing)?;
        sync_folder(&target).map_err(failure(&target))?;
        fs::remove_file(&note_path).map_err(failure(&note_path))?;
        drop(note);
        Ok(())
    }
}

impl Sink for Part {
    fn begin(&mut self, version: &Version, _held: u64) -> Result<(), DownloadError> {
        // The note is empty while the file is of no version.
        self.note.set_len(0).map_err(failure(&self.note_path))?;
        let empty = self.file.set_len(0).and_then(|()| self.file.rewind());
        empty.map_err(failure(&self.path))?;
        let text = serde_json::to_vec(version).map_err(io::Error::from);
        let written = text.and_then(|text| {
            self.note.rewind()?;
            self.note.write_all(&text)
        });
        written.map_err(failure(&self.note_path))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        self.file.write_all(bytes).map_err(failure(&self.path))
    }
}

/// The same path with more at its end.
fn beside(target: &Path, ending: &str) -> PathBuf {
    let mut path = OsString::from(target);
    path.push(ending);
    path.into()
}

/// Opens a file to read and write, and makes it, for nobody but us, if it is not there.
fn open(path: &Path) -> Result<File, DownloadError> {
    for _ in 0..ATTEMPTS {
        let named = match path.symlink_metadata() {
            // A link would let somebody else choose which file is overwritten.
            Ok(named) if !named.is_file() => break,
            Ok(named) => Some(named),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failure(path)(error)),
        };
        let mut options = OpenOptions::new();
        // A file that is new is made here or not at all, so that no link is followed.
        options.read(true).write(true).create_new(named.is_none());
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = match options.open(path) {
            Ok(file) => file,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) =>
            {
                // In a folder that is not there nothing can be made, ever.
                if named.is_none() && error.kind() == ErrorKind::NotFound {
                    return Err(failure(path)(error));
                }
                continue;
            }
            Err(error) => return Err(failure(path)(error)),
        };
        let opened = file.metadata().map_err(failure(path))?;
        if named.is_none_or(|named| is_same_file(&named, &opened)) {
            return Ok(file);
        }
    }
    Err(failure(path)(io::Error::other("it is no regular file")))
}

/// Whether nobody put another file, or a link, in its place in between.
#[cfg(unix)]
fn is_same_file(named: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    (named.dev(), named.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same_file(_named: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}

fn rename(path: &Path, target: &Path, existing: Existing) -> Result<(), DownloadError> {
    if existing == Existing::Keep {
        // Unlike a rename, a link fails if the name was taken meanwhile.
        match fs::hard_link(path, target) {
            Ok(()) => return fs::remove_file(path).map_err(failure(path)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(DownloadError::Exists { path: target.to_owned() });
            }
            // Some file systems have no links.
            Err(_) => {}
        }
    }
    fs::rename(path, target).map_err(failure(target))
}

#[cfg(unix)]
fn sync_folder(target: &Path) -> io::Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_target: &Path) -> io::Result<()> {
    Ok(())
}

fn failure(path: &Path) -> impl FnOnce(io::Error) -> DownloadError + use<> {
    let path = path.to_owned();
    |source| DownloadError::File { path, source }
}
