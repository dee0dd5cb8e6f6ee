//! The limits by the sandbox's own count: several clients, days of requests, clocks that jump.

use std::{fs, path::Path, sync::Arc, time::Duration};

use gong_client::{Client, Error, Event, Limits, Options, Reason, Watch};
use gong_sandbox::{LimitReading, Sandbox};
use gong_types::{Request, Whole};
use tokio::time::{Instant, sleep};

use crate::world::{InMemory, NOW, Recorder, TestClock, World, credentials, sandbox_options};

fn workspaces() -> Request {
    Request::get("/v2/workspaces").answer("workspaces")
}

/// A client that shares a ledger, as another process would.
fn client(
    sandbox: &Sandbox,
    ledger: &Path,
    clock: &Arc<TestClock>,
    seed: u64,
    recorder: Option<&Arc<Recorder>>,
) -> Client {
    let options = Options {
        ledger: Some(ledger.to_owned()),
        max_wait: Duration::from_hours(72),
        clock: Some(clock.clone()),
        seed: Some(seed),
        watch: recorder.cloned().map(|it| it as Arc<dyn Watch>),
        ..Options::default()
    };
    let transport = InMemory::new(sandbox, Duration::from_millis(700), seed);
    Client::with_transport(&credentials(), options, transport).unwrap()
}

fn company(reading: LimitReading) -> Sandbox {
    let options = gong_sandbox::Options { limit_reading: reading, calls: 1, ..sandbox_options() };
    Sandbox::new(options).unwrap()
}

fn assert_none_over(sandbox: &Sandbox) {
    let over = sandbox.over_limit();
    assert_eq!((over.sliding, over.second, over.bucket), (0, 0, 0));
    assert_eq!((over.utc_day, over.rolling_day), (0, 0));
}

/// Sends `count` requests with each of three clients, which are made anew now and then, as processes
/// are.
async fn send_from_three_clients(reading: LimitReading, count: u64) {
    let sandbox = company(reading);
    let directory = tempfile::tempdir().unwrap();
    let ledger = directory.path().join("company");
    let clock = TestClock::new();
    let run = async |own: u64| {
        let mut sent = 0;
        while sent < count {
            let client = client(&sandbox, &ledger, &clock, own * count + sent, None);
            for _ in 0..(count - sent).min(500) {
                client.call::<Whole>(&workspaces()).await.unwrap();
                sent += 1;
            }
        }
    };
    let started = Instant::now();
    tokio::join!(run(1), run(2), run(3));
    assert_eq!(sandbox.request_count(), 3 * count);
    assert_none_over(&sandbox);
    // The limit is used, not only kept: 2.1 a second at these delays, until the day is used up.
    let days = started.elapsed().as_secs_f64() / 86_400.0;
    let least = f64::from(u32::try_from(3 * count).unwrap()) / 10_000.0;
    assert!(days < least * 1.1 + 0.2, "{days} days");
}

