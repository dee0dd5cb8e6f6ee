//! Verifying: whether the file is whole, its tables say what Gong said, and Gong still says it.

mod compare;
mod reread;

use std::fmt;

use rusqlite::Connection;

pub use self::compare::Comparison;
use crate::{
    archive::{self, Archive},
    error::{Error, Result},
    kept,
    writer::Writer,
};

/// Something in an archive that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// Pages of the file contradict each other; so many that were found, up to a hundred.
    Pages(u64),
    /// Rows of a table refer to something that is not there.
    Orphans {
        /// The table.
        table: String,
        /// How many rows.
        rows: u64,
    },
    /// The index does not hold what was said.
    Index,
    /// Gong's text of a record is not as it came.
    Text {
        /// The kind of record: its table.
        kind: String,
        /// Its id.
        id: String,
    },
    /// The rows of a call are not what Gong's text of it says.
    Rows {
        /// The id of the call.
        call_id: String,
        /// The table in which they stand.
        table: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages(n) => write!(formatter, "{n} pages of the file contradict others"),
            Self::Orphans { table, rows } => {
                write!(formatter, "{rows} rows of `{table}` refer to what is not there")
            }
            Self::Index => formatter.write_str("the index does not hold what was said"),
            Self::Text { kind, id } => {
                write!(formatter, "the text of {id} in `{kind}` is not as it came")
            }
            Self::Rows { call_id, table } => {
                write!(formatter, "the rows of call {call_id} in `{table}` are not what Gong said")
            }
        }
    }
}

impl Archive {
    /// Looks at every page, every reference between tables, every text of Gong's, and at a sample of
    /// the rows that were read out of them. Gives what is wrong: nothing, if all is well. The index
    /// is compared with what was said by [`Writer::verify`].
    ///
    /// It reads the whole file; a sync may go on meanwhile.
    pub fn verify(&self) -> Result<Vec<Finding>> {
        let of = |error| Error::of(error, &self.path());
        let mut findings = pages(&self.connection).map_err(of)?;
        if !findings.is_empty() {
            // What is read from such a file may be anything.
            return Ok(findings);
        }
        findings.extend(orphans(&self.connection).map_err(of)?);
        findings.extend(texts(&self.connection).map_err(of)?);
        findings.extend(reread::sample(&self.connection).map_err(of)?);
        Ok(findings)
    }
}

impl Writer {
    /// As [`Archive::verify`], and compares the index with what was said.
    pub fn verify(&mut self) -> Result<Vec<Finding>> {
        let mut findings = self.noted(self.archive.verify())?;
        if findings.iter().any(|it| matches!(it, Finding::Pages(_))) {
            self.distrust();
        } else {
            let checked = index(&self.archive.connection);
            findings.extend(checked.map_err(|error| Error::of(error, &self.archive.path()))?);
        }
        Ok(findings)
    }
}

fn pages(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    let said: rusqlite::Result<Vec<String>> = connection
        .prepare("PRAGMA integrity_check(100)")?
        .query_map([], |row| row.get(0))?
        .collect();
    match said {
        Ok(said) if said == ["ok"] => Ok(Vec::new()),
        Ok(said) => Ok(vec![Finding::Pages(u64::try_from(said.len()).unwrap_or(u64::MAX))]),
        Err(error) if is_damage(&error) => Ok(vec![Finding::Pages(1)]),
        Err(error) => Err(error),
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

fn orphans(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    connection
        .prepare("SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1")?
        .query_map([], |row| Ok(Finding::Orphans { table: row.get(0)?, rows: row.get(1)? }))?
        .collect()
}

fn index(connection: &Connection) -> rusqlite::Result<Option<Finding>> {
    // Its number makes it look at what was said, too.
    let check = "INSERT INTO monologue_words (monologue_words, rank) VALUES ('integrity-check', 1)";
    match connection.execute(check, []) {
        Ok(_) => Ok(None),
        Err(error) if is_damage(&error) => Ok(Some(Finding::Index)),
        Err(error) => Err(error),
    }
}

fn texts(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut records = connection.prepare("SELECT kind, id, hash FROM kept")?;
    let mut rows = records.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, id): (String, String) = (row.get(0)?, row.get(1)?);
        let text = archive::text(connection, &kind, &id).ok().flatten();
        if text.is_none_or(|text| {
            row.get_ref(2).and_then(|it| Ok(it.as_blob()? != kept::hash(&text))).unwrap_or(true)
        }) {
            findings.push(Finding::Text { kind, id });
        }
    }
    Ok(findings)
}
