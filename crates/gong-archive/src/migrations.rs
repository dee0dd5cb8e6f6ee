//! Migrations: how the file of an older version becomes one of this version, or stays as it was.

use std::{
    fs,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, TransactionBehavior};

use crate::{
    error::{Error, Result},
    folder, schema,
};

/// The shape that files shall have, and the road to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// What makes a new file.
    pub(crate) schema: &'static str,
    /// The version that it has.
    pub(crate) version: i64,
    /// What leads from each older version to the next one, the oldest first.
    pub(crate) steps: &'static [Step],
}

/// What leads from one version to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The version that it begins with.
    pub(crate) from: i64,
    /// What is done.
    pub(crate) sql: &'static str,
}

/// Brings a file of the version `found` to the version of `shape`, in one transaction, after a copy
/// was set beside it.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    found: i64,
    shape: &Shape,
) -> Result<()> {
    let of = |error| Error::of(error, path);
    let steps: Vec<&Step> = shape.steps.iter().filter(|it| it.from >= found).collect();
    let is_known = (found..shape.version).eq(steps.iter().map(|it| it.from));
    if !is_known {
        let problem = format!("it has version {found}, which there never was");
        return Err(Error::Foreign { path: path.to_owned(), problem });
    }
    schema::refuse_triggers(connection, path)?;
    back_up(connection, &backup(path, found))?;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(of)?;
    for step in steps {
        transaction.execute_batch(step.sql).map_err(of)?;
    }
    // Also shows that nothing strange came along.
    schema::check_tables(&transaction, path, shape)?;
    transaction.pragma_update(None, "user_version", shape.version).map_err(of)?;
    transaction.commit().map_err(of)
}

/// Where the copy of a file of this version is set before it is changed.
pub(crate) fn backup(path: &Path, version: i64) -> PathBuf {
    path.with_file_name(format!("{}.version-{version}", folder::DATABASE))
}

/// Copies the file whole. What an earlier try left is written anew.
fn back_up(connection: &Connection, to: &Path) -> Result<()> {
    let file = |source| Error::io(to, source);
    if let Err(error) = fs::remove_file(to)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(file(error));
    }
    // SQLite writes into an empty file as it is, and this one is closed to others.
    let empty = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let empty = empty.map_err(file)?;
    let name = to.to_str().ok_or_else(|| file(std::io::ErrorKind::InvalidFilename.into()))?;
    let copied = connection.execute("VACUUM INTO ?1", [name]);
    if let Err(error) = copied {
        // Half a copy is of no use, and takes the room that is short.
        let _ = fs::remove_file(to);
        return Err(Error::of(error, to));
    }
    empty.sync_all().map_err(file)
}

#[cfg(test)]
mod tests {
    use std::{
        env,
        io::Read as _,
        os::unix::fs::MetadataExt as _,
        process::{Command, Stdio},
        thread,
        time::Duration,
    };

    use super::*;
    use crate::{archive::Archive, schema::SHAPE, writer::Writer};

    /// Tells a process of this test which archive to bring up to date.
    const CHILD_VARIABLE: &str = "GONG_ARCHIVE_TEST_MIGRATES";
    const KILLS: u64 = 40;

    /// What a later version may be like.
    fn later(step: &'static str) -> Shape {
        let schema = format!("{}; CREATE TABLE later (word TEXT) STRICT", SHAPE.schema);
        // A test may keep what it makes until it ends.
        let steps = vec![Step { from: 1, sql: step }].leak();
        Shape { schema: schema.leak(), version: 2, steps }
    }

    /// What leads to the later version, with work that takes a while.
    const GOOD: &str = "CREATE TABLE later (word TEXT) STRICT;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO settings SELECT 'setting ' || i, hex(randomblob(20)) FROM n;";

