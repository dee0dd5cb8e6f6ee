//! Export: what the archive holds as files that other programs read, here or in a store.

mod change;
mod csv;
mod encoder;
mod folder;
mod jsonl;
mod ledger;
mod markdown;
mod marker;
mod names;
#[cfg(feature = "export")]
mod parquet;
mod place;
mod plan;
#[cfg(feature = "export")]
mod s3;
mod tables;

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

use futures_util::future::{Either, select};
use gong_transcript::Formulas;
use jiff::Timestamp;
use rusqlite::Connection;

#[cfg(feature = "export")]
pub use self::s3::S3;
use self::{
    change::Change,
    encoder::Encoder,
    ledger::Ledger,
    marker::Marker,
    place::{Sink, Store, There},
    plan::{Content, File, Plan},
};
pub use self::{
    place::ExportPlace,
    tables::{ColumnKind, EXPORTED_TABLES, ExportedColumn, ExportedTable},
};
use crate::{
    archive::Archive,
    error::{Error, Result},
    search::Filters,
};

/// What is exported, as what, and where to.
#[derive(Debug, Clone)]
pub struct Export {
    /// What the files are.
    pub format: ExportFormat,
    /// Where they go.
    pub place: ExportPlace,
    /// How they are told apart.
    pub partition: Partition,
    /// Which calls; each of them whole, whoever speaks. Days of activity are exported unless this
    /// asks for more than dates, and belong to no account.
    pub filters: Filters,
    /// What is written again.
    pub scope: ExportScope,
    /// Whether tables may lose calls that are still in the archive, because the last export of the
    /// format to the place had other filters.
    pub may_narrow: bool,
    /// Whether files at the place may be replaced that no export of this archive wrote. The tables of
    /// another archive go then, if it has a marker there; its Markdown stays.
    pub may_take_over: bool,
    /// CSV: what becomes of cells that a spreadsheet would run.
    pub formulas: Formulas,
}

/// What the files of an export are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportFormat {
    /// A Markdown file a call, to be read: front matter, summary, transcript.
    Markdown,
    /// A line of JSON a call: Gong's own text of the call and of its transcript.
    Jsonl,
    /// [`EXPORTED_TABLES`], with a header.
    Csv,
    /// [`EXPORTED_TABLES`], compressed with zstd.
    #[cfg(feature = "export")]
    Parquet,
}

/// How the files of an export are told apart, in folders named as Hive names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Partition {
    /// All in one: a file a table, all Markdown in one folder.
    None,
    /// By the month in which a call started, in UTC: `month=2026-05`.
    Month,
    /// By account: `account=…`. A call that belongs to several is in each of them.
    Account,
}

/// What an export writes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportScope {
    /// All files.
    Everything,
    /// Only files that would be others than those of the last export of this format to this place,
    /// and those that are gone, or have another size than they had.
    SinceLast,
}

/// What an export did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Exported {
    /// How many calls the place now holds of those that were asked for.
    pub calls: u64,
    /// How many files were written.
    pub written: u64,
    /// How many files are as they were, with [`ExportScope::SinceLast`].
    pub unchanged: u64,
    /// How many files of earlier exports were removed.
    pub removed: u64,
    /// How many rows were written, over all tables; how many calls, where there are no tables.
    pub rows: u64,
    /// How many bytes were written.
    pub bytes: u64,
    /// Whether the archive remembers this export. It does not if it cannot be written.
    pub is_recorded: bool,
}

/// How far an export has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportProgress {
    /// How many files there are to write.
    pub files: u64,
    /// How many of them are done.
    pub done: u64,
    /// How many rows are written.
    pub rows: u64,
    /// How many bytes are written.
    pub bytes: u64,
}

/// How many bytes are gathered before they are written.
const PIECE: usize = 1 << 18;

/// Is ready when the export is to stop.
type Stop<'a> = Pin<&'a mut dyn Future<Output = ()>>;

impl ExportFormat {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Markdown,
        Self::Jsonl,
        Self::Csv,
        #[cfg(feature = "export")]
        Self::Parquet,
    ];

    /// The word for it, which is also the ending of its files' names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            #[cfg(feature = "export")]
            Self::Parquet => "parquet",
        }
    }
}

