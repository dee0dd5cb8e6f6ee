//! Files that are uploaded: the part that is wanted, and what happens on the way.

use std::io::ErrorKind;

use gong_sandbox::{Options, Sandbox};
use http::{Method, header};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::harness::{
    BASIC, MULTIPART, faulty, file, get, ids, multipart, options, request, sandbox, send,
};

async fn some_call(sandbox: &Sandbox) -> String {
    ids(&get(sandbox, "/v2/calls").await.items("calls"))[0].clone()
}

fn media(call: &str) -> String {
    format!("/v2/calls/{call}/media")
}

fn sha256(content: &[u8]) -> String {
    format!("{:x}", bytes::Bytes::copy_from_slice(&Sha256::digest(content)))
}

#[tokio::test]
async fn a_recording_is_taken_and_known_by_its_hash() {
    let sandbox = sandbox();
    let call = some_call(&sandbox).await;
    let content: Vec<u8> = (0..300_000_u32).map(|byte| byte.to_le_bytes()[0]).collect();
    let body = multipart(&[("other", b"skipped"), ("mediaFile", &content)]);
    let length = u64::try_from(body.len()).unwrap();
    let mut upload = request(Method::PUT, &media(&call), body);
    upload.headers_mut().insert(header::CONTENT_TYPE, MULTIPART.parse().unwrap());
    let answer = send(&sandbox, upload).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["callId"], call.as_str());
    assert!(answer.json()["url"].as_str().unwrap().contains(&call));
    let [upload] = sandbox.uploads().try_into().unwrap();
    assert_eq!((upload.path, upload.part), (media(&call), "mediaFile".to_owned()));
    assert_eq!((upload.bytes, upload.sha256), (300_000, sha256(&content)));
    assert_eq!(upload.file_name.unwrap(), "mediaFile.bin");
    assert_eq!(upload.content_type.unwrap(), "application/octet-stream");
    assert_eq!(sandbox.log().last().unwrap().body_bytes, length);
}

#[tokio::test]
async fn a_part_that_is_not_there_once_is_refused() {
    let sandbox = sandbox();
    let path = media(&some_call(&sandbox).await);
    let mut twice = request(Method::PUT, &path, multipart(&[("mediaFile", b"a".as_slice()); 2]));
    twice.headers_mut().insert(header::CONTENT_TYPE, MULTIPART.parse().unwrap());
    let mut broken = request(Method::PUT, &path, "--b0und\r\nno end");
    broken.headers_mut().insert(header::CONTENT_TYPE, MULTIPART.parse().unwrap());
    let mut endless = request(Method::PUT, &path, vec![b'x'; 3 << 20]);
    endless.headers_mut().insert(header::CONTENT_TYPE, MULTIPART.parse().unwrap());
    let cases = [
        (file(Method::PUT, &path, "file", b"a"), 400, "mediaFile part is missing"),
        (file(Method::PUT, &path, "mediaFile", b""), 400, "mediaFile is empty"),
        (twice, 400, "mediaFile part must come once"),
        (broken, 400, "The multipart body cannot be read"),
        (endless, 400, "The multipart body cannot be read"),
        (request(Method::PUT, &path, "{}"), 415, "Unsupported Media Type"),
    ];
    for (request, status, text) in cases {
        assert_eq!(send(&sandbox, request).await.error(), (status, text.to_owned()));
    }
    let unknown = file(Method::PUT, &media("17"), "mediaFile", b"a");
    let answer = send(&sandbox, unknown).await;
    assert_eq!(answer.error(), (404, "Call ID 17 was not found".to_owned()));
    assert!(sandbox.uploads().is_empty());
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let sandbox = sandbox();
    let workspaces = get(&sandbox, "/v2/workspaces").await.items("workspaces");
    let query = format!("workspaceId={}", workspaces[0]["id"].as_str().unwrap());
    let targets = get(&sandbox, &format!("/v2/targets?{query}")).await.items("targets");
    let id = targets[0]["id"].as_str().unwrap();
    let path = format!("/v2/targets/{id}/assignments?{query}");
    let upload = file(Method::POST, &path, "file", &vec![b'x'; 8_000_001]);
    let refused = (413, "file is larger than 8000000 bytes".to_owned());
    assert_eq!(send(&sandbox, upload).await.error(), refused);
    let just_right = file(Method::POST, &path, "file", &vec![b'x'; 8_000_000]);
    assert_eq!(send(&sandbox, just_right).await.error().0, 400, "taken, but no table");
}

#[tokio::test]
async fn faults_strike_uploads_too() {
    let script = "calls-media-upload: status:503, reset@0, cut@100, cut@9999, reset@5";
    let sandbox = faulty(script);
    let path = media(&some_call(&sandbox).await);
    let upload = || file(Method::PUT, &path, "mediaFile", &[7; 400]);
    assert_eq!(send(&sandbox, upload()).await.error().0, 503);
    for sent in [0, 100] {
        assert!(sandbox.answer(upload()).await.is_no_answer());
        assert_eq!(sandbox.log().last().unwrap().body_bytes, sent);
    }
    assert!(sandbox.answer(upload()).await.is_no_answer(), "lost at the end");
    assert!(sandbox.uploads().is_empty(), "nothing was done until now");
    let late = sandbox.answer(upload()).await;
    let error = late.body.collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(sandbox.uploads().len(), 1, "done, though the answer was lost");
    assert!(sandbox.unused_faults().is_empty());
}

#[tokio::test]
async fn other_requests_can_be_cut_too() {
    let sandbox = faulty("*: cut@0");
    let reply = sandbox.answer(request(Method::GET, "/v2/users", "")).await;
    assert!(reply.is_no_answer());
}

/// Sends an upload over a socket, piece by piece, and reads what comes back.
async fn put(sandbox: &Sandbox, address: std::net::SocketAddr, pieces: &[Vec<u8>]) -> String {
    let call = some_call(sandbox).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length: usize = pieces.iter().map(Vec::len).sum();
    let head = format!(
        "PUT {} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {BASIC}\r\nConnection: close\r\n\
         Content-Type: {MULTIPART}\r\nContent-Length: {length}\r\n\r\n",
        media(&call)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for piece in pieces {
        if stream.write_all(piece).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    // A reset leaves no answer.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_file_larger_than_any_other_body_comes_through_a_socket() {
    let running = Sandbox::start(options()).await.unwrap();
    let content = vec![b'\r'; 12 << 20];
    let body = multipart(&[("mediaFile", &content)]);
    let pieces: Vec<_> = body.chunks(1_000_003).map(<[u8]>::to_vec).collect();
    let answer = put(running.sandbox(), running.address(), &pieces).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let [upload] = running.sandbox().uploads().try_into().unwrap();
    assert_eq!((upload.bytes, upload.sha256), (12 << 20, sha256(&content)));
    running.stop().await;
}

#[tokio::test]
async fn a_refusal_waits_until_all_was_sent() {
    let faults = "calls-media-upload: status:503, cut@2000000".parse().unwrap();
    let running = Sandbox::start(Options { faults, ..options() }).await.unwrap();
    let pieces = vec![vec![b'x'; 1 << 20]; 9];
    let answer = put(running.sandbox(), running.address(), &pieces).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    assert!(serde_json::from_str::<Value>(body).unwrap()["requestId"].is_string());
    let answer = put(running.sandbox(), running.address(), &pieces).await;
    assert_eq!(answer, "");
    assert_eq!(running.sandbox().log().last().unwrap().body_bytes, 2_000_000);
    running.stop().await;
}
