//! Over real sockets: what only a server can do to a client.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
};

use gong_sandbox::{Error, Options, Running, Sandbox};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::harness::{BASIC, options};

async fn start(script: &str) -> Running {
    Sandbox::start(Options { faults: script.parse().unwrap(), ..options() }).await.unwrap()
}

/// Sends a `GET` with these headers and reads until the connection ends.
async fn exchange(address: SocketAddr, headers: &str) -> (String, Option<ErrorKind>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /v2/workspaces HTTP/1.1\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let error = stream.read_to_end(&mut answer).await.err().map(|error| error.kind());
    (String::from_utf8(answer).unwrap(), error)
}

async fn ask(running: &Running) -> (String, Option<ErrorKind>) {
    let address = running.address();
    exchange(address, &format!("Host: {address}\r\nAuthorization: {BASIC}\r\n")).await
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn answers_arrive_whole_over_a_socket() {
    let running = start("").await;
    assert_eq!(running.url(), format!("http://{}", running.address()));
    let (answer, error) = ask(&running).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && error.is_none(), "{answer}");
    let length = format!("content-length: {}\r\n", body(&answer).len());
    assert!(answer.contains(&length), "{answer}");
    assert_eq!(answer.matches("date: ").count(), 1);
    assert!(serde_json::from_str::<serde_json::Value>(body(&answer)).is_ok());
    assert_eq!(running.sandbox().log().len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn only_requests_to_this_machine_are_answered() {
    let running = start("").await;
    let (address, port) = (running.address(), running.address().port());
    let cases = [
        (format!("Host: 127.0.0.1:{port}\r\n"), true),
        (format!("Host: localhost:{port}\r\n"), true),
        (format!("Host: [::1]:{port}\r\n"), true),
        (format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"), true),
        (format!("Host: localhost:{port}\r\nSec-Fetch-Site: none\r\n"), true),
        (format!("Host: localhost:{port}\r\nSec-Fetch-Site: cross-site\r\n"), false),
        (format!("Host: evil.example:{port}\r\n"), false),
        (format!("Host: 127.0.0.1.evil.example:{port}\r\n"), false),
        (format!("Host: 0.0.0.0:{port}\r\n"), false),
        ("Host: 127.0.0.1\r\n".to_owned(), false),
        (format!("Host: 127.0.0.1:{}\r\n", port ^ 1), false),
        (String::new(), false),
        (format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"), false),
        (format!("Host: 127.0.0.1:{port}\r\nOrigin: https://evil.example\r\n"), false),
        (format!("Host: 127.0.0.1:{port}\r\nOrigin: null\r\n"), false),
    ];
    for (headers, is_allowed) in cases {
        let (answer, _) = exchange(address, &format!("{headers}Authorization: {BASIC}\r\n")).await;
        let status = answer.get(9..12).unwrap_or_default();
        assert_eq!(status == "200", is_allowed, "{headers:?} {status}");
    }
}

#[tokio::test]
async fn a_reset_before_the_answer_sends_no_byte() {
    let running = start("*: reset@0").await;
    let (answer, error) = ask(&running).await;
    assert_eq!((answer.as_str(), error), ("", Some(ErrorKind::ConnectionReset)));
    let (answer, error) = ask(&running).await;
    assert!(answer.starts_with("HTTP/1.1 200") && error.is_none());
    assert!(running.sandbox().unused_faults().is_empty());
}

#[tokio::test]
async fn a_truncated_body_ends_early_and_a_reset_one_in_an_error() {
    let running = start("*: truncate@25, reset@25, truncate@0").await;
    let (answer, error) = ask(&running).await;
    assert_eq!((body(&answer).len(), error), (25, None));
    assert!(!answer.contains("content-length: 25\r\n") && answer.contains("content-length: "));
    let (_, error) = ask(&running).await;
    assert_eq!(error, Some(ErrorKind::ConnectionReset));
    let (answer, error) = ask(&running).await;
    assert_eq!((body(&answer).len(), error), (0, None));
}

#[tokio::test]
async fn every_byte_of_a_truncated_body_arrives() {
    let running = start("*: truncate@1 x20, truncate@300 x20").await;
    for number in 0..40 {
        let (answer, _) = ask(&running).await;
        assert_eq!(body(&answer).len(), if number < 20 { 1 } else { 300 });
    }
}

#[tokio::test]
async fn only_loopback_addresses_are_listened_on() {
    for address in ["0.0.0.0", "::", "192.0.2.1"] {
        let address: IpAddr = address.parse().unwrap();
        let refused = Sandbox::start(Options { address, ..options() }).await.err().unwrap();
        assert!(matches!(refused, Error::NotLoopback { .. }), "{refused}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_told() {
    let running = start("").await;
    let port = running.address().port();
    let refused = Sandbox::start(Options { port, ..options() }).await.err().unwrap();
    assert_eq!(refused.to_string(), format!("cannot listen on port {port}"));
}

#[tokio::test]
async fn nothing_listens_after_the_stop() {
    let running = start("").await;
    let address = running.address();
    running.stop().await;
    let refused = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_dropped_server_stops_too() {
    let running = start("").await;
    let address = running.address();
    drop(running);
    let gone = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), gone).await.unwrap();
}

#[tokio::test]
async fn an_answer_in_progress_is_finished_before_the_stop() {
    let latency = std::time::Duration::from_millis(200);
    let running = Sandbox::start(Options { latency, ..options() }).await.unwrap();
    let (address, sandbox) = (running.address(), running.sandbox().clone());
    let headers = format!("Host: {address}\r\nAuthorization: {BASIC}\r\n");
    let asked = tokio::spawn(async move { exchange(address, &headers).await });
    while sandbox.request_count() == 0 {
        tokio::task::yield_now().await;
    }
    running.stop().await;
    let (answer, error) = asked.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && error.is_none(), "{answer}");
}
