//! The one process that changes an archive.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::{
    archive::{Archive, PATIENCE},
    batch::Batch,
    error::{Error, Result},
    folder::{self, DATABASE},
    lock::Lock,
    migrations::Shape,
    purge, rebuild, schema,
};

/// An archive that this process, and no other, may change.
#[derive(Debug)]
pub struct Writer {
    pub(crate) archive: Archive,
    /// Held as long as this lives, and given back after the database is closed.
    lock: Lock,
}

impl Writer {
    /// Opens the archive in `folder` to change it, and makes it if there is none. Folder and files
    /// are closed to others, if they are not yet. A file of an older version is brought up to date,
    /// after a copy was set beside it; a purge that was interrupted is finished if
    /// no reader and no full disk is in the way.
    ///
    /// Fails with [`Error::Locked`] if another process has it open this way, with
    /// [`Error::Unsafe`] if somebody else may have had a hand in it, and with [`Error::Foreign`],
    /// [`Error::Damaged`], or [`Error::Newer`] if it cannot be used.
    pub fn open(folder: &Path) -> Result<Self> {
        Self::open_as(folder, &schema::SHAPE)
    }

    pub(crate) fn open_as(folder: &Path, shape: &Shape) -> Result<Self> {
        folder::make(folder)?;
        let lock = Lock::take(folder)?;
        rebuild::remove_unfinished(folder)?;
        let path = folder.join(DATABASE);
        let of = |error| Error::of(error, &path);
        folder::make_file(&path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).map_err(of)?;
        connection.busy_timeout(PATIENCE).map_err(of)?;
        schema::prepare(&connection).map_err(of)?;
        schema::prepare_to_write(&connection).map_err(of)?;
        schema::bring_up(&mut connection, &path, shape)?;
        if connection.is_readonly("main").map_err(of)? {
            return Err(Error::ReadOnly { path });
        }
        let archive = Archive { connection, folder: folder.to_owned() };
        if lock.was_left {
            archive.check_pages()?;
        }
        let mut writer = Self { archive, lock };
        if purge::is_pending(&writer.archive.connection).map_err(of)? {
            writer.try_to_finish_purge()?;
        }
        writer.lock.trust();
        Ok(writer)
    }

    /// The archive, to be read.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Begins to write: all of a batch is there, or nothing of it.
    pub fn batch(&mut self) -> Result<Batch<'_>> {
        let path = self.archive.path();
        Batch::begin(&mut self.archive.connection, path, &self.lock)
    }

    /// Gives a result on. If it says that the file may be damaged, its pages are checked when it is
    /// next opened to write.
    pub(crate) fn noted<T>(&self, done: Result<T>) -> Result<T> {
        if let Err(Error::Disk { .. } | Error::Damaged { .. }) = done {
            self.distrust();
        }
        done
    }

    /// Has the pages checked when the archive is next opened to write.
    pub(crate) fn distrust(&self) {
        self.lock.distrust();
    }
}

#[cfg(test)]
mod tests {
    use gong_types::{CallDetails, Record};
    use jiff::Timestamp;
    use serde_json::value::RawValue;

    use super::*;
    use crate::{batch::Saved, folder::LOCK};

