//! Texts of a damaged archive: each is looked for by its row, as what is damaged must not hide others.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, config::DbConfig, types::ValueRef};

use crate::{archive::unpacked, kept, schema};

/// How many rows in a row that cannot be read end the search: more than hang on one page.
const MOST_GAPS: u64 = 20_000;

/// Where the texts of a damaged archive are.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The rows of calls, in the order in which they were fetched.
    pub(super) calls: Vec<i64>,
    /// The rows of transcripts.
    pub(super) transcripts: Vec<i64>,
    /// How many rows cannot be read while there are others behind them.
    pub(super) lost: u64,
}

/// Opens a damaged file to read what it still gives.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    schema::prepare(&connection)?;
    // Has SQLite take a file that is shorter than its first page says, which it refuses otherwise.
    // Nothing can be written by this connection.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, true)?;
    Ok(connection)
}

/// Finds the texts, however much of their table cannot be read.
pub(super) fn find(from: &Connection) -> Texts {
    let mut texts = Texts::default();
    let mut calls = Vec::new();
    let (mut row, mut n_gaps) = (1, 0);
    while n_gaps < MOST_GAPS {
        match next(from, row) {
            Ok(None) => break,
            Ok(Some((found, kind))) => {
                // Whatever could not be read stood before this one, and was one row each.
                texts.lost += std::mem::take(&mut n_gaps);
                match kind {
                    Kind::Call { fetched } => calls.push((fetched, found)),
                    Kind::Transcript => texts.transcripts.push(found),
                    Kind::Other => {}
                }
                row = found;
            }
            Err(_) => n_gaps += 1,
        }
        row += 1;
    }
    calls.sort_unstable();
    texts.calls = calls.into_iter().map(|(_, row)| row).collect();
    texts
}

/// What a text is of.
enum Kind {
    Call {
        /// When, as the archive writes moments; nothing if that cannot be read.
        fetched: Option<Timestamp>,
    },
    Transcript,
    /// Another record, which a sync fetches again.
    Other,
}

/// The first row from this one on; nothing if there is none.
fn next(from: &Connection, row: i64) -> rusqlite::Result<Option<(i64, Kind)>> {
    let found: Option<i64> = from
        .prepare_cached("SELECT rowid FROM kept WHERE rowid >= ?1 ORDER BY rowid LIMIT 1")?
        .query_row([row], |row| row.get(0))
        .optional()?;
    let Some(found) = found else { return Ok(None) };
    // A number that is damaged does not lead to where it stands, and must not lead past the others.
    let kind = from.prepare_cached("SELECT kind, fetched FROM kept WHERE rowid = ?1")?.query_row(
        [found],
        |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Text(b"calls") => Kind::Call { fetched: moment(row.get_ref(1)?) },
                ValueRef::Text(b"transcripts") => Kind::Transcript,
                _ => Kind::Other,
            })
        },
    )?;
    let is_next = (row..i64::MAX).contains(&found);
    is_next.then_some(Some((found, kind))).ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// A text, and when it was fetched if that can be read.
pub(super) type Read = (String, Option<Timestamp>);

/// The text of the record in this row; nothing if it is not as it came.
pub(super) fn read(from: &Connection, row: i64) -> Option<Read> {
    let mut select = from
        .prepare_cached("SELECT kind, id, hash, text, fetched FROM kept WHERE rowid = ?1")
        .ok()?;
    let (kind, id, hash, text, fetched): (String, String, Vec<u8>, Vec<u8>, _) = select
        .query_row([row], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, moment(row.get_ref(4)?)))
        })
        .ok()?;
    let text = unpacked(from, &kind, &id, &text).ok()?;
    (kept::hash(&text)[..] == hash).then_some((text, fetched))
}

fn moment(value: ValueRef<'_>) -> Option<Timestamp> {
    value.as_str().ok()?.parse().ok()
}
