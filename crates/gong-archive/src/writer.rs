//! The one process that changes an archive.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::{
    archive::{Archive, PATIENCE},
    batch::Batch,
    error::{Error, Result},
    folder::{self, DATABASE},
    lock::Lock,
    migrations::Shape,
    purge, schema,
};

/// An archive that this process, and no other, may change.
#[derive(Debug)]
pub struct Writer {
    pub(crate) archive: Archive,
    /// Held as long as this lives, and given back after the database is closed.
    _lock: Lock,
}

impl Writer {
    /// Opens the archive in `folder` to change it, and makes it if there is none. Folder and files
    /// are closed to others, if they are not yet. A file of an older version is brought up to date,
    /// after a copy was set beside it; a purge that was interrupted is finished.
    ///
    /// Fails with [`Error::Locked`] if another process has it open this way, with
    /// [`Error::Unsafe`] if somebody else may have had a hand in it, and with [`Error::Foreign`],
    /// [`Error::Damaged`], or [`Error::Newer`] if it cannot be used.
    pub fn open(folder: &Path) -> Result<Self> {
        Self::open_as(folder, &schema::SHAPE)
    }

    pub(crate) fn open_as(folder: &Path, shape: &Shape) -> Result<Self> {
        folder::make(folder)?;
        let lock = Lock::take(folder)?;
        let path = folder.join(DATABASE);
        let of = |error| Error::of(error, &path);
        folder::make_file(&path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).map_err(of)?;
        connection.busy_timeout(PATIENCE).map_err(of)?;
        schema::prepare(&connection).map_err(of)?;
        schema::prepare_to_write(&connection).map_err(of)?;
        schema::bring_up(&mut connection, &path, shape)?;
        if connection.is_readonly("main").map_err(of)? {
            return Err(Error::ReadOnly { path });
        }
        let archive = Archive { connection, folder: folder.to_owned() };
        if lock.was_left {
            archive.check_pages()?;
        }
        let mut writer = Self { archive, _lock: lock };
        if purge::is_pending(&writer.archive.connection).map_err(of)? {
            writer.finish_purge()?;
        }
        Ok(writer)
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
