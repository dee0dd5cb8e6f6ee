//! Tests of the archive, against the sandbox.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod company;
mod convergence;
mod damage;
mod export;
mod files;
mod full;
mod going_on;
mod kills;
mod locks;
mod process;
mod purge;
mod random;
mod readers;
mod rebuild;
mod records;
mod search;
mod sql;
mod sync;
mod talk;
mod truth;
mod verify;
