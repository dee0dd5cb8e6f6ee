//! Other processes: one that is killed with permits in its hands, and one with a proxy in its
//! environment.

use std::{
    env,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use gong_client::{Client, Limits, Options};
use gong_sandbox::Sandbox;
use gong_types::{Request, Whole};
use tokio::net::TcpListener;

use crate::world::{credentials_for, sandbox_options};

const URL: &str = "GONG_TEST_URL";
const LEDGER: &str = "GONG_TEST_LEDGER";

fn workspaces() -> Request {
    Request::get("/v2/workspaces").answer("workspaces")
}

fn options(ledger: Option<std::path::PathBuf>) -> Options {
    Options { ledger, limits: Limits { per_second: 3, per_day: 0 }, ..Options::default() }
}

/// Runs [`asks_three_times_when_told_to`] in a process of its own.
fn child(url: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "processes::asks_three_times_when_told_to"])
        .env(URL, url)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Not a test by itself: the other tests of this file run it in a process of its own.
#[tokio::test]
async fn asks_three_times_when_told_to() {
    let Ok(url) = env::var(URL) else { return };
    let options = options(env::var_os(LEDGER).map(Into::into));
    let client = Client::new(&credentials_for(&url), options).unwrap();
    let request = workspaces();
    let call = || client.call::<Whole>(&request);
    let (a, b, c) = tokio::join!(call(), call(), call());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn permits_of_a_process_that_was_killed_come_free() {
    let faults = "GET /v2/workspaces: stall:60s@0 x3".parse().unwrap();
    let running =
        Sandbox::start(gong_sandbox::Options { faults, ..sandbox_options() }).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let ledger = directory.path().join("company");
    let process = Killed(child(&running.url()).env(LEDGER, &ledger).spawn().unwrap());
    while running.sandbox().request_count() < 3 {
        tokio::task::yield_now().await;
    }
    drop(process);
    let killed = Instant::now();
    let client = Client::new(&credentials_for(&running.url()), options(Some(ledger))).unwrap();
    client.call::<Whole>(&workspaces()).await.unwrap();
    let waited = killed.elapsed();
    assert!(waited >= Duration::from_secs(2) && waited < Duration::from_secs(20), "{waited:?}");
    assert_eq!(client.quota().unwrap().used, 4, "what it sent still counts");
    assert_eq!(running.sandbox().over_limit().sliding, 0);
}

#[tokio::test]
async fn a_proxy_is_not_handed_the_key_of_a_loopback_host() {
    let options = gong_sandbox::Options { requests_per_second: 0, ..sandbox_options() };
    let running = Sandbox::start(options).await.unwrap();
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", trap.local_addr().unwrap());
    let mut command = child(&running.url());
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(name, &proxy);
    }
    let asked = tokio::task::spawn_blocking(move || command.env_remove("NO_PROXY").status());
    tokio::select! {
        _ = trap.accept() => panic!("the proxy was asked"),
        status = asked => assert!(status.unwrap().unwrap().success()),
    }
    assert_eq!(running.sandbox().request_count(), 3);
}
