//! What can go wrong between here and Gong, one fault at a time: F1 to F27 of the network.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use gong_client::{Error, Event, Options, Reason, Timeouts};
use gong_types::{Effect, ListCalls, Request, Whole};
use http::Method;

use crate::world::{NOW, World, all_calls, answer, canned, sandbox_options};

/// Lists 250 calls, which are three pages, past the faults of `script`, and says how many requests
/// that took.
async fn list(script: &str) -> (Result<Vec<String>, Error>, World) {
    let world = World::with_faults(&format!("GET /v2/calls: {script}"));
    let ids = world.ids().await;
    world.check();
    (ids, world)
}

/// The list is whole in spite of the faults, and took so many requests more than its three pages.
async fn survives(script: &str, more: u64) -> World {
    let (ids, world) = list(script).await;
    let ids = ids.unwrap_or_else(|error| panic!("{script}: {error}"));
    let expected = World::with_faults("").ids().await.unwrap();
    assert!(expected.len() > 200 && ids == expected, "{script}: {} calls", ids.len());
    assert_eq!(world.requests(), 3 + more, "{script}");
    world
}

/// The list fails with the first page, after so many requests.
async fn fails(script: &str, requests: u64) -> Error {
    let (ids, world) = list(script).await;
    assert_eq!(world.requests(), requests, "{script}");
    ids.expect_err(script)
}

