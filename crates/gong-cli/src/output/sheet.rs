//! CSV: one row a record, with cells that no spreadsheet runs as a formula.

use std::borrow::Cow;

use super::view::Cell;

/// Whether cells that look like formulas are defused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Formulas {
    /// They get an apostrophe in front, so that a spreadsheet shows them.
    #[default]
    Defused,
    /// They stay as they are.
    Raw,
}

/// One line of CSV.
pub(super) fn row(cells: &[Cell], formulas: Formulas) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new());
    let cells = cells.iter().map(|cell| match formulas {
        Formulas::Defused if !is_plain_number(cell) => defuse(&cell.text),
        _ => Cow::Borrowed(cell.text.as_str()),
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

/// Puts an apostrophe before each line that a spreadsheet would run, and before a cell that begins
/// with a line end or a tab.
fn defuse(text: &str) -> Cow<'_, str> {
    let starts = std::iter::once(0).chain(
        text.char_indices().filter(|(_, it)| matches!(it, '\n' | '\r')).map(|(at, _)| at + 1),
    );
    let armed: Vec<usize> = starts.filter(|&start| is_armed(&text[start..], start == 0)).collect();
    if armed.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut defused = String::with_capacity(text.len() + armed.len());
    let mut rest = 0;
    for start in armed {
        defused.push_str(&text[rest..start]);
        defused.push('\'');
        rest = start;
    }
    defused.push_str(&text[rest..]);
    Cow::Owned(defused)
}

fn is_armed(line: &str, is_first: bool) -> bool {
    let is_blank = |it: char| {
        (it.is_whitespace() && !matches!(it, '\t' | '\n' | '\r'))
            || matches!(it, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
    };
    match line.trim_start_matches(is_blank).chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '＝' | '＋' | '－' | '＠') => true,
        Some('\n' | '\r') => is_first,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn defused(text: &str) -> String {
        String::from_utf8(row(&[Cell::text(text), Cell::text("")], Formulas::Defused)).unwrap()
    }

    #[test]
    fn formulas_are_defused_on_every_line() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r'=1"),
            ("\n=1", "'\n'=1"),
            ("  =1", "'  =1"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\u{200b}=1", "'\u{200b}=1"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠a", "'＠a"),
            ("a\n=1\r\n@b", "a\n'=1\r\n'@b"),
            (
                "=HYPERLINK(\"https://evil.example\",\"x\")",
                "'=HYPERLINK(\"https://evil.example\",\"x\")",
            ),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("a=b - c", "a=b - c"),
            ("a\r\nb\n\nc", "a\r\nb\n\nc"),
            ("'=1", "'=1"),
            ("", ""),
            ("12345678901234567890", "12345678901234567890"),
        ] {
            assert_eq!(defuse(text), expected, "{text:?}");
            assert_eq!(defuse(expected), expected, "{text:?}");
        }
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