impl Archive {
    /// Writes files of what the archive holds now, whatever a sync does meanwhile. `now` is what the
    /// archive remembers as the time of this export.
    ///
    /// Each file is replaced whole or not at all, by way of a file beside it or an upload that counts
    /// only when it is complete. Files that an earlier export wrote to this place, and that no longer
    /// have a call in the archive or a place in the data set, are removed.
    ///
    /// When `stop` is ready, the export ends with [`Error::Stopped`] as soon as the place has taken back
    /// what is half-way there. It may also be dropped at any time; a store then keeps parts that nobody
    /// sees.
    ///
    /// Fails with [`Error::Narrower`] if calls that are still in the archive would go from the place,
    /// unless they [may](Export::may_narrow), with [`Error::OthersPlace`] if another archive wrote files
    /// of the format there, and with [`Error::OthersFile`] if a file is in the way that no export wrote,
    /// unless it [may](Export::may_take_over), with [`Error::Place`] if the place cannot be written,
    /// and with [`Error::PlaceFull`] if there is no space. What was there before is then, and when the
    /// export was stopped or dropped, as it was, or already replaced.
    pub async fn export(
        &self,
        export: &Export,
        now: Timestamp,
        progress: &mut dyn FnMut(ExportProgress),
        stop: impl Future<Output = ()>,
    ) -> Result<Exported> {
        let mut stop = pin!(stop);
        let of = |error| Error::of(error, &self.path());
        let failed = |error| export.place.failed(error);
        let store = Store::open(&export.place).map_err(failed)?;
        // One state of the archive for all files.
        let snapshot = self.connection.unchecked_transaction().map_err(of)?;
        let there = unless(stop.as_mut(), store.files()).await?.map_err(failed)?;
        let (plan, change) = self.change(&snapshot, export, &there)?;
        let ledger = Ledger::begin(self, export, &plan, &change, now)?;
        // Without the ledger, what is there may be another's.
        let due: Vec<&File> = match &ledger {
            Some(_) => change.due.iter().map(|&at| &plan.files[at]).collect(),
            None => plan.files.iter().collect(),
        };
        let mut work = Work { connection: &snapshot, store: &store, export, plan: &plan };
        if !change.is_marked {
            unless(stop.as_mut(), work.mark(&change.marker)).await??;
        }
        let mut exported = Exported {
            calls: count(plan.calls.len()),
            unchanged: count(plan.files.len() - due.len()),
            is_recorded: ledger.is_some(),
            ..Exported::default()
        };
        let mut report = |exported: &Exported| {
            let (files, done) = (count(due.len()), exported.written);
            progress(ExportProgress { files, done, rows: exported.rows, bytes: exported.bytes });
        };
        let mut sizes = Vec::with_capacity(due.len());
        for file in &due {
            let before = exported.bytes;
            work.write(file, &mut exported, &mut report, stop.as_mut()).await?;
            sizes.push(exported.bytes - before);
            exported.written += 1;
            report(&exported);
            unless(stop.as_mut(), pause()).await?;
        }
        store.settle().map_err(failed)?;
        if ledger.is_some() || !change.others.is_empty() {
            for name in &change.removed {
                unless(stop.as_mut(), store.remove(name)).await?.map_err(failed)?;
                exported.removed += 1;
            }
        }
        // Last, so that a place that is taken over half-way is not taken for one that is ours.
        for name in &change.others {
            unless(stop.as_mut(), store.remove(name)).await?.map_err(failed)?;
        }
        if let Some(ledger) = ledger {
            ledger.finish(&plan, &change, &sizes, now)?;
        }
        Ok(exported)
    }

    /// What an export would do, of which nothing is done: `written` and `removed` are files that would
    /// be, and nobody knows of how many rows and bytes.
    ///
    /// Fails like [`export`](Self::export).
    pub async fn would_export(&self, export: &Export) -> Result<Exported> {
        let failed = |error| export.place.failed(error);
        let there = Store::look(&export.place).await.map_err(failed)?;
        let (plan, change) = self.change(&self.connection, export, &there)?;
        Ok(Exported {
            calls: count(plan.calls.len()),
            written: count(change.due.len()),
            unchanged: count(plan.files.len() - change.due.len()),
            removed: count(change.removed.len()),
            ..Exported::default()
        })
    }

