//! `gong flows`: sequences of steps, and who is in them.

use std::time::Duration;

use gong_sandbox::Options;
use serde_json::Value;

use crate::environment::{Environment, check, small};

/// A company that does later at once, and a flow of it.
fn company() -> (Environment, String) {
    company_with(Duration::ZERO)
}

fn company_with(work_time: Duration) -> (Environment, String) {
    let environment = Environment::with(Options { work_time, ..small() });
    let output = environment.run("flows list --owner ada@lumen.example --limit 1 --jq .id");
    let flow = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    (environment, flow)
}

/// Without the seconds of now, which pass while a test runs.
fn steady(seen: &str) -> String {
    let mut parts = seen.split("2026-06-15T16:00:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "2026-06-15T16:00:SS" + &part[2..])
}

/// What `gong` prints with these arguments.
fn json(environment: &Environment, args: &str) -> Value {
    let output = environment.run(args);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[test]
fn flows_are_listed() {
    check!(Environment::small(), "flows list --owner ada@lumen.example -o table");
}

#[test]
fn flows_are_those_of_a_folder_and_a_workspace() {
    let (environment, _) = company();
    let flows = json(&environment, "flows list --owner ada@lumen.example --fields id,folderId");
    let folder = flows[0]["folderId"].as_str().unwrap();
    let args = format!("flows list --owner ada@lumen.example --folder {folder} --jq .name");
    check!(environment, &args);
}

#[test]
fn nobody_has_no_flows() {
    check!(Environment::small(), "flows list --owner nobody@lumen.example");
}

#[test]
fn flows_are_listed_for_somebody() {
    check!(Environment::small(), "flows list");
}

#[test]
fn without_engage_there_are_no_flows() {
    let environment = Environment::with(Options { without_engage: true, ..small() });
    check!(environment, "flows list --owner ada@lumen.example");
}

#[test]
fn folders_are_listed_and_the_text_null_is_nothing() {
    check!(Environment::small(), "flows folders --owner ada@lumen.example -o table");
}

#[test]
fn the_steps_of_a_flow_are_rows() {
    let (environment, flow) = company();
    check!(environment, &format!("flows steps {flow} -o table"));
}

#[test]
fn more_flows_than_gong_takes_at_once_are_one_list() {
    let (environment, flow) = company();
    let ids: Vec<_> = (0..20).map(|n| format!("7{n}")).collect();
    let output =
        environment.run_with("flows steps - --dry-run", &format!("{flow}\n{}", ids.join("\n")));
    assert_eq!(String::from_utf8_lossy(&output.stdout).matches("POST ").count(), 2, "{output:?}");
    let output = environment.run_with("flows steps -", &format!("[\"{flow}\", \"{flow}\"]"));
    let flows: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(flows.as_array().unwrap().len(), 1, "each once");
}

#[test]
fn one_unknown_flow_fails_all() {
    let (environment, flow) = company();
    check!(environment, &format!("flows steps {flow} 77"));
    check!(environment, "flows steps seven");
}

#[test]
fn prospects_are_put_into_a_flow_and_listed() {
    let (environment, flow) = company();
    let to = format!("--flow {flow} --owner ada@lumen.example");
    check!(environment, &format!("flows prospects assign lead-1 lead-2 {to} --yes -o table"));
    let list = "flows prospects list --prospect lead-1 --prospect lead-2 -o table";
    insta::assert_snapshot!(steady(&environment.seen(list)));
    // They are there already.
    check!(environment, &format!("flows prospects assign lead-1 {to} --yes -o table"));
}

#[test]
fn some_prospects_may_be_refused() {
    let (environment, flow) = company();
    let to = format!("--flow {flow} --owner ada@lumen.example");
    let args =
        format!("flows prospects assign lead-1 nobody {to} --yes --jq .prospectsNotAssigned");
    check!(environment, &args);
    check!(environment, &format!("flows prospects assign nobody {to} --yes -o table"));
}

#[test]
fn outreach_is_asked_first() {
    let (environment, flow) = company();
    let before = environment.requests();
    let to = format!("--flow {flow} --owner ada@lumen.example");
    check!(environment, &format!("flows prospects assign lead-1 {to}"));
    check!(environment, &format!("flows prospects bulk assign lead-1 {to}"));
    check!(environment, "flows prospects unassign --prospect lead-1");
    assert_eq!(environment.requests(), before);
}

#[test]
fn an_assignment_can_be_seen_without_sending_it() {
    let (environment, flow) = company();
    let to = format!("--flow {flow} --owner ada@lumen.example --dry-run");
    check!(environment, &format!("flows prospects assign lead-1 {to} --override-cool-off"));
    check!(
        environment,
        &format!("flows prospects override-cool-off lead-1 {to} --description Fair")
    );
}

#[test]
fn the_old_way_around_the_cool_off_works() {
    let (environment, flow) = company();
    let to = format!("--flow {flow} --owner ada@lumen.example");
    check!(environment, &format!("flows prospects override-cool-off lead-1 {to} --yes --jq keys"));
}

#[test]
fn an_assignment_names_somebody_and_not_too_many() {
    let (environment, flow) = company();
    let before = environment.requests();
    let to = format!("--flow {flow} --owner ada@lumen.example --yes");
    environment.write("nobody.json", "{ \"crmProspectsIds\": [] }");
    check!(environment, &format!("flows prospects assign {to}"));
    check!(environment, &format!("flows prospects assign --input nobody.json {to}"));
    let many: Vec<_> = (0..101).map(|n| format!("p-{n}")).collect();
    let args = format!("flows prospects assign - {to}");
    let output = environment.run_with(&args, &many.join("\n"));
    insta::assert_snapshot!(environment.shown(&args, &output));
    let args = format!("flows prospects bulk assign - {to}");
    let output = environment.run_with(&args, &many.join("\n"));
    insta::assert_snapshot!(environment.shown(&args, &output));
    assert_eq!(environment.requests(), before);
}

#[test]
fn an_assignment_whose_answer_is_lost_is_not_sent_again() {
    let script = "POST /v2/flows/prospects/assign: lost";
    let environment = Environment::with(Options { faults: script.parse().unwrap(), ..small() });
    let args = "flows prospects assign lead-1 --flow 7 --owner ada@lumen.example --yes";
    let output = environment.run(args);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("nobody knows whether Gong did"), "{told}");
    assert!(!output.status.success() && environment.requests() == 1, "{told}");
}

#[test]
fn an_unknown_flow_takes_nobody() {
    let (environment, _) = company();
    let args = "flows prospects assign lead-1 --flow 77 --owner ada@lumen.example --yes";
    check!(environment, args);
}

#[test]
fn ways_through_flows_are_ended() {
    let (environment, flow) = company();
    let to = format!("--flow {flow} --owner ada@lumen.example");
    environment.run(&format!("flows prospects assign lead-1 lead-2 {to} --yes"));
    let list = "flows prospects list --prospect lead-1 --jq .flowInstanceId";
    let instance = String::from_utf8(environment.run(list).stdout).unwrap().trim().to_owned();
    let end = format!("flows prospects unassign --instance {instance} --yes");
    check!(environment, &format!("{end} -o table"));
    // It is over already.
    check!(environment, &end);
    check!(
        environment,
        &format!("flows prospects list --instance {instance} --jq .flowInstanceStatus")
    );
    check!(environment, "flows prospects unassign --prospect lead-2 --yes -o table");
    check!(environment, "flows prospects unassign --prospect lead-2 --yes");
}

#[test]
fn ways_that_a_lost_try_ended_are_ended() {
    let script = "flows-prospects-unassign-by-instance-id: lost\n\
                  flows-prospects-unassign-by-crm-id: lost";
    let environment = Environment::with(Options {
        faults: script.parse().unwrap(),
        work_time: Duration::ZERO,
        ..small()
    });
    let flow = environment.run("flows list --owner ada@lumen.example --limit 1 --jq .id");
    let flow = String::from_utf8(flow.stdout).unwrap();
    let to = format!("--flow {} --owner ada@lumen.example", flow.trim());
    environment.run(&format!("flows prospects assign lead-1 lead-2 {to} --yes"));
    let list = "flows prospects list --prospect lead-1 --jq .flowInstanceId";
    let instance = String::from_utf8(environment.run(list).stdout).unwrap();
    for what in [format!("--instance {}", instance.trim()), "--prospect lead-2".to_owned()] {
        let output = environment.run(&format!("flows prospects unassign {what} --yes"));
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{told}");
        assert!(told.contains("over already: 1 way through a flow"), "{told}");
    }
    assert_eq!(environment.sandbox().unused_faults(), [""; 0]);
}

#[test]
fn what_to_end_must_be_said() {
    let environment = Environment::small();
    check!(environment, "flows prospects unassign --yes");
    check!(environment, "flows prospects unassign --prospect a --instance 7 --yes");
    check!(environment, "flows prospects unassign --instance 7 --flow 8 --yes");
    check!(environment, "flows prospects list");
    let many = (0..201).map(|n| format!("--instance {n}")).collect::<Vec<_>>().join(" ");
    let output = environment.run(&format!("flows prospects unassign {many} --yes"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("these are 201"), "{output:?}");
    assert_eq!((output.status.code(), environment.requests()), (Some(2), 0));
}

#[test]
fn one_unknown_instance_fails_all() {
    check!(company().0, "flows prospects unassign --instance 7 --yes");
}

#[test]
fn a_bulk_assignment_is_waited_for() {
    let (environment, flow) = company_with(Duration::from_millis(50));
    environment.write(
        "prospects.json",
        "{ \"prospects\": [ { \"crmId\": \"lead-1\" }, { \"crmId\": \"nobody\" }, \
         { \"firstName\": \"Ann\", \"lastName\": \"New\", \"email\": \"ann@new.example\" } ] }",
    );
    let args =
        format!("--input prospects.json --flow {flow} --owner ada@lumen.example --wait --yes");
    check!(environment, &format!("flows prospects bulk assign {args} -o table"));
}

#[test]
fn a_bulk_assignment_can_be_looked_at_later() {
    let (environment, flow) = company();
    let args = format!("lead-1 --flow {flow} --owner ada@lumen.example --yes");
    let taken = json(&environment, &format!("flows prospects bulk assign {args}"));
    let id = taken["id"].as_str().unwrap();
    let status = environment.run(&format!("flows prospects bulk status {id}"));
    assert!(status.status.success(), "{status:?}");
    let now: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(now["status"], "COMPLETED");
}

#[test]
fn a_bulk_assignment_of_nobody_fails() {
    let (environment, flow) = company();
    let args = format!("nobody --flow {flow} --owner ada@lumen.example --wait --yes");
    check!(environment, &format!("flows prospects bulk assign {args} -o table"));
}

#[test]
fn patience_with_a_bulk_assignment_ends() {
    let (environment, flow) = company_with(Duration::from_hours(1));
    let args = format!("lead-1 --flow {flow} --owner ada@lumen.example --wait=1ms --yes");
    check!(environment, &format!("flows prospects bulk assign {args} -o table"));
}

#[test]
fn a_prospect_of_a_bulk_has_an_id_or_a_name() {
    let (environment, flow) = company();
    environment
        .write("p.json", "{ \"prospects\": [ { \"crmId\": \"a\" }, { \"firstName\": \"Ann\" } ] }");
    let args = format!("--input p.json --flow {flow} --owner ada@lumen.example --yes");
    check!(environment, &format!("flows prospects bulk assign {args}"));
}

#[test]
fn an_unknown_bulk_assignment_is_not_found() {
    check!(Environment::small(), "flows prospects bulk status 0f5c2a91");
    check!(Environment::small(), "flows prospects bulk status 0f5c2a91 --wait=soon");
}
