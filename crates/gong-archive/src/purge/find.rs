//! Finding: which calls and records a purge takes.

use std::collections::BTreeSet;

use gong_types::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{Needle, Target};
use crate::{batch::names_id, kept, moment, number::PLACE_BITS, tombstones};

/// What a purge takes.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The ids of calls.
    pub(super) calls: BTreeSet<String>,
    /// Those of them that are taken because they do not say when they started.
    pub(super) undated: BTreeSet<String>,
    /// Kind and id of other records.
    pub(super) records: BTreeSet<(String, String)>,
    /// The ids of users, those too that the archive has only as parties of calls.
    pub(super) users: BTreeSet<String>,
    /// The rows of records that could not be read.
    pub(super) quarantined: Vec<i64>,
}

impl Found {
    /// What no file may have afterwards.
    pub(super) fn ids(&self) -> BTreeSet<String> {
        self.calls.clone()
    }
}

pub(super) fn find(
    connection: &Connection,
    target: &Target,
    needle: Option<&Needle>,
) -> rusqlite::Result<Found> {
    let mut found = Found::default();
    match target {
        Target::Calls(calls) => {
            let mut is_there = connection.prepare("SELECT 1 FROM calls WHERE call_id = ?1")?;
            for call in calls {
                if is_there.exists([call.as_str()])? {
                    found.calls.insert(call.as_str().to_owned());
                }
                reviews_of(connection, call.as_str(), &mut found)?;
            }
            let ids = calls.iter().map(CallId::as_str).collect();
            quarantined(connection, |_, text| names_id(text, &ids), &mut found)?;
        }
        Target::Before(before) => {
            let mut calls = connection.prepare("SELECT call_id FROM calls WHERE started < ?1")?;
            let calls = calls.query_map([moment::text(*before)], |row| row.get(0))?;
            found.calls = calls.collect::<rusqlite::Result<_>>()?;
            let undated = "SELECT call_id FROM calls WHERE started IS NULL";
            let mut undated = connection.prepare(undated)?;
            let undated = undated.query_map([], |row| row.get(0))?;
            found.undated = undated.collect::<rusqlite::Result<_>>()?;
            found.calls.extend(found.undated.iter().cloned());
            before_then(connection, *before, &mut found)?;
        }
        Target::Email(_) | Target::Phone(_) | Target::Account(_) => {}
    }
    let Some(needle) = needle else { return Ok(found) };
    texts(connection, needle, &mut found)?;
    spoken(connection, needle, &mut found)?;
    quarantined(connection, |_, text| needle.is_in(text), &mut found)?;
    parties(connection, needle, &mut found)?;
    people(connection, &mut found)?;
    Ok(found)
}

/// What else is of the time before, or may be.
fn before_then(
    connection: &Connection,
    before: Timestamp,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let from = moment::text(before);
    for (kind, select) in [
        (
            "answered_scorecards",
            "SELECT answered_scorecard_id FROM answered_scorecards
             WHERE coalesce(call_started, reviewed) < ?1",
        ),
        ("activity_days", "SELECT user_id || '/' || day FROM activity_days WHERE day < ?1"),
    ] {
        let from = if kind == "activity_days" { &from[..10] } else { &from };
        let mut select = connection.prepare(select)?;
        for id in select.query_map([from], |row| row.get(0))? {
            found.records.insert((kind.to_owned(), id?));
        }
    }
    let has_time = |kind: &str| {
        ["calls", "transcripts", "answered_scorecards", "activity_days"].contains(&kind)
    };
    let is_meant = |kind: &str, text: &str| {
        tombstones::began(text).map_or_else(|| has_time(kind), |began| began < before)
    };
    quarantined(connection, is_meant, found)
}

/// Gong's own text of every record: all that the tables hold was read out of it.
fn texts(connection: &Connection, needle: &Needle, found: &mut Found) -> rusqlite::Result<()> {
    let mut kept = connection.prepare("SELECT kind, id, text FROM kept")?;
    let mut rows = kept.query([])?;
    while let Some(row) = rows.next()? {
        let text = kept::decompress(row.get_ref(2)?.as_blob()?);
        // Nobody can tell what is in one that is damaged; `verify` finds it.
        if !text.is_ok_and(|text| needle.is_in(&text)) {
            continue;
        }
        let (kind, id): (String, String) = (row.get(0)?, row.get(1)?);
        match kind.as_str() {
            "calls" | "transcripts" => {
                found.calls.insert(id);
            }
            _ => {
                found.records.insert((kind, id));
            }
        }
    }
    Ok(())
}

