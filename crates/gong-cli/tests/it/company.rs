//! The made-up company and real answers: what must hold for every command at once.

use std::collections::BTreeSet;

use crate::environment::{Environment, small};

const SECRET: &str = "canary-secret-7f3a";

/// Commands, with the operation of each at which something goes wrong; one of every kind.
const COMMANDS: &[(&str, &str)] = &[
    ("calls list", "calls-list"),
    ("calls search --participant a", "calls-extensive"),
    ("calls get 402 --basic", "calls-get"),
    ("calls transcript 402", "calls-transcript"),
    ("calls media 402", "calls-extensive"),
    ("calls upload 402 call.wav", "calls-media-upload"),
    (
        "calls add --key k --started 2026-06-15T10:00 --direction outbound --host 302 \
         --party sam@customer.example --media-url https://files.example/a.mp3",
        "calls-add",
    ),
    ("calls access grant 402 --user 302 --yes", "calls-users-access-add"),
    ("users list", "users-list"),
    ("users get 302", "users-get"),
    ("stats activity --last 7d", "stats-activity-aggregate"),
    ("workspaces list", "workspaces-list"),
    ("meetings list", "meetings-list"),
    ("meetings delete 7 --organizer ada@lumen.example --yes", "meetings-delete"),
    ("tasks update 7 --user 302 --status done", "tasks-update"),
    ("entities ask who --workspace 71 --type account --id a --last 7d --yes", "entities-ask"),
    ("flows prospects unassign --instance 7 --yes", "flows-prospects-unassign-by-instance-id"),
    ("crm integrations delete --integration 7 --yes", "crm-integrations-delete"),
    ("crm objects upload a.ldjson --type account --integration 7 --yes", "crm-entities-upload"),
    ("privacy erase-email a@b.example --confirm a@b.example", "data-privacy-erase-email"),
    (
        "permissions profiles create --workspace 71 --name A --allow library --yes",
        "permission-profile-create",
    ),
    ("integration-settings set --dialer https://a.example --yes", "integration-settings-set"),
    ("interactions add --skeleton", ""),
    (
        "engagement action --system a --at now --name a --actor sam@customer.example",
        "engagement-custom-action",
    ),
    ("api GET /v2/calls --include", "calls-list"),
    ("api POST /v2/meetings --field a=b --yes", "meetings-create"),
    ("calls list --dry-run", ""),
    ("auth status", ""),
    ("doctor", "users-list"),
    ("quota", ""),
];

const FAULTS: &[&str] = &[
    "ok",
    "status:400",
    "401",
    "scope:api:x:read",
    "status:403",
    "status:404",
    "status:429;ra=9999",
    "status:500",
    "reset@0",
    "reset@30",
    "truncate@50",
    "html200",
    "empty200",
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
    for (fault, (command, operation)) in
        FAULTS.iter().flat_map(|fault| COMMANDS.iter().map(move |it| (fault, it)))
    {
        let script = match *operation {
            "" => String::new(),
            operation => format!("{operation}: {fault}"),
        };
        let Ok(faults) = script.parse() else { panic!("{script}") };
        let mut environment = Environment::with(gong_sandbox::Options { faults, ..small() });
        environment.set("GONG_ACCESS_KEY", "canary-key");
        environment.set("GONG_ACCESS_KEY_SECRET", SECRET);
        environment.set("GONG_LOG", "trace");
        environment.write("call.wav", "RIFF\0\0\0\0WAVEfmt ");
        let object = r#"{"objectId":"a","name":"A","modifiedDate":"2026-06-15T09:00:00Z"}"#;
        environment.write("a.ldjson", object);
        // Without patience nothing is tried twice, so that each fault is met once.
        let output = environment.run(&format!("{command} --max-wait 0"));
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            for needle in &needles {
                assert!(!text.contains(needle), "{command} under {fault} shows {needle}");
            }
        }
        let unused = environment.sandbox().unused_faults();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(unused.is_empty(), "{command} does not meet {fault}: {told}");
    }
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
