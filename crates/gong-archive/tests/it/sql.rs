//! SQL: statements of anybody's, and what they cannot do.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{Seek as _, SeekFrom, Write as _},
    ops::ControlFlow,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use gong_archive::{Answer, Archive, Cut, Error, SqlLimits};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::talk::{Talk, archive};

mod bad;

fn two_calls() -> (tempfile::TempDir, Archive) {
    archive(&[
        Talk::new(u64::MAX, "2026-05-01T10:00:00Z", &[("Ann", "Hello.|It's 5 %."), ("Bob", "Hi.")]),
        Talk::new(2, "2026-05-02T10:00:00Z", &[("Bob", "Good morning.")]),
    ])
}

fn run(
    archive: &Archive,
    statement: &str,
    limits: &SqlLimits,
) -> Result<(Answer, Vec<Map<String, Value>>), Error> {
    let mut rows = Vec::new();
    let answer = archive.sql(statement, limits, |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok((answer, rows))
}

fn rows(statement: &str) -> Value {
    let (_folder, archive) = two_calls();
    json!(run(&archive, statement, &SqlLimits::default()).unwrap().1)
}

/// What is wrong, and what to do about it.
fn refusal(archive: &Archive, statement: &str) -> (String, String) {
    match run(archive, statement, &SqlLimits::default()) {
        Err(Error::Statement { problem, hint }) => (problem, hint.unwrap_or_default()),
        other => panic!("{statement:?} gave {other:?}"),
    }
}

#[test]
fn rows_have_values_by_the_names_of_columns() {
    assert_eq!(
        rows(
            "select call_id, 1 + 1 as n, 0.5 as half, x'00ff' as bytes, null as absent
              from calls order by started; -- all of them"
        ),
        json!([
            { "call_id": "18446744073709551615", "n": 2, "half": 0.5, "bytes": "00ff", "absent": null },
            { "call_id": "2", "n": 2, "half": 0.5, "bytes": "00ff", "absent": null },
        ])
    );
}

#[test]
fn columns_of_the_same_name_are_told_apart() {
    assert_eq!(
        rows("select 1 as a, 2 as a, 3 as a_2, 4 as a"),
        json!([{ "a": 1, "a_3": 2, "a_2": 3, "a_4": 4 }])
    );
}

#[test]
fn numbers_that_json_lacks_are_text() {
    assert_eq!(
        rows("select 9e999 as much, -9e999 as little"),
        json!([{ "much": "inf", "little": "-inf" }])
    );
}

#[test]
fn what_only_reads_runs() {
    let (_folder, archive) = two_calls();
    for statement in [
        "values (1), (2)",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) select i from n",
        "explain query plan select * from sentences where call_id = '2'",
        "explain select 1",
        "pragma table_info(calls)",
        "select name from pragma_table_info('calls')",
        "select name from sqlite_schema where type = 'view'",
        "select * from call_overview",
        "select * from who_talked_when",
        "select * from account_timeline",
        "select * from talk_ratio",
        "select speaker_name, count(*) over () as n from sentences group by speaker_name",
        "select rowid, bm25(monologue_words) from monologue_words where monologue_words match 'hello' order by rank",
        "select json_extract('{\"a\":[1]}', '$.a[0]'), strftime('%Y', started) from calls",
        "select value from json_each('[1,2]')",
        "select group_concat(text, ' ') from sentences where text like '%5 \\%%' escape '\\'",
        "select 'it''s; fine' -- ; not another",
        "/* first */ select 1 /* last */;",
        "select (select max(started) from calls) as newest, exists (select 1 from users)",
        "select title from calls union select name from parties intersect select name from parties",
    ] {
        run(&archive, statement, &SqlLimits::default())
            .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
}

#[test]
fn the_index_can_be_asked_in_every_language() {
    let (_folder, archive) =
        archive(&[Talk::new(1, "2026-05-01T10:00:00Z", &[("Ann", "Ёлка Nguyễn 価格は高い")])]);
    for words in ["елка", "Ёлка", "nguyễn", "価格", "格は Nguyen"] {
        let statement = format!(
            "select rowid from monologue_words where monologue_words match index_text('{words}')"
        );
        let (answer, _) = run(&archive, &statement, &SqlLimits::default()).unwrap();
        assert_eq!(answer.n_rows, 1, "{words}");
    }
}

const CLOSED: &str = "the statement reads what is closed, such as settings or tombstones";

#[test]
fn an_error_says_what_there_is_instead() {
    let (_folder, archive) = two_calls();
    let (problem, hint) = refusal(&archive, "select start_time from Calls");
    assert_eq!(problem, "there is no column start_time");
    assert!(hint.starts_with("calls has number, call_id, title, started"), "{hint}");

    let (problem, hint) = refusal(&archive, "select * from transcripts");
    assert_eq!(problem, "there is no table transcripts");
    assert!(hint.contains("sentences") && !hint.contains("tombstones"), "{hint}");

    for (statement, expected) in [
        ("selec 1", "the statement cannot be understood near \"selec\""),
        ("select 1 from", "the statement ends too early"),
        ("select 1; select 2", "there is more than one statement"),
        ("", "there is no statement"),
        (" -- nothing\n", "there is no statement"),
        ("delete from calls", "the statement does something else than read"),
        ("select compute()", "there is no function compute"),
        ("select load_extension('x')", "the function load_extension is not allowed here"),
        ("select * from tombstones", "tombstones.hash cannot be read"),
        ("select count(*) from tombstones", CLOSED),
        ("select * from pragma_database_list", CLOSED),
        ("values ((select count(*) from settings))", CLOSED),
        ("WITH x AS (select count(*) from settings) select * from x", CLOSED),
        ("explain select count(*) from tombstones", CLOSED),
        ("explain select count(*) from Tombstones", CLOSED),
        ("with x as (select 1) delete from calls", "the statement does something else than read"),
        ("select ?1", "the statement has a parameter, such as ?1"),
        ("select 1 union select 1, 2", "the selects that are joined differ in their columns"),
        ("select 'abc", "there is a quote that nothing closes"),
        ("select \"x\"", "there is no column \"x\""),
        ("select 'a' regexp 'a'", "there are no regular expressions"),
        (
            "select rowid from monologue_words where monologue_words match 'NOT'",
            "the words behind match cannot be understood near \"NOT\"",
        ),
        (
            "select rowid from monologue_words where monologue_words match '\"'",
            "the words behind match have a double quote that nothing closes",
        ),
        ("select \0", "the statement has a NUL character in it"),
    ] {
        assert_eq!(refusal(&archive, statement).0, expected, "{statement}");
    }
}

#[test]
fn a_damaged_file_is_told_as_one() {
    let (folder, archive) = two_calls();
    let path = folder.path().join("archive.db");
    let place = |connection: &Connection| -> rusqlite::Result<(u64, usize)> {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'parties'";
        let root: u64 = connection.query_row(root, [], |row| row.get(0))?;
        let size = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        Ok((root, size))
    };
    drop(archive);
    let (root, size) = place(&Connection::open(&path).unwrap()).unwrap();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start((root - 1) * u64::try_from(size).unwrap())).unwrap();
    file.write_all(&vec![0xff; size]).unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    let error = run(&archive, "select * from parties", &SqlLimits::default()).unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
}

