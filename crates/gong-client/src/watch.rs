//! Progress: what a client tells whoever watches it.

use std::{path::PathBuf, time::Duration};

use http::StatusCode;

/// Is told what a client does, while it does it. It must be quick, for requests wait for it.
pub trait Watch: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event);
}

/// What happened. A request is named by its method and path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A request has to wait for its turn.
    Waiting {
        /// Which request.
        request: String,
        /// For about how long.
        wait: Duration,
        /// What for.
        reason: Reason,
    },
    /// A request is sent.
    Sending {
        /// Which request.
        request: String,
        /// Which try this is, counted from 1.
        attempt: u32,
    },
    /// An answer came, whole.
    Answered {
        /// Which request.
        request: String,
        /// Its status.
        status: StatusCode,
        /// The length of its body, in bytes after decompression.
        bytes: u64,
    },
    /// A request failed and will be sent again.
    Retrying {
        /// Which request.
        request: String,
        /// Which try failed, counted from 1.
        attempt: u32,
        /// Why, in a few words.
        why: String,
        /// After how long it is sent again.
        wait: Duration,
    },
    /// A part of a recording arrived.
    Downloading {
        /// How many bytes are there.
        bytes: u64,
        /// How many there are in all, if the server says so.
        of: Option<u64>,
    },
    /// A part of an upload is on its way.
    Uploading {
        /// Which request.
        request: String,
        /// How many bytes have gone, in this try.
        sent: u64,
        /// How many there are in all.
        of: u64,
    },
    /// Gong says that there is nothing left to do, because an earlier try of the same request did it
    /// although its answer was lost.
    AlreadyDone {
        /// Which request.
        request: String,
        /// How Gong says it.
        status: StatusCode,
    },
    /// Gong refused the cursor of a list, so it is read again from its first page; what was already
    /// delivered is dropped.
    Restarted {
        /// Which list.
        request: String,
        /// How many times this has happened to it.
        times: u32,
    },
    /// The ledger was damaged. It was made anew, on the assumption that much has been used.
    LedgerRebuilt {
        /// Where it is.
        path: PathBuf,
    },
    /// The journal was damaged, and something was to be sent in spite of it. It was put aside, under
    /// another name beside its own, and a new one begun.
    JournalPutAside {
        /// Where it is.
        path: PathBuf,
    },
}

/// Why a request has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The requests of a second are used up, by this process or others.
    Pace,
    /// Gong said when to come back.
    RetryAfter,
    /// The requests of a day are used up.
    DayLimit,
}
