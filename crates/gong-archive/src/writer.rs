//! The one process that changes an archive.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    archive::{Archive, FILE, PATIENCE},
    batch::Batch,
    error::{Error, Result},
    lock::Lock,
    schema,
};

/// An archive that this process, and no other, may change.
#[derive(Debug)]
pub struct Writer {
    pub(crate) archive: Archive,
    _lock: Lock,
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
        let lock = Lock::take(folder)?;
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
