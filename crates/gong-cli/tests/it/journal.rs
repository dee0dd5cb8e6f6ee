//! The journal: what becomes of requests whose answers were lost, or whose process was killed.

use std::process::{Output, Stdio};

use gong_sandbox::Options;

use crate::environment::{Environment, small};

const CREATE: &str = "meetings create --start 2026-07-01T09:00 --minutes 30 --title Review \
                      --organizer ada@lumen.example --invite sam@customer.example --yes";

fn with(faults: &str) -> Environment {
    Environment::with(Options { faults: faults.parse().unwrap(), ..small() })
}

/// Compares what is seen of a run, but for moments and Gong's names for answers.
fn check(name: &str, environment: &Environment, args: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("sent at [-:TZ0-9]+", "sent at WHEN");
    settings.add_filter(r#""request_id":"[a-z0-9]+""#, r#""request_id":"ID""#);
    settings.bind(|| insta::assert_snapshot!(name, environment.seen(args)));
}

/// Runs a command and kills it when its request has arrived, without a chance to tidy up.
fn killed(environment: &Environment, args: &str) -> Output {
    let before = environment.requests();
    let mut command = environment.command(args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while environment.requests() == before {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn what_a_killed_process_sent_is_not_sent_again_unasked() {
    let environment = with("POST /v2/meetings: stall:60s");
    let output = killed(&environment, CREATE);
    assert_eq!(output.status.code(), None);

    let before = environment.requests();
    check("refused_after_a_kill", &environment, CREATE);
    assert_eq!(environment.requests(), before);

    check("any_command_warns", &environment, "workspaces list --jq .id");
    let listed = "doctor --offline --jq 'select(.what == \"answers\")'";
    check("the_doctor_lists_it", &environment, listed);

    let again = environment.run(&format!("{CREATE} --resend"));
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    // What was done at last is no longer unknown.
    let after = String::from_utf8(environment.run("workspaces list").stderr).unwrap();
    assert!(!after.contains("unknown"), "{after}");
}

#[test]
fn an_answer_that_tells_nothing_is_an_outcome_that_nobody_knows() {
    let environment = with("POST /v2/meetings: status:500");
    check("an_answer_tells_nothing", &environment, CREATE);
    assert_eq!(environment.requests(), 1);
    check("forgotten", &environment, "doctor --forget");
    assert_eq!(environment.requests(), 1);
    let again = environment.run(CREATE);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    assert!(!String::from_utf8_lossy(&again.stderr).contains("unknown"));
}

#[test]
fn forgetting_in_a_dry_run_forgets_nothing() {
    let environment = with("POST /v2/meetings: lost");
    environment.run(CREATE);
    for _ in 0..2 {
        let listed = environment.run("doctor --forget --dry-run --jq .what").stdout;
        assert_eq!(String::from_utf8(listed).unwrap(), "answers\n");
    }
}

#[test]
fn another_login_knows_nothing_of_it() {
    let mut environment = with("POST /v2/meetings: lost");
    environment.run(CREATE);
    environment.set("GONG_ACCESS_KEY", "another-key");
    let output = environment.run("workspaces list");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn an_event_that_was_lost_keeps_the_id_that_was_made_up_for_it() {
    let environment = with("PUT /v2/customer-engagement/action: lost, lost, lost");
    let id_after = |said: &str, before: &str| -> String {
        let (_, rest) = said.split_once(before).unwrap_or_else(|| panic!("{said}"));
        rest.split([',', '\n']).next().unwrap().to_owned()
    };
    let told = |args: &str| String::from_utf8(environment.run(args).stderr).unwrap();
    let args = "engagement action --system Viewer --at now --name Signed";
    let lost = id_after(&told(args), "--event-id ");
    assert_eq!(id_after(&told(args), "knows of the event "), lost);
    // Once its outcome is known, the next one is another event.
    assert_ne!(id_after(&told(args), "knows of the event "), lost);
}

#[test]
fn a_damaged_journal_stops_writes_and_nothing_else() {
    let environment = with("POST /v2/meetings: lost");
    environment.run(CREATE);
    let folder = environment.home().join(".local/state/gong");
    let mut files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let is_journal = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with("journal-") && !name.ends_with("lock")
    };
    let journal = files.find(is_journal).unwrap();
    std::fs::write(&journal, "gong-journal").unwrap();
    let output = environment.run(CREATE);
    assert_eq!(output.status.code(), Some(8), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(environment.requests(), 1);
    assert!(environment.run("workspaces list").status.success());
    let output = environment.run(&format!("{CREATE} --resend"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
