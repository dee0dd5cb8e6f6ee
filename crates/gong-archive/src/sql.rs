//! SQL: one statement of anybody's over the archive, which cannot change it, and ends.

mod guard;
mod refusal;

use std::{
    collections::HashSet,
    ops::ControlFlow,
    panic,
    sync::mpsc::{self, RecvTimeoutError, SyncSender},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Row, types::ValueRef};
use serde_json::{Map, Value};

use self::guard::Guarded;
use crate::{
    archive::Archive,
    error::{Error, Result},
};

/// How much one statement may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlLimits {
    /// How long it may take, with what is done with its rows.
    pub time: Duration,
    /// How many rows it may give.
    pub rows: u64,
    /// How many bytes all values together may have.
    pub bytes: usize,
    /// How much memory it may take, in bytes; `None` is as much as there is. It is SQLite that counts,
    /// for the whole process and until its end, and the least that was ever asked for holds: only a
    /// program that does nothing else with SQLite should ask for it.
    pub memory: Option<u32>,
}

impl Default for SqlLimits {
    /// 5 seconds, 100,000 rows, 64 MiB of values, and no limit of memory.
    fn default() -> Self {
        Self { time: Duration::from_secs(5), rows: 100_000, bytes: 64 << 20, memory: None }
    }
}

/// What a statement gave.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The names of its columns, each once: a second `name` is `name_2`.
    pub columns: Vec<String>,
    /// How many rows were given.
    pub n_rows: u64,
    /// Why there are more rows, if there are.
    pub cut: Option<Cut>,
}

/// Why rows are missing at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// There are more than [`SqlLimits::rows`].
    Rows,
    /// They have more than [`SqlLimits::bytes`].
    Bytes,
    /// Whoever took them wanted no more.
    Stopped,
}

impl Archive {
    /// Runs one statement that only reads, and gives `show` each row, by the names of its columns.
    ///
    /// Numbers are numbers, text is text, and bytes are text in hexadecimal digits. A number that
    /// JSON does not have, such as infinity, is text. Ids are text in all tables.
    ///
    /// Fails with [`Error::Statement`] if the statement is wrong, would do more than read, or takes
    /// too much.
    pub fn sql(
        &self,
        statement: &str,
        limits: &SqlLimits,
        mut show: impl FnMut(Map<String, Value>) -> ControlFlow<()>,
    ) -> Result<Answer> {
        // SQLite would end the statement there, and run what is before it.
        if statement.contains('\0') {
            let problem = "the statement has a NUL character in it".to_owned();
            return Err(Error::Statement { problem, hint: Some("leave it out".to_owned()) });
        }
        // A connection of its own: what is forbidden here must not be so elsewhere.
        let Self { connection, .. } = Self::open(&self.folder)?;
        let ends = Instant::now() + limits.time.min(NEVER);
        let guarded = guard::guarded(connection, limits, ends)
            .map_err(|error| Error::of(error, &self.path()))?;
        // On a thread of its own: SQLite looks at the clock between the steps of a statement, and
        // one call of a function may take minutes. Such a thread is left to itself.
        let (sender, rows) = mpsc::sync_channel(ROWS_AHEAD);
        let run = {
            let (statement, limits) = (statement.to_owned(), limits.clone());
            move || run(&guarded, &statement, &limits, &sender)
        };
        let thread = thread::spawn(run);
        let mut taken = Taken::default();
        loop {
            let left = (ends + GRACE).saturating_duration_since(Instant::now());
            match rows.recv_timeout(left) {
                Ok(Piece::Columns(columns)) => taken.columns = columns,
                Ok(Piece::Row(row)) => {
                    taken.n_rows += 1;
                    if show(row).is_break() {
                        let Taken { columns, n_rows } = taken;
                        return Ok(Answer { columns, n_rows, cut: Some(Cut::Stopped) });
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Err(refusal::too_long(limits)),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let ended = thread.join().unwrap_or_else(|payload| panic::resume_unwind(payload));
        let cut = ended.map_err(|stop| match stop {
            Stop::Refused(error) => error,
            Stop::Failed(error) => refusal::explain(self, statement, limits, error),
        })?;
        let Taken { columns, n_rows } = taken;
        Ok(Answer { columns, n_rows, cut })
    }
}

/// How many rows are read before they are asked for.
const ROWS_AHEAD: usize = 64;
/// Longer than anybody waits, and short enough to be added to a moment.
const NEVER: Duration = Duration::from_hours(1_000_000);
/// How long after its end a statement may take to end by itself.
const GRACE: Duration = Duration::from_millis(500);

/// What a running statement gives.
#[derive(Debug)]
enum Piece {
    Columns(Vec<String>),
    Row(Map<String, Value>),
}

/// What was taken of it so far.
#[derive(Debug, Default)]
struct Taken {
    columns: Vec<String>,
    n_rows: u64,
}

/// Why a statement did not come to its end.
#[derive(Debug)]
enum Stop {
    Refused(Error),
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

/// Runs a statement under guard, and sends its rows.
fn run(
    guarded: &Guarded,
    statement: &str,
    limits: &SqlLimits,
    sender: &SyncSender<Piece>,
) -> Result<Option<Cut>, Stop> {
    let mut prepared = guarded.connection.prepare(statement)?;
    guard::check(&prepared).map_err(Stop::Refused)?;
    guarded.check_tables(&prepared, statement)?;
    let columns = unique(prepared.column_names());
    if sender.send(Piece::Columns(columns.clone())).is_err() {
        return Ok(Some(Cut::Stopped));
    }
    let mut rows = prepared.raw_query();
    let (mut n_rows, mut n_bytes) = (0, 0);
    while let Some(row) = rows.next()? {
        if n_rows == limits.rows {
            return Ok(Some(Cut::Rows));
        }
        // Before any of it is copied: the values of a row may be one text, many times.
        n_bytes = size(row, columns.len())?.saturating_add(n_bytes);
        if n_bytes > limits.bytes {
            return Ok(Some(Cut::Bytes));
        }
        let row = read(row, &columns)?;
        n_rows += 1;
        if sender.send(Piece::Row(row)).is_err() {
            return Ok(Some(Cut::Stopped));
        }
    }
    Ok(None)
}

/// Tells columns of the same name apart.
fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<&str> = names.collect();
    let mut taken: HashSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut seen = HashSet::new();
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        let mut column = name.to_owned();
        if !seen.insert(name) {
            let mut number = 2;
            while !taken.insert({
                column = format!("{name}_{number}");
                column.clone()
            }) {
                number += 1;
            }
        }
        columns.push(column);
    }
    columns
}

/// How many bytes the values of a row have when they are read.
fn size(row: &Row<'_>, n_columns: usize) -> rusqlite::Result<usize> {
    let mut size = 0_usize;
    for place in 0..n_columns {
        size = size.saturating_add(match row.get_ref(place)? {
            ValueRef::Text(text) => text.len(),
            ValueRef::Blob(bytes) => 2 * bytes.len(),
            _ => 8,
        });
    }
    Ok(size)
}

fn read(row: &Row<'_>, columns: &[String]) -> rusqlite::Result<Map<String, Value>> {
    let mut values = Map::new();
    for (place, column) in columns.iter().enumerate() {
        let value = match row.get_ref(place)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) if number.is_finite() => number.into(),
            ValueRef::Real(number) => number.to_string().into(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
            ValueRef::Blob(bytes) => hexadecimal(bytes).into(),
        };
        values.insert(column.clone(), value);
    }
    Ok(values)
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |half: u8| DIGITS[usize::from(half)];
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
