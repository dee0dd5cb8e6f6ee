//! `gong sync`: what it prints, how it ends, and where the archive is.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    process::{Command, Output, Stdio},
};

use gong_archive::Writer;
use gong_sandbox::{HeldCall, Options};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use crate::environment::{Environment, NOW, check, small};

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
fn transcripts_alone_do_not_say_how_far_back_calls_go() {
    let environment = Environment::small();
    let alone = environment.run("sync --only transcripts --jq .ended");
    assert_eq!(String::from_utf8(alone.stdout).unwrap(), "done\n");
    let all = environment.run("sync");
    assert_eq!(all.status.code(), Some(2), "{all:?}");
}

#[test]
fn a_first_sync_sends_nothing_that_its_budget_does_not_have() {
    // What tells how many calls there are is one of them, unless it would be all.
    for most in [0, 1, 2, 5] {
        let environment = Environment::small();
        let output =
            environment.run(&format!("sync --since all --max-requests {most} --jq .requests"));
        assert!(output.status.success(), "{output:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{most}\n"));
        assert_eq!(environment.requests(), most);
        let noun = if most == 1 { "request" } else { "requests" };
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(&format!("stopped after {most} {noun};")), "{said}");
    }
}

#[test]
fn a_first_sync_says_what_it_costs_though_it_is_known_how_far_back_it_goes() {
    let environment = Environment::small();
    assert!(environment.run("sync --only users").status.success());
    assert!(environment.run("archive retain 3650d").status.success());
    for says_so in [true, false] {
        let output = environment.run("sync --jq .ended");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "done\n");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.contains("to copy them takes about"), says_so, "{said}");
    }
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
        "sync --daily-budget 0%",
        "sync --watch 15m",
        "sync --since 3d --watch=0s",
        "sync --since 3d --watch=59s",
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
    let users = environment.seen("sync --since 30d --only users --dry-run");
    assert!(users.contains("no calls would be listed") && !users.contains("POST"), "{users}");
    assert_eq!(environment.requests(), 0);
    assert!(!environment.home().join(".local/share").exists());
}

#[test]
fn a_dry_run_shows_the_listings_that_a_sync_then_makes() {
    let environment = Environment::small();
    let n_listings = || {
        let log = environment.sandbox().log();
        log.iter().filter(|it| it.path == "/v2/calls/extensive").count()
    };
    // How many calls there are is asked as well, the first time.
    for (args, told, n_others) in [
        (
            "sync --since 2025-01-01",
            "5 spans of time, of which these are the first pages: a req",
            1,
        ),
        ("sync", "2 spans of time, of which these are the first pages: about 2 requests,", 0),
        (
            "sync --since 2024-01-01",
            "6 spans of time, of which these are the first pages: a req",
            0,
        ),
    ] {
        let before = n_listings();
        let would = environment.seen(&format!("{args} --dry-run"));
        assert_eq!(n_listings(), before);
        assert!(would.contains(told), "{args}: {would}");
        assert!(environment.run(args).status.success());
        let shown = would.matches("POST ").count();
        assert_eq!(n_listings() - before, shown + n_others, "{args}: {would}");
    }
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
    let count = |environment: &Environment| {
        let output = environment.run("sql 'select count(*) as n from calls' --jq .n");
        String::from_utf8(output.stdout).unwrap().trim().parse::<u32>().unwrap()
    };
    let stopped_and_gone_on = count(&environment);
    let mut environment = environment;
    let other = environment.home().join("other").display().to_string();
    environment.set("GONG_DATA_DIR", &other);
    assert!(environment.run("sync --since all --include-private -q").status.success());
    assert_eq!(stopped_and_gone_on, count(&environment));
    assert!(stopped_and_gone_on > 200, "{stopped_and_gone_on}");
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
fn a_clock_that_is_far_from_gongs_is_told() {
    let mut environment = Environment::small();
    environment.unset("GONG_NOW");
    let output = environment.run("sync --since 2025-01-01 -q");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the clock of this machine is") && said.contains("ahead of"), "{said}");
}

#[test]
fn a_sync_ends_with_code_5_when_its_share_of_the_day_is_used_up() {
    let mut environment = Environment::with(Options { calls: 250, ..Options::default() });
    environment.set("GONG_REQUESTS_PER_DAY", "10");
    let output = environment.run("sync --since all --daily-budget 50% --jq .ended");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert_eq!(environment.requests(), 5, "{said}");
    assert!(said.contains("come back at 20") && said.contains("\"retry_at\":\"20"), "{said}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "budget\n");
    environment.set("GONG_REQUESTS_PER_DAY", "0");
    assert!(environment.run("sync -q").status.success());
}

#[test]
fn a_long_pause_that_gong_asks_for_is_told_as_such() {
    let environment = Environment::faulty("POST /v2/calls/extensive: ok,ok,status:429;ra=7200");
    let synced = environment.run("sync --since all --jq .ended");
    let said = String::from_utf8(synced.stderr).unwrap();
    assert_eq!(synced.status.code(), Some(5), "{said}");
    assert_eq!(String::from_utf8(synced.stdout).unwrap(), "paused\n");
    // The same as any other command says of it.
    let environment = Environment::faulty("GET /v2/users: status:429;ra=7200");
    let users = environment.run("users list --jq .id");
    assert_eq!(users.status.code(), Some(5));
    for said in [said, String::from_utf8(users.stderr).unwrap()] {
        let is_told = said.contains("Gong asks to wait; try again after 20");
        assert!(is_told && said.contains("\"retryable\":true,\"retry_at\":\"20"), "{said}");
        assert!(!said.contains("used up"), "{said}");
    }
}

#[test]
fn when_many_calls_vanish_it_ends_with_code_8_until_somebody_accepts_it() {
    let environment = Environment::with(Options { calls: 0, ..Options::default() });
    let now: Timestamp = NOW.parse().unwrap();
    let sandbox = environment.sandbox();
    for hour in 1..=60 {
        let started = now - SignedDuration::from_hours(hour);
        let mut call = HeldCall::new(&format!("7{hour:018}"), started, "A call", &["Hello."]);
        (call.ready_at, call.transcribed_at) = (started, started);
        sandbox.put_call(call);
    }
    let synced = environment.run("sync --since 30d --jq .callsNew");
    assert_eq!(synced.stdout, b"60\n", "{synced:?}");
    for hour in 1..=30 {
        sandbox.remove_call(&format!("7{hour:018}"));
    }
    let later = |days: i64| sandbox.set_now(now + SignedDuration::from_hours(25 * days));
    later(1);
    environment.run("sync -q");
    later(2);
    let output = environment.run("sync --jq .callsRemoved");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(8), &b"0\n"[..]), "{said}");
    assert!(
        said.contains("30 of 40 calls vanished") && said.contains("--accept-vanished"),
        "{said}"
    );
    let accepted = environment.run("sync --accept-vanished --jq .callsRemoved");
    assert_eq!((accepted.status.code(), &*accepted.stdout), (Some(0), &b"30\n"[..]));
}

