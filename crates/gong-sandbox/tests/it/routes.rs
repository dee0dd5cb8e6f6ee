//! Paths, methods, and the envelope that every answer has.

use gong_sandbox::{Options, Sandbox};
use http::Method;

use crate::harness::{get, options, post, request, sandbox, send};

#[tokio::test]
async fn request_ids_are_base_36_and_repeated_in_a_header() {
    let sandbox = sandbox();
    let mut seen = std::collections::HashSet::new();
    let mut lengths = std::collections::HashSet::new();
    for _ in 0..50 {
        let answer = get(&sandbox, "/v2/workspaces").await;
        let id = answer.json()["requestId"].as_str().unwrap().to_owned();
        assert_eq!(answer.header("x-traceid"), id);
        assert!(id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()), "{id}");
        lengths.insert(id.len());
        assert!(seen.insert(id));
    }
    assert_eq!(lengths, [18, 19].into());
}

#[tokio::test]
async fn answers_have_the_headers_that_gong_sends() {
    let answer = get(&sandbox(), "/v2/workspaces").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("server"), "cloudflare");
    assert!(answer.headers.contains_key("x-gong-service-version"));
    assert_eq!(answer.header("date"), "Fri, 20 Nov 2026 18:00:00 GMT");
}

#[tokio::test]
async fn a_wrong_method_on_a_known_path_is_405() {
    let sandbox = sandbox();
    for (method, path) in [
        (Method::DELETE, "/v2/users"),
        (Method::GET, "/v2/calls/extensive"),
        (Method::GET, "/v2/calls/transcript"),
        (Method::POST, "/v2/workspaces"),
        (Method::HEAD, "/v2/users"),
        (Method::GET, "/v2/stats/interaction"),
    ] {
        let answer = send(&sandbox, request(method.clone(), path, "")).await;
        let expected = (405, "Method Not Allowed".to_owned());
        assert_eq!(answer.error(), expected, "{method} {path}");
        assert!(answer.json()["requestId"].is_string());
    }
}

#[tokio::test]
async fn paths_that_others_made_up_are_404() {
    let sandbox = sandbox();
    for path in ["/v2/deals", "/v2/crm/objects", "/v2/users/filter/x", "/v1/calls", "/", "/v2"] {
        assert_eq!(get(&sandbox, path).await.error().0, 404, "{path}");
    }
}

#[tokio::test]
async fn workspaces_come_all_at_once() {
    let answer = get(&sandbox(), "/v2/workspaces").await;
    let workspaces = answer.items("workspaces");
    assert!(!workspaces.is_empty());
    assert!(workspaces.iter().all(|workspace| workspace["id"].is_string()));
    assert!(answer.json().get("records").is_none());
}

#[tokio::test]
async fn meetings_are_listed_unless_strict() {
    let lenient = sandbox();
    let answer = get(&lenient, "/v2/meetings").await;
    let meetings = answer.items("meetings");
    assert_eq!(answer.json()["records"]["totalRecords"], meetings.len());
    assert!(meetings.len() > 5);
    for meeting in &meetings {
        for member in ["meetingId", "meetingUrl", "title", "startTime", "endTime", "provider"] {
            assert!(meeting[member].is_string(), "{member} of {meeting}");
        }
        assert!(meeting["organizerEmail"].as_str().unwrap().contains('@'));
        assert!(!meeting["invitees"].as_array().unwrap().is_empty());
        let start: jiff::Timestamp = meeting["startTime"].as_str().unwrap().parse().unwrap();
        assert!(start > crate::harness::NOW.parse().unwrap());
    }
    let first = meetings[0]["startTime"].as_str().unwrap().replace('+', "%2B");
    let rest = get(&lenient, &format!("/v2/meetings?toDateTime={first}")).await;
    assert!(rest.items("meetings").is_empty(), "an empty list is no error here");
    let from = get(&lenient, &format!("/v2/meetings?fromDateTime={first}")).await;
    assert_eq!(from.items("meetings").len(), meetings.len());

    let strict = Sandbox::new(Options { strict: true, ..options() }).unwrap();
    let answer = get(&strict, "/v2/meetings").await;
    assert_eq!(answer.error(), (405, "Method Not Allowed".to_owned()));
}

#[tokio::test]
async fn a_strict_sandbox_wants_the_content_type() {
    let strict = Sandbox::new(Options { strict: true, ..options() }).unwrap();
    let body = serde_json::json!({ "filter": {} });
    assert_eq!(post(&strict, "/v2/users/extensive", body.clone()).await.status, 200);
    let mut untyped = request(Method::POST, "/v2/users/extensive", body.to_string());
    untyped.headers_mut().remove("content-type");
    assert_eq!(send(&strict, untyped).await.error().0, 415);
}
