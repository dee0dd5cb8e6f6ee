//! A client for Gong's public API: it keeps to the limits, retries what is safe, and pages.
#![doc = include_str!("../README.md")]

mod answer;
mod client;
mod clock;
mod content;
mod error;
mod exchange;
mod jitter;
mod journal;
mod ledger;
mod limits;
mod media;
mod multipart;
mod oauth;
mod options;
mod paging;
mod printable;
mod renewal;
mod retry;
mod shared_file;
mod transport;
mod upload;
mod watch;

pub use crate::{
    answer::Raw,
    client::Client,
    clock::Clock,
    content::Content,
    error::{Error, Result},
    journal::{Journal, Unfinished},
    limits::{Limits, Quota},
    media::{DownloadError, Downloaded, Downloads, Existing},
    oauth::{Renewer, ask_for_tokens, wait_for_tokens},
    options::{Options, Timeouts},
    renewal::{Renew, RenewError},
    transport::{Body, Payload, Sending, Transport, TransportError, TransportErrorKind},
    watch::{Event, Reason, Watch},
};
