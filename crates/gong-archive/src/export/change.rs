//! What an export changes at its place: from what earlier ones left there, and what is there still.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    Export, ExportFormat, ExportScope,
    marker::Marker,
    place::There,
    plan::{self, FILE, Hash, Plan},
};
use crate::tombstones::{self, CALL};

/// The kind of the hashes of what is asked for.
const FILTERS: &str = "filters";

/// What becomes other at a place.
pub(super) struct Change {
    /// The files that are to be written, by their place in the plan.
    pub(super) due: Vec<usize>,
    /// The files of earlier exports that have no place any more.
    pub(super) stale: HashSet<Hash>,
    /// The names of the files that go: those that are there of the stale ones, and the tables of
    /// another archive.
    pub(super) removed: Vec<String>,
    /// The marker of this archive, and whether the place has it and no other.
    pub(super) marker: Marker,
    pub(super) is_marked: bool,
    /// The markers of other archives.
    pub(super) others: Vec<String>,
    /// A file that would be replaced, though no export of this archive wrote it.
    pub(super) in_the_way: Option<String>,
    /// A folder where a file is to be.
    pub(super) folder_in_the_way: Option<String>,
    /// What stands for what is asked for.
    pub(super) filters: Hash,
    /// How many calls the place has no more, though they are in the archive, because the export
    /// before had other filters. Without tables, none.
    pub(super) lost: u64,
}

/// A file that an earlier export wrote.
struct Known {
    /// What is in it; nothing if the export did not come to its end.
    digest: Option<Hash>,
    bytes: Option<u64>,
    /// Whose file it is, if it is that of a call.
    call: Option<Hash>,
}

impl Change {
    /// `there` are all files at the place.
    pub(super) fn of(
        snapshot: &Connection,
        export: &Export,
        plan: &Plan,
        there: &[There],
    ) -> rusqlite::Result<Self> {
        let marker = Marker::of(snapshot, export.format)?;
        let others: Vec<String> = there
            .iter()
            .filter(|it| marker.is_of_another(&it.name))
            .map(|it| it.name.clone())
            .collect();
        let is_marked = others.is_empty() && there.iter().any(|it| it.name == marker.name);
        let known = known(snapshot, export)?;
        let hash = |kind, name: &str| tombstones::hash(snapshot, kind, name);
        let ending = format!(".{}", export.format.as_str());
        let planned: HashSet<Hash> = plan.files.iter().map(|it| it.hash).collect();
        let mut folders = there.iter().filter_map(|it| it.name.strip_suffix('/'));
        let folder_in_the_way = folders
            .find_map(|name| match hash(FILE, name) {
                Ok(hash) => planned.contains(&hash).then(|| Ok(name.to_owned())),
                Err(error) => Some(Err(error)),
            })
            .transpose()?;
        let there: HashMap<Hash, &There> = there
            .iter()
            .filter(|it| it.name.ends_with(&ending))
            .map(|it| Ok((hash(FILE, &it.name)?, it)))
            .collect::<rusqlite::Result<_>>()?;
        let is_as_it_was = |&at: &usize| {
            let file = &plan.files[at];
            let (Some(known), Some(there)) = (known.get(&file.hash), there.get(&file.hash)) else {
                return false;
            };
            known.digest == Some(file.digest) && known.bytes == Some(there.bytes)
        };
        let is_due =
            |at: &usize| export.scope == ExportScope::Everything || !is_marked || !is_as_it_was(at);
        let due = (0..plan.files.len()).filter(is_due).collect();
        let is_ours = |hash: &Hash, bytes: u64| {
            is_marked || known.get(hash).is_some_and(|it| it.bytes == Some(bytes))
        };
        let in_the_way = plan.files.iter().find_map(|file| {
            let there = there.get(&file.hash)?;
            (!is_ours(&file.hash, there.bytes)).then(|| there.name.clone())
        });
        let stale = stale(snapshot, export, &known, plan)?;
        let is_removed = |(hash, file): &(&Hash, &&There)| {
            let is_of_another = !others.is_empty()
                && plan::is_table(&file.name, export.format)
                && !planned.contains(*hash);
            stale.contains(*hash) || is_of_another
        };
        let removed = there.iter().filter(is_removed).map(|(_, it)| it.name.clone()).collect();
        let filters = hash(FILTERS, &format!("{:?}", export.filters))?;
        let mut lost = 0;
        let is_any = known.keys().any(|it| there.contains_key(it));
        if is_any && has_other_filters(snapshot, export, filters)? {
            lost = count_lost(snapshot, export, plan)?;
        }
        Ok(Self {
            due,
            stale,
            removed,
            marker,
            is_marked,
            others,
            in_the_way,
            folder_in_the_way,
            filters,
            lost,
        })
    }
}

