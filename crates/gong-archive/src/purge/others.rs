//! What looks like a needle and is not, and what is named after one.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};

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
    let Some(Needle::Email(address)) = needle else { return Ok(Vec::new()) };
    let mut texts = BTreeSet::new();
    for (table, column) in
        [("parties", "email"), ("users", "email"), ("speakers", "email"), ("spoken", "text")]
    {
        connection
            .prepare(&format!(
                "SELECT DISTINCT {column} FROM {table} WHERE instr(lower({column}), ?1) > 0"
            ))?
            .query_map([address], |row| row.get(0))?
            .try_for_each(|text| text.map(|text| texts.extend([text])))?;
    }
    Ok(texts.into_iter().collect())
}

/// Forgets the names of places of exports that have the needle, or the id of a call, in them.
pub(super) fn forget_places(
    connection: &Connection,
    needle: Option<&Needle>,
    found: &Found,
) -> rusqlite::Result<()> {
    let mut texts = found.ids();
    texts.extend(needle.map(Needle::bytes).into_iter().flatten());
    for text in texts {
        connection
            .prepare_cached(
                "UPDATE exports SET place = 'a place named after what was purged, ' || export_id
                 WHERE instr(lower(place), lower(?1)) > 0",
            )?
            .execute(params![text])?;
    }
    Ok(())
}
