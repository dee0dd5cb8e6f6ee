//! What an export changes at its place: from what earlier ones left there, and what is there still.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};

use super::{Export, ExportFormat, ExportScope, plan::Plan};
use crate::tombstones::{self, CALL};

/// The kind of the hashes of names of files.
const FILE: &str = "file";

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
        Ok(Self { files, calls, due, stale, removed })
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
