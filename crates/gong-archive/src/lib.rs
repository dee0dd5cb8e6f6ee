//! A local copy of what Gong holds: one SQLite file with full text, brought up to date by windows of
//! time.
//!
//! An [`Archive`] is read by anybody at any time; a [`Writer`] is the one process that changes it. A
//! *batch* is what is written in one transaction: records, what the index holds of them, and the
//! state that says that they are there.
#![doc = include_str!("../README.md")]

mod archive;
mod batch;
mod collection;
mod error;
mod export;
mod folder;
mod kept;
mod lock;
mod migrations;
mod moment;
mod number;
mod plan;
mod progress;
mod purge;
mod rebuild;
mod retention;
mod schema;
mod search;
mod sql;
mod status;
mod sync;
mod tombstones;
mod verify;
mod words;
mod writer;

pub use crate::{
    archive::Archive,
    batch::{Batch, Saved},
    collection::{Collection, UnknownCollection},
    error::{Error, Result},
    export::{
        ColumnKind, EXPORTED_TABLES, Export, ExportFormat, ExportPlace, ExportProgress,
        ExportScope, Exported, ExportedColumn, ExportedTable, Partition,
    },
    progress::{Progress, Standing},
    purge::{PastExport, Purged, Target},
    rebuild::{Rebuilt, rebuild},
    search::{Coverage, Filters, Found, Hit, Mark, Said, Search, Side},
    sql::{Answer, Cut, SqlLimits},
    status::Status,
    sync::{
        Ended, Estimate, PlannedListing, Problem, Step, Steps, SyncOptions, Synced, estimate,
        planned, sync,
    },
    verify::{Comparison, Finding},
    writer::Writer,
};

#[cfg(feature = "export")]
pub use crate::export::S3;
