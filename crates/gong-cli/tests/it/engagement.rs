//! `gong engagement`, `interactions` and `integration-settings`: events and settings, told to Gong.

use gong_sandbox::Options;

use crate::environment::{Environment, check, small};

const ABOUT: &str = "--system Viewer --at 2026-06-15T10:00 --content-id prices \
                     --url https://docs.lumen.example/prices --title Prices";

#[test]
fn content_that_was_viewed_is_told() {
    let args = format!("engagement viewed {ABOUT} --viewer sam@customer.example --event-id v-1");
    check!(Environment::small(), &args);
}

#[test]
fn content_that_was_shared_is_told() {
    let people =
        "--sharer ada@lumen.example --recipient sam@customer.example --recipient b@c.example";
    let args = format!("engagement shared {ABOUT} {people} --event-id s-1 --dry-run");
    check!(Environment::small(), &args);
}

#[test]
fn anything_else_is_told_with_little() {
    let args = "engagement action --system Viewer --at now --name 'Contract Signed' --event-id a-1";
    check!(Environment::small(), &format!("{args} --dry-run"));
    check!(Environment::small(), args);
}

#[test]
fn options_go_before_the_file() {
    let environment = Environment::small();
    environment
        .write("event.json", "{ \"reportingSystem\": \"File\", \"actionName\": \"Signed\" }");
    check!(
        environment,
        "engagement action --input event.json --system Option --at 2026-06-15 --event-id a-1 --dry-run"
    );
}

#[test]
fn an_event_without_an_id_gets_one_of_its_own() {
    let environment = Environment::small();
    let told = || {
        let args = "engagement action --system Viewer --at now --dry-run";
        String::from_utf8(environment.run(args).stdout).unwrap()
    };
    let (one, other) = (told(), told());
    let id = one.split("\"eventId\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(id.len(), 32);
    assert!(!other.contains(id), "{other}");
}

#[test]
fn the_id_of_the_file_is_the_id_of_the_event() {
    let environment = Environment::small();
    environment.write("event.json", "{ \"eventId\": \"own-7\" }");
    let output =
        environment.run("engagement action --input event.json --system Viewer --at now --dry-run");
    assert!(String::from_utf8_lossy(&output.stdout).contains("own-7"), "{output:?}");
}

#[test]
fn an_event_counts_once() {
    let environment = Environment::small();
    let args = "engagement action --system Viewer --at now --event-id a-1";
    assert!(environment.run(args).status.success());
    check!(environment, args);
}

#[test]
fn somebody_must_have_viewed_it() {
    let environment = Environment::small();
    check!(environment, &format!("engagement viewed {ABOUT}"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn what_is_missing_of_an_event_is_named() {
    check!(Environment::small(), "engagement shared --system Viewer --at now");
}

#[test]
fn an_interaction_is_told() {
    let args = "interactions add --type 'page viewed' --at 2026-06-15T10:00 --title Prices \
                --email sam@customer.example --name 'Sam Buyer' --device pc --event-id e-1";
    check!(Environment::small(), &format!("{args} --dry-run"));
    check!(Environment::small(), args);
}

#[test]
fn an_interaction_wants_somebody_who_did_it() {
    let environment = Environment::small();
    check!(environment, "interactions add --type visit --at now --title Prices --event-id e-1");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_person_and_a_tracking_id_are_not_told_together() {
    check!(Environment::small(), "interactions add --email sam@customer.example --tracking-id t-1");
}

#[test]
fn the_settings_show_their_id() {
    check!(Environment::small(), "integration-settings get");
}

#[test]
fn settings_are_replaced() {
    let args = "integration-settings set --dialer https://a.partner.example";
    check!(
        Environment::small(),
        &format!("{args} --account-pages https://b.partner.example --dry-run")
    );
    let environment = Environment::small();
    check!(environment, args);
    assert_eq!(environment.requests(), 0);
    check!(environment, &format!("{args} --yes"));
}

#[test]
fn settings_without_an_origin_are_no_settings() {
    let environment = Environment::small();
    check!(environment, "integration-settings set");
    check!(environment, "integration-settings set --dialer a.partner.example/page");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn an_event_whose_answer_is_lost_is_told_once() {
    let script = "PUT /v2/customer-engagement/action: lost";
    let environment = Environment::with(Options { faults: script.parse().unwrap(), ..small() });
    check!(environment, "engagement action --system Viewer --at now --event-id a-1");
}
