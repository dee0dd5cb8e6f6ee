//! Uploads: checked before the first byte, streamed in small pieces, the same each time.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::StreamExt as _;
use gong_client::{
    Body, Client, Content, Error, Event, Limits, Options, Payload, Sending, Transport,
    TransportError, TransportErrorKind,
};
use gong_types::{Effect, Endpoint, Request, Resend, Upload, Whole};
use http::{Method, header};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::{Instant, sleep},
};

use crate::world::{Recorder, answer, credentials, credentials_for};

/// Sends a file, again if need be.
struct Send(Option<Upload>);

impl Endpoint for Send {
    type Response = Whole;

    fn request(&self) -> Request {
        let request = Request::new(Method::PUT, "/v2/x", Effect::Writes).resend(Resend::SameState);
        match self.0 {
            Some(upload) => request.upload(upload),
            None => request,
        }
    }
}

fn file() -> Send {
    Send(Some(Upload { part: "mediaFile", limit: Some(4_000_000), media_type: None }))
}

/// Answers with these statuses one after the other, and keeps how the bodies came.
#[derive(Clone)]
struct Server {
    statuses: Arc<Mutex<Vec<u16>>>,
    bodies: Arc<Mutex<Vec<Vec<Bytes>>>>,
    types: Arc<Mutex<Vec<String>>>,
    /// What happens after each piece.
    after_piece: Arc<dyn Fn() + std::marker::Send + Sync>,
    /// How long a piece takes.
    pause: Duration,
}

impl Server {
    fn new(statuses: &[u16]) -> Self {
        let statuses = statuses.iter().rev().copied().collect();
        Self {
            statuses: Arc::new(Mutex::new(statuses)),
            bodies: Arc::default(),
            types: Arc::default(),
            after_piece: Arc::new(|| {}),
            pause: Duration::ZERO,
        }
    }

    fn client(&self, options: Options) -> Client {
        let options = Options { limits: Limits::NONE, seed: Some(1), ..options };
        Client::with_transport(&credentials(), options, self.clone()).unwrap()
    }

    fn bodies(&self) -> Vec<Vec<u8>> {
        self.bodies.lock().unwrap().iter().map(|pieces| pieces.concat()).collect()
    }
}

impl Transport for Server {
    fn send(&self, request: http::Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let media_type = head.headers[header::CONTENT_TYPE].to_str().unwrap().to_owned();
            self.types.lock().unwrap().push(media_type);
            let Payload::Stream { length, mut pieces } = body else { panic!("it is no stream") };
            assert_eq!(head.headers[header::CONTENT_LENGTH], length.to_string());
            self.bodies.lock().unwrap().push(Vec::new());
            while let Some(piece) = pieces.next().await {
                let reset = |error| TransportError::new(TransportErrorKind::Reset).caused_by(error);
                let piece = piece.map_err(reset)?;
                self.bodies.lock().unwrap().last_mut().unwrap().push(piece);
                (self.after_piece)();
                sleep(self.pause).await;
            }
            let status = self.statuses.lock().unwrap().pop().unwrap();
            let answer = answer(status, r#"{"requestId":"r"}"#);
            Ok(answer.map(|body| -> Body { Box::pin(futures_util::stream::iter([Ok(body)])) }))
        })
    }
}

/// A file of so many bytes, none of which is like the next.
fn written(directory: &tempfile::TempDir, name: &str, length: usize) -> (PathBuf, Vec<u8>) {
    let path = directory.path().join(name);
    let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
    fs::write(&path, &bytes).unwrap();
    (path, bytes)
}

#[tokio::test(start_paused = true)]
async fn a_file_goes_in_small_pieces_and_the_same_each_time() {
    let directory = tempfile::tempdir().unwrap();
    let (path, bytes) = written(&directory, "a \"call\".mp3", 3_000_001);
    let server = Server::new(&[500, 200]);
    let recorder = Arc::new(Recorder::default());
    let client = server.client(Options { watch: Some(recorder.clone()), ..Options::default() });
    let content = Content::file(&path).unwrap();
    assert_eq!(content.length(), 3_000_001);
    client.upload(&file(), &content).await.unwrap();

    let bodies = server.bodies();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0] == bodies[1]);
    let media_type = server.types.lock().unwrap()[0].clone();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"mediaFile\"; \
         filename=\"a %22call%22.mp3\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    assert!(bodies[0] == [head.as_bytes(), &bytes, tail.as_bytes()].concat());
    let largest = server.bodies.lock().unwrap().iter().flatten().map(Bytes::len).max();
    assert!(largest.unwrap() <= 64 * 1024, "{largest:?}");

    let of_all = u64::try_from(bodies[0].len()).unwrap();
    let told: Vec<_> = recorder
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Uploading { sent, of, .. } => {
                assert_eq!(of, of_all);
                Some(sent)
            }
            _ => None,
        })
        .collect();
    assert_eq!(told.iter().filter(|sent| **sent == of_all).count(), 2, "each try comes to its end");
    let n_pieces = server.bodies.lock().unwrap().iter().map(Vec::len).sum::<usize>();
    assert_eq!(told.len(), n_pieces);
}

