//! What an export changes at its place: from what earlier ones left there, and what is there still.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Export, ExportFormat, ExportScope, plan::Plan};
use crate::tombstones::{self, CALL};

/// The kind of the hashes of names of files.
const FILE: &str = "file";
/// And of what is asked for.
const FILTERS: &str = "filters";

pub(super) type Hash = [u8; 32];

/// What becomes other at a place.
pub(super) struct Change {
    /// What stands for the names of the files of the plan, and for its calls, in its order.
    pub(super) files: Vec<Hash>,
    pub(super) calls: Vec<Hash>,
    /// The files that are to be written, by their place in the plan.
    pub(super) due: Vec<usize>,
    /// The files of earlier exports that have no place any more.
    pub(super) stale: HashSet<Hash>,
    /// The names of those that are there.
    pub(super) removed: Vec<String>,
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
    /// Whose file it is, if it is that of a call.
    call: Option<Hash>,
}

impl Change {
    /// `names` are those of the files that are there.
    pub(super) fn of(
        snapshot: &Connection,
        export: &Export,
        plan: &Plan,
        names: &[String],
    ) -> rusqlite::Result<Self> {
        let known = known(snapshot, export)?;
        let hash = |kind, name: &str| tombstones::hash(snapshot, kind, name);
        let calls: Vec<Hash> =
            plan.calls.iter().map(|it| hash(CALL, &it.id)).collect::<rusqlite::Result<_>>()?;
        let files: Vec<Hash> =
            plan.files.iter().map(|it| hash(FILE, &it.name)).collect::<rusqlite::Result<_>>()?;
        let there: HashSet<&str> = names.iter().map(String::as_str).collect();
        let is_due = |&at: &usize| {
            let file = &plan.files[at];
            let digest = known.get(&files[at]).and_then(|it| it.digest);
            export.scope == ExportScope::Everything
                || digest != Some(file.digest)
                || !there.contains(&*file.name)
        };
        let due = (0..plan.files.len()).filter(is_due).collect();
        let stale = stale(snapshot, export, &known, &files, &calls)?;
        let mut removed = Vec::new();
        if !stale.is_empty() {
            for name in names {
                if stale.contains(&hash(FILE, name)?) {
                    removed.push(name.clone());
                }
            }
        }
        let filters = hash(FILTERS, &format!("{:?}", export.filters))?;
        let mut lost = 0;
        if has_other_filters(snapshot, export, filters)? && is_any(snapshot, &known, names)? {
            lost = count_lost(snapshot, export, &calls)?;
        }
        Ok(Self { files, calls, due, stale, removed, filters, lost })
    }
}

/// The files of earlier exports that have no place any more. Of tables, what is there is what was
/// asked for last. A Markdown file stays as long as its call is there and has no other file.
fn stale(
    snapshot: &Connection,
    export: &Export,
    known: &HashMap<Hash, Known>,
    files: &[Hash],
    calls: &[Hash],
) -> rusqlite::Result<HashSet<Hash>> {
    let files: HashSet<&Hash> = files.iter().collect();
    let mut stale: HashSet<Hash> = known.keys().filter(|it| !files.contains(it)).copied().collect();
    if stale.is_empty() || export.format != ExportFormat::Markdown {
        return Ok(stale);
    }
    let mut held = held(snapshot)?;
    for call in calls {
        held.remove(call);
    }
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

/// Whether any file of an earlier export is there.
fn is_any(
    snapshot: &Connection,
    known: &HashMap<Hash, Known>,
    names: &[String],
) -> rusqlite::Result<bool> {
    for name in names {
        if known.contains_key(&tombstones::hash(snapshot, FILE, name)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many calls the place holds that are in the archive, and not among these.
fn count_lost(snapshot: &Connection, export: &Export, calls: &[Hash]) -> rusqlite::Result<u64> {
    let mut held = held(snapshot)?;
    for call in calls {
        held.remove(call);
    }
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

/// The calls of the archive.
fn held(snapshot: &Connection) -> rusqlite::Result<HashSet<Hash>> {
    let mut held = HashSet::new();
    let mut calls = snapshot.prepare("SELECT call_id FROM calls")?;
    let mut calls = calls.query([])?;
    while let Some(row) = calls.next()? {
        let id: String = row.get(0)?;
        held.insert(tombstones::hash(snapshot, CALL, &id)?);
    }
    Ok(held)
}

fn known(snapshot: &Connection, export: &Export) -> rusqlite::Result<HashMap<Hash, Known>> {
    let mut files = snapshot.prepare(
        "SELECT file_hash, digest, call_hash FROM exported_files JOIN exports USING (export_id)
         WHERE place = ?1 AND format = ?2",
    )?;
    let files = files.query_map(params![export.place.name(), export.format.as_str()], |row| {
        Ok((row.get(0)?, Known { digest: row.get(1)?, call: row.get(2)? }))
    })?;
    files.collect()
}