#[tokio::test(start_paused = true)]
async fn three_clients_are_never_over_by_any_reading() {
    // A million takes minutes; the benchmark asks for it.
    let count = if std::env::var_os("GONG_FULL").is_some() { 1_000_000 } else { 9_000 };
    for reading in [LimitReading::Sliding, LimitReading::Second, LimitReading::Bucket] {
        send_from_three_clients(reading, count / 9).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_is_used_up_once_and_then_waited_for() {
    let sandbox = company(LimitReading::Bucket);
    let directory = tempfile::tempdir().unwrap();
    let ledger = directory.path().join("company");
    let clock = TestClock::new();
    let limits = Limits { per_second: 0, per_day: 500 };
    let make = |max_wait| {
        let options = Options {
            limits,
            ledger: Some(ledger.clone()),
            max_wait,
            clock: Some(clock.clone()),
            ..Options::default()
        };
        let transport = InMemory::new(&sandbox, Duration::from_millis(999), 1);
        Client::with_transport(&credentials(), options, transport).unwrap()
    };
    let patient = make(Duration::from_hours(72));
    for n in 0..500 {
        patient.call::<Whole>(&workspaces()).await.unwrap();
        assert_eq!(patient.quota().unwrap().left, Some(499 - n));
    }
    let impatient = make(Duration::from_mins(1));
    let error = impatient.call::<Whole>(&workspaces()).await.unwrap_err();
    let Error::Exhausted { until, reason: Reason::DayLimit, attempts: 0, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(impatient.quota().unwrap().next_release, Some(until));
    assert_eq!(sandbox.request_count(), 500);
    let started = Instant::now();
    patient.call::<Whole>(&workspaces()).await.unwrap();
    assert!(started.elapsed() > Duration::from_hours(23));
    assert_eq!(sandbox.request_count(), 501);
    assert_eq!(sandbox.over_limit().utc_day, 0);
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_every_client_of_the_ledger() {
    let options = gong_sandbox::Options {
        faults: "GET /v2/workspaces: status:429;ra=40".parse().unwrap(),
        ..sandbox_options()
    };
    let sandbox = Sandbox::new(options).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let ledger = directory.path().join("company");
    let (clock, recorder) = (TestClock::new(), Arc::new(Recorder::default()));
    let one = client(&sandbox, &ledger, &clock, 1, Some(&recorder));
    let other = client(&sandbox, &ledger, &clock, 2, Some(&recorder));
    let late = async {
        sleep(Duration::from_secs(5)).await;
        other.call::<Whole>(&workspaces()).await
    };
    let request = workspaces();
    let (a, b) = tokio::join!(one.call::<Whole>(&request), late);
    assert!(a.is_ok() && b.is_ok());
    let log = sandbox.log();
    assert_eq!(log.len(), 3);
    assert!(log[1].arrived >= log[0].arrived + Duration::from_secs(40), "{log:?}");
    // A new client knows it, too, though for the answer to the first request it was not there.
    assert!(one.quota().unwrap().paused_until.is_none());
}

#[tokio::test(start_paused = true)]
async fn clocks_that_jump_do_not_change_the_pace() {
    let year = 365 * 86_400;
    for jump in [1, -1, 3600, -3600, 86_400, -86_400, 10 * year, -10 * year] {
        let sandbox = company(LimitReading::Sliding);
        let directory = tempfile::tempdir().unwrap();
        let ledger = directory.path().join("company");
        let (clock, recorder) = (TestClock::new(), Arc::new(Recorder::default()));
        let run = async |seed| {
            let client = client(&sandbox, &ledger, &clock, seed, Some(&recorder));
            for n in 0..60 {
                client.call::<Whole>(&workspaces()).await.unwrap();
                if seed == 1 && n % 7 == 0 {
                    clock.put(if n % 2 == 0 { jump } else { -jump });
                }
            }
        };
        let started = Instant::now();
        tokio::join!(run(1), run(2), run(3));
        let over = sandbox.over_limit();
        assert_eq!((over.sliding, over.second, over.bucket), (0, 0, 0), "{jump}");
        assert!(started.elapsed() < Duration::from_mins(3), "{jump}: {:?}", started.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_damaged_ledger_is_made_anew_and_told_of() {
    let sandbox = company(LimitReading::Sliding);
    let directory = tempfile::tempdir().unwrap();
    let ledger = directory.path().join("company");
    let (clock, recorder) = (TestClock::new(), Arc::new(Recorder::default()));
    let one = client(&sandbox, &ledger, &clock, 1, Some(&recorder));
    for damage in ["", "{}", "gong-ledger 1 0 0\n", "\u{0}\u{1}"] {
        for _ in 0..3 {
            one.call::<Whole>(&workspaces()).await.unwrap();
        }
        fs::write(&ledger, damage).unwrap();
        let other = client(&sandbox, &ledger, &clock, 2, Some(&recorder));
        for _ in 0..3 {
            other.call::<Whole>(&workspaces()).await.unwrap();
        }
        // This hour's share of the day is taken to be spent.
        assert!(other.quota().unwrap().used > 400);
    }
    assert_none_over(&sandbox);
    let events = recorder.events();
    let rebuilt = events.iter().filter(|it| matches!(it, Event::LedgerRebuilt { .. }));
    assert_eq!(rebuilt.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_given_up_keeps_its_permit_and_its_count() {
    let world = World::new(sandbox_options(), Options::default());
    let request = workspaces();
    {
        let call = world.client.call::<Whole>(&request);
        let _ = tokio::time::timeout(Duration::ZERO, call).await;
    }
    assert_eq!(world.client.quota().unwrap().used, 1);
    assert_eq!(world.client.quota().unwrap().left, Some(9_999));
    world.client.call::<Whole>(&request).await.unwrap();
    world.check();
}

#[tokio::test(start_paused = true)]
async fn without_limits_nothing_waits() {
    let sandbox = gong_sandbox::Options { requests_per_second: 0, ..sandbox_options() };
    let world = World::new(sandbox, Options { limits: Limits::NONE, ..Options::default() });
    for _ in 0..100 {
        world.client.call::<Whole>(&workspaces()).await.unwrap();
    }
    assert_eq!(world.elapsed(), Duration::ZERO);
    let quota = world.client.quota().unwrap();
    assert_eq!((quota.used, quota.left, quota.per_day), (100, None, 0));
    assert!(quota.next_release > Some(NOW.parse().unwrap()));
}

#[tokio::test]
async fn a_ledger_that_cannot_be_made_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let options = Options { ledger: Some(file.join("company")), ..Options::default() };
    let error = Client::new(&credentials(), options).unwrap_err();
    assert!(matches!(&error, Error::Ledger { path, .. } if path.starts_with(&file)), "{error:?}");
}
