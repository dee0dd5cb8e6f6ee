//! Candidates: which monologues match, the newest first, and which of them are the best.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Filters, language::Query};
use crate::number;

/// How many matches are counted and compared. Of a common word there are as many as calls.
const MOST: usize = 2_000;
/// How many matches in other calls are read past before the next call that may be is looked up.
const PATIENCE: usize = 256;

/// What was found.
#[derive(Debug)]
pub(super) struct Candidates {
    /// The first sentences of the best monologues.
    pub(super) best: Vec<i64>,
    pub(super) n_matches: usize,
    pub(super) is_complete: bool,
}

pub(super) fn find(
    connection: &Connection,
    query: &Query,
    filters: &Filters,
    limit: usize,
) -> rusqlite::Result<Candidates> {
    let newest = newest(connection, query, filters)?;
    let is_complete = newest.len() <= MOST;
    let mut best = newest;
    best.truncate(MOST);
    let n_matches = best.len();
    if is_complete && n_matches > 1 {
        rank(connection, query, &mut best)?;
    }
    best.truncate(limit);
    Ok(Candidates { best, n_matches, is_complete })
}

/// The newest matches, one more than are compared.
fn newest(connection: &Connection, query: &Query, filters: &Filters) -> rusqlite::Result<Vec<i64>> {
    let (lowest, mut highest) = filters.ids();
    let calls = if filters.are_of_calls() {
        let (first, last) = (lowest >> number::PLACE_BITS, highest >> number::PLACE_BITS);
        Some(filters.numbers(connection, first..=last)?)
    } else {
        None
    };
    let mut speakers = Speakers { connection, filters, known: HashMap::new() };
    let mut found = Vec::new();
    let mut statement = connection.prepare_cached(
        "SELECT rowid FROM monologue_words
         WHERE monologue_words MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
    )?;
    'from: loop {
        let mut rows = statement.query(params![query.expression, lowest, highest])?;
        let mut n_passed = 0;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if let Some(calls) = &calls
                && let Err(above) = calls.binary_search(&(id >> number::PLACE_BITS))
            {
                n_passed += 1;
                if n_passed < PATIENCE {
                    continue;
                }
                let Some(next) = above.checked_sub(1) else { return Ok(found) };
                highest = number::sentences_of(calls[next]).1;
                continue 'from;
            }
            n_passed = 0;
            if filters.are_of_speakers() && !speakers.fit(id)? {
                continue;
            }
            found.push(id);
            if found.len() > MOST {
                break;
            }
        }
        return Ok(found);
    }
}

/// Puts the best first.
fn rank(connection: &Connection, query: &Query, ids: &mut [i64]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT rowid, rank FROM monologue_words
         WHERE monologue_words MATCH ?1 AND rowid BETWEEN ?2 AND ?3",
    )?;
    let (newest, oldest) = (ids[0], ids[ids.len() - 1]);
    let ranks = statement.query_map(params![query.expression, oldest, newest], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?))
    })?;
    let ranks: HashMap<i64, f64> = ranks.collect::<rusqlite::Result<_>>()?;
    let rank = |id: &i64| ranks.get(id).copied().unwrap_or_default();
    ids.sort_by(|one, two| rank(one).total_cmp(&rank(two)).then(two.cmp(one)));
    Ok(())
}

/// Whose monologues are wanted.
struct Speakers<'a> {
    connection: &'a Connection,
    filters: &'a Filters,
    /// Whether a speaker of a call fits.
    known: HashMap<(i64, i64), bool>,
}

impl Speakers<'_> {
    fn fit(&mut self, id: i64) -> rusqlite::Result<bool> {
        let call = id >> number::PLACE_BITS;
        let speaker: Option<i64> = self
            .connection
            .prepare_cached("SELECT speaker FROM spoken WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let Some(speaker) = speaker else { return Ok(false) };
        if let Some(fits) = self.known.get(&(call, speaker)) {
            return Ok(*fits);
        }
        let fits = self.filters.fit_speaker(self.connection, call, speaker)?;
        self.known.insert((call, speaker), fits);
        Ok(fits)
    }
}
