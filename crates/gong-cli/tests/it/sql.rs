//! `gong sql`: statements that read, in every form, and the queries of the guide.

use std::{fs, path::Path};

use crate::environment::{Environment, check};

const STATEMENT: &str = "select call_id, title, duration_seconds as seconds, null as \"no thing\", \
                         count(*) over () from calls order by call_id limit 2";

#[test]
fn rows_come_in_every_form() {
    let environment = Environment::archived();
    for format in ["table", "json", "jsonl", "csv", "md"] {
        let args = format!("sql '{STATEMENT}' -o {format}");
        insta::assert_snapshot!(format!("rows_as_{format}"), environment.seen(&args));
    }
}

#[test]
fn no_rows_are_an_empty_list() {
    let environment = Environment::archived();
    for format in ["json", "csv", "table"] {
        let args = format!("sql 'select call_id, title from calls where 0' -o {format}");
        insta::assert_snapshot!(format!("no_rows_as_{format}"), environment.seen(&args));
    }
}

#[test]
fn a_statement_may_be_piped() {
    let environment = Environment::archived();
    for args in ["sql --jq .n", "sql - --jq .n"] {
        let output = environment.run_with(args, "select 7 as n;\n");
        assert_eq!(output.stdout, b"7\n", "{output:?}");
    }
}

#[test]
fn more_rows_than_the_limit_are_told() {
    check!(Environment::archived(), "sql 'select call_id from calls' --limit 1 --jq .call_id");
}

#[test]
fn a_row_that_is_too_much_does_not_fill_the_memory() {
    let environment = Environment::archived();
    // A hundred times 8 MB, of which SQLite has one copy.
    let columns = ["x"; 100].join(", ");
    let text = "printf(char(37, 46, 42, 99), 8000000, char(120))";
    let statement = format!("with t (x) as materialized (select {text}) select {columns} from t");
    let args = format!("sql '{statement}'");
    let output = environment.run_limited(&args, "-v 500000");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, b"[]\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("too much"), "{output:?}");
}

#[test]
fn what_is_wrong_with_a_statement_is_told() {
    let environment = Environment::archived();
    let all = [
        "sql 'selekt 1'",
        "sql 'select titel from calls'",
        "sql 'select * from call'",
        "sql 'delete from calls'",
        "sql 'select 1; select 2'",
        "sql ''",
        "sql 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n' --timeout 100ms",
        "sql --timeout soon 'select 1'",
        "sql --timeout 0s 'select 1'",
    ];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    insta::assert_snapshot!(all.join("\n\n"));
    let count = environment.run("sql 'select count(*) as n from calls' --jq .n").stdout;
    assert_ne!(count, b"0\n");
}

#[test]
fn a_piped_statement_must_be_text() {
    let environment = Environment::archived();
    let file = environment.home().join("statement");
    fs::write(&file, b"select \xff").unwrap();
    let mut command = environment.command("sql -");
    let output = command.stdin(fs::File::open(file).unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn tables_that_nobody_may_read_are_not_listed() {
    let listed = Environment::archived().run("sql --tables -o csv").stdout;
    let listed = String::from_utf8(listed).unwrap();
    assert!(listed.contains("sentences,") && !listed.contains("settings,"), "{listed}");
    assert!(!listed.contains("tombstones,"), "{listed}");
}

#[test]
fn the_tables_are_listed() {
    check!(Environment::archived(), "sql --tables -o csv");
}

#[test]
fn every_query_of_the_guide_gives_rows() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/archive.md");
    let page = fs::read_to_string(page).unwrap();
    let blocks = page.split("```sql\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let queries: Vec<_> =
        blocks.map(|(query, _)| query).filter(|it| !it.starts_with("-- DuckDB")).collect();
    assert!(queries.len() >= 12, "{}", queries.len());
    let environment = Environment::empty();
    let synced = environment.run("--sandbox sync --since 7d -q");
    assert!(synced.status.success(), "{synced:?}");
    for query in queries {
        let output = environment.run_with("--sandbox sql -o jsonl", query);
        assert!(output.status.success(), "{query}\n{output:?}");
        assert!(output.stdout.len() > 10, "no rows: {query}");
    }
}

#[test]
fn a_field_that_no_column_has_is_wrong_usage() {
    let environment = Environment::archived();
    for statement in ["select 1 as a", "select 1 as a where false"] {
        for more in ["--fields nope", "--fields a.b -o csv", "--fields a,b -o table", "--fields b"]
        {
            let seen = environment.seen(&format!("sql '{statement}' {more}"));
            let is_told = seen.contains("there is no field") && seen.ends_with("[exit 2]");
            assert!(is_told, "{seen}");
            let stdout = environment.run(&format!("sql '{statement}' {more}")).stdout;
            assert!(stdout.is_empty(), "{stdout:?}");
        }
    }
    let seen = environment.run("sql 'select 1 as a, 2 as b' --fields b -o csv");
    assert_eq!(seen.stdout, b"b\n2\n", "{seen:?}");
}
