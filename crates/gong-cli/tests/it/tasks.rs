//! `gong tasks`: what is to be done, and changes to it.

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const CEDRIC: &str = "cedric.ellery@lumenfold.example";
const TASK: &str = "6000000000000000985";

fn company() -> Environment {
    Environment::with(Options::default())
}

#[test]
fn tasks_of_a_user() {
    check!(company(), &format!("tasks list --user {CEDRIC} -o table --limit 4"));
}

#[test]
fn tasks_that_people_made() {
    check!(
        company(),
        &format!("tasks list --user {CEDRIC} --type manual --limit 2 --jq '[.id, .type]'")
    );
}

#[test]
fn a_dry_run_of_tasks_has_all_that_gong_wants() {
    check!(
        company(),
        "tasks list --user 4297232893451866744 --status done --status open --dry-run"
    );
}

#[test]
fn tasks_are_of_somebody() {
    check!(company(), "tasks list");
}

#[test]
fn tasks_of_nobody() {
    check!(company(), "tasks list --user nobody@lumenfold.example");
}

#[test]
fn a_task_is_done() {
    let environment = company();
    check!(environment, &format!("tasks update {TASK} --user {CEDRIC} --status done -o table"));
    let list = format!("tasks list --user {CEDRIC} --status done --jq .id");
    insta::assert_snapshot!("tasks_that_are_done", environment.seen(&list));
}

#[test]
fn a_dry_run_of_a_change_shows_the_moment() {
    let change = "--due 2026-07-01T09:00 --priority High --tz Europe/Berlin";
    check!(
        company(),
        &format!("tasks update {TASK} --user 4297232893451866744 {change} --dry-run")
    );
}

#[test]
fn a_change_from_a_file_and_an_option() {
    let environment = company();
    let args = format!("tasks update {TASK} --input - --status dismissed --dry-run");
    let body = r#"{"userId": "4297232893451866744", "status": "DONE", "priority": "Low"}"#;
    insta::assert_snapshot!(environment.shown(&args, &environment.run_with(&args, body)));
}

#[test]
fn a_task_is_somebodys() {
    check!(company(), &format!("tasks update {TASK} --status done"));
}

#[test]
fn a_change_of_nothing_is_wrong_usage() {
    let environment = company();
    check!(environment, &format!("tasks update {TASK} --user 4297232893451866744"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn an_unknown_status_lists_the_known_ones() {
    check!(company(), &format!("tasks update {TASK} --user 4297232893451866744 --status finished"));
}

#[test]
fn an_unknown_task_is_not_found() {
    check!(company(), "tasks update 1 --user 4297232893451866744 --status done");
}

#[test]
fn a_company_without_engage_is_told_why() {
    let environment = Environment::with(Options { without_engage: true, ..Options::default() });
    check!(environment, &format!("tasks update {TASK} --user 4297232893451866744 --status done"));
}
