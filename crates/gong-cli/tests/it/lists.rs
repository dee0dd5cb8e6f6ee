//! Lists when the network, the server or the data misbehave.

use crate::environment::{Environment, check, small};

/// Runs a list against a sandbox with a fault on its first requests.
fn list_with(fault: &str) -> (String, Environment) {
    let script = format!("GET /v2/calls: {fault}");
    let environment = Environment::with(gong_sandbox::Options {
        page_size: 1,
        faults: script.parse().unwrap(),
        ..small()
    });
    let seen = environment.seen("calls list --jq .id");
    assert_eq!(environment.sandbox().unused_faults(), Vec::<String>::new());
    (seen, environment)
}

#[test]
fn a_wrong_key_is_refused_at_once() {
    let (seen, environment) = list_with("401");
    insta::assert_snapshot!(seen);
    assert_eq!(environment.requests(), 1);
}

#[test]
fn a_missing_scope_is_named() {
    let (seen, environment) = list_with("scope:api:calls:read:basic");
    insta::assert_snapshot!(seen);
    assert_eq!(environment.requests(), 1);
}

#[test]
fn a_wrong_region_says_which_host_is_right() {
    let (seen, environment) = list_with("redirect:https://us-777.api.gong.io/v2/calls");
    insta::assert_snapshot!(seen);
    assert_eq!(environment.requests(), 1);
}

#[test]
fn a_page_of_html_is_not_gong() {
    insta::assert_snapshot!(list_with("html200, html200").0);
}

#[test]
fn an_empty_answer_is_not_gong() {
    insta::assert_snapshot!(list_with("empty200, empty200").0);
}

#[test]
fn a_short_outage_is_not_seen() {
    let (seen, environment) = list_with("status:503;ra=0, reset@0, truncate@40");
    insta::assert_snapshot!(seen);
    assert_eq!(environment.requests(), 6);
}

#[test]
fn a_failure_midway_leaves_valid_json() {
    let script = "GET /v2/calls: ok, 401";
    let environment = Environment::with(gong_sandbox::Options {
        page_size: 1,
        faults: script.parse().unwrap(),
        ..small()
    });
    check!(environment, "calls list --fields id");
}

#[test]
fn a_failure_at_once_is_no_empty_list() {
    let output = Environment::faulty("*: 401").run("calls list -o json");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0));
    let output = Environment::faulty("*: 401").run("calls get 402 403 -o csv");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0));
}

#[test]
fn a_record_that_is_too_deep_does_not_end_the_process() {
    for args in ["--fields id,title", "--jq .id", "-o table", "-o json"] {
        let environment = Environment::faulty("GET /v2/calls: depth:100000");
        let output = environment.run(&format!("calls list {args}"));
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1 | 6 | 7)), "{args}: {code:?}");
    }
}

#[test]
fn a_pause_that_is_too_long_is_not_waited_for() {
    let output = {
        let environment = Environment::faulty("GET /v2/calls: status:429;ra=7200");
        let output = environment.run("calls list");
        assert_eq!(environment.requests(), 1);
        output
    };
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), stderr.contains("retry_at\":\"2")),
        (Some(5), true),
        "{stderr}"
    );
}

#[test]
fn a_cursor_that_stands_still_is_an_error() {
    let (seen, _) = list_with("ok, cursor-loop");
    assert!(seen.contains("do not end") && seen.ends_with("[exit 1]"), "{seen}");
}

#[test]
fn an_empty_page_with_a_cursor_goes_on() {
    let (seen, _) = list_with("ok, cursor-empty-page");
    assert_eq!(seen.lines().filter(|line| line.parse::<u128>().is_ok()).count(), 3, "{seen}");
}

#[test]
fn an_expired_cursor_starts_again_and_shows_nothing_twice() {
    let (seen, _) = list_with("ok, cursor-expire@1");
    assert_eq!(seen.lines().filter(|line| line.parse::<u128>().is_ok()).count(), 3, "{seen}");
}

#[test]
fn odd_records_are_warnings_and_done_in_part() {
    let environment = Environment::faulty("GET /v2/calls: null:id");
    check!(environment, "calls list -o table");
}

#[test]
fn a_filter_leaves_no_room_for_another_form() {
    check!(Environment::small(), "calls list -o csv --jq .x");
}

#[test]
fn a_list_is_no_subtitle() {
    check!(Environment::small(), "calls list -o srt");
}

#[test]
fn a_body_without_end_is_cut_off() {
    let environment = Environment::faulty("GET /v2/calls: huge:2G");
    let seen = environment.seen("calls list");
    assert!(seen.contains("larger than 67108864 bytes") && seen.ends_with("[exit 1]"), "{seen}");
}

#[test]
fn an_unknown_field_is_told_before_anything_is_sent_if_it_is_no_name() {
    let environment = Environment::small();
    check!(environment, "calls list --fields 'id,,x'");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn an_unknown_field_lists_the_known_ones() {
    check!(Environment::small(), "calls list --fields id,durations");
}

#[test]
fn a_broken_filter_is_told_before_anything_is_sent() {
    let environment = Environment::small();
    check!(environment, "calls list --jq '.[ | x'");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_filter_that_fails_names_the_record() {
    check!(Environment::small(), "calls list --jq '.id | keys'");
}

#[test]
fn contradicting_dates_are_refused() {
    check!(Environment::small(), "calls list --from 2026-06-10 --to 2026-06-01");
}
