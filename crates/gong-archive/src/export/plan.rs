//! Plans: which files an export is made of, and which calls are in each.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rusqlite::{Connection, params_from_iter};
use sha2::{Digest as _, Sha256};

use super::{
    Export, ExportFormat, Partition, names,
    tables::{ACTIVITY, CALLS, ExportedTable, PARTIES, SENTENCES},
};
use crate::search::Filters;

/// Counts up when files come to look different though what they hold is the same.
const LOOK: u8 = 1;

/// What an export writes.
pub(super) struct Plan {
    /// The calls, in order of their start.
    pub(super) calls: Vec<Chosen>,
    pub(super) files: Vec<File>,
}

/// A call that is exported.
pub(super) struct Chosen {
    pub(super) number: i64,
    pub(super) id: String,
    pub(super) title: Option<String>,
    /// The month in which it started.
    month: Option<String>,
    accounts: Vec<String>,
    /// Changes with all that a file says of the call.
    fingerprint: [u8; 32],
}

/// A file, and what is in it.
pub(super) struct File {
    /// Its name below the place, with `/` between folders.
    pub(super) name: String,
    /// Changes with what is in it.
    pub(super) digest: [u8; 32],
    pub(super) content: Content,
    /// Its calls, by their place in the plan.
    pub(super) calls: Arc<[usize]>,
}

/// What a file holds.
#[derive(Clone)]
pub(super) enum Content {
    /// One call, to be read.
    Call,
    /// Calls, a line each.
    Lines,
    /// Rows of calls.
    Table(&'static ExportedTable),
    /// Rows of days.
    Activity(Days),
}

/// Days from `from` up to, and without, `to`.
#[derive(Debug, Clone)]
pub(super) struct Days {
    pub(super) from: String,
    pub(super) to: String,
}

impl Content {
    pub(super) fn table(&self) -> &'static ExportedTable {
        match self {
            Self::Table(table) => table,
            Self::Activity(_) => &ACTIVITY,
            Self::Call | Self::Lines => &CALLS,
        }
    }
}

impl Plan {
    pub(super) fn of(connection: &Connection, export: &Export) -> rusqlite::Result<Self> {
        let calls = chosen(connection, export)?;
        let mut plan = Self { calls, files: Vec::new() };
        let groups = plan.groups(export.partition);
        match export.format {
            ExportFormat::Markdown => plan.add_calls(export, &groups),
            ExportFormat::Jsonl => plan.add_tables(export, &groups, &[Content::Lines]),
            _ => {
                let tables = [&CALLS, &PARTIES, &SENTENCES].map(Content::Table);
                plan.add_tables(export, &groups, &tables);
                let Filters { from, to, .. } = export.filters;
                if export.filters == (Filters { from, to, ..Filters::default() }) {
                    plan.add_activity(connection, export)?;
                }
            }
        }
        Ok(plan)
    }

