//! `gong reference`: the pages of docs/reference, made from the program itself.

use std::{fmt::Write as _, io::Write as _};

use anyhow::Result;
use clap::{Args, Command, CommandFactory as _, ValueEnum};
use gong_types::Operation;

use super::help;
use crate::{args::Cli, env::Var, exit::CODES};

/// Pages of the reference
#[derive(Debug, Args)]
pub(crate) struct Reference {
    page: Page,
}

/// A page.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Page {
    /// Every command with its options
    Cli,
    /// Every variable
    Environment,
    /// Every exit code
    ExitCodes,
    /// Every operation of Gong and its command
    Operations,
}

/// The operations that have a command, which names them in no other place.
const COMMANDS: &[(&str, &str)] = &[
    ("calls-list", "gong calls list"),
    ("calls-extensive", "gong calls search, gong calls get"),
    ("calls-get", "gong calls get --basic"),
    ("calls-transcript", "gong calls transcript"),
    ("users-list", "gong users list"),
    ("users-get", "gong users get"),
    ("users-extensive", "gong users search"),
    ("stats-activity-aggregate", "gong stats activity"),
    ("workspaces-list", "gong workspaces list"),
    ("meetings-list", "gong meetings list"),
];

/// Prints one.
pub(crate) fn run(args: &Reference) -> Result<()> {
    let text = match args.page {
        Page::Cli => cli(),
        Page::Environment => environment(),
        Page::ExitCodes => exit_codes(),
        Page::Operations => operations(),
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

const MADE: &str = "<!-- Made by `cargo xtask docs`. -->\n\n";

fn cli() -> String {
    let mut text = format!("# Commands\n\n{MADE}");
    let mut root = Cli::command().term_width(100);
    root.build();
    describe(&root, &mut text);
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn describe(command: &Command, text: &mut String) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    // The global options are the same for all; they stand at the top of the page.
    let is_root = name == "gong";
    let mut own = command.clone().mut_args(|arg| {
        let is_repeated = !is_root && arg.is_global_set();
        arg.hide(is_repeated)
    });
    let help = own.render_long_help().to_string();
    let help: Vec<_> = help.lines().map(str::trim_end).collect();
    let level = "#".repeat(name.split(' ').count() + 1);
    // Writing to a string cannot fail.
    let _ = write!(text, "{level} {name}\n\n```text\n{}\n```\n\n", help.join("\n").trim_end());
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        describe(sub, text);
    }
}

fn environment() -> String {
    let mut text =
        format!("# Environment variables\n\n{MADE}| variable | what it is for |\n|---|---|\n");
    for (var, doc) in Var::ALL {
        let _ = writeln!(text, "| `{}` | {doc} |", var.name());
    }
    text
}

fn exit_codes() -> String {
    let mut text = format!("# Exit codes\n\n{MADE}| code | meaning |\n|---|---|\n");
    for (code, meaning) in CODES {
        let _ = writeln!(text, "| {code} | {meaning} |");
    }
    let _ = write!(text, "\n```text\n{}```\n", help::exit_codes());
    text
}

fn operations() -> String {
    let mut text = format!(
        "# Operations\n\n{MADE}An operation without a command of its own is sent with `gong api`.\n\n\
         | operation | method and path | command | scope | risk |\n|---|---|---|---|---|\n"
    );
    for operation in Operation::all() {
        let command = COMMANDS.iter().find(|(id, _)| *id == operation.id);
        let command = command.map_or("-".to_owned(), |(_, command)| format!("`{command}`"));
        let scopes: Vec<_> = operation.scopes.iter().map(|it| format!("`{it}`")).collect();
        let _ = writeln!(
            text,
            "| {} | `{} {}` | {command} | {} | {} |",
            operation.id,
            operation.method(),
            operation.path,
            if scopes.is_empty() { "-".to_owned() } else { scopes.join(", ") },
            operation.risk,
        );
    }
    text
}
