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
fn a_due_date_is_to_come() {
    let environment = company();
    let change = format!("tasks update {TASK} --user 4297232893451866744 --dry-run");
    check!(environment, &format!("{change} --due 7d"));
    insta::assert_snapshot!(
        "due_tomorrow",
        environment.seen(&format!("{change} --due tomorrow -v"))
    );
}

#[test]
fn a_dry_run_of_a_change_names_the_user_by_address() {
    let environment = company();
    check!(environment, &format!("tasks update {TASK} --user {CEDRIC} --status done --dry-run"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_change_whose_outcome_is_unknown_says_what_to_do() {
    let faults = "PATCH /v2/tasks/{taskId}: status:500 x9".parse().unwrap();
    let environment = Environment::with(Options { faults, ..Options::default() });
    let output = environment.run(&format!("tasks update {TASK} --user {CEDRIC} --status done"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.contains("nothing is done twice; a company that has not"), "{said}");
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
