//! Tables read back: CSV by one reader and Parquet by another, as the same texts.

use std::{collections::BTreeMap, fs::File, path::Path};

use gong_archive::ExportFormat;

use super::made::files;

/// The rows of a table over all of its files, each a map of columns; nothing where nothing is.
pub(super) type Rows = Vec<BTreeMap<String, Option<String>>>;

/// Reads a table of an export.
pub(super) fn table(out: &Path, table: &str, format: ExportFormat) -> Rows {
    let ending = format!(".{}", format.as_str());
    let is_of_table = |name: &&String| {
        name.ends_with(&ending)
            && (name.starts_with(&format!("{table}/")) || name.starts_with(&format!("{table}.")))
    };
    let names = files(out);
    let read = match format {
        ExportFormat::Csv => csv,
        #[cfg(feature = "export")]
        ExportFormat::Parquet => parquet,
        _ => unreachable!("there are no tables in other formats"),
    };
    names.iter().filter(is_of_table).flat_map(|name| read(&out.join(name))).collect()
}

fn csv(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let cell = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
        heads.iter().zip(&row).map(|(head, text)| (head.to_owned(), cell(text))).collect()
    });
    rows.collect()
}

#[cfg(feature = "export")]
fn parquet(path: &Path) -> Rows {
    use parquet::{
        file::reader::{FileReader as _, SerializedFileReader},
        record::Field,
    };
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let cell = |field: &Field| match field {
            Field::Null => None,
            Field::Str(text) => Some(text.clone()),
            Field::Long(number) => Some(number.to_string()),
            Field::Double(number) => Some(number.to_string()),
            Field::Bool(is) => Some(is.to_string()),
            Field::TimestampMillis(ms) => {
                let moment = jiff::Timestamp::from_millisecond(*ms).unwrap();
                Some(moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
            }
            Field::Date(days) => {
                let first = jiff::civil::date(1970, 1, 1);
                Some(first.checked_add(jiff::Span::new().days(*days)).unwrap().to_string())
            }
            field => panic!("no column is {field:?}"),
        };
        row.get_column_iter().map(|(head, field)| (head.clone(), cell(field))).collect()
    });
    rows.collect()
}
