//! `gong users`, `workspaces`, `stats` and `meetings` on the small company.

use crate::environment::{Environment, check, small};

#[test]
fn users_are_listed_with_the_inactive_marked() {
    check!(Environment::small(), "users list -o table");
}

#[test]
fn users_are_records_as_gong_sent_them() {
    check!(Environment::small(), "users list --inactive");
}

#[test]
fn active_users_alone() {
    check!(Environment::small(), "users list --active -o csv");
}

#[test]
fn a_user_is_found_by_id() {
    check!(Environment::small(), "users get 18446744073709551001 --jq .emailAddress");
}

#[test]
fn a_user_is_found_by_an_alias() {
    check!(Environment::small(), "users get A.Okafor@lumen.example -o table");
}

#[test]
fn an_unknown_user_is_not_found() {
    check!(Environment::small(), "users get 12345");
}

#[test]
fn an_unknown_address_is_not_found() {
    check!(Environment::small(), "users get nobody@lumen.example");
}

#[test]
fn what_is_no_user_is_wrong_usage() {
    check!(Environment::small(), "users get nobody");
}

#[test]
fn users_are_found_by_text_and_by_date() {
    check!(Environment::small(), "users search manager --from 2023-01-01 --to 2023-12-31 -o table");
}

#[test]
fn workspaces_are_listed() {
    check!(Environment::small(), "workspaces list");
}

#[test]
fn workspaces_as_a_table() {
    check!(Environment::small(), "workspaces list -o table");
}

#[test]
fn activity_is_counted_in_days_of_the_company() {
    let environment = Environment::small();
    check!(environment, "stats activity --last 7d -v -o csv");
    // The zone of the company is asked for once.
    assert_eq!(environment.requests(), 2);
    environment.run("stats activity --last 7d");
    assert_eq!(environment.requests(), 3);
}

#[test]
fn activity_as_a_table_has_room_on_a_screen() {
    check!(Environment::small(), "stats activity --last 7d -o table");
}

#[test]
fn activity_of_one_user() {
    let args = "stats activity --on last-week --user ada@lumen.example --jq .userEmailAddress";
    check!(Environment::small(), args);
}

#[test]
fn a_dry_run_of_activity_sends_nothing() {
    let environment = Environment::small();
    check!(environment, "stats activity --last 7d --dry-run");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn activity_of_the_future_is_refused() {
    check!(Environment::small(), "stats activity --from 2027-01-01");
}

#[test]
fn activity_without_dates_says_what_is_missing() {
    check!(Environment::small(), "stats activity");
}

#[test]
fn meetings_are_listed_where_there_is_a_list() {
    check!(Environment::small(), "meetings list -o table");
}

#[test]
fn meetings_fall_back_to_the_scheduled_times_of_calls() {
    let strict = gong_sandbox::Options { strict: true, ..small() };
    check!(Environment::with(strict), "meetings list --last 7d -o table");
}
