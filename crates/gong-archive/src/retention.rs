//! Retention: how long calls are kept, and the moment before which none is.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use crate::{
    archive::Archive,
    batch,
    error::{Error, Result},
    moment,
    tombstones::{self, KEPT_FROM},
    writer::Writer,
};

/// The setting that says how many days calls are kept.
pub(crate) const DAYS: &str = "retention_days";
/// How many calls are removed in one transaction.
const TOGETHER: i64 = 200;
/// Which calls are older than a moment. Those that do not say when they started are as old as their
/// text is here: Gong lists none that started before what is kept.
const OLD: &str = "(started < ?1 OR started IS NULL AND EXISTS (
    SELECT 1 FROM kept WHERE kind = 'calls' AND id = calls.call_id AND fetched < ?1))";

impl Archive {
    /// For how many days calls are kept; nothing if for ever.
    pub fn retention(&self) -> Result<Option<u32>> {
        days(&self.connection).map_err(|error| Error::of(error, &self.path()))
    }

    /// How many calls would be removed now if calls were kept for so many days.
    pub fn would_retain(&self, days: u32, now: Timestamp) -> Result<u64> {
        let count = format!("SELECT count(*) FROM calls WHERE {OLD}");
        let from = moment::text(begin(days, now));
        let count = self.connection.query_row(&count, [from], |row| row.get::<_, i64>(0));
        let count = count.map_err(|error| Error::of(error, &self.path()))?;
        Ok(count.try_into().unwrap_or(0))
    }
}

impl Writer {
    /// Sets for how many days calls are kept; with `None`, for ever. Nothing is removed before
    /// [`apply_retention`](Self::apply_retention). When it is longer than before, calls that were
    /// removed can be fetched again, but for those that were purged.
    pub fn set_retention(&mut self, days: Option<u32>) -> Result<()> {
        let path = self.archive.path();
        set(&mut self.archive.connection, days).map_err(|error| Error::of(error, &path))
    }

    /// Removes the calls that started too long ago, and keeps later syncs from fetching them. Gives
    /// how many.
    ///
    /// What is removed is wiped, but the file is not written anew as it is by a purge: some of it may
    /// stand in bytes that SQLite no longer uses. Once in thirty days it is.
    pub fn apply_retention(&mut self, now: Timestamp) -> Result<u64> {
        let removed = self.remove_by_age(now);
        self.noted(removed)
    }

    fn remove_by_age(&mut self, now: Timestamp) -> Result<u64> {
        let path = self.archive.path();
        let of = |error| Error::of(error, &path);
        let connection = &mut self.archive.connection;
        let Some(days) = days(connection).map_err(of)? else { return Ok(0) };
        keep_from(connection, KEPT_FROM, begin(days, now)).map_err(of)?;
        let n_removed = remove_old(connection).map_err(of)?;
        self.sweep(now)?;
        Ok(n_removed)
    }
}

fn set(connection: &mut Connection, days: Option<u32>) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let delete = "DELETE FROM settings WHERE name = ?1";
    let before = self::days(&transaction)?;
    if days.is_none_or(|days| before.is_none_or(|before| days > before)) {
        transaction.execute(delete, [KEPT_FROM])?;
    }
    match days {
        Some(days) => transaction.execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
            params![DAYS, days.to_string()],
        )?,
        None => transaction.execute(delete, [DAYS])?,
    };
    transaction.commit()
}

/// The moment before which nothing is kept.
fn begin(days: u32, now: Timestamp) -> Timestamp {
    let age = SignedDuration::from_hours(24 * i64::from(days));
    now.checked_sub(age).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(crate) fn days(connection: &Connection) -> rusqlite::Result<Option<u32>> {
    let days: Option<String> = connection
        .query_row("SELECT value FROM settings WHERE name = ?1", [DAYS], |row| row.get(0))
        .optional()?;
    Ok(days.and_then(|it| it.parse().ok()))
}

/// Notes in the setting that no call is kept that started before the moment. It only ever moves on.
pub(crate) fn keep_from(
    connection: &Connection,
    setting: &str,
    from: Timestamp,
) -> rusqlite::Result<()> {
    let from = moment::text(from);
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
        params![setting, from],
    )?;
    // What is covered begins there now.
    connection.execute("DELETE FROM windows WHERE ends <= ?1", [&from])?;
    // A listing that is under way goes on from where it began: what it has seen is counted from there.
    connection.execute(
        "UPDATE windows SET starts = ?1, total = NULL WHERE starts < ?1 AND listed_to IS NULL",
        [&from],
    )?;
    Ok(())
}

/// Removes what is older than what is kept. Gives how many calls.
pub(crate) fn remove_old(connection: &mut Connection) -> rusqlite::Result<u64> {
    let Some(from) = tombstones::kept_from(connection)? else { return Ok(0) };
    let mut n_removed = 0;
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let calls: Vec<String> = transaction
            .prepare_cached(&format!("SELECT call_id FROM calls WHERE {OLD} LIMIT ?2"))?
            .query_map(params![from, TOGETHER], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        if calls.is_empty() {
            batch::delete_older(&transaction, &from)?;
            remove_unread(&transaction, &from)?;
            transaction.commit()?;
            return Ok(n_removed);
        }
        n_removed += batch::delete_calls(&transaction, calls.iter().map(String::as_str))?;
        transaction.commit()?;
    }
}

/// Removes records that could not be read, of calls that began before the moment; those that do not
/// say when, once Gong no longer lists them since.
fn remove_unread(connection: &Connection, from: &str) -> rusqlite::Result<()> {
    batch::delete_unread(connection, |it| {
        let began = tombstones::began(&it.text());
        began.map_or_else(|| it.seen < from, |began| *moment::text(began) < *from)
    })
}
