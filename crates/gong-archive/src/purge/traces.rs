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
