//! Rebuilding: what a damaged archive still gives is in the new one, and a sync brings the rest.

use std::path::Path;

use gong_archive::{Archive, SyncOptions, Writer, rebuild, sync};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use crate::company::{NOW, company};

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
