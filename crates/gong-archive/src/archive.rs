//! An archive, to be read: by anybody, at any time, without getting in the way of a sync.

use std::{
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, params};

use crate::{
    error::{Error, Result},
    folder::{self, DATABASE},
    kept, number,
    schema::{self, Found, SHAPE},
    tombstones,
};

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
    /// Fails with [`Error::Absent`] if there is none, with [`Error::Unreadable`] if it may not be read, with [`Error::Unsafe`] if somebody else may
    /// have had a hand in it, and with [`Error::Foreign`], [`Error::Damaged`], [`Error::Newer`], or
    /// [`Error::Older`] if it cannot be used.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(DATABASE);
        if !path.try_exists().map_err(|source| Error::reading(&path, source))? {
            return Err(Error::Absent { path });
        }
        folder::check(folder)?;
        let of = |error| Error::of(error, &path);
        let connection = match connect(&path, Access::Shared) {
            Err(error) if cannot_share(&error) && !has_log(folder) => {
                connect(&path, Access::Unchanging)
            }
            answer => answer,
        }
        .map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen) => Error::Unreadable { path: path.clone() },
            _ => of(error),
        })?;
        match schema::check(&connection, &path, &SHAPE)? {
            Found::Current => {}
            Found::Nothing => return Err(Error::Absent { path }),
            Found::Older(found) => return Err(Error::Older { path, found }),
        }
        connection.pragma_update(None, "query_only", true).map_err(of)?;
        Ok(Self { connection, folder: folder.to_owned() })
    }

    /// Where the database is.
    pub fn path(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// Looks whether the pages of the file fit together: some seconds for each gigabyte.
    pub(crate) fn check_pages(&self) -> Result<()> {
        let of = |error| Error::of(error, &self.path());
        let said: String =
            self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(of)?;
        if said == "ok" {
            return Ok(());
        }
        // What SQLite says of it may quote what stands there.
        let problem = "its pages contradict each other".to_owned();
        Err(Error::Damaged { path: self.path(), problem })
    }

    /// Whether a sync was ever told how far back to copy calls, and what it covers was not purged since.
    pub fn has_begun(&self) -> Result<bool> {
        let windows = "SELECT EXISTS (SELECT 1 FROM windows)";
        let begun = self.connection.query_row(windows, [], |row| row.get(0));
        begun.map_err(|error| Error::of(error, &self.path()))
    }

    /// The moment before which no call is kept, because of a retention or a purge: a sync that is not
    /// told how far back to copy calls begins there.
    pub fn kept_from(&self) -> Result<Option<Timestamp>> {
        let from = tombstones::kept_from(&self.connection);
        let from = from.map_err(|error| Error::of(error, &self.path()))?;
        Ok(from.and_then(|it| it.parse().ok()))
    }

    /// Gong's own text of a record: `kind` is the table that it was read into, such as `calls`, or
    /// `transcripts`.
    ///
    /// Fails with [`Error::Damaged`] if it is not as it came.
    pub fn text(&self, kind: &str, id: &str) -> Result<Option<String>> {
        let of = |error| Error::of(error, &self.path());
        // What stands in two tables, and its hash, are read as of one moment: a sync may write.
        let reading = self.connection.unchecked_transaction().map_err(of)?;
        let Some(text) = text(&reading, kind, id).map_err(of)? else { return Ok(None) };
        let hash: Vec<u8> = reading
            .prepare_cached("SELECT hash FROM kept WHERE kind = ?1 AND id = ?2")
            .and_then(|mut it| it.query_row([kind, id], |row| row.get(0)))
            .map_err(of)?;
        if hash == kept::hash(&text) {
            return Ok(Some(text));
        }
        let problem = "a text in it is not as it came".to_owned();
        Err(Error::Damaged { path: self.path(), problem })
    }
}

/// How a reader goes to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Others may write to it.
    Shared,
    /// Nobody can write to it, and nothing can be set beside it.
    Unchanging,
}

/// Opens the file, and reads the first of it: only that shows whether it can be read.
fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match access {
        Access::Shared => Connection::open_with_flags(path, flags)?,
        Access::Unchanging => {
            Connection::open_with_flags(address(path), flags | OpenFlags::SQLITE_OPEN_URI)?
        }
    };
    connection.busy_timeout(PATIENCE)?;
    schema::prepare(&connection)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// The file as an address that says that it does not change.
fn address(path: &Path) -> String {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' => address.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(*byte)),
            byte => address.extend(format!("%{byte:02X}").chars()),
        }
    }
    address + "?immutable=1"
}

/// Whether a reader fails because it cannot set beside the file what readers and writers share.
fn cannot_share(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied)
    )
}

/// Whether a log stands beside the file, without which it is not whole.
fn has_log(folder: &Path) -> bool {
    folder.join(format!("{DATABASE}-wal")).metadata().is_ok_and(|it| it.len() > 0)
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
    kept.map(|kept| unpacked(connection, kind, id, &kept)).transpose()
}

/// Gong's own text of a record, out of what is kept of it.
pub(crate) fn unpacked(
    connection: &Connection,
    kind: &str,
    id: &str,
    kept: &[u8],
) -> rusqlite::Result<String> {
    let text = kept::decompress(kept).map_err(|error| damaged(error.into()))?;
    if kind != "transcripts" {
        return Ok(text);
    }
    let mut sentences = connection.prepare_cached(
        "SELECT start_ms, end_ms, text FROM spoken WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    )?;
    let number: i64 = connection
        .prepare_cached("SELECT number FROM calls WHERE call_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let (first, last) = number::sentences_of(number);
    let sentences = sentences.query_map([first, last], |row| {
        let text: String = row.get(2)?;
        Ok(kept::Sentence { start: row.get(0)?, end: row.get(1)?, text: text.into() })
    })?;
    let sentences: Vec<_> = sentences.collect::<rusqlite::Result<_>>()?;
    Ok(kept::with_sentences(&text, sentences))
}

/// A kept text that cannot be read is damage of the file.
fn damaged(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, error)
}
