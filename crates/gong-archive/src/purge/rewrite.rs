//! Writing the file anew: what SQLite no longer uses still stands in it, until then.
//!
//! `secure_delete` wipes what is deleted, but not the copies that were left when pages were split
//! before, and the index keeps parts of words that it no longer holds.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{scan, traces::Sought};
use crate::{
    archive::PATIENCE,
    error::{Error, Result},
    folder::DATABASE,
    moment, retention,
    writer::Writer,
};

/// The setting that says that a purge was begun and not finished, and when.
pub(crate) const PENDING: &str = "purge_begun";
/// The setting that says since when there may be something in bytes that are not used: nothing yet, if
/// that began in this sync.
pub(crate) const UNSWEPT: &str = "unswept_since";
/// How long it may stay there.
const SWEPT_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a reader is waited for where another time will do.
const BRIEFLY: Duration = Duration::from_millis(500);

/// Notes that the file is to be written anew.
pub(super) fn note(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
            params![PENDING, moment::text(now)],
        )
        .map(drop)
}

/// Notes that something was removed, and may still stand in bytes that are not used.
pub(crate) fn note_removed(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO settings (name, value) VALUES (?1, '')")?
        .execute([UNSWEPT])
        .map(drop)
}

/// Whether a purge was begun and not finished.
pub(crate) fn is_pending(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare("SELECT 1 FROM settings WHERE name = ?1")?.exists([PENDING])
}

impl Writer {
    /// Finishes a purge whose rows are gone: the copies beside the file, and the bytes in it.
    pub(crate) fn finish_purge(&mut self) -> Result<()> {
        let path = self.archive.path();
        let of = |error| Error::of(error, &path);
        for copy in copies(&self.archive.folder)? {
            fs::remove_file(&copy).map_err(|source| Error::io(&copy, source))?;
        }
        let connection = &mut self.archive.connection;
        retention::remove_old(connection).map_err(of)?;
        // While somebody reads, a file written anew stands in the log as a whole: once for each try.
        truncate(connection, &path)?;
        rewrite(connection).map_err(of)?;
        // Not before the log is empty: it holds what was deleted.
        truncate(connection, &path)?;
        connection
            .execute("DELETE FROM settings WHERE name IN (?1, ?2)", [PENDING, UNSWEPT])
            .map_err(of)?;
        truncate(connection, &path)
    }

    /// As [`finish_purge`](Self::finish_purge), but a reader or a full disk puts it off until the
    /// archive is next opened: nothing else need wait for it.
    pub(crate) fn try_to_finish_purge(&mut self) -> Result<()> {
        let path = self.archive.path();
        let wait = |writer: &Self, time: Duration| {
            let set = writer.archive.connection.busy_timeout(time);
            set.map_err(|error| Error::of(error, &path))
        };
        wait(self, BRIEFLY)?;
        let done = self.finish_purge();
        wait(self, PATIENCE)?;
        match done {
            Err(error @ (Error::Read { .. } | Error::Full { .. })) => {
                tracing::warn!(%error, "the archive could not be written anew; it is tried again");
                Ok(())
            }
            done => done,
        }
    }

    /// Writes the file anew when something was removed thirty days ago.
    ///
    /// The end of each sync, so that what vanished from Gong or turned private is out of the bytes of
    /// the file as surely as what was purged, only later.
    pub(crate) fn sweep(&mut self, now: Timestamp) -> Result<()> {
        let swept = self.rewrite_at_times(now);
        self.noted(swept)
    }

    fn rewrite_at_times(&mut self, now: Timestamp) -> Result<()> {
        let path = self.archive.path();
        let of = |error| Error::of(error, &path);
        let connection = &self.archive.connection;
        let since: Option<String> = connection
            .query_row("SELECT value FROM settings WHERE name = ?1", [UNSWEPT], |row| row.get(0))
            .optional()
            .map_err(of)?;
        let Some(since) = since else { return Ok(()) };
        let Ok(since) = since.parse::<Timestamp>() else {
            let date = "UPDATE settings SET value = ?2 WHERE name = ?1";
            connection.execute(date, params![UNSWEPT, moment::text(now)]).map_err(of)?;
            // A reader may be in the way; then it is done when the archive is closed.
            return truncate(connection, &path).or_else(|error| match error {
                Error::Read { .. } => Ok(()),
                error => Err(error),
            });
        };
        if now.duration_since(since) < SWEPT_AFTER {
            return Ok(());
        }
        note(connection, now).map_err(of)?;
        self.try_to_finish_purge()
    }
}

