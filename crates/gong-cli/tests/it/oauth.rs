//! `gong auth login --oauth`, and logins that are renewed by themselves.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Output, Stdio},
};

use gong_sandbox::{OAuthApp, Options};
use serde_json::Value;

use crate::environment::{Environment, small};

const FILE: &str = ".config/gong/credentials.json";

/// An environment whose sandbox has this app, and nobody is logged in.
fn with_app(app: OAuthApp) -> Environment {
    without_key(Environment::with(Options { oauth: Some(app), ..small() }))
}

fn without_key(mut environment: Environment) -> Environment {
    for name in ["GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET"] {
        environment.unset(name);
    }
    environment.set("GONG_OAUTH_CLIENT_SECRET", "sandbox-secret");
    environment
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A login that waits for its browser.
struct Begun {
    child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    said: String,
    port: u16,
    /// What is to be opened.
    address: String,
}

impl Begun {
    fn new(environment: &Environment, more: &str) -> Self {
        let port = free_port();
        let args = format!(
            "auth login --oauth --client-id sandbox-client --no-browser --port {port} {more}"
        );
        let mut child = environment
            .command(&args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended: {said}");
            said.push_str(&line);
            if line.trim().starts_with("http") {
                break line.trim().to_owned();
            }
        };
        Self { child, stderr, said, port, address }
    }

    /// Approves as a browser does, and gives the address that it is sent to.
    fn approved(&self) -> String {
        let (status, head) = get(&self.address);
        assert_eq!(status, 302, "{head}");
        let location = head.lines().find_map(|it| it.strip_prefix("location: ")).unwrap();
        location.to_owned()
    }

    fn paste(&mut self, line: &str) {
        self.child.stdin.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// How it ended, for a snapshot.
    fn end(mut self, environment: &Environment) -> (Output, String) {
        self.stderr.read_to_string(&mut self.said).unwrap();
        let mut output = self.child.wait_with_output().unwrap();
        output.stderr = self.said.into_bytes();
        let shown = environment.shown("auth login --oauth …", &output);
        let shown = shown.replace(&self.port.to_string(), "PORT");
        let (before, rest) = shown.split_once("?client_id=").unwrap();
        let (_, after) = rest.split_once('\n').unwrap();
        (output, format!("{before}?…\n{after}"))
    }
}

/// Asks as a browser does; gives the status and the head.
fn get(address: &str) -> (u16, String) {
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    (text.split(' ').nth(1).unwrap().parse().unwrap(), text)
}

/// Logs in.
fn log_in(environment: &Environment) {
    let mut login = Begun::new(environment, "");
    let address = login.approved();
    login.paste(&address);
    let (output, shown) = login.end(environment);
    assert!(output.status.success(), "{shown}");
}

/// Takes away the numbers that systems give to errors.
fn without_numbers(text: &str) -> String {
    let mut parts = text.split("(os error ");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |all, part| {
        format!("{all}(os error N{}", part.trim_start_matches(|it: char| it.is_ascii_digit()))
    })
}

fn kept(environment: &Environment) -> Value {
    let text = fs::read_to_string(environment.home().join(FILE)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Makes the access token look as if it had ended.
fn end_token(environment: &Environment) {
    let mut file = kept(environment);
    file["oauth"]["expires_at"] = "2026-01-01T00:00:00Z".into();
    environment.write(FILE, &file.to_string());
}

#[test]
fn a_pasted_address_ends_a_login() {
    let mut environment = with_app(OAuthApp::default());
    let mut login = Begun::new(&environment, "");
    let address = login.approved();
    login.paste("not an address");
    login.paste(&address);
    let (_, shown) = login.end(&environment);
    insta::assert_snapshot!(shown);
    // What it may do is all that only reads; and the host came with the tokens.
    let file = kept(&environment);
    assert_eq!(file["base_url"], environment.sandbox_url());
    assert!(file["oauth"]["scope"].as_str().unwrap().contains("api:users:read"));
    environment.unset("GONG_BASE_URL");
    environment.unset("GONG_OAUTH_CLIENT_SECRET");
    assert!(environment.run("users list").status.success());
}

#[test]
fn the_browser_ends_a_login_by_itself_and_strangers_do_not() {
    let environment = with_app(OAuthApp::default());
    let login = Begun::new(&environment, "--scope api:users:read --no-check");
    let address = login.approved();
    let (before, _) = address.split_once("state=").unwrap();
    assert_eq!(get(&format!("{before}state=guessed")).0, 400);
    assert_eq!(get(&format!("http://127.0.0.1:{}/", login.port)).0, 404);
    let (status, page) = get(&address);
    assert_eq!(status, 200);
    assert!(page.contains("Go back to the terminal"), "{page}");
    let (output, shown) = login.end(&environment);
    assert!(output.status.success(), "{shown}");
    assert_eq!(kept(&environment)["oauth"]["scope"], "api:users:read");
}

#[test]
fn a_login_that_is_denied_keeps_nothing() {
    let environment = with_app(OAuthApp { approves: false, ..OAuthApp::default() });
    let mut login = Begun::new(&environment, "");
    let address = login.approved();
    login.paste(&address);
    insta::assert_snapshot!(login.end(&environment).1);
    assert!(!environment.home().join(FILE).exists());
}

#[test]
fn an_app_that_gong_does_not_know_keeps_nothing() {
    let mut environment = with_app(OAuthApp::default());
    environment.set("GONG_OAUTH_CLIENT_SECRET", "wrong-canary");
    let mut login = Begun::new(&environment, "");
    let address = login.approved();
    login.paste(&address);
    let (_, shown) = login.end(&environment);
    assert!(!shown.contains("canary"));
    insta::assert_snapshot!(shown);
    assert!(!environment.home().join(FILE).exists());
}

#[test]
fn a_port_in_use_is_named() {
    let environment = with_app(OAuthApp::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let args = format!("auth login --oauth --client-id sandbox-client --port {port}");
    insta::assert_snapshot!(without_numbers(&environment.seen(&args).replace(&port, "PORT")));
}

#[test]
fn without_an_id_and_a_secret_it_says_what_is_missing() {
    let mut environment = with_app(OAuthApp::default());
    environment.unset("GONG_OAUTH_CLIENT_SECRET");
    let without_id = environment.seen("auth login --oauth");
    let without_secret = environment.seen("auth login --oauth --client-id x");
    insta::assert_snapshot!(format!("{without_id}\n\n{without_secret}"));
}

#[test]
fn status_token_and_logout_of_a_login_with_oauth() {
    let environment = with_app(OAuthApp::default());
    log_in(&environment);
    let file = kept(&environment);
    let masked = |text: String| {
        let end = file["oauth"]["expires_at"].as_str().unwrap();
        text.replace(end, "END").replace(file["access_token"].as_str().unwrap(), "TOKEN")
    };
    insta::assert_snapshot!("oauth_status", masked(environment.seen("auth status")));
    insta::assert_snapshot!("oauth_token", masked(environment.seen("auth token")));
    insta::assert_snapshot!("oauth_logout", environment.seen("auth logout"));
    assert!(!environment.home().join(FILE).exists());
}

#[test]
fn no_token_is_in_any_output() {
    let script = "oauth-token: ok x2, status:500\nusers-list: status:401, reset@30";
    let script = script.replace("oauth-token", "/oauth2/generate-customer-token");
    let options =
        Options { oauth: Some(OAuthApp::default()), faults: script.parse().unwrap(), ..small() };
    let mut environment = without_key(Environment::with(options));
    environment.set("GONG_LOG", "trace");
    let mut login = Begun::new(&environment, "--no-check");
    let address = login.approved();
    login.paste(&address);
    let (output, _) = login.end(&environment);
    let mut said = vec![output];
    let mut needles = vec!["sandbox-secret".to_owned()];
    for command in ["users list", "auth status", "doctor", "users list -vvv", "auth logout"] {
        let file = kept(&environment);
        for token in [&file["access_token"], &file["oauth"]["refresh_token"]] {
            needles.push(token.as_str().unwrap().to_owned());
        }
        if command == "doctor" {
            end_token(&environment);
        }
        said.push(environment.run(command));
    }
    for output in &said {
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            assert!(!needles.iter().any(|it| text.contains(it)), "{text}");
        }
    }
    assert_eq!(environment.sandbox().unused_faults(), [""; 0]);
}

#[test]
fn a_token_that_has_ended_is_renewed_before_it_is_used() {
    let environment = with_app(OAuthApp::default());
    log_in(&environment);
    let before = kept(&environment);
    end_token(&environment);
    assert!(environment.run("users list").status.success());
    let after = kept(&environment);
    assert_ne!(before["access_token"], after["access_token"]);
    assert_ne!(before["oauth"]["refresh_token"], after["oauth"]["refresh_token"]);
    assert!(environment.run("users list").status.success());
    assert_eq!(kept(&environment), after);
    assert_eq!(environment.sandbox().token_requests().refreshed, 1);
}

#[test]
fn a_token_that_gong_refuses_before_its_end_is_renewed_on_the_way() {
    let script = "GET /v2/users: status:401\nPOST /v2/calls/extensive: status:401 x2";
    let options = Options { faults: script.parse().unwrap(), ..small() };
    let environment = without_key(Environment::with(options));
    log_in(&environment);
    assert!(environment.run("users list").status.success());
    assert_eq!(environment.sandbox().token_requests().refreshed, 1);
    // What is refused with a new token, too, is refused.
    let output = environment.run("calls search --last 7d");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(environment.sandbox().token_requests().refreshed, 2);
}

#[test]
fn a_missing_scope_renews_nothing() {
    let script = "GET /v2/users: scope:api:users:read";
    let options = Options { faults: script.parse().unwrap(), ..small() };
    let environment = without_key(Environment::with(options));
    log_in(&environment);
    let output = environment.run("users list");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(environment.sandbox().token_requests().refreshed, 0);
}

#[test]
fn processes_that_start_at_once_renew_once() {
    let environment = with_app(OAuthApp::default());
    log_in(&environment);
    end_token(&environment);
    let start = |_| {
        let mut command = environment.command("users list");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let requests = environment.sandbox().token_requests();
    assert_eq!((requests.refreshed, requests.burned_again, requests.refused), (1, 0, 0));
}

#[test]
fn a_lost_answer_ends_the_login_and_the_token_is_not_sent_again() {
    let script = "POST /oauth2/generate-customer-token: ok, lost";
    let options = Options { faults: script.parse().unwrap(), ..small() };
    let environment = without_key(Environment::with(options));
    log_in(&environment);
    end_token(&environment);
    let first = environment.seen("users list");
    let second = environment.seen("users list");
    let since = kept(&environment)["oauth"]["renewing_since"].as_str().unwrap().to_owned();
    let shown = format!("{first}\n\n{second}");
    let minute = &since[..17];
    let at = shown.find(minute).unwrap();
    let end = at + shown[at..].find('Z').unwrap();
    insta::assert_snapshot!(without_numbers(&shown.replace(&shown[at..=end], "SINCE")));
    let requests = environment.sandbox().token_requests();
    assert_eq!((requests.refreshed, requests.burned_again), (1, 0));
    // Logging in again mends it.
    log_in(&environment);
    assert!(environment.run("users list").status.success());
}

#[test]
fn a_refresh_token_that_was_burned_elsewhere_is_told_once_and_then_forgotten() {
    let environment = with_app(OAuthApp::default());
    log_in(&environment);
    let mut file = kept(&environment);
    file["oauth"]["refresh_token"] = "burned".into();
    environment.write(FILE, &file.to_string());
    end_token(&environment);
    let (first, second) = (environment.seen("users list"), environment.seen("users list"));
    insta::assert_snapshot!(format!("{first}\n\n{second}"));
    assert_eq!(environment.sandbox().token_requests().refused, 1);
}

#[test]
fn without_a_connection_the_login_stays() {
    let environment = with_app(OAuthApp::default());
    log_in(&environment);
    end_token(&environment);
    let mut file = kept(&environment);
    let good = file["oauth"]["token_url"].clone();
    file["oauth"]["token_url"] = format!("http://127.0.0.1:{}/token", free_port()).into();
    environment.write(FILE, &file.to_string());
    let output = environment.run("users list");
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
    file["oauth"]["token_url"] = good;
    environment.write(FILE, &file.to_string());
    assert!(environment.run("users list").status.success());
}

#[test]
fn a_new_login_with_a_key_ends_the_one_with_oauth() {
    let environment = with_app(OAuthApp::default());
    log_in(&environment);
    let output = environment.run_with("auth login --access-key KEY", "secret");
    assert!(output.status.success());
    let file = kept(&environment);
    assert!(file.get("oauth").is_none() && file.get("access_token").is_none(), "{file}");
    assert_eq!(file["access_key"], "KEY");
}
