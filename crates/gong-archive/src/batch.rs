//! A batch: what is written in one transaction, records and the state that says they are there.

mod calls;
mod transcripts;

use std::path::PathBuf;

use gong_types::{CallDetails, CallTranscript, Record};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use crate::{
    error::{Error, Result},
    kept, moment, tombstones,
};

/// What is written in one transaction. Dropped without [`commit`](Self::commit), nothing of it is.
#[derive(Debug)]
pub struct Batch<'a> {
    pub(crate) transaction: Transaction<'a>,
    path: PathBuf,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Saved {
    /// It was not there before.
    New,
    /// It was there, with another text.
    Changed,
    /// It was there just so.
    Same,
    /// It is not to be kept: it was purged, or is private.
    LeftOut,
    /// It could not be read, and was put aside as it is.
    Quarantined,
}

impl<'a> Batch<'a> {
    pub(crate) fn begin(connection: &'a mut Connection, path: PathBuf) -> Result<Self> {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| Error::of(error, &path))?;
        Ok(Self { transaction, path })
    }

    /// Writes a call of the extensive operation; `now` is when it was fetched.
    pub fn call(&mut self, record: &Record<CallDetails>, now: Timestamp) -> Result<Saved> {
        let saved = calls::save(&self.transaction, record, now);
        saved.map_err(|error| Error::of(error, &self.path))
    }

    /// Writes what was said in a call, which must be there.
    pub fn transcript(&mut self, record: &Record<CallTranscript>, now: Timestamp) -> Result<Saved> {
        let saved = transcripts::save(&self.transaction, record, now);
        saved.map_err(|error| Error::of(error, &self.path))
    }

    /// Makes all of it last.
    pub fn commit(self) -> Result<()> {
        let Self { transaction, path } = self;
        transaction.commit().map_err(|error| Error::of(error, &path))
    }
}

/// Keeps the text of a record, and says whether it is another than before. `text` is what is kept,
/// `whole` what Gong sent.
pub(crate) fn keep(
    connection: &Connection,
    kind: &str,
    id: &str,
    hash: &[u8],
    text: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let text = kept::compress(text)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    connection
        .prepare_cached(
            "INSERT INTO kept (kind, id, hash, fetched, text) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (kind, id) DO UPDATE SET
               hash = excluded.hash, fetched = excluded.fetched, text = excluded.text",
        )?
        .execute(params![kind, id, hash, moment::text(now), text])?;
    Ok(())
}

/// What became of a record with this hash, as far as the kept text tells.
pub(crate) fn compare(
    connection: &Connection,
    kind: &str,
    id: &str,
    hash: &[u8],
) -> rusqlite::Result<Saved> {
    let old: Option<Vec<u8>> = connection
        .prepare_cached("SELECT hash FROM kept WHERE kind = ?1 AND id = ?2")?
        .query_row(params![kind, id], |row| row.get(0))
        .optional()?;
    Ok(match old {
        None => Saved::New,
        Some(old) if old == hash => Saved::Same,
        Some(_) => Saved::Changed,
    })
}

/// Puts a record that cannot be read aside, as it is.
pub(crate) fn quarantine(
    connection: &Connection,
    kind: &str,
    text: &str,
    problem: &str,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    if tombstones::holds_buried(connection, text)? {
        return Ok(Saved::LeftOut);
    }
    let packed = kept::compress(text)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    connection
        .prepare_cached(
            "INSERT INTO quarantine (kind, hash, seen, problem, text) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (kind, hash) DO UPDATE SET seen = excluded.seen",
        )?
        .execute(params![kind, kept::hash(text), moment::text(now), problem, packed])?;
    Ok(Saved::Quarantined)
}

/// A text as it may stand in a table: a NUL would end it there.
pub(crate) fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}").into() } else { text.into() }
}
