//! The limits: each reading, in virtual time, against a count made here.

use std::time::Duration;

use gong_sandbox::{LimitReading, Options, Sandbox};
use tokio::time::{Instant, advance};

use crate::harness::{get, options};

const SECOND: Duration = Duration::from_secs(1);

fn limited(limit_reading: LimitReading) -> Sandbox {
    Sandbox::new(Options { requests_per_second: 3, limit_reading, ..options() }).unwrap()
}

/// Gaps between requests that are now dense, now sparse; the same in every run.
fn gaps() -> impl Iterator<Item = Duration> {
    let mut state = 12_345_u64;
    (0..2000).map(move |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let random = state >> 33;
        Duration::from_millis(match random % 5 {
            0 => 0,
            1 => random % 50,
            2 => 333,
            3 => 334 + random % 3,
            _ => random % 900,
        })
    })
}

/// The arrivals by whether they were answered, in order.
async fn arrivals(sandbox: &Sandbox) -> Vec<(Duration, bool)> {
    let start = Instant::now();
    let mut arrivals = Vec::new();
    for gap in gaps() {
        advance(gap).await;
        let arrived = start.elapsed();
        let answer = get(sandbox, "/v2/workspaces").await;
        if answer.status == 429 {
            assert_eq!(answer.error().1, "API request limit exceeded");
            assert_eq!(answer.header("retry-after"), "1");
        }
        arrivals.push((arrived, answer.status == 200));
    }
    assert!(arrivals.iter().filter(|(_, passed)| *passed).count() > 500);
    assert!(arrivals.iter().filter(|(_, passed)| !*passed).count() > 500);
    arrivals
}

/// Whether each request was answered if and only if the requests answered before leave room.
async fn check(reading: LimitReading, has_room: impl Fn(&[Duration], Duration) -> bool) -> Sandbox {
    let sandbox = limited(reading);
    let mut answered = Vec::new();
    for (arrived, passed) in arrivals(&sandbox).await {
        assert_eq!(passed, has_room(&answered, arrived), "{reading} at {arrived:?}");
        if passed {
            answered.push(arrived);
        }
    }
    sandbox
}

#[tokio::test(start_paused = true)]
async fn sliding_lets_3_through_in_any_second() {
    let sandbox = check(LimitReading::Sliding, |answered, now| {
        answered.iter().filter(|earlier| now < **earlier + SECOND).count() < 3
    });
    let sandbox = sandbox.await;
    let refused = sandbox.log().iter().filter(|entry| entry.status == Some(429)).count();
    assert_eq!(sandbox.over_limit().sliding, u64::try_from(refused).unwrap());
}

#[tokio::test(start_paused = true)]
async fn second_lets_3_through_in_a_second_of_the_clock() {
    check(LimitReading::Second, |answered, now| {
        answered.iter().filter(|earlier| earlier.as_secs() == now.as_secs()).count() < 3
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn bucket_never_lets_more_through_than_3_and_what_has_dripped_in() {
    check(LimitReading::Bucket, |answered, now| {
        // In each span from an answered request to now: at most 3, and 3 more for each second.
        answered.iter().enumerate().all(|(place, from)| {
            let n_answered = u128::try_from(answered.len() - place).unwrap() + 1;
            let span = now.as_nanos() - from.as_nanos();
            n_answered * 1_000_000_000 <= 3 * 1_000_000_000 + 3 * span
        })
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_other_readings_are_counted_though_only_one_is_enforced() {
    let sandbox = limited(LimitReading::Second);
    advance(Duration::from_millis(900)).await;
    for _ in 0..3 {
        assert_eq!(get(&sandbox, "/v2/workspaces").await.status, 200);
    }
    advance(Duration::from_millis(200)).await;
    for _ in 0..3 {
        assert_eq!(get(&sandbox, "/v2/workspaces").await.status, 200);
    }
    let over = sandbox.over_limit();
    assert_eq!((over.second, over.sliding, over.bucket), (0, 3, 3));
}

#[tokio::test(start_paused = true)]
async fn three_permits_held_until_a_second_after_the_answer_are_never_over() {
    for reading in [LimitReading::Sliding, LimitReading::Second, LimitReading::Bucket] {
        let latency = Duration::from_millis(70);
        let options =
            Options { requests_per_second: 3, limit_reading: reading, latency, ..options() };
        let sandbox = Sandbox::new(options).unwrap();
        let clients = (0..3).map(|_| {
            let sandbox = sandbox.clone();
            tokio::spawn(async move {
                for _ in 0..200 {
                    assert_eq!(get(&sandbox, "/v2/workspaces").await.status, 200);
                    tokio::time::sleep(SECOND).await;
                }
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
        assert_eq!(sandbox.request_count(), 600);
        assert_eq!(sandbox.over_limit(), gong_sandbox::OverLimit::default());
    }
}

#[tokio::test(start_paused = true)]
async fn the_day_ends_at_midnight_utc() {
    let options = Options { requests_per_day: 5, ..options() };
    let sandbox = Sandbox::new(options).unwrap();
    for _ in 0..5 {
        assert_eq!(get(&sandbox, "/v2/workspaces").await.status, 200);
    }
    advance(Duration::from_millis(1)).await;
    let refused = get(&sandbox, "/v2/workspaces").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), (6 * 3600).to_string(), "from 18:00, rounded up");
    advance(Duration::from_hours(6) - Duration::from_millis(2)).await;
    assert_eq!(get(&sandbox, "/v2/workspaces").await.header("retry-after"), "1");
    advance(Duration::from_millis(1)).await;
    for _ in 0..5 {
        assert_eq!(get(&sandbox, "/v2/workspaces").await.status, 200, "a new day");
    }
    assert_eq!(get(&sandbox, "/v2/workspaces").await.status, 429);
    let over = sandbox.over_limit();
    assert_eq!((over.utc_day, over.rolling_day), (3, 8));
}

#[tokio::test(start_paused = true)]
async fn refused_requests_do_not_count_toward_the_day() {
    let options = Options { requests_per_second: 1, requests_per_day: 3, ..options() };
    let sandbox = Sandbox::new(options).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        for _ in 0..3 {
            statuses.push(get(&sandbox, "/v2/workspaces").await.status.as_u16());
        }
        advance(SECOND).await;
    }
    assert_eq!(statuses, [200, 429, 429, 200, 429, 429, 200, 429, 429, 429, 429, 429]);
    assert_eq!(sandbox.log().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn latency_is_waited_by_the_clock_that_tests_drive() {
    let latency = Duration::from_secs(40);
    let sandbox = Sandbox::new(Options { latency, ..options() }).unwrap();
    let before = Instant::now();
    get(&sandbox, "/v2/workspaces").await;
    assert_eq!(before.elapsed(), latency);
}
