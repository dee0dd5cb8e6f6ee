//! The command line: its global options and its commands. The comments here are the help.

use clap::{Args, Parser, Subcommand};

mod groups;

use crate::{
    commands::{
        api, archive, auth, calls, coaching, completion, crm, doctor, engagement, entities, export,
        flows, help, integration_settings, interactions, library, logs, meetings, outcomes,
        permissions, privacy, quota, reference, sandbox, search, settings, sql, stats, sync,
        targets, tasks, users, webhooks, workspaces,
    },
    output::{ColorChoice, Format},
    ui::LogFormat,
};

/// Gong conversation intelligence: calls, transcripts with names, users, and statistics
///
/// Data goes to stdout and everything else to stderr. Try it without a Gong account: add --sandbox
/// to any command.
#[derive(Debug, Parser)]
#[command(
    name = "gong",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    help_template = groups::template(),
    after_help = "Start: gong auth login, or gong --sandbox calls list --last 7d\n\
                  Topics: gong help dates | output | exit-codes | environment | limits"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options that every command takes.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Use the credentials of this profile
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Run on a sandbox inside this process, which needs no account and no network
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,

    /// The form of the output; auto is a table on a terminal and JSON elsewhere
    #[arg(short, long, global = true, value_name = "FORMAT", default_value = "auto")]
    pub(crate) output: Format,

    /// Only these members, such as id,metaData.title
    #[arg(long, global = true, value_name = "A,B.C", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,

    /// Filter each record with a jq program
    #[arg(long, global = true, value_name = "PROGRAM", conflicts_with = "fields")]
    pub(crate) jq: Option<String>,

    /// Stop after this many records
    #[arg(long, global = true, value_name = "N")]
    pub(crate) limit: Option<u64>,

    /// Leave spreadsheet formulas in CSV cells as they are
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) csv_raw: bool,

    /// The time zone that dates are read and shown in, such as Europe/Berlin
    #[arg(long, global = true, value_name = "ZONE")]
    pub(crate) tz: Option<String>,

    /// Show what would be sent, without sending it
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,

    /// Answer every question with yes
    #[arg(long, global = true)]
    pub(crate) yes: bool,

    /// Send it although the same was sent before and nobody knows whether Gong did it
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) resend: bool,

    #[arg(
        long,
        global = true,
        value_name = "URL",
        hide_short_help = true,
        help = "The host of the company, such as https://us-12345.api.gong.io"
    )]
    pub(crate) base_url: Option<String>,

    /// Send credentials to this host though it is not Gong's
    #[arg(long, global = true, value_name = "HOST", hide_short_help = true)]
    pub(crate) allow_host: Vec<String>,

    /// How many requests a second the company may send; 0 is no limit [default: 3]
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    pub(crate) rps: Option<u32>,

    /// How many requests a day the company may send; 0 is no limit [default: 10000]
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    pub(crate) daily: Option<u32>,

    /// How many seconds to wait when Gong asks for a pause, before giving up
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value_t = 60,
        hide_short_help = true
    )]
    pub(crate) max_wait: u64,

    /// Say less on stderr
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Say more on stderr; twice for the log of requests, three times for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// The form of the log
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text",
        hide_short_help = true
    )]
    pub(crate) log_format: LogFormat,

    /// When to use colors
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_short_help = true
    )]
    pub(crate) color: ColorChoice,
}

/// The commands, each with its arguments in the file of its noun.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Log in, and see who is logged in
    #[command(subcommand)]
    Auth(auth::Auth),
    /// List, search and read calls, and what was said in them
    #[command(subcommand)]
    Calls(calls::Calls),
    /// List, search and read users
    #[command(subcommand)]
    Users(users::Users),
    /// Statistics of the people of the company
    #[command(subcommand)]
    Stats(stats::Stats),
    /// Scheduled meetings
    #[command(subcommand)]
    Meetings(meetings::Meetings),
    /// Workspaces of the company
    #[command(subcommand)]
    Workspaces(workspaces::Workspaces),
    /// Trackers, scorecards and briefs of the company
    #[command(subcommand)]
    Settings(settings::Settings),
    /// Calls that the company keeps as examples
    #[command(subcommand)]
    Library(library::Library),
    /// Outcomes that users can choose when a call ends
    #[command(subcommand)]
    Outcomes(outcomes::Outcomes),
    /// How managers work with their reports
    #[command(subcommand)]
    Coaching(coaching::Coaching),
    /// Who did what in Gong
    #[command(subcommand)]
    Logs(logs::Logs),
    /// What Gong holds on a person, and erasing it
    #[command(subcommand)]
    Privacy(privacy::Privacy),
    /// What users of Gong Engage still have to do
    #[command(subcommand)]
    Tasks(tasks::Tasks),
    /// Questions to Gong's AI about accounts and deals
    #[command(subcommand)]
    Entities(entities::Entities),
    /// Steps by which Gong Engage reaches out to prospects
    #[command(subcommand)]
    Flows(flows::Flows),
    /// A CRM that is connected through the API
    #[command(subcommand)]
    Crm(crm::Crm),
    /// What people and teams are to reach
    #[command(subcommand)]
    Targets(targets::Targets),
    /// What people did on web sites, told to Gong
    #[command(subcommand)]
    Interactions(interactions::Interactions),
    /// What people did with content, told to Gong
    #[command(subcommand)]
    Engagement(engagement::Engagement),
    /// From where pages may be shown inside Gong
    #[command(subcommand)]
    IntegrationSettings(integration_settings::SettingsOfIntegrations),
    /// What users may see and do
    #[command(subcommand)]
    Permissions(permissions::Permissions),
    /// Calls that Gong posts to a server, verified
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    Sync(sync::Sync),
    Search(search::Search),
    Sql(sql::Sql),
    Export(export::Export),
    /// The local copy: what it holds, and forgetting
    #[command(subcommand)]
    Archive(archive::Archive),
    Api(api::Api),
    Quota(quota::Quota),
    Doctor(doctor::Doctor),
    /// A fake Gong on this machine
    #[command(subcommand)]
    Sandbox(sandbox::Sandbox),
    Completion(completion::Completion),
    Help(help::Help),
    /// Pages of the reference, for the documentation
    #[command(hide = true)]
    Reference(reference::Reference),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn without(command: &clap::Command, name: &str, found: &mut Vec<String>) {
            for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
                without(sub, &format!("{name} {}", sub.get_name()), found);
            }
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            if !command.has_subcommands() && !help.starts_with("Examples:\n  ") {
                found.push(name.to_owned());
            }
        }
        let mut found = Vec::new();
        without(&super::Cli::command(), "gong", &mut found);
        assert_eq!(found, [""; 0], "commands without an example in their help");
    }
}
