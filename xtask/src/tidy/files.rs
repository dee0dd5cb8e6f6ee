//! Rules about which files there are: the ones that must be, links between them, and Rust files that
//! no other file declares.

use std::collections::BTreeSet;

use super::Finding;
use crate::workspace::{self, Source};

/// Files that a reader, a tool, or another rule looks for.
const REQUIRED: [&str; 25] = [
    ".cargo/config.toml",
    ".ci/run",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates/gong-types/spec/exceptions.json",
    "crates/gong-types/spec/operations.json",
    "deny.toml",
    "docs/architecture.md",
    "docs/contributing.md",
    "docs/guide/auth.md",
    "docs/guide/dates.md",
    "docs/guide/getting-started.md",
    "docs/guide/output.md",
    "docs/guide/sandbox.md",
    "docs/reference/cli.md",
    "docs/reference/environment.md",
    "docs/reference/exit-codes.md",
    "docs/reference/operations.md",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

/// What the README promises: the main job on the sandbox, and the tests.
const PROMISES: [&str; 2] =
    ["cargo run --release -p gong-cli -- --sandbox calls list --last 7d", "cargo xtask test"];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = required(sources);
    findings.extend(orphans(sources));
    for source in sources {
        match source.path.as_str() {
            "README.md" => findings.extend(promises(source)),
            ".ci/run" => findings.extend(continuous_integration(source)),
            _ => {}
        }
        if source.has_ending("md") {
            findings.extend(links(source, |path| workspace::root().join(path).exists()));
        }
    }
    findings.extend(versions(sources));
    findings
}

fn required(sources: &[Source]) -> Vec<Finding> {
    let paths: BTreeSet<_> = sources.iter().map(|source| source.path.as_str()).collect();
    let mut wanted: BTreeSet<_> = REQUIRED.iter().map(|path| (*path).to_owned()).collect();
    for source in sources {
        if let Some(folder) = source.path.strip_suffix("/Cargo.toml")
            && folder.starts_with("crates/")
        {
            wanted.insert(format!("{folder}/README.md"));
        }
    }
    let missing = wanted.iter().filter(|path| !paths.contains(path.as_str()));
    missing.map(|path| Finding::new(path, 0, "this file is missing")).collect()
}

/// Rust files that are compiled by nothing because no `mod` line names them.
fn orphans(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let Some((folder, _)) = source.path.rsplit_once('/') else { continue };
        let is_root = ["main", "lib", "build"].contains(&source.stem())
            || folder.ends_with("/examples")
            || folder.ends_with("/benches");
        if is_root {
            continue;
        }
        if folder.ends_with("/tests") && !source.is_in_src() {
            let message = "integration tests are one binary: put it under tests/it";
            findings.push(Finding::new(&source.path, 0, message));
            continue;
        }
        let parents =
            [format!("{folder}.rs"), format!("{folder}/main.rs"), format!("{folder}/lib.rs")];
        let declaration = format!("mod {};", source.stem());
        let is_declared = sources
            .iter()
            .filter(|other| parents.contains(&other.path))
            .any(|parent| parent.lines().any(|(_, line)| declares(line, &declaration)));
        if !is_declared {
            let message = format!("never compiled: no `{declaration}` names it");
            findings.push(Finding::new(&source.path, 0, message));
        }
    }
    findings
}

fn declares(line: &str, declaration: &str) -> bool {
    let line = line.trim();
    let before = line.strip_suffix(declaration).map(str::trim_end);
    before.is_some_and(|before| before.is_empty() || before.starts_with("pub"))
}

fn promises(readme: &Source) -> Vec<Finding> {
    let missing = PROMISES.iter().filter(|command| !readme.text.contains(*command));
    missing
        .map(|command| Finding::new(&readme.path, 0, format!("does not show `{command}`")))
        .collect()
}

/// CI runs what a person runs, and nothing besides that a person would not see.
fn continuous_integration(script: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let commands = script.lines().filter(|(_, line)| {
        !line.is_empty() && !line.starts_with('#') && !line.starts_with("set ")
    });
    for (number, line) in commands.filter(|(_, line)| line.trim() != PROMISES[1]) {
        let message = format!("CI runs `{}` and nothing else, not `{line}`", PROMISES[1]);
        findings.push(Finding::new(&script.path, number, message));
    }
    if !is_executable(&script.path) {
        findings.push(Finding::new(&script.path, 0, "cannot be run: `chmod +x` it"));
    }
    findings
}

#[cfg(unix)]
fn is_executable(path: &str) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    let file = workspace::root().join(path);
    file.metadata().is_ok_and(|facts| facts.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &str) -> bool {
    true
}

/// Links from one file of the repository to another that is not there.
fn links(page: &Source, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in page.lines() {
        for after in line.split("](").skip(1) {
            let target = after.split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains(':') {
                continue;
            }
            if !exists(&joined(&page.path, target)) {
                let message = format!("a link to nowhere: {target}");
                findings.push(Finding::new(&page.path, number, message));
            }
        }
    }
    findings
}

