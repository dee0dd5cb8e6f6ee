//! Webhooks: what a delivery holds, how it is signed, and where it may go.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use gong_sandbox::{Error, Options, Running, Sandbox, Webhook};
use http::{Method, Request};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use url::Url;

use crate::harness::{NOW, all, get, options, request, sandbox, send};

const URL: &str = "http://127.0.0.1:9/hook?rule=7";

/// The claims of a token whose signature fits the key.
fn claims(sandbox: &Sandbox, token: &str) -> Value {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let key = BASE64_STANDARD.decode(sandbox.webhook_key()).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
    key.verify(signed.as_bytes(), &signature).unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(read(head)["alg"], "RS256");
    read(claims)
}

#[tokio::test]
async fn a_delivery_is_signed_for_its_body_and_its_address() {
    let sandbox = sandbox();
    let request = sandbox.webhook(&Webhook::to(URL)).unwrap();
    assert_eq!((request.method(), request.uri().to_string().as_str()), (&Method::POST, URL));
    let token = request.headers()["authorization"].to_str().unwrap();
    let claims = claims(&sandbox, token);
    assert_eq!(claims.as_object().unwrap().len(), 3);
    assert_eq!(claims["webhook_url"], URL);
    let hash = claims["body_sha256"].as_str().unwrap();
    let bytes: Vec<u8> = (0..hash.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&hash[place..place + 2], 16).unwrap())
        .collect();
    assert_eq!(bytes, Sha256::digest(request.body()).to_vec());
    assert_eq!(hash, hash.to_lowercase());
    let now: jiff::Timestamp = NOW.parse().unwrap();
    assert!((1..=3_600).contains(&(claims["exp"].as_i64().unwrap() - now.as_second())));

    let with = Webhook { has_bearer: true, ..Webhook::to(URL) };
    let with = sandbox.webhook(&with).unwrap();
    assert!(with.headers()["authorization"].to_str().unwrap().starts_with("Bearer ey"));
}

#[tokio::test]
async fn a_delivery_holds_the_call_with_all_blocks() {
    let sandbox = sandbox();
    let fields = json!({
        "interaction": { "speakers": true },
        "collaboration": { "publicComments": true },
    });
    let selector = json!({ "exposedFields": fields });
    let body = json!({ "filter": {}, "contentSelector": selector });
    let calls = all(&sandbox, "/v2/calls/extensive", "calls", body).await;
    let busy = calls
        .iter()
        .find(|call| ["interaction", "collaboration"].iter().all(|block| call[block].is_object()))
        .unwrap();
    let call_id = busy["metaData"]["id"].as_str().map(str::to_owned);
    let webhook = Webhook { call_id, is_test: true, ..Webhook::to(URL) };
    let request = sandbox.webhook(&webhook).unwrap();
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body["isTest"], true);
    let blocks =
        ["metaData", "context", "parties", "content", "interaction", "collaboration", "media"];
    let shown: Vec<_> = body["callData"].as_object().unwrap().keys().collect();
    assert_eq!(shown, blocks);
    assert_eq!(body["callData"]["metaData"], busy["metaData"]);
    assert_eq!(body["callData"]["collaboration"], busy["collaboration"]);

    let media = Url::parse(body["callData"]["media"]["audioUrl"].as_str().unwrap()).unwrap();
    let media = format!("{}?{}", media.path(), media.query().unwrap());
    let recording = Request::get(media).body(Bytes::new()).unwrap();
    assert_eq!(send(&sandbox, recording).await.status, 200, "its recording can be fetched");

    let unknown = Webhook { call_id: Some("17".to_owned()), ..Webhook::to(URL) };
    assert!(matches!(sandbox.webhook(&unknown), Err(Error::UnknownCall { .. })));
}

#[tokio::test]
async fn a_delivery_stays_on_this_machine() {
    let sandbox = sandbox();
    for elsewhere in [
        "https://127.0.0.1/hook",
        "http://example.com/hook",
        "http://127.0.0.1.example.com/",
        "http://192.0.2.1/",
        "file:///etc/hosts",
    ] {
        let fired = sandbox.fire(&Webhook::to(elsewhere)).await;
        assert!(matches!(fired, Err(Error::NotALoopbackUrl { .. })), "{elsewhere}: {fired:?}");
    }
    // A port that was just let go of.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let fired = sandbox.fire(&Webhook::to(format!("http://{free}/"))).await;
    assert!(matches!(fired, Err(Error::Undelivered { .. })), "{fired:?}");
}

/// Takes one delivery and sends an answer, and gives what came.
async fn receive(listener: TcpListener, answer: &'static [u8]) -> Vec<u8> {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n_bytes = stream.read(&mut buffer).await.unwrap();
        received.extend_from_slice(&buffer[..n_bytes]);
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            if body.len() >= length || n_bytes == 0 {
                break;
            }
        }
    }
    stream.write_all(answer).await.unwrap();
    received
}

#[tokio::test]
async fn a_delivery_is_fired_over_http_and_follows_no_redirect() {
    let running: Running = Sandbox::start(Options { port: 0, ..options() }).await.unwrap();
    for (answer, status) in [
        (b"HTTP/1.1 204 No Content\r\n\r\n".as_slice(), 204),
        (b"HTTP/1.1 302 Found\r\nlocation: http://example.com/\r\n\r\n", 302),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?rule=7", listener.local_addr().unwrap());
        let hook = tokio::spawn(receive(listener, answer));
        let page = format!("/sandbox/webhook?url={url}&test=true");
        let request = Request::post(page).body(Bytes::new()).unwrap();
        let fired = send(running.sandbox(), request).await;
        assert_eq!((fired.status.as_u16(), fired.json()), (200, json!({ "status": status })));
        let received = String::from_utf8(hook.await.unwrap()).unwrap();
        let (head, body) = received.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /hook?rule=7 HTTP/1.1\r\n"), "{head}");
        let token = head.split("authorization: ").nth(1).unwrap().lines().next().unwrap();
        assert_eq!(claims(running.sandbox(), token)["webhook_url"], url.as_str());
        assert_eq!(serde_json::from_str::<Value>(body).unwrap()["isTest"], true);
    }
    running.stop().await;
}

#[tokio::test]
async fn the_pages_of_webhooks_want_their_methods() {
    let sandbox = sandbox();
    let key = get(&sandbox, "/sandbox/webhook-key").await.json();
    assert_eq!(key["publicKey"], sandbox.webhook_key().as_str());
    let fire = "/sandbox/webhook?url=http://example.com/";
    assert_eq!(get(&sandbox, fire).await.error().0, 405);
    let refused = send(&sandbox, request(Method::POST, fire, "")).await;
    assert_eq!(refused.error().0, 400);
    assert!(sandbox.log().is_empty(), "none of these is a request to Gong");
}
