//! `gong webhooks`: genuine deliveries become calls, and each thing that is wrong with one is named.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
};

use gong_sandbox::{Options, Sandbox, Webhook};
use tokio::runtime::Runtime;

use crate::environment::{Environment, check, small};

const URL: &str = "https://hooks.example/gong";

/// An environment with the key and a delivery of a rule in files, which has no credentials.
struct Kept {
    environment: Environment,
    token: String,
}

impl Kept {
    fn new() -> Self {
        let mut environment = Environment::small();
        environment.unset("GONG_ACCESS_KEY");
        environment.unset("GONG_ACCESS_KEY_SECRET");
        let sandbox = environment.sandbox();
        let request = sandbox.webhook(&Webhook { is_test: true, ..Webhook::to(URL) }).unwrap();
        let token = request.headers()["authorization"].to_str().unwrap().to_owned();
        let body = String::from_utf8(request.into_body().to_vec()).unwrap();
        let head = format!("Host: hooks.example\r\nAuthorization: {token}\r\n");
        let length = body.len();
        let whole =
            format!("POST /gong HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}\n");
        for (name, text) in [
            ("key.txt", &sandbox.webhook_key()),
            ("request.http", &whole),
            ("headers.txt", &head),
            ("body.json", &body),
        ] {
            environment.write(name, text);
        }
        Self { environment, token }
    }

    /// The code and what is said of a delivery that is refused.
    fn refusal(&self, args: &str) -> (i32, String) {
        let output = self.environment.run(&format!("webhooks verify {args}"));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.stdout.is_empty() && !stderr.contains(&self.token), "{stderr}");
        (output.status.code().unwrap(), stderr)
    }
}

#[test]
fn a_kept_delivery_is_verified_and_its_call_is_shown() {
    let kept = Kept::new();
    let args = format!("webhooks verify request.http --key key.txt --url {URL} --jq .metaData.id");
    check!(kept.environment, &args);
}

#[test]
fn headers_and_body_can_be_apart_and_the_key_in_the_environment() {
    let mut kept = Kept::new();
    let key = kept.environment.sandbox().webhook_key();
    kept.environment.set("GONG_WEBHOOK_KEY", &key);
    let body = fs::read_to_string(kept.environment.home().join("body.json")).unwrap();
    let args = format!("webhooks verify --headers headers.txt --url {URL} -o csv");
    let output = kept.environment.run_with(&args, &body);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"id,started,"), "{output:?}");
}

#[test]
fn what_is_wrong_with_a_delivery_is_named() {
    let mut kept = Kept::new();
    let other = Sandbox::new(Options::default()).unwrap().webhook_key();
    kept.environment.write("other.txt", &other);
    kept.environment.write("changed.json", "{\"callData\":{}}");
    kept.environment.write("bare.http", "Host: hooks.example\n\n{}");
    let whole = "request.http --key key.txt";
    for (args, code, class) in [
        (format!("request.http --key other.txt --url {URL}"), 4, "webhook.signature"),
        (
            format!("changed.json --headers headers.txt --key key.txt --url {URL}"),
            4,
            "webhook.body",
        ),
        (format!("{whole} --url https://hooks.example/other"), 4, "webhook.url"),
        (format!("bare.http --key key.txt --url {URL}"), 4, "webhook.token"),
        (format!("request.http --key body.json --url {URL}"), 2, "webhook.key"),
        (format!("request.http --key nowhere --url {URL}"), 2, "webhook.key"),
        (format!("request.http --url {URL}"), 2, "usage"),
        (format!("body.json --key key.txt --url {URL}"), 2, "usage"),
        (whole.to_owned(), 2, "usage"),
    ] {
        let (found, said) = kept.refusal(&args);
        assert_eq!(found, code, "{args}: {said}");
        assert!(said.contains(&format!("\"code\":\"{class}\"")), "{args}: {said}");
    }
    kept.environment.set("GONG_NOW", "2026-06-15T17:00:00Z");
    let (code, said) = kept.refusal(&format!("{whole} --url {URL}"));
    assert!(code == 4 && said.contains("webhook.expired"), "{said}");
}

/// `gong webhooks listen`, and the sandbox whose deliveries it takes.
struct Listening {
    environment: Environment,
    child: Child,
    lines: BufReader<ChildStdout>,
    runtime: Runtime,
    port: u16,
}

