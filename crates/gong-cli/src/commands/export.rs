//! `gong export`: what the archive holds, as files that other programs read.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum, builder::PossibleValue};
use gong_archive::{Archive, ExportFormat, ExportProgress, ExportScope, Exported, Partition};
use gong_transcript::Formulas;
use serde::{Deserialize, Serialize};

use crate::{
    context::Context,
    exit::Failure,
    filter_args::Filters,
    output::{Cell, Look, View},
};

mod place;

/// Export the archive: Markdown, JSON Lines, CSV, Parquet
///
/// Markdown is a file a call, to be read. JSON Lines has a call a line: Gong's own text of it and of
/// its transcript. CSV and Parquet are tables of calls, parties, sentences and activity. Each file is
/// there whole or not at all, and one that an earlier export wrote goes when its calls do.
///
/// Tables hold what was asked for last. An export with other filters than the one before it, which
/// would take calls from a place though they are still in the archive, is refused with code 8, unless
/// you say --yes; use another folder for another selection. So it is for --last 7d each night, of
/// which the days before would go: leave the period out, and say --since-last.
///
/// A place holds the export of one archive. That of another profile, or of the sandbox, is refused there
/// with code 8; with --yes it takes the place over, and the tables of the other archive go. Where this
/// archive has no export yet, a file that is in the way is not replaced without --yes either.
///
/// --dry-run says what would be written and removed, and changes nothing.
///
/// A store that speaks S3 takes its key from the environment; see gong help environment.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong export --format md --out calls --last 7d\n  \
    gong export --format csv --out tables\n  \
    gong export --format parquet --out lake --partition month --since-last\n  \
    gong export --format jsonl --out kestrel --account kestrel")]
pub(crate) struct Export {
    /// What the files are
    #[arg(long, value_name = "FORMAT")]
    format: FormatArg,

    #[arg(
        long,
        value_name = "PLACE",
        default_value = "gong-export",
        help = "Where they go: a folder, or s3://BUCKET/PREFIX"
    )]
    out: PathBuf,

    /// How the files are told apart: a folder for each month, for each account, or none
    #[arg(long, value_name = "BY", default_value = "none")]
    partition: PartitionArg,

    /// Write only files that changed since the last export of this format to this place, or are gone
    #[arg(long)]
    since_last: bool,

    #[command(flatten)]
    filters: Filters,
}

/// A format of the library's, as an argument.
#[derive(Debug, Clone, Copy)]
struct FormatArg(ExportFormat);

impl ValueEnum for FormatArg {
    fn value_variants<'a>() -> &'a [Self] {
        const {
            &[
                Self(ExportFormat::Markdown),
                Self(ExportFormat::Jsonl),
                Self(ExportFormat::Csv),
                #[cfg(feature = "export")]
                Self(ExportFormat::Parquet),
            ]
        }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.as_str()))
    }
}

/// How files are told apart, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum PartitionArg {
    None,
    Month,
    Account,
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Export) -> Result<()> {
    if ctx.globals.limit.is_some() {
        let hint = "say which calls with --last, --account, or another filter";
        return Err(Failure::usage("--limit does not go with an export", hint).into());
    }
    let export = gong_archive::Export {
        format: args.format.0,
        place: place::of(&ctx.env, &args.out)?,
        partition: match args.partition {
            PartitionArg::None => Partition::None,
            PartitionArg::Month => Partition::Month,
            PartitionArg::Account => Partition::Account,
        },
        filters: args.filters.resolve(ctx)?,
        scope: if args.since_last { ExportScope::SinceLast } else { ExportScope::Everything },
        may_narrow: ctx.globals.yes,
        may_take_over: ctx.globals.yes,
        formulas: if ctx.globals.csv_raw { Formulas::Raw } else { Formulas::Defused },
    };
    let archive = Archive::open(&ctx.archive_folder()?)?;
    if ctx.globals.dry_run {
        let work = async { Ok(archive.would_export(&export).await?) };
        let would = ctx.or_interrupted(work).await?;
        let report = Report::of(&args.out.display().to_string(), &would);
        ctx.show_own(&Report { rows: None, bytes: None, ..report })?;
        ctx.ui.status("nothing was written");
        return Ok(());
    }
    let progress = ctx.ui.progress().clone();
    progress.start("files");
    let mut moved = |standing: ExportProgress| {
        progress.set_total(standing.files);
        progress.set_done(standing.done);
        progress.set_note(&format!("{} MB", standing.bytes / 1_000_000));
    };
    let (interrupt, mut interruption) = (ctx.interrupt(), None);
    let stop = async { interruption = Some(Context::interrupted(interrupt).await) };
    let exported = archive.export(&export, ctx.now, &mut moved, stop).await;
    progress.finish();
    if let Some(interruption) = interruption {
        return Err(interruption.into());
    }
    let exported = exported?;
    if !exported.is_recorded {
        ctx.ui.warn(
            "the archive could not note this export, so --since-last and purges do not know of it",
        );
    }
    ctx.show_own(&Report::of(&args.out.display().to_string(), &exported))
}

/// What was written, in our own words.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    place: String,
    calls: u64,
    /// `None` if nothing was written because that was asked for.
    rows: Option<u64>,
    bytes: Option<u64>,
    files_written: u64,
    files_unchanged: u64,
    files_removed: u64,
}

impl Report {
    fn of(place: &str, exported: &Exported) -> Self {
        Self {
            place: place.to_owned(),
            calls: exported.calls,
            rows: Some(exported.rows),
            bytes: Some(exported.bytes),
            files_written: exported.written,
            files_unchanged: exported.unchanged,
            files_removed: exported.removed,
        }
    }
}

impl View for Report {
    const COLUMNS: &'static [&'static str] =
        &["PLACE", "CALLS", "ROWS", "BYTES", "FILES WRITTEN", "FILES UNCHANGED", "FILES REMOVED"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let numbers = [
            Some(self.calls),
            self.rows,
            self.bytes,
            Some(self.files_written),
            Some(self.files_unchanged),
            Some(self.files_removed),
        ];
        let mut cells = vec![Cell::text(self.place.as_str())];
        cells.extend(numbers.map(|it| it.map_or_else(Cell::empty, Cell::number)));
        cells
    }
}
