//! The status of an archive: what it covers, how large it is, and what it waits for.

use rusqlite::Connection;
use serde::Serialize;

use crate::{
    archive::Archive,
    error::{Error, Result},
    retention,
    search::Coverage,
    tombstones,
};

/// The status of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Status {
    /// What it covers.
    pub coverage: Coverage,
    /// How many transcripts are there.
    pub n_transcripts: u64,
    /// Of how many calls there will be none.
    pub n_transcripts_unavailable: u64,
    /// How many users are there.
    pub n_users: u64,
    /// When Gong was last asked for calls.
    pub last_sync: Option<String>,
    /// How many records could not be read, and are kept as they are.
    pub n_quarantined: u64,
    /// For how many days calls are kept; nothing if for ever.
    pub retention_days: Option<u32>,
    /// The moment before which no call is kept, if there is one.
    pub kept_from: Option<String>,
    /// How many values were purged and do not come back.
    pub n_tombstones: u64,
    /// How many places it was exported to.
    pub n_exports: u64,
    /// How large its files are, in bytes.
    pub bytes: u64,
}

impl Archive {
    /// What the archive covers, how large it is, and what it waits for.
    pub fn status(&self) -> Result<Status> {
        let bytes = crate::folder::size(&self.folder)?;
        let coverage = self.coverage()?;
        read(&self.connection, coverage, bytes).map_err(|error| Error::of(error, &self.path()))
    }
}

fn read(connection: &Connection, coverage: Coverage, bytes: u64) -> rusqlite::Result<Status> {
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u64>(0));
    Ok(Status {
        coverage,
        n_transcripts: count("SELECT count(*) FROM calls WHERE transcript = 'present'")?,
        n_transcripts_unavailable: count(
            "SELECT count(*) FROM calls WHERE transcript = 'unavailable'",
        )?,
        n_users: count("SELECT count(*) FROM users")?,
        last_sync: connection.query_row("SELECT max(listed) FROM windows", [], |row| row.get(0))?,
        n_quarantined: count("SELECT count(*) FROM quarantine")?,
        retention_days: retention::days(connection)?,
        kept_from: tombstones::kept_from(connection)?,
        n_tombstones: count("SELECT count(*) FROM tombstones")?,
        n_exports: count("SELECT count(*) FROM exports")?,
        bytes,
    })
}
