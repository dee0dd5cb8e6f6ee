//! An archive, to be read: by anybody, at any time, without getting in the way of a sync.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use crate::{
    error::{Error, Result},
    kept, number, schema,
};

/// The name of the database in the folder of an archive.
pub(crate) const FILE: &str = "archive.db";
/// How long a reader or a writer waits for the other.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// An archive, to be read.
#[derive(Debug)]
pub struct Archive {
    pub(crate) connection: Connection,
    pub(crate) folder: PathBuf,
}

impl Archive {
    /// Opens the archive in `folder` to read it. A sync may go on meanwhile.
    ///
    /// Fails with [`Error::Absent`] if there is none, and with [`Error::Foreign`],
    /// [`Error::Damaged`], or [`Error::Newer`] if it cannot be used.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(Error::Absent { path });
        }
        let of = |error| Error::of(error, &path);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(of)?;
        schema::check(&connection, &path)?;
        schema::prepare(&connection).map_err(of)?;
        connection.busy_timeout(PATIENCE).map_err(of)?;
        connection.pragma_update(None, "query_only", true).map_err(of)?;
        Ok(Self { connection, folder: folder.to_owned() })
    }

    /// Where the database is.
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Gong's own text of a record: `kind` is the table that it was read into, such as `calls`, or
    /// `transcripts`.
    pub fn text(&self, kind: &str, id: &str) -> Result<Option<String>> {
        text(&self.connection, kind, id).map_err(|error| Error::of(error, &self.path()))
    }
}

/// Gong's own text of a record.
pub(crate) fn text(
    connection: &Connection,
    kind: &str,
    id: &str,
) -> rusqlite::Result<Option<String>> {
    let kept: Option<Vec<u8>> = connection
        .prepare_cached("SELECT text FROM kept WHERE kind = ?1 AND id = ?2")?
        .query_row(params![kind, id], |row| row.get(0))
        .optional()?;
    let Some(kept) = kept else { return Ok(None) };
    let text = kept::decompress(&kept).map_err(|error| damaged(error.into()))?;
    if kind != "transcripts" {
        return Ok(Some(text));
    }
    let mut sentences = connection
        .prepare_cached("SELECT text FROM spoken WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
    let number: i64 = connection
        .prepare_cached("SELECT number FROM calls WHERE call_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let (first, last) = number::sentences_of(number);
    let sentences: Vec<String> =
        sentences.query_map([first, last], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(Some(kept::with_sentences(&text, sentences.iter().map(String::as_str))))
}

/// A kept text that cannot be read is damage of the file.
fn damaged(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, error)
}
