//! Removing: a call with everything that is known of it, and what a listing no longer has.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{activity, crm, reviews, settings, transcripts, users};
use crate::{collection::Collection, kept, moment, purge};

/// Removes a call, and what nothing else refers to then. Gives whether it was there.
pub(crate) fn call(connection: &Connection, call_id: &str) -> rusqlite::Result<bool> {
    calls(connection, [call_id]).map(|n_removed| n_removed > 0)
}

/// Removes calls, and what nothing else refers to then. Gives how many were there.
///
/// What they were linked to is looked at once for all of them: a retention may take thousands of calls
/// of an account.
pub(crate) fn calls<'a>(
    connection: &Connection,
    ids: impl IntoIterator<Item = &'a str>,
) -> rusqlite::Result<u64> {
    let mut linked = crm::Linked::default();
    let mut removed = BTreeSet::new();
    for id in ids {
        let number: Option<i64> = connection
            .prepare_cached("SELECT number FROM calls WHERE call_id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let Some(number) = number else { continue };
        transcripts::delete(connection, number)?;
        reviews_of(connection, id)?;
        linked.extend(crm::Linked::of(connection, id)?);
        connection
            .prepare_cached("DELETE FROM kept WHERE kind = 'calls' AND id = ?1")?
            .execute([id])?;
        connection.prepare_cached("DELETE FROM calls WHERE number = ?1")?.execute([number])?;
        removed.insert(id);
    }
    if removed.is_empty() {
        return Ok(0);
    }
    linked.forget(connection)?;
    unread(connection, |it| names_id(&it.text(), &removed))?;
    purge::note_removed(connection)?;
    Ok(u64::try_from(removed.len()).unwrap_or(u64::MAX))
}

/// A record that could not be read.
pub(crate) struct Unread<'a> {
    pub(crate) kind: &'a str,
    /// When it was seen last, as the archive writes moments.
    pub(crate) seen: &'a str,
    kept: &'a [u8],
}

impl Unread<'_> {
    /// Its text; of one that is damaged nobody can tell.
    pub(crate) fn text(&self) -> String {
        kept::decompress(self.kept).unwrap_or_default()
    }
}

/// Removes the records that could not be read and are meant.
pub(crate) fn unread(
    connection: &Connection,
    is_meant: impl Fn(&Unread<'_>) -> bool,
) -> rusqlite::Result<()> {
    let mut select = connection.prepare_cached("SELECT rowid, kind, seen, text FROM quarantine")?;
    let mut rows = select.query([])?;
    let mut meant: Vec<i64> = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, seen) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
        if is_meant(&Unread { kind, seen, kept: row.get_ref(3)?.as_blob()? }) {
            meant.push(row.get(0)?);
        }
    }
    if !meant.is_empty() {
        purge::note_removed(connection)?;
    }
    let mut delete = connection.prepare_cached("DELETE FROM quarantine WHERE rowid = ?1")?;
    meant.iter().try_for_each(|row| delete.execute([row]).map(drop))
}

/// Whether a text has one of the ids in it, and not only as a part of a longer one.
pub(crate) fn names_id(text: &str, ids: &BTreeSet<&str>) -> bool {
    text.split(|it: char| !it.is_ascii_digit()).any(|digits| ids.contains(digits))
}

fn reviews_of(connection: &Connection, call_id: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM kept WHERE kind = 'answered_scorecards' AND id IN (
               SELECT answered_scorecard_id FROM answered_scorecards WHERE call_id = ?1)",
        )?
        .execute([call_id])?;
    connection
        .prepare_cached("DELETE FROM answered_scorecards WHERE call_id = ?1")?
        .execute([call_id])?;
    scorecards(connection)
}

/// Removes reviews of calls that started before the moment (of calls that say no start, reviews made
/// before it), and what was done on days before its day.
pub(crate) fn older(connection: &Connection, from: &str) -> rusqlite::Result<()> {
    let day = from.get(..10).unwrap_or(from);
    let mut n_removed = 0;
    for (kind, id, is_older, from) in [
        (reviews::KIND, "answered_scorecard_id", "coalesce(call_started, reviewed) < ?1", from),
        (activity::KIND, "user_id || '/' || day", "day < ?1", day),
    ] {
        let ids = format!("SELECT {id} FROM {kind} WHERE {is_older}");
        connection
            .prepare_cached(&format!("DELETE FROM kept WHERE kind = '{kind}' AND id IN ({ids})"))?
            .execute([from])?;
        n_removed += connection
            .prepare_cached(&format!("DELETE FROM {kind} WHERE {is_older}"))?
            .execute([from])?;
    }
    if n_removed > 0 {
        purge::note_removed(connection)?;
    }
    scorecards(connection)
}

