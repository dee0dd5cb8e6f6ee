//! Rebuilding: what a damaged archive still gives is in the new one, and a sync brings the rest.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use gong_archive::{Archive, SyncOptions, Writer, rebuild, sync};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::{json, value::RawValue};

use crate::{
    company::{NOW, company},
    verify::fill,
};

/// A number and a text that the archive answers to a question.
fn ask(folder: &Path, sql: &str) -> (i64, String) {
    let connection = Connection::open(folder.join("archive.db")).unwrap();
    connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_after_a_rebuild_needs_not_be_told_again_how_far_back_to_go() {
    let (running, client) = company(40).await;
    let now: Timestamp = NOW.parse().unwrap();
    running.sandbox().set_now(now + SignedDuration::from_hours(1));
    for keeps_windows in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let since = Some(now - SignedDuration::from_hours(24 * 20));
        let since = SyncOptions { since, ..SyncOptions::default() };
        sync(&mut Writer::open(folder.path()).unwrap(), &client, &since, &()).await.unwrap();
        let calls = "SELECT count(*), min(started) FROM calls";
        let windows = "SELECT count(*), min(starts) FROM windows";
        let before = ask(folder.path(), calls);
        let (_, began) = ask(folder.path(), windows);
        assert!(before.0 > 5, "{before:?}");
        if !keeps_windows {
            let connection = Connection::open(folder.path().join("archive.db")).unwrap();
            connection.execute("DELETE FROM windows", []).unwrap();
        }
        rebuild(folder.path(), now).unwrap();
        assert!(Archive::open(folder.path()).unwrap().has_begun().unwrap());
        let mut writer = Writer::open(folder.path()).unwrap();
        let synced = sync(&mut writer, &client, &SyncOptions::default(), &()).await.unwrap();
        drop(writer);
        assert_eq!((synced.calls_new, synced.calls_changed), (0, 0), "{synced:?}");
        assert_eq!(ask(folder.path(), calls), before);
        let begins = if keeps_windows { began } else { before.1 };
        assert_eq!(ask(folder.path(), windows).1[..19], begins[..19]);
        let unlisted = "SELECT count(*), '' FROM windows WHERE is_settled = 0";
        assert_eq!(ask(folder.path(), unlisted).0, 0);
    }
}

fn count(connection: &Connection, table: &str) -> u64 {
    let sql = format!("SELECT count(*) FROM {table}");
    connection.query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_cut_off_gives_what_is_left_of_it() {
    let (_running, client) = company(60).await;
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &client).await;
    let path = folder.path().join("archive.db");
    let whole = Connection::open(&path).unwrap();
    let (n_calls, n_kept) = (count(&whole, "calls"), count(&whole, "kept"));
    drop(whole);
    let length = fs::metadata(&path).unwrap().len();
    // In the middle of a page.
    OpenOptions::new().write(true).open(&path).unwrap().set_len(length / 5 * 4 + 100).unwrap();
    let rebuilt = rebuild(folder.path(), NOW.parse().unwrap()).unwrap();
    assert!(rebuilt.calls > n_calls / 3, "{rebuilt:?} of {n_calls}");
    assert!(rebuilt.transcripts > 0, "{rebuilt:?}");
    assert!(rebuilt.calls + rebuilt.transcripts + rebuilt.lost <= n_kept, "{rebuilt:?}");
    assert_eq!(rebuilt.incomplete, Vec::<&str>::new());
    assert_eq!(Writer::open(folder.path()).unwrap().verify().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_found_without_their_index_and_behind_gaps() {
    let (_running, client) = company(30).await;
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &client).await;
    let path = folder.path().join("archive.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute("UPDATE kept SET rowid = rowid + 50000 WHERE rowid > 10", []).unwrap();
    let n_kept = count(&connection, "kept");
    let pages = "SELECT pageno FROM dbstat WHERE name = 'sqlite_autoindex_kept_1'
         UNION SELECT pageno FROM (SELECT pageno FROM dbstat
           WHERE name = 'kept' AND pagetype = 'leaf' ORDER BY path DESC LIMIT 1)";
    let pages: Vec<u64> = connection
        .prepare(pages)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    drop(connection);
    let mut bytes = fs::read(&path).unwrap();
    for page in pages {
        let at = usize::try_from(page - 1).unwrap() * 8192;
        bytes[at..at + 8192].fill(7);
    }
    fs::write(&path, bytes).unwrap();
    let rebuilt = rebuild(folder.path(), NOW.parse().unwrap()).unwrap();
    // What stood on the last page is not known to have been there.
    let n_saved = rebuilt.calls + rebuilt.transcripts;
    assert!(n_saved >= n_kept - 20 && n_saved < n_kept, "{rebuilt:?} of {n_kept}");
    assert_eq!(rebuilt.lost, 0);
    assert_eq!(Writer::open(folder.path()).unwrap().verify().unwrap(), []);
}

#[test]
fn a_name_is_the_one_that_was_fetched_last() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    let begin: Timestamp = NOW.parse().unwrap();
    for (minutes, id, name) in [(1, "1", "Oldest"), (2, "2", "Old"), (3, "1", "New")] {
        let call = json!({"metaData": {"id": id, "started": "2026-05-10T10:00:00Z"},
            "context": [{"objects": [{"objectType": "Account", "objectId": "001A",
                "fields": [{"name": "Name", "value": name}]}]}]});
        let call = RawValue::from_string(call.to_string()).unwrap().into();
        let mut batch = writer.batch().unwrap();
        batch.call(&call, begin + SignedDuration::from_mins(minutes)).unwrap();
        batch.commit().unwrap();
    }
    drop(writer);
    let said = "SELECT count(*), group_concat(accounts.name || ' ' || kept.fetched ORDER BY id)
         FROM accounts, kept";
    let before = ask(folder.path(), said);
    assert!(before.1.starts_with("New "), "{before:?}");
    rebuild(folder.path(), begin + SignedDuration::from_hours(1)).unwrap();
    assert_eq!(ask(folder.path(), said), before);
}
