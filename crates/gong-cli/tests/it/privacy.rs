//! `gong privacy`: finding what names a person, and erasing it.

use std::time::Duration;

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const SAM: &str = "omar.acheson@tidewell.example";

fn company() -> Environment {
    Environment::with(Options { work_time: Duration::ZERO, ..Options::default() })
}

/// How many requests to erase were seen.
fn erasures(environment: &Environment) -> usize {
    environment.sandbox().log().iter().filter(|it| it.path.contains("erase")).count()
}

#[test]
fn everything_that_names_an_address() {
    check!(company(), &format!("privacy find-email {SAM} -o csv"));
}

#[test]
fn calls_that_name_an_address() {
    check!(company(), &format!("privacy find-email {SAM} --jq '.calls[].id'"));
}

#[test]
fn an_address_that_gong_does_not_know_has_nothing() {
    check!(company(), "privacy find-email nobody@customer.example");
}

#[test]
fn an_address_of_a_user_is_refused() {
    check!(company(), "privacy find-email cedric.ellery@lumenfold.example");
}

#[test]
fn what_is_no_address_is_wrong_usage() {
    check!(company(), "privacy find-email sam");
}

#[test]
fn a_number_is_found_however_it_is_written() {
    check!(
        company(),
        "privacy find-phone '+1 (555) 8103' --jq '.matchingPhoneNumbers, .emailAddresses'"
    );
}

#[test]
fn a_number_is_sent_with_its_plus() {
    check!(company(), "privacy find-phone +15558103 --dry-run");
}

#[test]
fn a_number_without_its_country_is_wrong_usage() {
    check!(company(), "privacy erase-phone 5558103 --confirm 5558103");
}

#[test]
fn a_dry_run_of_erasing_sends_nothing() {
    let environment = company();
    check!(environment, &format!("privacy erase-email {SAM} --dry-run"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn yes_is_not_enough_to_erase() {
    let environment = company();
    check!(environment, &format!("privacy erase-email {SAM} --yes"));
    assert_eq!(erasures(&environment), 0);
}

#[test]
fn another_address_erases_nobody() {
    let environment = company();
    check!(
        environment,
        &format!("privacy erase-email {SAM} --yes --confirm Omar.acheson@tidewell.example")
    );
    assert_eq!(environment.requests(), 0);
}

#[test]
fn another_number_erases_nobody() {
    let environment = company();
    check!(environment, "privacy erase-phone +15558103 --confirm +15558104");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn the_same_address_again_erases() {
    let environment = company();
    check!(environment, &format!("privacy erase-email {SAM} --confirm {SAM} -v"));
    assert_eq!(erasures(&environment), 1);
    let find = format!("privacy find-email {SAM} --jq '.calls | length'");
    insta::assert_snapshot!("what_is_left_after_erasing", environment.seen(&find));
}

#[test]
fn the_same_digits_again_erase() {
    let environment = company();
    check!(environment, "privacy erase-phone '+1 (555) 8103' --confirm +15558103 -o table");
    assert_eq!(erasures(&environment), 1);
}

#[test]
fn an_erasure_whose_answer_is_lost_is_not_sent_again() {
    let script = "POST /v2/data-privacy/erase-data-for-email-address: reset@0 x9";
    let options = Options { faults: script.parse().unwrap(), ..Options::default() };
    let environment = Environment::with(options);
    let output = environment.run(&format!("privacy erase-email {SAM} --confirm {SAM}"));
    assert_eq!((output.status.code(), erasures(&environment)), (Some(6), 1));
}

#[test]
fn an_address_of_a_user_is_not_erased() {
    let environment = company();
    let user = "cedric.ellery@lumenfold.example";
    let output = environment.run(&format!("privacy erase-email {user} --confirm {user}"));
    assert_eq!((output.status.code(), erasures(&environment)), (Some(1), 0));
}

#[test]
fn any_request_that_erases_wants_the_same() {
    let environment = company();
    let path = "/v2/data-privacy/erase-data-for-email-address";
    let two = format!("{path}?emailAddress=a@b.example&emailAddress={SAM}");
    check!(environment, &format!("api POST {two} --confirm a@b.example"));
    let none = format!("api POST {path} --confirm a@b.example");
    insta::assert_snapshot!("erasing_nobody", environment.seen(&none));
    assert_eq!(environment.requests(), 0);
    let one = format!("api POST {path}?emailAddress={SAM} --confirm {SAM} --jq 'keys'");
    insta::assert_snapshot!("erasing_with_api", environment.seen(&one));
    assert_eq!(erasures(&environment), 1);
}
