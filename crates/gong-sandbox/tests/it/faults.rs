//! Fault scripts: order, accounting, and each fault that a transport or a server can have.

use std::{io::ErrorKind, time::Duration};

use futures_util::StreamExt as _;
use gong_sandbox::{Reply, Sandbox, Script};
use http::Method;
use serde_json::json;
use tokio::time::Instant;

use crate::harness::{all_of, faulty, get, ids, post, request, sandbox, whole};

async fn reply(sandbox: &Sandbox, path: &str) -> Reply {
    sandbox.answer(request(Method::GET, path, "")).await
}

async fn statuses(sandbox: &Sandbox, paths: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for path in paths {
        statuses.push(get(sandbox, path).await.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn steps_are_met_once_and_in_order() {
    let sandbox = faulty("GET /v2/users: status:500, ok, status:503 x2\n*: status:502");
    let users = ["/v2/users"; 5];
    let paths = [&users[..3], &["/v2/workspaces"], &users[..3]].concat();
    assert_eq!(statuses(&sandbox, &paths).await, [500, 200, 503, 502, 503, 200, 200]);
    assert!(sandbox.unused_faults().is_empty());
}

#[tokio::test]
async fn what_was_not_met_is_told() {
    let sandbox = faulty("users-list: status:500, reset@0 x3\n# a remark\n/v2/calls/{id}: html200");
    get(&sandbox, "/v2/users").await;
    assert_eq!(sandbox.unused_faults(), ["reset@0 x3", "html200"]);
    get(&sandbox, "/v2/calls/17").await;
    assert_eq!(sandbox.unused_faults(), ["reset@0 x3"]);
}

#[test]
fn a_bad_script_says_which_word_is_wrong_and_which_are_right() {
    for (script, expected) in [
        ("*: flood", "flood"),
        ("*: status:5x", "status:5x"),
        ("*: truncate", "truncate"),
        ("*: stall:3weeks@0", "3weeks"),
        ("*: drip:0B/1s", "drip"),
        ("*: ok:5", "ok:5"),
        ("*: enum", "enum"),
        ("*: lost@3", "lost@3"),
        ("*: insert", "insert"),
        ("*: 401@3 x2", "401@3"),
        ("reset@0", "reset@0"),
        ("GET /v2/deals: ok", "GET /v2/deals"),
        ("DELETE /v2/users: ok", "DELETE /v2/users"),
    ] {
        let error = script.parse::<Script>().unwrap_err().to_string();
        assert!(error.contains(expected), "{script}: {error}");
        let names_faults = error.contains("gzipbomb");
        assert!(names_faults || error.contains("GET /v2/calls"), "{script}: {error}");
    }
}

#[tokio::test]
async fn a_status_comes_in_an_envelope_with_retry_after() {
    let sandbox = faulty(
        "*: status:429;ra=7, status:503;ra=soon, status:429;ra=date+30;skew=3600, status:500",
    );
    let answers = [
        get(&sandbox, "/v2/users").await,
        get(&sandbox, "/v2/users").await,
        get(&sandbox, "/v2/users").await,
        get(&sandbox, "/v2/users").await,
    ];
    assert_eq!(answers[0].error(), (429, "API request limit exceeded".to_owned()));
    assert_eq!(answers[0].header("retry-after"), "7");
    assert_eq!(answers[1].header("retry-after"), "soon");
    assert_eq!(answers[2].header("date"), "Fri, 20 Nov 2026 19:00:00 GMT");
    assert_eq!(answers[2].header("retry-after"), "Fri, 20 Nov 2026 19:00:30 GMT");
    assert_eq!(answers[3].error(), (500, "Internal server error occurred".to_owned()));
    assert!(!answers[3].headers.contains_key("retry-after"));
}

#[tokio::test]
async fn retry_after_can_come_twice() {
    let sandbox = faulty("*: status:429;ra=3;ra=7");
    let answer = get(&sandbox, "/v2/users").await;
    let waits: Vec<_> = answer.headers.get_all("retry-after").iter().collect();
    assert_eq!(waits, ["3", "7"]);
}

#[tokio::test]
async fn redirects_come_in_all_statuses() {
    let sandbox = faulty("*: redirect:307://evil.example/x, redirect:308:http://a.example:1/");
    for (status, location) in [(307, "//evil.example/x"), (308, "http://a.example:1/")] {
        let answer = get(&sandbox, "/v2/users").await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (status, location));
    }
}

#[tokio::test]
async fn a_retry_after_in_quotes_may_have_a_comma() {
    let sandbox = faulty("*: status:429;ra=\"Fri, 20 Nov 2026 18:00:09 GMT\", ok");
    let answer = get(&sandbox, "/v2/users").await;
    assert_eq!(answer.header("retry-after"), "Fri, 20 Nov 2026 18:00:09 GMT");
}

#[tokio::test]
async fn bodies_break_where_the_script_says() {
    let sandbox = faulty("*: truncate@10, reset@10, reset@0, truncate@0, ok");
    let expected = get(&self::sandbox(), "/v2/workspaces").await.bytes;
    for (n_bytes, kind) in [(10, ErrorKind::UnexpectedEof), (10, ErrorKind::ConnectionReset)] {
        let mut body = reply(&sandbox, "/v2/workspaces").await.body;
        let first = body.next().await.unwrap().unwrap();
        assert_eq!(first.len(), n_bytes);
        assert_eq!(body.next().await.unwrap().unwrap_err().kind(), kind);
        assert!(body.next().await.is_none());
    }
    let lost = reply(&sandbox, "/v2/workspaces").await;
    assert_eq!(lost.into_response().unwrap_err().kind(), ErrorKind::ConnectionReset);
    let empty = reply(&sandbox, "/v2/workspaces").await;
    assert!(!empty.is_no_answer(), "status and headers arrive");
    assert_eq!(empty.body.collect().await.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert_eq!(get(&sandbox, "/v2/workspaces").await.bytes.len(), expected.len());
}

#[tokio::test(start_paused = true)]
async fn waits_are_driven_by_the_clock_of_tests() {
    let sandbox = faulty("*: stall:30s@0, stall:1m@20, drip:50B/9s");
    let start = Instant::now();
    let late = reply(&sandbox, "/v2/workspaces").await;
    assert_eq!(start.elapsed(), Duration::from_secs(30));
    let whole_body = late.body.collect().await.unwrap();

    let start = Instant::now();
    let mut body = reply(&sandbox, "/v2/workspaces").await.body;
    assert_eq!(body.next().await.unwrap().unwrap().len(), 20);
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(body.next().await.unwrap().unwrap().len(), whole_body.len() - 20);
    assert_eq!(start.elapsed(), Duration::from_mins(1));

    let start = Instant::now();
    let dripped = whole(reply(&sandbox, "/v2/workspaces").await).await.bytes;
    let n_pieces = u32::try_from(dripped.len().div_ceil(50)).unwrap();
    assert_eq!(start.elapsed(), n_pieces * Duration::from_secs(9));
}

#[tokio::test]
async fn answers_that_gong_never_gave() {
    let sandbox = faulty(
        "*: html200, html:502, empty200, status:204, redirect:https://us-1.api.gong.io/v2/users",
    );
    for status in [200, 502] {
        let page = get(&sandbox, "/v2/users").await;
        assert_eq!(page.status, status);
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(page.bytes.starts_with(b"<!DOCTYPE html>"));
        assert!(!page.headers.contains_key("x-traceid"));
    }
    let empty = get(&sandbox, "/v2/users").await;
    assert_eq!((empty.status.as_u16(), empty.bytes.len()), (200, 0));
    let no_content = get(&sandbox, "/v2/users").await;
    assert_eq!((no_content.status.as_u16(), no_content.bytes.len()), (204, 0));
    let elsewhere = get(&sandbox, "/v2/users").await;
    assert_eq!(elsewhere.status, 302);
    assert_eq!(elsewhere.header("location"), "https://us-1.api.gong.io/v2/users");
}

#[tokio::test]
async fn bombs_are_as_large_as_was_asked_for() {
    let sandbox = faulty("*: huge:3M, gzipbomb:2G");
    let huge = get(&sandbox, "/v2/users").await;
    assert_eq!(huge.bytes.len(), 3 << 20);
    assert!(huge.json()["padding"].is_string());
    let bomb = get(&sandbox, "/v2/users").await;
    assert_eq!(bomb.header("content-encoding"), "gzip");
    assert!(bomb.bytes.len() < 3 << 20);
    let size = u32::from_le_bytes(bomb.bytes[bomb.bytes.len() - 4..].try_into().unwrap());
    assert_eq!(size, 2 << 30);
}

#[tokio::test(start_paused = true)]
async fn refusals_by_order() {
    let sandbox = faulty("users-list: 401, scope:api:users:read, 401@4\ncalls-list: day-exhausted");
    assert_eq!(get(&sandbox, "/v2/users").await.error().0, 401);
    let words = "You don't have permission to use 'api:users:read' in your app.";
    assert_eq!(get(&sandbox, "/v2/users").await.error(), (401, words.to_owned()));
    assert_eq!(statuses(&sandbox, &["/v2/users"; 3]).await, [200, 401, 200]);
    let gone = get(&sandbox, "/v2/calls").await;
    assert_eq!((gone.status.as_u16(), gone.header("retry-after")), (429, "21600"));
    assert_eq!(get(&sandbox, "/v2/users").await.status, 429, "it is gone for all");
    tokio::time::advance(Duration::from_hours(6)).await;
    assert_eq!(get(&sandbox, "/v2/users").await.status, 200);
}

#[tokio::test]
async fn an_expired_token_stays_expired() {
    let sandbox = faulty("*: token-expire@2");
    assert_eq!(statuses(&sandbox, &["/v2/users"; 4]).await, [200, 401, 401, 401]);
    let mut fresh = request(Method::GET, "/v2/users", "");
    fresh.headers_mut().insert("authorization", "Bearer new".parse().unwrap());
    assert_eq!(sandbox.answer(fresh).await.status, 200);
}

#[tokio::test]
async fn a_cursor_expires_on_its_page_only() {
    let sandbox = faulty("calls-list: cursor-expire@2");
    let mut path = "/v2/calls".to_owned();
    for _ in 0..2 {
        path = format!("/v2/calls?cursor={}", get(&sandbox, &path).await.cursor().unwrap());
    }
    assert_eq!(get(&sandbox, &path).await.error(), (400, "Invalid cursor".to_owned()));
    assert_eq!(get(&sandbox, &path).await.status, 200);
}

#[tokio::test]
async fn cursors_loop_and_pages_come_empty() {
    let sandbox = faulty("calls-list: ok, cursor-loop, cursor-empty-page");
    let first = get(&sandbox, "/v2/calls").await.cursor().unwrap();
    let path = format!("/v2/calls?cursor={first}");
    assert_eq!(get(&sandbox, &path).await.cursor().unwrap(), first);
    let empty = get(&sandbox, &path).await;
    assert!(empty.items("calls").is_empty());
    let next = empty.cursor().unwrap();
    assert_ne!(next, first);
    let after = get(&sandbox, &format!("/v2/calls?cursor={next}")).await;
    assert_eq!(after.json()["records"]["currentPageNumber"], 1);
    assert_eq!(after.items("calls").len(), 100);
}

#[tokio::test]
async fn totals_can_lie() {
    let sandbox = faulty("calls-list: ok, total+3, total-2");
    let mut totals = Vec::new();
    for _ in 0..3 {
        let records = &get(&sandbox, "/v2/calls").await.json()["records"];
        totals.push(records["totalRecords"].as_i64().unwrap());
    }
    assert_eq!([totals[1] - totals[0], totals[2] - totals[0]], [3, -2]);
}

#[tokio::test]
async fn a_call_inserted_while_paging_makes_one_come_twice() {
    let truth = ids(&all_of(&sandbox(), "/v2/calls?x=y", "calls").await);
    let sandbox = faulty("calls-list: insert@2");
    let paged = ids(&all_of(&sandbox, "/v2/calls?x=y", "calls").await);
    let expected = [&truth[1..201], &truth[200..]].concat();
    assert_eq!(paged, expected);
    assert_eq!(ids(&all_of(&sandbox, "/v2/calls?x=y", "calls").await), truth);
}

#[tokio::test]
async fn a_call_deleted_while_paging_makes_one_be_missed() {
    let truth = ids(&all_of(&sandbox(), "/v2/calls?x=y", "calls").await);
    let sandbox = faulty("calls-list: delete@2");
    let paged = ids(&all_of(&sandbox, "/v2/calls?x=y", "calls").await);
    let expected = [&truth[..200], &truth[201..]].concat();
    assert_eq!(paged, expected);
    assert_eq!(ids(&all_of(&sandbox, "/v2/calls?x=y", "calls").await), truth[1..]);
}

#[tokio::test]
async fn the_date_can_be_wrong() {
    let sandbox = faulty("*: date-skew:-86400");
    assert_eq!(get(&sandbox, "/v2/users").await.header("date"), "Thu, 19 Nov 2026 18:00:00 GMT");
    assert_eq!(get(&sandbox, "/v2/users").await.header("date"), "Fri, 20 Nov 2026 18:00:00 GMT");
}

#[tokio::test]
async fn a_refused_request_uses_up_no_fault() {
    let options = gong_sandbox::Options {
        requests_per_second: 1,
        faults: "*: ok, status:500".parse().unwrap(),
        ..crate::harness::options()
    };
    let sandbox = Sandbox::new(options).unwrap();
    assert_eq!(statuses(&sandbox, &["/v2/users"; 2]).await, [200, 429]);
    assert_eq!(sandbox.unused_faults(), ["status:500"]);
}

#[tokio::test]
async fn a_rule_for_a_post_is_met_by_posts() {
    let sandbox = faulty("POST /v2/calls/*: status:504");
    assert_eq!(get(&sandbox, "/v2/calls/17").await.status, 404);
    let body = json!({ "filter": {} });
    assert_eq!(post(&sandbox, "/v2/calls/transcript", body).await.status, 504);
}
