//! Tests of the crate as its users see it: one module for each thing it promises.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod authorization;
mod base_url;
mod helper;
mod keyring;
mod kills;
mod permissions;
mod renewal;
mod resolve;
mod secrets;
mod store;
#[cfg(feature = "webhooks")]
mod webhook;
mod writing;