impl Listening {
    fn new(more: &str) -> Self {
        let environment = Environment::with(small());
        environment.write("key.txt", &environment.sandbox().webhook_key());
        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let args = format!(
            "webhooks listen --port {port} --key key.txt --url http://127.0.0.1:{port}/hook {more}"
        );
        let mut command = environment.command(&args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        // It says that it listens before anything can be sent.
        let mut said = String::new();
        let mut byte = [0];
        while !said.ends_with("stops it\n") {
            assert_eq!(stderr.read(&mut byte).unwrap(), 1, "it ended: {said}");
            said.push(char::from(byte[0]));
        }
        child.stderr = Some(stderr);
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { environment, child, lines, runtime: Runtime::new().unwrap(), port }
    }

    fn delivery(&self) -> Webhook {
        Webhook::to(format!("http://127.0.0.1:{}/hook", self.port))
    }

    /// The status that a delivery is answered with.
    fn fire(&self, webhook: &Webhook) -> u16 {
        self.runtime.block_on(self.environment.sandbox().fire(webhook)).unwrap().as_u16()
    }

    /// What a request is answered with.
    fn answer(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(format!("{head}\r\nHost: elsewhere.example\r\n\r\n").as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let body = text.rsplit("\r\n").next().unwrap_or_default().trim();
        format!("{} {body}", text.split(' ').nth(1).unwrap_or_default())
    }

    fn line(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Interrupts it; gives how it ended, what it still printed, and what it said.
    fn stop(mut self) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let (mut printed, mut said) = (String::new(), String::new());
        self.lines.read_to_string(&mut printed).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), printed, said)
    }
}

#[test]
fn each_delivery_is_a_line_and_the_same_again_is_none() {
    let mut listening = Listening::new("");
    let first = Webhook { call_id: Some("402".to_owned()), ..listening.delivery() };
    assert_eq!(listening.fire(&first), 200);
    assert_eq!(listening.line()["metaData"]["id"], "402");
    assert_eq!(listening.fire(&first), 200);
    let with_bearer = Webhook { has_bearer: true, is_test: true, ..first };
    assert_eq!(listening.fire(&with_bearer), 200);
    assert_eq!(listening.line()["metaData"]["id"], "402");
    let (code, printed, said) = listening.stop();
    assert_eq!((code, printed.as_str()), (Some(0), ""), "{said}");
    for part in ["not printed", "a test delivery", "received 2 calls"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn what_is_not_genuine_is_refused_and_not_printed() {
    let listening = Listening::new("");
    let elsewhere = Sandbox::new(Options { now: None, ..small() }).unwrap();
    let forged = listening.runtime.block_on(elsewhere.fire(&listening.delivery())).unwrap();
    assert_eq!(forged.as_u16(), 401);
    for (head, answer) in [
        ("POST /hook HTTP/1.1\r\nContent-Length: 0", "401 token"),
        ("POST /hook HTTP/1.1\r\nAuthorization: x\r\nContent-Length: 0", "401 token"),
        ("POST /hook HTTP/1.1\r\nAuthorization: x\r\nContent-Length: 67108865", "413 size"),
        ("POST /other HTTP/1.1\r\nContent-Length: 0", "404 path"),
        ("GET /hook HTTP/1.1", "405 method"),
    ] {
        assert_eq!(listening.answer(head), answer, "{head}");
    }
    let (code, printed, said) = listening.stop();
    assert_eq!((code, printed.as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("refused: the signature of the webhook is not by this key"), "{said}");
}

#[test]
fn a_limit_ends_it() {
    let mut listening = Listening::new("--limit 1 --fields metaData.id");
    assert_eq!(listening.fire(&listening.delivery()), 200);
    assert!(listening.line()["metaData"]["id"].is_string());
    assert_eq!(listening.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_client_that_stands_still_does_not_keep_it_from_stopping() {
    let listening = Listening::new("");
    let mut slow = TcpStream::connect(("127.0.0.1", listening.port)).unwrap();
    slow.write_all(b"POST /hook HTTP/1.1\r\nAuthorization: x\r\nContent-Length: 10\r\n\r\n{")
        .unwrap();
    let (code, _, said) = listening.stop();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let kept = Kept::new();
    let args = format!("webhooks listen --port {port} --key key.txt --url {URL}");
    let output = kept.environment.run(&args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("cannot listen") && stderr.contains("--port"), "{stderr}");
}