#[tokio::test(start_paused = true)]
async fn bytes_go_as_a_file_does_and_may_have_a_type() {
    let upload = Upload { part: "file", limit: None, media_type: Some("text/csv") };
    let server = Server::new(&[200]);
    let content = Content::bytes("a.csv", vec![b'x'; 200_000]);
    server.client(Options::default()).upload(&Send(Some(upload)), &content).await.unwrap();
    let body = String::from_utf8(server.bodies().remove(0)).unwrap();
    assert!(
        body.contains("name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nxxx")
    );
}

#[tokio::test(start_paused = true)]
async fn what_gong_would_refuse_is_not_sent() {
    let directory = tempfile::tempdir().unwrap();
    let at = |length| Content::file(written(&directory, "a", length).0).unwrap();
    let server = Server::new(&[200]);
    let client = server.client(Options::default());
    for (content, problem) in [
        (at(0), "it is empty"),
        (Content::bytes("a", ""), "it is empty"),
        (at(4_000_001), "it has 4000001 bytes, and Gong takes 4000000 at most"),
    ] {
        let error = client.upload(&file(), &content).await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(source, problem, "{error}");
    }
    assert!(matches!(Content::file(directory.path()), Err(Error::Content { .. })));
    assert!(matches!(Content::file(directory.path().join("no")), Err(Error::Content { .. })));
    let unusable = |outcome| matches!(outcome, Err(Error::Unusable { .. }));
    assert!(unusable(client.send(&file()).await), "a file is missing");
    assert!(unusable(client.upload(&Send(None), &at(1)).await), "a file is too much");
    assert_eq!(server.bodies().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changes_under_way_never_arrives_whole() {
    for grows in [true, false] {
        let directory = tempfile::tempdir().unwrap();
        let (path, bytes) = written(&directory, "a", 1_000_000);
        let content = Content::file(&path).unwrap();
        let mut server = Server::new(&[200]);
        server.after_piece = Arc::new(move || {
            let file = fs::File::options().append(true).open(&path).unwrap();
            if grows { (&file).write_all(b"x").unwrap() } else { file.set_len(500_000).unwrap() }
        });
        let error = server.client(Options::default()).upload(&file(), &content).await.unwrap_err();
        assert!(matches!(error, Error::Content { .. }), "{error:?}");
        assert!(!error.is_outcome_unknown());
        assert_eq!(server.bodies().len(), 1, "it is not tried again");
        assert!(server.bodies()[0].len() < bytes.len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_gone_is_not_sent_again() {
    let directory = tempfile::tempdir().unwrap();
    let (path, _) = written(&directory, "a", 100_000);
    let content = Content::file(&path).unwrap();
    let mut server = Server::new(&[500, 200]);
    let n_pieces = AtomicU32::new(0);
    server.after_piece = Arc::new(move || {
        // It is open by then.
        if n_pieces.fetch_add(1, Ordering::SeqCst) == 1 {
            fs::remove_file(&path).unwrap();
        }
    });
    let error = server.client(Options::default()).upload(&file(), &content).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "the first try may have been taken: {error:?}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.ends_with("cannot be uploaded"), "{source}");
}

#[tokio::test(start_paused = true)]
async fn an_upload_may_take_long_but_not_for_ever() {
    let content = Content::bytes("a", vec![0; 3_000_000]);
    let mut server = Server::new(&[200]);
    server.pause = Duration::from_secs(55);
    let started = Instant::now();
    server.client(Options::default()).upload(&file(), &content).await.unwrap();
    assert!(started.elapsed() > Duration::from_mins(40));

    server.pause = Duration::from_secs(130);
    let started = Instant::now();
    let error = server.client(Options::default()).upload(&file(), &content).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error:?}");
    // Three tries that get nowhere for two minutes each.
    assert!(started.elapsed() < Duration::from_mins(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn over_a_socket_it_is_streamed_with_its_length_and_not_chunked() {
    let directory = tempfile::tempdir().unwrap();
    let (path, bytes) = written(&directory, "call.mp3", 2_000_000);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let mut piece = vec![0; 100_000];
        let head = loop {
            let length = stream.read(&mut piece).await.unwrap();
            request.extend_from_slice(&piece[..length]);
            if let Some(end) = request.windows(4).position(|it| it == b"\r\n\r\n") {
                let body = request.split_off(end + 4);
                let head = String::from_utf8(std::mem::replace(&mut request, body)).unwrap();
                break head.to_ascii_lowercase();
            }
        };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let length: usize = length.parse().unwrap();
        while request.len() < length {
            let read = stream.read(&mut piece).await.unwrap();
            request.extend_from_slice(&piece[..read]);
        }
        assert_eq!(request.len(), length);
        stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
        (head, request)
    };
    let options = Options { limits: Limits::NONE, ..Options::default() };
    let client = Client::new(&credentials_for(&url), options).unwrap();
    let (endpoint, content) = (file(), Content::file(path).unwrap());
    let ((head, body), answer) = tokio::join!(server, client.upload(&endpoint, &content));
    answer.unwrap();
    assert!(!head.contains("transfer-encoding"), "{head}");
    assert!(body.windows(bytes.len()).any(|part| part == bytes));
    let pieces = Payload::Bytes(Bytes::new()).collect().await;
    assert!(pieces.unwrap().is_empty());
}
