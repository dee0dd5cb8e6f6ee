//! The media host: addresses that die, parts of files, and credentials that do not belong there.

use std::{io::ErrorKind, time::Duration};

use bytes::Bytes;
use gong_sandbox::{Options, Sandbox};
use http::{Method, Request};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{advance, pause},
};

use crate::harness::{Answer, BASIC, faulty, options, post, request, sandbox, send, whole};

/// The `media` blocks of some calls.
async fn blocks(sandbox: &Sandbox) -> Vec<Value> {
    let filter = json!({ "fromDateTime": "2026-11-17T00:00:00Z" });
    let exposed = json!({ "exposedFields": { "media": true } });
    let body = json!({ "filter": filter, "contentSelector": exposed });
    let calls = post(sandbox, "/v2/calls/extensive", body).await.items("calls");
    calls.into_iter().filter_map(|call| call.get("media").cloned()).collect()
}

async fn address(sandbox: &Sandbox, member: &str) -> String {
    let blocks = blocks(sandbox).await;
    let found = blocks.iter().find_map(|media| media.get(member)?.as_str());
    found.unwrap().to_owned()
}

async fn get(sandbox: &Sandbox, address: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    whole(sandbox.answer(request.body(Bytes::new()).unwrap()).await).await
}

fn code(answer: &Answer) -> (u16, String) {
    let text = String::from_utf8_lossy(&answer.bytes);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    assert_eq!(answer.header("content-type"), "application/xml");
    (answer.status.as_u16(), code.unwrap().0.to_owned())
}

#[tokio::test]
async fn a_recording_is_had_without_credentials_and_is_the_same_each_time() {
    let sandbox = sandbox();
    let audio = address(&sandbox, "audioUrl").await;
    let answer = get(&sandbox, &audio, &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.bytes.len(), 80_044);
    assert_eq!(answer.header("content-type"), "audio/x-wav");
    assert_eq!(answer.header("content-length"), "80044");
    assert_eq!(answer.header("server"), "AmazonS3");
    assert_eq!((&answer.bytes[..4], &answer.bytes[36..40]), (b"RIFF".as_slice(), &b"data"[..]));
    assert_eq!(answer.bytes[40..44], 80_000_u32.to_le_bytes());
    assert_eq!(get(&sandbox, &audio, &[]).await.bytes, answer.bytes);
    let video = get(&sandbox, &address(&sandbox, "videoUrl").await, &[]).await;
    assert_eq!(video.header("content-type"), "video/mp4");
    assert_ne!(video.bytes, answer.bytes);
    assert_eq!(sandbox.over_limit().utc_day, 0);
}

#[tokio::test]
async fn recordings_count_for_no_limit_but_are_in_the_log() {
    let sandbox = Sandbox::new(Options { requests_per_day: 1, ..options() }).unwrap();
    let audio = address(&sandbox, "audioUrl").await;
    assert_eq!(get(&sandbox, &audio, &[]).await.status, 200);
    assert_eq!(sandbox.log().last().unwrap().path.split('/').nth(1), Some("media"));
}

#[tokio::test]
async fn a_part_is_what_stands_there_in_the_whole() {
    let sandbox = Sandbox::new(Options { media_bytes: 200_003, ..options() }).unwrap();
    let audio = address(&sandbox, "audioUrl").await;
    let all = get(&sandbox, &audio, &[]).await;
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=3-50", 3, 51),
        ("bytes=65530-131077", 65_530, 131_078),
        ("bytes=199999-", 199_999, 200_003),
        ("bytes=-70001", 130_002, 200_003),
    ] {
        let part = get(&sandbox, &audio, &[("range", range)]).await;
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.bytes, all.bytes.slice(from..to), "{range}");
        let shown = format!("bytes {from}-{}/200003", to - 1);
        assert_eq!(part.header("content-range"), shown);
        assert_eq!(part.header("content-length"), (to - from).to_string());
    }
    let outside = get(&sandbox, &audio, &[("range", "bytes=200003-")]).await;
    assert_eq!(code(&outside), (416, "InvalidRange".to_owned()));
    assert_eq!(outside.header("content-range"), "bytes */200003");
}

#[tokio::test]
async fn a_part_of_another_version_is_not_given() {
    let sandbox = sandbox();
    let audio = address(&sandbox, "audioUrl").await;
    let first = get(&sandbox, &audio, &[]).await;
    let (tag, date) = (first.header("etag"), first.header("last-modified"));
    let range = ("range", "bytes=10-");
    for (validator, status) in [(tag, 206), (date, 206), ("\"other\"", 200)] {
        let answer = get(&sandbox, &audio, &[range, ("if-range", validator)]).await;
        assert_eq!(answer.status, status, "{validator}");
    }
    assert_eq!(get(&sandbox, &audio, &[range, ("if-match", tag)]).await.status, 206);
    let other = get(&sandbox, &audio, &[range, ("if-match", "\"other\"")]).await;
    assert_eq!(code(&other), (412, "PreconditionFailed".to_owned()));
}

