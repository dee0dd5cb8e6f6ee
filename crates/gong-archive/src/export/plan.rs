//! Plans: which files an export is made of, and which calls are in each.

use std::{collections::BTreeMap, slice, sync::Arc};

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rusqlite::{Connection, Row, params_from_iter};
use sha2::{Digest as _, Sha256};

use super::{
    Export, ExportFormat, Partition, names,
    tables::{ACTIVITY, CALLS, EXPORTED_TABLES, ExportedTable, PARTIES, SENTENCES},
};
use crate::{
    search::Filters,
    tombstones::{self, CALL},
};

/// Counts up when files come to look different though what they hold is the same.
const LOOK: u8 = 2;
/// The kind of the hashes of names of files.
pub(super) const FILE: &str = "file";

pub(super) type Hash = [u8; 32];

/// What an export writes.
pub(super) struct Plan {
    /// The calls, in order of their start.
    pub(super) calls: Vec<Chosen>,
    pub(super) files: Vec<File>,
}

/// A call that is exported. There may be a million, so what has its size by the call is read when it
/// is written.
pub(super) struct Chosen {
    pub(super) number: i64,
    /// Stands for its id.
    pub(super) hash: Hash,
    /// Changes with all that a file says of the call.
    fingerprint: Hash,
}

/// A call that is being written.
pub(super) struct Named {
    pub(super) number: i64,
    pub(super) id: String,
    pub(super) title: Option<String>,
}

/// A file, and what is in it.
pub(super) struct File {
    /// Stands for its name.
    pub(super) hash: Hash,
    /// Changes with what is in it.
    pub(super) digest: Hash,
    pub(super) content: Content,
    folder: Option<Arc<str>>,
}

/// What a file holds; calls by their place in the plan.
#[derive(Clone)]
pub(super) enum Content {
    /// One call, to be read.
    Call(usize),
    /// Calls, a line each.
    Lines(Arc<[usize]>),
    /// Rows of calls.
    Table(&'static ExportedTable, Arc<[usize]>),
    /// Rows of days.
    Activity(Box<Days>),
}

/// Days from `from` up to, and without, `to`.
#[derive(Debug, Clone)]
pub(super) struct Days {
    pub(super) from: String,
    pub(super) to: String,
}

/// The calls of each folder; there is one without a name when there are no partitions.
type Groups = Vec<(Option<Arc<str>>, Arc<[usize]>)>;

impl Content {
    pub(super) fn table(&self) -> &'static ExportedTable {
        match self {
            Self::Table(table, _) => table,
            Self::Activity(_) => &ACTIVITY,
            Self::Call(_) | Self::Lines(_) => &CALLS,
        }
    }

    pub(super) fn calls(&self) -> &[usize] {
        match self {
            Self::Call(at) => slice::from_ref(at),
            Self::Lines(calls) | Self::Table(_, calls) => calls,
            Self::Activity(_) => &[],
        }
    }
}

impl Chosen {
    pub(super) fn named(&self, connection: &Connection) -> rusqlite::Result<Named> {
        let number = self.number;
        connection
            .prepare_cached("SELECT call_id, title FROM calls WHERE number = ?1")?
            .query_row([number], |row| Ok(Named { number, id: row.get(0)?, title: row.get(1)? }))
    }
}

impl Plan {
    pub(super) fn of(connection: &Connection, export: &Export) -> rusqlite::Result<Self> {
        let (calls, groups) = chosen(connection, export)?;
        let mut plan = Self { calls, files: Vec::new() };
        for (folder, calls) in groups {
            match export.format {
                ExportFormat::Markdown => {
                    for &at in &*calls {
                        plan.add(connection, export, folder.as_ref(), Content::Call(at))?;
                    }
                }
                ExportFormat::Jsonl => {
                    plan.add(connection, export, folder.as_ref(), Content::Lines(calls))?;
                }
                _ => {
                    for table in [&CALLS, &PARTIES, &SENTENCES] {
                        let content = Content::Table(table, Arc::clone(&calls));
                        plan.add(connection, export, folder.as_ref(), content)?;
                    }
                }
            }
        }
        if !matches!(export.format, ExportFormat::Markdown | ExportFormat::Jsonl) {
            let Filters { from, to, .. } = export.filters;
            if export.filters == (Filters { from, to, ..Filters::default() }) {
                plan.add_activity(connection, export)?;
            }
        }
        Ok(plan)
    }

    /// The name of a file below the place, with `/` between folders.
    pub(super) fn name(
        &self,
        connection: &Connection,
        export: &Export,
        file: &File,
    ) -> rusqlite::Result<String> {
        let ending = export.format.as_str();
        let folder = file.folder.as_deref();
        if let Content::Call(at) = file.content {
            let call = self.calls[at].named(connection)?;
            let name = names::of_call(&call.id, call.title.as_deref());
            return Ok(match folder {
                Some(folder) => format!("{folder}/{name}.{ending}"),
                None => format!("{name}.{ending}"),
            });
        }
        let table = file.content.table().name;
        Ok(match folder {
            Some(folder) => format!("{table}/{folder}/part-0.{ending}"),
            None => format!("{table}.{ending}"),
        })
    }

