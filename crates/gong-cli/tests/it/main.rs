//! The command line against the sandbox: what a person sees, and how the process ends.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod api;
mod auth;
mod calls;
mod calls_add;
mod company;
mod engagement;
mod examples;
mod help;
mod journal;
mod lists;
mod media;
mod oauth;
mod streams;
mod terminal;
mod users;
mod webhooks;

mod environment;
