//! What can go wrong with an archive, named after what it means for the caller.

use std::{io, path::PathBuf};

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with an archive. No text of it quotes what the archive holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no archive yet.
    #[error("there is no archive at {}", path.display())]
    Absent {
        /// Where it would be.
        path: PathBuf,
    },
    /// The file is something else, or holds what this crate did not make.
    #[error("{} is no archive of gong: {problem}", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What shows it.
        problem: String,
    },
    /// The file is damaged.
    #[error("the archive at {} is damaged: {problem}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
    /// A newer version made the archive.
    #[error(
        "the archive at {} has version {found}, and this program knows versions up to {known}",
        path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The version of the file.
        found: i64,
        /// The newest version that is known.
        known: i64,
    },
    /// An older version made the archive; opening it to write brings it up to date.
    #[error("the archive at {} has version {found}, which a sync brings up to date", path.display())]
    Older {
        /// Which file.
        path: PathBuf,
        /// The version of the file.
        found: i64,
    },
    /// Somebody else may have had a hand in it, or the place is not fit for a database.
    #[error("cannot trust {}: {problem}", path.display())]
    Unsafe {
        /// Which file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The archive is of another company than the login.
    #[error("the archive at {} is of another company: Gong has none of its workspaces", path.display())]
    OtherCompany {
        /// Which file.
        path: PathBuf,
    },
    /// Another process changes the archive.
    #[error("another process is changing the archive{}", holder.map(|it| format!(" (process {it})")).unwrap_or_default())]
    Locked {
        /// Its process id, if it left one.
        holder: Option<u32>,
    },
    /// Somebody reads the archive all the while.
    #[error("the archive at {} is being read all the while", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
    },
    /// An address or a number is too short to tell somebody by.
    #[error("that is too short to tell somebody by")]
    Vague,
    /// The disk is full.
    #[error("there is no space left for the archive at {}", path.display())]
    Full {
        /// Which file.
        path: PathBuf,
    },
    /// The folder or the file cannot be written.
    #[error("the archive at {} cannot be written", path.display())]
    ReadOnly {
        /// Which file.
        path: PathBuf,
    },
    /// The folder or the file cannot be read.
    #[error("the archive at {} cannot be read", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
    },
    /// The disk failed.
    #[error("the archive at {} cannot be read or written", path.display())]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What happened.
        #[source]
        source: rusqlite::Error,
    },
    /// A file or folder beside the database failed.
    #[error("cannot use {}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What happened.
        #[source]
        source: io::Error,
    },
    /// What was looked for cannot be meant.
    #[error("these words cannot be looked for: {problem}")]
    Words {
        /// Why not.
        problem: String,
        /// What to write instead.
        hint: String,
    },
    /// A statement is refused, wrong, or too much.
    #[error("{problem}")]
    Statement {
        /// What is wrong with it.
        problem: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// What was given cannot be a place to export to.
    #[error("{place} is no place to export to: {problem}")]
    NoPlace {
        /// What was given.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The place of an export failed. Of a store, [`io::ErrorKind::PermissionDenied`] is that the key
    /// may not, [`io::ErrorKind::NotFound`] that there is no such bucket, and
    /// [`io::ErrorKind::NotConnected`] that it could not be reached or failed by itself.
    #[error("cannot export to {place}")]
    Place {
        /// Which one.
        place: String,
        /// What happened.
        #[source]
        source: io::Error,
    },
    /// The place of an export has no space left.
    #[error("there is no space left for the export at {place}")]
    PlaceFull {
        /// Which one.
        place: String,
    },
    /// Another process exports to the same place.
    #[error("another process is exporting to {place}")]
    PlaceTaken {
        /// Which one.
        place: String,
    },
    /// The export leaves out calls that the place holds, and that are still in the archive.
    #[error(
        "{place} holds calls that this export leaves out, as it has other filters than the one before: {calls}"
    )]
    Narrower {
        /// Which place.
        place: String,
        /// How many calls.
        calls: u64,
    },
    /// Another archive exported files of the format to the place.
    #[error("{place} holds an export of another archive")]
    OthersPlace {
        /// Which place.
        place: String,
    },
    /// A file at the place has the name of one that is to be written, and no export wrote it: the place
    /// has no export of this archive yet.
    #[error("{place} holds {name}, which no export wrote")]
    OthersFile {
        /// Which place.
        place: String,
        /// Which file there.
        name: String,
    },
    /// The export was to stop before it was done.
    #[error("the export was stopped")]
    Stopped,
    /// Rows cannot be written in the format of an export.
    #[error("an export cannot be written in its format")]
    Encoding(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Gong could not be asked, or refused.
    #[error(transparent)]
    Gong(#[from] gong_client::Error),
    /// SQLite failed in another way.
    #[error("the archive failed")]
    Sqlite(#[source] rusqlite::Error),
}

impl Error {
    /// The problem of a file that is none of SQLite's, or whose first page is damaged.
    pub(crate) const NO_DATABASE: &str = "it is no database";

    /// Names an error of SQLite after what it means for the file.
    pub(crate) fn of(error: rusqlite::Error, path: &std::path::Path) -> Self {
        use rusqlite::ErrorCode;
        let path = || path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path: path() },
            Some(ErrorCode::SystemIoFailure) => Self::Disk { path: path(), source: error },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { path: path() }
            }
            Some(ErrorCode::NotADatabase) => {
                Self::Foreign { path: path(), problem: Self::NO_DATABASE.to_owned() }
            }
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                path: path(),
                problem: "its pages contradict each other".to_owned(),
            },
            _ if is_unreadable(&error) => {
                Self::Damaged { path: path(), problem: "a value in it cannot be read".to_owned() }
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// Whether a value is of another kind than it was when it was written.
fn is_unreadable(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, InvalidColumnType, Utf8Error};
    matches!(error, FromSqlConversionFailure(..) | InvalidColumnType(..) | Utf8Error(..))
}

impl Error {
    /// Names an error of a file or folder in the same words as one of the database.
    pub(crate) fn io(path: &std::path::Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly { path }
            }
            _ => Self::File { path, source },
        }
    }
}

impl Error {
    /// The same of what was only to be read.
    pub(crate) fn reading(path: &std::path::Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::PermissionDenied => Self::Unreadable { path: path.to_owned() },
            _ => Self::io(path, source),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}
