//! Syncs against the sandbox: how many requests they take, what they leave, and how they go on.

mod mishaps;
mod over_time;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use gong_archive::{
    Archive, Collection, Ended, Error, Progress, Standing, Step, Steps, SyncOptions, Synced,
    Writer, estimate, sync,
};
use gong_client::{Client, Limits};
use gong_sandbox::{Access, Credential, Grant, HeldCall, Options, Running, Sandbox};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::company::{NOW, client_of, credentials, options};

/// An archive and the company that it is of.
struct World {
    running: Running,
    client: Client,
    folder: TempDir,
}

impl World {
    async fn new(calls: u64) -> Self {
        Self::with(Options { calls, ..options() }).await
    }

    async fn with(options: Options) -> Self {
        let running = Sandbox::start(options).await.unwrap();
        let client = client_of(&running, Limits::NONE);
        // The last calls of a made-up company become readable one by one.
        running.sandbox().set_now(at(NOW) + SignedDuration::from_hours(1));
        Self { running, client, folder: tempfile::tempdir().unwrap() }
    }

    async fn with_faults(calls: u64, script: &str) -> Self {
        Self::with(Options { calls, faults: script.parse().unwrap(), ..options() }).await
    }

    fn sandbox(&self) -> &Sandbox {
        self.running.sandbox()
    }

    async fn try_sync(&self, options: &SyncOptions) -> Result<Synced, Error> {
        let mut writer = Writer::open(self.folder.path()).unwrap();
        sync(&mut writer, &self.client, options, &()).await
    }

    async fn sync(&self, options: &SyncOptions) -> Synced {
        self.try_sync(options).await.unwrap()
    }

    async fn sync_all(&self) -> Synced {
        self.sync(&SyncOptions::default()).await
    }

    /// Puts the clock forward.
    fn pass(&self, hours: i64) {
        let sandbox = self.sandbox();
        sandbox.set_now(sandbox.now() + SignedDuration::from_hours(hours));
    }

