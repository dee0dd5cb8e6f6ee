//! `gong crm`: connecting a CRM, its schema, its objects, and what became of them.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use gong_sandbox::Options;
use serde_json::Value;

use crate::environment::{Environment, check, small};

/// A company that does later at once.
fn company() -> Environment {
    Environment::with(Options { work_time: Duration::ZERO, ..small() })
}

/// A company without a CRM.
fn without_crm() -> Environment {
    let environment = company();
    let output = environment.run("crm integrations delete --wait --yes");
    assert!(output.status.success(), "{output:?}");
    environment
}

const ACCOUNT: &str =
    r#"{"objectId":"a-1","name":"Acme","modifiedDate":"2026-06-15T09:00:00Z","tier":"Small"}"#;

#[test]
fn the_integration_is_listed() {
    check!(company(), "crm integrations list -o table");
}

#[test]
fn a_second_crm_is_refused() {
    check!(company(), "crm integrations register --name Other --owner ada@lumen.example --yes");
}

#[test]
fn a_crm_is_connected() {
    let environment = without_crm();
    let args = "crm integrations register --name 'Own CRM' --owner ada@lumen.example";
    check!(environment, &format!("{args} --dry-run"));
    check!(environment, args);
    check!(environment, &format!("{args} --yes"));
}

#[test]
fn without_a_crm_everything_says_how_to_connect_one() {
    let environment = without_crm();
    check!(environment, "crm integrations list");
    check!(environment, "crm schema list");
}

#[test]
fn a_crm_is_disconnected_and_waited_for() {
    let environment =
        Environment::with(Options { work_time: Duration::from_millis(50), ..small() });
    check!(environment, "crm integrations delete --request-id bye-1 --wait --yes -o table");
    check!(environment, "crm integrations list");
}

