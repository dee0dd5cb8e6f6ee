//! The command line against the sandbox: what a person sees, and how the process ends.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod access;
mod api;
mod archive;
mod auth;
mod calls;
mod calls_add;
mod company;
mod crm;
mod engagement;
mod entities;
mod examples;
mod export;
mod flows;
mod help;
mod interrupted;
mod journal;
mod library;
mod lists;
mod media;
mod meetings;
mod oauth;
mod permissions;
mod privacy;
mod search;
mod settings;
mod skeletons;
mod sql;
mod stats;
mod streams;
mod sync;
mod sync_interrupted;
mod targets;
mod tasks;
mod terminal;
mod users;
mod webhooks;
mod wrong_usage;

mod environment;
