//! `gong stats` on the made-up company, and the history of a user's settings.

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const USER: &str = "--user imani.lachance@lumenfold.example";

fn company() -> Environment {
    Environment::with(Options::default())
}

#[test]
fn interaction_of_users() {
    check!(company(), "stats interaction --last 30d -o csv --limit 4");
}

#[test]
fn days_are_those_of_the_company() {
    let environment = company();
    check!(environment, &format!("stats daily --last 7d {USER} -v -o csv"));
}

#[test]
fn daily_records_name_the_calls() {
    let jq = "--jq '.userDailyActivityStats[].callsAttended[]'";
    check!(company(), &format!("stats daily --last 7d {USER} {jq}"));
}

#[test]
fn every_part_of_a_period_can_be_counted() {
    for part in ["day", "week", "month", "quarter", "year"] {
        let args = format!("stats periods --every {part} --from 2026-06-03 {USER} -o csv");
        insta::assert_snapshot!(format!("periods_{part}"), company().seen(&args));
    }
}

#[test]
fn an_unknown_part_lists_the_known_ones() {
    check!(company(), "stats periods --every fortnight --last 30d");
}

#[test]
fn a_dry_run_of_periods_names_the_part_beside_the_filter() {
    let environment = company();
    check!(environment, "stats periods --every quarter --on last-year --user 7 --dry-run");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn statistics_need_dates() {
    for of in ["interaction", "daily", "periods"] {
        let environment = company();
        insta::assert_snapshot!(
            format!("{of}_needs_dates"),
            environment.seen(&format!("stats {of}"))
        );
        assert!(environment.requests() < 2);
    }
}

#[test]
fn scorecards_have_a_row_for_each_answer() {
    check!(company(), "stats scorecards --last 30d --method both --limit 3 -o csv");
}

#[test]
fn scorecards_by_the_day_of_the_review() {
    let user = "--user 14029676048425434165 --scorecard 6222528377860408284";
    check!(company(), &format!("stats scorecards --on last-week --reviewed {user} --dry-run"));
}

#[test]
fn scorecards_of_all_times() {
    check!(company(), "stats scorecards --limit 1 --jq '[.callId, .scorecardName]'");
}

#[test]
fn an_unknown_method_lists_the_known_ones() {
    check!(company(), "stats scorecards --method machine");
}

#[test]
fn settings_of_a_user_have_a_history() {
    check!(company(), "users history omar.goddard@lumenfold.example -o csv");
}

#[test]
fn an_unknown_user_has_no_history() {
    check!(company(), "users history 1");
}
