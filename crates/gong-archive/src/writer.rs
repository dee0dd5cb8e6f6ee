//! The one process that changes an archive.

use std::{
    fs::{self, File, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    archive::{Archive, FILE, PATIENCE},
    batch::Batch,
    error::{Error, Result},
    schema,
};

/// The lock of a writer. It is never removed: another process may wait for it.
const LOCK: &str = "archive.lock";

/// An archive that this process, and no other, may change.
#[derive(Debug)]
pub struct Writer {
    pub(crate) archive: Archive,
    /// Held as long as this lives; the system gives it back when the process dies.
    _lock: File,
}

impl Writer {
    /// Opens the archive in `folder` to change it, and makes it if there is none: the folder for its
    /// owner alone, and the files too.
    ///
    /// Fails with [`Error::Locked`] if another process has it open this way.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::File { path, source }
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(file(folder))?;
        let lock = lock(&folder.join(LOCK))?;
        let path = folder.join(FILE);
        let of = |error| Error::of(error, &path);
        // SQLite gives its files the mode of the database, so that is made first.
        fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(file(&path))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).map_err(of)?;
        connection.busy_timeout(PATIENCE).map_err(of)?;
        let is_new = schema::is_new(&connection).map_err(of)?;
        if !is_new {
            schema::check(&connection, &path)?;
        }
        schema::prepare(&connection).map_err(of)?;
        connection.pragma_update(None, "secure_delete", true).map_err(of)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(of)?;
        connection.pragma_update(None, "cache_size", -16_384).map_err(of)?;
        if is_new {
            schema::create(&mut connection).map_err(of)?;
        }
        let archive = Archive { connection, folder: folder.to_owned() };
        Ok(Self { archive, _lock: lock })
    }

    /// The archive, to be read.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Begins to write: all of a batch is there, or nothing of it.
    pub fn batch(&mut self) -> Result<Batch<'_>> {
        let path = self.archive.path();
        Batch::begin(&mut self.archive.connection, path)
    }
}

/// Takes the lock, and writes into it who has it.
fn lock(path: &PathBuf) -> Result<File> {
    let of = |source| Error::File { path: path.clone(), source };
    let mut file = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(of)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who has it is only told; that somebody has it is certain.
            let _ = file.read_to_string(&mut holder);
            return Err(Error::Locked { holder: holder.trim().parse().ok() });
        }
        Err(TryLockError::Error(source)) => return Err(of(source)),
    }
    file.set_len(0).map_err(of)?;
    file.rewind().map_err(of)?;
    writeln!(file, "{}", std::process::id()).map_err(of)?;
    Ok(file)
}
