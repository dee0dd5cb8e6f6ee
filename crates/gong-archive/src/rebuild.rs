//! Rebuilding: what a damaged archive still gives goes into a new one, and a sync brings the rest.

mod texts;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use gong_types::Record;
use jiff::Timestamp;
use rusqlite::{Connection, types::Value};
use serde_json::value::RawValue;

use crate::{
    batch::Batch,
    error::{Error, Result},
    folder::{self, DATABASE},
    lock::Lock,
    moment,
    plan::{DAY, Known, plan, plus},
    purge, retention,
    schema::{self, SHAPE},
    sync::INCLUDE_PRIVATE,
    tombstones,
    writer::Writer,
};

/// How the folder begins in which the new archive is made.
pub(crate) const UNFINISHED: &str = ".rebuild-";
/// How many records are written in one transaction.
const TOGETHER: usize = 100;
/// The settings that are taken over. The others tell how far a sync has come.
const SETTINGS: [&str; 7] = [
    tombstones::SALT,
    tombstones::KEPT_FROM,
    tombstones::PURGED_BEFORE,
    retention::DAYS,
    purge::PENDING,
    purge::UNSWEPT,
    INCLUDE_PRIVATE,
];
/// The tables that Gong cannot give again, in the order of their references.
const OURS: [&str; 5] = ["settings", "tombstones", "exports", "exported_calls", "exported_files"];

/// What was saved of a damaged archive.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rebuilt {
    /// Where the damaged file is now.
    pub damaged: PathBuf,
    /// How many calls were saved.
    pub calls: u64,
    /// How many transcripts.
    pub transcripts: u64,
    /// How many texts are known to be lost, of all kinds: they are not as they came, or stand where
    /// the file cannot be read. How many there were at its end, when that is damaged or cut off, nobody
    /// knows.
    pub lost: u64,
    /// The tables of which some may be missing that Gong cannot give again: without `settings` and
    /// `tombstones`, a sync brings back what was purged.
    pub incomplete: Vec<&'static str>,
}

/// Makes a new archive of what the damaged one in `folder` still gives, in its place. The damaged file
/// stays beside it under another name. The next sync lists all calls again, and fetches the
/// transcripts that are missing.
pub fn rebuild(folder: &Path, now: Timestamp) -> Result<Rebuilt> {
    folder::make(folder)?;
    let path = folder.join(DATABASE);
    if !path.exists() {
        return Err(Error::Absent { path });
    }
    let lock = Lock::take(folder)?;
    remove_unfinished(folder)?;
    let unfinished = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempdir_in(folder)
        .map_err(|source| Error::io(folder, source))?;
    let mut writer = Writer::open(unfinished.path())?;
    let mut rebuilt = Rebuilt {
        damaged: unused_name(folder),
        calls: 0,
        transcripts: 0,
        lost: 0,
        incomplete: Vec::new(),
    };
    salvage(&path, &mut writer, &mut rebuilt, now)?;
    // Only the file itself takes the place of the damaged one, and not its log.
    purge::truncate(&writer.archive.connection, &writer.archive.path())?;
    drop(writer);
    replace(folder, &unfinished.path().join(DATABASE), &rebuilt.damaged)?;
    lock.trust();
    Ok(rebuilt)
}

/// Removes what a rebuild left that did not come to its end. The lock must be held.
pub(crate) fn remove_unfinished(folder: &Path) -> Result<()> {
    let of = |source| Error::io(folder, source);
    for entry in fs::read_dir(folder).map_err(of)? {
        let entry = entry.map_err(of)?;
        let is_dir = entry.file_type().map_err(of)?.is_dir();
        if is_dir && entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path()).map_err(of)?;
        }
    }
    Ok(())
}

fn unused_name(folder: &Path) -> PathBuf {
    let name = |n: u32| folder.join(format!("{DATABASE}.damaged-{n}"));
    (1..u32::MAX).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(0))
}

/// Puts the new file into the place of the damaged one, at no moment of which there is none.
fn replace(folder: &Path, new: &Path, damaged: &Path) -> Result<()> {
    let of = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::io(&path, source)
    };
    let path = folder.join(DATABASE);
    fs::hard_link(&path, damaged).map_err(of(damaged))?;
    // The log is that of the damaged file, and must not meet the new one.
    for end in ["-wal", "-shm"] {
        let from = folder.join(format!("{DATABASE}{end}"));
        let mut to = damaged.as_os_str().to_owned();
        to.push(end);
        match fs::rename(&from, to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(of(&from)(error)),
            _ => {}
        }
    }
    fs::rename(new, &path).map_err(of(&path))?;
    fs::File::open(folder).and_then(|it| it.sync_all()).map_err(of(folder))
}

