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

/// The command of each operation, which is named in no other place.
const COMMANDS: &[(&str, &str)] = &[
    ("calls-list", "gong calls list"),
    ("calls-add", "gong calls add"),
    ("calls-get", "gong calls get --basic"),
    ("calls-media-upload", "gong calls upload"),
    ("calls-extensive", "gong calls search, gong calls get, gong calls media"),
    ("calls-transcript", "gong calls transcript"),
    ("calls-users-access-get", "gong calls access list"),
    ("calls-users-access-add", "gong calls access grant"),
    ("calls-users-access-remove", "gong calls access revoke"),
    ("calls-manual-crm-associations", "gong calls associations"),
    ("users-list", "gong users list"),
    ("users-get", "gong users get"),
    ("users-settings-history", "gong users history"),
    ("users-extensive", "gong users search"),
    ("stats-interaction", "gong stats interaction"),
    ("stats-activity-scorecards", "gong stats scorecards"),
    ("stats-activity-day-by-day", "gong stats daily"),
    ("stats-activity-aggregate", "gong stats activity"),
    ("stats-activity-aggregate-by-period", "gong stats periods"),
    ("settings-trackers", "gong settings trackers"),
    ("settings-scorecards", "gong settings scorecards"),
    ("settings-briefs", "gong settings briefs"),
    ("workspaces-list", "gong workspaces list"),
    ("logs-list", "gong logs list"),
    ("library-folders", "gong library folders"),
    ("library-folder-content", "gong library calls"),
    ("coaching-metrics", "gong coaching list"),
    ("call-outcomes-list", "gong outcomes list"),
    ("tasks-list", "gong tasks list"),
    ("tasks-update", "gong tasks update"),
    ("entities-ask", "gong entities ask"),
    ("entities-get-brief", "gong entities brief"),
    ("flows-list", "gong flows list"),
    ("flows-folders", "gong flows folders"),
    ("flows-steps", "gong flows steps"),
    ("flows-prospects-list", "gong flows prospects list"),
    ("flows-prospects-assign", "gong flows prospects assign"),
    ("flows-prospects-assign-cool-off-override", "gong flows prospects override-cool-off"),
    ("flows-prospects-unassign-by-instance-id", "gong flows prospects unassign --instance"),
    ("flows-prospects-unassign-by-crm-id", "gong flows prospects unassign --prospect"),
    ("flows-prospects-bulk-assign", "gong flows prospects bulk assign"),
    ("flows-prospects-bulk-assignment-get", "gong flows prospects bulk status"),
    ("crm-integrations-list", "gong crm integrations list"),
    ("crm-integrations-register", "gong crm integrations register"),
    ("crm-integrations-delete", "gong crm integrations delete"),
    ("crm-entity-schema-list", "gong crm schema list"),
    ("crm-entity-schema-upload", "gong crm schema upload"),
    ("crm-entities-get", "gong crm objects get"),
    ("crm-entities-upload", "gong crm objects upload"),
    ("crm-request-status", "gong crm request"),
    ("data-privacy-find-email", "gong privacy find-email"),
    ("data-privacy-find-phone", "gong privacy find-phone"),
    ("data-privacy-erase-email", "gong privacy erase-email"),
    ("data-privacy-erase-phone", "gong privacy erase-phone"),
    ("permission-profiles-list", "gong permissions profiles list"),
    ("permission-profile-get", "gong permissions profiles get"),
    ("permission-profile-create", "gong permissions profiles create"),
    ("permission-profile-update", "gong permissions profiles update"),
    ("permission-profile-users", "gong permissions profiles users"),
    ("meetings-list", "gong meetings list"),
    ("meetings-create", "gong meetings create"),
    ("meetings-update", "gong meetings update"),
    ("meetings-delete", "gong meetings delete"),
    ("meetings-integration-status", "gong meetings status"),
    ("digital-interactions-add", "gong interactions add"),
    ("engagement-content-shared", "gong engagement shared"),
    ("engagement-content-viewed", "gong engagement viewed"),
    ("engagement-custom-action", "gong engagement action"),
    ("integration-settings-set", "gong integration-settings set"),
    ("integration-settings-get", "gong integration-settings get"),
    ("targets-list", "gong targets list"),
    ("targets-assignments-upload", "gong targets upload"),
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

/// The operations and the commands for them.
pub(crate) fn commands() -> impl Iterator<Item = (&'static Operation, &'static str)> {
    Operation::all().iter().filter_map(|operation| {
        let found = COMMANDS.iter().find(|(id, _)| *id == operation.id);
        found.map(|(_, command)| (operation, *command))
    })
}

fn operations() -> String {
    let mut text = format!(
        "# Operations\n\n{MADE}Every operation of Gong's public API and the command for it. An operation \
         that Gong adds tomorrow is sent with `gong api`.\n\n\
         | operation | method and path | command | scope | risk |\n|---|---|---|---|---|\n"
    );
    for (operation, command) in commands() {
        let scopes: Vec<_> = operation.scopes.iter().map(|it| format!("`{it}`")).collect();
        let _ = writeln!(
            text,
            "| {} | `{} {}` | `{command}` | {} | {}{} |",
            operation.id,
            operation.method(),
            operation.path,
            if scopes.is_empty() { "-".to_owned() } else { scopes.join(", ") },
            operation.risk,
            if operation.asks { ", asks first" } else { "" },
        );
    }
    text
}
