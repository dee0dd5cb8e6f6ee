//! A company to archive: the sandbox, and a client for it.

use gong_auth::{Credentials, Login, Secret};
use gong_client::{Client, Limits};
use gong_sandbox::{Options, Running, Sandbox};

/// The moment at which the made-up history ends.
pub(crate) const NOW: &str = "2026-06-01T12:00:00Z";

/// A sandbox without limits, and a client for it.
pub(crate) async fn company(calls: u64) -> (Running, Client) {
    let options = Options {
        calls,
        now: Some(NOW.parse().unwrap()),
        requests_per_second: 0,
        requests_per_day: 0,
        ..Options::default()
    };
    let running = Sandbox::start(options).await.unwrap();
    let client = client_of(&running.url());
    (running, client)
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

/// A client without limits for the sandbox at this address.
pub(crate) fn client_of(url: &str) -> Client {
    let options = gong_client::Options { limits: Limits::NONE, ..gong_client::Options::default() };
    Client::new(&credentials(url), options).unwrap()
}
