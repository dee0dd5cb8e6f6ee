//! Tests of the archive, against the sandbox.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod company;
mod damage;
mod export;
mod files;
mod locks;
mod purge;
mod records;
mod search;
mod sql;
mod sync;
mod talk;
mod verify;
