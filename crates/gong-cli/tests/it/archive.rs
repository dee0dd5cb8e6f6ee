//! `gong archive`: status, verifying, purging and keeping, as users see them.

use std::fs;

use crate::environment::{Environment, check};

#[test]
fn the_status_is_shown() {
    let environment = Environment::archived();
    let hidden = |seen: String| {
        let size = |line: &str| line.contains("bytes") || line.starts_with("MEGABYTES");
        assert!(seen.lines().any(size), "{seen}");
        let (before, after) = seen.split_once("\"bytes\":").unwrap_or((&seen, ""));
        let rest = after.trim_start_matches(|it: char| it.is_ascii_digit());
        if after.is_empty() { before.to_owned() } else { format!("{before}\"bytes\":…{rest}") }
    };
    insta::assert_snapshot!(hidden(environment.seen("archive status")));
    insta::assert_snapshot!("status_as_a_table", environment.seen("archive status -o table"));
}

#[test]
fn a_sound_archive_is_verified() {
    let environment = Environment::archived();
    check!(environment, "archive verify");
    insta::assert_snapshot!(
        "verified_offline",
        environment.seen("archive verify --offline -o table")
    );
}

#[test]
fn what_would_go_is_shown_and_nothing_goes_unconfirmed() {
    let environment = Environment::archived();
    let all = [
        "archive purge",
        "archive purge --email sam@x.example --phone +14155550123",
        "archive purge --before 2026-06-13 --dry-run",
        "archive purge --before 2d --dry-run",
        "archive purge --before 2026-06-13 --yes",
        "archive purge --before 2026-06-13 --confirm 2026-06-14",
        "archive purge --before 2126-01-01 --confirm 2126-01-01",
        "archive purge --email= --confirm=",
        "archive purge --email nobody@x.example --dry-run -o table",
        "archive purge --email r&d@x.example",
    ];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    insta::assert_snapshot!(all.join("\n\n"));
    let left = environment.run("sql 'select count(*) as n from calls' --jq .n");
    assert_eq!(left.stdout, b"2\n", "{left:?}");
}

#[test]
fn what_would_be_without_effect_is_told() {
    let environment = Environment::archived();
    for args in [
        "archive path -o json",
        "archive path --jq .path",
        "search price --context 2 -o csv",
        "search price --context 2 -o table",
        "search price --context 2 -o md",
    ] {
        let refused = environment.seen(args);
        assert!(refused.ends_with("[exit 2]"), "{refused}");
    }
    assert!(environment.run("archive path").status.success());
    assert!(environment.run("search price --context 2 -o jsonl").status.success());
    let since = environment.seen("sync --since 1d");
    assert!(since.contains("goes back to 2025-01-01"), "{since}");
    assert!(environment.run("archive retain 1d --yes").status.success());
    let since = environment.seen("sync --since 5d");
    assert!(since.contains("are not kept"), "{since}");
    // Also by one that no sync has told how far back it goes.
    let environment = Environment::small();
    for args in ["sync --only users", "archive retain 1d --yes"] {
        assert!(environment.run(args).status.success(), "{args}");
    }
    let since = environment.seen("sync --since all --dry-run");
    assert!(since.contains("are not kept"), "{since}");
}

#[test]
fn an_account_is_purged_by_its_id_and_not_by_its_name() {
    let environment = Environment::archived();
    let accounts = environment.run("sql 'select account_id from accounts' --jq .account_id");
    let accounts = String::from_utf8(accounts.stdout).unwrap();
    let name = environment.run("sql 'select name from accounts limit 1' --jq .name").stdout;
    let name = String::from_utf8(name).unwrap().trim().to_lowercase();
    let word = name.split_whitespace().next().unwrap();
    for args in ["--dry-run".to_owned(), format!("--confirm {word}")] {
        let refused = environment.seen(&format!("archive purge --account {word} {args}"));
        assert!(refused.ends_with("[exit 2]"), "{refused}");
        assert!(accounts.lines().any(|id| refused.contains(id)), "{refused}");
    }
    let id = accounts.lines().next().unwrap();
    for other in [id, "unheard-of"] {
        let shown = environment.run(&format!("archive purge --account {other} --dry-run"));
        assert!(shown.status.success(), "{shown:?}");
    }
}

