//! Credentials and scopes.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use gong_sandbox::{Access, Credential, Grant, Options, Sandbox};
use http::Request;
use serde_json::json;

use crate::harness::{Answer, get, options, post, sandbox, send};

async fn ask_as(sandbox: &Sandbox, authorization: &str, path: &str) -> Answer {
    let request = Request::get(path).header("authorization", authorization);
    send(sandbox, request.body(Bytes::new()).unwrap()).await
}

fn basic(pair: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}

fn token(text: &str, scopes: &[&str]) -> Grant {
    Grant {
        credential: Credential::Token(text.into()),
        scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
        sees_calls: true,
    }
}

fn with(access: Access) -> Sandbox {
    Sandbox::new(Options { access, ..options() }).unwrap()
}

#[tokio::test]
async fn without_credentials_nobody_gets_in() {
    let request = Request::get("/v2/users").body(Bytes::new()).unwrap();
    assert_eq!(send(&sandbox(), request).await.error().0, 401);
}

#[tokio::test]
async fn credentials_must_be_well_made() {
    let sandbox = sandbox();
    for bad in [
        "Basic".to_owned(),
        "Basic !!!".to_owned(),
        basic("no colon"),
        basic(":secret"),
        basic("key:"),
        "Bearer ".to_owned(),
        "Digest x".to_owned(),
        basic("key:secret").replace("Basic ", ""),
    ] {
        assert_eq!(ask_as(&sandbox, &bad, "/v2/users").await.error().0, 401, "{bad}");
    }
    assert_eq!(ask_as(&sandbox, &basic("any:thing:else"), "/v2/users").await.status, 200);
    assert_eq!(ask_as(&sandbox, "Bearer anything", "/v2/users").await.status, 200);
}

#[tokio::test]
async fn a_configured_key_shuts_out_all_others() {
    let key = Access::Key { access_key: "AK".to_owned(), secret_key: "SK:with:colons".into() };
    let sandbox = with(key);
    assert_eq!(ask_as(&sandbox, &basic("AK:SK:with:colons"), "/v2/users").await.status, 200);
    for other in [basic("AK:SK"), basic("ak:SK:with:colons"), "Bearer AK".to_owned()] {
        assert_eq!(ask_as(&sandbox, &other, "/v2/users").await.status, 401);
    }
}

#[tokio::test]
async fn a_missing_scope_is_a_401_in_gongs_own_words() {
    let sandbox = with(Access::Grants(vec![token("t", &["api:users:read"])]));
    assert_eq!(ask_as(&sandbox, "Bearer t", "/v2/users").await.status, 200);
    let refused = ask_as(&sandbox, "Bearer t", "/v2/calls").await;
    let words = "You don't have permission to use 'api:calls:read:basic' in your app.";
    assert_eq!(refused.error(), (401, words.to_owned()));
    assert_eq!(ask_as(&sandbox, "Bearer u", "/v2/users").await.error().0, 401);
}

#[tokio::test]
async fn media_needs_a_scope_of_its_own() {
    let sandbox = with(Access::Grants(vec![token("t", &["api:calls:read:extensive"])]));
    let ask = async |media: bool| {
        let body =
            json!({ "filter": {}, "contentSelector": { "exposedFields": { "media": media } } });
        let request = Request::post("/v2/calls/extensive").header("authorization", "Bearer t");
        send(&sandbox, request.body(Bytes::from(body.to_string())).unwrap()).await
    };
    assert_eq!(ask(false).await.status, 200);
    let words = "You don't have permission to use 'api:calls:read:media-url' in your app.";
    assert_eq!(ask(true).await.error(), (401, words.to_owned()));
}

#[tokio::test]
async fn no_visibility_looks_just_like_no_calls() {
    let blind = Grant {
        credential: Credential::Key { access_key: "key".to_owned(), secret_key: "secret".into() },
        scopes: None,
        sees_calls: false,
    };
    let (seeing, blind) = (sandbox(), with(Access::Grants(vec![blind])));
    let path = "/v2/calls?fromDateTime=1999-01-01T00:00:00Z&toDateTime=1999-02-01T00:00:00Z";
    let empty = get(&seeing, path).await;
    assert_eq!(empty.error().1, "No calls found corresponding to the provided filters");
    let hidden = get(&blind, "/v2/calls").await;
    assert_eq!((empty.status, &empty.bytes), (hidden.status, &hidden.bytes));
    for path in ["/v2/calls/extensive", "/v2/calls/transcript"] {
        let body = json!({ "filter": { "callIds": ["1"] } });
        let empty = post(&seeing, path, body).await;
        let hidden = post(&blind, path, json!({ "filter": {} })).await;
        assert_eq!((empty.status, &empty.bytes), (hidden.status, &hidden.bytes));
    }
}
