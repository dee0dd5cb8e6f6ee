//! The help of `gong` itself: its commands in groups, for they are too many for one list.

use std::fmt::Write as _;

use clap::{Subcommand as _, builder::Styles};

use super::Command;

/// The groups in the order in which they are shown, each with its commands.
const GROUPS: &[(&str, &[&str])] = &[
    ("Conversations", &["calls", "meetings", "library", "outcomes"]),
    ("The archive, a local copy", &["sync", "search", "sql", "export", "archive"]),
    ("People and teams", &["users", "stats", "coaching", "tasks", "flows", "targets"]),
    ("Customers", &["entities", "crm", "privacy"]),
    ("The company", &["workspaces", "settings", "permissions", "logs", "integration-settings"]),
    ("Events told to Gong", &["interactions", "engagement"]),
    ("Programs of your own", &["api", "webhooks"]),
    ("This machine", &["auth", "doctor", "quota", "sandbox", "completion", "help"]),
];

/// The layout of the help, with the commands in their groups.
pub(super) fn template() -> String {
    let styles = Styles::styled();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let all = Command::augment_subcommands(clap::Command::new("gong"));
    let shown = |name: &str| all.find_subcommand(name).filter(|it| !it.is_hide_set());
    let names = all.get_subcommands().filter(|it| !it.is_hide_set()).map(clap::Command::get_name);
    let width = names.map(str::len).max().unwrap_or_default();
    let mut text = "{about-with-newline}\n{usage-heading} {usage}\n".to_owned();
    for (group, names) in GROUPS {
        let commands: Vec<_> = names.iter().filter_map(|name| shown(name)).collect();
        if !commands.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n{header}{group}:{header:#}");
        }
        for command in commands {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let name = command.get_name();
            let _ = writeln!(text, "  {literal}{name:width$}{literal:#}  {about}");
        }
    }
    let _ = write!(text, "\n{header}Options:{header:#}\n{{options}}{{after-help}}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let all = Command::augment_subcommands(clap::Command::new("gong"));
        let shown = all.get_subcommands().filter(|it| !it.is_hide_set());
        for name in shown.map(clap::Command::get_name) {
            let groups = GROUPS.iter().filter(|(_, names)| names.contains(&name));
            assert_eq!(groups.count(), 1, "{name}");
        }
    }

    #[test]
    fn the_lines_fit_on_a_screen() {
        let text = template();
        let plain =
            text.replace('\u{1b}', "").replace("[1m", "").replace("[4m", "").replace("[0m", "");
        let long: Vec<_> = plain.lines().filter(|line| line.len() > 80).collect();
        assert!(long.is_empty(), "{long:?}");
    }
}
