//! Renewals that are killed at any moment: no refresh token is ever sent twice, and a login that is
//! lost says why.
#![cfg(unix)]

use std::{
    collections::HashMap,
    env, hint,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use gong_auth::{
    Credentials, Ended, Error, HelperEnv, Login, NotAnswered, OAuth, Profile, Renewal, Secret,
    Store, TokenReply, TokenRequest,
};
use jiff::Timestamp;

/// How often a process is killed, unless `GONG_AUTH_TEST_KILLS` says otherwise.
const KILLS: usize = 200;
const KILLS_VARIABLE: &str = "GONG_AUTH_TEST_KILLS";
/// Tells a process of this test where the credentials are.
const CHILD_VARIABLE: &str = "GONG_AUTH_TEST_RENEWS_IN";

/// A server that gives tokens, and burns a refresh token when it sees it.
struct Burner {
    url: String,
    /// How often each refresh token came.
    seen: Arc<Mutex<HashMap<String, usize>>>,
}

impl Burner {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<HashMap<String, usize>>>::default();
        let own = Arc::clone(&seen);
        thread::spawn(move || {
            for (n, stream) in listener.incoming().enumerate() {
                // A client that was killed is no failure of the server.
                let _ = stream.and_then(|stream| answer(stream, n, &own));
            }
        });
        Self { url, seen }
    }

    /// The tokens that came more than once.
    fn repeated(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(_, n)| **n > 1).map(|(token, _)| token.clone()).collect()
    }
}

fn answer(
    mut stream: TcpStream,
    n: usize,
    seen: &Mutex<HashMap<String, usize>>,
) -> std::io::Result<()> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    while !text.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            n => text.extend_from_slice(&buffer[..n]),
        }
    }
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().next().unwrap_or_default();
    let token = line.split("refresh_token=").nth(1).unwrap_or_default();
    let token = token.split(' ').next().unwrap_or_default().to_owned();
    let count = {
        let mut seen = seen.lock().unwrap();
        let count = seen.entry(token).or_default();
        *count += 1;
        *count
    };
    let (status, body) = if count > 1 {
        ("400 Bad Request", r#"{"error":"invalid_grant"}"#.to_owned())
    } else {
        let tokens = format!(r#"{{"access_token":"T{n}","refresh_token":"R{n}","expires_in":1}}"#);
        ("200 OK", tokens)
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a request for tokens, once.
fn send(request: &TokenRequest) -> Result<TokenReply, NotAnswered> {
    let address = request.address.expose();
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let failed = |nothing_was_sent| {
        move |error: std::io::Error| NotAnswered { nothing_was_sent, source: error.into() }
    };
    let mut stream = TcpStream::connect(host).map_err(failed(true))?;
    let head = format!("POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(head.as_bytes()).map_err(failed(false))?;
    let mut text = String::new();
    stream.read_to_string(&mut text).map_err(failed(false))?;
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    Ok(TokenReply { status, body: body.as_bytes().to_vec().into() })
}

fn renewal(store: &Store) -> Renewal {
    Renewal {
        store: store.clone(),
        profile: "default".to_owned(),
        allow_hosts: Vec::new(),
        helper_env: HelperEnv::default(),
    }
}

/// Renews the login in this file, whatever it is.
fn renew(store: &Store) -> Result<Credentials, Error> {
    let stale = Credentials {
        base_url: "https://us-1.api.gong.io".parse().unwrap(),
        login: Login::Token(Secret::from("stale")),
    };
    renewal(store).run(&stale, Timestamp::now(), send)
}

/// Logs in anew, as a person would.
fn log_in(store: &Store, burner: &Burner, n: usize) {
    let oauth = OAuth {
        client_id: "app".to_owned(),
        client_secret: Some("secret".into()),
        refresh_token: Some(format!("login-{n}").into()),
        expires_at: Some(Timestamp::now()),
        token_url: Some(burner.url.clone()),
        ..OAuth::default()
    };
    let profile = Profile {
        base_url: Some("https://us-1.api.gong.io".to_owned()),
        access_token: Some("T".into()),
        oauth: Some(oauth),
        ..Profile::default()
    };
    store.save("default", &profile).unwrap();
}

/// Run by the test below in a process of its own: renews one login again and again, until it is
/// killed.
#[test]
fn renews_until_it_is_killed() {
    let Some(path) = env::var_os(CHILD_VARIABLE) else { return };
    let store = Store::new(path);
    // Each renewal is one that the parent may cut off anywhere.
    for n in 0..1_000_000 {
        if let Err(error) = renew(&store) {
            panic!("renewal {n}: {error}");
        }
        if n == 0 {
            // The parent waits for this before it chooses its moment.
            let mut output = std::io::stderr();
            output.write_all(b"!").unwrap();
        }
    }
}

#[test]
fn a_kill_at_any_moment_neither_sends_a_token_twice_nor_loses_a_login_in_silence() {
    let kills = env::var(KILLS_VARIABLE).map_or(KILLS, |it| it.parse().unwrap());
    let burner = Burner::start();
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("credentials.json"));
    log_in(&store, &burner, 0);
    let (mut n_kept, mut n_lost, mut random) = (0_usize, 0_usize, 1_u64);
    for n in 1..=kills {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "kills::renews_until_it_is_killed", "--nocapture"])
            .env(CHILD_VARIABLE, store.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stderr.take().unwrap().read_exact(&mut [0]).unwrap();
        // Any moment of the two or three renewals that follow.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (start, moment) = (Instant::now(), Duration::from_micros(random >> 51));
        while start.elapsed() < moment {
            hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();

        match renew(&store) {
            Ok(_) => n_kept += 1,
            Err(Error::LoginEnded { why: Ended::Interrupted { .. }, .. }) => {
                n_lost += 1;
                log_in(&store, &burner, n);
            }
            Err(error) => panic!("kill {n}: {error}"),
        }
        assert_eq!(burner.repeated(), Vec::<String>::new(), "kill {n}");
    }
    // Else the moments were not where it hurts.
    assert!(n_kept > 0 && n_lost > 0, "{n_kept} {n_lost}");
}
