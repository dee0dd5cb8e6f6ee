//! The walk over the pages of a list: a pure state machine that says which request is next.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
};

use gong_types::{Records, Request};
use http::StatusCode;

use crate::error::Error;

/// How often a list is read again from its first page.
const RESTARTS: u32 = 2;
/// How many pages may bring nothing new, beyond as many as the list should have.
const IDLE_PAGES: u64 = 5;
/// How many items a page of Gong's has.
const PAGE_SIZE: u64 = 100;

/// Where one is in a list.
#[derive(Debug)]
pub(crate) struct Walk {
    first: Request,
    /// The request of the page that comes next.
    next: Option<Request>,
    is_first: bool,
    restarts: u32,
    /// The cursors of this pass, hashed.
    cursors: HashSet<u64>,
    hasher: RandomState,
    /// The pages that brought nothing new, of all passes.
    n_idle: u64,
    n_new: u64,
    most_total: u64,
}

impl Walk {
    pub(crate) fn new(first: Request) -> Self {
        Self {
            next: Some(first.clone()),
            first,
            is_first: true,
            restarts: 0,
            cursors: HashSet::new(),
            hasher: RandomState::new(),
            n_idle: 0,
            n_new: 0,
            most_total: 0,
        }
    }

    pub(crate) fn first(&self) -> &Request {
        &self.first
    }

    /// What to send next; `None` after the last page.
    pub(crate) fn request(&self) -> Option<&Request> {
        self.next.as_ref()
    }

    /// Whether an answer that nothing matches means an empty list: only of the first page, and not
    /// when the list is read again, for then there was something.
    pub(crate) fn may_be_empty(&self) -> bool {
        self.is_first && self.restarts == 0
    }

    /// Takes note of a page with `n_items`, of which `n_new` were not seen before. Says what is wrong
    /// if the list does not end.
    ///
    /// A page that brings something new is never one too many, for a list may grow while it is read
    /// and its total may lie. Pages that bring nothing new may be as many as the list should have.
    pub(crate) fn advance(
        &mut self,
        records: Option<&Records>,
        n_items: usize,
        n_new: usize,
    ) -> Result<(), &'static str> {
        self.is_first = false;
        let total = records.and_then(|records| records.total_records).unwrap_or(0);
        self.most_total = self.most_total.max(total);
        self.n_new = self.n_new.saturating_add(u64::try_from(n_new).unwrap_or(u64::MAX));
        let Some(cursor) = records.and_then(Records::next) else {
            self.next = None;
            return Ok(());
        };
        if !self.cursors.insert(self.hasher.hash_one(cursor)) {
            return Err("a cursor came again");
        }
        // While a list is read again, what was seen before is expected.
        let is_idle = n_new == 0 && (self.restarts == 0 || n_items == 0);
        self.n_idle += u64::from(is_idle);
        let expected = self.most_total.max(self.n_new).div_ceil(PAGE_SIZE);
        if self.n_idle > expected.saturating_add(IDLE_PAGES) {
            return Err("too many pages bring nothing new");
        }
        self.next = Some(self.first.after(cursor));
        Ok(())
    }

    /// Whether `error` says that the cursor of the next page is refused, and the list may be read
    /// again.
    pub(crate) fn may_restart(&self, error: &Error) -> bool {
        error.status() == Some(StatusCode::BAD_REQUEST)
            && !self.is_first
            && self.restarts < RESTARTS
    }

    /// Begins again with the first page; says how many times that has happened now.
    pub(crate) fn restart(&mut self) -> u32 {
        self.restarts += 1;
        self.next = Some(self.first.clone());
        self.is_first = true;
        self.cursors.clear();
        self.restarts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_read_again_cannot_turn_out_empty() {
        let mut walk = Walk::new(Request::get("/v2/x"));
        assert!(walk.may_be_empty());
        let records: Records = serde_json::from_str(r#"{"cursor":"a"}"#).unwrap();
        walk.advance(Some(&records), 1, 1).unwrap();
        assert!(!walk.may_be_empty());
        walk.restart();
        assert!(!walk.may_be_empty());
    }
}