#[tokio::test(start_paused = true)]
async fn without_faults_a_list_costs_its_pages() {
    survives("ok", 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_429_is_waited_out_and_never_a_moment_too_short() {
    for seconds in [0, 1, 2, 59, 60] {
        let world = survives(&format!("status:429;ra={seconds}"), 1).await;
        let arrivals = world.arrivals();
        let gap = arrivals[1].saturating_sub(arrivals[0]);
        assert!(gap >= Duration::from_secs(seconds), "{seconds}: {gap:?}");
        let most = Duration::from_secs(seconds.max(1)) + Duration::from_millis(260);
        assert!(gap <= most, "{seconds}: {gap:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_counts_from_the_date_of_the_answer() {
    for skew in [-315_360_000, -3600, 0, 3600, 315_360_000] {
        let world = survives(&format!("status:429;ra=date+30;skew={skew}"), 1).await;
        let gap = world.arrivals()[1].saturating_sub(world.arrivals()[0]);
        assert!(gap >= Duration::from_secs(30) && gap < Duration::from_secs(31), "{skew}: {gap:?}");
    }
    let world = survives("status:429;ra=date-30", 1).await;
    assert!(world.elapsed() < Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_readable_time_is_waited_out_a_little_longer_each_time() {
    for text in ["soon", "-1", "1.5", "\"\""] {
        survives(&format!("status:429;ra={text} x3"), 3).await;
    }
    survives("status:429 x5", 5).await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_stops_at_once_and_says_when_to_come_back() {
    for (text, seconds) in [("3600", 3600), ("99999999999999999999", u64::MAX)] {
        let world = World::with_faults(&format!("GET /v2/calls: status:429;ra={text}"));
        let error = world.ids().await.unwrap_err();
        let until = error.exhausted_until().unwrap();
        let now: jiff::Timestamp = NOW.parse().unwrap();
        assert!(until >= now.checked_add(Duration::from_secs(seconds)).unwrap_or(until), "{error}");
        assert!(error.is_retryable() && error.to_string().contains("try again after"), "{error}");
        // Nobody asks again before that time.
        assert!(matches!(
            world.ids().await,
            Err(Error::Exhausted { reason: Reason::RetryAfter, attempts: 0, .. })
        ));
        assert_eq!(world.requests(), 1);
        assert!(world.client.quota().unwrap().paused_until.is_some());
        assert!(world.elapsed() < Duration::from_secs(1));
        world.check();
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_always_refuses_is_given_up() {
    let error = fails("status:429;ra=0 x11", 11).await;
    assert!(error.exhausted_until().is_some(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_day_that_is_used_up_stops_the_list() {
    let (ids, world) = list("ok, day-exhausted").await;
    assert!(ids.unwrap_err().exhausted_until().is_some());
    assert_eq!(world.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_after_failures_of_the_server() {
    for code in [500, 502, 503, 504, 408] {
        survives(&format!("status:{code}"), 1).await;
        survives(&format!("status:{code} x3"), 3).await;
        let error = fails(&format!("status:{code} x4"), 4).await;
        assert_eq!(error.status().unwrap().as_u16(), code);
        assert!(error.is_retryable() && error.request_id().is_some(), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_503_with_a_time_is_waited_out() {
    let world = survives("status:503;ra=7", 1).await;
    assert!(world.arrivals()[1] >= world.arrivals()[0] + Duration::from_secs(7));
    let error = fails("status:503;ra=3600", 1).await;
    assert!(error.exhausted_until().is_some(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_steady_outage_costs_ten_requests_more_than_calls() {
    let world = World::with_faults("GET /v2/calls: status:500 x110");
    for _ in 0..100 {
        assert_eq!(world.ids().await.unwrap_err().status().unwrap().as_u16(), 500);
    }
    assert_eq!(world.requests(), 110);
    world.check();
}

#[tokio::test(start_paused = true)]
async fn lost_connections_and_cut_bodies_are_read_again() {
    for script in ["reset@0", "reset@1", "reset@5000", "truncate@0", "truncate@5000"] {
        survives(script, 1).await;
        survives(&format!("ok, {script} x3"), 3).await;
        let error = fails(&format!("{script} x4"), 4).await;
        assert!(matches!(error, Error::Lost { attempts: 4, .. }), "{script}: {error:?}");
        assert!(error.is_retryable());
    }
}

#[tokio::test(start_paused = true)]
async fn slow_answers_are_given_up_in_time() {
    // Headers that do not come, a body that stops, a body that drips.
    for (script, seconds) in [("stall:10m@0", 30), ("stall:10m@100", 20), ("drip:1B/9s", 20)] {
        let (ids, world) = list(&format!("{script} x4")).await;
        assert!(matches!(ids, Err(Error::Lost { attempts: 4, .. })), "{script}: {ids:?}");
        let least = Duration::from_secs(seconds * 4);
        let elapsed = world.elapsed();
        assert!(elapsed >= least && elapsed < least + Duration::from_secs(12), "{elapsed:?}");
    }
    survives("stall:10s@0, stall:10s@100, drip:8KB/1s", 0).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_never_too_slow_may_still_take_too_long() {
    let timeouts = Timeouts { total: Duration::from_secs(15), ..Timeouts::default() };
    let faults = "GET /v2/calls: drip:1200B/1s x4".parse().unwrap();
    let world = World::new(
        gong_sandbox::Options { faults, ..sandbox_options() },
        Options { timeouts, ..Options::default() },
    );
    assert!(matches!(world.ids().await, Err(Error::Lost { attempts: 4, .. })));
    assert!(world.elapsed() >= timeouts.total * 4);
    world.check();
}

#[tokio::test(start_paused = true)]
async fn the_permit_of_a_request_that_timed_out_is_held_five_seconds_more() {
    let timeouts = Timeouts { headers: Duration::from_secs(3), ..Timeouts::default() };
    let faults = "GET /v2/calls: stall:10m@0 x3".parse().unwrap();
    let world = World::new(
        gong_sandbox::Options { faults, ..sandbox_options() },
        Options { timeouts, ..Options::default() },
    );
    let clients = [(); 3].map(|()| world.client.clone());
    let calls = all_calls();
    let [a, b, c] = clients.each_ref().map(|client| client.send(&calls));
    let (a, b, c) = tokio::join!(a, b, c);
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    let arrivals = world.arrivals();
    // The fourth waits for the first permit: 3 s until the timeout, then 1 s and 5 s more.
    assert!(arrivals[3] >= arrivals[0] + Duration::from_secs(9), "{arrivals:?}");
    assert_eq!(world.client.quota().unwrap().used, world.requests());
    world.check();
}

#[tokio::test(start_paused = true)]
async fn what_is_not_gong_is_asked_once_more_and_named() {
    for script in ["html200", "empty200"] {
        survives(script, 1).await;
        survives(&format!("ok, {script}"), 1).await;
        let error = fails(&format!("{script} x2"), 2).await;
        let Error::NotGong { status, host, beginning, .. } = &error else { panic!("{error:?}") };
        assert_eq!((status.as_u16(), host.as_str()), (200, "127.0.0.1"));
        assert_eq!(beginning.is_empty(), script == "empty200", "{beginning}");
        assert!(beginning.len() <= 120 && beginning.is_ascii());
    }
    survives("html:502 x3", 3).await;
    let error = fails("html:404", 1).await;
    assert!(matches!(error, Error::NotGong { .. }) && !error.is_no_match(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed_and_names_its_host_only() {
    let error = fails("redirect:https://us-12345.api.gong.io/v2/calls?secret=1", 1).await;
    let Error::Redirected { host, .. } = &error else { panic!("{error:?}") };
    assert_eq!(host.as_deref(), Some("us-12345.api.gong.io"));
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_login_is_not_repeated_and_a_missing_scope_is_named() {
    for page in 1..=3 {
        let world = World::with_faults(&format!("GET /v2/calls: 401@{page}"));
        let error = world.ids().await.unwrap_err();
        assert!(error.is_unauthorized() && error.missing_scope().is_none(), "{error:?}");
        assert_eq!(world.requests(), page);
        world.check();
    }
    let error = fails("scope:api:calls:read:basic", 1).await;
    assert_eq!(error.missing_scope(), Some("api:calls:read:basic"));
    assert!(!error.is_unauthorized() && !error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn nothing_matches_is_an_empty_list_and_an_unknown_thing_is_not() {
    let world = World::with_faults("");
    let from = "1990-01-01T00:00:00Z".parse().unwrap();
    let none = ListCalls { from: Some(from), to: Some(from), ..all_calls() };
    let calls: Vec<_> = world.client.items(&none).try_collect().await.unwrap();
    assert!(calls.is_empty());
    let id = "1".parse().unwrap();
    let error = world.client.send(&gong_types::GetCall { id }).await.unwrap_err();
    assert!(error.is_not_found() && !error.is_no_match(), "{error:?}");
    assert_eq!(world.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_bad_request_is_not_repeated() {
    let error = fails("status:400", 1).await;
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert!(error.request_id().is_some() && !error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn odd_text_in_answers_is_read() {
    for script in ["surrogate", "badutf8", "bom", "extra:*", "date-skew:315360000"] {
        survives(script, 0).await;
    }
    let (ids, world) = list("dupkey").await;
    assert_eq!((ids.unwrap().len(), world.requests()), (248, 3));
    let (ids, world) = list("depth:200000").await;
    assert_eq!((ids.unwrap().len(), world.requests()), (248, 3));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_its_list_is_not_the_last_page() {
    let (client, sent) = canned(vec![answer(200, r#"{"requestId":"abc","persons":[]}"#)]);
    let error = client.send(&all_calls()).await.unwrap_err();
    assert!(matches!(error, Error::Undecodable { .. }), "{error:?}");
    assert_eq!(error.request_id(), Some("abc"));
    assert_eq!(sent.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_is_not_read_to_its_end() {
    let options = Options { max_body: 1_000_000, ..Options::default() };
    let faults = "GET /v2/calls: huge:2G".parse().unwrap();
    let world = World::new(gong_sandbox::Options { faults, ..sandbox_options() }, options);
    let error = world.ids().await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 1_000_000, .. }), "{error:?}");
    assert_eq!(world.requests(), 1);
    world.check();
}

#[tokio::test(start_paused = true)]
async fn writes_are_repeated_only_if_gong_certainly_did_not_act() {
    let ok = || answer(200, "{}");
    let limited = || {
        let mut answer = answer(429, r#"{"requestId":"a","errors":["limit"]}"#);
        answer.headers_mut().insert("retry-after", "1".parse().unwrap());
        answer
    };
    let failed = || answer(500, r#"{"requestId":"a","errors":["?"]}"#);
    for effect in [Effect::Costs, Effect::Writes, Effect::Erases] {
        let request = Request::new(Method::POST, "/v2/things", effect).body(&[("a", 1)]);
        let (client, sent) = canned(vec![limited(), ok()]);
        client.call::<Whole>(&request).await.unwrap();
        let sent = std::mem::take(&mut *sent.lock().unwrap());
        assert_eq!(sent.len(), 2, "{effect:?}");
        assert_eq!(sent[0].body(), sent[1].body());
        assert_eq!(sent[0].headers(), sent[1].headers());
        let (client, sent) = canned(vec![failed(), ok()]);
        assert!(client.call::<Whole>(&request).await.is_err());
        assert_eq!(sent.lock().unwrap().len(), 1, "{effect:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn progress_is_told_in_order() {
    let world = World::with_faults("GET /v2/calls: status:500, status:429;ra=5");
    world.ids().await.unwrap();
    let told: Vec<_> = world
        .recorder
        .events()
        .into_iter()
        .map(|event| match event {
            Event::Waiting { reason, .. } => format!("waiting {reason:?}"),
            Event::Sending { attempt, .. } => format!("sending {attempt}"),
            Event::Answered { status, .. } => format!("answered {}", status.as_u16()),
            Event::Retrying { attempt, .. } => format!("retrying {attempt}"),
            other => format!("{other:?}"),
        })
        .collect();
    let start = [
        "sending 1",
        "answered 500",
        "retrying 1",
        "sending 2",
        "answered 429",
        "retrying 2",
        "waiting RetryAfter",
        "sending 3",
        "answered 200",
    ];
    let told: Vec<_> = told.iter().filter(|it| *it != "waiting Pace").take(start.len()).collect();
    assert_eq!(told, start);
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_the_server_is_heard_in_every_answer() {
    let world = World::with_faults("GET /v2/workspaces: 401, date-skew:-86400");
    let ask = async || world.client.call::<Whole>(&Request::get("/v2/workspaces")).await;
    assert_eq!(world.client.server_time(), None);
    ask().await.unwrap_err();
    let first = world.client.server_time().unwrap();
    assert_eq!(first.to_string(), NOW);
    ask().await.unwrap();
    let skewed = world.client.server_time().unwrap();
    assert_eq!(first.duration_since(skewed).as_hours(), 24);
}
