//! CSV: a header and a row a line, with cells that no spreadsheet runs as a formula.

use std::borrow::Cow;

use ::csv::Writer;
use gong_transcript::Formulas;
use rusqlite::{Row, types::ValueRef};

use super::tables::{ColumnKind, ExportedTable};
use crate::error::Result;

/// A sheet that is being written.
pub(super) struct Sheet {
    table: &'static ExportedTable,
    formulas: Formulas,
    writer: Writer<Vec<u8>>,
    gathered: usize,
}

impl Sheet {
    pub(super) fn of(table: &'static ExportedTable, formulas: Formulas) -> Self {
        let mut sheet = Self { table, formulas, writer: writer(), gathered: 0 };
        sheet.write(table.columns.iter().map(|it| Cow::Borrowed(it.name.as_bytes())));
        sheet
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let mut cells = Vec::with_capacity(self.table.columns.len());
        for (at, column) in self.table.columns.iter().enumerate() {
            let cell: Cow<'_, [u8]> = match (row.get_ref(at)?, column.kind) {
                // No column of these tables has blobs.
                (ValueRef::Null | ValueRef::Blob(_), _) => b"".into(),
                (ValueRef::Integer(0), ColumnKind::Boolean) => b"false".into(),
                (ValueRef::Integer(_), ColumnKind::Boolean) => b"true".into(),
                (ValueRef::Integer(number), _) => number.to_string().into_bytes().into(),
                (ValueRef::Real(number), _) => number.to_string().into_bytes().into(),
                (ValueRef::Text(text), _) => {
                    match self.formulas.cell(&String::from_utf8_lossy(text)) {
                        Cow::Borrowed(_) => text.into(),
                        Cow::Owned(cell) => cell.into_bytes().into(),
                    }
                }
            };
            cells.push(cell);
        }
        self.write(cells.into_iter());
        Ok(())
    }

    fn write<'a>(&mut self, cells: impl Iterator<Item = Cow<'a, [u8]>>) {
        let mut n_bytes = 0;
        let cells = cells.inspect(|cell| n_bytes += cell.len() + 1);
        self.writer.write_record(cells).expect("memory takes everything");
        self.gathered += n_bytes;
    }

    pub(super) fn len(&self) -> usize {
        self.gathered
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        self.gathered = 0;
        std::mem::replace(&mut self.writer, writer()).into_inner().expect("memory takes everything")
    }
}

fn writer() -> Writer<Vec<u8>> {
    Writer::from_writer(Vec::new())
}
