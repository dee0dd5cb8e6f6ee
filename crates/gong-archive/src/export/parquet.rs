//! Parquet: columns, compressed with zstd, in groups of rows that fit into memory.

use std::{mem, sync::Arc};

use ::parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};
use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{
        ArrayBuilder as _, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder,
        StringBuilder, TimestampMillisecondBuilder,
    },
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use jiff::{Timestamp, civil::Date};
use rusqlite::{Row, types::ValueRef};

use super::tables::{ColumnKind, ExportedTable};
use crate::error::{Error, Result};

/// How many rows, and how many bytes of them, are gathered before they are encoded.
const BATCH: usize = 4096;
const BATCH_BYTES: usize = 1 << 20;
/// How large a group of rows gets, encoded: readers hold a group of a column in memory.
const GROUP: usize = 8 << 20;
const GROUP_ROWS: usize = 1 << 20;
const LEVEL: i32 = 3;

/// A table that is being written.
pub(super) struct Table {
    schema: Arc<Schema>,
    writer: ArrowWriter<Vec<u8>>,
    columns: Vec<Values>,
    gathered: usize,
}

/// Values of a column that are not encoded yet.
enum Values {
    Text(StringBuilder),
    Integer(Int64Builder),
    Real(Float64Builder),
    Boolean(BooleanBuilder),
    Timestamp(TimestampMillisecondBuilder),
    Date(Date32Builder),
}

impl Table {
    pub(super) fn of(table: &'static ExportedTable) -> Result<Self> {
        let fields: Vec<Field> =
            table.columns.iter().map(|it| Field::new(it.name, data_type(it.kind), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let level = ZstdLevel::try_new(LEVEL).map_err(of)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_created_by(concat!("gong ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties));
        let columns = table.columns.iter().map(|it| Values::of(it.kind)).collect();
        Ok(Self { schema, writer: writer.map_err(of)?, columns, gathered: 0 })
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<()> {
        for (at, values) in self.columns.iter_mut().enumerate() {
            self.gathered += values.push(row.get_ref(at)?);
        }
        if self.gathered >= BATCH_BYTES || self.columns[0].len() >= BATCH {
            self.encode()?;
        }
        Ok(())
    }

    fn encode(&mut self) -> Result<()> {
        self.gathered = 0;
        let columns = self.columns.iter_mut().map(Values::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| of(error.into()))?;
        self.writer.write(&batch).map_err(of)?;
        if self.writer.in_progress_size() >= GROUP {
            self.writer.flush().map_err(of)?;
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.writer.inner().len()
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        // The writer counts what it wrote by itself, and never looks back.
        mem::take(self.writer.inner_mut())
    }

    pub(super) fn finish(&mut self) -> Result<()> {
        self.encode()?;
        self.writer.finish().map_err(of)?;
        Ok(())
    }
}

impl Values {
    fn of(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text(StringBuilder::new()),
            ColumnKind::Integer => Self::Integer(Int64Builder::new()),
            ColumnKind::Real => Self::Real(Float64Builder::new()),
            ColumnKind::Boolean => Self::Boolean(BooleanBuilder::new()),
            ColumnKind::Timestamp => {
                Self::Timestamp(TimestampMillisecondBuilder::new().with_timezone("UTC"))
            }
            ColumnKind::Date => Self::Date(Date32Builder::new()),
        }
    }

    /// Adds a value and says about how large it is. What is not of the kind of the column is left out.
    fn push(&mut self, value: ValueRef<'_>) -> usize {
        let text = value.as_str_or_null().ok().flatten();
        let integer = value.as_i64_or_null().ok().flatten();
        match self {
            Self::Text(values) => values.append_option(text),
            Self::Integer(values) => values.append_option(integer),
            Self::Real(values) => values.append_option(value.as_f64_or_null().ok().flatten()),
            Self::Boolean(values) => values.append_option(integer.map(|it| it != 0)),
            Self::Timestamp(values) => {
                let moment = text.and_then(|it| it.parse::<Timestamp>().ok());
                values.append_option(moment.map(Timestamp::as_millisecond));
            }
            Self::Date(values) => {
                let day = text.and_then(|it| it.parse::<Date>().ok());
                values.append_option(day.and_then(|it| days_since_1970(it).ok()));
            }
        }
        8 + text.map_or(0, str::len)
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Timestamp(values) => values.len(),
            Self::Date(values) => values.len(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Integer(values) => Arc::new(values.finish()),
            Self::Real(values) => Arc::new(values.finish()),
            Self::Boolean(values) => Arc::new(values.finish()),
            Self::Timestamp(values) => Arc::new(values.finish()),
            Self::Date(values) => Arc::new(values.finish()),
        }
    }
}

fn days_since_1970(day: Date) -> Result<i32, jiff::Error> {
    const FIRST: Date = Date::constant(1970, 1, 1);
    Ok(FIRST.until(day)?.get_days())
}

fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Real => DataType::Float64,
        ColumnKind::Boolean => DataType::Boolean,
        ColumnKind::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        ColumnKind::Date => DataType::Date32,
    }
}

fn of(error: ParquetError) -> Error {
    Error::Encoding(Box::new(error))
}
