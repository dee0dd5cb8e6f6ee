//! `gong meetings`: planned, changed, and called off.

use gong_sandbox::Options;
use serde_json::Value;

use crate::environment::{Environment, check, small};

const PLAN: &str = "--start 2026-07-01T09:00 --minutes 30 --organizer ada@lumen.example \
                    --invite sam@customer.example";

/// A meeting that was created.
fn created(environment: &Environment) -> String {
    let output = environment.run(&format!("meetings create {PLAN} --yes"));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    made["meetingId"].as_str().unwrap().to_owned()
}

#[test]
fn a_meeting_is_created() {
    let environment = Environment::small();
    check!(environment, &format!("meetings create {PLAN} --title Review --yes -o table"));
    check!(environment, "meetings list --from 2026-07-01 --to 2026-07-01 --jq .title");
}

#[test]
fn a_meeting_can_be_seen_without_sending_it() {
    let mut environment = Environment::small();
    environment.set("GONG_TZ", "America/New_York");
    check!(environment, &format!("meetings create {PLAN} --title Review --dry-run"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn people_are_not_invited_unasked() {
    let environment = Environment::small();
    check!(environment, &format!("meetings create {PLAN}"));
    check!(environment, "meetings delete 7 --organizer ada@lumen.example");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_meeting_of_a_file_is_mended_by_options() {
    let environment = Environment::small();
    let skeleton = environment.run("meetings create --skeleton").stdout;
    environment.write("meeting.json", &String::from_utf8(skeleton).unwrap());
    let args = "meetings create --input meeting.json --title Other --invite bo@c.example --dry-run";
    check!(environment, args);
}

#[test]
fn what_is_wrong_with_a_meeting_is_said_before_it_is_sent() {
    let environment = Environment::small();
    check!(environment, "meetings create --title Review --yes");
    check!(environment, "meetings create --minutes 30 --yes");
    check!(environment, "meetings create --start whenever --yes");
    let past = environment.run("meetings create --start 1h --minutes 30 --yes");
    let said = String::from_utf8(past.stderr).unwrap();
    assert!(said.contains("--start 1h means 2026-06-15T15:00, which is over"), "{said}");
    let backwards = "--start 2026-07-01T09:00 --end 2026-07-01T08:00";
    let rest = "--organizer ada@lumen.example --invite b@c.example --yes";
    check!(environment, &format!("meetings create {backwards} {rest}"));
    environment.write("bad.json", "{ \"titel\": \"Review\" }");
    check!(environment, &format!("meetings create --input bad.json {PLAN} --yes"));
    environment.write("broken.json", "{ \"title\": ");
    check!(environment, "meetings create --input broken.json --yes");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_meeting_is_changed() {
    let environment = Environment::small();
    let id = created(&environment);
    let later = PLAN.replace("09:00", "10:00");
    check!(environment, &format!("meetings update {id} {later} --yes"));
    check!(environment, "meetings list --from 2026-07-01 --to 2026-07-01 --jq .startTime");
}

#[test]
fn a_meeting_is_deleted() {
    let environment = Environment::small();
    let id = created(&environment);
    check!(environment, &format!("meetings delete {id} --organizer ada@lumen.example --yes"));
    check!(environment, "meetings list --from 2026-07-01 --to 2026-07-01");
    check!(environment, &format!("meetings delete {id} --organizer ada@lumen.example --yes"));
}

#[test]
fn an_unknown_meeting_is_not_found() {
    check!(Environment::small(), &format!("meetings update 7 {PLAN} --yes"));
}

#[test]
fn without_the_meetings_api_gong_refuses() {
    let environment = Environment::with(Options { without_meetings: true, ..small() });
    check!(environment, &format!("meetings create {PLAN} --yes"));
}

#[test]
fn a_deletion_whose_answer_is_lost_is_done() {
    let script = "DELETE /v2/meetings/*: lost";
    let environment = Environment::with(Options { faults: script.parse().unwrap(), ..small() });
    let id = created(&environment);
    check!(environment, &format!("meetings delete {id} --organizer ada@lumen.example --yes"));
}

#[test]
fn users_can_or_cannot_create_meetings() {
    let environment = Environment::small();
    check!(environment, "meetings status ada@lumen.example nobody@lumen.example -o table");
    let many = (0..101).map(|n| format!("u{n}@lumen.example")).collect::<Vec<_>>().join(" ");
    let output = environment.run(&format!("meetings status {many}"));
    assert_eq!((output.status.code(), environment.requests()), (Some(2), 1), "{output:?}");
}
