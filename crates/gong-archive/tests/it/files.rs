//! The file and its folder: who may look into it, whose it is, and what is none of ours.

use std::{
    env, fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    path::Path,
    process::Command,
};

use gong_archive::{Archive, Error, Writer};
use rusqlite::Connection;

/// Tells a process of this test where to make an archive.
const CHILD_VARIABLE: &str = "GONG_ARCHIVE_TEST_MAKES";

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o777
}

fn is_root() -> bool {
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

/// An archive, closed, and what is done to it by somebody else.
fn changed(sql: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    drop(Writer::open(folder.path()).unwrap());
    let connection = Connection::open(folder.path().join("archive.db")).unwrap();
    connection.execute_batch(sql).unwrap();
    folder
}

/// Run by the test below in a process of its own.
#[test]
fn makes_an_archive_where_it_is_told() {
    let Some(folder) = env::var_os(CHILD_VARIABLE) else { return };
    let folder = Path::new(&folder);
    let mut writer = Writer::open(folder).unwrap();
    writer.batch().unwrap().commit().unwrap();
    let _reader = Archive::open(folder).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    assert!(folder.join("archive.db-wal").exists() && folder.join("archive.db-shm").exists());
}

#[test]
fn all_that_is_written_is_for_the_owner_alone_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join("gong/default");
        let output = Command::new("/bin/sh")
            .args([
                "-c",
                &format!(
                    "umask {umask}; exec \"$0\" --exact {CHILD}",
                    CHILD = "files::makes_an_archive_where_it_is_told"
                ),
            ])
            .arg(env::current_exe().unwrap())
            .env(CHILD_VARIABLE, &folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&directory.path().join("gong")), 0o700);
        assert_eq!(mode(&folder.join("archive.db")), 0o600);
    }
}

#[test]
fn what_is_open_to_others_is_closed_and_not_trusted_before() {
    let folder = changed("");
    let file = folder.path().join("archive.db");
    for (path, loose) in [(folder.path(), 0o777), (&file, 0o622), (&file, 0o660)] {
        fs::set_permissions(path, fs::Permissions::from_mode(loose)).unwrap();
        let refused = Archive::open(folder.path()).unwrap_err();
        assert!(matches!(refused, Error::Unsafe { .. }), "{refused}");
        drop(Writer::open(folder.path()).unwrap());
        assert_eq!((mode(folder.path()), mode(&file)), (0o700, 0o600));
        drop(Archive::open(folder.path()).unwrap());
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    drop(Archive::open(folder.path()).unwrap());
}

#[test]
fn a_link_is_refused_wherever_it_leads() {
    for name in ["archive.db", "archive.db-wal", "archive.db-shm", "archive.lock"] {
        for to in ["other", "/dev/null", "nowhere"] {
            let folder = changed("");
            let other = folder.path().join("other");
            fs::rename(folder.path().join("archive.db"), &other).unwrap();
            let _ = fs::copy(&other, folder.path().join("archive.db"));
            let link = folder.path().join(name);
            let _ = fs::remove_file(&link);
            symlink(to, &link).unwrap();
            let refused = Writer::open(folder.path()).unwrap_err();
            assert!(matches!(refused, Error::Unsafe { .. }), "{name} to {to}: {refused}");
            assert!(Archive::open(folder.path()).is_err(), "{name} to {to} was read");
            assert!(link.is_symlink());
        }
    }
}

#[test]
fn what_belongs_to_somebody_else_is_refused() {
    let folder = changed("");
    let file = folder.path().join("archive.db");
    if !is_root() {
        // Only root can give a file away; that root's own are trusted is no loss to root.
        return;
    }
    for path in [folder.path(), &file] {
        chown(path, Some(12_345), None).unwrap();
        for refused in
            [Writer::open(folder.path()).map(drop), Archive::open(folder.path()).map(drop)]
        {
            let refused = refused.unwrap_err();
            assert!(refused.to_string().contains("another user (12345)"), "{refused}");
        }
        chown(path, Some(0), None).unwrap();
    }
}

#[test]
fn tables_that_are_not_ours_are_refused() {
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON calls BEGIN DELETE FROM users; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE t (x)",
        "CREATE INDEX i ON calls (title)",
        "CREATE VIRTUAL TABLE t USING fts5 (x)",
        "DROP VIEW call_overview",
        "DROP VIEW call_overview; CREATE VIEW call_overview AS SELECT * FROM users",
        "DROP INDEX calls_started",
        "DROP TABLE topics; CREATE VIEW topics AS SELECT * FROM users",
        "ALTER TABLE users ADD COLUMN x TEXT GENERATED ALWAYS AS (upper(name))",
        "PRAGMA application_id = 1",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' ' WHERE name = 'calls'",
    ] {
        let folder = changed(sql);
        for refused in
            [Writer::open(folder.path()).map(drop), Archive::open(folder.path()).map(drop)]
        {
            let refused = refused.unwrap_err();
            assert!(matches!(refused, Error::Foreign { .. }), "{sql}: {refused:?}");
        }
    }
    // What ANALYZE leaves is no stranger's.
    let folder = changed("ANALYZE");
    drop(Archive::open(folder.path()).unwrap());
}

