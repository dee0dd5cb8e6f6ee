//! Records as they are kept: Gong's text, and whether it is another than before.

use std::{borrow::Cow, fmt::Display};

use gong_types::{DecodeError, Record};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;

use super::Saved;
use crate::{kept, moment, tombstones};

/// A record of a collection that is listed whole, on its way into the tables.
pub(super) struct Incoming<'a> {
    pub(super) kind: &'static str,
    pub(super) id: &'a str,
    pub(super) text: &'a str,
    pub(super) problem: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// Keeps the text of a record. `write` writes its rows, and is not called if they are there just so.
pub(super) fn save(
    connection: &Connection,
    incoming: &Incoming<'_>,
    write: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<Saved> {
    if !is_id(incoming.id) {
        return quarantine(connection, incoming.kind, incoming.text, NO_ID, incoming.now);
    }
    save_as(connection, incoming, write)
}

/// As [`save`], for records that have an id of ours.
pub(super) fn save_as(
    connection: &Connection,
    incoming: &Incoming<'_>,
    write: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<Saved> {
    let Incoming { kind, id, text, problem, now } = *incoming;
    if tombstones::is_buried(connection, kind, id)? || tombstones::names_buried(connection, text)? {
        return Ok(Saved::LeftOut);
    }
    let hash = kept::hash(text);
    let saved = compare(connection, kind, id, &hash)?;
    if saved == Saved::Same {
        connection
            .prepare_cached("UPDATE kept SET fetched = ?3 WHERE kind = ?1 AND id = ?2")?
            .execute(params![kind, id, moment::text(now)])?;
    } else {
        write()?;
        keep(connection, &Kept { kind, id, hash: &hash, text, problem, now })?;
    }
    Ok(saved)
}

/// How many problems of a record are noted.
const MOST_PROBLEMS: usize = 10;

/// A record as far as it can be read, and what could not be.
pub(super) fn read<T: DeserializeOwned>(
    record: &Record<T>,
) -> Result<(T, Option<String>), DecodeError> {
    let (read, problems) = record.salvage()?;
    if problems.is_empty() {
        return Ok((read, None));
    }
    let problems: Vec<_> = problems.iter().take(MOST_PROBLEMS).map(ToString::to_string).collect();
    Ok((read, Some(problems.join("; "))))
}

/// What is wrong with an id that no table can hold.
pub(super) const NO_ID: &str = "its id is not one of up to 20 digits";

/// Whether a text is the id of a record of Gong's.
pub(super) fn is_id(id: &str) -> bool {
    (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is kept of a record: its text, or what is left of it when something stands elsewhere.
pub(super) struct Kept<'a> {
    pub(super) kind: &'a str,
    pub(super) id: &'a str,
    /// That of the whole text.
    pub(super) hash: &'a [u8],
    pub(super) text: &'a str,
    pub(super) problem: Option<&'a str>,
    pub(super) now: Timestamp,
}

pub(super) fn keep(connection: &Connection, kept: &Kept<'_>) -> rusqlite::Result<()> {
    let Kept { kind, id, hash, text, problem, now } = *kept;
    let text = kept::compress(text)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    connection
        .prepare_cached(
            "INSERT INTO kept (kind, id, hash, fetched, problem, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (kind, id) DO UPDATE SET
               hash = excluded.hash, fetched = excluded.fetched, problem = excluded.problem,
               text = excluded.text",
        )?
        .execute(params![kind, id, hash, moment::text(now), problem, text])?;
    Ok(())
}

/// What became of a record with this hash, as far as the kept text tells.
pub(super) fn compare(
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
pub(super) fn quarantine(
    connection: &Connection,
    kind: &str,
    text: &str,
    problem: &str,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    if tombstones::is_too_old(connection, tombstones::began(text))?
        || tombstones::is_buried(connection, tombstones::UNREAD, text)?
        || tombstones::holds_buried(connection, text)?
    {
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
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}").into() } else { text.into() }
}

/// What texts of a record go through.
pub(super) fn maybe(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(plain)
}

/// An id, or a value that Gong chooses.
pub(super) fn shown(value: Option<&impl Display>) -> Option<String> {
    value.map(|value| plain(&value.to_string()).into_owned())
}
