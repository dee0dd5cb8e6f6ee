//! What the company set up: workspaces, trackers, and scorecards.

use gong_types::{KeywordTracker, Record, Scorecard, TrackerType, Workspace};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;

use super::{
    Saved,
    record::{self, Incoming, maybe, quarantine, shown},
};

pub(super) const WORKSPACES: &str = "workspaces";
pub(super) const TRACKERS: &str = "trackers";
pub(super) const SCORECARDS: &str = "scorecards";

pub(super) fn workspace(
    connection: &Connection,
    record: &Record<Workspace>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    save(
        connection,
        WORKSPACES,
        record,
        now,
        |it| it.id.as_str(),
        |id, workspace| {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO workspaces (workspace_id, name, description)
                 VALUES (?1, ?2, ?3)",
                )?
                .execute(params![
                    id,
                    maybe(workspace.name.as_deref()),
                    maybe(workspace.description.as_deref()),
                ])?;
            Ok(())
        },
    )
}

pub(super) fn tracker(
    connection: &Connection,
    record: &Record<KeywordTracker>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    save(
        connection,
        TRACKERS,
        record,
        now,
        |it| it.tracker_id.as_str(),
        |id, tracker| {
            // Not replaced, which would take its hits away.
            connection
                .prepare_cached(
                    "INSERT INTO trackers (tracker_id, name, kind) VALUES (?1, ?2, ?3)
                 ON CONFLICT (tracker_id) DO UPDATE SET name = excluded.name, kind = excluded.kind",
                )?
                .execute(params![
                    id,
                    maybe(tracker.tracker_name.as_deref()),
                    TrackerType::Keyword.as_str(),
                ])?;
            Ok(())
        },
    )
}

pub(super) fn scorecard(
    connection: &Connection,
    record: &Record<Scorecard>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    save(
        connection,
        SCORECARDS,
        record,
        now,
        |it| it.scorecard_id.as_str(),
        |id, scorecard| {
            // Not replaced, which would take away what was filled in.
            connection
                .prepare_cached(
                    "INSERT INTO scorecards (scorecard_id, name, workspace_id, is_enabled)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (scorecard_id) DO UPDATE SET
                   name = excluded.name, workspace_id = excluded.workspace_id,
                   is_enabled = excluded.is_enabled",
                )?
                .execute(params![
                    id,
                    maybe(scorecard.scorecard_name.as_deref()),
                    shown(scorecard.workspace_id.as_ref()),
                    scorecard.enabled,
                ])?;
            questions(connection, id, scorecard)
        },
    )
}

/// As [`record::save`], of a record that is read here.
fn save<T: DeserializeOwned>(
    connection: &Connection,
    kind: &'static str,
    record: &Record<T>,
    now: Timestamp,
    id: impl FnOnce(&T) -> &str,
    write: impl FnOnce(&str, &T) -> rusqlite::Result<()>,
) -> rusqlite::Result<Saved> {
    let text = record.text();
    let (read, problem) = match record::read(record) {
        Ok(read) => read,
        Err(error) => return quarantine(connection, kind, text, &error.to_string(), now),
    };
    let id = id(&read);
    let incoming = Incoming { kind, id, text, problem: problem.as_deref(), now };
    record::save(connection, &incoming, || write(id, &read))
}

fn questions(connection: &Connection, id: &str, scorecard: &Scorecard) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM scorecard_questions WHERE scorecard_id = ?1")?
        .execute([id])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO scorecard_questions
           (scorecard_id, position, question_id, question, kind, is_overall)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, question) in (0_i64..).zip(scorecard.questions.iter().flatten()) {
        insert.execute(params![
            id,
            position,
            shown(question.question_id.as_ref()),
            maybe(question.question_text.as_deref()),
            maybe(question.question_type.as_deref()),
            question.is_overall,
        ])?;
    }
    Ok(())
}
