//! `gong entities`: questions that cost credits.

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const ABOUT: &str = "--workspace 92800920789198065 --type account --id 0015g00000IHqcYQAZ";

fn company() -> Environment {
    Environment::with(Options::default())
}

#[test]
fn an_answer_can_be_read() {
    let environment = company();
    check!(environment, &format!("entities ask 'Who decides?' {ABOUT} --last 7d --yes -o table"));
    assert_eq!(environment.requests(), 1);
}

#[test]
fn an_answer_is_gongs_record() {
    let args = format!("entities ask 'Who decides?' {ABOUT} --period THIS_MONTH --yes --jq 'keys'");
    check!(company(), &args);
}

#[test]
fn a_brief_can_be_read() {
    check!(company(), &format!("entities brief 'Account review' {ABOUT} --last 7d --yes -o table"));
}

#[test]
fn nobody_said_yes_to_spending() {
    let environment = company();
    check!(environment, &format!("entities ask 'Who decides?' {ABOUT} --last 7d"));
    let brief = format!("entities brief 'Account review' {ABOUT} --last 7d");
    insta::assert_snapshot!("nobody_said_yes_to_a_brief", environment.seen(&brief));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_dry_run_spends_nothing() {
    let environment = company();
    check!(
        environment,
        &format!("entities ask 'Who decides?' {ABOUT} --period last-90days --dry-run")
    );
    let own = format!("entities brief 'Account review' {ABOUT} --on last-month --dry-run");
    insta::assert_snapshot!("a_time_of_ones_own", environment.seen(&own));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_time_is_needed() {
    check!(company(), &format!("entities ask 'Who decides?' {ABOUT} --yes"));
}

#[test]
fn a_time_has_a_beginning() {
    check!(company(), &format!("entities ask 'Who decides?' {ABOUT} --to yesterday --yes"));
}

#[test]
fn an_unknown_period_lists_the_known_ones() {
    check!(company(), &format!("entities ask 'Who decides?' {ABOUT} --period next-week --yes"));
}

#[test]
fn an_unknown_type_lists_the_known_ones() {
    let about = "--workspace 1 --type firm --id 1 --last 7d";
    check!(company(), &format!("entities ask 'Who decides?' {about} --yes"));
}

#[test]
fn spent_credits_are_a_limit() {
    let environment = Environment::with(Options { credits: 0, ..Options::default() });
    check!(environment, &format!("entities ask 'Who decides?' {ABOUT} --last 7d --yes"));
    assert_eq!(environment.requests(), 1);
}

#[test]
fn a_brief_that_is_not_published_says_where_they_are_listed() {
    check!(company(), &format!("entities brief Competitors {ABOUT} --last 7d --yes"));
}

#[test]
fn a_question_whose_answer_is_lost_is_not_asked_again() {
    let faults = "GET /v2/entities/ask-entity: reset@0 x9".parse().unwrap();
    let environment = Environment::with(Options { faults, ..Options::default() });
    let output = environment.run(&format!("entities ask 'Who decides?' {ABOUT} --last 7d --yes"));
    assert_eq!((output.status.code(), environment.requests()), (Some(6), 1));
}