#[test]
fn a_file_that_is_something_else_is_refused_and_left_as_it_is() {
    let database = tempfile::NamedTempFile::new().unwrap();
    let other = Connection::open(database.path()).unwrap();
    other.execute_batch("CREATE TABLE notes (text)").unwrap();
    drop(other);
    for bytes in [b"not a database, but text".repeat(100), fs::read(database.path()).unwrap()] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.db");
        fs::write(&path, &bytes).unwrap();
        for refused in
            [Writer::open(folder.path()).map(drop), Archive::open(folder.path()).map(drop)]
        {
            let refused = refused.unwrap_err();
            assert!(matches!(refused, Error::Foreign { .. }), "{refused:?}");
        }
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_file_of_a_newer_version_is_not_touched() {
    let folder = changed("PRAGMA user_version = 2; CREATE TABLE later (x)");
    let before = fs::read(folder.path().join("archive.db")).unwrap();
    for refused in [Writer::open(folder.path()).map(drop), Archive::open(folder.path()).map(drop)] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::Newer { found: 2, known: 1, .. }), "{refused:?}");
    }
    assert_eq!(fs::read(folder.path().join("archive.db")).unwrap(), before);
}

#[test]
fn an_archive_that_nobody_came_to_make_is_made() {
    for begun in ["", "PRAGMA journal_mode = WAL"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.db");
        fs::write(&path, "").unwrap();
        Connection::open(&path).unwrap().execute_batch(begun).unwrap();
        let absent = Archive::open(folder.path()).unwrap_err();
        assert!(matches!(absent, Error::Absent { .. }), "{begun}: {absent:?}");
        drop(Writer::open(folder.path()).unwrap());
        drop(Archive::open(folder.path()).unwrap());
    }
}

/// Run by the test below in a process of its own: reads as somebody who may write nothing there.
#[test]
fn reads_an_archive_that_nobody_can_write() {
    let Some(folder) = env::var_os("GONG_ARCHIVE_TEST_READS") else { return };
    let folder = Path::new(&folder);
    assert!(fs::write(folder.join("x"), "").is_err(), "the folder can be written");
    assert_eq!(Archive::open(folder).unwrap().verify().unwrap(), []);
    let refused = Writer::open(folder).unwrap_err();
    assert!(matches!(refused, Error::ReadOnly { .. }), "{refused:?}");
    for (path, mode) in [(folder.join("archive.db"), 0o400), (folder.to_owned(), 0o500)] {
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        set(0);
        let refused = Archive::open(folder).unwrap_err();
        set(mode);
        assert!(matches!(refused, Error::Unreadable { .. }), "{refused:?}");
    }
}

#[test]
fn an_archive_that_cannot_be_written_can_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("archive");
    drop(Writer::open(&folder).unwrap());
    let program = directory.path().join("program");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(&program);
    command
        .args(["--exact", "files::reads_an_archive_that_nobody_can_write"])
        .env("GONG_ARCHIVE_TEST_READS", &folder)
        .current_dir("/");
    for (path, mode) in [
        (folder.join("archive.db"), 0o400),
        (folder.join("archive.lock"), 0o400),
        (folder.clone(), 0o500),
    ] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        if is_root() {
            // Root may write anything: somebody else is to look.
            chown(&path, Some(65_534), None).unwrap();
        }
    }
    if is_root() {
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::process::CommandExt::uid(&mut command, 65_534);
    }
    let output = command.output().unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
