//! Rules for every text file: white space, line ends, and nothing of somebody's own machine.

use super::Finding;
use crate::workspace::Source;

/// Beginnings of paths that exist on one machine only. Each is in two halves, so that this file
/// passes its own rule.
const PRIVATE_PATHS: [&str; 3] =
    [concat!("/wor", "k/"), concat!("/far", "m/"), concat!("/ro", "ot/")];

/// What insta leaves behind when a snapshot was not accepted.
const LEFTOVERS: [&str; 2] = [".snap.new", ".pending-snap"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let Source { path, text } = source;
    let mut findings = Vec::new();
    let mut find = |line, message: String| findings.push(Finding::new(path, line, message));
    if LEFTOVERS.iter().any(|ending| path.ends_with(ending)) {
        find(0, "a snapshot waits: run `cargo xtask snapshots`, or remove it".to_owned());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        find(source.lines().count(), "no newline at the end".to_owned());
    }
    if text.ends_with("\n\n") {
        find(source.lines().count(), "an empty line at the end".to_owned());
    }
    // `lines()` would take a carriage return away.
    for (number, line) in text.split('\n').enumerate().map(|(index, line)| (index + 1, line)) {
        // Blanks at the end of what a program printed are the snapshot's own matter.
        if line.ends_with([' ', '\t', '\r']) && !source.has_ending("snap") {
            find(number, "white space at the end".to_owned());
        }
        if let Some(found) = PRIVATE_PATHS.iter().find(|start| names_path(line, start)) {
            find(number, format!("a path of somebody's machine: {found}…"));
        }
    }
    findings
}

/// Whether `line` has a path that begins so, rather than one that merely goes through such a folder.
fn names_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(place, _)| {
        let is_start = line[..place].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let rest = &line[place + start.len()..];
        is_start && rest.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::said;

    #[test]
    fn a_clean_file_passes() {
        assert_eq!(said(check, "a.md", "one\n\ntwo\n"), [""; 0]);
    }

    #[test]
    fn white_space_at_line_ends_is_found_but_not_in_snapshots() {
        let text = "one \ntwo\t\nthree\r\nfour\n";
        let found = ["1", "2", "3"].map(|line| format!("{line}: white space at the end"));
        assert_eq!(said(check, "a.md", text), found);
        assert_eq!(said(check, "a.snap", text), [""; 0]);
    }

    #[test]
    fn the_last_line_ends_and_is_not_empty() {
        assert_eq!(said(check, "a.md", "one"), ["1: no newline at the end"]);
        assert_eq!(said(check, "a.md", "one\n\n"), ["2: an empty line at the end"]);
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        let text = format!("see {}project/x\nsee docs{0}project and {0}\n", PRIVATE_PATHS[0]);
        assert_eq!(
            said(check, "a.md", &text),
            [format!("1: a path of somebody's machine: {}…", PRIVATE_PATHS[0])]
        );
    }

    #[test]
    fn a_snapshot_that_waits_is_found() {
        assert_eq!(said(check, "a/b.snap.new", "x\n").len(), 1);
        assert_eq!(said(check, "a/b.snap", "x\n").len(), 0);
    }
}
