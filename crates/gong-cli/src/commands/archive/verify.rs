//! `gong archive verify`: whether the archive is sound, and whether Gong still says the same.

use anyhow::Result;
use clap::Args;
use gong_archive::{Archive, Comparison, Error, Writer};
use serde::{Deserialize, Serialize};

use crate::{
    context::{Context, lists::counted},
    exit::Failure,
    output::{Cell, Look, Mark, View},
};

/// Whether the archive is sound, and whether Gong still says the same
///
/// Looks at every page of the file, the index, every text of Gong's, and a sample of the rows that
/// were made of them. Then it asks Gong for some calls, chosen by chance, and compares them: two
/// requests for 100. What changed at Gong is told and is no fault; the next sync takes it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong archive verify\n  \
    gong archive verify --sample 1000\n  \
    gong archive verify --offline")]
pub(crate) struct Verify {
    /// Do not ask Gong
    #[arg(long)]
    offline: bool,

    /// How many calls to compare with Gong
    #[arg(long, value_name = "N", default_value_t = 100, conflicts_with = "offline")]
    sample: usize,
}

/// Runs it.
pub(super) async fn run(ctx: &mut Context, args: Verify) -> Result<()> {
    let folder = ctx.archive_folder()?;
    let archive = Archive::open(&folder)?;
    let mut checks = Vec::new();
    ctx.may_end_at_once(true);
    let findings = match Writer::open(&folder) {
        Ok(mut writer) => writer.verify()?,
        // A sync goes on, or somebody else may only read.
        Err(Error::Locked { .. } | Error::ReadOnly { .. }) => {
            ctx.ui.warn("the index was not looked at, for the archive cannot be written now");
            archive.verify()?
        }
        Err(error) => return Err(error.into()),
    };
    ctx.may_end_at_once(false);
    if findings.is_empty() {
        checks.push(Check::good("file", "nothing is wrong with it"));
    }
    checks.extend(findings.iter().map(|finding| Check::bad("file", finding.to_string())));
    let mut compared = Ok(());
    if findings.is_empty() && !args.offline && !ctx.globals.dry_run {
        compared = compare(ctx, &archive, args.sample).await.map(|check| checks.push(check));
    }
    // What the file is like was found out, whatever became of the rest.
    ctx.show_own_list(&checks)?;
    ctx.output.flush()?;
    if findings.is_empty() {
        return compared;
    }
    let message = format!("the archive at {} is not sound", archive.path().display());
    let hint = "run `gong archive rebuild`, then `gong sync`".to_owned();
    Err(Failure::Local { message, hint }.into())
}

async fn compare(ctx: &mut Context, archive: &Archive, sample: usize) -> Result<Check> {
    let client = ctx.client().await?;
    let compared = async { Ok(archive.verify_against(&client, sample).await?) };
    Ok(Check::of(&ctx.or_interrupted(compared).await?))
}

/// One thing that was looked at, in our own words.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Check {
    what: String,
    is_sound: bool,
    found: String,
}

impl Check {
    fn good(what: &str, found: impl Into<String>) -> Self {
        Self { what: what.to_owned(), is_sound: true, found: found.into() }
    }

    fn bad(what: &str, found: impl Into<String>) -> Self {
        Self { what: what.to_owned(), is_sound: false, found: found.into() }
    }

    fn of(compared: &Comparison) -> Self {
        let mut parts = vec![format!(
            "{} and {} compared",
            counted(compared.calls, "calls"),
            counted(compared.transcripts, "transcripts")
        )];
        for (calls, what) in [
            (&compared.gone, "no longer at Gong"),
            (&compared.changed, "changed since"),
            (&compared.changed_transcripts, "with another transcript"),
        ] {
            if !calls.is_empty() {
                parts.push(format!("{what}: {}", calls.join(", ")));
            }
        }
        Self::good("Gong", parts.join("; "))
    }
}

impl View for Check {
    const COLUMNS: &'static [&'static str] = &["WHAT", "SOUND", "FOUND"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let mark = if self.is_sound { Mark::None } else { Mark::Warn };
        vec![
            Cell::text(self.what.as_str()),
            Cell::text(if self.is_sound { "yes" } else { "NO" }).marked(mark),
            Cell::text(self.found.as_str()),
        ]
    }
}