    /// The calls of each folder; there is one without a name when there are no partitions.
    fn groups(&self, partition: Partition) -> Vec<(Option<String>, Arc<[usize]>)> {
        let (key, values): (_, fn(&Chosen) -> Vec<&str>) = match partition {
            Partition::None => return vec![(None, (0..self.calls.len()).collect())],
            Partition::Month => ("month", |call| vec![call.month.as_deref().unwrap_or_default()]),
            Partition::Account => ("account", |call| {
                let accounts = call.accounts.iter().map(String::as_str);
                if call.accounts.is_empty() { vec![""] } else { accounts.collect() }
            }),
        };
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, call) in self.calls.iter().enumerate() {
            for value in values(call) {
                groups.entry(value).or_default().push(at);
            }
        }
        let folders = names::folders(key, groups.keys().copied());
        groups.into_iter().map(|(value, it)| (Some(folders[value].clone()), it.into())).collect()
    }

    fn add_calls(&mut self, export: &Export, groups: &[(Option<String>, Arc<[usize]>)]) {
        for (folder, calls) in groups {
            for &at in &**calls {
                let call = &self.calls[at];
                let name = names::of_call(&call.id, call.title.as_deref());
                let before = folder.as_ref().map(|it| format!("{it}/")).unwrap_or_default();
                let name = format!("{before}{name}.{}", export.format.as_str());
                self.add(export, name, Content::Call, [at].into());
            }
        }
    }

    fn add_tables(
        &mut self,
        export: &Export,
        groups: &[(Option<String>, Arc<[usize]>)],
        tables: &[Content],
    ) {
        for (folder, calls) in groups {
            for content in tables {
                let name = file(content.table().name, folder.as_deref(), export);
                self.add(export, name, content.clone(), Arc::clone(calls));
            }
        }
    }

    /// Days belong to no account.
    fn add_activity(&mut self, connection: &Connection, export: &Export) -> rusqlite::Result<()> {
        let all = days(export);
        if export.partition == Partition::None {
            self.add(export, file(ACTIVITY.name, None, export), Content::Activity(all), [].into());
        } else {
            let mut months = connection.prepare(
                "SELECT DISTINCT substr(day, 1, 7) AS month FROM activity_days
                 WHERE day >= ?1 AND day < ?2 ORDER BY month",
            )?;
            let months: Vec<String> = months
                .query_map([&all.from, &all.to], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let folders = names::folders("month", months.iter().map(String::as_str));
            for month in &months {
                let days = Days {
                    from: month.clone().max(all.from.clone()),
                    to: format!("{month}-99").min(all.to.clone()),
                };
                let name = file(ACTIVITY.name, Some(&folders[&**month]), export);
                self.add(export, name, Content::Activity(days), [].into());
            }
        }
        let mut rows = connection.prepare(ACTIVITY.sql)?;
        for it in &mut self.files {
            let Content::Activity(days) = &it.content else { continue };
            let mut hasher = Sha256::new_with_prefix(it.digest);
            let mut rows = rows.query([&days.from, &days.to])?;
            while let Some(row) = rows.next()? {
                for at in 0..ACTIVITY.columns.len() {
                    hasher.update(format!("{:?}", row.get_ref(at)?));
                }
            }
            it.digest = hasher.finalize().into();
        }
        Ok(())
    }

    fn add(&mut self, export: &Export, name: String, content: Content, calls: Arc<[usize]>) {
        let mut hasher = Sha256::new_with_prefix([LOOK]);
        hasher.update(format!("{:?}", export.formulas));
        for &at in &*calls {
            hasher.update(self.calls[at].fingerprint);
        }
        self.files.push(File { name, digest: hasher.finalize().into(), content, calls });
    }
}

/// The file of a table, or of a part of it.
fn file(table: &str, folder: Option<&str>, export: &Export) -> String {
    let ending = export.format.as_str();
    match folder {
        Some(folder) => format!("{table}/{folder}/part-0.{ending}"),
        None => format!("{table}.{ending}"),
    }
}

/// The days that the filters leave, in UTC, as the days of companies are not known here.
fn days(export: &Export) -> Days {
    let day = |moment: Timestamp| moment.to_zoned(TimeZone::UTC).date();
    let from = export.filters.from.map(|it| day(it).to_string()).unwrap_or_default();
    let to = export.filters.to.and_then(|it| {
        // A day that has begun is a day.
        let last = day(it.checked_sub(1.nanosecond()).ok()?);
        last.tomorrow().ok()
    });
    // After all digits.
    Days { from, to: to.map_or(":".to_owned(), |it| it.to_string()) }
}

fn chosen(connection: &Connection, export: &Export) -> rusqlite::Result<Vec<Chosen>> {
    let (condition, values) = export.filters.condition();
    let mut calls = connection.prepare(&format!(
        "SELECT
           number, call_id, calls.title, started, transcript, users.name,
           (SELECT hash FROM kept WHERE kind = 'calls' AND id = call_id),
           (SELECT hash FROM kept WHERE kind = 'transcripts' AND id = call_id),
           (SELECT json_group_array(json_array(account_id, accounts.name) ORDER BY account_id)
            FROM call_accounts JOIN accounts USING (account_id)
            WHERE call_accounts.call_id = calls.call_id)
         FROM (SELECT * FROM calls WHERE {condition}) AS calls
         LEFT JOIN users ON users.user_id = calls.host_user_id
         ORDER BY number",
    ))?;
    let mut rows = calls.query(params_from_iter(values))?;
    let mut chosen = Vec::new();
    while let Some(row) = rows.next()? {
        let mut hasher = Sha256::new();
        for at in 1..9 {
            hasher.update(format!("{:?}", row.get_ref(at)?));
        }
        let started: Option<String> = row.get(3)?;
        let accounts: Vec<(String, Option<String>)> =
            serde_json::from_str(row.get_ref(8)?.as_str()?).unwrap_or_default();
        chosen.push(Chosen {
            number: row.get(0)?,
            id: row.get(1)?,
            title: row.get(2)?,
            month: started.and_then(|it| it.get(..7).map(str::to_owned)),
            accounts: accounts.into_iter().map(|(id, _)| id).collect(),
            fingerprint: hasher.finalize().into(),
        });
    }
    Ok(chosen)
}
