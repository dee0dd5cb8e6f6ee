//! Rows that many calls share: what only a purged call said of an account must not stay in its row.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::{Found, Needle};
use crate::batch;

/// Tables whose rows more than one record writes: their key, what texts they have, and where the
/// calls stand that write them too.
const SHARED: [(&str, &str, &[&str], Option<&str>); 4] = [
    ("accounts", "account_id", &["name", "system", "industry", "website"], Some("call_accounts")),
    (
        "opportunities",
        "opportunity_id",
        &["name", "system", "stage", "amount", "close_date"],
        Some("call_opportunities"),
    ),
    ("trackers", "tracker_id", &["name", "kind"], Some("tracker_hits")),
    ("scorecards", "scorecard_id", &["name"], None),
];

/// Empties what holds the needle, and fills it with what the calls say that are left.
pub(super) fn clear(connection: &Connection, needle: &Needle) -> rusqlite::Result<()> {
    let mut calls = BTreeSet::<String>::new();
    for (table, key, columns, links) in SHARED {
        for column in columns {
            let mut holding = Vec::<String>::new();
            let mut select = connection.prepare(&format!(
                "SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"
            ))?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                if needle.is_said(row.get_ref(1)?.as_str()?) {
                    holding.push(row.get(0)?);
                }
            }
            for id in holding {
                connection
                    .prepare_cached(&format!(
                        "UPDATE {table} SET {column} = NULL WHERE {key} = ?1"
                    ))?
                    .execute([&id])?;
                if let Some(links) = links {
                    let select = format!("SELECT call_id FROM {links} WHERE {key} = ?1");
                    let mut linked = connection.prepare_cached(&select)?;
                    for call in linked.query_map([&id], |row| row.get(0))? {
                        calls.insert(call?);
                    }
                }
            }
        }
    }
    calls.iter().try_for_each(|call| batch::write_links(connection, call))
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
