//! Rules about who may know what: the edges between the crates, and what each may not touch.

use super::Finding;
use crate::workspace::Source;

/// Which of our crates each crate may depend on. Those that are not listed may depend on none.
const EDGES: [(&str, &[&str]); 5] = [
    ("gong-client", &["gong-types", "gong-auth"]),
    ("gong-transcript", &["gong-types", "gong-client"]),
    ("gong-archive", &["gong-types", "gong-client", "gong-transcript"]),
    (
        "gong-cli",
        &[
            "gong-types",
            "gong-auth",
            "gong-client",
            "gong-transcript",
            "gong-archive",
            "gong-sandbox",
        ],
    ),
    ("xtask", &[]),
];

/// What tests may use besides: the fake server, and credentials to talk to it.
const TEST_EDGES: [&str; 2] = ["gong-sandbox", "gong-auth"];

/// The crate that is a second opinion and therefore knows none of ours, not even in its tests.
const SANDBOX: &str = "gong-sandbox";

/// The only crate that knows clap, terminals, and the environment.
const CLI: &str = "gong-cli";

/// Crates that only a program at a terminal needs.
const TERMINAL_CRATES: [&str; 6] =
    ["clap", "anstream", "comfy-table", "dialoguer", "indicatif", "terminal_size"];

/// What tells a library where it runs. Splitting and joining paths is no reading.
const ENVIRONMENT: [&str; 6] = [
    "env::var",
    "env::args",
    "env::current_dir",
    "env::current_exe",
    "env::home_dir",
    "env::temp_dir",
];

/// What loses members of a message, or breaks the raw text of records.
const SERDE_TRAPS: [&str; 3] = ["skip_serializing_if", "flatten", "untagged"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if source.path.ends_with("/Cargo.toml") {
        edges(source, &mut findings);
    }
    if source.is_rust() && source.is_in_src() {
        match source.member() {
            Some("gong-types") => traps(source, &mut findings),
            Some("gong-client") => endpoints(source, &mut findings),
            _ => {}
        }
        if source.member().is_some_and(|member| ![CLI, "xtask"].contains(&member)) {
            environment(source, &mut findings);
        }
    }
    findings
}

fn edges(source: &Source, findings: &mut Vec<Finding>) {
    let Some(member) = source.member() else { return };
    let allowed = EDGES.iter().find(|(name, _)| *name == member).map_or(&[][..], |(_, to)| to);
    let mut section = "";
    for (number, line) in source.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            continue;
        }
        let name: &str = line
            .split(|letter: char| !letter.is_alphanumeric() && letter != '-' && letter != '_')
            .next()
            .unwrap_or_default();
        if name.is_empty() || !section.ends_with("dependencies") {
            continue;
        }
        let is_test = section.ends_with("dev-dependencies");
        let may_test = is_test && member != SANDBOX && TEST_EDGES.contains(&name);
        let mut find = |message: String| findings.push(Finding::new(&source.path, number, message));
        if name.starts_with("gong-") && !allowed.contains(&name) && !may_test {
            find(format!("{member} may not depend on {name}"));
        }
        let is_library = ![CLI, "xtask"].contains(&member);
        if is_library && !is_test && TERMINAL_CRATES.contains(&name) {
            find(format!("{name} is for {CLI} only"));
        }
    }
}

fn environment(source: &Source, findings: &mut Vec<Finding>) {
    for (number, line) in source.code() {
        let is_read = ENVIRONMENT.iter().any(|word| line.contains(word));
        if is_read && !is_comment(line) {
            let message = format!("only {CLI} reads the environment; take it as a parameter");
            findings.push(Finding::new(&source.path, number, message));
        }
    }
}

