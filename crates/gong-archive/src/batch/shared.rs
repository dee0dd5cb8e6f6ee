//! Rows that many calls write: they say what the calls say that are there, and no more.

use rusqlite::{Connection, OptionalExtension as _};

use super::calls::fill_links;

/// A table whose rows more than one record writes.
pub(crate) struct Shared {
    pub(crate) table: &'static str,
    pub(crate) key: &'static str,
    /// The columns with what records say.
    pub(crate) columns: &'static [&'static str],
    /// Where the calls stand that write them, if calls do.
    links: Option<&'static str>,
}

pub(super) const ACCOUNTS: Shared = Shared {
    table: "accounts",
    key: "account_id",
    columns: &["name", "system", "industry", "website"],
    links: Some("call_accounts"),
};
pub(super) const OPPORTUNITIES: Shared = Shared {
    table: "opportunities",
    key: "opportunity_id",
    columns: &["name", "system", "stage", "amount", "close_date"],
    links: Some("call_opportunities"),
};
pub(super) const TRACKERS: Shared = Shared {
    table: "trackers",
    key: "tracker_id",
    columns: &["name", "kind"],
    links: Some("tracker_hits"),
};
const SCORECARDS: Shared =
    Shared { table: "scorecards", key: "scorecard_id", columns: &["name"], links: None };

/// All of them.
pub(crate) const SHARED: [Shared; 4] = [ACCOUNTS, OPPORTUNITIES, TRACKERS, SCORECARDS];

impl Shared {
    /// Empties a row, and fills it with what the calls say that are left, those first that said it last:
    /// a call tells what its account is called when it is fetched.
    pub(crate) fn write_anew(&self, connection: &Connection, id: &str) -> rusqlite::Result<()> {
        let Self { table, key, columns, links } = self;
        let before = self.says(connection, id)?;
        if !before.contains(&true) {
            return Ok(());
        }
        connection
            .prepare_cached(&format!(
                "UPDATE {table} SET {} = NULL WHERE {key} = ?1",
                columns.join(" = NULL, ")
            ))?
            .execute([id])?;
        // What the settings say of it comes again when they are next listed.
        connection
            .prepare_cached("DELETE FROM kept WHERE kind = ?1 AND id = ?2")?
            .execute([table, id])?;
        let Some(links) = links else { return Ok(()) };
        let calls: Vec<String> = connection
            .prepare_cached(&format!(
                "SELECT DISTINCT calls.call_id FROM {links} JOIN calls USING (call_id)
                 LEFT JOIN kept ON kept.kind = 'calls' AND kept.id = calls.call_id
                 WHERE {key} = ?1 ORDER BY kept.fetched DESC, calls.number DESC"
            ))?
            .query_map([id], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for call in calls {
            fill_links(connection, &call)?;
            let now = self.says(connection, id)?;
            // All that there was; mostly, each call says as much.
            if before.iter().zip(now).all(|(before, now)| now || !before) {
                break;
            }
        }
        Ok(())
    }

    /// Which of the columns say something.
    fn says(&self, connection: &Connection, id: &str) -> rusqlite::Result<Vec<bool>> {
        let Self { table, key, columns, .. } = self;
        let columns = columns.iter().map(|it| format!("{it} IS NOT NULL")).collect::<Vec<_>>();
        let said = connection
            .prepare_cached(&format!(
                "SELECT {} FROM {table} WHERE {key} = ?1",
                columns.join(", ")
            ))?
            .query_row([id], |row| (0..columns.len()).map(|at| row.get(at)).collect())
            .optional()?;
        Ok(said.unwrap_or_default())
    }
}
