//! Lists: every way in which pages come wrong, and what is delivered all the same.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _};
use gong_client::{Error, Event, Options};
use gong_types::{Call, Page, Request, SearchCalls, Whole};

use crate::world::{World, all_calls, answer, canned, ids, sandbox_options};

fn world(n_calls: u64, script: &str) -> World {
    let faults = format!("*: {script}").parse().unwrap();
    let sandbox = gong_sandbox::Options {
        calls: n_calls,
        faults,
        requests_per_second: 0,
        requests_per_day: 0,
        ..sandbox_options()
    };
    World::new(sandbox, Options { limits: gong_client::Limits::NONE, ..Options::default() })
}

fn unique(ids: &[String]) -> usize {
    ids.iter().collect::<HashSet<_>>().len()
}

#[tokio::test(start_paused = true)]
async fn a_refused_cursor_restarts_the_list_and_nothing_comes_twice_or_not_at_all() {
    let expected = world(2050, "ok").ids().await.unwrap();
    for page in 1..=20 {
        let world = world(2050, &format!("cursor-expire@{page}"));
        assert!(world.ids().await.unwrap() == expected, "refused at page {page}");
        assert_eq!(world.requests(), 21 + page + 1, "refused at page {page}");
        let restarts = world.recorder.events();
        let restarts = restarts.iter().filter(|it| matches!(it, Event::Restarted { .. }));
        assert_eq!(restarts.count(), 1);
        world.check();
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_is_restarted_twice_and_no_more() {
    let world_of_two = world(550, "cursor-expire@2, cursor-expire@3");
    assert!(world_of_two.ids().await.unwrap() == world(550, "ok").ids().await.unwrap());
    world_of_two.check();
    let world_of_three = world(550, "cursor-expire@2 x3");
    let error = world_of_three.ids().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
    world_of_three.check();
}

#[tokio::test(start_paused = true)]
async fn a_list_longer_than_the_memory_goes_on_where_it_broke_off() {
    let world = world(21_500, "cursor-expire@210");
    let ids = world.ids().await.unwrap();
    assert!(ids.len() > 21_000, "{}", ids.len());
    assert!(ids == self::world(21_500, "ok").ids().await.unwrap());
    world.check();
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_with_a_cursor_is_not_the_end() {
    let world = world(550, "cursor-empty-page, ok, cursor-empty-page x2");
    let ids = world.ids().await.unwrap();
    assert_eq!(unique(&ids), ids.len());
    assert!(world.requests() >= 6);
    world.check();
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_comes_again_is_an_error() {
    for script in ["ok, cursor-loop", "cursor-loop x9", "ok x5, cursor-loop x2"] {
        let world = world(1050, script);
        let error = world.ids().await.err();
        assert!(matches!(error, Some(Error::Stuck { .. })), "{script}: {error:?}");
        assert!(world.requests() < 11, "{script}: {}", world.requests());
    }
    // The cursor of the first page leads to the first page, once: then the list goes on.
    let world = world(1050, "cursor-loop");
    assert!(world.ids().await.unwrap() == self::world(1050, "ok").ids().await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn totals_that_lie_change_nothing() {
    let expected = world(550, "ok").ids().await.unwrap();
    for script in ["total+1000 x9", "total-100000 x9", "total+5, total-5, total+0"] {
        let world = world(550, script);
        assert!(world.ids().await.unwrap() == expected, "{script}");
        assert_eq!(world.requests(), 6, "{script}");
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_move_to_the_next_page_come_once() {
    for script in ["insert@1", "insert@3", "delete@1", "delete@3"] {
        let world = world(550, script);
        let ids = world.ids().await.unwrap();
        assert_eq!(unique(&ids), ids.len(), "{script}");
        world.check();
    }
}

#[tokio::test(start_paused = true)]
async fn lists_that_are_posts_page_by_the_body() {
    let world = world(550, "ok, status:500, reset@100");
    let search =
        SearchCalls { from: all_calls().from, to: all_calls().to, ..SearchCalls::default() };
    let calls: Vec<_> = world.client.items(&search).try_collect().await.unwrap();
    assert!(calls.len() > 500);
    assert_eq!(world.requests(), 8);
    assert!(
        world.sandbox.log().iter().all(|entry| entry.method == "POST" && entry.query.is_none())
    );
}

#[tokio::test(start_paused = true)]
async fn pages_are_fetched_when_they_are_needed() {
    let world = world(550, "ok");
    let calls: Vec<_> = world.client.items(&all_calls()).take(10).try_collect().await.unwrap();
    assert_eq!((calls.len(), world.requests()), (10, 1));
}

#[tokio::test(start_paused = true)]
async fn pages_of_any_request_come_as_they_are() {
    let world = world(250, "ok");
    let endpoint = gong_types::Endpoint::request(&all_calls());
    let pages: Vec<Whole> = world.client.pages_of(endpoint.clone()).try_collect().await.unwrap();
    assert_eq!((pages.len(), world.requests()), (3, 3));
    assert!(pages[2].text.get().contains("\"calls\""));
    let pages: Vec<Page<Call>> = world.client.pages_of(endpoint).try_collect().await.unwrap();
    assert_eq!(pages.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn pages_as_they_are_cannot_be_restarted() {
    let world = world(250, "cursor-expire@2");
    let pages = world.client.pages_of::<Whole>(gong_types::Endpoint::request(&all_calls()));
    let error = pages.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
}

/// A page of these ids, and the cursor of the next one.
fn page(ids: &[u32], cursor: Option<&str>) -> http::Response<bytes::Bytes> {
    let calls: Vec<_> = ids.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    let cursor = cursor.map(|cursor| format!(r#","cursor":"{cursor}""#)).unwrap_or_default();
    let body = format!(
        r#"{{"requestId":"x","records":{{"totalRecords":9{cursor}}},"calls":[{}]}}"#,
        calls.join(",")
    );
    answer(200, body)
}

fn no_match() -> http::Response<bytes::Bytes> {
    let text = "No calls found corresponding to the provided filters";
    answer(404, format!(r#"{{"requestId":"x","errors":["{text}"]}}"#))
}

#[tokio::test(start_paused = true)]
async fn nothing_matches_means_an_empty_list_on_the_first_page_only() {
    let (client, _) = canned(vec![no_match()]);
    assert!(ids(&client, &all_calls()).await.unwrap().is_empty());
    let (client, _) = canned(vec![page(&[1, 2], Some("a")), no_match()]);
    assert!(ids(&client, &all_calls()).await.unwrap_err().is_no_match());
}

#[tokio::test(start_paused = true)]
async fn a_restarted_list_that_has_vanished_is_no_empty_list() {
    let refused = || answer(400, r#"{"requestId":"x","errors":["Invalid cursor"]}"#);
    let (client, _) = canned(vec![page(&[1, 2], Some("a")), refused(), no_match()]);
    let delivered: Vec<_> = client.items(&all_calls()).collect().await;
    // What was there was delivered; what is gone since is no error.
    assert_eq!(delivered.iter().filter(|it| it.is_ok()).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn fresh_cursors_without_anything_new_come_to_an_end() {
    let mut answers: Vec<_> = (0..100).map(|n| page(&[], Some(&format!("c{n}")))).collect();
    answers.push(page(&[1], None));
    let (client, sent) = canned(answers);
    let error = ids(&client, &all_calls()).await.unwrap_err();
    assert!(matches!(error, Error::Stuck { .. }), "{error:?}");
    assert!(sent.lock().unwrap().len() < 10);
}

#[tokio::test(start_paused = true)]
async fn a_list_may_grow_far_beyond_its_total() {
    let mut answers: Vec<_> =
        (0..300).map(|n| page(&[2 * n, 2 * n + 1], Some(&format!("c{n}")))).collect();
    answers.push(page(&[601], None));
    let (client, _) = canned(answers);
    assert_eq!(ids(&client, &all_calls()).await.unwrap().len(), 601);
}

#[tokio::test(start_paused = true)]
async fn records_without_an_id_may_be_alike() {
    let body = |cursor: &str| {
        answer(200, format!(r#"{{"records":{{"cursor":"{cursor}"}},"things":[{{"userId":"1"}}]}}"#))
    };
    let (client, _) = canned(vec![body("a"), body("b"), body("")]);
    let pages = client.pages(&Things).try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.items.len()).sum::<usize>(), 3);
}

struct Things;

impl gong_types::Endpoint for Things {
    type Response = Page<()>;

    fn request(&self) -> Request {
        Request::get("/v2/things").answer("things")
    }
}