#[tokio::test]
async fn a_host_may_know_no_ranges() {
    let sandbox = Sandbox::new(Options { media_ranges: false, ..options() }).unwrap();
    let audio = address(&sandbox, "audioUrl").await;
    let answer = get(&sandbox, &audio, &[("range", "bytes=10-")]).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (200, 80_044));
    assert_eq!(answer.header("accept-ranges"), "none");
}

#[tokio::test]
async fn addresses_die_and_cannot_be_changed() {
    pause();
    let sandbox =
        Sandbox::new(Options { media_life: Duration::from_secs(9), ..options() }).unwrap();
    let audio = address(&sandbox, "audioUrl").await;
    assert!(audio.contains("X-Amz-Expires=9"), "{audio}");
    advance(Duration::from_secs(8)).await;
    assert_eq!(get(&sandbox, &audio, &[]).await.status, 200);
    let longer = audio.replace("X-Amz-Expires=9", "X-Amz-Expires=999");
    let other = audio.replacen(".wav", ".mp4", 1);
    for changed in [longer, other] {
        let answer = get(&sandbox, &changed, &[]).await;
        assert_eq!(code(&answer), (403, "SignatureDoesNotMatch".to_owned()));
    }
    let bare = get(&sandbox, audio.split_once('?').unwrap().0, &[]).await;
    assert_eq!(code(&bare), (403, "AccessDenied".to_owned()));
    advance(Duration::from_secs(1)).await;
    let dead = get(&sandbox, &audio, &[]).await;
    assert_eq!(code(&dead), (403, "AccessDenied".to_owned()));
    let fresh = address(&sandbox, "audioUrl").await;
    assert_eq!(get(&sandbox, &fresh, &[]).await.status, 200);
}

#[tokio::test]
async fn credentials_are_refused_and_counted() {
    let sandbox = sandbox();
    let audio = address(&sandbox, "audioUrl").await;
    assert_eq!(sandbox.leaked_credentials(), 0);
    let answer = get(&sandbox, &audio, &[("authorization", BASIC)]).await;
    assert_eq!(code(&answer), (400, "InvalidArgument".to_owned()));
    assert_eq!(sandbox.leaked_credentials(), 1);
    assert_eq!(send(&sandbox, request(Method::POST, &audio, "")).await.status, 405);
}

#[tokio::test]
async fn faults_strike_recordings_too() {
    let script = "media: reset@70000, truncate@5, status:503, lost, html200\n\
                  GET /media/*: stall:3s@66000, drip:60000B/1s";
    let sandbox = faulty(script);
    let audio = address(&sandbox, "audioUrl").await;
    let reply = |range: &'static str| {
        let request = Request::get(&audio).header("range", range).body(Bytes::new()).unwrap();
        let sandbox = sandbox.clone();
        async move { sandbox.answer(request).await }
    };
    let error = reply("bytes=0-").await.body.collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let error = reply("bytes=9-").await.body.collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(reply("bytes=0-").await.status, 503);
    assert!(reply("bytes=0-").await.is_no_answer());
    assert_eq!(reply("bytes=0-").await.headers["content-type"], "text/html; charset=UTF-8");
    pause();
    let begin = tokio::time::Instant::now();
    let stalled = reply("bytes=0-").await.body.collect().await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 3);
    let dripped = reply("bytes=0-").await.body.collect().await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 6, "two chunks, the first in two drips");
    assert_eq!((stalled.len(), &stalled), (80_044, &dripped));
    assert!(sandbox.unused_faults().is_empty());
}

#[tokio::test]
async fn a_served_sandbox_serves_its_own_recordings() {
    let media_bytes = 3_000_001;
    let faults = "media: reset@1000000".parse().unwrap();
    let running = Sandbox::start(Options { media_bytes, faults, ..options() }).await.unwrap();
    let audio = address(running.sandbox(), "audioUrl").await;
    let path = audio.strip_prefix(&running.url()).unwrap();
    let mut lengths = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(running.address()).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            running.address()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let end = stream.read_to_end(&mut answer).await;
        let head = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let shown = String::from_utf8_lossy(&answer[..head]).into_owned();
        assert!(shown.contains("content-length: 3000001"), "{shown}");
        lengths.push((answer.len() - head - 4, end.is_ok()));
    }
    assert!(lengths[0].0 <= 1_000_000 && !lengths[0].1, "{lengths:?}");
    assert_eq!(lengths[1], (3_000_001, true));
    running.stop().await;
}
