//! The ledger of exports: what went where, so that the next one and a purge know.
//!
//! It holds no name of a call or a file, only salted hashes of them: it must not be what remembers a
//! call that was purged. It is written beside a sync, not instead of one: SQLite lets one change at a
//! time through, and nobody else writes these tables.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, params};

use super::{
    ExportFormat, ExportPlace, ExportScope,
    plan::{Content, Plan},
};
use crate::{
    archive::{Archive, PATIENCE},
    error::{Error, Result},
    moment, schema,
    tombstones::{self, CALL},
};

/// The kind of the hashes of names of files.
const FILE: &str = "file";

type Hash = [u8; 32];

/// What the archive remembers of the exports of one format to one place.
pub(super) struct Ledger {
    connection: Connection,
    path: PathBuf,
    export_id: i64,
    format: ExportFormat,
    /// The files that an earlier export wrote.
    known: HashMap<Hash, Known>,
    /// The names of the files of this export, and its calls, in the order of the plan.
    files: Vec<Hash>,
    calls: Vec<Hash>,
}

struct Known {
    /// What is in it; nothing if the export did not come to its end.
    digest: Option<Hash>,
    /// Whose file it is, if it is that of a call.
    call: Option<Hash>,
}

impl Ledger {
    /// Notes that an export begins, before anything of it is there. Gives nothing if the archive
    /// cannot be written.
    pub(super) fn begin(
        archive: &Archive,
        place: &ExportPlace,
        format: ExportFormat,
        plan: &Plan,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let path = archive.path();
        let begun = connect(&path).and_then(|mut connection| {
            let transaction = begin(&mut connection, &path)?;
            let noted = note(&transaction, place, format, plan, now);
            let (export_id, known, files, calls) = noted.map_err(|error| of(error, &path))?;
            transaction.commit().map_err(|error| of(error, &path))?;
            let path = path.clone();
            Ok(Self { connection, path, export_id, format, known, files, calls })
        });
        match begun {
            Ok(ledger) => Ok(Some(ledger)),
            Err(Error::ReadOnly { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a file is to be written.
    pub(super) fn wants(&self, plan: &Plan, file: usize, scope: ExportScope) -> bool {
        let known = self.known.get(&self.files[file]).and_then(|it| it.digest);
        scope == ExportScope::Everything || known != Some(plan.files[file].digest)
    }

    /// The files of earlier exports that have no place any more. Of tables, what is there is what was
    /// asked for last. A Markdown file stays as long as its call is there and has no other file.
    pub(super) fn stale(&self, snapshot: &Connection) -> Result<HashSet<Hash>> {
        let files: HashSet<&Hash> = self.files.iter().collect();
        let mut stale: HashSet<Hash> =
            self.known.keys().filter(|it| !files.contains(it)).copied().collect();
        if stale.is_empty() || self.format != ExportFormat::Markdown {
            return Ok(stale);
        }
        let mut held = HashSet::new();
        let mut calls = snapshot.prepare("SELECT call_id FROM calls")?;
        let mut calls = calls.query([])?;
        while let Some(row) = calls.next()? {
            let id: String = row.get(0)?;
            held.insert(tombstones::hash(snapshot, CALL, &id)?);
        }
        for call in &self.calls {
            held.remove(call);
        }
        stale.retain(|it| self.known[it].call.is_none_or(|call| !held.contains(&call)));
        Ok(stale)
    }

    /// What stands for the name of a file.
    pub(super) fn hash(&self, name: &str) -> Result<Hash> {
        Ok(tombstones::hash(&self.connection, FILE, name)?)
    }

    /// Notes that the export is done, and that the stale files are gone.
    pub(super) fn finish(
        mut self,
        plan: &Plan,
        stale: &HashSet<Hash>,
        now: Timestamp,
    ) -> Result<()> {
        let of = |error| of(error, &self.path);
        let transaction = begin(&mut self.connection, &self.path)?;
        let finished = || {
            for file in stale {
                transaction
                    .prepare_cached(
                        "DELETE FROM exported_files WHERE export_id = ?1 AND file_hash = ?2",
                    )?
                    .execute(params![self.export_id, file])?;
            }
            for (file, hash) in plan.files.iter().zip(&self.files) {
                transaction
                    .prepare_cached(
                        "UPDATE exported_files SET digest = ?3
                         WHERE export_id = ?1 AND file_hash = ?2",
                    )?
                    .execute(params![self.export_id, hash, file.digest])?;
            }
            forget(&transaction, self.export_id, self.format, &self.calls)?;
            transaction.execute(
                "UPDATE exports SET finished = ?2 WHERE export_id = ?1",
                params![self.export_id, moment::text(now)],
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
    calls: &[Hash],
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
    calls: &[Hash],
) -> rusqlite::Result<()> {
    let mut add = transaction.prepare_cached(
        "INSERT OR IGNORE INTO exported_calls (export_id, call_hash) VALUES (?1, ?2)",
    )?;
    for call in calls {
        add.execute(params![export_id, call])?;
    }
    Ok(())
}

type Noted = (i64, HashMap<Hash, Known>, Vec<Hash>, Vec<Hash>);

fn note(
    transaction: &Transaction<'_>,
    place: &ExportPlace,
    format: ExportFormat,
    plan: &Plan,
    now: Timestamp,
) -> rusqlite::Result<Noted> {
    let export_id: i64 = transaction.query_row(
        "INSERT INTO exports (place, format, started) VALUES (?1, ?2, ?3)
         ON CONFLICT (place, format) DO UPDATE SET started = excluded.started, finished = NULL
         RETURNING export_id",
        params![place.name(), format.as_str(), moment::text(now)],
        |row| row.get(0),
    )?;
    let known = known(transaction, export_id)?;
    let calls: Vec<Hash> = plan
        .calls
        .iter()
        .map(|it| tombstones::hash(transaction, CALL, &it.id))
        .collect::<rusqlite::Result<_>>()?;
    add_calls(transaction, export_id, &calls)?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO exported_files (export_id, file_hash, call_hash) VALUES (?1, ?2, ?3)
         ON CONFLICT (export_id, file_hash) DO NOTHING",
    )?;
    let mut files = Vec::with_capacity(plan.files.len());
    for file in &plan.files {
        let hash = tombstones::hash(transaction, FILE, &file.name)?;
        let call = match file.content {
            Content::Call => file.calls.first().map(|&at| calls[at]),
            _ => None,
        };
        add.execute(params![export_id, hash, call])?;
        files.push(hash);
    }
    Ok((export_id, known, files, calls))
}

fn known(transaction: &Transaction<'_>, export_id: i64) -> rusqlite::Result<HashMap<Hash, Known>> {
    let mut files = transaction
        .prepare("SELECT file_hash, digest, call_hash FROM exported_files WHERE export_id = ?1")?;
    let files = files.query_map([export_id], |row| {
        Ok((row.get(0)?, Known { digest: row.get(1)?, call: row.get(2)? }))
    })?;
    files.collect()
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
