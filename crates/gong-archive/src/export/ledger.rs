//! The ledger of exports: what went where, so that the next one and a purge know.
//!
//! It holds no name of a call or a file, only salted hashes of them: it must not be what remembers a
//! call that was purged. It is written beside a sync, not instead of one: SQLite lets one change at a
//! time through, and nobody else writes these tables.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, params};

use super::{
    Export, ExportFormat,
    change::Change,
    plan::{Chosen, Content, Plan},
};
use crate::{
    archive::{Archive, PATIENCE},
    error::{Error, Result},
    moment, schema,
};

/// What the archive is told of an export while it runs.
pub(super) struct Ledger {
    connection: Connection,
    path: PathBuf,
    export_id: i64,
    format: ExportFormat,
}

impl Ledger {
    /// Notes that an export begins, before anything of it is there: what is due is not what it was,
    /// if the export does not come to its end. Gives nothing if the archive cannot be written.
    pub(super) fn begin(
        archive: &Archive,
        export: &Export,
        plan: &Plan,
        change: &Change,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let path = archive.path();
        let begun = connect(&path).and_then(|mut connection| {
            let transaction = begin(&mut connection, &path)?;
            let noted = note(&transaction, export, plan, change, now);
            let export_id = noted.map_err(|error| of(error, &path))?;
            transaction.commit().map_err(|error| of(error, &path))?;
            let path = path.clone();
            Ok(Self { connection, path, export_id, format: export.format })
        });
        match begun {
            Ok(ledger) => Ok(Some(ledger)),
            Err(Error::ReadOnly { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Notes that the export is done, and that the stale files are gone. `sizes` are those of the
    /// files that were due, in bytes.
    pub(super) fn finish(
        mut self,
        plan: &Plan,
        change: &Change,
        sizes: &[u64],
        now: Timestamp,
    ) -> Result<()> {
        let of = |error| of(error, &self.path);
        let transaction = begin(&mut self.connection, &self.path)?;
        let finished = || {
            for file in &change.stale {
                transaction
                    .prepare_cached(
                        "DELETE FROM exported_files WHERE export_id = ?1 AND file_hash = ?2",
                    )?
                    .execute(params![self.export_id, file])?;
            }
            for (&at, size) in change.due.iter().zip(sizes) {
                let file = &plan.files[at];
                transaction
                    .prepare_cached(
                        "UPDATE exported_files SET digest = ?3, bytes = ?4
                         WHERE export_id = ?1 AND file_hash = ?2",
                    )?
                    .execute(params![self.export_id, file.hash, file.digest, size])?;
            }
            forget(&transaction, self.export_id, self.format, &plan.calls)?;
            transaction.execute(
                "UPDATE exports SET finished = ?2, filters = ?3 WHERE export_id = ?1",
                params![self.export_id, moment::text(now), change.filters],
            )
        };
        finished().map_err(of)?;
        transaction.commit().map_err(of)
    }
}

/// Forgets calls that no file at the place holds any more.
fn forget(
    transaction: &Transaction<'_>,
    export_id: i64,
    format: ExportFormat,
    calls: &[Chosen],
) -> rusqlite::Result<()> {
    if format == ExportFormat::Markdown {
        transaction.execute(
            "DELETE FROM exported_calls WHERE export_id = ?1 AND call_hash NOT IN (
               SELECT call_hash FROM exported_files
               WHERE export_id = ?1 AND call_hash IS NOT NULL)",
            [export_id],
        )?;
        return Ok(());
    }
    transaction.execute("DELETE FROM exported_calls WHERE export_id = ?1", [export_id])?;
    add_calls(transaction, export_id, calls)
}

fn add_calls(
    transaction: &Transaction<'_>,
    export_id: i64,
    calls: &[Chosen],
) -> rusqlite::Result<()> {
    let mut add = transaction.prepare_cached(
        "INSERT OR IGNORE INTO exported_calls (export_id, call_hash) VALUES (?1, ?2)",
    )?;
    for call in calls {
        add.execute(params![export_id, call.hash])?;
    }
    Ok(())
}

fn note(
    transaction: &Transaction<'_>,
    export: &Export,
    plan: &Plan,
    change: &Change,
    now: Timestamp,
) -> rusqlite::Result<i64> {
    let export_id: i64 = transaction.query_row(
        "INSERT INTO exports (place, format, started) VALUES (?1, ?2, ?3)
         ON CONFLICT (place, format) DO UPDATE SET started = excluded.started, finished = NULL
         RETURNING export_id",
        params![export.place.name(), export.format.as_str(), moment::text(now)],
        |row| row.get(0),
    )?;
    add_calls(transaction, export_id, &plan.calls)?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO exported_files (export_id, file_hash, call_hash) VALUES (?1, ?2, ?3)
         ON CONFLICT (export_id, file_hash) DO UPDATE SET digest = NULL",
    )?;
    for &at in &change.due {
        let file = &plan.files[at];
        let call = match file.content {
            Content::Call(at) => Some(plan.calls[at].hash),
            _ => None,
        };
        add.execute(params![export_id, file.hash, call])?;
    }
    Ok(export_id)
}

fn connect(path: &Path) -> Result<Connection> {
    let of = |error| of(error, path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(of)?;
    connection.busy_timeout(PATIENCE).map_err(of)?;
    schema::prepare(&connection).map_err(of)?;
    schema::prepare_to_write(&connection).map_err(of)?;
    // Gong does not know where copies went.
    connection.pragma_update(None, "synchronous", "FULL").map_err(of)?;
    Ok(connection)
}

fn begin<'a>(connection: &'a mut Connection, path: &Path) -> Result<Transaction<'a>> {
    connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| of(error, path))
}

fn of(error: rusqlite::Error, path: &Path) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked { holder: None },
        Some(ErrorCode::CannotOpen) => Error::ReadOnly { path: path.to_owned() },
        _ => Error::of(error, path),
    }
}