    /// Days belong to no account.
    fn add_activity(&mut self, connection: &Connection, export: &Export) -> rusqlite::Result<()> {
        let all = days(export);
        if export.partition == Partition::None {
            return self.add(connection, export, None, Content::Activity(Box::new(all)));
        }
        let mut months = connection.prepare(
            "SELECT DISTINCT substr(day, 1, 7) AS month FROM activity_days
             WHERE day >= ?1 AND day < ?2 ORDER BY month",
        )?;
        let months: Vec<String> = months
            .query_map([&all.from, &all.to], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for (month, folder) in names::folders("month", months.iter().map(String::as_str)) {
            let days = Days {
                from: month.to_owned().max(all.from.clone()),
                to: format!("{month}-99").min(all.to.clone()),
            };
            let content = Content::Activity(Box::new(days));
            self.add(connection, export, Some(&folder.into()), content)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        connection: &Connection,
        export: &Export,
        folder: Option<&Arc<str>>,
        content: Content,
    ) -> rusqlite::Result<()> {
        let mut hasher = Sha256::new_with_prefix([LOOK]);
        hasher.update(format!("{:?}", export.formulas));
        for &at in content.calls() {
            hasher.update(self.calls[at].fingerprint);
        }
        let mut digest = hasher.finalize();
        if let Content::Activity(days) = &content {
            let mut hasher = Sha256::new_with_prefix(digest);
            let mut rows = connection.prepare_cached(ACTIVITY.sql)?;
            let mut rows = rows.query([&days.from, &days.to])?;
            while let Some(row) = rows.next()? {
                for at in 0..ACTIVITY.columns.len() {
                    hasher.update(format!("{:?}", row.get_ref(at)?));
                }
            }
            digest = hasher.finalize();
        }
        let mut file =
            File { hash: Hash::default(), digest: digest.into(), content, folder: folder.cloned() };
        file.hash = tombstones::hash(connection, FILE, &self.name(connection, export, &file)?)?;
        self.files.push(file);
        Ok(())
    }
}

/// Whether a file has a name that an export gives to a file of many calls, in whatever partition.
pub(super) fn is_table(name: &str, format: ExportFormat) -> bool {
    let tables = match format {
        ExportFormat::Markdown => &[],
        ExportFormat::Jsonl => slice::from_ref(&CALLS),
        _ => EXPORTED_TABLES,
    };
    let is_table = |name: &str| tables.iter().any(|it| it.name == name);
    let ending = format!(".{}", format.as_str());
    let Some(name) = name.strip_suffix(&ending) else { return false };
    match name.split('/').collect::<Vec<_>>()[..] {
        [table] => is_table(table),
        [table, folder, "part-0"] => {
            is_table(table) && (folder.starts_with("month=") || folder.starts_with("account="))
        }
        _ => false,
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

/// The calls that are asked for, and which of them go together.
fn chosen(connection: &Connection, export: &Export) -> rusqlite::Result<(Vec<Chosen>, Groups)> {
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
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    if export.partition == Partition::None {
        // There is a file without calls, too.
        groups.insert(String::new(), Vec::new());
    }
    while let Some(row) = rows.next()? {
        let mut hasher = Sha256::new();
        for at in 1..9 {
            hasher.update(format!("{:?}", row.get_ref(at)?));
        }
        for value in values_of(row, export.partition)? {
            groups.entry(value).or_default().push(chosen.len());
        }
        chosen.push(Chosen {
            number: row.get(0)?,
            hash: tombstones::hash(connection, CALL, row.get_ref(1)?.as_str()?)?,
            fingerprint: hasher.finalize().into(),
        });
    }
    let key = match export.partition {
        Partition::None => {
            return Ok((chosen, groups.into_values().map(|it| (None, it.into())).collect()));
        }
        Partition::Month => "month",
        Partition::Account => "account",
    };
    let folders = names::folders(key, groups.keys().map(String::as_str));
    let folders: Vec<Arc<str>> = folders.into_values().map(Into::into).collect();
    let groups = folders.into_iter().map(Some).zip(groups.into_values().map(Into::into)).collect();
    Ok((chosen, groups))
}

/// What a call has of what the files are told apart by; no text is none.
fn values_of(row: &Row<'_>, partition: Partition) -> rusqlite::Result<Vec<String>> {
    match partition {
        Partition::None => Ok(vec![String::new()]),
        Partition::Month => {
            let started: Option<String> = row.get("started")?;
            Ok(vec![started.and_then(|it| it.get(..7).map(str::to_owned)).unwrap_or_default()])
        }
        Partition::Account => {
            let accounts: Vec<(String, Option<String>)> =
                serde_json::from_str(row.get_ref(8)?.as_str()?).unwrap_or_default();
            let ids: Vec<String> = accounts.into_iter().map(|(id, _)| id).collect();
            Ok(if ids.is_empty() { vec![String::new()] } else { ids })
        }
    }
}
