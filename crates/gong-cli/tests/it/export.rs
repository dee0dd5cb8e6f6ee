//! `gong export`: what it writes, and what it says of it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::environment::{Environment, check};

/// The files below a folder but the markers of archives, by their names in it.
fn files(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    files.retain(|it| !it.starts_with("_gong-"));
    files.sort();
    files
}

#[test]
fn every_format_is_written() {
    let environment = Environment::archived();
    let mut all = Vec::new();
    for format in ["md", "jsonl", "csv", "parquet"] {
        let args = format!("export --format {format} --out {format} --partition month --jq .calls");
        let output = environment.run(&args);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, b"2\n", "{output:?}");
        all.push(format!("{format}:\n{}", files(&environment.home().join(format)).join("\n")));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn only_what_changed_is_written_again() {
    let environment = Environment::archived();
    let args = "export --format jsonl --out lines --since-last";
    let first = environment.run(&format!("{args} --jq .filesWritten"));
    assert_eq!(first.stdout, b"1\n", "{first:?}");
    check!(environment, &format!("{args} -o table"));
}

#[test]
fn fewer_calls_want_a_yes_and_a_dry_run_writes_nothing() {
    let environment = Environment::archived();
    let dry = environment.run("export --format csv --out tables --dry-run --jq .filesWritten");
    assert_eq!(dry.stdout, b"4\n", "{dry:?}");
    assert!(!environment.home().join("tables").exists());
    environment.run("export --format csv --out tables -q");
    let before = files(&environment.home().join("tables"));
    let args = "export --format csv --out tables --title kestrel --since-last";
    let refused = environment.seen(args);
    assert!(refused.ends_with("[exit 8]") && refused.contains("export.narrower"), "{refused}");
    let would = environment.run(&format!("{args} --dry-run --yes --jq .filesRemoved"));
    assert_eq!(would.stdout, b"1\n", "{would:?}");
    assert_eq!(files(&environment.home().join("tables")), before);
    let done = environment.run(&format!("{args} --yes --jq .calls"));
    assert_eq!(done.stdout, b"1\n", "{done:?}");
}

#[test]
fn another_archive_replaces_what_is_exported_only_with_a_yes() {
    let environment = Environment::archived();
    environment.run("export --format csv --out tables -q");
    let other = Environment::archived();
    let out = environment.home().join("tables").display().to_string();
    let refused = other.seen(&format!("export --format csv --since-last --out {out}"));
    assert!(refused.ends_with("[exit 8]"), "{refused}");
    assert!(refused.contains("export.other_archive") && refused.contains("--yes"), "{refused}");
    let taken = other.run(&format!("export --format csv --out {out} --yes --jq .filesWritten"));
    assert_eq!(taken.stdout, b"4\n", "{taken:?}");
}

#[test]
fn a_file_that_no_export_wrote_is_replaced_only_with_a_yes() {
    let environment = Environment::archived();
    fs::create_dir(environment.home().join("pre")).unwrap();
    let mine = environment.write("pre/calls.csv", "mine");
    for dry in ["", " --dry-run"] {
        let refused = environment.seen(&format!("export --format csv --out pre{dry}"));
        assert!(refused.ends_with("[exit 8]"), "{refused}");
        let is_told = refused.contains("export.file_exists") && refused.contains("calls.csv");
        assert!(is_told && refused.contains("--out") && refused.contains("--yes"), "{refused}");
        assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
        assert_eq!(files(&environment.home().join("pre")), ["calls.csv"]);
    }
    // It is in the way of no other file.
    let beside = environment.run("export --format jsonl --out pre --jq .filesWritten");
    assert_eq!(beside.stdout, b"1\n", "{beside:?}");
    let replaced = environment.run("export --format csv --out pre --yes --jq .filesWritten");
    assert_eq!(replaced.stdout, b"4\n", "{replaced:?}");
    assert_ne!(fs::read_to_string(&mine).unwrap(), "mine");
    let again = environment.run("export --format csv --out pre --jq .filesWritten");
    assert_eq!(again.stdout, b"4\n", "{again:?}");
}

#[test]
fn a_folder_where_a_file_is_to_be_is_named() {
    let environment = Environment::archived();
    fs::create_dir_all(environment.home().join("pre/parties.csv")).unwrap();
    for more in ["", " --dry-run", " --yes"] {
        let seen = environment.seen(&format!("export --format csv --out pre{more}"));
        let is_told = seen.contains("parties.csv there is a folder") && seen.contains("--out");
        assert!(is_told && seen.ends_with("[exit 2]"), "{seen}");
        assert_eq!(files(&environment.home().join("pre")), [""; 0]);
    }
}

#[test]
fn wrong_places_and_formats_are_told() {
    let environment = Environment::archived();
    environment.write("file", "a file");
    let all = [
        "export",
        "export --format xlsx",
        "export --format csv --partition day",
        "export --format csv --out s3://bucket/prefix",
        "export --format csv --out S3://bucket/prefix",
        "export --format csv --out gs://bucket/prefix",
        "export --format csv --out -",
        "export --format csv --limit 1",
        "export --format csv --out file",
        "export --format csv --out file/below --dry-run",
        "export --format csv --out tables --from 2026-06-20 --to 2026-06-01",
    ];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    assert!(all.iter().all(|seen| seen.ends_with("[exit 2]")), "{all:?}");
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_key_that_stands_in_the_environment_is_not_shown() {
    let mut environment = Environment::archived();
    environment.set("AWS_ACCESS_KEY_ID", "AKIA-TOP");
    environment.set("AWS_SECRET_ACCESS_KEY", "very-secret");
    environment.set("AWS_ENDPOINT_URL", "http://store.example");
    let seen = environment.seen("export --format csv --out s3://bucket/prefix -vvv");
    assert!(seen.ends_with("[exit 2]") && !seen.contains("very-secret"), "{seen}");
    environment.set("AWS_ENDPOINT_URL", "https://user:very-secret@store.example");
    let seen = environment.seen("export --format csv --out s3://bucket/prefix");
    assert!(seen.ends_with("[exit 2]") && !seen.contains("very-secret"), "{seen}");
}

#[test]
fn an_export_to_a_store_that_does_not_answer_stops_in_good_order() {
    let mut environment = Environment::archived();
    let store = TcpListener::bind("127.0.0.1:0").unwrap();
    environment.set("AWS_ACCESS_KEY_ID", "key-id");
    environment.set("AWS_SECRET_ACCESS_KEY", "very-secret");
    environment.set("AWS_ENDPOINT_URL", &format!("http://{}", store.local_addr().unwrap()));
    let mut command = environment.command("export --format csv --out s3://bucket/prefix");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _asked = store.accept().unwrap();
    let id = child.id().to_string();
    let stopped = Instant::now();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    // Sooner than what does not stop by itself is ended.
    assert!(stopped.elapsed() < Duration::from_secs(4), "{:?}", stopped.elapsed());
}

#[test]
fn what_a_store_answers_says_what_to_do() {
    let mut environment = Environment::archived();
    environment.set("AWS_ACCESS_KEY_ID", "key-id");
    environment.set("AWS_SECRET_ACCESS_KEY", "very-secret");
    for (status, code, exit) in [
        ("403 Forbidden", "export.store.refused", 4),
        ("404 Not Found", "export.store.absent", 3),
        ("400 Bad Request", "export.store", 1),
    ] {
        let store = TcpListener::bind("127.0.0.1:0").unwrap();
        environment.set("AWS_ENDPOINT_URL", &format!("http://{}", store.local_addr().unwrap()));
        let answering = thread::spawn(move || {
            let (mut asked, _) = store.accept().unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(asked.try_clone().unwrap());
            while reader.read_line(&mut line).unwrap() > 2 {}
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            asked.write_all(answer.as_bytes()).unwrap();
        });
        let seen = environment.seen("export --format csv --out s3://bucket/prefix");
        answering.join().unwrap();
        let is_told = seen.contains(&format!("\"{code}\"")) && seen.contains(&status[..3]);
        assert!(is_told && seen.ends_with(&format!("[exit {exit}]")), "{seen}");
    }
    // Nobody listens there any more.
    let seen = environment.seen("export --format csv --out s3://bucket/prefix");
    assert!(seen.contains("did not answer") && seen.contains("\"retryable\":true"), "{seen}");
    assert!(seen.contains("export.store.network") && seen.ends_with("[exit 6]"), "{seen}");
}

#[test]
fn files_that_may_not_grow_are_told_and_kill_nothing() {
    let environment = Environment::archived();
    let output = environment.run_limited("export --format md --out calls", "-f 1");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("archive.disk"), "{output:?}");
    let left = fs::read_dir(environment.home().join("calls")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "{output:?}");
}
