//! The request log: what came, when, and what was answered.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value, json};

/// How many entries are kept; older ones are dropped.
const KEPT: usize = 10_000;

/// One request, as it arrived and as it was answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// When it arrived, counted from the start of the sandbox.
    pub arrived: Duration,
    /// When it arrived, by the sandbox's clock.
    pub time: Timestamp,
    /// The method, such as `GET`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without the question mark.
    pub query: Option<String>,
    /// How many bytes of body came with it.
    pub body_bytes: u64,
    /// Whether it carried an `Authorization` header.
    pub is_authorized: bool,
    /// The `requestId` it was given.
    pub request_id: String,
    /// The status it was answered with; absent while it waits, or if it got no answer.
    pub status: Option<u16>,
    /// The fault that was applied to it, as the script has it.
    pub fault: Option<String>,
}

impl Entry {
    fn to_json(&self) -> Value {
        json!({
            "arrivedMs": u64::try_from(self.arrived.as_millis()).unwrap_or(u64::MAX),
            "time": self.time.to_string(),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "bodyBytes": self.body_bytes,
            "authorized": self.is_authorized,
            "requestId": self.request_id,
            "status": self.status,
            "fault": self.fault,
        })
    }
}

/// The request log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    kept: VecDeque<Entry>,
    dropped: u64,
}

impl Log {
    /// Adds an entry and says which it is.
    pub(crate) fn open(&self, entry: Entry) -> u64 {
        let mut entries = self.lock();
        if entries.kept.len() == KEPT {
            entries.kept.pop_front();
            entries.dropped += 1;
        }
        entries.kept.push_back(entry);
        entries.dropped + length(&entries.kept) - 1
    }

    /// Fills in the status that an entry was answered with.
    pub(crate) fn close(&self, number: u64, status: Option<u16>) {
        self.change(number, |entry| entry.status = status);
    }

    /// Fills in the fault that was applied.
    pub(crate) fn note_fault(&self, number: u64, fault: String) {
        self.change(number, |entry| entry.fault = Some(fault));
    }

    /// Fills in how much of the body came.
    pub(crate) fn note_body(&self, number: u64, bytes: u64) {
        self.change(number, |entry| entry.body_bytes = bytes);
    }

    fn change(&self, number: u64, change: impl FnOnce(&mut Entry)) {
        let mut entries = self.lock();
        let place = number.checked_sub(entries.dropped);
        let place = place.and_then(|place| usize::try_from(place).ok());
        if let Some(entry) = place.and_then(|place| entries.kept.get_mut(place)) {
            change(entry);
        }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.lock().kept.iter().cloned().collect()
    }

    /// How many requests came, those of dropped entries too.
    pub(crate) fn count(&self) -> u64 {
        let entries = self.lock();
        entries.dropped + length(&entries.kept)
    }

    pub(crate) fn to_json(&self) -> Value {
        self.lock().kept.iter().map(Entry::to_json).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn length(entries: &VecDeque<Entry>) -> u64 {
    u64::try_from(entries.len()).unwrap_or(u64::MAX)
}