    /// What is exported, and what that changes at a place with these files.
    fn change(
        &self,
        snapshot: &Connection,
        export: &Export,
        there: &[There],
    ) -> Result<(Plan, Change)> {
        let of = |error| Error::of(error, &self.path());
        let plan = Plan::of(snapshot, export).map_err(of)?;
        let change = Change::of(snapshot, export, &plan, there).map_err(of)?;
        if let Some(name) = &change.folder_in_the_way {
            let problem = format!("{name} there is a folder");
            return Err(Error::NoPlace { place: export.place.name(), problem });
        }
        if !change.others.is_empty() && !export.may_take_over {
            return Err(Error::OthersPlace { place: export.place.name() });
        }
        if let Some(name) = change.in_the_way.as_ref().filter(|_| !export.may_take_over) {
            return Err(Error::OthersFile { place: export.place.name(), name: name.clone() });
        }
        if change.lost > 0 && !export.may_narrow {
            return Err(Error::Narrower { place: export.place.name(), calls: change.lost });
        }
        Ok((plan, change))
    }
}

/// What writing a file takes.
struct Work<'a> {
    connection: &'a Connection,
    store: &'a Store,
    export: &'a Export,
    plan: &'a Plan,
}

impl Work<'_> {
    /// Says at the place whose it is. In a folder, that gets there with the first files, before them.
    async fn mark(&self, marker: &Marker) -> Result<()> {
        let failed = |error| self.export.place.failed(error);
        let mut sink = self.store.create(&marker.name).map_err(failed)?;
        sink.write(marker::TEXT).await.map_err(failed)?;
        sink.finish().await.map_err(failed)
    }

    async fn write(
        &mut self,
        file: &File,
        exported: &mut Exported,
        report: &mut dyn FnMut(&Exported),
        stop: Stop<'_>,
    ) -> Result<()> {
        let failed = |error| self.export.place.failed(error);
        let name = self.plan.name(self.connection, self.export, file)?;
        let mut sink = self.store.create(&name).map_err(failed)?;
        let work = async {
            self.fill(file, &mut sink, exported, report).await?;
            sink.finish().await.map_err(failed)
        };
        let done = unless(stop, work).await.flatten();
        if done.is_err() {
            sink.discard().await;
        }
        done
    }

    async fn fill(
        &self,
        file: &File,
        sink: &mut Sink,
        exported: &mut Exported,
        report: &mut dyn FnMut(&Exported),
    ) -> Result<()> {
        let mut encoder = Encoder::of(self.export, &file.content)?;
        let before = exported.rows;
        if let Content::Activity(days) = &file.content {
            encoder.activity(self.connection, days)?;
        }
        for &at in file.content.calls() {
            encoder.call(self.connection, &file.content, &self.plan.calls[at])?;
            exported.rows = before + encoder.rows();
            if encoder.len() >= PIECE {
                self.drain(sink, &mut encoder, exported).await?;
                report(exported);
                pause().await;
            }
        }
        encoder.finish()?;
        exported.rows = before + encoder.rows();
        self.drain(sink, &mut encoder, exported).await
    }

    async fn drain(
        &self,
        sink: &mut Sink,
        encoder: &mut Encoder,
        exported: &mut Exported,
    ) -> Result<()> {
        let bytes = encoder.take();
        exported.bytes += count(bytes.len());
        sink.write(&bytes).await.map_err(|error| self.export.place.failed(error))
    }
}

/// Does this, unless the export is to stop first.
async fn unless<T>(stop: Stop<'_>, work: impl Future<Output = T>) -> Result<T> {
    match select(pin!(work), stop).await {
        Either::Left((done, _)) => Ok(done),
        Either::Right(((), _)) => Err(Error::Stopped),
    }
}

/// Lets whoever waits for the export stop it: a folder never makes it wait.
async fn pause() {
    let mut is_over = false;
    poll_fn(|context| {
        if is_over {
            return Poll::Ready(());
        }
        is_over = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
