//! Cursors: where they go, how long they live, and what they are tied to.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use gong_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::harness::{all_of, get, ids, options, post, sandbox};

const EXTENSIVE: &str = "/v2/calls/extensive";

fn small_pages() -> Sandbox {
    Sandbox::new(Options { page_size: 7, ..options() }).unwrap()
}

fn refused() -> (u16, String) {
    (400, "Invalid cursor".to_owned())
}

#[tokio::test]
async fn pages_join_to_the_whole_without_gaps_or_repeats() {
    let whole = all_of(&sandbox(), "/v2/calls?x=y", "calls").await;
    assert_eq!(all_of(&small_pages(), "/v2/calls?x=y", "calls").await, whole);
}

#[tokio::test]
async fn records_count_pages_from_0_and_end_without_a_cursor() {
    let sandbox = sandbox();
    let total = all_of(&sandbox, "/v2/calls?x=y", "calls").await.len();
    let mut path = "/v2/calls".to_owned();
    for number in 0.. {
        let answer = get(&sandbox, &path).await;
        let json = answer.json();
        let n_items = answer.items("calls").len();
        let left = total - 100 * number;
        assert_eq!(json["records"]["totalRecords"], total);
        assert_eq!(json["records"]["currentPageNumber"], number);
        assert_eq!(json["records"]["currentPageSize"], n_items);
        assert_eq!(n_items, left.min(100));
        match answer.cursor() {
            Some(cursor) => path = format!("/v2/calls?cursor={cursor}"),
            None => return assert!(left <= 100),
        }
    }
}

#[tokio::test]
async fn a_cursor_is_a_web_token_that_tells_its_page() {
    let cursor = get(&sandbox(), "/v2/calls").await.cursor().unwrap();
    let parts: Vec<_> = cursor.split('.').collect();
    assert_eq!(parts.len(), 3);
    let read = |part: &str| -> Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(read(parts[0])["alg"], "HS256");
    let claims = read(parts[1]);
    assert_eq!((&claims["pageSize"], &claims["pageNumber"]), (&json!(100), &json!(1)));
    assert!(claims["total"].is_u64() && claims["exp"].is_u64() && claims["userId"].is_u64());
}

#[tokio::test]
async fn a_post_takes_the_cursor_next_to_the_filter() {
    let sandbox = small_pages();
    let first = post(&sandbox, EXTENSIVE, json!({ "filter": {}, "cursor": null })).await;
    let cursor = first.cursor().unwrap();
    let next = post(&sandbox, EXTENSIVE, json!({ "cursor": cursor, "filter": {} })).await;
    assert_eq!(next.json()["records"]["currentPageNumber"], 1);
    let inside = post(&sandbox, EXTENSIVE, json!({ "filter": { "cursor": cursor } })).await;
    assert_eq!(inside.json()["records"]["currentPageNumber"], 0, "inside the filter it is unknown");
    let path = format!("{EXTENSIVE}?cursor={cursor}");
    let in_query = post(&sandbox, &path, json!({ "filter": {} })).await;
    assert_eq!(in_query.json()["records"]["currentPageNumber"], 0);
}

#[tokio::test]
async fn a_cursor_is_tied_to_the_other_inputs() {
    let sandbox = small_pages();
    let filter =
        json!({ "fromDateTime": "2026-01-01T00:00:00Z", "toDateTime": "2027-01-01T00:00:00Z" });
    let first = post(&sandbox, EXTENSIVE, json!({ "filter": filter })).await;
    let cursor = first.cursor().unwrap();
    let reordered = json!({
        "cursor": cursor,
        "filter": { "toDateTime": "2027-01-01T00:00:00Z", "fromDateTime": "2026-01-01T00:00:00Z" },
    });
    assert_eq!(post(&sandbox, EXTENSIVE, reordered).await.status, 200);
    let other = json!({ "cursor": cursor, "filter": {} });
    assert_eq!(post(&sandbox, EXTENSIVE, other.clone()).await.error(), refused());
    assert_eq!(post(&sandbox, "/v2/calls/transcript", other).await.error(), refused());
    let path = format!("/v2/calls?cursor={cursor}");
    assert_eq!(get(&sandbox, &path).await.error(), refused());
}

#[tokio::test]
async fn a_forged_cursor_is_refused() {
    let sandbox = small_pages();
    let cursor = get(&sandbox, "/v2/calls").await.cursor().unwrap();
    let other = Sandbox::new(Options { seed: 8, page_size: 7, ..options() }).unwrap();
    assert_eq!(get(&other, &format!("/v2/calls?cursor={cursor}")).await.error(), refused());
    assert_eq!(get(&sandbox, "/v2/calls?cursor=e30.e30.x").await.error(), refused());
}

#[tokio::test(start_paused = true)]
async fn a_cursor_dies() {
    let options = Options { page_size: 7, cursor_life: Duration::from_mins(10), ..options() };
    let sandbox = Sandbox::new(options).unwrap();
    let cursor = get(&sandbox, "/v2/calls").await.cursor().unwrap();
    let path = format!("/v2/calls?cursor={cursor}");
    tokio::time::advance(Duration::from_mins(10) - Duration::from_millis(1)).await;
    assert_eq!(get(&sandbox, &path).await.status, 200);
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(get(&sandbox, &path).await.error(), refused());
}

#[tokio::test(start_paused = true)]
async fn the_total_is_frozen_while_paging() {
    let sandbox = small_pages();
    let first = get(&sandbox, "/v2/calls").await;
    let total = first.json()["records"]["totalRecords"].clone();
    let path = format!("/v2/calls?cursor={}", first.cursor().unwrap());
    tokio::time::advance(Duration::from_mins(50)).await;
    assert_eq!(get(&sandbox, &path).await.json()["records"]["totalRecords"], total);
    tokio::time::advance(Duration::from_hours(20)).await;
    let later = get(&sandbox, "/v2/calls").await.json()["records"]["totalRecords"].clone();
    assert!(later.as_u64() > total.as_u64());
}

#[tokio::test]
async fn a_million_calls_are_paged_without_holding_them() {
    let sandbox = Sandbox::new(Options { calls: 1_000_000, ..options() }).unwrap();
    let answer = get(&sandbox, "/v2/calls").await;
    let total = answer.json()["records"]["totalRecords"].as_u64().unwrap();
    assert!(total > 999_000, "{total}");
    assert_eq!(ids(&answer.items("calls")).len(), 100);
}
