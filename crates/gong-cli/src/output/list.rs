//! A list on its way to stdout: each record is printed as it comes, and memory stays flat.

use std::marker::PhantomData;

use gong_types::Record;
use serde::de::DeserializeOwned;

use super::{
    Cell, Format, Output, View, clean::clean, error::Result, fields::compact, sheet, table::Table,
};

/// As many records as Gong sends at a time. After so many they are handed on, so that whoever reads
/// them need not wait for the buffer to fill, and a reader who left is noticed before the next page.
const PAGE: usize = 100;

/// A list that is being printed.
///
/// [`List::finish`] must be called also when the list failed midway: it closes a JSON array and
/// prints what waits.
#[must_use = "a list must be finished, or its JSON stays open"]
pub(crate) struct List<'a, T> {
    output: &'a mut Output,
    format: Format,
    table: Option<Table>,
    count: usize,
    is_refused: bool,
    pub(super) is_one: bool,
    model: PhantomData<fn() -> T>,
}

impl<'a, T: View + DeserializeOwned> List<'a, T> {
    pub(super) fn new(output: &'a mut Output) -> Self {
        output.records = 0;
        let format = output.format();
        Self {
            output,
            format,
            table: None,
            count: 0,
            is_refused: false,
            is_one: false,
            model: PhantomData,
        }
    }

    /// Prints a record. After an error that [`is_of_one_record`] the list is as it was.
    ///
    /// [`is_of_one_record`]: super::Error::is_of_one_record
    pub(crate) fn push(&mut self, record: &Record<T>) -> Result<()> {
        self.output.records += 1;
        self.output.check_depth(record.text())?;
        if self.output.records == 1 {
            self.output.check(record).inspect_err(|_| self.is_refused = true)?;
        }
        if self.output.jq.is_some() {
            self.filtered(record)?;
        } else {
            match self.format {
                Format::Json => self.json(record)?,
                Format::Jsonl => self.json_line(record)?,
                Format::Csv => self.row(record)?,
                _ => self.table_row(record)?,
            }
        }
        self.count += 1;
        if self.count.is_multiple_of(PAGE) { self.output.flush() } else { Ok(()) }
    }

    /// Hands on what there is so far, as after a page.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if let Some(table) = &mut self.table {
            let lines = table.settle();
            self.output.n_hidden = table.n_hidden();
            self.output.sink.write(&lines)?;
        }
        self.output.flush()
    }

    /// Ends the list and says how many records were printed.
    pub(crate) fn finish(mut self) -> Result<usize> {
        // Who asked wrongly gets no empty list for an answer.
        if self.output.jq.is_none() && !self.is_one && !self.is_refused {
            match self.format {
                Format::Json if self.count == 0 => self.output.sink.write("[]\n")?,
                Format::Json => self.output.sink.write("\n]\n")?,
                Format::Csv if self.count == 0 => self.header()?,
                _ => {}
            }
        }
        self.flush()?;
        Ok(self.count)
    }

    /// See [`Output::show_members`]. Who asked for others gets no list.
    pub(crate) fn show_members(&mut self, names: Vec<String>) -> Result<()> {
        self.output.show_members(names).inspect_err(|_| self.is_refused = true)
    }

    /// What was asked for is wrong: there is no list, not even an empty one, unless it has begun.
    pub(crate) fn refuse(&mut self) {
        self.is_refused = self.count == 0;
    }

    /// Whether nothing was printed so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn filtered(&mut self, record: &Record<T>) -> Result<()> {
        let output = &mut *self.output;
        let projected;
        let mut text = record.text();
        if !output.paths.is_empty() {
            projected = output.project(text)?;
            text = &projected;
        }
        // Taken out for the call, as the filter writes to the output that holds it.
        let Some(jq) = output.jq.take() else { return Ok(()) };
        let filtered = output.filter(&jq, text);
        output.jq = Some(jq);
        filtered
    }

    fn json(&mut self, record: &Record<T>) -> Result<()> {
        let output = &mut *self.output;
        let projected =
            if output.paths.is_empty() { None } else { Some(output.project(record.text())?) };
        if !self.is_one {
            output.sink.write(if self.count == 0 { "[\n  " } else { ",\n  " })?;
        }
        output.json(projected.as_deref().unwrap_or(record.text()))?;
        if self.is_one { output.sink.write("\n") } else { Ok(()) }
    }

    fn json_line(&mut self, record: &Record<T>) -> Result<()> {
        if self.output.paths.is_empty() {
            self.output.json_line(&compact(record.text()))
        } else {
            let projected = self.output.project(record.text())?;
            self.output.json_line(&projected)
        }
    }

    fn row(&mut self, record: &Record<T>) -> Result<()> {
        let rows = self.output.rows(record)?;
        if self.count == 0 {
            self.header()?;
        }
        rows.into_iter().try_for_each(|cells| self.cells(cells))
    }

    fn header(&mut self) -> Result<()> {
        let heads = self.output.heads::<T>();
        let is_named = !self.output.paths.is_empty();
        let head = |head: String| if is_named { Cell::text(head) } else { sheet::column(&head) };
        self.cells(heads.into_iter().map(head).collect())
    }

    fn cells(&mut self, mut cells: Vec<Cell>) -> Result<()> {
        if self.output.settings.stdout_is_terminal {
            for cell in &mut cells {
                cell.text = clean(&cell.text).into_owned();
            }
        }
        let row = sheet::row(&cells, self.output.settings.formulas);
        self.output.sink.write_bytes(&row)
    }

    fn table_row(&mut self, record: &Record<T>) -> Result<()> {
        let output = &mut *self.output;
        let shown = if output.paths.is_empty() { T::FOR_PEOPLE } else { usize::MAX };
        let rows = output.rows(record)?;
        let table = self.table.get_or_insert_with(|| {
            let mut heads = output.heads::<T>();
            heads.truncate(shown);
            Table::new(output.drawing(), heads)
        });
        for mut cells in rows {
            cells.truncate(shown);
            let lines = table.push(cells);
            output.sink.write(&lines)?;
        }
        Ok(())
    }
}
