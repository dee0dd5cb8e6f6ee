//! A company to archive: the sandbox, and a client for it.

use gong_auth::{Credentials, Login, Secret};
use gong_client::{Client, Limits};
use gong_sandbox::{Options, Running, Sandbox};

/// The moment at which the made-up history ends.
pub(crate) const NOW: &str = "2026-06-01T12:00:00Z";

/// A sandbox without limits whose history ends at [`NOW`].
pub(crate) fn options() -> Options {
    Options {
        now: Some(NOW.parse().unwrap()),
        requests_per_second: 0,
        requests_per_day: 0,
        ..Options::default()
    }
}

/// A sandbox without limits, and a client for it.
pub(crate) async fn company(calls: u64) -> (Running, Client) {
    let running = Sandbox::start(Options { calls, ..options() }).await.unwrap();
    let client = client_of(&running, Limits::NONE);
    (running, client)
}

/// A client for a sandbox.
pub(crate) fn client_of(running: &Running, limits: Limits) -> Client {
    client_at(&running.url(), limits)
}

/// A client for the sandbox at this address.
pub(crate) fn client_at(url: &str, limits: Limits) -> Client {
    let options = gong_client::Options { limits, ..gong_client::Options::default() };
    Client::new(&credentials(url), options).unwrap()
}

/// What a sandbox lets in.
pub(crate) fn credentials(url: &str) -> Credentials {
    Credentials {
        base_url: url.parse().unwrap(),
        login: Login::AccessKey {
            access_key: "sandbox".to_owned(),
            secret_key: Secret::from("sandbox"),
        },
    }
}
