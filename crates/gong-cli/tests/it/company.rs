//! The made-up company and real answers: what must hold for every command at once.

use std::collections::BTreeSet;

use crate::environment::{Environment, small};

const SECRET: &str = "canary-secret-7f3a";

/// Commands that send something, with everything logged.
const COMMANDS: &[&str] = &[
    "calls list",
    "calls search --participant a",
    "calls get 402",
    "calls get 402 --basic",
    "calls transcript 402",
    "users list",
    "users get 302",
    "users search a",
    "stats activity --last 7d",
    "workspaces list",
    "meetings list",
    "api GET /v2/calls",
    "api GET /v2/calls --include",
    "calls list --dry-run",
    "auth status",
    "doctor",
    "quota",
];

const FAULTS: &[&str] = &[
    "ok",
    "status:400",
    "401",
    "scope:api:x:read",
    "status:403",
    "status:404",
    "status:429;ra=9999",
    "status:500 x4",
    "reset@0 x4",
    "reset@30 x4",
    "truncate@50 x4",
    "html200 x2",
    "empty200 x2",
    "redirect:https://us-1.api.gong.io/",
    "depth:300",
    "badutf8",
    "surrogate",
];

#[test]
fn no_secret_is_in_any_output() {
    let needles = [
        SECRET.to_owned(),
        "canary-key".to_owned(),
        "Y2FuYXJ5LXNlY3JldC03ZjNh".to_owned(),
        // `canary-key:canary-secret-7f3a`, and the same at the other two alignments.
        "Y2FuYXJ5LWtleTpjYW5hcnktc2VjcmV0".to_owned(),
        SECRET.chars().rev().collect(),
    ];
    let mut runs = 0;
    for fault in FAULTS {
        let script = format!("*: {fault}");
        let Ok(faults) = script.parse() else { panic!("{script}") };
        let options = gong_sandbox::Options { faults, ..small() };
        let mut environment = Environment::with(options);
        environment.set("GONG_ACCESS_KEY", "canary-key");
        environment.set("GONG_ACCESS_KEY_SECRET", SECRET);
        environment.set("GONG_LOG", "trace");
        for command in COMMANDS {
            let output = environment.run(command);
            for bytes in [&output.stdout, &output.stderr] {
                let text = String::from_utf8_lossy(bytes);
                for needle in &needles {
                    assert!(!text.contains(needle), "{command} under {fault} shows {needle}");
                }
            }
            runs += 1;
        }
    }
    assert_eq!(runs, COMMANDS.len() * FAULTS.len());
}

#[test]
fn the_search_for_secrets_finds_one_where_there_is_one() {
    let mut environment = Environment::small();
    environment.set("GONG_ACCESS_KEY", "canary-key");
    environment.set("GONG_ACCESS_KEY_SECRET", SECRET);
    let output = environment.run("auth token");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Y2FuYXJ5LWtleTpjYW5hcnktc2VjcmV0"), "{text}");
}

#[test]
fn text_for_people_has_no_escape_sequences() {
    let mut environment = Environment::empty();
    environment.set("GONG_SANDBOX", "1");
    let ids = environment.run("calls list --last 7d --jq .id").stdout;
    let ids = String::from_utf8(ids).unwrap();
    for args in [
        "calls list --last 14d -o table",
        "calls search --last 7d -o table",
        "users list -o table",
        "calls get - -o table",
        "calls transcript - -o text",
        "calls transcript - -o md",
        "calls transcript - -o srt",
    ] {
        let output = environment.run_with(args, &ids);
        let text = String::from_utf8(output.stdout).unwrap();
        let odd: BTreeSet<char> = text
            .chars()
            .filter(|it| it.is_control() && *it != '\n' && *it != '\t')
            .chain(text.chars().filter(|it| matches!(it, '\u{202a}'..='\u{202e}')))
            .collect();
        assert!(odd.is_empty() && text.lines().count() > 30, "{args}: {odd:?}");
    }
}

#[test]
fn real_answers_are_read_whole() {
    // Real answers are not part of the project: GONG_SAMPLES names a folder of them, if there is one.
    let Some(folder) = std::env::var_os("GONG_SAMPLES") else { return };
    let options = gong_sandbox::Options { import: Some(folder.into()), ..Default::default() };
    let environment = Environment::with(gong_sandbox::Options {
        now: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        ..options
    });
    let listed = String::from_utf8(environment.run("calls list --jq .id").stdout).unwrap();
    assert_eq!(listed.lines().count(), 13);
    let got = environment.run_with("calls get - --jq .metaData.id", &listed);
    assert_eq!(String::from_utf8(got.stdout).unwrap(), listed);
}
