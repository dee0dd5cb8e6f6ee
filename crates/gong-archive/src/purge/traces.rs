//! Traces: what the bytes of the folder must not have after a purge, and what only looks like it.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _};

use super::{Found, Needle};

/// What the bytes of the folder must not have.
pub(super) fn needles(
    connection: &Connection,
    needle: Option<&Needle>,
    found: &Found,
) -> rusqlite::Result<BTreeSet<String>> {
    let mut texts: BTreeSet<String> = found.ids().into_iter().collect();
    match needle {
        // People may say what is the id of an account, too.
        Some(Needle::Account(id)) if is_said(connection, id)? => {}
        Some(needle) => texts.extend(needle.bytes()),
        None => {}
    }
    Ok(texts)
}

fn is_said(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    let phrase = format!("\"{}\"", id.replace('"', "\"\""));
    connection
        .prepare("SELECT 1 FROM monologue_words WHERE monologue_words MATCH ?1 LIMIT 1")?
        .query_row([phrase], |_| Ok(()))
        .optional()
        .map(|it| it.is_some())
}

/// The texts of the archive that have the needle in them as a part of something else: they stay, and
/// so do their bytes.
pub(super) fn longer(
    connection: &Connection,
    needle: Option<&Needle>,
) -> rusqlite::Result<Vec<String>> {
    let Some(needle @ Needle::Email(address)) = needle else { return Ok(Vec::new()) };
    let mut texts = BTreeSet::new();
    for (table, column) in
        [("parties", "email"), ("users", "email"), ("speakers", "email"), ("spoken", "text")]
    {
        connection
            .prepare(&format!(
                "SELECT DISTINCT {column} FROM {table} WHERE instr(lower({column}), ?1) > 0"
            ))?
            .query_map([address], |row| row.get(0))?
            .try_for_each(|text| text.map(|text: String| texts.extend([text])))?;
    }
    // What has it as it is must not be there, and is not to be explained away.
    texts.retain(|text| !needle.is_said(text));
    Ok(texts.into_iter().collect())
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
                "INSERT INTO calls (number, call_id) VALUES (1, '1');
                 INSERT INTO parties (call_id, position, email) VALUES
                   ('1', 0, 'ann@acme.example'), ('1', 1, 'Joann@acme.example'),
                   ('1', 2, 'bob@acme.example'), ('1', 3, 'ANN@ACME.EXAMPLE');
                 INSERT INTO users (user_id, email) VALUES ('1', 'ann@acme.example.org');",
            )
            .unwrap();
        let needle = Needle::Email("ann@acme.example".to_owned());
        let texts = longer(connection, Some(&needle)).unwrap();
        assert_eq!(texts, ["Joann@acme.example", "ann@acme.example.org"]);
        assert_eq!(longer(connection, None).unwrap(), Vec::<String>::new());
    }
}
