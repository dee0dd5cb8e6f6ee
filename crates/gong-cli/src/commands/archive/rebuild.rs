//! `gong archive rebuild`: a new archive of what a damaged one still gives.

use anyhow::Result;
use clap::Args;
use gong_archive::Rebuilt;
use serde::{Deserialize, Serialize};

use crate::{
    context::Context,
    output::{Cell, Look, View},
};

/// Make a new archive of what a damaged one still gives
///
/// The damaged file stays beside it under another name. The next gong sync lists all calls again and
/// fetches what is missing. gong archive verify says whether an archive is damaged.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  gong archive rebuild")]
pub(crate) struct Rebuild {}

/// Runs it.
pub(super) fn run(ctx: &mut Context) -> Result<()> {
    let folder = ctx.archive_folder()?;
    if ctx.globals.dry_run {
        ctx.ui.status(&format!("nothing was changed; {} would be made anew", folder.display()));
        return Ok(());
    }
    let rebuilt = gong_archive::rebuild(&folder, ctx.now)?;
    ctx.show_own(&Report::of(&rebuilt))?;
    if !rebuilt.incomplete.is_empty() {
        ctx.ui.warn(&format!(
            "not all could be saved of {}, which no sync brings back; what was purged may come back",
            rebuilt.incomplete.join(", ")
        ));
    }
    ctx.ui.hint("`gong sync` fetches what is missing");
    Ok(())
}

/// What was saved, in our own words.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    calls: u64,
    transcripts: u64,
    lost: u64,
    incomplete: Vec<String>,
    damaged: String,
}

impl Report {
    fn of(rebuilt: &Rebuilt) -> Self {
        Self {
            calls: rebuilt.calls,
            transcripts: rebuilt.transcripts,
            lost: rebuilt.lost,
            incomplete: rebuilt.incomplete.iter().map(|&table| table.to_owned()).collect(),
            damaged: rebuilt.damaged.display().to_string(),
        }
    }
}

impl View for Report {
    const COLUMNS: &'static [&'static str] =
        &["SAVED CALLS", "SAVED TRANSCRIPTS", "LOST TEXTS", "INCOMPLETE TABLES", "DAMAGED FILE"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::number(self.calls),
            Cell::number(self.transcripts),
            Cell::number(self.lost),
            Cell::text(self.incomplete.join(", ")),
            Cell::text(self.damaged.as_str()),
        ]
    }
}
