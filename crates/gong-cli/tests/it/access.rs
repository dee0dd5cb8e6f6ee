//! `gong calls access` and `gong calls associations`.

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const CALL: &str = "3324485558853083359";
const OTHER: &str = "9741352895605016665";
const USER: &str = "14029676048425434165";

fn company() -> Environment {
    Environment::with(Options::default())
}

#[test]
fn access_is_granted_listed_and_revoked() {
    let environment = company();
    let who = format!("{CALL} {OTHER} --user {USER} --user cedric.ellery@lumenfold.example");
    check!(environment, &format!("calls access grant {who} --yes"));
    let list = format!("calls access list {CALL} {OTHER} -o csv");
    insta::assert_snapshot!("who_was_granted_access", environment.seen(&list));
    let revoke = format!("calls access revoke {CALL} --user {USER} --yes -o table");
    insta::assert_snapshot!("access_is_revoked", environment.seen(&revoke));
    insta::assert_snapshot!("who_still_has_access", environment.seen(&list));
}

#[test]
fn nobody_said_yes_to_access() {
    let environment = company();
    check!(environment, &format!("calls access grant {CALL} --user {USER}"));
    let revoke = format!("calls access revoke {CALL} --user {USER}");
    insta::assert_snapshot!("nobody_said_yes_to_less_access", environment.seen(&revoke));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_dry_run_of_access_names_each_call() {
    let environment = company();
    let args = format!("calls access revoke - --user {USER} --user 7 --dry-run");
    let ids = format!("{CALL}\n{OTHER}\n");
    insta::assert_snapshot!(environment.shown(&args, &environment.run_with(&args, &ids)));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn one_unknown_call_fails_them_all() {
    check!(company(), &format!("calls access list {CALL} 1"));
}

#[test]
fn access_is_somebodys() {
    check!(company(), &format!("calls access grant {CALL} --yes"));
}

#[test]
fn access_of_an_unknown_user() {
    check!(company(), &format!("calls access grant {CALL} --user nobody@lumenfold.example --yes"));
}

#[test]
fn associations_where_gong_still_has_them() {
    let environment = Environment::with(Options { removed_operations: true, ..Options::default() });
    check!(environment, "calls associations --last 3d -o csv");
}

#[test]
fn associations_that_gong_took_away() {
    check!(company(), "calls associations --last 30d");
}

#[test]
fn associations_that_gong_refuses() {
    let environment = Environment::faulty("GET /v2/calls/manual-crm-associations: status:405 x9");
    check!(environment, "calls associations");
}
