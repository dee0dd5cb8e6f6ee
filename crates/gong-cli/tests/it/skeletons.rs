//! Skeletons: what `--skeleton` prints can be edited and sent.

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

use crate::environment::Environment;

/// The commands that take a body.
fn commands() -> Vec<String> {
    let reference = Environment::empty().run("reference cli").stdout;
    let reference = String::from_utf8(reference).unwrap();
    let pages = reference.split("\n##").filter(|page| page.contains("\n      --skeleton\n"));
    let names = pages.map(|page| page.lines().next().unwrap().trim_start_matches('#').trim());
    names.map(|name| name.strip_prefix("gong ").unwrap().to_owned()).collect()
}

/// The arguments that a body does not hold, as far as the command asks for them.
fn others(environment: &Environment, command: &str, skeleton: &str) -> String {
    let args = format!("{command} --input - --dry-run");
    let output = environment.run_with(&args, skeleton);
    let text = String::from_utf8(output.stderr).unwrap();
    let Some((_, rest)) = text.split_once("were not provided: ") else { return String::new() };
    let (missing, _) = rest.split_once('"').unwrap();
    let words = missing.split(' ').map(|word| match word {
        "<TYPE>" => "account",
        option if option.starts_with("--") => option,
        _ => "1",
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_skeleton_can_be_sent() {
    let commands = commands();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let environment = Environment::small();
        let printed = environment.run(&format!("{command} --skeleton"));
        let skeleton = String::from_utf8(printed.stdout).unwrap();
        assert!(printed.status.success() && environment.requests() == 0, "{command}: {skeleton}");
        let body: Value = parse_to_serde_value(&skeleton, &ParseOptions::default()).unwrap();
        let others = others(&environment, &command, &skeleton);
        let args = format!("{command} {others} --input - --dry-run");
        let output = environment.run_with(&args, &skeleton);
        let shown = environment.shown(&args, &output);
        assert_eq!((output.status.code(), environment.requests()), (Some(0), 0), "{shown}");
        let Value::Object(members) = body else { continue };
        for name in members.keys() {
            assert!(shown.contains(&format!("\"{name}\"")), "{name} is not in {shown}");
        }
    }
}
