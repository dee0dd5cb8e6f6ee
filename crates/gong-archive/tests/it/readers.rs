//! Readers while a sync goes on in another process: they see one moment, and wait for nobody.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use gong_archive::Writer;
use rusqlite::{Connection, OpenFlags};

use crate::{going_on::Company, truth::Look};

/// The most that a reader may wait.
const PATIENCE: Duration = Duration::from_secs(2);

fn reader(folder: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(folder.join("archive.db"), flags).unwrap()
}

fn count(connection: &Connection, table: &str) -> u64 {
    let began = Instant::now();
    let sql = format!("SELECT count(*) FROM {table}");
    let count: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    count.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_moment_of_a_sync_and_does_not_wait() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    drop(Writer::open(folder.path()).unwrap());
    let process = company.start_sync(folder.path(), None);
    let reader = reader(folder.path());
    let mut seen = BTreeSet::new();
    let mut is_done = false;
    while !is_done {
        is_done = process.hear_within(Duration::from_millis(1)).as_deref() == Some("done");
        reader.execute_batch("BEGIN").unwrap();
        let counts = ["calls", "kept WHERE kind = 'calls'", "call_states", "calls"];
        let counts = counts.map(|table| count(&reader, table));
        reader.execute_batch("COMMIT").unwrap();
        assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
        seen.insert(counts[0]);
    }
    assert!(seen.len() > 2, "{seen:?}");
    let found = Look::at(folder.path()).unwrap().differences(company.sandbox());
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reader_keeps_its_moment_and_the_log_shrinks_after_it() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    drop(Writer::open(folder.path()).unwrap());
    let reader = reader(folder.path());
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(count(&reader, "calls"), 0);
    let process = company.start_sync(folder.path(), None);
    assert_eq!(process.hear().as_deref(), Some("done"));
    drop(process);
    assert_eq!(count(&reader, "calls"), 0);
    let log = || fs::metadata(folder.path().join("archive.db-wal")).map_or(0, |it| it.len());
    let grown = log();
    assert!(grown > 0);
    reader.execute_batch("COMMIT").unwrap();
    assert!(count(&reader, "calls") > 0);
    drop(reader);
    drop(Writer::open(folder.path()).unwrap());
    assert_eq!(log(), 0, "it was {grown}");
}
