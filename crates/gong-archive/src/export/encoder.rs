//! Encoders: rows and calls become the bytes of a file, piece by piece.

use rusqlite::{Connection, Row};

#[cfg(feature = "export")]
use super::parquet;
use super::{
    Export, ExportFormat, csv, jsonl, markdown,
    plan::{Chosen, Content, Days},
    tables::ACTIVITY,
};
use crate::error::Result;

/// Makes the bytes of one file. At most some of it is in memory: what is [taken](Self::take) is gone.
pub(super) struct Encoder {
    form: Form,
    rows: u64,
}

enum Form {
    Markdown(Vec<u8>),
    Jsonl(Vec<u8>),
    Csv(Box<csv::Sheet>),
    #[cfg(feature = "export")]
    Parquet(Box<parquet::Table>),
}

impl Encoder {
    pub(super) fn of(export: &Export, content: &Content) -> Result<Self> {
        let table = content.table();
        let form = match export.format {
            ExportFormat::Markdown => Form::Markdown(Vec::new()),
            ExportFormat::Jsonl => Form::Jsonl(Vec::new()),
            ExportFormat::Csv => Form::Csv(Box::new(csv::Sheet::of(table, export.formulas))),
            #[cfg(feature = "export")]
            ExportFormat::Parquet => Form::Parquet(Box::new(parquet::Table::of(table)?)),
        };
        Ok(Self { form, rows: 0 })
    }

    /// Adds what the file holds of a call.
    pub(super) fn call(
        &mut self,
        connection: &Connection,
        content: &Content,
        call: &Chosen,
    ) -> Result<()> {
        match &mut self.form {
            Form::Markdown(bytes) => markdown::write(connection, &call.named(connection)?, bytes)?,
            Form::Jsonl(bytes) => jsonl::write(connection, &call.named(connection)?, bytes)?,
            _ => {
                let mut rows = connection.prepare_cached(content.table().sql)?;
                let mut rows = rows.query([call.number])?;
                while let Some(row) = rows.next()? {
                    self.row(row)?;
                }
                return Ok(());
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Adds what users did on these days.
    pub(super) fn activity(&mut self, connection: &Connection, days: &Days) -> Result<()> {
        let mut rows = connection.prepare_cached(ACTIVITY.sql)?;
        let mut rows = rows.query([&days.from, &days.to])?;
        while let Some(row) = rows.next()? {
            self.row(row)?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        self.rows += 1;
        match &mut self.form {
            Form::Csv(sheet) => sheet.row(row)?,
            #[cfg(feature = "export")]
            Form::Parquet(table) => table.row(row)?,
            Form::Markdown(_) | Form::Jsonl(_) => {}
        }
        Ok(())
    }

    /// How many bytes there are to take.
    pub(super) fn len(&self) -> usize {
        match &self.form {
            Form::Markdown(bytes) | Form::Jsonl(bytes) => bytes.len(),
            Form::Csv(sheet) => sheet.len(),
            #[cfg(feature = "export")]
            Form::Parquet(table) => table.len(),
        }
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        match &mut self.form {
            Form::Markdown(bytes) | Form::Jsonl(bytes) => std::mem::take(bytes),
            Form::Csv(sheet) => sheet.take(),
            #[cfg(feature = "export")]
            Form::Parquet(table) => table.take(),
        }
    }

    /// Adds what stands at the end of the file.
    pub(super) fn finish(&mut self) -> Result<()> {
        match &mut self.form {
            #[cfg(feature = "export")]
            Form::Parquet(table) => table.finish(),
            _ => Ok(()),
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}