fn traps(source: &Source, findings: &mut Vec<Finding>) {
    let mut is_inside = false;
    for (number, line) in source.code() {
        let line = line.trim();
        is_inside |= line.starts_with("#[serde(");
        if is_inside {
            for trap in SERDE_TRAPS.iter().filter(|trap| line.contains(*trap)) {
                let message = format!("serde's `{trap}` loses what Gong sent");
                findings.push(Finding::new(&source.path, number, message));
            }
        }
        is_inside &= !line.ends_with(")]");
    }
}

fn endpoints(source: &Source, findings: &mut Vec<Finding>) {
    for (number, line) in source.code() {
        if line.contains("\"/v2/") && !is_comment(line) {
            let message = "the client names no endpoint; that is the business of gong-types";
            findings.push(Finding::new(&source.path, number, message));
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::said;

    fn depends(member: &str, section: &str, name: &str) -> usize {
        let text = format!("[package]\nname = \"x\"\n\n[{section}]\n{name}.workspace = true\n");
        said(check, &format!("crates/{member}/Cargo.toml"), &text).len()
    }

    #[test]
    fn edges_that_are_not_listed_are_found() {
        assert_eq!(depends("gong-client", "dependencies", "gong-types"), 0);
        assert_eq!(depends("gong-types", "dependencies", "gong-client"), 1);
        assert_eq!(depends("gong-client", "dependencies", "gong-sandbox"), 1);
        assert_eq!(depends("gong-new", "dependencies", "gong-types"), 1);
        assert_eq!(depends("gong-types", "target.'cfg(unix)'.dependencies", "gong-auth"), 1);
    }

    #[test]
    fn tests_may_use_the_sandbox_but_the_sandbox_nothing_of_ours() {
        assert_eq!(depends("gong-client", "dev-dependencies", "gong-sandbox"), 0);
        assert_eq!(depends("gong-types", "dev-dependencies", "gong-client"), 1);
        assert_eq!(depends("gong-sandbox", "dev-dependencies", "gong-types"), 1);
        assert_eq!(depends("gong-sandbox", "dev-dependencies", "gong-auth"), 1);
    }

    #[test]
    fn a_chore_depends_on_no_crate_of_ours() {
        let text = "[dependencies]\ngong-types.workspace = true\n";
        assert_eq!(
            said(check, "xtask/Cargo.toml", text),
            ["2: xtask may not depend on gong-types"]
        );
    }

    #[test]
    fn a_library_knows_no_terminal() {
        assert_eq!(depends("gong-client", "dependencies", "clap"), 1);
        assert_eq!(depends("gong-cli", "dependencies", "clap"), 0);
    }

    #[test]
    fn a_library_does_not_read_the_environment() {
        let text = "//! x\nlet home = std::env::var_os(\"HOME\");\n";
        assert_eq!(said(check, "crates/gong-auth/src/store.rs", text).len(), 1);
        assert_eq!(said(check, "crates/gong-cli/src/env.rs", text).len(), 0);
        assert_eq!(said(check, "crates/gong-auth/tests/it/store.rs", text).len(), 0);
    }

    #[test]
    fn models_do_not_use_what_loses_members() {
        let types = |text| said(check, "crates/gong-types/src/calls.rs", text);
        assert_eq!(types("#[serde(flatten)]\nrest: Rest,\n").len(), 1);
        assert_eq!(types("#[serde(\n    rename = \"x\",\n    untagged\n)]\n").len(), 1);
        assert_eq!(types("#[serde(default)]\nlet names = names.flatten();\n").len(), 0);
    }

    #[test]
    fn the_client_names_no_endpoint() {
        let text = "//! x\nlet path = \"/v2/calls\";\n";
        assert_eq!(said(check, "crates/gong-client/src/paging.rs", text).len(), 1);
        assert_eq!(said(check, "crates/gong-client/tests/it/paging.rs", text).len(), 0);
        let comment = "//! x\n/// As \"/v2/calls\" does.\n#[cfg(test)]\nmod t { \"/v2/calls\" }\n";
        assert_eq!(said(check, "crates/gong-client/src/paging.rs", comment).len(), 0);
    }
}
