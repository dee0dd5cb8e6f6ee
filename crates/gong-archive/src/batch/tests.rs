//! Tests of what is written: faults of records, and that all tables agree after anything.

mod erased;
mod faults;
mod ids;
mod model;
mod moves;
mod purged;
mod settings;
mod views;

use gong_types::Record;
use jiff::Timestamp;
use rusqlite::{Connection, types::Value};
use serde_json::value::RawValue;
use tempfile::TempDir;

use super::Saved;
use crate::Writer;

/// An archive of its own for each test.
pub(super) struct Scratch {
    pub(super) writer: Writer,
    folder: TempDir,
}

/// When everything was fetched.
pub(super) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "tests read better without a sign before each text"
)]
pub(super) fn record<T>(text: impl ToString) -> Record<T> {
    RawValue::from_string(text.to_string()).unwrap().into()
}

impl Scratch {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { writer: Writer::open(folder.path()).unwrap(), folder }
    }

    pub(super) fn call(&mut self, text: impl ToString) -> Saved {
        self.call_at(now(), text)
    }

    pub(super) fn call_at(&mut self, fetched: Timestamp, text: impl ToString) -> Saved {
        let mut batch = self.writer.batch().unwrap();
        let saved = batch.call(&record(text), fetched).unwrap();
        batch.commit().unwrap();
        saved
    }

    pub(super) fn transcript(&mut self, text: impl ToString) -> Saved {
        let mut batch = self.writer.batch().unwrap();
        let saved = batch.transcript(&record(text), now()).unwrap();
        batch.commit().unwrap();
        saved
    }

    pub(super) fn delete(&mut self, call_id: &str) -> bool {
        let mut batch = self.writer.batch().unwrap();
        let n_removed = batch.delete_calls([call_id]).unwrap();
        batch.commit().unwrap();
        n_removed > 0
    }

    pub(super) fn text(&self, kind: &str, id: &str) -> Option<String> {
        self.writer.archive().text(kind, id).unwrap()
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.writer.archive().connection
    }

    /// The rows of a query, a text each.
    pub(super) fn rows(&self, sql: &str) -> Vec<String> {
        let mut select = self.connection().prepare(sql).unwrap();
        let n_columns = select.column_count();
        let rows = select.query_map([], |row| {
            let cells = (0..n_columns).map(|at| {
                Ok(match row.get(at)? {
                    Value::Null => "-".to_owned(),
                    Value::Integer(number) => number.to_string(),
                    Value::Real(number) => number.to_string(),
                    Value::Text(text) => text,
                    Value::Blob(bytes) => format!("{bytes:?}"),
                })
            });
            cells.collect::<rusqlite::Result<Vec<_>>>().map(|cells| cells.join("|"))
        });
        rows.unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    /// That no row refers to one that is not there, and that the index holds what was said.
    pub(super) fn check(&self) {
        assert_eq!(self.rows("PRAGMA foreign_key_check"), Vec::<String>::new());
        assert_eq!(self.rows("PRAGMA integrity_check"), ["ok"]);
        self.connection()
            .execute(
                "INSERT INTO monologue_words (monologue_words, rank) VALUES ('integrity-check', 1)",
                [],
            )
            .unwrap();
    }
}
