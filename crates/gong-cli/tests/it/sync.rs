//! `gong sync`: what it prints, how it ends, and where the archive is.

use std::{
    fs::{self, File},
    process::{Command, Stdio},
};

use gong_sandbox::Options;

use crate::environment::{Environment, check, small};

#[test]
fn an_archive_is_made_and_kept_up_to_date() {
    let environment = Environment::small();
    check!(environment, "sync --since 2025-01-01");
    let archive = environment.home().join(".local/share/gong/default/archive.db");
    assert!(archive.exists());
    insta::assert_snapshot!("nothing_new", environment.seen("sync"));
    insta::assert_snapshot!("as_a_table", environment.seen("sync -o table"));
    insta::assert_snapshot!("as_csv", environment.seen("sync -o csv"));
}

#[test]
fn the_first_sync_wants_to_know_how_far_back() {
    let environment = Environment::small();
    check!(environment, "sync");
    assert_eq!(environment.requests(), 0);
    assert!(!environment.home().join(".local/share").exists());
}

#[test]
fn wrong_usage_sends_nothing() {
    let environment = Environment::small();
    let all = [
        "sync --since tomorrow",
        "sync --since fortnight",
        "sync --only emails",
        "sync --daily-budget 120%",
        "sync --daily-budget most",
        "sync --watch 15m",
        "sync --include-private=perhaps",
    ];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    assert!(all.iter().all(|seen| seen.ends_with("[exit 2]")), "{all:?}");
    assert_eq!(environment.requests(), 0);
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_dry_run_shows_a_request_and_sends_nothing() {
    let environment = Environment::small();
    check!(environment, "sync --since 30d --dry-run");
    assert_eq!(environment.requests(), 0);
    assert!(!environment.home().join(".local/share").exists());
}

#[test]
fn every_profile_and_the_sandbox_have_an_archive_of_their_own() {
    let mut environment = Environment::small();
    let path = |environment: &Environment, args: &str| {
        let printed = environment.run(&format!("{args} archive path")).stdout;
        let path = String::from_utf8(printed).unwrap();
        path.trim().replace(&environment.home().display().to_string(), "~")
    };
    assert_eq!(path(&environment, ""), "~/.local/share/gong/default/archive.db");
    assert_eq!(path(&environment, "--profile eu"), "~/.local/share/gong/eu/archive.db");
    assert_eq!(path(&environment, "--sandbox"), "~/.local/share/gong/@sandbox/archive.db");
    environment.set("XDG_DATA_HOME", "/data");
    assert_eq!(path(&environment, ""), "/data/gong/default/archive.db");
    environment.set("GONG_DATA_DIR", "/archives");
    assert_eq!(path(&environment, ""), "/archives/default/archive.db");
    let outside = path(&environment, "--profile ../../etc");
    assert!(outside.starts_with("/archives/etc.") && !outside.contains(".."), "{outside}");
}

#[test]
fn a_sync_stops_where_it_is_told_and_goes_on_there() {
    let environment = Environment::with(Options { calls: 250, ..Options::default() });
    let stopped =
        environment.run("sync --since all --include-private --max-requests 4 --jq .ended");
    assert!(stopped.status.success(), "{stopped:?}");
    assert_eq!(String::from_utf8(stopped.stdout).unwrap(), "maxRequests\n");
    let done = environment.run("sync --jq '.ended, .callsNew'");
    assert!(done.status.success(), "{done:?}");
    let count = environment.run("sql 'select count(*) as n from calls' --jq .n");
    assert_eq!(String::from_utf8(count.stdout).unwrap(), "250\n");
}

#[test]
fn a_missing_scope_leaves_out_what_it_is_for() {
    let faults = "GET /v2/users: scope:api:users:read".parse().unwrap();
    let environment = Environment::with(Options { faults, ..small() });
    check!(environment, "sync --since 2025-01-01 --jq .callsNew");
}

#[test]
fn two_syncs_at_once_are_one() {
    let faults = "POST /v2/calls/extensive: ok, stall:60s@0".parse().unwrap();
    let environment = Environment::with(Options { faults, ..small() });
    let first = environment
        .command("sync --since 2025-01-01")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let is_listing = || {
        let log = environment.sandbox().log();
        log.iter().filter(|it| it.path.contains("extensive")).count() > 1
    };
    while !is_listing() {
        std::thread::yield_now();
    }
    let second = environment.run("sync --since 2025-01-01");
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(8), "{said}");
    assert!(said.contains(&first.id().to_string()), "{said}");
    let id = first.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = first.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("goes on where it stopped"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_is_sent() {
    let environment = Environment::small();
    fs::write(environment.home().join("file"), "").unwrap();
    let mut environment = environment;
    let folder = environment.home().join("file").display().to_string();
    environment.set("GONG_DATA_DIR", &folder);
    check!(environment, "sync --since 2025-01-01");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_full_disk_below_stdout_is_told() {
    let environment = Environment::small();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = environment.command("sync --since 2025-01-01").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let count = environment.run("sql 'select count(*) as n from calls' --jq .n");
    assert!(count.status.success() && count.stdout != b"0\n", "{count:?}");
}