#[test]
fn what_is_purged_is_gone_stays_away_and_its_exports_are_named() {
    let environment = Environment::archived();
    let exported = environment.run("export --format md --out calls");
    assert!(exported.status.success(), "{exported:?}");
    let first = environment.run("sql 'select call_id from calls limit 1' --jq .call_id").stdout;
    let id = String::from_utf8(first).unwrap().trim().to_owned();
    check!(environment, &format!("archive purge --call {id} --confirm {id}"));
    assert!(environment.run("sync").status.success());
    let left = environment.run("sql 'select count(*) as n from calls' --jq .n");
    assert_eq!(left.stdout, b"1\n", "{left:?}");
    let folder = environment.home().join(".local/share/gong/default");
    for file in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(id.len()).any(|it| it == id.as_bytes()));
    }
}

#[test]
fn a_file_that_somebody_left_in_the_folder_is_told_if_it_holds_what_was_purged() {
    let environment = Environment::archived();
    let first = environment.run("sql 'select call_id from calls limit 1' --jq .call_id").stdout;
    let id = String::from_utf8(first).unwrap().trim().to_owned();
    environment.write(".local/share/gong/default/mine/notes.txt", &format!("see {id}"));
    let purge = format!("archive purge --call {id} --confirm {id}");
    check!(environment, &format!("{purge} --jq .calls"));
    environment.write(".local/share/gong/default/mine/notes.txt", "see nothing");
    assert!(environment.run(&purge).status.success());
}

#[test]
fn a_sync_begins_where_everything_was_purged_before() {
    let environment = Environment::archived();
    let purge = "archive purge --before now --confirm now --jq .calls";
    assert_eq!(environment.run(purge).stdout, b"2\n");
    let synced = environment.run("sync --jq '.ended, .callsNew'");
    assert_eq!(String::from_utf8(synced.stdout).unwrap(), "done\n0\n");
}

#[test]
fn what_was_found_in_the_file_is_told_although_gong_cannot_be_asked() {
    let mut environment = Environment::archived();
    environment.set("GONG_BASE_URL", "http://127.0.0.1:1");
    let output = environment.run("archive verify --jq .what");
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    assert_eq!(output.stdout, b"file\n");
}

#[test]
fn calls_are_kept_for_so_long() {
    let environment = Environment::archived();
    let all = [
        "archive retain",
        "archive retain 2y",
        "archive retain 1d",
        "archive retain 1d --dry-run",
        "archive retain 1d --yes",
        "archive retain -o table",
        "archive retain forever --dry-run",
        "archive retain",
        "archive retain forever",
    ];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_file_that_is_no_archive_is_told() {
    let environment = Environment::small();
    environment.write(".local/share/gong/default/archive.db", "no database, but text of a kind");
    let all = ["search budget", "archive status", "sync --since 2025-01-01", "doctor --offline"];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    insta::assert_snapshot!(all.join("\n\n"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn the_calls_of_a_purge_may_come_from_stdin() {
    let environment = Environment::archived();
    let ids = environment.run("sql 'select call_id from calls' --jq .call_id");
    let ids = String::from_utf8(ids.stdout).unwrap();
    let confirm = ids.lines().collect::<Vec<_>>().join(",");
    let args = format!("archive purge --call - --confirm {confirm} --jq .calls");
    let purged = environment.run_with(&args, &ids);
    assert_eq!(purged.stdout, format!("{}\n", ids.lines().count()).as_bytes(), "{purged:?}");
    let none = environment.run_with("archive purge --call - --dry-run", "");
    assert_eq!(none.status.code(), Some(2), "{none:?}");
}

#[test]
fn a_purge_of_many_calls_is_confirmed_by_their_number() {
    let environment = Environment::archived();
    let ids = environment.run("sql 'select call_id from calls' --jq .call_id");
    let mut ids = String::from_utf8(ids.stdout).unwrap();
    let n_there = ids.lines().count();
    ids.extend((0..30).map(|n| format!("{}\n", 100 + n)));
    let n_all = ids.lines().count();
    let refused = environment.run_with("archive purge --call - --confirm 30", &ids);
    assert_eq!(refused.status.code(), Some(8), "{refused:?}");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains(&format!("--confirm {n_all}\"")), "{said}");
    let purge = format!("archive purge --call - --confirm {n_all} --jq .calls");
    let purged = environment.run_with(&purge, &ids);
    assert_eq!(purged.stdout, format!("{n_there}\n").as_bytes(), "{purged:?}");
}
