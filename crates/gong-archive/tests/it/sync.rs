//! Syncs against the sandbox: how many requests they take, what they leave, and how they go on.

use gong_archive::{Archive, Collection, Ended, SyncOptions, Synced, Writer, sync};
use gong_client::Client;
use gong_sandbox::{Running, Sandbox};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::company::company;

/// An archive and the company that it is of.
struct World {
    running: Running,
    client: Client,
    folder: TempDir,
}

impl World {
    async fn new(calls: u64) -> Self {
        let (running, client) = company(calls).await;
        Self { running, client, folder: tempfile::tempdir().unwrap() }
    }

    fn sandbox(&self) -> &Sandbox {
        self.running.sandbox()
    }

    async fn sync(&self, options: &SyncOptions) -> Synced {
        let mut writer = Writer::open(self.folder.path()).unwrap();
        sync(&mut writer, &self.client, options, &()).await.unwrap()
    }

    /// What the archive answers to a question that has one number for an answer.
    fn ask(&self, sql: &str) -> i64 {
        let connection = Connection::open(self.folder.path().join("archive.db")).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Compares the archive with what can be read from the sandbox now.
    fn check(&self) {
        let archive = Archive::open(self.folder.path()).unwrap();
        let truth = self.sandbox().readable_calls();
        let public: Vec<_> = truth.iter().filter(|call| !call.is_private()).collect();
        for call in &public {
            assert!(
                archive.text("calls", call.id()).unwrap().is_some(),
                "{} is missing",
                call.id()
            );
            let transcript = archive.text("transcripts", call.id()).unwrap();
            assert_eq!(transcript.is_some(), call.transcript.is_some(), "{}", call.id());
        }
        assert_eq!(self.ask("SELECT count(*) FROM calls"), i64::try_from(public.len()).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_takes_two_requests_a_hundred_calls_and_few_more() {
    for calls in [0, 1, 99, 100, 101, 1000, 5000] {
        let world = World::new(calls).await;
        let synced = world.sync(&SyncOptions::default()).await;
        assert_eq!(synced.ended, Ended::Done, "{synced:?}");
        assert_eq!(synced.requests, world.sandbox().request_count(), "{calls} calls");
        let most = 2 * calls.div_ceil(100) + 20;
        assert!(synced.requests <= most, "{calls} calls: {} requests of {most}", synced.requests);
        assert!(synced.problems.is_empty() && synced.unsettled.is_empty(), "{synced:?}");
        if calls <= 1000 {
            world.check();
        }
        let again = world.sync(&SyncOptions::default()).await;
        assert!(again.requests <= 10, "{calls} calls: {again:?}");
        assert_eq!((again.calls_new, again.calls_changed), (0, 0), "{again:?}");
    }
}
