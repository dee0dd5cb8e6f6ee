//! Candidates: which monologues match, the newest first.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Filters, language::Query};
use crate::number;

/// How many matches are compared. Of a common word there are as many as calls, and more.
const USUAL: usize = 500;
/// How many are, where so many are asked for: all that is given is in memory at a time.
const MOST: usize = 10_000;
/// How many matches can be read past in the time that one look into one call takes.
const ONE_LOOK: usize = 200;

/// How many matches are compared to give so many of them.
pub(super) fn compared(limit: usize) -> usize {
    limit.clamp(USUAL, MOST)
}

/// Finds the newest monologues that match, as the ids of their first sentences: all of them, or one
/// more than `most`.
pub(super) fn newest(
    connection: &Connection,
    query: &Query,
    filters: &Filters,
    most: usize,
) -> rusqlite::Result<Vec<i64>> {
    let (lowest, highest) = filters.ids();
    let calls = if filters.are_of_calls() {
        Some(
            filters
                .numbers(connection, number::of_sentence(lowest)..=number::of_sentence(highest))?,
        )
    } else {
        None
    };
    let mut look =
        Look { connection, query, filters, most, fits: HashMap::new(), found: Vec::new() };
    match calls {
        None => look.everywhere(lowest, highest)?,
        Some(calls) => look.inside(&calls, lowest, highest)?,
    }
    Ok(look.found)
}

/// A look through the index.
struct Look<'a> {
    connection: &'a Connection,
    query: &'a Query,
    filters: &'a Filters,
    /// Which speakers of which calls are meant, as far as that was asked.
    fits: HashMap<(i64, i64), bool>,
    /// More than so many need not be found.
    most: usize,
    found: Vec<i64>,
}

impl Look<'_> {
    fn everywhere(&mut self, lowest: i64, highest: i64) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(NEWEST)?;
        let mut rows = statement.query(params![self.query.expression, lowest, highest])?;
        while !self.has_enough()
            && let Some(row) = rows.next()?
        {
            let id = row.get(0)?;
            if self.filters.fit_start(self.connection, number::of_sentence(id))? {
                self.take(id)?;
            }
        }
        Ok(())
    }

    /// Looks into calls, given in order: past all matches elsewhere, or into one after the other once
    /// that is quicker.
    fn inside(&mut self, calls: &[i64], lowest: i64, highest: i64) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(NEWEST)?;
        let mut rows = statement.query(params![self.query.expression, lowest, highest])?;
        let mut n_passed = 0;
        while !self.has_enough()
            && let Some(row) = rows.next()?
        {
            let id = row.get(0)?;
            match calls.binary_search(&number::of_sentence(id)) {
                Ok(_) => self.take(id)?,
                // Each look at a prefix gathers all that begins so: no second one.
                Err(n_older) if n_passed >= ONE_LOOK * n_older && !self.query.has_prefix => {
                    return self.one_by_one(&calls[..n_older]);
                }
                Err(_) => n_passed += 1,
            }
        }
        Ok(())
    }

    fn one_by_one(&mut self, calls: &[i64]) -> rusqlite::Result<()> {
        // The index finds the first of a span at once, and the last only by reading on.
        let mut statement = self.connection.prepare_cached(
            "SELECT rowid FROM monologue_words
             WHERE monologue_words MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid",
        )?;
        for call in calls.iter().rev() {
            if self.has_enough() {
                break;
            }
            let (first, last) = number::sentences_of(*call);
            let ids = statement
                .query_map(params![self.query.expression, first, last], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()?;
            for id in ids.into_iter().rev() {
                self.take(id)?;
            }
        }
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.found.len() > self.most
    }

    /// Takes a monologue, if it is of somebody who is meant.
    fn take(&mut self, id: i64) -> rusqlite::Result<()> {
        if !self.filters.are_of_speakers() || self.fits_speaker(id)? {
            self.found.push(id);
        }
        Ok(())
    }

    fn fits_speaker(&mut self, id: i64) -> rusqlite::Result<bool> {
        let speaker: Option<i64> = self
            .connection
            .prepare_cached("SELECT speaker FROM spoken WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let Some(speaker) = speaker else { return Ok(false) };
        let call = number::of_sentence(id);
        if let Some(fits) = self.fits.get(&(call, speaker)) {
            return Ok(*fits);
        }
        let fits = self.filters.fit_speaker(self.connection, call, speaker)?;
        self.fits.insert((call, speaker), fits);
        Ok(fits)
    }
}

const NEWEST: &str = "SELECT rowid FROM monologue_words
  WHERE monologue_words MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC";
