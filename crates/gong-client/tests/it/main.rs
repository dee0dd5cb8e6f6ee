//! The client against the sandbox: in memory on a clock that tests drive, and over sockets.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bodies;
mod examples;
mod faults;
mod kills;
mod limits;
mod matrix;
mod media;
mod oauth;
mod paging;
mod processes;
mod renewal;
mod scripts;
mod secrets;
mod sockets;
mod uploads;
mod world;
mod writes;
