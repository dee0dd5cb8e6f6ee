//! Syncs that somebody stops, at each request: soon, with a word on how to go on, and nothing lost.

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use gong_sandbox::Options;

use crate::environment::{Environment, small};

/// A sync may take so long to stop.
const PATIENCE: Duration = Duration::from_millis(5500);

/// Stops a first sync with this signal when so many requests have come; `false` if it was done
/// before.
fn stopped_at(n_requests: usize, signal: &str, code: i32, faults: &str) -> bool {
    let options = Options { page_size: 5, faults: faults.parse().unwrap(), ..small() };
    let environment = Environment::with(options);
    let mut command = environment.command("sync --since 2025-01-01");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while environment.requests() < n_requests && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    let stopped = Instant::now();
    let id = child.id().to_string();
    // It may have ended by itself.
    let told = Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(stopped.elapsed() < PATIENCE, "{n_requests}: {:?}", stopped.elapsed());
    if !told.success() || output.status.success() {
        return false;
    }
    assert_eq!(output.status.code(), Some(code), "{n_requests}: {said}");
    let is_told = said.contains("gong sync") || said.contains("nothing was copied yet");
    assert!(is_told, "{n_requests}: {said}");
    assert!(environment.run("sync --since 2025-01-01").status.success(), "{n_requests}");
    let here = environment.run("sql 'select count(*) as n from calls' --jq .n").stdout;
    let calls = environment.sandbox().readable_calls();
    let n_calls = calls.iter().filter(|call| !call.is_private()).count();
    assert_eq!(String::from_utf8(here).unwrap().trim(), n_calls.to_string(), "{n_requests}");
    let verified = environment.run("archive verify");
    assert!(verified.status.success(), "{n_requests}: {verified:?}");
    true
}

#[test]
fn a_sync_that_is_stopped_at_each_request_says_how_to_go_on() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let n_stopped = (1..20).filter(|n| stopped_at(*n, signal, code, "")).count();
        assert!(n_stopped > 3, "{signal}: {n_stopped}");
    }
}

#[test]
fn a_sync_whose_answer_does_not_come_stops_in_time() {
    assert!(stopped_at(1, "-INT", 130, "*: stall:60s"));
}
