//! The command line against the sandbox: what a person sees, and how the process ends.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod api;
mod auth;
mod calls;
mod calls_add;
mod company;
mod crm;
mod engagement;
mod examples;
mod flows;
mod help;
mod lists;
mod media;
mod meetings;
mod oauth;
mod streams;
mod targets;
mod terminal;
mod users;

mod environment;