#[test]
fn an_answer_is_cut_where_it_is_too_much_and_says_so() {
    let (_folder, archive) = two_calls();
    let many = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";
    let limits = SqlLimits { rows: 10, ..SqlLimits::default() };
    let (answer, rows) = run(&archive, many, &limits).unwrap();
    assert_eq!((answer.n_rows, answer.cut, rows.len()), (10, Some(Cut::Rows), 10));

    let limits = SqlLimits { bytes: 100, ..SqlLimits::default() };
    let (answer, rows) = run(&archive, many, &limits).unwrap();
    assert_eq!((answer.n_rows, answer.cut, rows.len()), (12, Some(Cut::Bytes), 12));

    let limits = SqlLimits { rows: 2, ..SqlLimits::default() };
    let (answer, _) = run(&archive, "select call_id from calls", &limits).unwrap();
    assert_eq!((answer.n_rows, answer.cut), (2, None), "just as many as there are");

    let mut n_rows = 0;
    let answer = archive.sql(many, &SqlLimits::default(), |_| {
        n_rows += 1;
        if n_rows == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((answer.unwrap().cut, n_rows), (Some(Cut::Stopped), 3));
}

/// Text that cannot be compressed to much less.
fn noise(n_bytes: usize) -> String {
    let mut state = 7_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'a' + u8::try_from((state >> 40) % 26).unwrap())
    };
    (0..n_bytes).map(|_| next()).collect()
}

