//! Traces: what the bytes of the folder must not have after a purge, and what only looks like it.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::{Found, Needle};

/// What is looked for in the bytes of the folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sought {
    pub(super) needles: BTreeSet<String>,
    /// The texts of the archive that have a needle in them as a part of something else: they stay, and
    /// so do their bytes.
    pub(super) longer: BTreeSet<String>,
}

/// What the bytes must not have, now that its rows are gone.
pub(super) fn sought(
    connection: &Connection,
    needle: Option<&Needle>,
    found: &Found,
) -> rusqlite::Result<Sought> {
    let ids = found.ids();
    let needles: BTreeSet<String> = needle.into_iter().flat_map(Needle::bytes).collect();
    let lengths: BTreeSet<usize> = ids.iter().map(String::len).collect();
    let mut sought = Sought { needles, longer: BTreeSet::new() };
    let mut said = BTreeSet::new();
    for (table, column) in texts(connection)? {
        let mut select = connection.prepare(&format!("SELECT {column} FROM {table}"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let Some(text) = row.get_ref(0)?.as_str_or_null()? else { continue };
            let lower = text.to_ascii_lowercase();
            let mut holds: BTreeSet<&str> = in_digits(&lower, &lengths);
            holds.retain(|it| ids.contains(*it));
            holds.extend(sought.needles.iter().map(String::as_str).filter(|it| lower.contains(it)));
            // What has it as it is must not be there, and is not to be explained away.
            if holds.is_empty()
                || holds.contains(&*lower)
                || needle.is_some_and(|it| it.is_said(text) || it.is_value(text))
            {
                continue;
            }
            if table == "spoken" {
                // The index has each word by itself; all else is several words there.
                let words = holds.iter().filter(|it| it.chars().all(char::is_alphanumeric));
                said.extend(words.map(|it| (*it).to_owned()));
            }
            sought.longer.insert(text.to_owned());
        }
    }
    sought.needles.extend(ids);
    sought.needles.retain(|it| !said.contains(it));
    Ok(sought)
}

/// The columns with texts that are not compressed.
fn texts(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare(
            "SELECT it.name, its.name FROM sqlite_schema AS it
             JOIN pragma_table_info(it.name) AS its
             WHERE it.type = 'table' AND its.type = 'TEXT'",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The parts of the numbers in a text that have one of these lengths.
fn in_digits<'a>(text: &'a str, lengths: &BTreeSet<usize>) -> BTreeSet<&'a str> {
    let mut parts = BTreeSet::new();
    for digits in text.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty()) {
        for length in lengths {
            let begins = 0..(digits.len() + 1).saturating_sub(*length);
            parts.extend(begins.map(|at| &digits[at..at + length]));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Writer;

    #[test]
    fn only_what_is_something_else_is_explained_away() {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::open(folder.path()).unwrap();
        let connection = &writer.archive.connection;
        connection
            .execute_batch(
                "INSERT INTO calls (number, call_id, title) VALUES
                   (1, '1', 'Intro of joann@acme.example'),
                   (2, '77123456', 'After 7123456'), (3, '7123456', 'Of ann@acme.example');
                 INSERT INTO parties (call_id, position, email) VALUES
                   ('1', 0, 'ann@acme.example'), ('1', 1, 'Joann@acme.example'),
                   ('1', 2, 'bob@acme.example'), ('1', 3, 'ANN@ACME.EXAMPLE');
                 INSERT INTO users (user_id, email) VALUES ('1', 'ann@acme.example.org');
                 INSERT INTO spoken (id, speaker, monologue, text) VALUES
                   (262144, 0, 0, 'It was 81234567, as I said.'),
                   (262145, 0, 0, 'Write to joann@acme.example.');",
            )
            .unwrap();
        let needle = Needle::Email("ann@acme.example".to_owned());
        let mut found = Found::default();
        let found_none = sought(connection, Some(&needle), &found).unwrap();
        assert_eq!(
            Vec::from_iter(found_none.longer),
            [
                "Intro of joann@acme.example",
                "Joann@acme.example",
                "Write to joann@acme.example.",
                "ann@acme.example.org"
            ]
        );
        assert!(found_none.needles.contains("ann@acme.example"), "that longer one is said");
        found.calls = ["7123456", "1234567"].map(str::to_owned).into();
        let of_calls = sought(connection, None, &found).unwrap();
        assert_eq!(
            Vec::from_iter(of_calls.longer),
            ["77123456", "After 7123456", "It was 81234567, as I said."]
        );
        assert_eq!(Vec::from_iter(of_calls.needles), ["7123456"], "the other one is said");
    }
}
