//! Faults in the JSON of an answer.

use gong_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::harness::{Answer, faulty, get, ids, options, post};

const EXTENSIVE: &str = "/v2/calls/extensive";

fn everything() -> Value {
    json!({
        "filter": {},
        "contentSelector": {
            "context": "Extended",
            "exposedFields": { "parties": true, "content": { "topics": true, "trackers": true } },
        },
    })
}

/// Few calls, as each costs its whole talk.
fn small(script: &str) -> Sandbox {
    let faults = script.parse().unwrap();
    Sandbox::new(Options { faults, page_size: 25, ..options() }).unwrap()
}

async fn bent(fault: &str) -> Answer {
    post(&small(&format!("*: {fault}")), EXTENSIVE, everything()).await
}

fn each_object(value: &Value, look: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            look(members);
            members.values().for_each(|member| each_object(member, look));
        }
        Value::Array(items) => items.iter().for_each(|item| each_object(item, look)),
        _ => {}
    }
}

#[tokio::test]
async fn enums_take_a_value_that_nobody_knows() {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    each_object(&bent("enum:BRAND_NEW").await.json(), &mut |members| {
        for (name, member) in members {
            if member == "BRAND_NEW"
                || member.as_array().is_some_and(|items| items.contains(&json!("BRAND_NEW")))
            {
                *seen.entry(name.clone()).or_default() += 1;
            }
        }
    });
    for name in ["direction", "scope", "media", "affiliation", "methods", "system", "objectType"] {
        assert!(seen.contains_key(name), "{name} in {seen:?}");
    }
    assert!(!seen.contains_key("id") && !seen.contains_key("title"));
}

#[tokio::test]
async fn members_are_null_but_ids_stay() {
    let good = post(&small(""), EXTENSIVE, everything()).await;
    let all = bent("null:*").await;
    assert_eq!(ids(&all.items("calls")), ids(&good.items("calls")));
    let meta_data = &all.items("calls")[3]["metaData"];
    let n_members = meta_data.as_object().unwrap().len();
    let n_null = meta_data.as_object().unwrap().values().filter(|member| member.is_null()).count();
    assert_eq!((n_members, n_null), (20, 19));
    assert_eq!(all.json()["records"], good.json()["records"], "the envelope is whole");

    let one = bent("null:title").await.items("calls");
    assert!(one.iter().all(|call| call["metaData"]["title"].is_null()));
    assert!(one.iter().all(|call| call["metaData"]["started"].is_string()));
    let id = bent("null:id").await.items("calls");
    assert!(id[0]["metaData"]["id"].is_null());
}

#[tokio::test]
async fn every_object_has_an_extra_member() {
    let mut n_objects = 0;
    each_object(&bent("extra:*").await.json(), &mut |members| {
        let is_own = members.contains_key("nested");
        assert!(is_own || members.contains_key("addedByGong"), "{members:?}");
        n_objects += 1;
    });
    assert!(n_objects > 500);
    let named = bent("extra:mood").await;
    assert!(named.items("calls")[0]["metaData"]["mood"].is_object());
}

#[tokio::test]
async fn depth_is_exact() {
    for (levels, is_readable) in [(100, true), (126, true), (200, false)] {
        let answer = bent(&format!("depth:{levels}")).await;
        assert_eq!(serde_json::from_slice::<Value>(&answer.bytes).is_ok(), is_readable);
        let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
        let n_levels = text
            .split("\"deep\":")
            .nth(1)
            .unwrap()
            .bytes()
            .take_while(|byte| *byte == b'[')
            .count();
        assert_eq!(n_levels, levels);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_in_a_text() {
    let surrogate = bent("surrogate").await.bytes;
    assert!(serde_json::from_slice::<Value>(&surrogate).is_err());
    assert!(String::from_utf8(surrogate.to_vec()).unwrap().contains("\\ud83d"));
    let bad = bent("badutf8").await.bytes;
    let lossy = String::from_utf8_lossy(&bad);
    assert!(std::str::from_utf8(&bad).is_err());
    assert!(serde_json::from_str::<Value>(&lossy).is_ok(), "all else is well");
}

#[tokio::test]
async fn a_byte_order_mark_comes_first() {
    let bytes = bent("bom").await.bytes;
    assert!(serde_json::from_slice::<Value>(&bytes[3..]).is_ok());
    assert_eq!(bytes[..3], [0xef, 0xbb, 0xbf]);
}

#[tokio::test]
async fn of_a_key_that_comes_twice_the_last_is_right() {
    let sandbox = faulty("users-list: ok, dupkey");
    let good = get(&sandbox, "/v2/users").await;
    let doubled = get(&sandbox, "/v2/users").await;
    let text = String::from_utf8(doubled.bytes.to_vec()).unwrap();
    assert!(text.starts_with(r#"{"requestId":"the first of two","requestId":""#), "{text:.80}");
    assert!(text.matches("the first of two").count() >= 2);
    assert_eq!(doubled.items("users"), good.items("users"));
}