/// Removes one record of a collection that is listed whole, and its rows.
pub(crate) fn record(connection: &Connection, kind: &str, id: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM kept WHERE kind = ?1 AND id = ?2")?
        .execute([kind, id])?;
    let (table, key) = match kind {
        users::KIND => ("users", "user_id"),
        settings::WORKSPACES => ("workspaces", "workspace_id"),
        settings::TRACKERS => ("trackers", "tracker_id"),
        settings::SCORECARDS => ("scorecards", "scorecard_id"),
        reviews::KIND => ("answered_scorecards", "answered_scorecard_id"),
        activity::KIND => {
            let (user, day) = id.split_once('/').unwrap_or((id, ""));
            connection
                .prepare_cached("DELETE FROM activity_days WHERE user_id = ?1 AND day = ?2")?
                .execute([user, day])?;
            return Ok(());
        }
        _ => return Ok(()),
    };
    connection.prepare_cached(&format!("DELETE FROM {table} WHERE {key} = ?1"))?.execute([id])?;
    scorecards(connection)
}

/// Removes what a user did.
pub(super) fn days_of(connection: &Connection, user: &str) -> rusqlite::Result<()> {
    let days: Vec<String> = connection
        .prepare_cached("SELECT user_id || '/' || day FROM activity_days WHERE user_id = ?1")?
        .query_map([user], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if !days.is_empty() {
        purge::note_removed(connection)?;
    }
    days.iter().try_for_each(|day| record(connection, activity::KIND, day))
}

/// Removes scorecards that are neither in the settings nor filled in.
fn scorecards(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM scorecards WHERE NOT EXISTS (
               SELECT 1 FROM kept WHERE kind = 'scorecards' AND id = scorecards.scorecard_id)
             AND NOT EXISTS (
               SELECT 1 FROM answered_scorecards AS answered
               WHERE answered.scorecard_id = scorecards.scorecard_id)",
        )?
        .execute([])?;
    Ok(())
}

/// Removes what was last listed before `listed`.
pub(super) fn unlisted(
    connection: &Connection,
    collection: Collection,
    listed: Timestamp,
) -> rusqlite::Result<usize> {
    let (kind, key) = match collection {
        // What is no longer listed of these is asked for by its id first.
        Collection::Calls | Collection::Transcripts => return Ok(0),
        Collection::Users => (users::KIND, "user_id"),
        Collection::Workspaces => (settings::WORKSPACES, "workspace_id"),
        Collection::Trackers => (settings::TRACKERS, "tracker_id"),
        Collection::Scorecards => (settings::SCORECARDS, "scorecard_id"),
        Collection::AnsweredScorecards => (reviews::KIND, "answered_scorecard_id"),
        Collection::Activity => (activity::KIND, "user_id || '/' || day"),
    };
    let listed = moment::text(listed);
    let n_unread = connection
        .execute("DELETE FROM quarantine WHERE kind = ?1 AND seen < ?2", params![kind, listed])?;
    if n_unread > 0 {
        purge::note_removed(connection)?;
    }
    let n_removed = connection
        .execute("DELETE FROM kept WHERE kind = ?1 AND fetched < ?2", params![kind, listed])?;
    if n_removed == 0 {
        return Ok(0);
    }
    purge::note_removed(connection)?;
    match collection {
        Collection::Trackers => {
            connection.execute(
                "DELETE FROM trackers WHERE NOT EXISTS (
                   SELECT 1 FROM kept WHERE kind = 'trackers' AND id = trackers.tracker_id)
                 AND NOT EXISTS (
                   SELECT 1 FROM tracker_hits AS hit WHERE hit.tracker_id = trackers.tracker_id)",
                [],
            )?;
        }
        Collection::Scorecards => scorecards(connection)?,
        _ => {
            connection.execute(
                &format!(
                    "DELETE FROM {kind} WHERE NOT EXISTS (
                       SELECT 1 FROM kept WHERE kind = ?1 AND id = {key})"
                ),
                [kind],
            )?;
        }
    }
    if collection == Collection::AnsweredScorecards {
        scorecards(connection)?;
    }
    Ok(n_removed)
}
