//! Tests of the archive, against the sandbox.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod company;
mod convergence;
mod going_on;
mod kills;
mod locks;
mod process;
mod random;
mod readers;
mod records;
mod sync;
mod truth;
