//! `gong calls add` and `gong calls upload`: calls that were recorded elsewhere.

use std::{fs, time::Duration};

use gong_sandbox::Options;

use crate::environment::{Environment, check};

const WAV: &[u8] = b"RIFF\x24\0\0\0WAVEfmt and so on";

/// The made-up company, in which added calls are processed at once, and a user who is recorded.
fn company(script: &str) -> (Environment, String) {
    let faults = script.parse().unwrap();
    let options = Options { faults, work_time: Duration::ZERO, ..Options::default() };
    let environment = Environment::with(options);
    let is_recorded = "select(.settings.webConferencesRecorded and \
                       (.settings.preventWebConferenceRecording|not))|.id";
    let users = environment.run(&format!("users list --jq '{is_recorded}'")).stdout;
    let user = String::from_utf8(users).unwrap().lines().next().unwrap().to_owned();
    (environment, user)
}

fn recording(environment: &Environment, name: &str) {
    fs::write(environment.home().join(name), WAV).unwrap();
}

fn add(host: &str) -> String {
    format!(
        "calls add --started 2026-06-15T10:00 --duration 25m --direction outbound --host {host} \
         --party 'Sam Buyer <sam@customer.example>' --party +15550100 --title Renewal"
    )
}

#[test]
fn a_dry_run_of_a_new_call_shows_all_of_it() {
    let (environment, user) = company("");
    let before = environment.requests();
    let args = "--language en-US --purpose Renewal --disposition Agreed --workspace 71 --key pbx-7";
    check!(
        environment,
        &format!("{} {args} --file call.wav --dry-run", {
            recording(&environment, "call.wav");
            add(&user)
        })
    );
    assert_eq!(environment.requests(), before);
}

#[test]
fn a_call_with_an_address_is_read_when_it_is_processed() {
    let (environment, user) = company("");
    let args = format!("{} --media-url https://files.example/1.mp3 --wait=1m", add(&user));
    check!(environment, &args);
    let found = environment.run("calls list --on 2026-06-15 --jq 'select(.title==\"Renewal\").id'");
    assert_eq!(String::from_utf8(found.stdout).unwrap().lines().count(), 1);
}

#[test]
fn the_same_call_again_is_no_second_call() {
    let (environment, user) = company("");
    let args = format!("{} --media-url https://files.example/1.mp3", add(&user));
    assert!(environment.run(&args).status.success());
    check!(environment, &args);
}

#[test]
fn a_call_whose_answer_was_lost_is_there_once() {
    let (environment, user) = company("POST /v2/calls: lost");
    let args = format!("{} --media-url https://files.example/1.mp3", add(&user));
    check!(environment, &args);
    let find = "calls list --on 2026-06-15 --jq 'select(.title==\"Renewal\").id'";
    let found = environment.run(find);
    assert_eq!(String::from_utf8(found.stdout).unwrap().lines().count(), 1);
}

#[test]
fn a_call_with_a_file_has_it_uploaded() {
    let (environment, user) = company("");
    recording(&environment, "call.wav");
    check!(environment, &format!("{} --file call.wav --wait", add(&user)));
    let uploads = environment.sandbox().uploads();
    assert_eq!((uploads.len(), uploads[0].part.as_str()), (1, "mediaFile"));
    assert_eq!(uploads[0].bytes, u64::try_from(WAV.len()).unwrap());
}

#[test]
fn a_call_whose_upload_failed_is_named_with_what_goes_on() {
    let (environment, user) = company("PUT /v2/calls/{id}/media: status:400");
    recording(&environment, "it's a call.wav");
    let output =
        environment.command(&add(&user)).args(["--file", "it's a call.wav"]).output().unwrap();
    insta::assert_snapshot!(environment.shown("calls add … --file \"it's a call.wav\"", &output));
    assert_eq!(environment.sandbox().unused_faults(), [""; 0]);
}

#[test]
fn a_new_call_comes_from_a_file() {
    let (environment, _) = company("");
    let skeleton = environment.run("calls add --skeleton").stdout;
    environment.write("call.jsonc", &String::from_utf8(skeleton).unwrap());
    check!(environment, "calls add --input call.jsonc --title 'Another' --dry-run");
}

#[test]
fn a_new_call_without_a_start_says_what_is_missing() {
    check!(Environment::small(), "calls add --host 302 --direction inbound");
}

#[test]
fn a_language_that_gong_does_not_take_names_others() {
    let environment = Environment::small();
    check!(environment, &format!("{} --language en_us", add("302")));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_direction_that_is_none_lists_them() {
    let args = "calls add --direction sideways";
    check!(Environment::small(), args);
}

#[test]
fn a_host_that_is_unknown_is_not_found() {
    check!(Environment::small(), &add("nobody@lumen.example"));
}

#[test]
fn a_purpose_that_is_too_long_is_not_sent() {
    let environment = Environment::small();
    let output = environment.run(&format!("{} --purpose {}", add("302"), "x".repeat(256)));
    insta::assert_snapshot!(environment.shown("calls add … --purpose xxx…", &output));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn waiting_without_a_recording_would_be_in_vain() {
    check!(Environment::small(), &format!("{} --wait", add("302")));
}

#[test]
fn a_file_and_an_address_are_one_too_many() {
    let args = "calls add --file a.wav --media-url https://files.example/1.mp3";
    check!(Environment::small(), args);
}

#[test]
fn a_recording_is_uploaded_to_a_call() {
    let (environment, user) = company("");
    recording(&environment, "call.wav");
    let id = environment.run(&format!("{} --jq .callId", add(&user))).stdout;
    let id = String::from_utf8(id).unwrap();
    check!(environment, &format!("calls upload {} call.wav --wait", id.trim()));
    assert_eq!(environment.sandbox().uploads().len(), 1);
}

#[test]
fn a_dry_run_of_an_upload_sends_nothing() {
    let environment = Environment::small();
    recording(&environment, "call.wav");
    check!(environment, "calls upload 402 call.wav --dry-run");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_recording_of_an_unknown_call_is_not_taken() {
    let environment = Environment::small();
    recording(&environment, "call.wav");
    check!(environment, "calls upload 99 call.wav");
}

#[test]
fn a_file_that_is_no_recording_is_not_uploaded() {
    let environment = Environment::small();
    environment.write("call.mp3", "<html>");
    check!(environment, "calls upload 402 call.mp3");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_file_that_is_not_there_is_not_uploaded() {
    check!(Environment::small(), "calls upload 402 nowhere.wav");
}

#[test]
fn what_is_still_processed_is_done_in_part() {
    let options = Options { work_time: Duration::from_hours(1), ..Options::default() };
    let environment = Environment::with(options);
    let (_, user) = company("");
    let args = format!("{} --media-url https://files.example/1.mp3 --wait=1ms", add(&user));
    check!(environment, &args);
}
