//! Writes and waits that end early: what the user is told of what Gong did, and how to go on.

use std::{
    fs::{self, File},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use gong_sandbox::Options;

use crate::environment::{Environment, small};

const CREATE: &str = "meetings create --start 2026-07-01T09:00 --minutes 30 --title Review \
                      --organizer ada@lumen.example --invite sam@customer.example --yes";

fn slow(faults: &str) -> Environment {
    let faults = faults.parse().unwrap();
    Environment::with(Options { faults, work_time: Duration::from_hours(1), ..small() })
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs a command and presses Ctrl-C when as many requests as this with this path were sent.
fn interrupted(environment: &Environment, args: &str, path: &str, count: usize) -> Output {
    let mut command = environment.command(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    let has_come = || {
        let log = environment.sandbox().log();
        log.iter().filter(|it| it.path.contains(path)).count() >= count
    };
    while !has_come() {
        assert!(since.elapsed() < Duration::from_mins(1), "{args}: it never came");
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    output
}

#[test]
fn any_request_that_writes_is_not_to_be_sent_again_unseen() {
    let environment = slow("POST /v2/meetings: stall:60s");
    let body = r#"{"startTime": "2026-07-01T09:00:00Z", "endTime": "2026-07-01T09:30:00Z",
        "title": "Review", "organizerEmail": "ada@lumen.example",
        "invitees": [{"email": "sam@customer.example"}]}"#;
    environment.write("meeting.json", body);
    let args = "api POST /v2/meetings --input meeting.json --yes";
    let said = stderr(&interrupted(&environment, args, "/v2/meetings", 1));
    assert!(said.contains("whether Gong did POST /v2/meetings is not known"), "{said}");
    assert_eq!(environment.sandbox().unused_faults(), [""; 0]);
}

#[test]
fn a_bulk_assignment_that_is_not_waited_for_keeps_its_id() {
    let assign = |environment: &Environment| {
        let flow = environment.run("flows list --owner ada@lumen.example --limit 1 --jq .id");
        let flow = String::from_utf8(flow.stdout).unwrap().trim().to_owned();
        format!(
            "flows prospects bulk assign lead-1 --flow {flow} --owner ada@lumen.example --yes -q \
             --wait --jq .id"
        )
    };
    let environment = slow("");
    let args = assign(&environment);
    let output = interrupted(&environment, &args, "/v2/flows/prospects/bulk-assignments/", 1);
    let id = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(id.trim().len() > 5, "{output:?}");
    let resume = format!("gong flows prospects bulk status {} --wait", id.trim());
    assert!(stderr(&output).contains(&resume), "{output:?}");

    let path = "GET /v2/flows/prospects/bulk-assignments/{id}";
    let environment = slow(&format!("{path}: reset@0 x9"));
    let output = environment.run(&assign(&environment));
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    assert!(output.stdout.len() > 5, "{output:?}");
}

#[test]
fn an_upload_to_the_crm_that_is_not_waited_for_says_how_to_go_on() {
    let environment = slow("");
    let account =
        r#"{"objectId":"a-1","name":"Acme","modifiedDate":"2026-06-15T09:00:00Z","tier":"Small"}"#;
    environment.write("a.ldjson", account);
    let args = "crm objects upload a.ldjson --type account --request-id load-1 --yes --wait";
    let output = interrupted(&environment, args, "/v2/crm/request-status", 1);
    assert!(stderr(&output).contains("gong crm request load-1 --integration "), "{output:?}");
}

#[test]
fn a_call_that_is_not_waited_for_says_how_to_look_at_it() {
    let options = Options { work_time: Duration::from_hours(1), ..Options::default() };
    let environment = Environment::with(options);
    let is_recorded = "select(.settings.webConferencesRecorded and \
                       (.settings.preventWebConferenceRecording|not))|.id";
    let users = environment.run(&format!("users list --jq '{is_recorded}'")).stdout;
    let host = String::from_utf8(users).unwrap().lines().next().unwrap().to_owned();
    let args = format!(
        "calls add --started 2026-06-15T10:00 --direction outbound --host {host} --title Renewal \
         --party 'Sam Buyer <sam@customer.example>' --media-url https://files.example/1.mp3 --wait"
    );
    let output = interrupted(&environment, &args, "/v2/calls/", 1);
    assert!(stderr(&output).contains("gong calls get "), "{output:?}");
}

#[test]
fn the_question_for_the_zone_of_the_company_can_be_stopped() {
    let environment = slow("POST /v2/stats/activity/aggregate: stall:60s");
    let since = Instant::now();
    let output = interrupted(&environment, "stats daily --last 7d", "/v2/stats/activity", 1);
    assert!(stderr(&output).contains("interrupted"), "{output:?}");
    assert!(since.elapsed() < Duration::from_secs(30));
}

#[test]
fn what_was_done_and_cannot_be_shown_is_not_to_be_sent_again() {
    let check = |output: &Output| {
        let said = stderr(output);
        assert_eq!(output.status.code(), Some(7), "{said}");
        assert!(said.contains("Gong did POST /v2/meetings; its answer could not be"), "{said}");
        assert!(said.contains("Gong answered: {") && said.contains("meetingId"), "{said}");
        assert!(said.contains("do not send it again"), "{said}");
    };
    for options in ["--fields idd", "--jq 'error(\"no\")'"] {
        let environment = Environment::small();
        check(&environment.run(&format!("{CREATE} {options}")));
        assert_eq!(environment.requests(), 1);
    }
    let full = File::options().write(true).open("/dev/full").unwrap();
    check(&Environment::small().command(CREATE).stdout(full).output().unwrap());
    // Of any request, too.
    let environment = Environment::small();
    let delete = "api DELETE /v2/crm/integrations?integrationId=1 --yes --fields x";
    assert_ne!(environment.run(delete).status.code(), Some(7), "nothing was done");
}

#[test]
fn a_reader_that_goes_away_after_a_write_is_success() {
    let environment = Environment::small();
    let mut command = environment.command(CREATE);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Presses Ctrl-C when a command has opened the archive, and gives back what came and how long it took.
fn interrupted_in_the_archive(environment: &Environment, args: &str) -> (String, Duration) {
    let mut command = environment.command(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    let open = format!("/proc/{}/fd", child.id());
    let has_opened = || {
        let files = fs::read_dir(&open).unwrap();
        files
            .flatten()
            .any(|it| fs::read_link(it.path()).is_ok_and(|it| it.ends_with("archive.db")))
    };
    while !has_opened() {
        assert!(since.elapsed() < Duration::from_mins(1), "{args}: it never came");
        std::thread::yield_now();
    }
    let pressed = Instant::now();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{args}: {output:?}");
    (stderr(&output), pressed.elapsed())
}

/// A statement that no machine finishes.
const ENDLESS: &str = "sql --timeout 10m 'with recursive n(i) as (select 1 union all select i + 1 \
                       from n) select count(*) from n, calls'";

#[test]
fn a_long_statement_ends_at_once_and_says_so() {
    let environment = Environment::small();
    assert!(environment.run("sync --since 2025-01-01 -q").status.success());
    let (said, took) = interrupted_in_the_archive(&environment, ENDLESS);
    assert!(said.contains("\"code\":\"interrupted\""), "{said}");
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn a_purge_that_has_to_be_ended_says_what_finishes_it() {
    let environment = Environment::small();
    assert!(environment.run("sync --since 2025-01-01 -q").status.success());
    // Whoever reads all the while keeps a purge from its end.
    let mut reader = environment.command(ENDLESS).stdout(Stdio::null()).spawn().unwrap();
    let archive = format!("/proc/{}/fd", reader.id());
    let reads = |name: &str| {
        let files = fs::read_dir(&archive).unwrap();
        files.flatten().any(|it| fs::read_link(it.path()).is_ok_and(|it| it.ends_with(name)))
    };
    while !reads("archive.db-shm") {
        std::thread::yield_now();
    }
    let purge = "archive purge --before 2026-06-13 --confirm 2026-06-13";
    let (said, _) = interrupted_in_the_archive(&environment, purge);
    assert!(said.contains("interrupted") && said.contains("`gong sync`"), "{said}");
    reader.kill().unwrap();
    reader.wait().unwrap();
    assert!(environment.run("sync -q").status.success());
    let left = environment.run("sql 'select count(*) as n from calls' --jq .n");
    assert_eq!(left.stdout, b"0\n", "{left:?}");
}
