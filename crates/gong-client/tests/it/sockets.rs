//! The built-in transport, against the sandbox behind a real socket.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use gong_client::{Client, Error, Limits, Options, TransportErrorKind};
use gong_sandbox::{Running, Sandbox};
use gong_types::{Request, Whole};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::world::{all_calls, credentials_for, sandbox_options};

async fn start(script: &str) -> (Running, Client) {
    let options = gong_sandbox::Options {
        faults: script.parse().unwrap(),
        requests_per_second: 0,
        ..sandbox_options()
    };
    let running = Sandbox::start(options).await.unwrap();
    let client = Client::new(&credentials_for(&running.url()), unlimited()).unwrap();
    (running, client)
}

fn unlimited() -> Options {
    Options { limits: Limits::NONE, seed: Some(1), ..Options::default() }
}

#[tokio::test]
async fn a_list_comes_over_a_socket_past_real_faults() {
    let script = "GET /v2/calls: reset@0, reset@2000, truncate@3000, ok, bom";
    let (running, client) = start(script).await;
    let calls: Vec<_> = client.items(&all_calls()).try_collect().await.unwrap();
    assert_eq!(calls.len(), 248);
    // Each try is one request: nothing is sent again behind the client's back.
    assert_eq!(running.sandbox().request_count(), 6);
    assert_eq!(running.sandbox().unused_faults(), [""; 0]);
}

#[tokio::test]
async fn a_gzip_bomb_is_stopped_at_the_limit() {
    let (running, _) = start("GET /v2/calls: gzipbomb:1G").await;
    let options = Options { max_body: 1 << 20, ..unlimited() };
    let client = Client::new(&credentials_for(&running.url()), options).unwrap();
    let started = Instant::now();
    let error = client.send(&all_calls()).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 0x10_0000, .. }), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (running, client) = start("GET /v2/calls: redirect:http://127.0.0.1:1/v2/calls").await;
    let error = client.send(&all_calls()).await.unwrap_err();
    assert!(matches!(&error, Error::Redirected { host: Some(host), .. } if host == "127.0.0.1:1"));
    assert_eq!(running.sandbox().request_count(), 1);
}

#[tokio::test]
async fn a_host_where_nobody_listens_was_sent_nothing() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(&credentials_for(&url), unlimited()).unwrap();
    let request = Request::new(http::Method::DELETE, "/v2/x", gong_types::Effect::Erases);
    let error = client.call::<Whole>(&request).await.unwrap_err();
    let Error::Lost { attempts, source, .. } = error else { panic!("{error:?}") };
    assert_eq!((attempts, source.kind), (4, TransportErrorKind::Connect));
    assert!(source.nothing_was_sent);
    assert_eq!(client.quota().unwrap().used, 0);
}

#[tokio::test]
async fn a_request_says_who_sends_it_and_what_it_wants() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        String::from_utf8(request[..length].to_vec()).unwrap()
    };
    let client = Client::new(&credentials_for(&url), unlimited()).unwrap();
    let request = Request::search("/v2/x").query(&[0; 0]).body(&[("id", "1")]);
    let (request, answer) = tokio::join!(server, client.raw(&request));
    assert_eq!(answer.unwrap().status.as_u16(), 204);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"[["id","1"]]"#);
    let mut lines: Vec<_> = head.lines().map(str::to_ascii_lowercase).collect();
    lines.sort();
    let host = url.trim_start_matches("http://");
    let expected = [
        "accept-encoding: zstd,gzip".to_owned(),
        "accept: application/json".to_owned(),
        "authorization: basic s0vzlu9glvrirs1urvnuolnfq1jfvc1pri1useutvevtva==".to_owned(),
        "content-length: 12".to_owned(),
        "content-type: application/json".to_owned(),
        format!("host: {host}"),
        "post /v2/x http/1.1".to_owned(),
        format!("user-agent: gong/{}", env!("CARGO_PKG_VERSION")),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_body_without_length_that_ends_early_is_cut_short() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = async {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            let answer = b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{\"calls\":[";
            stream.write_all(answer).await.unwrap();
        }
    };
    let client = Client::new(&credentials_for(&url), unlimited()).unwrap();
    let calls = all_calls();
    tokio::select! {
        () = server => {}
        outcome = client.send(&calls) => {
            assert!(matches!(outcome, Err(Error::CutShort { attempts: 4, .. })), "{outcome:?}");
        }
    }
}
