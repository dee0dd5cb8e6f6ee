//! The request log, from the library and over HTTP.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::json;

use crate::harness::{faulty, get, request, send};

#[tokio::test(start_paused = true)]
async fn requests_are_logged_with_time_and_outcome() {
    let sandbox = faulty("calls-get: status:503");
    get(&sandbox, "/v2/users?includeAvatars=true").await;
    tokio::time::advance(Duration::from_millis(1500)).await;
    get(&sandbox, "/v2/calls/5").await;
    let bare = Request::post("/v2/users/extensive").body(Bytes::from("{}")).unwrap();
    let last = send(&sandbox, bare).await;
    let log = sandbox.log();
    let rows: Vec<_> = log
        .iter()
        .map(|entry| {
            (entry.method.as_str(), entry.path.as_str(), entry.status, entry.is_authorized)
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("GET", "/v2/users", Some(200), true),
            ("GET", "/v2/calls/5", Some(503), true),
            ("POST", "/v2/users/extensive", Some(401), false),
        ]
    );
    assert_eq!(log[0].query.as_deref(), Some("includeAvatars=true"));
    assert_eq!(log[1].arrived, Duration::from_millis(1500));
    assert_eq!(log[1].time, "2026-11-20T18:00:01.5Z".parse().unwrap());
    assert_eq!(log[1].fault.as_deref(), Some("status:503"));
    assert_eq!(log[2].body_bytes, 2);
    assert_eq!(log[2].request_id, last.header("x-traceid"));
}

#[tokio::test]
async fn the_log_can_be_read_over_http_and_is_not_logged() {
    let sandbox = faulty("*: ok, reset@0 x2");
    get(&sandbox, "/v2/workspaces").await;
    let bare = |path: &str| Request::get(path).body(Bytes::new()).unwrap();
    let log = send(&sandbox, bare("/sandbox/log")).await.json();
    assert_eq!(log["requests"], 1);
    assert_eq!(log["overLimit"]["sliding"], 0);
    assert_eq!(log["entries"][0]["path"], "/v2/workspaces");
    assert_eq!(log["entries"][0]["status"], 200);
    let faults = send(&sandbox, bare("/sandbox/faults")).await.json();
    assert_eq!(faults, json!({ "unused": ["reset@0 x2"] }));
    assert_eq!(send(&sandbox, bare("/sandbox/else")).await.status, 404);
    let wrong = send(&sandbox, request(Method::POST, "/sandbox/log", "")).await;
    assert_eq!(wrong.status, 405);
    assert_eq!(sandbox.log().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_has_no_status() {
    let sandbox = faulty("*: reset@0");
    let reply = sandbox.answer(request(Method::GET, "/v2/users", "")).await;
    assert!(reply.is_no_answer());
    assert_eq!(sandbox.log()[0].status, None);
    assert_eq!(sandbox.log()[0].fault.as_deref(), Some("reset@0"));
}
