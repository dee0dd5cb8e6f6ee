//! Tests of the sandbox from outside: each rule of the guide, asked for over the API.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod access;
mod calls;
mod calls_added;
mod crm;
mod entities;
mod faults;
mod flows;
mod harness;
mod history;
mod import;
mod library;
mod limits;
mod log;
mod logs;
mod media;
mod meetings;
mod oauth;
mod paging;
mod periods;
mod privacy;
mod profiles;
mod robust;
mod routes;
mod selector;
mod settings;
mod shapes;
mod stats;
mod targets;
mod uploads;
mod users;
mod webhooks;
mod wire;
mod writes;
