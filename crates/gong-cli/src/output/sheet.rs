//! CSV: one row a record, with cells that no spreadsheet runs as a formula.

use std::borrow::Cow;

use gong_transcript::Formulas;

use super::view::Cell;

/// One line of CSV.
pub(super) fn row(cells: &[Cell], formulas: Formulas) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new());
    let cells = cells.iter().map(|cell| match formulas {
        _ if is_plain_number(cell) => Cow::Borrowed(cell.text.as_str()),
        formulas => formulas.cell(&cell.text),
    });
    let cells: Vec<_> = cells.collect();
    writer
        .write_record(cells.iter().map(|cell| cell.as_bytes()))
        .and_then(|()| writer.into_inner().map_err(|error| error.into_error().into()))
        .expect("memory takes everything")
}

/// The name of a column: `PRIMARY USER` becomes `primary_user`.
pub(super) fn column(head: &str) -> Cell {
    Cell::text(head.to_lowercase().replace(' ', "_"))
}

/// `-5` of a number is no formula.
fn is_plain_number(cell: &Cell) -> bool {
    cell.is_number && cell.text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn defused(text: &str) -> String {
        String::from_utf8(row(&[Cell::text(text), Cell::text("")], Formulas::Defused)).unwrap()
    }

    #[test]
    fn numbers_are_no_formulas_and_raw_is_raw() {
        let minus = [Cell::number("-5.5"), Cell::number("-5+1"), Cell::text("-5")];
        assert_eq!(row(&minus, Formulas::Defused), b"-5.5,'-5+1,'-5\n");
        assert_eq!(row(&minus, Formulas::Raw), b"-5.5,-5+1,-5\n");
    }

    #[test]
    fn what_needs_quotes_has_them() {
        assert_eq!(defused("a,\"b\""), "\"a,\"\"b\"\"\",\n");
        assert_eq!(defused("a\nb"), "\"a\nb\",\n");
    }

    proptest! {
        #[test]
        fn no_line_of_a_cell_is_a_formula(text in "([ =+\\-@\t\r\n＝a'\u{feff}\u{a0}]|.){0,12}") {
            // The reader takes a byte order mark from the start of a file.
            let cells = [Cell::text("x"), Cell::text(text.as_str())];
            let row = row(&cells, Formulas::Defused);
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_slice());
            let read = reader.records().next().unwrap().unwrap()[1].to_owned();
            let bare = [' ', '\u{a0}', '\u{feff}'];
            for line in read.split(['\n', '\r']) {
                let first = line.trim_start_matches(bare).chars().next();
                prop_assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '＝')), "{:?}", read);
            }
            let undone: String = read.replace('\'', "");
            prop_assert_eq!(undone, text.replace('\'', ""));
        }
    }
}