#[test]
fn whatever_the_archive_holds_can_be_read_whole() {
    // Half a day of talk, and texts as long as only programs make them.
    let line = ["What we said of the price last week still holds for this month."; 8].join("|");
    let mut lines: Vec<(&str, String)> =
        (0..1_000).map(|it| (if it % 2 == 0 { "Ann" } else { "Bob" }, line.clone())).collect();
    lines.push(("Ann", noise(2 << 20)));
    let mut talk = Talk { lines, ..Talk::new(1, "2026-05-01T10:00:00Z", &[]) };
    talk.details = json!({ "content": { "brief": noise(3 << 20) } });
    let (_folder, archive) = archive(&[talk]);
    for statement in [
        "select * from calls",
        "select * from kept",
        "select * from sentences",
        "select * from monologues",
        "select group_concat(text, ' ') from who_talked_when",
        "select json_group_array(json_object('at', start_seconds, 'who', speaker_name, 'said', text))
           from who_talked_when",
    ] {
        let limits = SqlLimits { time: Duration::from_mins(1), ..SqlLimits::default() };
        let (answer, rows) = run(&archive, statement, &limits)
            .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        assert_eq!((answer.cut, rows.is_empty()), (None, false), "{statement}");
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_with_a_way_out() {
    let (_folder, archive) = two_calls();
    let (problem, hint) = refusal(&archive, "select length(printf('%.*c', 20000000, 'x'))");
    assert_eq!(problem, "a value is longer than 16 MiB");
    assert_eq!(hint, "put less together in one value, or leave the column out");
    let (problem, hint) = refusal(&archive, &format!("select '{}'", "x".repeat(1 << 20)));
    assert_eq!(
        (&*problem, &*hint),
        ("the statement is longer than 256 KiB", "leave some of it out")
    );
}

#[test]
fn a_statement_that_takes_too_much_memory_is_refused() {
    if !is_alone("sql::a_statement_that_takes_too_much_memory_is_refused") {
        return;
    }
    let (_folder, archive) = two_calls();
    let limits = SqlLimits { memory: Some(32 << 20), ..SqlLimits::default() };
    let texts = ["printf('%.*c', 16000000, 'x')"; 8].join(", ");
    match run(&archive, &format!("select {texts}"), &limits) {
        Err(Error::Statement { problem, .. }) => {
            assert_eq!(problem, "the statement takes more than 32 MiB of memory");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_statement_may_have_all_the_time_there_is() {
    let (_folder, archive) = two_calls();
    let limits = SqlLimits { time: Duration::MAX, ..SqlLimits::default() };
    assert_eq!(run(&archive, "select call_id from calls", &limits).unwrap().0.n_rows, 2);
}

/// The text of each file of the folder, but of the one in which readers say that they read.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let entries = entries.filter(|it| it.path().extension().is_none_or(|it| it != "db-shm"));
    entries
        .map(|it| (it.file_name().into_string().unwrap(), fs::read(it.path()).unwrap()))
        .collect()
}

/// Runs a test of this file in a process of its own, as a limit of memory holds for all of it. Gives
/// whether this is that process.
fn is_alone(test: &str) -> bool {
    const VARIABLE: &str = "GONG_ARCHIVE_TEST_ALONE";
    if env::var_os(VARIABLE).is_some() {
        return true;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    let output = command.args(["--exact", test]).env(VARIABLE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[test]
fn no_bad_statement_changes_a_byte_or_takes_long() {
    if !is_alone("sql::no_bad_statement_changes_a_byte_or_takes_long") {
        return;
    }
    let (folder, archive) = two_calls();
    let elsewhere = tempfile::tempdir().unwrap();
    let place = elsewhere.path().to_str().unwrap();
    let before = files(folder.path());
    let limits = SqlLimits {
        time: Duration::from_millis(300),
        memory: Some(128 << 20),
        ..SqlLimits::default()
    };
    let mut n_statements = 0;
    for (name, statement) in bad::statements(place) {
        n_statements += 1;
        let begin = Instant::now();
        let outcome = run(&archive, &statement, &limits);
        let taken = begin.elapsed();
        assert!(taken < limits.time + Duration::from_secs(1), "{name} took {taken:?}");
        match outcome {
            Err(Error::Statement { problem, .. }) => assert!(!problem.is_empty(), "{name}"),
            other => panic!("{name} gave {other:?}"),
        }
        assert_eq!(files(folder.path()), before, "{name}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "{name}");
    }
    assert!(n_statements >= 150, "{n_statements}");
    let (answer, _) = run(&archive, "select * from sentences", &limits).unwrap();
    assert_eq!(answer.n_rows, 4, "the archive can still be read");
}

#[test]
fn one_call_of_a_function_cannot_outlast_the_limit() {
    let (_folder, archive) = two_calls();
    let limits = SqlLimits { time: Duration::from_millis(200), ..SqlLimits::default() };
    // Each takes some seconds, and no more: what is left to its thread is in the way of other tests.
    let long = "printf('%.*c', 1000000, 'a')";
    let part = "(printf('%.*c', 500000, 'a') || 'b')";
    for statement in [
        format!("select instr({long}, {part})"),
        format!("select length(replace({long}, {part}, 'c'))"),
        format!("select length(trim({long}, printf('%.*c', 2000, 'b') || 'a'))"),
        format!("select says({long}, {part})"),
        format!("select {long} like '%' || printf('%.*c', 240, 'a') || 'b'"),
        format!("select {long} glob '*' || printf('%.*c', 240, 'a') || 'b'"),
        "select instr(printf('%.*c',40000000,'a'), printf('%.*c',20000000,'a')||'b')".to_owned(),
    ] {
        let begin = Instant::now();
        let outcome = run(&archive, &statement, &limits);
        let taken = begin.elapsed();
        assert!(taken < limits.time + Duration::from_secs(1), "{statement} took {taken:?}");
        match outcome {
            Ok(_) | Err(Error::Statement { .. }) => {}
            Err(error) => panic!("{statement} gave {error:?}"),
        }
    }
}
