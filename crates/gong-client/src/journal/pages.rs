//! The pages of the journal: the lines in it, and what becomes of those that processes left behind.

use std::io;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::shared_file::Shared;

/// After how long a line is forgotten that nobody has looked after.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// All lines, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pages {
    /// The number of the next line.
    next: u64,
    lines: Vec<Line>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) when: Timestamp,
    pub(super) request: String,
    pub(super) key: Option<String>,
    pub(super) hash: String,
    pub(super) state: State,
    /// The place of the process that sends it.
    pub(super) place: usize,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    /// Nothing of it was sent, or nothing that Gong may have acted on.
    Prepared,
    /// It is under way.
    Sent,
    /// Nobody knows what became of it.
    Unknown,
}

impl Shared for Pages {
    const MAGIC: &'static str = "gong-journal 1";
    const LARGEST: u64 = 16 * 1024 * 1024;
    const IS_DURABLE: bool = true;

    fn says_the_same(&self, other: &Self) -> bool {
        self == other
    }
}

impl Pages {
    /// Puts right what processes left behind that are gone, of which `is_deserted` knows the places.
    pub(super) fn settle(
        &mut self,
        now: Timestamp,
        is_deserted: impl Fn(usize) -> io::Result<bool>,
    ) -> io::Result<()> {
        for line in &mut self.lines {
            if line.state == State::Sent && is_deserted(line.place)? {
                line.state = State::Unknown;
            }
        }
        let mut kept = Vec::with_capacity(self.lines.len());
        for line in self.lines.drain(..) {
            let is_over = match line.state {
                State::Prepared => is_deserted(line.place)?,
                State::Sent => false,
                State::Unknown => now.duration_since(line.when) > KEPT,
            };
            if !is_over {
                kept.push(line);
            }
        }
        self.lines = kept;
        Ok(())
    }

    /// Adds a line and says its number.
    pub(super) fn add(&mut self, line: Line) -> u64 {
        let number = self.next;
        self.next += 1;
        self.lines.push(Line { number, ..line });
        number
    }

    pub(super) fn line(&self, number: u64) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }

    /// The lines of which nobody knows what became.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.state == State::Unknown)
    }

    pub(super) fn put(&mut self, number: u64, state: State, now: Timestamp) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.number == number) {
            if state == State::Sent {
                line.when = now;
            }
            line.state = state;
        }
    }

    pub(super) fn strike(&mut self, is_over: impl Fn(&Line) -> bool) {
        self.lines.retain(|line| !is_over(line));
    }
}

impl Line {
    /// Whether it was the same request with the same key, if with any, and nobody knows what became
    /// of it.
    pub(super) fn is_unknown_repeat_of(&self, other: &Self) -> bool {
        self.state == State::Unknown && self.hash == other.hash && self.key == other.key
    }
}