    fn call(n: i64) -> Record<CallDetails> {
        let words: Vec<String> =
            (0..200).map(|at| ((at * 7919 + n * 104_729) % 9973).to_string()).collect();
        let title = words.join(" ");
        let started = Timestamp::from_second(1_700_000_000 + n).unwrap();
        let text =
            format!(r#"{{"metaData":{{"id":"{n}","title":"{title}","started":"{started}"}}}}"#);
        Record::from(RawValue::from_string(text).unwrap())
    }

    #[test]
    fn a_full_disk_costs_the_batch_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(folder.path()).unwrap();
        let limit = |writer: &Writer, pages: i64| {
            writer.archive.connection.pragma_update(None, "max_page_count", pages).unwrap();
        };
        let pages: i64 = writer
            .archive
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        limit(&writer, pages + 40);
        let mut n_kept = 0;
        let full = loop {
            let mut batch = writer.batch().unwrap();
            let saved: Result<Vec<Saved>> =
                (0..5).map(|n| batch.call(&call(n_kept + n), Timestamp::UNIX_EPOCH)).collect();
            match saved.and_then(|_| batch.commit()) {
                Ok(()) => n_kept += 5,
                Err(error) => break error,
            }
        };
        assert!(matches!(full, Error::Full { .. }), "{full:?}");
        assert!(n_kept > 5, "{n_kept}");
        let count = |archive: &Archive| archive.status().unwrap().coverage.n_calls;
        assert_eq!(count(&writer.archive), u64::try_from(n_kept).unwrap());
        assert_eq!(count(&Archive::open(folder.path()).unwrap()), u64::try_from(n_kept).unwrap());
        assert_eq!(writer.verify().unwrap(), []);
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(names.iter().all(|name| name.starts_with("archive.")), "{names:?}");
        limit(&writer, 100_000);
        let mut batch = writer.batch().unwrap();
        assert_eq!(batch.call(&call(n_kept), Timestamp::UNIX_EPOCH).unwrap(), Saved::New);
        batch.commit().unwrap();
    }

    fn fill(folder: &Path) {
        let mut writer = Writer::open(folder).unwrap();
        let mut batch = writer.batch().unwrap();
        for n in 0..40 {
            batch.call(&call(n), Timestamp::UNIX_EPOCH).unwrap();
        }
        batch.commit().unwrap();
    }

    /// Damages a page of the calls, which nothing needs that opens the file.
    fn damage(folder: &Path) {
        let path = folder.join(DATABASE);
        let page: u64 = Connection::open(&path)
            .unwrap()
            .query_row(
                "SELECT pageno FROM dbstat WHERE name = 'calls' AND pagetype = 'leaf' LIMIT 1",
                [],
                |row| row.get::<_, i64>(0),
            )
            .unwrap()
            .try_into()
            .unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &[7; 8192], (page - 1) * 8192).unwrap();
    }

    fn has_mark(folder: &Path) -> bool {
        folder.join(LOCK).metadata().unwrap().len() > 0
    }

    #[test]
    fn damage_that_was_found_after_a_crash_is_told_until_the_archive_is_rebuilt() {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path());
        assert!(!has_mark(folder.path()));
        damage(folder.path());
        // As a process leaves it that is killed.
        std::fs::write(folder.path().join(LOCK), "1234567\n").unwrap();
        for _ in 0..3 {
            let opened = Writer::open(folder.path());
            assert!(matches!(opened, Err(Error::Damaged { .. })), "{opened:?}");
            assert!(has_mark(folder.path()));
        }
        rebuild(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
        assert!(!has_mark(folder.path()));
        drop(Writer::open(folder.path()).unwrap());
    }

    fn write(writer: &mut Writer) -> Result<()> {
        let mut batch = writer.batch()?;
        let ids: Vec<_> = (0..40).map(|n| n.to_string()).collect();
        batch.delete_calls(ids.iter().map(String::as_str))?;
        batch.commit()
    }

    fn verify(writer: &mut Writer) -> Result<()> {
        assert_ne!(writer.verify()?, []);
        Ok(())
    }

    fn retain(writer: &mut Writer) -> Result<()> {
        writer.set_retention(Some(30))?;
        writer.apply_retention(Timestamp::from_second(1_800_000_000).unwrap()).map(drop)
    }

    #[test]
    fn damage_that_is_met_while_writing_is_looked_for_at_the_next_opening() {
        for work in [write, verify, retain] as [fn(&mut Writer) -> Result<()>; 3] {
            let folder = tempfile::tempdir().unwrap();
            fill(folder.path());
            damage(folder.path());
            let mut writer = Writer::open(folder.path()).unwrap();
            // What was read before may go on well.
            let done = work(&mut writer);
            assert!(matches!(done, Ok(()) | Err(Error::Damaged { .. })), "{done:?}");
            drop(writer);
            assert!(has_mark(folder.path()));
            let opened = Writer::open(folder.path());
            assert!(matches!(opened, Err(Error::Damaged { .. })), "{opened:?}");
        }
    }
}
