//! `gong calls media`: recordings from the media host of the sandbox.

use std::{fs, time::Duration};

use gong_sandbox::Options;

use crate::environment::{Environment, check};

/// The made-up company with faults of the media host, and the ids of a call with sound and of one
/// with a picture.
fn company(script: &str) -> (Environment, String, String) {
    let faults = script.parse().unwrap();
    let environment = Environment::with(Options { faults, ..Options::default() });
    let text = |args: &str| String::from_utf8(environment.run(args).stdout).unwrap();
    let listed = text("calls list --last 7d --limit 40 --jq '[.id,.media]|@tsv'");
    let id = |media: &str| {
        let line = listed.lines().find(|line| line.ends_with(media)).unwrap();
        line.split('\t').next().unwrap().to_owned()
    };
    let (audio, video) = (id("Audio"), id("Video"));
    (environment, audio, video)
}

/// What lies in the home folder.
fn names(environment: &Environment, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(environment.home().join(folder)).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[test]
fn a_recording_is_a_file_named_after_its_call() {
    let (environment, audio, _) = company("");
    check!(environment, &format!("calls media {audio}"));
    let names = names(&environment, "");
    assert!(names.len() == 1 && names[0].starts_with(&audio), "{names:?}");
    let bytes = fs::read(environment.home().join(&names[0])).unwrap();
    assert_eq!((bytes.len(), &bytes[..4]), (80_044, b"RIFF".as_slice()));
    assert_eq!(environment.sandbox().leaked_credentials(), 0);
}

#[test]
fn the_picture_goes_before_the_sound() {
    let (environment, _, video) = company("");
    check!(environment, &format!("calls media {video} -o table"));
    check_audio(&environment, &video);
}

fn check_audio(environment: &Environment, id: &str) {
    let output = environment.run(&format!("calls media {id} --audio --to sound.wav --jq .media"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "audio\n");
    assert_eq!(fs::metadata(environment.home().join("sound.wav")).unwrap().len(), 80_044);
}

#[test]
fn several_recordings_go_into_a_folder_and_are_fetched_once() {
    let (environment, audio, video) = company("");
    let args = format!("calls media {audio} {video} --to recordings/");
    check!(environment, &args);
    assert_eq!(names(&environment, "recordings").len(), 2);
    let n_requests = environment.requests();
    let again = environment.run(&args);
    assert!(again.status.success(), "{again:?}");
    assert_eq!(environment.requests(), n_requests + 1, "only the addresses are asked for");
}

#[test]
fn a_file_that_is_there_is_not_replaced() {
    let (environment, audio, _) = company("");
    fs::write(environment.home().join("call.wav"), "mine").unwrap();
    check!(environment, &format!("calls media {audio} --to call.wav"));
    assert_eq!(fs::read(environment.home().join("call.wav")).unwrap(), b"mine");
    let forced = environment.run(&format!("calls media {audio} --to call.wav --force"));
    assert!(forced.status.success(), "{forced:?}");
    assert_eq!(fs::metadata(environment.home().join("call.wav")).unwrap().len(), 80_044);
}

#[test]
fn a_recording_goes_to_stdout_as_it_is() {
    let (environment, audio, _) = company("media: reset@30000");
    let output = environment.run(&format!("calls media {audio} --to -"));
    assert_eq!((output.stdout.len(), &output.stdout[..4]), (80_044, b"RIFF".as_slice()));
    environment.run(&format!("calls media {audio} --to call.wav"));
    assert!(fs::read(environment.home().join("call.wav")).unwrap() == output.stdout);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("80044 bytes with the SHA-256 "), "{said}");
}

#[test]
fn the_recording_of_an_unknown_call_is_not_found() {
    let (environment, ..) = company("");
    check!(environment, "calls media 402");
}

#[test]
fn a_call_without_a_recording_says_so() {
    check!(Environment::small(), "calls media 18446744073709551615");
}

#[test]
fn a_call_without_a_picture_says_so() {
    let (environment, audio, _) = company("");
    check!(environment, &format!("calls media {audio} --video"));
}

#[test]
fn some_of_several_are_missing() {
    let (environment, audio, video) = company("");
    check!(
        environment,
        &format!("calls media {audio} {video} 402 --video --to recordings/ -o csv")
    );
}

#[test]
fn the_scope_that_is_missing_is_named() {
    let environment =
        Environment::faulty("POST /v2/calls/extensive: scope:api:calls:read:media-url");
    check!(environment, "calls media 18446744073709551615");
}

#[test]
fn several_recordings_do_not_go_into_one_file() {
    let environment = Environment::small();
    check!(environment, "calls media 1 2 --to call.wav");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn several_recordings_do_not_go_to_stdout() {
    check!(Environment::small(), "calls media 1 2 --to -");
}

#[test]
fn a_dry_run_of_media_sends_nothing() {
    let environment = Environment::small();
    check!(environment, "calls media 1 2 --to recordings/ --dry-run");
    assert_eq!(environment.requests(), 0);
    assert!(!environment.home().join("recordings").exists());
}

#[test]
fn what_broke_off_is_gone_on_with_by_the_same_command() {
    let (environment, audio, _) = company("media: reset@30000, status:503 x6");
    let args = format!("calls media {audio} --to call.wav");
    let broken = environment.run(&args);
    assert_eq!(broken.status.code(), Some(6), "{broken:?}");
    let said = String::from_utf8(broken.stderr).unwrap();
    assert!(said.contains("goes on where it broke off"), "{said}");
    assert_eq!(names(&environment, ""), ["call.wav.part", "call.wav.part.json"]);
    let whole = environment.run(&args);
    assert!(whole.status.success(), "{whole:?}");
    assert_eq!(names(&environment, ""), ["call.wav"]);
    assert_eq!(environment.sandbox().log().last().unwrap().status, Some(206));
}

#[test]
fn an_address_that_expired_is_asked_for_again() {
    let (environment, audio, _) = company("media: reset@30000, status:403");
    let output = environment.run(&format!("calls media {audio} --to call.wav --jq .bytes"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "80044\n");
    assert_eq!(environment.sandbox().unused_faults(), [""; 0]);
}

#[test]
fn a_page_in_the_place_of_a_recording_is_no_recording() {
    let (environment, audio, _) = company("media: html200");
    check!(environment, &format!("calls media {audio}"));
}

#[test]
fn neither_key_nor_address_is_in_any_output_and_no_proxy_sees_them() {
    let (mut environment, audio, _) = company("media: reset@30000, status:403, status:404");
    for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        // Nobody listens there.
        environment.set(proxy, "http://127.0.0.1:1");
    }
    environment.set("GONG_LOG", "trace");
    for _ in 0..2 {
        let output = environment.run(&format!("calls media {audio} --to call.wav -vvv"));
        let all = [output.stdout, output.stderr].concat();
        let all = String::from_utf8_lossy(&all);
        assert!(all.contains("/v2/calls/extensive") && !all.contains("X-Amz"), "{all}");
        assert!(!all.contains("test-secret"), "{all}");
    }
    assert_eq!(environment.sandbox().unused_faults(), [""; 0]);
    assert_eq!(environment.sandbox().leaked_credentials(), 0);
    assert_eq!(names(&environment, ""), ["call.wav"]);
}

#[test]
fn addresses_that_are_dead_on_arrival_end() {
    let options = Options { media_life: Duration::from_secs(1), ..Options::default() };
    let faults = "media: status:403 x3".parse().unwrap();
    let environment = Environment::with(Options { faults, ..options });
    let id = environment.run("calls list --last 7d --limit 1 --jq .id").stdout;
    let id = String::from_utf8(id).unwrap();
    check!(environment, &format!("calls media {}", id.trim()));
}
