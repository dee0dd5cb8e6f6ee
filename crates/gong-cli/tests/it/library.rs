//! `gong library`, `gong coaching` and `gong logs`: what is read of what people did.

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const FOLDER: &str = "1285417957763423219";
const WORKSPACE: &str = "--workspace 92800920789198065";
const MANAGER: &str = "imani.lachance@lumenfold.example";

fn company() -> Environment {
    Environment::with(Options::default())
}

#[test]
fn folders_have_parents() {
    check!(company(), &format!("library folders {WORKSPACE} -o table"));
}

#[test]
fn several_workspaces_are_a_choice() {
    check!(company(), "library folders");
}

#[test]
fn calls_of_a_folder_and_clips() {
    check!(company(), &format!("library calls {FOLDER} -o csv"));
}

#[test]
fn an_unknown_folder_is_not_found() {
    check!(company(), "library calls 1");
}

#[test]
fn an_empty_folder_is_an_empty_list() {
    check!(company(), "library calls 4119473897539677427");
}

#[test]
fn coaching_has_a_row_for_each_metric() {
    check!(company(), &format!("coaching list {WORKSPACE} --manager {MANAGER} --last 30d -o csv"));
}

#[test]
fn to_some_nobody_reports() {
    let manager = "--manager 3292458539844589497";
    check!(company(), &format!("coaching list {WORKSPACE} {manager} --last 30d"));
}

#[test]
fn coaching_is_of_a_time() {
    let environment = company();
    check!(environment, &format!("coaching list {WORKSPACE} --manager {MANAGER}"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_dry_run_of_coaching_shows_kebab_case() {
    let manager = "--manager 14029676048425434165";
    check!(company(), &format!("coaching list {WORKSPACE} {manager} --on last-month --dry-run"));
}

#[test]
fn coaching_of_an_unknown_manager() {
    let manager = "--manager nobody@lumenfold.example";
    check!(company(), &format!("coaching list {WORKSPACE} {manager} --last 30d"));
}

#[test]
fn every_log_has_its_rows() {
    for log in ["access", "user-activity", "call-play", "shared-access", "shared-play"] {
        let args = format!("logs list --type {log} --last 5d --limit 4 -o csv");
        insta::assert_snapshot!(format!("log_{log}"), company().seen(&args));
    }
}

#[test]
fn a_log_is_of_a_time() {
    let environment = company();
    check!(environment, "logs list --type access");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_log_has_a_type() {
    check!(company(), "logs list --last 7d");
}

#[test]
fn an_unknown_log_lists_the_known_ones() {
    check!(company(), "logs list --type acess --last 7d");
}

#[test]
fn a_dry_run_of_a_log_has_gongs_name_for_it() {
    check!(company(), "logs list --type shared-play --on yesterday --dry-run");
}

#[test]
fn a_key_that_may_not_see_logs_is_refused() {
    let environment = Environment::faulty("GET /v2/logs: status:403 x9");
    check!(environment, "logs list --type access --last 7d");
}