/// The path from the root of what `page` calls `target`.
fn joined(page: &str, target: &str) -> String {
    let mut folders: Vec<_> = page.split('/').collect();
    folders.pop();
    for part in target.split('/') {
        match part {
            ".." => drop(folders.pop()),
            "." | "" => {}
            name => folders.push(name),
        }
    }
    folders.join("/")
}

/// The Rust version stands in three files; they must agree.
fn versions(sources: &[Source]) -> Vec<Finding> {
    let of = |path: &str, key: &str| {
        let source = sources.iter().find(|source| source.path == path)?;
        let (_, line) = source.lines().find(|(_, line)| line.starts_with(key))?;
        line.split('"').nth(1).map(ToOwned::to_owned)
    };
    let Some(wanted) = of("Cargo.toml", "rust-version") else {
        return vec![Finding::new("Cargo.toml", 0, "states no rust-version")];
    };
    let others = [("clippy.toml", "msrv"), ("rust-toolchain.toml", "channel")];
    let differ = others.into_iter().filter(|(path, key)| {
        of(path, key)
            .is_none_or(|found| found != wanted && !found.starts_with(&format!("{wanted}.")))
    });
    differ.map(|(path, key)| Finding::new(path, 0, format!("{key} is not {wanted}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    fn messages(findings: Vec<Finding>) -> Vec<String> {
        findings.into_iter().map(|found| format!("{}: {}", found.path, found.message)).collect()
    }

    #[test]
    fn a_missing_file_is_found() {
        let sources = [file("crates/new/Cargo.toml", "")];
        let missing = messages(required(&sources));
        assert!(missing.contains(&"crates/new/README.md: this file is missing".to_owned()));
        assert_eq!(missing.len(), REQUIRED.len() + 1);
    }

    #[test]
    fn a_file_that_nothing_declares_is_found() {
        let sources = [
            file("crates/a/src/lib.rs", "//! a\nmod calls;\npub(crate) mod users;\n// mod lost;\n"),
            file("crates/a/src/calls.rs", "//! a\nmod content;\n"),
            file("crates/a/src/calls/content.rs", ""),
            file("crates/a/src/users.rs", "//! a\nmod tests;\n"),
            file("crates/a/src/users/tests.rs", "//! a\nmod names;\n"),
            file("crates/a/src/users/tests/names.rs", ""),
            file("crates/a/src/lost.rs", ""),
            file("crates/a/tests/it/main.rs", "//! a\nmod list;\n"),
            file("crates/a/tests/it/list.rs", ""),
            file("crates/a/tests/it/forgotten.rs", ""),
            file("crates/a/tests/alone.rs", ""),
        ];
        assert_eq!(
            messages(orphans(&sources)),
            [
                "crates/a/src/lost.rs: never compiled: no `mod lost;` names it",
                "crates/a/tests/it/forgotten.rs: never compiled: no `mod forgotten;` names it",
                "crates/a/tests/alone.rs: integration tests are one binary: put it under tests/it",
            ]
        );
    }

    #[test]
    fn a_readme_without_its_commands_is_found() {
        assert_eq!(promises(&file("README.md", "# gong\n")).len(), 2);
        assert_eq!(promises(&file("README.md", &PROMISES.join("\n"))).len(), 0);
    }

    #[test]
    fn ci_runs_one_command() {
        let script = "#!/usr/bin/env bash\nset -e\ncargo xtask test\n";
        let more = file(".ci/run", &format!("{script}cargo build\n"));
        let found = messages(continuous_integration(&more));
        assert_eq!(
            found[0],
            ".ci/run: CI runs `cargo xtask test` and nothing else, not `cargo build`"
        );
        assert_eq!(messages(continuous_integration(&file(".ci/run", script))), [""; 0]);
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        let page = file(
            "docs/guide/auth.md",
            "[a](../reference/cli.md#x) [b](https://example.com) [c](#here)\n[d](gone.md)\n",
        );
        let found = links(&page, |path| path == "docs/reference/cli.md");
        assert_eq!(messages(found), ["docs/guide/auth.md: a link to nowhere: gone.md"]);
    }

    #[test]
    fn versions_that_differ_are_found() {
        let with = |msrv: &str, channel: &str| {
            messages(versions(&[
                file("Cargo.toml", "[workspace.package]\nrust-version = \"1.95\"\n"),
                file("clippy.toml", &format!("msrv = \"{msrv}\"\n")),
                file("rust-toolchain.toml", &format!("[toolchain]\nchannel = \"{channel}\"\n")),
            ]))
        };
        assert_eq!(with("1.95", "1.95.0"), [""; 0]);
        assert_eq!(with("1.94", "1.95.0"), ["clippy.toml: msrv is not 1.95"]);
        assert_eq!(with("1.95", "1.9"), ["rust-toolchain.toml: channel is not 1.95"]);
    }
}
