//! `gong help`: help on commands, and on topics that no single command owns.

use std::io::Write as _;

use anyhow::Result;
use clap::{Args, CommandFactory as _};

use crate::{args::Cli, exit::Failure};

mod topics;

pub(crate) use topics::exit_codes;

/// Help on a command or a topic
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong help dates\n  \
    gong help calls search")]
pub(crate) struct Help {
    /// A topic (dates, output, exit-codes, environment, limits, sandbox,
    /// operations) or a command
    words: Vec<String>,
}

/// Prints it.
pub(crate) fn run(args: &Help) -> Result<()> {
    let words: Vec<_> = args.words.iter().map(String::as_str).collect();
    if let [topic] = words.as_slice()
        && let Some(text) = topics::text(topic)
    {
        return print(&text);
    }
    let mut command = Cli::command();
    command.build();
    let mut found = &mut command;
    for word in &words {
        found = found.find_subcommand_mut(word).ok_or_else(|| {
            Failure::usage(
                format!("there is no command or topic {:?}", words.join(" ")),
                format!(
                    "the topics are {}; `gong --help` lists the commands",
                    topics::NAMES.join(", ")
                ),
            )
        })?;
    }
    print(&found.render_long_help().to_string())
}

/// What `gong` alone says: where to start.
pub(crate) fn welcome() -> Result<()> {
    print(
        "gong: calls, transcripts with names, users, and statistics from Gong\n\n\
         Try it now, without an account:\n  \
         gong --sandbox calls list --last 7d\n\n\
         Connect it to your company (Gong shows the address and makes the key under\n\
         Company settings > Ecosystem > API):\n  \
         gong auth login\n\n\
         Then:\n  \
         gong calls list --last 7d\n  \
         gong calls transcript ID\n  \
         gong stats activity --last 30d\n\n\
         All commands: gong --help\n",
    )
}

fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        stdout.write_all(b"\n")?;
    }
    Ok(stdout.flush()?)
}
