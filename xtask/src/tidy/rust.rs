//! Rules for every Rust file: its first line, its length, its name, and words that mean "later".

use super::Finding;
use crate::workspace::Source;

const LONGEST: usize = 500;

/// Names that say nothing and therefore attract everything.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "common", "helpers", "misc", "imp"];

/// Words that leave something open, in halves so that this file passes its own rule.
const LEFT_OPEN: [&str; 3] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimpl", "emented!")];

/// What makes a test that does not run, or that cannot fail.
const HOLLOW: [&str; 3] =
    [concat!("#[ign", "ore"), concat!("should", "_panic"), concat!("assert!(", "true)")];

const SLEEP: &str = concat!("thread::", "sleep(");

/// The only file that may print by macro; all others have one writer.
const SPEAKER: &str = "crates/gong-cli/src/main.rs";

const SPEECH: [&str; 5] = ["println!(", "print!(", "eprintln!(", "eprint!(", "dbg!("];

/// Where it stands in the program, clippy wants a reason.
const EXIT: &str = "process::exit";

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if !source.is_rust() {
        return Vec::new();
    }
    let Source { path, text } = source;
    let mut findings = Vec::new();
    let mut find = |line, message: String| findings.push(Finding::new(path, line, message));
    if !text.starts_with("//! ") {
        find(1, "the first line is not `//! What it is: what it is for`".to_owned());
    }
    let length = source.lines().count();
    if length > LONGEST {
        find(0, format!("{length} lines; at most {LONGEST}"));
    }
    if EMPTY_NAMES.contains(&source.stem()) {
        find(0, format!("`{}` says nothing: name it after what it holds", source.stem()));
    }
    if source.stem() == "mod" {
        find(0, "write `foo.rs` beside `foo/`, not `foo/mod.rs`".to_owned());
    }
    let last_line_of_code = if source.is_in_src() { source.code().count() } else { 0 };
    for (number, line) in source.lines() {
        if let Some(name) = declared(line).filter(|name| EMPTY_NAMES.contains(name)) {
            find(number, format!("`{name}` says nothing: name it after what it holds"));
        }
        let upper = line.to_ascii_uppercase();
        for word in LEFT_OPEN.iter().filter(|word| has_word(&upper, &word.to_ascii_uppercase())) {
            find(number, format!("left open: {word}"));
        }
        for word in HOLLOW.iter().filter(|word| line.contains(*word)) {
            find(number, format!("a test that does not run, or cannot fail: {word}"));
        }
        if compares_with_itself(line) {
            find(number, "compares a thing with itself".to_owned());
        }
        if line.contains(SLEEP) && number > last_line_of_code {
            find(number, "a test that sleeps".to_owned());
        }
    }
    if source.member().is_some_and(|member| member != "xtask") && source.is_in_src() {
        for (number, line) in source.code() {
            for word in SPEECH.iter().filter(|word| has_word(line, word)) {
                if path != SPEAKER {
                    find(number, format!("`{word}` outside {SPEAKER}"));
                }
            }
            if line.contains(EXIT) && source.member() != Some("gong-cli") {
                find(number, "a library does not end the process".to_owned());
            }
        }
    }
    findings
}

/// The name of the module that the line declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (before, rest) = line.split_once("mod ")?;
    let is_declaration = before.is_empty() || before.starts_with("pub");
    is_declaration.then(|| rest.trim_end_matches([';', '{', ' ', '}']))
}

/// Whether `word` stands in the line and not as the end of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        let after = line[place + word.len()..].chars().next();
        [before, after].into_iter().flatten().all(|it| !it.is_alphanumeric() && it != '_')
    })
}

/// Whether the line asserts that something equals itself. Two calls may well differ.
fn compares_with_itself(line: &str) -> bool {
    let Some((_, rest)) = line.split_once("assert_eq!(") else { return false };
    let Some(both) = rest.trim_end().strip_suffix(");") else { return false };
    !both.contains('(')
        && both.match_indices(", ").any(|(place, _)| both[..place] == both[place + 2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::said;

    const PATH: &str = "crates/gong-types/src/calls.rs";

    fn in_file(text: &str) -> Vec<String> {
        said(check, PATH, &format!("//! Calls.\n{text}\n"))
    }

    #[test]
    fn a_clean_file_passes_and_other_files_are_not_looked_at() {
        assert_eq!(in_file("pub struct Call;"), [""; 0]);
        assert_eq!(said(check, "docs/util.md", "left for later"), [""; 0]);
    }

    #[test]
    fn a_file_begins_with_what_it_is() {
        assert_eq!(said(check, PATH, "use std::fs;\n").len(), 1);
        assert_eq!(said(check, PATH, "").len(), 1);
    }

    #[test]
    fn a_file_of_more_than_500_lines_is_found() {
        assert_eq!(in_file(&"x\n".repeat(498)), [""; 0]);
        assert_eq!(in_file(&"x\n".repeat(499)), ["0: 501 lines; at most 500"]);
    }

    #[test]
    fn names_that_say_nothing_are_found_as_files_and_as_modules() {
        assert_eq!(said(check, "crates/a/src/helpers.rs", "//! x\n").len(), 1);
        assert_eq!(said(check, "crates/a/src/foo/mod.rs", "//! x\n").len(), 1);
        assert_eq!(in_file("pub(crate) mod util {").len(), 1);
        assert_eq!(in_file("mod utility;"), [""; 0]);
    }

    #[test]
    fn what_is_left_open_is_found() {
        for word in LEFT_OPEN {
            assert_eq!(in_file(&format!("// {word}")).len(), 1, "{word}");
        }
        assert_eq!(in_file("// Fixtures and methods of a method"), [""; 0]);
    }

    #[test]
    fn a_name_that_begins_like_such_a_word_is_none() {
        for name in ["todo_action", "todoAction"] {
            assert!(!has_word(&name.to_ascii_uppercase(), LEFT_OPEN[0]), "{name}");
        }
        assert!(has_word(&format!("// {}(x): later", LEFT_OPEN[0]), LEFT_OPEN[0]));
    }

    #[test]
    fn hollow_tests_are_found() {
        for word in HOLLOW {
            assert_eq!(in_file(&format!("    {word}")).len(), 1, "{word}");
        }
        let same = concat!("assert_eq!(call.id, ", "call.id);");
        assert_eq!(in_file(same), ["2: compares a thing with itself"]);
        assert_eq!(in_file("assert_eq!(call.id, other.id);"), [""; 0]);
        assert_eq!(in_file("assert_eq!(next(), next());"), [""; 0]);
        let sleep = format!("//! x\nstd::{SLEEP}second);\n");
        assert_eq!(said(check, "crates/a/tests/it/x.rs", &sleep), ["2: a test that sleeps"]);
        assert_eq!(said(check, PATH, &sleep), [""; 0]);
    }

    #[test]
    fn only_main_prints() {
        assert_eq!(in_file("println!(\"x\");").len(), 1);
        assert_eq!(in_file("std::process::exit(1)").len(), 1);
        assert_eq!(said(check, SPEAKER, "//! x\nprintln!();\nprocess::exit(1)\n"), [""; 0]);
        assert_eq!(in_file("#[cfg(test)]\nmod tests { println!() }"), [""; 0]);
    }
}
