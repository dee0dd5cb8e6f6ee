//! `gong archive status`: what the archive covers, how large it is, and what it waits for.

use anyhow::Result;
use clap::Args;
use gong_archive::Archive;
use gong_types::Record;
use serde::Deserialize;

use crate::{
    context::Context,
    output::{Cell, Look, View},
};

/// What the archive covers, how large it is, and what it waits for
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  gong archive status\n  gong archive status --jq .coverage.to")]
pub(crate) struct Status {}

/// Runs it.
pub(super) fn run(ctx: &mut Context) -> Result<()> {
    let status = Archive::open(&ctx.archive_folder()?)?.status()?;
    let text = serde_json::value::to_raw_value(&status)?;
    Ok(ctx.output.one(&Record::<Shown>::from(text))?)
}

/// The status, as a table shows it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    coverage: Coverage,
    n_transcripts: u64,
    n_transcripts_unavailable: u64,
    n_users: u64,
    last_sync: Option<String>,
    n_quarantined: u64,
    retention_days: Option<u32>,
    n_exports: u64,
    bytes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Coverage {
    from: Option<String>,
    to: Option<String>,
    n_unsettled: u64,
    n_calls: u64,
    n_transcripts_expected: u64,
}

impl View for Shown {
    const COLUMNS: &'static [&'static str] = &[
        "COMPLETE FROM",
        "COMPLETE TO",
        "LAST SYNC",
        "CALLS",
        "TRANSCRIPTS",
        "TRANSCRIPTS TO COME",
        "WITHOUT TRANSCRIPT",
        "USERS",
        "NOT WHOLE YET",
        "PUT ASIDE",
        "KEPT FOR DAYS",
        "EXPORTED TO",
        "MEGABYTES",
    ];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let time = |moment: &Option<String>| {
            look.time(moment.as_deref().and_then(|moment| moment.parse().ok()))
        };
        vec![
            time(&self.coverage.from),
            time(&self.coverage.to),
            time(&self.last_sync),
            Cell::number(self.coverage.n_calls),
            Cell::number(self.n_transcripts),
            Cell::number(self.coverage.n_transcripts_expected),
            Cell::number(self.n_transcripts_unavailable),
            Cell::number(self.n_users),
            Cell::number(self.coverage.n_unsettled),
            Cell::number(self.n_quarantined),
            self.retention_days.map_or_else(|| Cell::text("forever"), Cell::number),
            Cell::number(self.n_exports),
            Cell::number(self.bytes.div_ceil(1_000_000)),
        ]
    }
}
