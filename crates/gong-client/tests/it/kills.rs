//! Processes that are killed while they write: what the journal says afterwards, and what is done
//! twice, counted by a server of our own.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use gong_client::{Client, Error, Journal, Limits, Options};
use gong_types::{Effect, Request, Resend, Whole};
use http::Method;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use crate::world::credentials_for;

const URL: &str = "GONG_TEST_KILL_URL";
const JOURNAL: &str = "GONG_TEST_KILL_JOURNAL";
const CLASS: &str = "GONG_TEST_KILL_CLASS";

/// What the server does with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It asks to come back in a minute, and does nothing.
    Limits,
    /// It takes it, and keeps silent.
    Holds,
    /// It does it, and keeps silent.
    DoesAndHolds,
    /// It does it and hangs up.
    DoesAndHangsUp,
    /// It does it and says so.
    Answers,
}

/// What was asked of the server and done.
struct Server {
    mode: Mutex<Mode>,
    /// The query of each change that was done: its key, if it has one.
    done: Mutex<Vec<String>>,
    n_asked: Mutex<usize>,
    asked: Notify,
}

impl Server {
    async fn serve(self: Arc<Self>, listener: TcpListener) {
        let mut streams = Vec::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            streams.push(tokio::spawn(self.clone().talk(stream)));
        }
    }

    async fn talk(self: Arc<Self>, mut stream: TcpStream) {
        let mut piece = vec![0; 10_000];
        // No request of these tests has more than one piece.
        while let Ok(length @ 1..) = stream.read(&mut piece).await {
            let head = String::from_utf8_lossy(&piece[..length]).into_owned();
            let key = head.split_whitespace().nth(1).unwrap().to_owned();
            let is_look = head.starts_with("GET");
            let mode = *self.mode.lock().unwrap();
            let does = matches!(mode, Mode::DoesAndHolds | Mode::DoesAndHangsUp | Mode::Answers);
            let is_repeat = key.contains('?') && self.done.lock().unwrap().contains(&key);
            if does && !is_look && !is_repeat {
                self.done.lock().unwrap().push(key);
            }
            *self.n_asked.lock().unwrap() += 1;
            self.asked.notify_one();
            let (status, header) = match mode {
                _ if is_look => ("200 OK", ""),
                Mode::Limits => ("429 Too Many Requests", "retry-after: 60\r\n"),
                Mode::Holds | Mode::DoesAndHolds => std::future::pending().await,
                Mode::DoesAndHangsUp => return,
                Mode::Answers if is_repeat => ("409 Conflict", ""),
                Mode::Answers => ("200 OK", ""),
            };
            let body = r#"{"requestId":"r","errors":[]}"#;
            let answer = format!(
                "HTTP/1.1 {status}\r\n{header}content-type: application/json\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }

    fn n_asked(&self) -> usize {
        *self.n_asked.lock().unwrap()
    }

    fn n_done(&self) -> usize {
        self.done.lock().unwrap().len()
    }
}

const CLASSES: [&str; 4] = ["keyed", "state", "look", "never"];

fn request(class: &str, key: &str) -> Request {
    let request = Request::new(Method::POST, "/v2/thing", Effect::Writes).body(&[("a", "b")]);
    match class {
        "keyed" => {
            let mut request = request.key(key);
            request.query.push(("eventId".to_owned(), key.to_owned()));
            request
        }
        "state" => request.resend(Resend::SameState),
        "look" => request.look(Request::get("/v2/look"), |_, _| None),
        _ => request,
    }
}

fn client(url: &str, journal: &Path, resend: bool) -> Client {
    let options = Options {
        journal: Some(journal.to_owned()),
        resend,
        limits: Limits::NONE,
        max_wait: std::time::Duration::from_mins(5),
        ..Options::default()
    };
    Client::new(&credentials_for(url), options).unwrap()
}

/// Not a test by itself: the other tests of this file run it in a process of its own.
#[tokio::test]
async fn writes_once_when_told_to_and_waits_for_its_end() {
    let Ok(url) = env::var(URL) else { return };
    let journal = env::var_os(JOURNAL).unwrap();
    let client = client(&url, Path::new(&journal), false);
    let request = request(&env::var(CLASS).unwrap(), "first");
    let outcome = client.call::<Whole>(&request).await;
    // The parent reads this line, and then kills.
    let word = if outcome.is_ok() { "answered" } else { "failed" };
    std::io::Write::write_all(&mut std::io::stderr(), format!("{word}\n").as_bytes()).unwrap();
    std::future::pending::<()>().await;
}

fn child(url: &str, journal: &Path, class: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "kills::writes_once_when_told_to_and_waits_for_its_end"])
        .envs([(URL, url), (CLASS, class)])
        .env(JOURNAL, journal)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Starts a process that writes, and kills it when the server was asked, or when the process has said
/// that it knows how it ended.
async fn kill(server: &Server, url: &str, journal: &Path, class: &str, waits_for_word: bool) {
    let mut child = child(url, journal, class);
    if waits_for_word {
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let read = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            said.read_line(&mut line).unwrap();
        });
        read.await.unwrap();
    } else {
        server.asked.notified().await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

struct Run {
    server: Arc<Server>,
    url: String,
    directory: tempfile::TempDir,
    serving: tokio::task::JoinHandle<()>,
}

impl Run {
    async fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Arc::new(Server {
            mode: Mutex::new(mode),
            done: Mutex::default(),
            n_asked: Mutex::default(),
            asked: Notify::new(),
        });
        let serving = tokio::spawn(server.clone().serve(listener));
        Self { server, url, directory: tempfile::tempdir().unwrap(), serving }
    }

    fn journal(&self) -> std::path::PathBuf {
        self.directory.path().join("journal")
    }

    fn n_unfinished(&self) -> usize {
        Journal::open(self.journal()).unwrap().unfinished().unwrap().len()
    }

    async fn again(&self, class: &str, key: &str, resend: bool) -> Result<Whole, Error> {
        let client = client(&self.url, &self.journal(), resend);
        client.call::<Whole>(&request(class, key)).await
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[tokio::test]
async fn a_process_killed_while_gong_has_its_request_leaves_word_and_nothing_is_repeated() {
    for mode in [Mode::Holds, Mode::DoesAndHolds] {
        for class in CLASSES {
            let what = format!("{class}, {mode:?}");
            let run = Run::start(mode).await;
            kill(&run.server, &run.url, &run.journal(), class, false).await;
            assert_eq!(run.n_unfinished(), 1, "{what}");
            *run.server.mode.lock().unwrap() = Mode::Answers;
            let n_done = usize::from(mode == Mode::DoesAndHolds);
            assert_eq!((run.server.n_asked(), run.server.n_done()), (1, n_done), "{what}");

            match class {
                "keyed" => {
                    let journal = Journal::open(run.journal()).unwrap();
                    let key = journal.key_of(&request(class, "second"), None).unwrap().unwrap();
                    assert_eq!(key, "first");
                    run.again(class, &key, false).await.unwrap();
                    assert_eq!(run.server.n_done(), 1, "{what}");
                }
                "state" => drop(run.again(class, "", false).await.unwrap()),
                _ => {
                    let error = run.again(class, "", false).await.unwrap_err();
                    assert!(matches!(error, Error::Unfinished { .. }), "{what}: {error:?}");
                    assert_eq!((run.server.n_asked(), run.server.n_done()), (1, n_done), "{what}");
                    run.again(class, "", true).await.unwrap();
                    assert_eq!(run.server.n_done(), n_done + 1, "a person wanted it: {what}");
                }
            }
            assert_eq!(run.n_unfinished(), 0, "{what}");
        }
    }
}

#[tokio::test]
async fn a_process_killed_while_it_waits_for_its_turn_leaves_nothing() {
    for class in CLASSES {
        let run = Run::start(Mode::Limits).await;
        let mut child = child(&run.url, &run.journal(), class);
        run.server.asked.notified().await;
        // It has the answer when the line says that it waits again.
        while !std::fs::read_to_string(run.journal()).is_ok_and(|it| it.contains("Prepared")) {
            tokio::task::yield_now().await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(run.n_unfinished(), 0, "{class}");
        *run.server.mode.lock().unwrap() = Mode::Answers;
        run.again(class, "first", false).await.unwrap();
        assert_eq!(run.server.n_done(), 1, "{class}");
    }
}

#[tokio::test]
async fn a_process_killed_after_it_knew_leaves_what_it_knew() {
    for class in CLASSES {
        for (mode, n_unfinished) in [(Mode::Answers, 0), (Mode::DoesAndHangsUp, 1)] {
            let run = Run::start(mode).await;
            kill(&run.server, &run.url, &run.journal(), class, true).await;
            assert_eq!(run.n_unfinished(), n_unfinished, "{class}, {mode:?}");
            if class == "never" {
                *run.server.mode.lock().unwrap() = Mode::Answers;
                let is_refused = run.again(class, "", false).await.is_err();
                assert_eq!(is_refused, n_unfinished == 1);
                assert_eq!(run.server.n_done(), if is_refused { 1 } else { 2 });
            }
        }
    }
}
