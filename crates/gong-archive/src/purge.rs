//! Purging: what is asked for goes from the archive, to the last byte, and does not come back.

mod find;
mod needle;
mod rewrite;
mod scan;
mod shared;
mod traces;

use std::{collections::BTreeMap, path::PathBuf};

use gong_types::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

pub(crate) use self::rewrite::{PENDING, UNSWEPT, is_pending, note_removed, truncate};
use self::{find::Found, needle::Needle};
use crate::{
    archive::Archive,
    batch,
    error::{Error, Result},
    kept, retention, tombstones,
    writer::Writer,
};

/// What is to be purged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// These calls.
    Calls(Vec<CallId>),
    /// The person with this e-mail address: every call that they took part in or that names the
    /// address, and what else does.
    Email(String),
    /// The person with this phone number, as [`Email`](Self::Email). Give it with its country.
    Phone(String),
    /// The calls that are linked with this account, by its id in the CRM, or with something that has
    /// the id in a field for its account.
    Account(String),
    /// The calls that started before this moment, which is not after now, their reviews, what was done
    /// on the days before, and what could not be read and is of then; also what does not say of when
    /// it is.
    Before(Timestamp),
}

/// What a purge removed, or would remove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Purged {
    /// How many calls.
    pub calls: u64,
    /// How many of them go with [`Target::Before`] because they do not say when they started.
    pub undated: u64,
    /// How many of them have a transcript.
    pub transcripts: u64,
    /// How many users.
    pub users: u64,
    /// How many other records, such as scorecards that were filled in, and days of activity.
    pub records: u64,
    /// How many records that could not be read.
    pub quarantined: u64,
    /// The exports that hold one of the calls: those copies are out of reach.
    pub exports: Vec<PastExport>,
    /// The copies of the archive that were removed from its folder, because they hold what was purged.
    pub copies: Vec<PathBuf>,
    /// The files of the folder that still hold what was asked for. There should be none.
    pub traces: Vec<PathBuf>,
    /// The files and folders in the folder that could not be looked into. Somebody else put them there.
    pub closed: Vec<PathBuf>,
}

/// An export that holds calls that are purged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastExport {
    /// Where it went: a folder, or an address.
    pub place: String,
    /// Its format.
    pub format: String,
    /// When it was finished; nothing if it was not.
    pub finished: Option<String>,
    /// How many of the calls it holds.
    pub calls: u64,
}

impl Archive {
    /// What a purge would remove. Nothing is changed.
    pub fn would_purge(&self, target: &Target) -> Result<Purged> {
        let of = |error| Error::of(error, &self.path());
        let needle = Needle::of(target)?;
        let found = find::find(&self.connection, target, needle.as_ref()).map_err(of)?;
        let mut purged = count(&self.connection, &found).map_err(of)?;
        purged.copies = rewrite::copies(&self.folder)?;
        Ok(purged)
    }
}

impl Writer {
    /// Removes what is asked for, and keeps later syncs from bringing it back. The file is written
    /// anew, so it takes the time and the room that a copy takes. What was begun is finished when the
    /// archive is next opened to write.
    ///
    /// Fails with [`Error::Vague`] if an address or a number is too short to tell somebody by, and
    /// with [`Error::Read`] if somebody reads the archive all the while: what is purged is gone for
    /// readers then, but not yet from the bytes of the file.
    pub fn purge(&mut self, target: &Target, now: Timestamp) -> Result<Purged> {
        let purged = self.remove(target, now);
        self.noted(purged)
    }

    fn remove(&mut self, target: &Target, now: Timestamp) -> Result<Purged> {
        let path = self.archive.path();
        let of = |error| Error::of(error, &path);
        let needle = Needle::of(target)?;
        let connection = &mut self.archive.connection;
        let found = find::find(connection, target, needle.as_ref()).map_err(of)?;
        let mut purged = count(connection, &found).map_err(of)?;
        // Neither can be fetched again if a power cut takes it.
        connection.pragma_update(None, "synchronous", "FULL").map_err(of)?;
        let removed = remove(connection, target, needle.as_ref(), &found, now);
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(of)?;
        removed.map_err(of)?;
        purged.copies = rewrite::copies(&self.archive.folder)?;
        self.finish_purge()?;
        let connection = &self.archive.connection;
        let sought = traces::sought(connection, needle.as_ref(), &found).map_err(of)?;
        (purged.traces, purged.closed) = rewrite::traces(&self.archive.folder, &sought)?;
        Ok(purged)
    }
}