/// The sentences, which the kept texts lack.
fn spoken(connection: &Connection, needle: &Needle, found: &mut Found) -> rusqlite::Result<()> {
    let mut numbers = BTreeSet::new();
    let mut spoken = connection.prepare("SELECT id, text FROM spoken")?;
    let mut rows = spoken.query([])?;
    while let Some(row) = rows.next()? {
        if needle.is_said(row.get_ref(1)?.as_str()?) {
            numbers.insert(row.get::<_, i64>(0)? >> PLACE_BITS);
        }
    }
    let mut call = connection.prepare("SELECT call_id FROM calls WHERE number = ?1")?;
    for number in numbers {
        found.calls.extend(call.query_map([number], |row| row.get(0))?.flatten());
    }
    Ok(())
}

fn quarantined(
    connection: &Connection,
    is_meant: impl Fn(&str, &str) -> bool,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let mut quarantine = connection.prepare("SELECT rowid, kind, text FROM quarantine")?;
    let mut rows = quarantine.query([])?;
    while let Some(row) = rows.next()? {
        let kind = row.get_ref(1)?.as_str()?;
        if kept::decompress(row.get_ref(2)?.as_blob()?).is_ok_and(|text| is_meant(kind, &text)) {
            found.quarantined.push(row.get(0)?);
        }
    }
    Ok(())
}

/// The users whom parties and activity give this address or number: users need not be in the archive.
fn parties(connection: &Connection, needle: &Needle, found: &mut Found) -> rusqlite::Result<()> {
    let mut parties = connection.prepare(
        "SELECT DISTINCT user_id, email, phone FROM parties
         WHERE user_id IS NOT NULL AND (email IS NOT NULL OR phone IS NOT NULL)
         UNION SELECT user_id, user_email, NULL FROM activity_days WHERE user_email IS NOT NULL",
    )?;
    let mut rows = parties.query([])?;
    while let Some(row) = rows.next()? {
        let (email, phone): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        if email.into_iter().chain(phone).any(|it| needle.is_value(&it)) {
            found.users.insert(row.get(0)?);
        }
    }
    Ok(())
}

/// What hangs on the users that were found: the calls they took part in, what they did, and what was
/// said of them in reviews.
fn people(connection: &Connection, found: &mut Found) -> rusqlite::Result<()> {
    let users = found.records.iter().filter(|(kind, _)| kind == "users");
    found.users.extend(users.map(|(_, id)| id.clone()));
    let known: Vec<_> = found.users.iter().map(|id| ("users".to_owned(), id.clone())).collect();
    let mut is_there = connection.prepare("SELECT 1 FROM kept WHERE kind = 'users' AND id = ?1")?;
    for user in known {
        if is_there.exists([&user.1])? {
            found.records.insert(user);
        }
    }
    let mut calls = connection.prepare(
        "SELECT call_id FROM parties WHERE user_id = ?1
         UNION SELECT call_id FROM calls WHERE host_user_id = ?1",
    )?;
    let mut days = connection.prepare("SELECT day FROM activity_days WHERE user_id = ?1")?;
    let mut reviews = connection.prepare(
        "SELECT answered_scorecard_id FROM answered_scorecards
         WHERE reviewed_user_id = ?1 OR reviewer_user_id = ?1",
    )?;
    for user in &found.users {
        for call in calls.query_map(params![user], |row| row.get(0))? {
            found.calls.insert(call?);
        }
        for day in days.query_map(params![user], |row| row.get::<_, String>(0))? {
            found.records.insert(("activity_days".to_owned(), format!("{user}/{}", day?)));
        }
        for review in reviews.query_map(params![user], |row| row.get(0))? {
            found.records.insert(("answered_scorecards".to_owned(), review?));
        }
    }
    Ok(())
}

fn reviews_of(connection: &Connection, call: &str, found: &mut Found) -> rusqlite::Result<()> {
    let mut reviews = connection.prepare_cached(
        "SELECT answered_scorecard_id FROM answered_scorecards WHERE call_id = ?1",
    )?;
    for review in reviews.query_map([call], |row| row.get(0))? {
        found.records.insert(("answered_scorecards".to_owned(), review?));
    }
    Ok(())
}