fn rewrite(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let tell = |sql: &str| transaction.execute(sql, []);
    // A second part makes the index merge them all, also if there was only one.
    tell("INSERT INTO monologue_words (rowid, text) VALUES (-1, 'x')")?;
    tell("INSERT INTO monologue_words (monologue_words) VALUES ('optimize')")?;
    tell("INSERT INTO monologue_words (monologue_words, rowid, text) VALUES ('delete', -1, 'x')")?;
    tell("INSERT INTO monologue_words (monologue_words) VALUES ('optimize')")?;
    transaction.commit()?;
    // In memory there is not always room for all of it.
    connection.pragma_update(None, "temp_store", "FILE")?;
    let rewritten = connection.execute_batch("VACUUM");
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    rewritten
}

/// Moves the log into the file, and empties it.
pub(crate) fn truncate(connection: &Connection, path: &Path) -> Result<()> {
    let busy: i64 = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .map_err(|error| Error::of(error, path))?;
    if busy == 0 { Ok(()) } else { Err(Error::Read { path: path.to_owned() }) }
}

/// The copies of the database that stand beside it: from before a migration, or a damaged one.
pub(super) fn copies(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut copies, _) = entries(folder).map_err(|source| Error::io(folder, source))?;
    copies.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&format!("{DATABASE}."))
    });
    Ok(copies)
}

/// The files of the folder, and of folders that somebody made in it, that hold one of the needles: as
/// it is, in other letters, with two bytes a character, or escaped. Then what somebody put there that
/// cannot be looked into. Fails if that is the archive itself.
pub(super) fn traces(folder: &Path, sought: &Sought) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut traces, mut closed) = (Vec::new(), Vec::new());
    let ours = ["", "-wal"].map(|end| folder.join(format!("{DATABASE}{end}")));
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        let (files, within) = match entries(&inner) {
            Ok(entries) => entries,
            Err(source) if inner == folder => return Err(Error::io(folder, source)),
            Err(_) => {
                closed.push(inner);
                continue;
            }
        };
        folders.extend(within);
        for path in files {
            let texts = sought.needles.iter().map(String::as_str);
            match scan::holds(&path, texts, &sought.longer) {
                Ok(true) => traces.push(path),
                Ok(false) => {}
                Err(source) if source.kind() == io::ErrorKind::NotFound => {}
                Err(source) if ours.contains(&path) => return Err(Error::io(&path, source)),
                Err(_) => closed.push(path),
            }
        }
    }
    traces.sort();
    closed.sort();
    Ok((traces, closed))
}

/// The files and the folders in a folder.
fn entries(folder: &Path) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folders.push(entry.path());
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok((files, folders))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sought() -> Sought {
        Sought { needles: ["7123456".to_owned()].into(), ..Sought::default() }
    }

    #[test]
    fn folders_within_are_looked_into() {
        let folder = tempfile::tempdir().unwrap();
        let within = folder.path().join("within");
        fs::create_dir(&within).unwrap();
        fs::write(within.join("archive.db.copy"), "of 7123456").unwrap();
        assert_eq!(
            copies(folder.path()).unwrap(),
            [""; 0].map(PathBuf::from),
            "only those beside it"
        );
        let copy = within.join("archive.db.copy");
        assert_eq!(traces(folder.path(), &sought()).unwrap(), (vec![copy], Vec::new()));
    }

    /// Linux takes no path of more than 4,096 bytes, not even from an administrator.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_cannot_be_looked_into_is_told_and_keeps_nothing_from_being_done() {
        let folder = tempfile::tempdir().unwrap();
        let chain = |of: &str| {
            let path = folder.path().join(vec![of.repeat(200); 12].join("/"));
            fs::create_dir_all(&path).unwrap();
            path
        };
        for inner in chain("y").ancestors().take_while(|it| *it != folder.path()) {
            fs::write(inner.join("z".repeat(200)), "of 7123456").unwrap();
        }
        fs::rename(folder.path().join("y".repeat(200)), chain("x").join("y")).unwrap();
        let (holding, closed) = traces(folder.path(), &sought()).unwrap();
        assert!(!holding.is_empty());
        assert!(holding.iter().all(|it| it.ends_with("z".repeat(200))), "{holding:?}");
        let [inner, file] = &*closed else { panic!("{closed:?}") };
        assert!(inner.ends_with("y".repeat(200)) && file.ends_with("z".repeat(200)), "{closed:?}");
        assert!(traces(&folder.path().join("none"), &sought()).is_err());
    }
}