#[test]
fn a_crm_is_not_disconnected_unasked() {
    let environment = company();
    check!(environment, "crm integrations delete --integration 7 --request-id bye-1");
    check!(environment, "crm integrations delete --integration 7 --request-id bye-1 --dry-run");
    check!(environment, "crm integrations delete --request-id 'b y e'");
    assert_eq!(environment.requests(), 0);
    check!(environment, "crm integrations delete --dry-run");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_name_is_used_once() {
    let environment = company();
    environment.write("a.ldjson", ACCOUNT);
    let args = "crm objects upload a.ldjson --type account --request-id once --yes";
    assert!(environment.run(args).status.success());
    check!(environment, args);
}

#[test]
fn an_unknown_integration_is_said() {
    check!(company(), "crm schema list --integration 7");
}

#[test]
fn the_schema_is_listed() {
    check!(company(), "crm schema list -o table");
    check!(company(), "crm schema list --type deal --jq .DEAL[0].name");
    check!(company(), "crm schema list --type stage");
}

#[test]
fn the_schema_that_is_listed_can_be_changed_and_sent() {
    let environment = company();
    let listed = environment.run("crm schema list --type account --jq .ACCOUNT").stdout;
    let listed = String::from_utf8(listed).unwrap();
    let mut fields: Vec<Value> = serde_json::from_str(&listed).unwrap();
    fields[0]["isDeleted"] = true.into();
    fields[1]["type"] = "STRING".into();
    fields.push(serde_json::json!({ "uniqueName": "region", "label": "Region", "type": "STRING" }));
    environment.write("fields.json", &serde_json::to_string(&fields).unwrap());
    let args = "crm schema upload --type account --input fields.json";
    check!(environment, args);
    check!(environment, &format!("{args} --yes"));
    check!(environment, "crm schema list --type account -o table");
}

#[test]
fn a_schema_has_all_fields_that_there_are() {
    let environment = company();
    environment.write(
        "fields.json",
        "[{ \"uniqueName\": \"a\", \"label\": \"A\", \"type\": \"STRING\" }]",
    );
    let args = "crm schema upload --type account --input fields.json";
    check!(environment, &format!("{args} --yes"));
    check!(environment, &format!("{args} --integration 7 --dry-run"));
}

#[test]
fn what_is_wrong_with_a_schema_is_said_before_it_is_sent() {
    let environment = company();
    environment.write("fields.json", "[{ \"uniqueName\": \"a\", \"label\": \"A\" }]");
    environment.write(
        "odd.json",
        "[{ \"uniqueName\": \"a\", \"label\": \"A\", \"type\": \"URL\", \"colour\": 1 }]",
    );
    environment.write("object.json", "{}");
    check!(environment, "crm schema upload --type account --input fields.json --yes");
    check!(environment, "crm schema upload --type account --input odd.json --yes");
    check!(environment, "crm schema upload --type account --input object.json --yes");
    check!(environment, "crm schema upload --type account --yes");
    check!(environment, "crm schema upload --input fields.json --yes");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn objects_are_shown() {
    check!(company(), "crm objects get lead-1 lead-2 --type lead -o table");
    check!(company(), "crm objects get lead-1 --type lead --jq '.[].emailAddress'");
    check!(company(), "crm objects get lead-1 --type lead --integration 7 --dry-run");
}

#[test]
fn objects_that_gong_does_not_have_are_named() {
    check!(company(), "crm objects get lead-1 lead-9 lead-8 --type lead -o table");
    check!(company(), "crm objects get lead-9 --type lead");
}

#[test]
fn not_too_many_objects_are_asked_for() {
    let environment = company();
    let ids: Vec<_> = (0..101).map(|n| format!("lead-{n}")).collect();
    let output = environment.run_with("crm objects get - --type lead", &ids.join("\n"));
    assert_eq!((output.status.code(), environment.requests()), (Some(2), 0), "{output:?}");
}

#[test]
fn objects_are_uploaded_and_can_be_asked_for() {
    let environment = company();
    environment.write("a.ldjson", &format!("{ACCOUNT}\n{}\n", ACCOUNT.replace("a-1", "a-2")));
    check!(environment, "crm objects upload a.ldjson --type account --request-id load-1 --yes");
    check!(environment, "crm request load-1 -o table");
    check!(environment, "crm objects get a-1 a-2 --type account -o table");
}

#[test]
fn an_upload_is_waited_for() {
    let environment =
        Environment::with(Options { work_time: Duration::from_millis(50), ..small() });
    environment.write("a.ldjson", ACCOUNT);
    check!(
        environment,
        "crm objects upload a.ldjson --type account --request-id load-1 --wait --yes"
    );
}

#[test]
fn patience_with_an_upload_ends() {
    let environment = Environment::with(Options { work_time: Duration::from_hours(1), ..small() });
    environment.write("a.ldjson", ACCOUNT);
    let args = "crm objects upload a.ldjson --type account --request-id load-1 --yes";
    check!(environment, &format!("{args} --wait=1ms -o table"));
    check!(environment, "crm request load-1 -o table");
}

#[test]
fn waiting_can_be_stopped_and_taken_up_again() {
    let environment = Environment::with(Options { work_time: Duration::from_hours(1), ..small() });
    environment.write("a.ldjson", ACCOUNT);
    let child = environment
        .command("crm objects upload a.ldjson --type account --request-id load-1 --wait --yes")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The integration, the upload, and the first look.
    while environment.requests() < 3 {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(130), 0), "{told}");
    assert!(told.contains("to wait again: gong crm request load-1 --integration"), "{told}");
}

#[test]
fn lines_that_gong_refuses_are_told() {
    let environment = company();
    let good = ACCOUNT;
    let bad = ACCOUNT.replace("a-1", "a-2").replace("Small", "Tiny");
    environment.write("part.ldjson", &format!("{good}\n{bad}\n"));
    environment.write("bad.ldjson", &bad);
    let args = "--type account --wait --yes -o table";
    check!(environment, &format!("crm objects upload part.ldjson --request-id part {args}"));
    check!(environment, &format!("crm objects upload bad.ldjson --request-id bad {args}"));
    check!(environment, "crm request part");
}

#[test]
fn what_gong_would_refuse_is_not_sent() {
    let environment = company();
    let lines = [ACCOUNT, "", "{}", "[1]", ACCOUNT, "{\"objectId\":\"a b\"}"].join("\n");
    environment.write("bad.ldjson", &lines);
    check!(environment, "crm objects upload bad.ldjson --type account --yes");
    environment.write("array.json", &format!("[{ACCOUNT}]"));
    check!(environment, "crm objects upload array.json --type account --yes");
    environment.write("empty.ldjson", "");
    check!(environment, "crm objects upload empty.ldjson --type account --yes");
    check!(environment, "crm objects upload nothing.ldjson --type account --yes");
    check!(environment, "crm objects upload . --type account --yes");
    environment.write("a.ldjson", ACCOUNT);
    check!(environment, "crm objects upload a.ldjson --type company --yes");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_file_that_is_too_large_is_not_sent() {
    let environment = company();
    let path = environment.write("large.ldjson", "");
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_len(200_000_001).unwrap();
    check!(environment, "crm objects upload large.ldjson --type account --yes");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn lines_are_not_looked_at_if_nobody_wants_that() {
    let environment = company();
    environment.write("bad.ldjson", "{}");
    let args = "crm objects upload bad.ldjson --type account --request-id bad --no-check";
    check!(environment, &format!("{args} --wait --yes -o table"));
}

#[test]
fn an_upload_can_be_seen_without_sending_it() {
    let environment = company();
    environment.write("a.ldjson", ACCOUNT);
    let args =
        "crm objects upload a.ldjson --type business-user --integration 7 --request-id load-1";
    environment.write("a.ldjson", &ACCOUNT.replace("name", "emailAddress"));
    check!(environment, &format!("{args} --dry-run"));
    check!(environment, args);
    assert_eq!(environment.requests(), 0);
}

#[test]
fn an_upload_without_a_name_gets_one_of_its_own() {
    let environment = company();
    environment.write("a.ldjson", ACCOUNT);
    let output = environment.run("crm objects upload a.ldjson --type account --yes");
    let taken: Value = serde_json::from_slice(&output.stdout).unwrap();
    let id = taken["clientRequestId"].as_str().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        id.len() == 32 && told.contains(&format!("gong crm request {id} --integration ")),
        "{told}"
    );
    let again = environment.run("crm objects upload a.ldjson --type account --yes");
    assert!(!String::from_utf8_lossy(&again.stdout).contains(id), "finished, so another one");
}

#[test]
fn an_upload_of_which_nobody_knows_goes_on_under_its_name() {
    let script = "POST /v2/crm/entities: reset@0 x9";
    let environment = Environment::with(Options { faults: script.parse().unwrap(), ..small() });
    environment.write("a.ldjson", ACCOUNT);
    let args = "crm objects upload a.ldjson --type account --yes";
    let named = || {
        let told = String::from_utf8(environment.run(args).stderr).unwrap();
        let name = told.lines().find_map(|line| line.strip_prefix("the request is called "));
        name.unwrap_or_else(|| panic!("{told}")).to_owned()
    };
    let first = named();
    assert_eq!(first, named(), "Gong knows it by that");
    environment.write("a.ldjson", &ACCOUNT.replace("Small", "Large"));
    assert_ne!(first, named(), "another file of the same length is another request");
}

#[test]
fn an_upload_whose_answer_is_lost_is_done_once() {
    let script = "POST /v2/crm/entities: lost";
    let options = Options { faults: script.parse().unwrap(), work_time: Duration::ZERO, ..small() };
    let environment = Environment::with(options);
    environment.write("a.ldjson", ACCOUNT);
    let args = "crm objects upload a.ldjson --type account --request-id load-1 --wait --yes --jq .";
    let output = environment.run(args);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("done: 1 object"), "{output:?}");
}

#[test]
fn an_unknown_request_is_refused() {
    check!(company(), "crm request never");
    check!(company(), "crm request 'a b'");
}
