//! Secrets: neither the log at its most detailed, nor errors, nor `Debug` show them.

use std::{
    fmt::Write as _,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use futures_util::TryStreamExt as _;
use gong_client::{Client, Limits, Options, Timeouts};
use gong_sandbox::Sandbox;
use gong_types::{ListUsers, Request};
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{all_calls, credentials_for, sandbox_options};

/// What must not be seen: the key, the secret, their base64, and values of a query.
const FORBIDDEN: [&str; 5] = [
    "KEY-OF-THE-TEST",
    "SECRET-OF-THE-TEST",
    "S0VZLU9GLVRIRS1URVNUOlNFQ1JFVC1PRi1USEUtVEVTVA==",
    "S0VZLU9GLVRIRS1URVNU",
    "jane%40victim",
];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn hits(&self) -> Vec<&'static str> {
        let text = String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned();
        FORBIDDEN.into_iter().filter(|secret| text.contains(secret)).collect()
    }
}

#[tokio::test]
async fn nothing_shows_a_secret_whatever_goes_wrong() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let faults = "
        GET /v2/calls: status:500, status:429;ra=0, reset@0, truncate@100, html200, ok, status:400
        GET /v2/users: 401@1, scope:api:users:read, redirect:https://elsewhere.example/?a=b
    ";
    let options = gong_sandbox::Options {
        faults: faults.parse().unwrap(),
        requests_per_second: 0,
        ..sandbox_options()
    };
    let running = Sandbox::start(options).await.unwrap();
    let credentials = credentials_for(&running.url());
    let options = Options {
        limits: Limits { per_second: 1000, per_day: 0 },
        timeouts: Timeouts::default(),
        ..Options::default()
    };
    let mut shown = format!("{credentials:?} {options:?}");
    let client = Client::new(&credentials, options.clone()).unwrap();
    write!(shown, "{client:?}").unwrap();
    for _ in 0..3 {
        let calls = client.items(&all_calls()).try_collect::<Vec<_>>().await;
        write!(shown, "{:?}", calls.map(|calls| calls.len())).unwrap();
        let error = client.send(&ListUsers::default()).await.err();
        write!(shown, "{error:?}").unwrap();
    }
    let nobody = Client::new(&credentials_for("http://127.0.0.1:1"), options).unwrap();
    let mut query = Request::get("/v2/nowhere");
    query.query.push(("email".to_owned(), "jane@victim.example".to_owned()));
    for client in [&client, &nobody] {
        let error = client.raw(&query).await.unwrap_err();
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        write!(shown, "{error:?}").unwrap();
        while let Some(error) = cause {
            shown.push_str(&error.to_string());
            cause = error.source();
        }
    }
    drop(guard);

    assert_eq!(log.hits(), [""; 0]);
    assert!(log.0.lock().unwrap().len() > 10_000, "the log is kept");
    for secret in FORBIDDEN.into_iter().chain(["jane@victim"]) {
        assert!(!shown.contains(secret), "{secret}");
    }
    // A control: the log would show them.
    log.clone().write_all(FORBIDDEN[2].as_bytes()).unwrap();
    assert_eq!(log.hits(), FORBIDDEN[2..4]);
}

#[test]
fn credentials_that_no_header_can_carry_are_an_error() {
    let mut credentials = credentials_for("http://127.0.0.1:1");
    credentials.login = gong_auth::Login::Token("a\nb".into());
    let error = Client::new(&credentials, Options::default()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("a\\nb"));
}
