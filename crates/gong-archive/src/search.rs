//! Search: what was said, found by its words, by who said it, and by the call it was said in.

mod candidates;
mod coverage;
mod filters;
mod hits;
mod language;
mod rank;
mod scratch;
mod tokens;

use std::collections::HashMap;

use serde::Serialize;

pub use self::{
    coverage::Coverage,
    filters::{Filters, Side},
    hits::{Hit, Mark, Said},
};
use crate::{
    archive::Archive,
    error::{Error, Result},
};

/// What to look for.
#[derive(Debug, Clone)]
pub struct Search {
    /// Words, all of which must be said by one person in one go: `pricing`, `"list price"`,
    /// `discount*`, joined by `AND`, `OR`, `NOT`, `NEAR`, or `NEAR/5`, and grouped by parentheses.
    /// Upper and lower case are the same, and so are letters with and without accents.
    pub words: String,
    /// Where to look.
    pub filters: Filters,
    /// The most hits to give; never more than 10,000.
    pub limit: usize,
    /// How many sentences before and after each hit to give.
    pub context: usize,
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// How many passages match, as far as they were compared.
    pub n_matches: usize,
    /// Whether all that match were compared. Of more than 500, only the newest are;
    /// of more than [`limit`](Search::limit), if that is more.
    pub is_complete: bool,
    /// What the archive covers.
    pub coverage: Coverage,
}

impl Archive {
    /// Looks for words in everything that was said.
    ///
    /// Fails with [`Error::Words`] if the words cannot be meant, such as `NOT` with nothing before
    /// it.
    pub fn search(&self, search: &Search) -> Result<Found> {
        let scratch = scratch::Scratch::new()?;
        let query = language::read(&search.words, &scratch)?;
        let of = |error| Error::of(error, &self.path());
        let most = candidates::compared(search.limit);
        // One moment for everything, however much a sync writes meanwhile.
        let transaction = self.connection.unchecked_transaction().map_err(of)?;
        let mut ids =
            candidates::newest(&transaction, &query, &search.filters, most).map_err(of)?;
        let is_complete = ids.len() <= most;
        ids.truncate(most);
        let n_matches = ids.len();
        let best = rank::rank(&transaction, &query, &ids).map_err(of)?;
        let mut calls = HashMap::new();
        let mut hits = Vec::new();
        for id in best.into_iter().take(search.limit) {
            let hit = hits::read(&transaction, &scratch, &query, id, search.context, &mut calls);
            hits.extend(hit.map_err(of)?);
        }
        let coverage = coverage::read(&transaction).map_err(of)?;
        Ok(Found { hits, n_matches, is_complete, coverage })
    }

    /// What the archive covers.
    pub fn coverage(&self) -> Result<Coverage> {
        coverage::read(&self.connection).map_err(|error| Error::of(error, &self.path()))
    }
}