/// The files of earlier exports that have no place any more. Of tables, what is there is what was
/// asked for last. A Markdown file stays as long as its call is there and has no other file.
fn stale(
    snapshot: &Connection,
    export: &Export,
    known: &HashMap<Hash, Known>,
    plan: &Plan,
) -> rusqlite::Result<HashSet<Hash>> {
    let mut stale: HashSet<Hash> = known.keys().copied().collect();
    for file in &plan.files {
        stale.remove(&file.hash);
    }
    if stale.is_empty() || export.format != ExportFormat::Markdown {
        return Ok(stale);
    }
    let held = held_besides(snapshot, plan)?;
    stale.retain(|it| known[it].call.is_none_or(|call| !held.contains(&call)));
    Ok(stale)
}

/// Whether this asks for other tables than the last export that came to its end.
fn has_other_filters(
    snapshot: &Connection,
    export: &Export,
    filters: Hash,
) -> rusqlite::Result<bool> {
    let last: Option<Option<Hash>> = snapshot
        .query_row(
            "SELECT filters FROM exports WHERE place = ?1 AND format = ?2",
            params![export.place.name(), export.format.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    let is_other = last.flatten().is_some_and(|it| it != filters);
    Ok(is_other && export.format != ExportFormat::Markdown)
}

/// How many calls the place holds that are in the archive, and not among these.
fn count_lost(snapshot: &Connection, export: &Export, plan: &Plan) -> rusqlite::Result<u64> {
    let held = held_besides(snapshot, plan)?;
    let mut exported = snapshot.prepare(
        "SELECT call_hash FROM exported_calls JOIN exports USING (export_id)
         WHERE place = ?1 AND format = ?2",
    )?;
    let mut exported = exported.query(params![export.place.name(), export.format.as_str()])?;
    let mut lost = 0;
    while let Some(row) = exported.next()? {
        let call: Hash = row.get(0)?;
        lost += u64::from(held.contains(&call));
    }
    Ok(lost)
}

/// The calls of the archive that the plan leaves out.
fn held_besides(snapshot: &Connection, plan: &Plan) -> rusqlite::Result<HashSet<Hash>> {
    let mut held = HashSet::new();
    let mut calls = snapshot.prepare("SELECT call_id FROM calls")?;
    let mut calls = calls.query([])?;
    while let Some(row) = calls.next()? {
        let id: String = row.get(0)?;
        held.insert(tombstones::hash(snapshot, CALL, &id)?);
    }
    for call in &plan.calls {
        held.remove(&call.hash);
    }
    Ok(held)
}

fn known(snapshot: &Connection, export: &Export) -> rusqlite::Result<HashMap<Hash, Known>> {
    let mut files = snapshot.prepare(
        "SELECT file_hash, digest, bytes, call_hash
         FROM exported_files JOIN exports USING (export_id)
         WHERE place = ?1 AND format = ?2",
    )?;
    let files = files.query_map(params![export.place.name(), export.format.as_str()], |row| {
        Ok((row.get(0)?, Known { digest: row.get(1)?, bytes: row.get(2)?, call: row.get(3)? }))
    })?;
    files.collect()
}
