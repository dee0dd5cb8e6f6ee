//! Whatever comes in, an answer comes out.

use bytes::Bytes;
use gong_sandbox::{Options, Sandbox, Script};
use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Answer, get, options, post, request, sandbox, send};

const POSTS: [&str; 4] = [
    "/v2/calls/extensive",
    "/v2/calls/transcript",
    "/v2/users/extensive",
    "/v2/stats/activity/aggregate",
];

fn small() -> Sandbox {
    Sandbox::new(Options { calls: 5, ..options() }).unwrap()
}

fn answers(ask: impl Future<Output = Answer>) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let answer = runtime.block_on(ask);
    assert!(answer.json()["requestId"].is_string());
    assert!([200, 400, 404].contains(&answer.status.as_u16()), "{}", answer.status);
    answer
}

/// Values of members, most of which are wrong.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!({})),
        Just(json!([])),
        Just(json!(["1", 2])),
        Just(json!("0001-01-01T00:00:00Z")),
        Just(json!("9999-12-30T22:00:00.999999999Z")),
        Just(json!("0001-01-01")),
        Just(json!("9999-12-31")),
        Just(json!("2026-11-19")),
    ]
}

fn name() -> impl Strategy<Value = String> {
    let names = [
        "filter",
        "cursor",
        "contentSelector",
        "fromDateTime",
        "toDateTime",
        "callIds",
        "userIds",
        "primaryUserIds",
        "workspaceId",
        "fromDate",
        "toDate",
        "createdFromDateTime",
        "context",
        "contextTiming",
        "exposedFields",
        "includeAvatars",
    ];
    prop::sample::select(names.to_vec()).prop_map(str::to_owned)
}

fn members() -> impl Strategy<Value = Value> {
    let object = prop::collection::hash_map(name(), value(), 0..4);
    let object = object.prop_map(|members| members.into_iter().collect::<Value>());
    let nested = prop::collection::hash_map(name(), prop_oneof![value(), object], 0..4);
    nested.prop_map(|members| members.into_iter().collect::<Value>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_as_a_body_are_answered(bytes: Vec<u8>, place in 0..POSTS.len()) {
        answers(send(&small(), request(Method::POST, POSTS[place], Bytes::from(bytes))));
    }

    #[test]
    fn any_members_are_answered(body in members(), place in 0..POSTS.len()) {
        answers(post(&small(), POSTS[place], body));
    }

    #[test]
    fn any_query_is_answered(pairs in prop::collection::vec((name(), "[ -~]{0,30}"), 0..4)) {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&pairs);
        let query = query.finish();
        for path in ["/v2/calls", "/v2/users", "/v2/meetings", "/v2/workspaces"] {
            answers(get(&small(), &format!("{path}?{query}")));
        }
    }

    #[test]
    fn any_text_is_a_script_or_an_error(text in "\\PC{0,60}") {
        for script in [text.clone(), format!("*: {text}"), format!("*: stall:{text}"), format!("*: status:429;{text}")] {
            if let Err(error) = script.parse::<Script>() {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn the_widest_range_holds_all_calls() {
    let sandbox = sandbox();
    let query = "fromDateTime=0001-01-01T00:00:00Z&toDateTime=9999-12-30T22:00:00.999999999Z";
    let wide = get(&sandbox, &format!("/v2/calls?{query}")).await;
    let open = get(&sandbox, "/v2/calls").await;
    assert_eq!(wide.items("calls"), open.items("calls"));
    assert_eq!(wide.json()["records"]["totalRecords"], open.json()["records"]["totalRecords"]);
}

#[test]
fn options_that_no_server_could_work_with_are_refused() {
    for (options, name) in [
        (Options { page_size: 0, ..options() }, "page_size"),
        (Options { calls: 1_000_001, ..options() }, "calls"),
    ] {
        let error = Sandbox::new(options).err().unwrap().to_string();
        assert!(error.starts_with(name), "{error}");
    }
}
