//! Syncs after mishaps: what was lost, what cannot be read, and runs that end too early.

use futures_util::{TryStreamExt as _, stream};
use gong_archive::{Collection, Ended, Error, SyncOptions, Synced, Writer, rebuild, sync};
use gong_client::{
    Body, Client, Limits, Payload, Sending, Transport, TransportError, TransportErrorKind,
};
use gong_sandbox::{Options, Sandbox};
use http::{Request, Response, StatusCode};
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
async fn a_later_sync_that_stops_is_gone_on_with_where_it_stopped() {
    let world = World::with(Options { calls: 0, page_size: 5, ..options() }).await;
    for id in 1..=10 {
        world.sandbox().put_call(held(id, at(NOW) - SignedDuration::from_hours(id.cast_signed())));
    }
    let calls = SyncOptions { only: Some(vec![Collection::Calls]), ..since(5) };
    world.sync(&calls).await;
    world.pass(24);
    for id in 11..=90_u64 {
        let ago = SignedDuration::from_mins(10 + 15 * (id.cast_signed() - 10));
        world.sandbox().put_call(held(id, world.sandbox().now() - ago));
    }
    let few = SyncOptions { max_requests: Some(12), ..calls.clone() };
    assert_eq!(world.sync(&few).await.ended, Ended::MaxRequests);
    assert_eq!(world.ask("SELECT count(*) FROM windows WHERE listed_to > ends"), 0);
    let n_here = u64::try_from(world.ask("SELECT count(*) FROM calls")).unwrap();
    assert!((40..90).contains(&n_here), "{n_here}");
    let synced = world.sync(&calls).await;
    // What is left, a page that was under way, one of the workspaces, and one for each other day.
    assert!(synced.requests <= (90 - n_here).div_ceil(5) + 8, "{n_here} were there: {synced:?}");
    assert_eq!(world.ask("SELECT count(*) FROM calls"), 90);
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

/// The way to a sandbox that fails, with this status, at each request that has one of these words in its
/// path, its body, or its answer.
struct Failing {
    sandbox: Sandbox,
    status: u16,
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
            let asked = format!("{} {}", head.uri.path(), String::from_utf8_lossy(&body));
            let reply = self.sandbox.answer(Request::from_parts(head, body)).await;
            let (mut head, answer) = reply.into_response().map_err(lost)?.into_parts();
            let answer: Vec<_> = answer.try_collect().await.map_err(lost)?;
            let said = asked + &String::from_utf8_lossy(&answer.concat());
            if self.at.iter().any(|at| said.contains(at)) {
                head.status = StatusCode::from_u16(self.status).unwrap();
            }
            let body: Body = Box::pin(stream::iter(answer.into_iter().map(Ok)));
            Ok(Response::from_parts(head, body))
        })
    }
}

/// A sync of 200 calls, a day apart, from a Gong that fails so.
async fn sync_failing(
    status: u16,
    at: &'static [&'static str],
) -> (TempDir, Result<Synced, Error>) {
    let sandbox = Sandbox::new(Options { calls: 0, page_size: 10, ..options() }).unwrap();
    for id in 100..300 {
        let ago = SignedDuration::from_hours(24 * (id - 99));
        sandbox.put_call(held(id.cast_unsigned(), sandbox.now() - ago));
    }
    let options = gong_client::Options { limits: Limits::NONE, ..gong_client::Options::default() };
    let way = Failing { sandbox, status, at };
    let client = Client::with_transport(&credentials("http://127.0.0.1:9"), options, way).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    let synced = sync(&mut writer, &client, &since(365), &()).await;
    drop(writer);
    (folder, synced)
}

fn ask(folder: &TempDir, sql: &str) -> i64 {
    let connection = Connection::open(folder.path().join("archive.db")).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

const CALLS: &str = "SELECT count(*) FROM calls";
const PRESENT: &str = "SELECT count(*) FROM calls WHERE transcript = 'present'";

#[tokio::test(start_paused = true)]
async fn a_transcript_that_gong_fails_at_keeps_no_other_back() {
    // Who is refused is not asked again at once, so that calls are listed meanwhile.
    for status in [500, 400] {
        let (folder, synced) = sync_failing(status, &["\"callId\":\"137\"", "\"255\"]"]).await;
        let synced = synced.unwrap();
        assert_eq!((ask(&folder, CALLS), ask(&folder, PRESENT)), (200, 199), "{synced:?}");
        assert_eq!((synced.problems.len(), synced.transcripts_given_up), (1, 0), "{synced:?}");
        let tomorrow = "SELECT count(*) FROM call_states WHERE ask_after > '2026-06-02'";
        assert_eq!(ask(&folder, tomorrow), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_gong_fails_at_keeps_an_hour_back() {
    let (folder, synced) = sync_failing(500, &["/v2/users ", "\"id\":\"137\""]).await;
    let synced = synced.unwrap();
    assert_eq!((ask(&folder, CALLS), ask(&folder, PRESENT)), (199, 199), "{synced:?}");
    assert_eq!(synced.problems.len(), 2, "{synced:?}");
    let open = "FROM windows WHERE listed IS NULL OR NOT is_settled";
    assert_eq!(ask(&folder, &format!("SELECT count(*) {open}")), 1);
    let span = format!("SELECT unixepoch(ends) - unixepoch(starts) {open}");
    assert!((3600..7200).contains(&ask(&folder, &span)));
    assert!(ask(&folder, "SELECT count(*) FROM trackers") > 0);
}

#[tokio::test(start_paused = true)]
async fn a_gong_that_fails_at_everything_ends_the_sync() {
    let (_folder, synced) = sync_failing(500, &["/v2/"]).await;
    let Err(Error::Gong(error)) = synced else { panic!("{synced:?}") };
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    let (_folder, synced) = sync_failing(500, &["/v2/calls/transcript"]).await;
    assert!(matches!(synced, Err(Error::Gong(_))), "{synced:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_calls_out_of_all_reason_is_no_harm() {
    let steps = vec![format!("total+{}", i64::MAX); 300].join(",");
    let world = World::with_faults(30, &format!("POST /v2/calls/extensive: {steps}")).await;
    let since = SyncOptions {
        since: Some(at(NOW) - SignedDuration::from_hours(24 * 900)),
        ..SyncOptions::default()
    };
    world.sync(&since).await;
    for _ in 0..4 {
        world.pass(25);
        assert_eq!(world.sync_all().await.ended, Ended::Done);
    }
    world.check();
}
