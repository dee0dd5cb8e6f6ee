//! Coverage: from when to when the archive has everything, and what it still waits for.

use rusqlite::Connection;
use serde::Serialize;

/// What the archive covers. Nothing outside of it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Coverage {
    /// From when on all calls are there, but for what is unsettled; nothing before the first sync is done.
    pub from: Option<String>,
    /// Up to when.
    pub to: Option<String>,
    /// How many spans of time in it are to be listed again, because their calls were not as many as
    /// Gong said.
    pub n_unsettled: u64,
    /// How many calls there are, inside of that span and outside.
    pub n_calls: u64,
    /// Of how many calls the transcript is still to come.
    pub n_transcripts_expected: u64,
}

pub(super) fn read(connection: &Connection) -> rusqlite::Result<Coverage> {
    // What was listed lies open at the end: a call may have started since.
    let mut statement = connection.prepare_cached(
        "SELECT starts, min(ends, listed) FROM windows WHERE listed IS NOT NULL ORDER BY starts",
    )?;
    let windows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut span: Option<(String, String)> = None;
    for window in windows {
        let (starts, ends): (String, String) = window?;
        match &mut span {
            Some((_, to)) if starts <= *to => *to = ends.max(std::mem::take(to)),
            // A gap: what is before it is not covered without one.
            _ => span = Some((starts, ends)),
        }
    }
    let (from, to) = span.unzip();
    let count = |sql: &str| connection.prepare_cached(sql)?.query_row([], |row| row.get(0));
    Ok(Coverage {
        from,
        to,
        n_unsettled: count(
            "SELECT count(*) FROM windows WHERE listed IS NOT NULL AND NOT is_settled",
        )?,
        n_calls: count("SELECT count(*) FROM calls INDEXED BY calls_started")?,
        n_transcripts_expected: count("SELECT count(*) FROM calls WHERE transcript = 'expected'")?,
    })
}
