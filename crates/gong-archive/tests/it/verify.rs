//! Verifying: what is well is found well, and what is not is named.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use futures_util::TryStreamExt as _;
use gong_archive::{Archive, Finding, Writer};
use gong_client::Client;
use gong_types::{ContentSelector, GetTranscripts, Record, SearchCalls};
use rusqlite::Connection;
use serde_json::{Value, value::RawValue};

use crate::company::{NOW, company};

/// An archive of everything that the company has said.
pub(crate) async fn fill(folder: &Path, client: &Client) {
    let search =
        SearchCalls { select: Some(ContentSelector::everything()), ..SearchCalls::default() };
    let calls: Vec<_> = client.items(&search).try_collect().await.unwrap();
    let transcripts: Vec<_> = client.items(&GetTranscripts::default()).try_collect().await.unwrap();
    let mut writer = Writer::open(folder).unwrap();
    let mut batch = writer.batch().unwrap();
    for call in &calls {
        batch.call(call, NOW.parse().unwrap()).unwrap();
    }
    for transcript in &transcripts {
        batch.transcript(transcript, NOW.parse().unwrap()).unwrap();
    }
    batch.commit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_well_is_found_well() {
    let (_running, client) = company(60).await;
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &client).await;
    assert_eq!(Archive::open(folder.path()).unwrap().verify().unwrap(), []);
    assert_eq!(Writer::open(folder.path()).unwrap().verify().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_while_it_is_verified_is_well() {
    let (_running, client) = company(8).await;
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &client).await;
    let archive = Archive::open(folder.path()).unwrap();
    let ids: Vec<String> = Connection::open(archive.path())
        .unwrap()
        .prepare("SELECT call_id FROM calls")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut writer = Writer::open(folder.path()).unwrap();
            for n in 0..1_000 {
                let mut batch = writer.batch().unwrap();
                for id in &ids {
                    let text = archive_text(folder.path(), id);
                    let mut call: Value = serde_json::from_str(&text).unwrap();
                    call["metaData"]["title"] = format!("title {n}").into();
                    let text = RawValue::from_string(call.to_string()).unwrap();
                    batch.call(&Record::from(text), NOW.parse().unwrap()).unwrap();
                }
                batch.commit().unwrap();
                if is_done.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        let found: Vec<_> = (0..4).map(|_| archive.verify().unwrap()).collect();
        is_done.store(true, Ordering::Relaxed);
        assert_eq!(found, vec![vec![]; 4]);
    });
}

/// What the archive has of a call.
fn archive_text(folder: &Path, id: &str) -> String {
    Archive::open(folder).unwrap().text("calls", id).unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_well_is_named() {
    let (_running, client) = company(20).await;
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &client).await;
    let connection = Connection::open(folder.path().join("archive.db")).unwrap();
    let id: String = connection
        .query_row("SELECT id FROM kept WHERE kind = 'transcripts' LIMIT 1", [], |row| row.get(0))
        .unwrap();
    let text = |kind: &str, id: &str| Finding::Text { kind: kind.to_owned(), id: id.to_owned() };
    let rows = |table: &str| Finding::Rows { call_id: id.clone(), table: table.to_owned() };
    for (change, found) in [
        (
            "UPDATE spoken SET text = 'never said'
             WHERE id >> 18 = (SELECT number FROM calls WHERE call_id = ?1)",
            vec![text("transcripts", &id), Finding::Index],
        ),
        ("UPDATE calls SET title = 'another' WHERE call_id = ?1", vec![rows("calls")]),
        ("DELETE FROM parties WHERE call_id = ?1", vec![rows("parties")]),
        (
            "UPDATE kept SET text = zeroblob(8) WHERE kind = 'calls' AND id = ?1",
            vec![text("calls", &id)],
        ),
        (
            "UPDATE kept SET hash = zeroblob(32) WHERE kind = 'calls' AND id = ?1",
            vec![text("calls", &id)],
        ),
        (
            "UPDATE tracker_hits SET tracker_id = 'none' WHERE (call_id, tracker_id, position)
             = (SELECT call_id, tracker_id, position FROM tracker_hits LIMIT 1) AND ?1 > ''",
            vec![Finding::Orphans { table: "tracker_hits".to_owned(), rows: 1 }],
        ),
    ] {
        connection.execute_batch("PRAGMA foreign_keys = OFF; BEGIN").unwrap();
        let n_changed = connection.execute(change, [&id]).unwrap();
        assert!(n_changed > 0, "{change}");
        connection.execute_batch("COMMIT").unwrap();
        let copy = tempfile::tempdir().unwrap();
        connection
            .execute("VACUUM INTO ?1", [copy.path().join("archive.db").to_str().unwrap()])
            .unwrap();
        let findings = Writer::open(copy.path()).unwrap().verify().unwrap();
        for finding in found {
            assert!(findings.contains(&finding), "{change}: {findings:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_compared_with_gong() {
    let (running, client) = company(150).await;
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &client).await;
    let n_before = running.sandbox().request_count();
    let archive = Archive::open(folder.path()).unwrap();
    let comparison = archive.verify_against(&client, 120).await.unwrap();
    assert_eq!(comparison.calls, 120);
    assert!(comparison.transcripts > 60);
    let all = [&comparison.gone, &comparison.changed, &comparison.changed_transcripts];
    assert!(all.iter().all(|it| it.is_empty()), "{comparison:?}");
    assert_eq!(running.sandbox().request_count() - n_before, 4);
}