/// Notes what is not to come back and that the file is to be written anew, and removes the rows: all
/// of it, or nothing.
fn remove(
    connection: &mut Connection,
    target: &Target,
    needle: Option<&Needle>,
    found: &Found,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    rewrite::note(&transaction, now)?;
    bury(&transaction, target, found, now)?;
    let mut quarantine = transaction.prepare_cached("DELETE FROM quarantine WHERE rowid = ?1")?;
    for row in &found.quarantined {
        quarantine.execute([row])?;
    }
    drop(quarantine);
    if let Target::Before(moment) = target {
        batch::delete_calls(&transaction, found.undated.iter().map(String::as_str))?;
        // What is yet to come is not gone.
        let before = now.min(*moment);
        retention::keep_from(&transaction, tombstones::PURGED_BEFORE, before)?;
        shared::forget_places(&transaction, needle, found)?;
        transaction.commit()?;
        return retention::remove_old(connection).map(drop);
    }
    batch::delete_calls(&transaction, found.calls.iter().map(String::as_str))?;
    for (kind, id) in &found.records {
        batch::delete_record(&transaction, kind, id)?;
    }
    if let Some(needle) = needle {
        shared::clear(&transaction, needle)?;
    }
    shared::forget_places(&transaction, needle, found)?;
    transaction.commit()
}

fn bury(
    transaction: &Transaction<'_>,
    target: &Target,
    found: &Found,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let bury = |kind: &str, value: &str| tombstones::bury(transaction, kind, value, now);
    match target {
        // The moment itself is kept. Some do not say when they were.
        Target::Before(_) => {
            let unread = "SELECT text FROM quarantine WHERE rowid = ?1";
            let mut unread = transaction.prepare_cached(unread)?;
            for row in &found.quarantined {
                let text: Vec<u8> = unread.query_row([row], |row| row.get(0))?;
                if let Ok(text) = kept::decompress(&text) {
                    bury(tombstones::UNREAD, &text)?;
                }
            }
            return found.undated.iter().try_for_each(|call| bury(tombstones::CALL, call));
        }
        Target::Calls(calls) => {
            calls.iter().try_for_each(|it| bury(tombstones::CALL, it.as_str()))?;
        }
        Target::Email(address) => bury(tombstones::EMAIL, address)?,
        Target::Phone(number) => bury(tombstones::PHONE, number)?,
        Target::Account(id) => bury(tombstones::ACCOUNT, id)?,
    }
    for call in &found.calls {
        bury(tombstones::CALL, call)?;
    }
    for user in &found.users {
        bury(tombstones::USER, user)?;
    }
    for (kind, id) in found.records.iter().filter(|(kind, _)| kind != "users") {
        bury(kind, id)?;
    }
    Ok(())
}

fn count(connection: &Connection, found: &Found) -> rusqlite::Result<Purged> {
    let mut purged = Purged::default();
    let n = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    purged.calls = n(found.calls.len());
    purged.undated = n(found.undated.len());
    purged.quarantined = n(found.quarantined.len());
    purged.users = n(found.records.iter().filter(|(kind, _)| kind == "users").count());
    purged.records = n(found.records.len()) - purged.users;
    let mut transcript =
        connection.prepare_cached("SELECT 1 FROM kept WHERE kind = 'transcripts' AND id = ?1")?;
    let mut exports = connection.prepare_cached("SELECT export_id FROM exports")?;
    let exports =
        exports.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut exports: BTreeMap<i64, u64> = exports.into_iter().map(|export| (export, 0)).collect();
    let mut holds = connection
        .prepare_cached("SELECT 1 FROM exported_calls WHERE export_id = ?1 AND call_hash = ?2")?;
    for call in &found.calls {
        purged.transcripts += u64::from(transcript.exists([call])?);
        let hash = tombstones::hash(connection, tombstones::CALL, call)?;
        for (export, calls) in &mut exports {
            *calls += u64::from(holds.exists(params![export, hash])?);
        }
    }
    let mut past = connection
        .prepare_cached("SELECT place, format, finished FROM exports WHERE export_id = ?1")?;
    for (export, calls) in exports.into_iter().filter(|(_, calls)| *calls > 0) {
        let found = past.query_row(params![export], |row| {
            let (place, format, finished) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(PastExport { place, format, finished, calls })
        });
        purged.exports.extend(found.optional()?);
    }
    Ok(purged)
}
