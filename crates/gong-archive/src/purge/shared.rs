//! Rows that many calls share: what only a purged call said of an account must not stay in its row.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::{Found, Needle};
use crate::batch::SHARED;

/// Empties what holds the needle, and fills it with what the calls say that are left.
pub(super) fn clear(connection: &Connection, needle: &Needle) -> rusqlite::Result<()> {
    for shared in &SHARED {
        let mut holding = BTreeSet::<String>::new();
        for column in shared.columns {
            let mut select = connection.prepare(&format!(
                "SELECT {}, {column} FROM {} WHERE {column} IS NOT NULL",
                shared.key, shared.table
            ))?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                if needle.is_said(row.get_ref(1)?.as_str()?) {
                    holding.insert(row.get(0)?);
                }
            }
        }
        holding.iter().try_for_each(|id| shared.write_anew(connection, id))?;
    }
    Ok(())
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
            .execute([text])?;
    }
    Ok(())
}