    /// What the archive answers to a question that has one number for an answer.
    fn ask(&self, sql: &str) -> i64 {
        let connection = Connection::open(self.folder.path().join("archive.db")).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn has(&self, id: &str) -> bool {
        let archive = Archive::open(self.folder.path()).unwrap();
        archive.text("calls", id).unwrap().is_some()
    }

    /// Compares the archive with what can be read from the sandbox now.
    fn check(&self) {
        let archive = Archive::open(self.folder.path()).unwrap();
        let truth = self.sandbox().readable_calls();
        let public: Vec<_> = truth.iter().filter(|call| !call.is_private()).collect();
        for call in &public {
            let text = archive.text("calls", call.id()).unwrap();
            let title = call.meta_data["title"].to_string();
            assert!(text.is_some_and(|it| it.contains(&title)), "{} is another", call.id());
            let transcript = archive.text("transcripts", call.id()).unwrap();
            // One without a word in it is none yet.
            let words = call.transcript.as_ref().and_then(|it| it.as_array());
            let has_words = words.is_some_and(|it| !it.is_empty());
            assert_eq!(transcript.is_some(), has_words, "{}", call.id());
        }
        assert_eq!(self.ask("SELECT count(*) FROM calls"), i64::try_from(public.len()).unwrap());
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn held(id: u64, started: Timestamp) -> HeldCall {
    HeldCall::new(&id.to_string(), started, &format!("call {id}"), &["hello", "goodbye"])
}

/// A company of calls an hour apart.
async fn hourly(count: u64) -> World {
    let world = World::new(0).await;
    for id in 1..=count {
        let ago = SignedDuration::from_hours(2 + i64::try_from(id).unwrap());
        world.sandbox().put_call(held(id, at(NOW) - ago));
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_takes_two_requests_a_hundred_calls_and_few_more() {
    for calls in [0, 1, 99, 100, 101, 1000, 5000] {
        let world = if calls < 200 { World::new(calls).await } else { hourly(calls).await };
        let estimate = estimate(&world.client, &SyncOptions::default()).await.unwrap().unwrap();
        let synced = world.sync_all().await;
        assert_eq!(synced.ended, Ended::Done, "{synced:?}");
        assert_eq!(synced.requests, world.sandbox().request_count() - 1, "{calls} calls");
        let most = 2 * calls.div_ceil(100) + 20;
        assert!(synced.requests <= most, "{calls} calls: {} requests of {most}", synced.requests);
        assert!(synced.requests <= estimate.requests, "{estimate:?}");
        assert!(synced.problems.is_empty() && synced.unsettled.is_empty(), "{synced:?}");
        world.check();
        let again = world.sync_all().await;
        assert!(again.requests <= 10, "{calls} calls: {again:?}");
        assert_eq!((again.calls_new, again.calls_changed), (0, 0), "{again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_stops_anywhere_goes_on_where_it_stopped() {
    let world = World::with(Options { calls: 120, page_size: 10, ..options() }).await;
    let step = SyncOptions { max_requests: Some(12), ..SyncOptions::default() };
    let mut requests = 0;
    let mut n_syncs = 0;
    loop {
        let synced = world.sync(&step).await;
        requests += synced.requests;
        n_syncs += 1;
        if synced.ended == Ended::Done {
            break;
        }
        // The pages of an answer about a hundred transcripts are fetched together.
        assert_eq!(synced.ended, Ended::MaxRequests);
        assert!((12..24).contains(&synced.requests), "{}", synced.requests);
        assert!(n_syncs < 40, "it never ends");
    }
    world.check();
    // Each of them begins with the workspaces, lists the last call of the page before once more, and
    // may begin the users anew.
    let whole = World::with(Options { calls: 120, page_size: 10, ..options() }).await;
    let at_once = whole.sync_all().await.requests;
    assert!(requests <= at_once + 4 * n_syncs, "{requests} requests instead of {at_once}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_of_a_day_ends_a_sync_that_the_next_day_goes_on() {
    let world = World::new(300).await;
    let limits = Limits { per_second: 0, per_day: 20 };
    let client = client_of(&world.running, limits);
    let mut writer = Writer::open(world.folder.path()).unwrap();
    let options = SyncOptions { daily_budget: 0.5, ..SyncOptions::default() };
    let synced = sync(&mut writer, &client, &options, &()).await.unwrap();
    let Ended::Budget { resume_at } = synced.ended else { panic!("{synced:?}") };
    assert!(resume_at > Timestamp::now(), "{resume_at}");
    // Requests under way may be counted twice, so that there are never too many.
    assert!((8..=10).contains(&synced.requests), "{synced:?}");
    assert_eq!(world.sandbox().request_count(), synced.requests);
    drop(writer);
    assert_eq!(world.sync_all().await.ended, Ended::Done);
    world.check();
}

/// A clock that is told the time.
#[derive(Debug)]
struct Told(Mutex<Timestamp>);

impl gong_client::Clock for Told {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_to_come_back_is_one_at_which_there_is_something_to_use() {
    let world = World::new(20).await;
    let start: Timestamp = "2026-06-01T00:30:00Z".parse().unwrap();
    let clock = Arc::new(Told(Mutex::new(start)));
    let set = |hours| *clock.0.lock().unwrap() = start + SignedDuration::from_hours(hours);
    let options = gong_client::Options {
        limits: Limits { per_second: 0, per_day: 10 },
        clock: Some(clock.clone()),
        ..gong_client::Options::default()
    };
    let client = Client::new(&credentials(&world.running.url()), options).unwrap();
    let mut writer = Writer::open(world.folder.path()).unwrap();
    // One request in the first hour, more than the half of a day in a later one.
    let most =
        |n| SyncOptions { max_requests: Some(n), daily_budget: 1.0, ..SyncOptions::default() };
    sync(&mut writer, &client, &most(1), &()).await.unwrap();
    set(22);
    sync(&mut writer, &client, &most(9), &()).await.unwrap();
    set(23);
    let half = SyncOptions { daily_budget: 0.5, ..SyncOptions::default() };
    let synced = sync(&mut writer, &client, &half, &()).await.unwrap();
    let Ended::Budget { resume_at } = synced.ended else { panic!("{synced:?}") };
    assert!(resume_at > start + SignedDuration::from_hours(22 + 24), "{resume_at}");
    *clock.0.lock().unwrap() = resume_at;
    assert!(sync(&mut writer, &client, &half, &()).await.unwrap().requests > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_gong_asks_for_a_long_pause_the_sync_ends_with_the_time_to_come_back() {
    let world = World::with_faults(300, "calls-transcript: ok, day-exhausted").await;
    let synced = world.sync_all().await;
    let Ended::Paused { resume_at } = synced.ended else { panic!("{synced:?}") };
    assert!(resume_at > Timestamp::now());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_a_sync_to_stop_keeps_what_was_fetched() {
    let world = World::with(Options { calls: 50, page_size: 10, ..options() }).await;
    let stop = Arc::new(AtomicBool::new(false));
    let n_pages = Arc::new(AtomicU64::new(0));
    let (flag, count) = (stop.clone(), n_pages.clone());
    let steps = Steps::new(move |step| {
        if step == Step::Committed && count.fetch_add(1, Ordering::Relaxed) == 7 {
            flag.store(true, Ordering::Relaxed);
        }
        Ok(())
    });
    let options = SyncOptions { stop: Some(stop), steps, ..SyncOptions::default() };
    let synced = world.sync(&options).await;
    assert_eq!(synced.ended, Ended::Stopped);
    assert!(n_pages.load(Ordering::Relaxed) <= 11);
    assert_eq!(world.sync_all().await.ended, Ended::Done);
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_ends_the_sync_and_loses_nothing() {
    let world = World::with(Options { calls: 50, page_size: 10, ..options() }).await;
    for failing in [Step::Fetching, Step::Fetched, Step::Recorded, Step::Stated, Step::Committed] {
        let n_steps = AtomicU64::new(0);
        let steps = Steps::new(move |step| {
            if step == failing && n_steps.fetch_add(1, Ordering::Relaxed) == 9 {
                return Err(Error::Full { path: "x".into() });
            }
            Ok(())
        });
        let options = SyncOptions { steps, ..SyncOptions::default() };
        assert!(matches!(world.try_sync(&options).await, Err(Error::Full { .. })), "{failing:?}");
    }
    assert_eq!(world.sync_all().await.ended, Ended::Done);
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_key_may_not_read_is_told_and_the_rest_is_fetched() {
    let scopes = ["api:calls:read:extensive", "api:users:read", "api:workspaces:read"];
    let scopes: Vec<_> = scopes.iter().map(|it| (*it).to_owned()).collect();
    let access = |scopes| {
        let credential =
            Credential::Key { access_key: "sandbox".to_owned(), secret_key: "sandbox".into() };
        Access::Grants(vec![Grant { credential, scopes: Some(scopes), sees_calls: true }])
    };
    let world = World::with(Options { calls: 150, access: access(scopes), ..options() }).await;
    let synced = world.sync_all().await;
    assert_eq!(synced.ended, Ended::Done);
    let missing: Vec<_> = { synced.problems.iter() }
        .map(|it| (it.collection, it.error.missing_scope().unwrap()))
        .collect();
    assert_eq!(
        missing,
        [
            (Collection::Trackers, "api:settings:trackers:read"),
            (Collection::Scorecards, "api:settings:scorecards:read"),
            (Collection::Transcripts, "api:calls:read:transcript"),
            (Collection::AnsweredScorecards, "api:stats:scorecards"),
            (Collection::Activity, "api:stats:user-actions"),
        ]
    );
    assert!(world.ask("SELECT count(*) FROM calls") > 100);
    assert!(world.ask("SELECT count(*) FROM users") > 0);
    assert_eq!(world.ask("SELECT count(*) FROM collections WHERE problem IS NOT NULL"), 5);
    // With more scopes, nothing is the matter any more.
    let all = World { folder: world.folder, ..World::new(150).await };
    all.pass(1);
    assert!(all.sync_all().await.transcripts_new > 100);
    assert_eq!(all.ask("SELECT count(*) FROM collections WHERE problem IS NOT NULL"), 0);

    let world = World::with(Options { access: access(Vec::new()), ..options() }).await;
    let error = world.try_sync(&SyncOptions::default()).await.unwrap_err();
    assert!(matches!(&error, Error::Gong(error) if error.missing_scope().is_some()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_cursor_costs_one_page_and_not_the_window() {
    let script = "calls-extensive: cursor-expire@3, cursor-expire@2";
    let options =
        Options { calls: 90, page_size: 10, faults: script.parse().unwrap(), ..options() };
    let world = World::with(options).await;
    let synced = world.sync_all().await;
    assert_eq!(synced.ended, Ended::Done);
    assert!(synced.problems.is_empty() && synced.unsettled.is_empty(), "{synced:?}");
    assert!(world.sandbox().unused_faults().is_empty());
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_lacks_calls_is_listed_again() {
    for (script, is_settled) in [
        // The pages move: one call is missed, and is found the second time.
        ("calls-extensive: delete@1", true),
        // Gong's number is wrong twice, but two listings have the same calls.
        ("calls-extensive: total+3 x20", true),
        ("calls-extensive: total+3 x9", true),
    ] {
        let options =
            Options { calls: 40, page_size: 10, faults: script.parse().unwrap(), ..options() };
        let world = World::with(options).await;
        let synced = world.sync_all().await;
        assert_eq!(synced.unsettled.is_empty(), is_settled, "{script}: {synced:?}");
        assert_eq!(world.ask("SELECT min(is_settled) FROM windows") == 1, is_settled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_come_from_gongs_clock_and_not_from_ours() {
    let world = World::new(20).await;
    let synced = world.sync_all().await;
    let skew = Timestamp::now().duration_since(world.sandbox().now());
    assert!((synced.skew - skew).abs() < SignedDuration::from_mins(2), "{:?}", synced.skew);
    let sql = "SELECT count(*) FROM windows WHERE ends > '2026-06-01T13:00:00.000Z'";
    assert_eq!(world.ask(sql), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_wanted_is_fetched() {
    let world = World::new(120).await;
    let options = SyncOptions {
        only: Some(vec![Collection::Calls, Collection::Transcripts]),
        without: vec![Collection::Transcripts],
        ..SyncOptions::default()
    };
    let synced = world.sync(&options).await;
    assert_eq!((synced.transcripts_new, synced.others_new), (0, 0), "{synced:?}");
    assert_eq!(world.ask("SELECT count(*) FROM users"), 0);
    assert!(synced.transcripts_expected > 100);
    // They are asked for as soon as they are wanted.
    assert!(world.sync_all().await.transcripts_new > 100);
    world.check();
}

/// Remembers the last it was told.
#[derive(Default)]
struct Last(Mutex<Standing>);

impl Progress for Last {
    fn moved(&self, standing: &Standing) {
        *self.0.lock().unwrap() = standing.clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_ends_where_the_sync_does() {
    let world = World::new(250).await;
    let mut writer = Writer::open(world.folder.path()).unwrap();
    let last = Last::default();
    let synced = sync(&mut writer, &world.client, &SyncOptions::default(), &last).await.unwrap();
    let standing = last.0.into_inner().unwrap();
    assert_eq!(standing.windows_done, standing.windows_planned);
    assert_eq!(standing.calls_listed, standing.calls_to_list);
    assert_eq!(standing.transcripts_present, synced.transcripts_new);
    assert_eq!(standing.transcripts_expected, synced.transcripts_expected);
    assert_eq!(standing.requests, synced.requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_transcript_that_cannot_be_read_keeps_no_other_back() {
    // The answer for all is not what was promised, and neither is one of those for the halves.
    let world = World::with_faults(40, "calls-transcript: null:callTranscripts x2").await;
    let synced = world.sync_all().await;
    assert_eq!(synced.ended, Ended::Done);
    assert!(synced.transcripts_new > 15, "{synced:?}");
    world.pass(1);
    world.sync_all().await;
    world.check();
}

/// How many milliseconds this thread has computed.
#[cfg(target_os = "linux")]
fn computed() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<u64>().unwrap() / 1_000_000
}

/// `GONG_ARCHIVE_TEST_CALLS` says how many calls the archive holds, 20,000 if it is not set.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_sync_with_nothing_to_do_computes_less_than_a_second_whatever_the_archive_holds() {
    let count = std::env::var("GONG_ARCHIVE_TEST_CALLS").map_or(20_000, |it| it.parse().unwrap());
    let world = hourly(150).await;
    let since = at(NOW) - SignedDuration::from_hours(24 * 1100);
    world.sync(&SyncOptions { since: Some(since), ..SyncOptions::default() }).await;
    let connection = Connection::open(world.folder.path().join("archive.db")).unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TEMP TABLE made AS
               WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count})
               SELECT n, strftime('%Y-%m-%dT%H:%M:%S.000Z', '2023-07-01',
                 format('+%d seconds', n * 86400000 / {count})) AS started FROM n;
             INSERT INTO calls (number, call_id, title, started, transcript)
               SELECT 4000000000 + n, 900000000 + n, 'call', started, 'present' FROM made;
             INSERT INTO call_states (number, listing) SELECT 4000000000 + n, 1 FROM made;"
        ))
        .unwrap();
    drop(connection);
    let mut writer = Writer::open(world.folder.path()).unwrap();
    let before = computed();
    let synced = sync(&mut writer, &world.client, &SyncOptions::default(), &()).await.unwrap();
    let computed = computed() - before;
    assert!(synced.requests <= 10 && synced.ended == Ended::Done, "{synced:?}");
    assert!(computed < 1000, "{computed} ms with {count} calls");
}
