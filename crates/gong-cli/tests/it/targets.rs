//! `gong targets`: listed, and set from a file.

use crate::environment::{Environment, check, small};

const HEAD: &str = "Team member identifier,Is Team,Period,Value";

/// The workspace of the small company and its target that is no money.
fn target(environment: &Environment) -> (String, String) {
    let line = |args: &str| {
        let text = String::from_utf8(environment.run(args).stdout).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    let workspace = line("workspaces list --jq .id");
    let args = format!("targets list --workspace {workspace} --jq 'select(.unit==\"COUNT\").id'");
    let id = line(&args);
    (id, workspace)
}

#[test]
fn targets_are_listed() {
    let environment = Environment::small();
    let (_, workspace) = target(&environment);
    check!(environment, &format!("targets list --workspace {workspace} -o table"));
    check!(environment, &format!("targets list --workspace {workspace} -o csv"));
}

#[test]
fn targets_are_of_a_workspace() {
    check!(Environment::small(), "targets list");
    check!(Environment::small(), "targets list --workspace 7");
}

#[test]
fn a_target_is_set_after_a_question() {
    let environment = Environment::small();
    let (id, workspace) = target(&environment);
    environment.write("q.csv", &format!("{HEAD}\nada@lumen.example,false,Q2 FY2026,5\n"));
    let args = format!("targets upload {id} q.csv --workspace {workspace}");
    let before = environment.requests();
    check!(environment, &args);
    check!(environment, &format!("{args} --dry-run"));
    assert_eq!(environment.requests(), before);
    check!(environment, &format!("{args} --yes"));
}

#[test]
fn looking_for_mistakes_is_not_asked() {
    let environment = Environment::small();
    let (id, workspace) = target(&environment);
    environment.write("q.csv", &format!("{HEAD}\nada@lumen.example,false,Q2 FY2026,5\n"));
    environment.write("odd.csv", &format!("{HEAD}\nada@lumen.example,false,Q7,5\n"));
    check!(
        environment,
        &format!("targets upload {id} q.csv --workspace {workspace} --validate-only")
    );
    check!(
        environment,
        &format!("targets upload {id} odd.csv --workspace {workspace} --validate-only")
    );
}

#[test]
fn what_is_no_table_of_targets_is_not_sent() {
    let environment = Environment::small();
    let upload = |file: &str| format!("targets upload 7 {file} --workspace 71 --yes");
    environment.write("head.csv", "team member identifier,Is Team,Period,Value\na,no,FY2026,5\n");
    environment
        .write("rows.csv", &format!("{HEAD}\na,no,FY2026,5\na,no,FY2026,6\nb,no,,7\nc,no\n"));
    environment.write("empty.csv", "");
    check!(environment, &upload("head.csv"));
    check!(environment, &upload("rows.csv"));
    check!(environment, &upload("empty.csv"));
    check!(environment, &upload("nothing.csv"));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn an_unknown_target_is_not_found() {
    let environment = Environment::small();
    let (_, workspace) = target(&environment);
    environment.write("q.csv", &format!("{HEAD}\nada@lumen.example,false,Q2 FY2026,5\n"));
    check!(environment, &format!("targets upload 7 q.csv --workspace {workspace} --yes"));
}

#[test]
fn a_target_is_never_set_twice() {
    let script = "POST /v2/targets/*: lost";
    let options = gong_sandbox::Options { faults: script.parse().unwrap(), ..small() };
    let environment = Environment::with(options);
    environment.write("q.csv", &format!("{HEAD}\nada@lumen.example,false,Q2 FY2026,5\n"));
    let output = environment.run("targets upload 7 q.csv --workspace 71 --yes");
    assert!(!output.status.success() && environment.requests() == 1, "{output:?}");
}
