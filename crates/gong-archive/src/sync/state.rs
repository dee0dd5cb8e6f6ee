//! The state of a sync as the archive holds it: windows, what is missing, settings, and dates.

use std::collections::HashSet;

use gong_types::CallId;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::others::LOOK_BACK;
use crate::{
    collection::Collection,
    moment,
    plan::{Known, Missing, Window},
};

/// Whether private calls are copied: `1` or `0`.
pub(crate) const INCLUDE_PRIVATE: &str = "include_private";
/// Up to when the round through the old windows has come.
pub(super) const ROLLED: &str = "rolled";

const WINDOW: &str = "starts, ends, listing, listed_to, seen, listed, total, is_settled, began";

pub(super) fn known(connection: &Connection) -> rusqlite::Result<Known> {
    Ok(Known {
        windows: windows(connection)?,
        missing: missing(connection)?.into_iter().map(|(_, missing)| missing).collect(),
        rolled: rolled(connection)?,
    })
}

/// Whether private calls are copied.
pub(super) fn includes_private(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(setting(connection, INCLUDE_PRIVATE)?.is_some_and(|it| it == "1"))
}

/// The ids of the workspaces of the company.
pub(super) fn workspaces(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    connection
        .prepare_cached("SELECT workspace_id FROM workspaces")?
        .query_map([], |row| row.get(0))?
        .collect()
}

pub(super) fn rolled(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    Ok(setting(connection, ROLLED)?.and_then(|it| it.parse().ok()))
}

/// All windows, in order of time.
pub(super) fn windows(connection: &Connection) -> rusqlite::Result<Vec<Window>> {
    connection
        .prepare_cached(&format!("SELECT {WINDOW} FROM windows ORDER BY starts"))?
        .query_map([], window)?
        .collect()
}

fn window(row: &Row<'_>) -> rusqlite::Result<Window> {
    Ok(Window {
        starts: moment(row, 0)?.unwrap_or(Timestamp::MIN),
        ends: moment(row, 1)?.unwrap_or(Timestamp::MIN),
        listing: row.get(2)?,
        listed_to: moment(row, 3)?,
        seen: count(row, 4)?,
        listed: moment(row, 5)?,
        total: row.get::<_, Option<i64>>(6)?.and_then(|it| it.try_into().ok()),
        is_settled: row.get(7)?,
        began: moment(row, 8)?,
    })
}

/// Writes a window; there is none that starts then.
pub(super) fn add(connection: &Connection, window: &Window) -> rusqlite::Result<()> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO windows ({WINDOW}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ))?
        .execute(params![
            moment::text(window.starts),
            moment::text(window.ends),
            window.listing,
            window.listed_to.map(moment::text),
            number(window.seen),
            window.listed.map(moment::text),
            window.total.map(number),
            window.is_settled,
            window.began.map(moment::text),
        ])
        .map(drop)
}

pub(super) fn remove(connection: &Connection, starts: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM windows WHERE starts = ?1")?
        .execute([moment::text(starts)])
        .map(drop)
}

/// A number that no listing has had.
pub(super) fn next_listing(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT ifnull(max(listing), 0) + 1 FROM windows")?
        .query_row([], |row| row.get(0))
}

/// The calls that are missing. There are few: an order would have all calls read for them.
pub(super) fn missing(connection: &Connection) -> rusqlite::Result<Vec<(CallId, Missing)>> {
    connection
        .prepare_cached(
            "SELECT calls.call_id, calls.started, missing_since
             FROM call_states JOIN calls USING (number)
             WHERE missing_since IS NOT NULL AND calls.started IS NOT NULL",
        )?
        .query_map([], |row| {
            let id: String = row.get(0)?;
            let id = id.parse().map_err(|_| rusqlite::Error::InvalidQuery)?;
            let started = moment(row, 1)?.unwrap_or(Timestamp::MIN);
            let since = moment(row, 2)?.unwrap_or(Timestamp::MAX);
            Ok((id, Missing { started, since }))
        })?
        .collect()
}

pub(super) fn setting(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

pub(super) fn set(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])
        .map(drop)
}

/// What is known of a collection that is fetched for itself.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    /// When it was last fetched whole.
    pub(super) at: Option<Timestamp>,
    /// The first of its days that were fetched, and the one after the last.
    pub(super) days: Option<(Date, Date)>,
}

pub(super) fn fetched(
    connection: &Connection,
    collection: Collection,
) -> rusqlite::Result<Fetched> {
    let day = |row: &Row<'_>, place| -> rusqlite::Result<Option<Date>> {
        let day: Option<String> = row.get(place)?;
        Ok(day.and_then(|it| it.parse().ok()))
    };
    connection
        .prepare_cached(
            "SELECT fetched, covered_from, covered_to FROM collections WHERE name = ?1",
        )?
        .query_row([collection.name()], |row| {
            Ok(Fetched { at: moment(row, 0)?, days: day(row, 1)?.zip(day(row, 2)?) })
        })
        .optional()
        .map(Option::unwrap_or_default)
}

/// Notes that a collection was fetched whole.
pub(super) fn note_fetched(
    connection: &Connection,
    collection: Collection,
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO collections (name, fetched) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET fetched = excluded.fetched, problem = NULL",
        )?
        .execute(params![collection.name(), moment::text(now)])
        .map(drop)
}

/// Notes which days of a collection were fetched.
pub(super) fn note_days(
    connection: &Connection,
    collection: Collection,
    days: (Date, Date),
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO collections (name, covered_from, covered_to) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET
               covered_from = excluded.covered_from, covered_to = excluded.covered_to",
        )?
        .execute(params![collection.name(), days.0.to_string(), days.1.to_string()])
        .map(drop)
}

/// Notes why a collection could not be fetched.
pub(super) fn note_problem(
    connection: &Connection,
    collection: Collection,
    problem: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO collections (name, problem) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET problem = excluded.problem",
        )?
        .execute([collection.name(), problem])
        .map(drop)
}

/// Has the reviews since a day fetched again, if those of the last days are not enough: reviews of a
/// call that was not there were left out.
pub(super) fn review_since(connection: &Connection, day: Date) -> rusqlite::Result<()> {
    let day = day.saturating_add(LOOK_BACK.days());
    connection
        .prepare_cached(
            "UPDATE collections SET fetched = NULL, covered_to = ?2
             WHERE name = ?1 AND covered_to > ?2",
        )?
        .execute([Collection::AnsweredScorecards.name(), &day.to_string()])
        .map(drop)
}

/// Notes that nothing is the matter with a collection any more.
pub(super) fn forget_problem(
    connection: &Connection,
    collection: Collection,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE collections SET problem = NULL WHERE name = ?1")?
        .execute([collection.name()])
        .map(drop)
}

/// When the first call started.
pub(super) fn first_call(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    connection.prepare_cached("SELECT min(started) FROM calls")?.query_row([], |row| moment(row, 0))
}

pub(super) fn moment(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<Timestamp>> {
    let text: Option<String> = row.get(place)?;
    Ok(text.and_then(|it| it.parse().ok()))
}

fn count(row: &Row<'_>, place: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(place)?.try_into().unwrap_or(0))
}

pub(super) fn number(count: u64) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
