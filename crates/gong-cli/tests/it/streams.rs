//! Streams and signals: closed pipes, full disks, Ctrl-C, and a sandbox inside the process.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::environment::Environment;

#[test]
fn a_reader_that_goes_away_is_success() {
    let environment = Environment::with(gong_sandbox::Options::default());
    let mut child = environment
        .command("calls list -o jsonl")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_reader_that_waits_keeps_no_permit_from_others() {
    // Four pages fit into the pipe, so three permits were taken when it is full.
    let options = gong_sandbox::Options { page_size: 20, ..gong_sandbox::Options::default() };
    let mut environment = Environment::with(options);
    environment.set("GONG_REQUESTS_PER_SECOND", "3");
    let mut blocked =
        environment.command("calls list -o jsonl").stdout(Stdio::piped()).spawn().unwrap();
    // It stands still when the pipe is full; by then it took all three permits.
    let (mut count, mut since) = (0, Instant::now());
    while count < 3 || since.elapsed() < Duration::from_secs(2) {
        let now = environment.requests();
        if now != count {
            (count, since) = (now, Instant::now());
        }
        assert!(since.elapsed() < Duration::from_secs(30), "{count} requests");
        std::thread::yield_now();
    }
    let mut other = environment.command("workspaces list").stdout(Stdio::null()).spawn().unwrap();
    let since = Instant::now();
    let done = loop {
        match other.try_wait().unwrap() {
            None if since.elapsed() < Duration::from_secs(30) => std::thread::yield_now(),
            done => break done,
        }
    };
    for child in [&mut blocked, &mut other] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(done.is_some_and(|status| status.success()), "{done:?}");
}

#[test]
fn a_full_disk_is_a_failure_that_says_so() {
    let environment = Environment::small();
    assert!(environment.run("sync --since 2025-01-01 -q").status.success());
    for args in [
        "calls list",
        "users list -o csv",
        "calls transcript 402",
        "auth token",
        "search price",
        "search price -o text",
        "sql 'select * from calls'",
        "export --format md --out calls",
        "archive status",
        "archive path",
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = environment.command(args).stdout(full).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args}: {stderr}");
        assert!(stderr.contains("No space left"), "{args}: {stderr}");
    }
}

#[test]
fn a_closed_stderr_hurts_nobody() {
    let environment = Environment::small();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = environment.command("calls list --limit 1").stderr(full).output().unwrap();
    assert!(output.status.success());
}

#[test]
fn ctrl_c_in_a_list_leaves_whole_json() {
    let environment = Environment::with(gong_sandbox::Options {
        page_size: 1,
        faults: "GET /v2/calls: ok, stall:60s@0".parse().unwrap(),
        ..crate::environment::small()
    });
    let out = environment.home().join("out.json");
    let mut child = environment
        .command("calls list")
        .stdout(File::create(&out).unwrap())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while environment.requests() < 2 {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("1 call came out whole"), "{stderr}");
    let calls: Vec<serde_json::Value> =
        serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap();
    assert_eq!(calls.len(), 1);
}

#[test]
fn the_sandbox_inside_the_process_needs_no_home() {
    let mut environment = Environment::empty();
    environment.set("GONG_SANDBOX", "1");
    let output = environment.command("calls list --last 7d --jq .id").env_remove("HOME").output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().lines().count() > 50);
    assert_eq!(fs::read_dir(environment.home()).unwrap().count(), 0);
}

#[test]
fn the_sandbox_is_the_same_each_time() {
    let environment = Environment::empty();
    let run = || environment.run("--sandbox calls list --last 3d --jq .id").stdout;
    let (first, second) = (run(), run());
    assert_eq!(first, second);
    assert!(first.len() > 500, "{} bytes", first.len());
}

#[test]
fn a_served_sandbox_says_where_it_is_and_stops_on_ctrl_c() {
    let environment = Environment::empty();
    let mut child = environment
        .command("sandbox serve --calls 10 --fault 'GET /v2/users: html200'")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut url = String::new();
    stdout.read_line(&mut url).unwrap();
    let mut client = Environment::empty();
    client.set("GONG_BASE_URL", url.trim());
    client.set("GONG_ACCESS_KEY", "a");
    client.set("GONG_SECRET_KEY", "b");
    assert!(client.run("workspaces list").status.success());
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.contains("faults were not used") && stderr.contains("html200"), "{stderr}");
}