fn salvage(path: &Path, to: &mut Writer, rebuilt: &mut Rebuilt, now: Timestamp) -> Result<()> {
    let Ok(from) = texts::open(path) else {
        rebuilt.incomplete = OURS.to_vec();
        return Ok(());
    };
    // A stranger's tables are not read, however damaged they are.
    if let Err(error @ (Error::Foreign { .. } | Error::Newer { .. } | Error::Unsafe { .. })) =
        schema::check(&from, path, &SHAPE)
        && !matches!(&error, Error::Foreign { problem, .. } if problem == Error::NO_DATABASE)
    {
        return Err(error);
    }
    let connection = &to.archive.connection;
    for table in OURS {
        if copy(&from, connection, table).is_err() {
            rebuilt.incomplete.push(table);
        }
    }
    let found = texts::find(&from);
    rebuilt.lost = found.lost;
    for (kind, rows) in [("calls", &found.calls), ("transcripts", &found.transcripts)] {
        for rows in rows.chunks(TOGETHER) {
            let mut batch = to.batch()?;
            for row in rows {
                let Some((text, fetched)) = texts::read(&from, *row) else {
                    rebuilt.lost += 1;
                    continue;
                };
                if write(&mut batch, kind, text, fetched.unwrap_or(now))? {
                    let count =
                        if kind == "calls" { &mut rebuilt.calls } else { &mut rebuilt.transcripts };
                    *count += 1;
                }
            }
            batch.commit()?;
        }
    }
    ask_for_the_rest(&to.archive.connection, now)
        .and_then(|()| begin_again(&from, &to.archive.connection, now))
        .map_err(|error| Error::of(error, path))
}

/// Has everything listed anew, as far back as before. If the damaged file does not say how far that
/// is, the first call that was saved does.
fn begin_again(from: &Connection, to: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let moment = |connection: &Connection, sql: &str| -> Option<Timestamp> {
        let text: Option<String> = connection.query_row(sql, [], |row| row.get(0)).ok().flatten();
        text.and_then(|it| it.parse().ok())
    };
    let starts = moment(from, "SELECT min(starts) FROM windows")
        .or_else(|| moment(to, "SELECT min(started) FROM calls"));
    let Some(starts) = starts else { return Ok(()) };
    let ends = moment(from, "SELECT max(ends) FROM windows").unwrap_or(now);
    let plan = plan(&Known::default(), Some(starts), ends.max(plus(starts, DAY)));
    let mut insert =
        to.prepare("INSERT INTO windows (starts, ends, listing) VALUES (?1, ?2, 0)")?;
    for window in &plan.fresh {
        insert.execute([moment::text(window.starts), moment::text(window.ends)])?;
    }
    Ok(())
}

/// Has the transcripts asked for that were not saved: their calls come just so, and no listing would.
fn ask_for_the_rest(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .execute(
            "UPDATE call_states SET ask_after = ?1
             WHERE number IN (SELECT number FROM calls WHERE transcript <> 'present')",
            [moment::text(now)],
        )
        .map(drop)
}

fn write(batch: &mut Batch<'_>, kind: &str, text: String, now: Timestamp) -> Result<bool> {
    use crate::batch::Saved::{Changed, New};
    let Ok(raw) = RawValue::from_string(text) else { return Ok(false) };
    let saved = if kind == "calls" {
        batch.call(&Record::from(raw), now)?
    } else {
        batch.transcript(&Record::from(raw), now)?
    };
    Ok(matches!(saved, New | Changed))
}

/// Copies the rows of a table, of the settings those that are taken over.
fn copy(from: &Connection, to: &Connection, table: &str) -> rusqlite::Result<()> {
    let mut select = from.prepare(&format!("SELECT * FROM {table}"))?;
    let n_columns = select.column_count();
    let values = vec!["?"; n_columns].join(", ");
    let mut insert = to.prepare(&format!("INSERT OR REPLACE INTO {table} VALUES ({values})"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if table == "settings" && !SETTINGS.contains(&row.get_ref("name")?.as_str()?) {
            continue;
        }
        let values: Vec<Value> =
            (0..n_columns).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
        insert.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}