    fn version(folder: &Path) -> i64 {
        let connection = Connection::open(folder.join("archive.db")).unwrap();
        let n_later = "SELECT count(*) FROM sqlite_schema WHERE name = 'later'";
        let n_later: i64 = connection.query_row(n_later, [], |row| row.get(0)).unwrap();
        let n_settings = "SELECT count(*) FROM settings WHERE name LIKE 'setting %'";
        let n_settings: i64 = connection.query_row(n_settings, [], |row| row.get(0)).unwrap();
        assert_eq!(n_settings, 20_000 * n_later);
        let version =
            connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 1 + n_later);
        version
    }

    #[test]
    fn an_old_file_is_brought_up_to_date_and_kept_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        drop(Writer::open(folder.path()).unwrap());
        drop(Writer::open_as(folder.path(), &later(GOOD)).unwrap());
        assert_eq!(version(folder.path()), 2);
        let newer = Archive::open(folder.path()).unwrap_err();
        assert!(matches!(newer, Error::Newer { found: 2, known: 1, .. }));
        let copy = backup(&folder.path().join("archive.db"), 1);
        assert_eq!(copy.metadata().unwrap().mode() & 0o777, 0o600);
        let before = tempfile::tempdir().unwrap();
        fs::copy(copy, before.path().join("archive.db")).unwrap();
        drop(Writer::open(before.path()).unwrap());
        assert_eq!(version(before.path()), 1);
    }

    #[test]
    fn a_step_that_fails_or_leads_astray_leaves_the_file_as_it_was() {
        for (step, is_foreign) in [
            ("CREATE TABLE later (word TEXT) STRICT; SELECT nonsense", false),
            ("CREATE TABLE later (other TEXT) STRICT", true),
            ("DROP TABLE calls; CREATE TABLE later (word TEXT) STRICT", true),
        ] {
            let folder = tempfile::tempdir().unwrap();
            drop(Writer::open(folder.path()).unwrap());
            let error = Writer::open_as(folder.path(), &later(step)).unwrap_err();
            assert_eq!(matches!(error, Error::Foreign { .. }), is_foreign, "{step}: {error:?}");
            assert_eq!(version(folder.path()), 1);
            drop(Archive::open(folder.path()).unwrap());
        }
    }

    #[test]
    fn an_old_file_with_triggers_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        drop(Writer::open(folder.path()).unwrap());
        let connection = Connection::open(folder.path().join("archive.db")).unwrap();
        let trigger = "CREATE TRIGGER t AFTER INSERT ON settings BEGIN DELETE FROM users; END";
        connection.execute_batch(trigger).unwrap();
        drop(connection);
        let error = Writer::open_as(folder.path(), &later(GOOD)).unwrap_err();
        assert!(matches!(error, Error::Foreign { .. }), "{error:?}");
    }

    /// Run by the test below in a process of its own, which is killed.
    #[test]
    fn migrates_until_it_is_killed() {
        let Some(folder) = env::var_os(CHILD_VARIABLE) else { return };
        let mut output = std::io::stderr();
        std::io::Write::write_all(&mut output, b"!").unwrap();
        drop(Writer::open_as(Path::new(&folder), &later(GOOD)).unwrap());
    }

    #[test]
    fn a_kill_leaves_the_old_file_or_the_new_one() {
        let mut versions = [0; 3];
        for n in 0..KILLS {
            let folder = tempfile::tempdir().unwrap();
            drop(Writer::open(folder.path()).unwrap());
            let mut child = Command::new(env::current_exe().unwrap())
                .args(["--exact", "migrations::tests::migrates_until_it_is_killed", "--nocapture"])
                .env(CHILD_VARIABLE, folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            child.stderr.take().unwrap().read_exact(&mut [0]).unwrap();
            // Any moment of the migration; the last ones come to its end.
            thread::park_timeout(Duration::from_millis(n * n / 2));
            child.kill().unwrap();
            child.wait().unwrap();
            let found = version(folder.path());
            versions[usize::try_from(found).unwrap()] += 1;
            drop(Writer::open_as(folder.path(), &later(GOOD)).unwrap());
            assert_eq!(version(folder.path()), 2);
        }
        assert!(versions[1] > 0 && versions[2] > 0, "{versions:?}");
    }
}