#[test]
fn a_watch_shows_each_sync_and_ends_well_with_ctrl_c() {
    let environment = Environment::small();
    let (lines, output) =
        watch(&environment, "sync --since 2025-01-01 --watch=1m -o jsonl", "-INT");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.contains("\"callsNew\":"), "{line}");
}

#[test]
fn a_watch_that_is_told_to_end_says_by_its_code_what_told_it() {
    let environment = Environment::archived();
    for (signal, code) in [("-TERM", 143), ("-HUP", 129)] {
        let (_, output) = watch(&environment, "sync --watch=1m -o jsonl", signal);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("interrupted") && said.contains("`gong sync` goes on"), "{said}");
    }
}

/// Ends a watch with a signal after its first line. Gives all its lines, and how it ended.
fn watch(environment: &Environment, arguments: &str, signal: &str) -> (Vec<String>, Output) {
    let mut watch = environment
        .command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap();
    let id = watch.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    let output = watch.wait_with_output().unwrap();
    (std::iter::once(first).chain(lines).collect::<Result<_, _>>().unwrap(), output)
}

#[test]
fn a_sync_tells_of_a_reader_that_keeps_much_waiting() {
    let environment = Environment::small();
    assert!(environment.run("sync --since 2025-01-01 -q").status.success());
    let archive = environment.home().join(".local/share/gong/default/archive.db");
    let reader = Connection::open(&archive).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM calls").unwrap();
    let large =
        "INSERT INTO quarantine VALUES ('calls', x'00', '2026-06-01', '', zeroblob(70000000))";
    Connection::open(&archive).unwrap().execute_batch(large).unwrap();
    let synced = environment.run("sync");
    let (_, watched) = watch(&environment, "sync --watch=1m -o jsonl", "-INT");
    for output in [synced, watched] {
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("MiB from being moved into it"), "{said}");
    }
}

#[test]
fn what_changes_the_archive_waits_for_a_sync() {
    let environment = Environment::small();
    assert!(environment.run("sync --since 2025-01-01 -q").status.success());
    let folder = environment.home().join(".local/share/gong/default");
    let _held = Writer::open(&folder).unwrap();
    for args in ["sync", "archive purge --before 1d --confirm 1d", "archive retain 1d --yes"] {
        let output = environment.run(args);
        assert_eq!(output.status.code(), Some(8), "{args}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("archive.locked") && said.contains("process "), "{args}: {said}");
    }
    let count = environment.run("sql 'select count(*) as n from calls' --jq .n");
    assert_eq!(count.stdout, b"2\n", "{count:?}");
}

#[test]
fn an_archive_takes_no_calls_of_another_company() {
    let environment = Environment::with(Options { calls: 5, ..Options::default() });
    assert!(environment.run("sync --since all -q").status.success());
    let mut other = Environment::with(Options { seed: 7, calls: 5, ..Options::default() });
    other.set("GONG_DATA_DIR", &environment.home().join(".local/share/gong").display().to_string());
    let count = "sql 'select count(*) as calls, (select count(*) from workspaces) as w from calls'";
    let before = environment.run(count).stdout;
    for args in ["sync", "sync --only calls", "sync --watch"] {
        let output = other.run(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(8), "{args}: {said}");
        assert!(said.contains("of another company") && said.contains("profile"), "{said}");
    }
    assert_eq!(environment.run(count).stdout, before);
    assert!(environment.run("sync -q").status.success());
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
