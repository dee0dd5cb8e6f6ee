//! Tokens over HTTP: asked for once, of the right server, and not given up halfway.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use gong_auth::{
    Credentials, HelperEnv, Login, OAuth, Profile, Renewal, Secret, Store, TokenRequest,
};
use gong_client::{Renewer, ask_for_tokens, wait_for_tokens};

/// A server that answers each request with the same text, and counts them.
struct Server {
    url: String,
    n_requests: Arc<AtomicUsize>,
    /// What came, head by head.
    heads: mpsc::Receiver<String>,
}

impl Server {
    fn start(answer: impl Into<String>) -> Self {
        let (_never, now) = (mpsc::channel::<()>(), mpsc::channel());
        drop(now.0);
        Self::start_when(answer, now.1)
    }

    /// One that answers when the channel is closed.
    fn start_when(answer: impl Into<String>, when: mpsc::Receiver<()>) -> Self {
        let answer = answer.into();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let n_requests = Arc::<AtomicUsize>::default();
        let (own, (sender, heads)) = (Arc::clone(&n_requests), mpsc::channel());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let head = read_head(&mut stream);
                own.fetch_add(1, Ordering::SeqCst);
                let _ = sender.send(head);
                let _ = when.recv();
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { url, n_requests, heads }
    }

    fn request(&self) -> TokenRequest {
        TokenRequest {
            host: self.url.parse().unwrap(),
            address: Secret::from(format!("{}/token?grant_type=x&code=C0DE", self.url)),
            authorization: Secret::from("Basic Q0FOQVJZ"),
        }
    }

    fn n_requests(&self) -> usize {
        self.n_requests.load(Ordering::SeqCst)
    }
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn answer(status: &str, more: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{more}\r\n{body}", body.len())
}

const TOKENS: &str = r#"{"access_token":"T2","refresh_token":"R2","expires_in":86400}"#;

#[tokio::test]
async fn a_request_for_tokens_is_sent_as_it_is() {
    let server = Server::start(answer("200 OK", "", TOKENS));
    let reply = ask_for_tokens(server.request()).await.unwrap();
    assert_eq!((reply.status, reply.body.as_slice()), (200, TOKENS.as_bytes()));
    let head = server.heads.recv().unwrap().to_lowercase();
    assert!(head.starts_with("post /token?grant_type=x&code=c0de http/1.1\r\n"), "{head}");
    for field in ["authorization: basic q0foqvjz", "accept: application/json", "content-length: 0"]
    {
        assert!(head.contains(field), "{head}");
    }
    assert!(!head.contains("referer"), "{head}");
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    let server = Server::start(answer("400 Bad Request", "", r#"{"error":"invalid_grant"}"#));
    let reply = ask_for_tokens(server.request()).await.unwrap();
    assert_eq!((reply.status, server.n_requests()), (400, 1));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let trap = Server::start(answer("200 OK", "", TOKENS));
    for status in ["301 Moved", "302 Found", "303 Other", "307 Temporary", "308 Permanent"] {
        let more = format!("Location: {}/token\r\n", trap.url);
        let server = Server::start(answer(status, &more, ""));
        let reply = ask_for_tokens(server.request()).await.unwrap();
        assert!((301..=308).contains(&reply.status));
    }
    assert_eq!(trap.n_requests(), 0);
}

#[tokio::test]
async fn a_lost_answer_is_not_asked_for_again() {
    for text in [
        String::new(),
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access".to_owned(),
        answer("200 OK", "", &"x".repeat(70_000)),
    ] {
        let server = Server::start(text);
        let error = ask_for_tokens(server.request()).await.unwrap_err();
        assert!(!error.nothing_was_sent, "{error:?}");
        assert_eq!(server.n_requests(), 1);
        let shown = format!("{error:?} {}", error.source);
        assert!(!shown.contains("C0DE") && !shown.contains("Q0FO"), "{shown}");
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let request = TokenRequest {
        host: url.parse().unwrap(),
        address: Secret::from(format!("{url}/token?code=C0DE")),
        authorization: Secret::from("Basic Q0FOQVJZ"),
    };
    let error = ask_for_tokens(request).await.unwrap_err();
    assert!(error.nothing_was_sent, "{error:?}");
    assert!(!format!("{error:?}").contains("C0DE"), "{error:?}");
}

#[tokio::test]
async fn a_renewal_that_nobody_waits_for_any_more_is_kept_all_the_same() {
    let (answering, when) = mpsc::channel();
    let server = Server::start_when(answer("200 OK", "", TOKENS), when);
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("credentials.json"));
    let oauth = OAuth {
        client_id: "app".to_owned(),
        client_secret: Some("secret".into()),
        refresh_token: Some("R1".into()),
        token_url: Some(format!("{}/token", server.url)),
        ..OAuth::default()
    };
    let profile =
        Profile { access_token: Some("T1".into()), oauth: Some(oauth), ..Profile::default() };
    store.save("default", &profile).unwrap();
    let renewer = Renewer::new(Renewal {
        store: store.clone(),
        profile: "default".to_owned(),
        allow_hosts: Vec::new(),
        helper_env: HelperEnv::default(),
    });
    let stale = Credentials {
        base_url: gong_auth::BaseUrl::default(),
        login: Login::Token(Secret::from("T1")),
    };
    let waiting = tokio::spawn(async move { renewer.renewed(&stale).await });
    let arrived = tokio::task::spawn_blocking(move || server.heads.recv().unwrap());
    assert!(arrived.await.unwrap().contains("refresh_token=R1"));
    // The token is on its way; now the user has had enough.
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    drop(answering);
    wait_for_tokens(Duration::from_mins(1));
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(text.contains("R2") && !text.contains("renewing_since"), "{text}");
}
