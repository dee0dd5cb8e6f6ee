//! One request in the journal, from before it is sent until it is known what became of it.

use std::sync::Arc;

use super::{Journal, pages::State};
use crate::error::Result;

/// How a request ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// Gong has done it, and what was unknown of the same request before is settled with it.
    Done,
    /// Gong has certainly not done it.
    NotDone,
    /// Nobody knows.
    Unknown,
}

/// One request in the journal. If it is dropped while it is under way, nobody knows what became of
/// it.
pub(crate) struct Entry {
    journal: Arc<Journal>,
    number: u64,
    state: State,
    is_open: bool,
}

impl Entry {
    pub(super) fn new(journal: Arc<Journal>, number: u64) -> Self {
        Self { journal, number, state: State::Prepared, is_open: true }
    }

    /// Its first byte is about to go.
    pub(crate) fn sent(&mut self) -> Result<()> {
        self.put(State::Sent)
    }

    /// It waits for its next try, and Gong has certainly not acted on one before.
    pub(crate) fn waits(&mut self) -> Result<()> {
        self.put(State::Prepared)
    }

    /// It is over.
    pub(crate) fn close(mut self, end: End) {
        self.end(end);
    }

    fn put(&mut self, state: State) -> Result<()> {
        if self.state != state {
            let now = self.journal.clock.now();
            self.journal.change(|pages| pages.put(self.number, state, now))?;
            self.state = state;
        }
        Ok(())
    }

    fn end(&mut self, end: End) {
        self.is_open = false;
        let (number, now) = (self.number, self.journal.clock.now());
        let written = self.journal.change(|pages| match end {
            End::Done => {
                let own = pages.line(number).cloned();
                pages.strike(|line| {
                    let is_repeat = own.as_ref().is_some_and(|own| line.is_unknown_repeat_of(own));
                    line.number == number || is_repeat
                });
            }
            End::NotDone => pages.strike(|line| line.number == number),
            End::Unknown => pages.put(number, State::Unknown, now),
        });
        if let Err(error) = written {
            // What was asked for is over all the same; at worst it is called unknown later.
            tracing::warn!(%error, "the journal could not be written");
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.is_open {
            self.end(if self.state == State::Prepared { End::NotDone } else { End::Unknown });
        }
    }
}
