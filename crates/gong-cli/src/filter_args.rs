//! The options that say which calls of the archive are meant, the same for every command that has
//! any.

use anyhow::Result;
use clap::Args;
use gong_archive::Side;

use crate::{context::Context, period_args::Dates};

/// Which calls, and whose words in them. Names may be given in part, in capitals or not.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which calls")]
pub(crate) struct Filters {
    /// Somebody with this in the name or e-mail address speaks
    #[arg(long, value_name = "TEXT", value_parser = text)]
    speaker: Option<String>,

    /// People of the company speak
    #[arg(long, conflicts_with = "external")]
    internal: bool,

    /// People of other companies speak
    #[arg(long)]
    external: bool,

    /// The CRM account has this in its name, or this id
    #[arg(long, value_name = "TEXT", value_parser = text)]
    account: Option<String>,

    /// Somebody with this in the name or e-mail address, or with this phone number, took part
    #[arg(long, value_name = "TEXT", value_parser = text)]
    participant: Option<String>,

    /// The host has this in the name or e-mail address, or this id
    #[arg(long, value_name = "TEXT", value_parser = text)]
    host: Option<String>,

    /// A tracker with this in its name, or with this id, was hit
    #[arg(long, value_name = "TEXT", value_parser = text)]
    tracker: Option<String>,

    /// The title has this in it
    #[arg(long, value_name = "TEXT", value_parser = text)]
    title: Option<String>,

    /// The language, as Gong writes it: eng, deu, jpn
    #[arg(long, value_name = "CODE", value_parser = text)]
    language: Option<String>,

    #[command(flatten)]
    dates: Dates,
}

/// Takes what says something: an empty text, as of a variable that is not set, would be in every name.
fn text(given: &str) -> Result<String, String> {
    if given.trim().is_empty() {
        return Err("there is nothing in it; leave the option out to look everywhere".to_owned());
    }
    Ok(given.to_owned())
}

impl Filters {
    /// What the library is asked for.
    pub(crate) fn resolve(self, ctx: &Context) -> Result<gong_archive::Filters> {
        let period = ctx.period(self.dates)?;
        let side = match (self.internal, self.external) {
            (true, _) => Some(Side::Internal),
            (_, true) => Some(Side::External),
            _ => None,
        };
        Ok(gong_archive::Filters {
            speaker: self.speaker,
            side,
            account: self.account,
            participant: self.participant,
            host: self.host,
            from: period.from,
            to: period.to,
            tracker: self.tracker,
            title: self.title,
            language: self.language,
        })
    }
}
