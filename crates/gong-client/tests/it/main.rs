//! The client against the sandbox: in memory on a clock that tests drive, and over sockets.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bodies;
mod faults;
mod limits;
mod media;
mod paging;
mod processes;
mod secrets;
mod sockets;
mod world;
