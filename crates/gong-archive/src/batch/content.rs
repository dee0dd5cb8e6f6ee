//! What a call was about: trackers that hit it, topics, and what Gong wrote about it.

use gong_types::{Content, Occurrence, Tracker};
use rusqlite::{Connection, params};

use super::record::{maybe, shown};

/// Writes all of it anew.
pub(super) fn write(
    connection: &Connection,
    id: &str,
    content: Option<&Content>,
) -> rusqlite::Result<()> {
    for table in ["tracker_hits", "topics", "highlights", "key_points", "outline"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE call_id = ?1"))?
            .execute([id])?;
    }
    let Some(content) = content else { return Ok(()) };
    for tracker in content.trackers.iter().flatten() {
        hits(connection, id, tracker)?;
    }
    topics(connection, id, content)?;
    highlights(connection, id, content)?;
    key_points(connection, id, content)?;
    outline(connection, id, content)
}

/// Writes of the trackers that hit a call what nothing says yet.
pub(super) fn fill_trackers(
    connection: &Connection,
    content: Option<&Content>,
) -> rusqlite::Result<()> {
    let mut fill = connection.prepare_cached(
        "UPDATE trackers SET name = coalesce(name, ?2), kind = coalesce(kind, ?3)
         WHERE tracker_id = ?1 AND (name IS NULL OR kind IS NULL)",
    )?;
    for tracker in content.iter().flat_map(|it| it.trackers.iter().flatten()) {
        let Some(id) = shown(tracker.id.as_ref()) else { continue };
        fill.execute(params![id, maybe(tracker.name.as_deref()), shown(tracker.kind.as_ref())])?;
    }
    Ok(())
}

/// A row for each time that a tracker hit, as far as Gong tells when; what is left of the count is
/// one more row, so that the hits of all rows are the count.
fn hits(connection: &Connection, call: &str, tracker: &Tracker) -> rusqlite::Result<()> {
    let Some(id) = shown(tracker.id.as_ref()) else { return Ok(()) };
    let rows = rows_of(tracker);
    if rows.is_empty() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO trackers (tracker_id, name, kind) VALUES (?1, ?2, ?3)
             ON CONFLICT (tracker_id) DO UPDATE SET
               name = coalesce(excluded.name, name), kind = coalesce(excluded.kind, kind)
             WHERE name IS NOT excluded.name OR kind IS NOT excluded.kind",
        )?
        .execute(params![id, maybe(tracker.name.as_deref()), shown(tracker.kind.as_ref()),])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO tracker_hits
           (call_id, tracker_id, position, phrase, start_seconds, speaker_id, hits)
         VALUES (?1, ?2,
           (SELECT count(*) FROM tracker_hits WHERE call_id = ?1 AND tracker_id = ?2),
           ?3, ?4, ?5, ?6)",
    )?;
    for row in rows {
        let occurrence = row.occurrence;
        insert.execute(params![
            call,
            id,
            maybe(row.phrase),
            occurrence.and_then(|it| it.start_time),
            shown(occurrence.and_then(|it| it.speaker_id.as_ref())),
            row.hits,
        ])?;
    }
    Ok(())
}

/// No tracker hits a call more often; what says so must not keep the hits from being summed up.
const MOST_HITS: i64 = 1 << 31;

/// A row of `tracker_hits`.
struct Hit<'a> {
    phrase: Option<&'a str>,
    occurrence: Option<&'a Occurrence>,
    hits: i64,
}

fn rows_of(tracker: &Tracker) -> Vec<Hit<'_>> {
    let mut rows = Vec::new();
    for phrase in tracker.phrases.iter().flatten() {
        push(&mut rows, phrase.phrase.as_deref(), phrase.occurrences.as_deref(), phrase.count);
    }
    let own = if rows.is_empty() { tracker.occurrences.as_deref() } else { None };
    let told: i64 = rows.iter().map(|row| row.hits).sum();
    push(&mut rows, None, own, tracker.count.map(|count| count.saturating_sub(told)));
    rows
}

fn push<'a>(
    rows: &mut Vec<Hit<'a>>,
    phrase: Option<&'a str>,
    occurrences: Option<&'a [Occurrence]>,
    count: Option<i64>,
) {
    let mut left = count.unwrap_or(0).min(MOST_HITS);
    for occurrence in occurrences.unwrap_or_default() {
        rows.push(Hit { phrase, occurrence: Some(occurrence), hits: 1 });
        left = left.saturating_sub(1);
    }
    if left > 0 {
        rows.push(Hit { phrase, occurrence: None, hits: left });
    }
}

fn topics(connection: &Connection, id: &str, content: &Content) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO topics (call_id, position, name, duration_seconds) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (position, topic) in (0_i64..).zip(content.topics.iter().flatten()) {
        insert.execute(params![id, position, maybe(topic.name.as_deref()), topic.duration])?;
    }
    Ok(())
}

fn highlights(connection: &Connection, id: &str, content: &Content) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO highlights (call_id, position, section, text, start_seconds)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let sections = content.highlights.iter().flatten();
    let items = sections.flat_map(|section| {
        section.items.iter().flatten().map(|item| (section.title.as_deref(), item))
    });
    for (position, (section, item)) in (0_i64..).zip(items) {
        let start = item.start_times.as_deref().and_then(<[f64]>::first);
        insert.execute(params![
            id,
            position,
            maybe(section),
            maybe(item.text.as_deref()),
            start
        ])?;
    }
    Ok(())
}

fn key_points(connection: &Connection, id: &str, content: &Content) -> rusqlite::Result<()> {
    let mut insert = connection
        .prepare_cached("INSERT INTO key_points (call_id, position, text) VALUES (?1, ?2, ?3)")?;
    for (position, point) in (0_i64..).zip(content.key_points.iter().flatten()) {
        insert.execute(params![id, position, maybe(point.text.as_deref())])?;
    }
    Ok(())
}

fn outline(connection: &Connection, id: &str, content: &Content) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO outline (call_id, position, section, text, start_seconds)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let sections = content.outline.iter().flatten();
    let items = sections.flat_map(|section| {
        section.items.iter().flatten().map(|item| (section.section.as_deref(), item))
    });
    for (position, (section, item)) in (0_i64..).zip(items) {
        insert.execute(params![
            id,
            position,
            maybe(section),
            maybe(item.text.as_deref()),
            item.start_time,
        ])?;
    }
    Ok(())
}
