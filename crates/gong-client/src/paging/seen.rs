//! What was delivered: so that nothing is delivered twice, in memory that does not grow with the list.

use std::collections::{HashSet, VecDeque};

use crate::paging::key::{Key, Keys};

/// How many records are remembered. At 8 bytes each, and as much again to find them, it is little
/// beside one page.
const REMEMBERED: usize = 20_000;

/// Remembers the last records that were delivered.
///
/// If the list is read again after more than it can remember, everything up to the first record that
/// it does remember is taken as delivered, for Gong keeps the order of a list.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    keys: Keys,
    remembered: HashSet<u64>,
    order: VecDeque<u64>,
    has_forgotten: bool,
    has_restarted: bool,
    /// Whether the list is being read again and no remembered record has come yet.
    is_skipping: bool,
}

impl Seen {
    /// Whether a record must be delivered. It is then remembered.
    pub(crate) fn is_new(&mut self, text: &str) -> bool {
        let (key, is_id) = match self.keys.of(text) {
            Key::Id(key) => (key, true),
            Key::Text(key) => (key, false),
        };
        if self.remembered.contains(&key) {
            self.is_skipping = false;
            // Two records without an id may be the same and yet be two, but not in a list that is read
            // again.
            return !is_id && !self.has_restarted;
        }
        if self.is_skipping {
            return false;
        }
        self.remember(key);
        true
    }

    /// The list is read again from its first page.
    pub(crate) fn restart(&mut self) {
        self.has_restarted = true;
        self.is_skipping = self.has_forgotten;
    }

    /// Whether the end of the list may be believed: not if the place where it broke off was not found
    /// again.
    pub(crate) fn is_complete(&self) -> bool {
        !self.is_skipping
    }

    fn remember(&mut self, key: u64) {
        if self.order.len() == REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.remembered.remove(&oldest);
            self.has_forgotten = true;
        }
        self.remembered.insert(key);
        self.order.push_back(key);
    }
}
