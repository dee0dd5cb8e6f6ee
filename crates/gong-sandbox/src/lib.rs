//! The sandbox: a fake Gong API server, as strict as the real one, to test and try things with.
//!
//! [`Sandbox::answer`] answers in memory, on a clock that tests can drive; [`Sandbox::start`] serves
//! the same thing on a loopback address. While it runs, a test can change what happened in the company
//! ([`Sandbox::put_call`]) and see what is true of it ([`Sandbox::readable_calls`]).
#![doc = concat!("\n", include_str!("../README.md"))]

mod answer;
mod ask;
mod changes;
mod clock;
mod company;
mod cursor;
mod data;
mod error;
mod faults;
mod guard;
mod history;
mod import;
mod limits;
mod log;
mod media;
mod multipart;
mod oauth;
mod options;
mod paging;
mod reply;
mod routes;
mod rules;
mod sandbox;
mod server;
mod store;
mod upload;
mod webhook;

pub use self::{
    error::Error,
    faults::Script,
    history::HeldCall,
    limits::OverLimit,
    log::Entry,
    oauth::TokenRequests,
    options::{Access, Credential, Grant, LimitReading, OAuthApp, Options, Secret},
    reply::{Reply, ReplyBody},
    sandbox::Sandbox,
    server::Running,
    upload::Upload,
    webhook::Webhook,
};
