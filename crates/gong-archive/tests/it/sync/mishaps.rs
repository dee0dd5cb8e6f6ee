//! Syncs after mishaps: what was lost, what cannot be read, and runs that end too early.

use futures_util::TryStreamExt as _;
use gong_archive::{Collection, Ended, Error, SyncOptions, Synced, Writer, rebuild, sync};
use gong_client::{
    Body, Client, Limits, Payload, Sending, Transport, TransportError, TransportErrorKind,
};
use gong_sandbox::{Options, Sandbox};
use http::{Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{World, at, held};
use crate::company::{NOW, client_of, credentials, options};

fn since(days: i64) -> SyncOptions {
    let since = at(NOW) - SignedDuration::from_hours(24 * days);
    SyncOptions { since: Some(since), ..SyncOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_that_a_rebuild_lacks_are_asked_for_again() {
    let world = World::new(0).await;
    let mut late = held(1, at(NOW) - SignedDuration::from_hours(5));
    late.transcribed_at = at(NOW) + SignedDuration::from_hours(24);
    world.sandbox().put_call(late);
    world.sandbox().put_call(held(2, at(NOW) - SignedDuration::from_hours(5)));
    assert_eq!(world.sync(&since(2)).await.transcripts_new, 1);
    let rebuilt = rebuild(world.folder.path(), world.sandbox().now()).unwrap();
    assert_eq!((rebuilt.calls, rebuilt.transcripts), (2, 1));
    world.pass(48);
    let synced = world.sync(&since(2)).await;
    assert_eq!((synced.transcripts_new, synced.transcripts_expected), (1, 0), "{synced:?}");
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn users_that_a_torn_list_lacks_are_not_removed() {
    // A user goes while they are listed, and another is missed; or nobody can read one page.
    for (script, left) in [("users-list: delete@1", 59), ("users-list: null:id", 60)] {
        let world = World::with(Options { calls: 0, page_size: 10, ..options() }).await;
        world.sync_all().await;
        assert_eq!(world.ask("SELECT count(*) FROM users"), 60);
        let faults = script.parse().unwrap();
        let torn =
            Sandbox::start(Options { calls: 0, page_size: 10, faults, ..options() }).await.unwrap();
        let client = client_of(&torn, Limits::NONE);
        for (day, left) in [(1, 60), (2, left)] {
            torn.sandbox().set_now(at(NOW) + SignedDuration::from_hours(25 * day));
            let mut writer = Writer::open(world.folder.path()).unwrap();
            sync(&mut writer, &client, &SyncOptions::default(), &()).await.unwrap();
            assert_eq!(world.ask("SELECT count(*) FROM users"), left, "{script}, day {day}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn syncs_of_few_requests_come_to_an_end_while_calls_come_in_and_old_ones_go() {
    let world = World::with(Options { calls: 0, page_size: 5, ..options() }).await;
    let now = world.sandbox().now();
    for id in 1..=40 {
        world
            .sandbox()
            .put_call(held(id, now - SignedDuration::from_hours(8 * (id.cast_signed()))));
    }
    Writer::open(world.folder.path()).unwrap().set_retention(Some(10)).unwrap();
    let few =
        SyncOptions { max_requests: Some(6), only: Some(vec![Collection::Calls]), ..since(20) };
    for id in 41..80 {
        let synced = world.sync(&few).await;
        if synced.ended == Ended::Done {
            assert_eq!(world.ask("SELECT count(*) FROM windows WHERE is_settled = 0"), 0);
            return;
        }
        world.pass(1);
        let now = world.sandbox().now();
        world.sandbox().put_call(held(id, now - SignedDuration::from_mins(30)));
    }
    panic!("it never ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_call_is_left_out_without_an_id_too() {
    let world = World::with_faults(0, "calls-extensive: null:id x9").await;
    let mut private = held(1, at(NOW) - SignedDuration::from_hours(5));
    private.meta_data["isPrivate"] = true.into();
    world.sandbox().put_call(private);
    let synced = world.sync(&since(2)).await;
    assert_eq!((synced.calls_new, synced.quarantined), (0, 0), "{synced:?}");
    assert_eq!(world.ask("SELECT count(*) FROM quarantine"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_whose_answers_cannot_be_read_keep_to_the_budget_and_are_not_given_up() {
    let world = World::with_faults(0, "calls-transcript: null:callTranscripts x200").await;
    for id in 1..=20 {
        // So old that they would not be waited for.
        world.sandbox().put_call(held(id, at(NOW) - SignedDuration::from_hours(24 * 60)));
    }
    let few = SyncOptions { max_requests: Some(10), ..since(90) };
    let synced = world.sync(&few).await;
    assert_eq!((synced.ended, synced.requests), (Ended::MaxRequests, 10));
    let synced = world.sync(&since(90)).await;
    assert_eq!((synced.transcripts_given_up, synced.transcripts_expected), (0, 20), "{synced:?}");
    assert_eq!(synced.problems.len(), 1);
    // All are put off until tomorrow.
    assert!(world.sync(&since(90)).await.requests <= 4);
    assert_eq!(world.ask("SELECT count(*) FROM calls WHERE transcript = 'unavailable'"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_without_a_request_removes_nothing_that_is_too_old_by_our_clock_alone() {
    let world = World::new(0).await;
    let gongs = Timestamp::now() - SignedDuration::from_hours(24 * 100);
    world.sandbox().set_now(gongs);
    world.sandbox().put_call(held(1, gongs - SignedDuration::from_hours(5)));
    world.sync_all().await;
    Writer::open(world.folder.path()).unwrap().set_retention(Some(30)).unwrap();
    let mut writer = Writer::open(world.folder.path()).unwrap();
    let none = SyncOptions { max_requests: Some(0), ..SyncOptions::default() };
    let client = client_of(&world.running, Limits::NONE);
    let synced = sync(&mut writer, &client, &none, &()).await.unwrap();
    assert_eq!((synced.ended, synced.calls_removed), (Ended::MaxRequests, 0));
    assert!(world.has("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn private_calls_are_found_in_the_part_of_a_window_that_was_listed_before() {
    let world = World::with(Options { calls: 0, page_size: 5, ..options() }).await;
    for id in 1..=40 {
        let mut call = held(id, at(NOW) - SignedDuration::from_hours(2 + id.cast_signed()));
        call.meta_data["isPrivate"] = (id % 2 == 0).into();
        world.sandbox().put_call(call);
    }
    let only = SyncOptions { only: Some(vec![Collection::Calls]), ..since(5) };
    let few = SyncOptions { max_requests: Some(5), ..only.clone() };
    assert_eq!(world.sync(&few).await.ended, Ended::MaxRequests);
    world.sync(&SyncOptions { include_private: Some(true), ..only }).await;
    assert_eq!(world.ask("SELECT count(*) FROM calls"), 40);
}

/// The way to a sandbox that fails at each request whose path and body have these words in them.
struct Failing {
    sandbox: Sandbox,
    at: &'static [&'static str],
}

impl Transport for Failing {
    fn send(&self, request: Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let lost = |error: std::io::Error| {
                TransportError::new(TransportErrorKind::Reset).caused_by(error)
            };
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(lost)?;
            let said = format!("{} {}", head.uri.path(), String::from_utf8_lossy(&body));
            let fails = self.at.iter().any(|at| said.contains(at));
            let reply = self.sandbox.answer(Request::from_parts(head, body)).await;
            let mut response = reply.into_response().map_err(lost)?;
            if fails {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            }
            Ok(response.map(|body| -> Body { Box::pin(body.map_err(lost)) }))
        })
    }
}

/// A sync of a year's calls, a day apart, from a Gong that fails so.
async fn sync_failing(at: &'static [&'static str]) -> (TempDir, Result<Synced, Error>) {
    let sandbox = Sandbox::new(Options { calls: 0, ..options() }).unwrap();
    for id in 100..300 {
        let ago = SignedDuration::from_hours(24 * (id - 99));
        sandbox.put_call(held(id.cast_unsigned(), sandbox.now() - ago));
    }
    let options = gong_client::Options { limits: Limits::NONE, ..gong_client::Options::default() };
    let way = Failing { sandbox, at };
    let client = Client::with_transport(&credentials("http://127.0.0.1:9"), options, way).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    let synced = sync(&mut writer, &client, &since(365), &()).await;
    drop(writer);
    (folder, synced)
}

#[tokio::test(start_paused = true)]
async fn what_gong_fails_at_keeps_nothing_else_back() {
    let ask = |folder: &TempDir, sql: &str| -> i64 {
        let connection = Connection::open(folder.path().join("archive.db")).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let transcripts = "SELECT count(*) FROM calls WHERE transcript = 'present'";
    let calls = "SELECT count(*) FROM calls";

    // Each ask for transcripts that names one of these.
    let (folder, synced) = sync_failing(&["\"137\"", "\"255\""]).await;
    let synced = synced.unwrap();
    assert_eq!((ask(&folder, calls), ask(&folder, transcripts)), (200, 198), "{synced:?}");
    assert_eq!((synced.problems.len(), synced.transcripts_given_up), (1, 0), "{synced:?}");

    // Each list of users, and one of the windows of calls.
    let (folder, synced) = sync_failing(&["/v2/users ", "2025-06-01T12:00:00Z"]).await;
    let synced = synced.unwrap();
    let n_calls = ask(&folder, calls);
    assert!(n_calls > 100 && n_calls == ask(&folder, transcripts), "{n_calls}: {synced:?}");
    assert_eq!(synced.problems.len(), 2, "{synced:?}");
    assert_eq!(ask(&folder, "SELECT count(*) FROM windows WHERE listed IS NULL"), 1);
    assert!(ask(&folder, "SELECT count(*) FROM trackers") > 0);
}

#[tokio::test(start_paused = true)]
async fn a_gong_that_fails_at_everything_ends_the_sync() {
    let (_folder, synced) = sync_failing(&["/v2/"]).await;
    let Err(Error::Gong(error)) = synced else { panic!("{synced:?}") };
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    let (_folder, synced) = sync_failing(&["/v2/calls/transcript"]).await;
    assert!(matches!(synced, Err(Error::Gong(_))), "{synced:?}");
}
