//! What the tables are documented to be.

use std::{fmt::Write as _, path::Path};

use gong_archive::EXPORTED_TABLES;

/// Where the columns are documented, below the root of the repository.
const PAGE: &str = "docs/reference/export.md";
/// Has the page written instead of compared.
const WRITE_VARIABLE: &str = "GONG_WRITE_EXPORT_REFERENCE";

#[test]
fn the_reference_says_what_the_columns_are() {
    let mut page = "\
# Tables of `gong export`

As CSV and as Parquet. Ids are text, times are UTC, and any value may be missing. In CSV nothing
stands for a missing value, and for an empty text as well. With `--partition`, the files of a table
are in folders such as `sentences/month=2026-05`, and the folder is a column of its own, which the
files do not have.

The month is that of UTC, so a call of the last evening may be in the next. `activity` belongs to no
account, and is by month with `--partition account` too. In CSV, a text that a spreadsheet would run as a
formula has a `'` in front; `gong export --csv-raw` leaves it as it is.
"
    .to_owned();
    for table in EXPORTED_TABLES {
        let _ = write!(page, "\n## `{}`\n\n{}\n\n", table.name, table.about);
        page.push_str("| column | Parquet | CSV | what it means |\n|---|---|---|---|\n");
        for it in table.columns {
            let (parquet, csv) = (it.kind.parquet(), it.kind.csv());
            let _ = writeln!(page, "| `{}` | {parquet} | {csv} | {} |", it.name, it.about);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PAGE);
    if std::env::var_os(WRITE_VARIABLE).is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{PAGE} is not up to date: run the tests with {WRITE_VARIABLE}=1");
}
