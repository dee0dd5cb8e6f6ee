//! A client for Gong's public API: it keeps to the limits, retries what is safe, and pages.
#![doc = include_str!("../README.md")]

mod answer;
mod client;
mod clock;
mod error;
mod exchange;
mod jitter;
mod ledger;
mod limits;
mod media;
mod options;
mod paging;
mod printable;
mod retry;
mod transport;
mod watch;

pub use crate::{
    answer::Raw,
    client::Client,
    clock::Clock,
    error::{Error, Result},
    limits::{Limits, Quota},
    media::{DownloadError, Downloaded, Downloads, Existing},
    options::{Options, Timeouts},
    transport::{Body, Sending, Transport, TransportError, TransportErrorKind},
    watch::{Event, Reason, Watch},
};
