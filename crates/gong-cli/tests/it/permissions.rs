//! `gong permissions`: profiles, and changes to them.

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const WORKSPACE: &str = "--workspace 92800920789198065";
const MANAGER: &str = "5529723945131476665";

fn company() -> Environment {
    Environment::with(Options::default())
}

/// How many requests of this method were seen.
fn sent(environment: &Environment, method: &str) -> usize {
    environment.sandbox().log().iter().filter(|it| it.method == method).count()
}

#[test]
fn profiles_of_a_workspace() {
    check!(company(), &format!("permissions profiles list {WORKSPACE} -o table"));
}

#[test]
fn profiles_are_of_a_workspace() {
    check!(company(), "permissions profiles list");
}

#[test]
fn an_unknown_workspace_has_no_profiles() {
    check!(company(), "permissions profiles list --workspace 1");
}

#[test]
fn one_profile_shows_what_is_allowed() {
    check!(company(), &format!("permissions profiles get {MANAGER} -o table"));
}

#[test]
fn an_unknown_profile_says_where_they_are_listed() {
    check!(company(), "permissions profiles get 1");
}

#[test]
fn what_is_no_profile_is_wrong_usage() {
    check!(company(), "permissions profiles users Manager");
}

#[test]
fn users_of_a_profile() {
    check!(company(), &format!("permissions profiles users {MANAGER} -o csv --limit 3"));
}

#[test]
fn a_profile_is_made() {
    let environment = company();
    let options = "--name Listeners --allow callsAndSearch,library --deny deleteCalls";
    check!(
        environment,
        &format!("permissions profiles create {WORKSPACE} {options} --yes -o table")
    );
    let list = format!("permissions profiles list {WORKSPACE} --jq .name");
    insta::assert_snapshot!("profiles_after_one_was_made", environment.seen(&list));
}

#[test]
fn nothing_is_allowed_and_denied_at_once() {
    let environment = company();
    let options = "--allow scoreCalls,library --deny deleteCalls,library --yes";
    check!(environment, &format!("permissions profiles update {MANAGER} {options}"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn nobody_said_yes_to_a_new_profile() {
    let environment = company();
    check!(environment, &format!("permissions profiles create {WORKSPACE} --name Listeners"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_profile_has_a_name() {
    let environment = company();
    check!(environment, &format!("permissions profiles create {WORKSPACE} --allow library --yes"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn an_unknown_permission_is_not_sent() {
    let environment = company();
    check!(environment, &format!("permissions profiles update {MANAGER} --allow libary --yes"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_dry_run_of_a_change_shows_what_was_said_and_no_more() {
    let environment = company();
    let change = "--deny library --description 'Team leads' --dry-run";
    check!(environment, &format!("permissions profiles update {MANAGER} {change}"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn what_changes_is_shown_first() {
    let environment = company();
    let change = "--name Leads --allow library,deleteCalls";
    let args = format!("permissions profiles update {MANAGER} {change}");
    check!(environment, &args);
    assert_eq!((sent(&environment, "GET"), sent(&environment, "PUT")), (1, 0));
    let args = format!("{args} --yes --fields name,library,deleteCalls,callsAccess");
    insta::assert_snapshot!("a_profile_is_changed", environment.seen(&args));
    assert_eq!((sent(&environment, "GET"), sent(&environment, "PUT")), (2, 1));
}

#[test]
fn a_profile_that_is_like_that_already_is_left_alone() {
    let environment = company();
    check!(environment, &format!("permissions profiles update {MANAGER} --allow library --yes"));
    assert_eq!(sent(&environment, "PUT"), 0);
}

#[test]
fn a_profile_can_come_from_its_own_record() {
    let environment = company();
    let get = environment.run(&format!("permissions profiles get {MANAGER}"));
    let profile = String::from_utf8(get.stdout).unwrap();
    let args = format!(
        "permissions profiles update {MANAGER} --input - --deny coaching --yes --jq .coaching"
    );
    insta::assert_snapshot!(environment.shown(&args, &environment.run_with(&args, &profile)));
}

#[test]
fn a_change_of_nothing_is_wrong_usage() {
    let environment = company();
    check!(environment, &format!("permissions profiles update {MANAGER} --yes"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_change_of_an_unknown_profile() {
    check!(company(), "permissions profiles update 1 --name Leads --yes");
}

#[test]
fn who_wants_no_words_is_told_what_changes_all_the_same() {
    let environment = company();
    let output = environment
        .run(&format!("permissions profiles update {MANAGER} --description Theirs --yes -q"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("description: "), "{said}");
}
