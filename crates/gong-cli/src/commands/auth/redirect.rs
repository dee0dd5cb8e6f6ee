//! Where the browser comes back to: a server for one answer, on this machine only.

use std::{io, net::Ipv4Addr, sync::Arc, time::Duration};

use gong_auth::{Authorization, Error, TokenRequest};
use http::StatusCode;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::Sender,
    task::JoinSet,
    time::timeout,
};

/// How long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// More than any browser says.
const LARGEST: usize = 32 << 10;
/// Browsers open connections that they may need later; this many are enough.
const CONNECTIONS: usize = 32;

/// Listens on a port of this machine, for this machine.
pub(super) async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Answers browsers until it is dropped, and hands on what answers the login.
pub(super) async fn serve(
    listener: TcpListener,
    login: Arc<Authorization>,
    answers: Sender<Result<TokenRequest, Error>>,
) {
    let mut connections = JoinSet::new();
    loop {
        if connections.len() >= CONNECTIONS {
            connections.join_next().await;
        }
        if let Ok((stream, _)) = listener.accept().await {
            let (login, answers) = (Arc::clone(&login), answers.clone());
            connections.spawn(timeout(PATIENCE, converse(stream, login, answers)));
        }
    }
}

async fn converse(
    mut stream: TcpStream,
    login: Arc<Authorization>,
    answers: Sender<Result<TokenRequest, Error>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|it| it == b"\r\n\r\n") {
        if head.len() > LARGEST || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let (status, words, answer) = judge(&String::from_utf8_lossy(&head), &login);
    stream.write_all(page(status, words).as_bytes()).await?;
    stream.shutdown().await?;
    if let Some(answer) = answer {
        // Somebody else may have answered first.
        let _ = answers.send(answer).await;
    }
    Ok(())
}

type Judged = (StatusCode, &'static str, Option<Result<TokenRequest, Error>>);

/// What to answer, and whether it is the answer to the login.
fn judge(head: &str, login: &Authorization) -> Judged {
    let refused = |status, words| (status, words, None);
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let fields = lines.take_while(|it| !it.is_empty()).filter_map(|it| it.split_once(':'));
    let mut hosts = fields.filter(|it| it.0.eq_ignore_ascii_case("host")).map(|it| it.1.trim());
    // A page elsewhere can give our address a name of its own, but not this one.
    let own = format!("127.0.0.1:{}", login.app().redirect_port);
    if hosts.next() != Some(own.as_str()) || hosts.next().is_some() {
        return refused(StatusCode::FORBIDDEN, "This address is not for that name.");
    }
    if method != "GET" {
        return refused(StatusCode::METHOD_NOT_ALLOWED, "This is not how a login ends.");
    }
    if target.split('?').next() != Some("/callback") {
        return refused(StatusCode::NOT_FOUND, "There is nothing here.");
    }
    match login.accept(target) {
        Err(Error::NotThisLogin { .. }) => {
            let words = "This is not the answer to the login that gong is waiting for.";
            refused(StatusCode::BAD_REQUEST, words)
        }
        Ok(request) => {
            let words = "Gong has answered. Go back to the terminal; this page can be closed.";
            (StatusCode::OK, words, Some(Ok(request)))
        }
        Err(error) => {
            let words = "The login was not approved. Go back to the terminal.";
            (StatusCode::OK, words, Some(Err(error)))
        }
    }
}

fn page(status: StatusCode, words: &str) -> String {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>gong</title>\
         <p>{words}</p></html>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\
         Cache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'\r\n\
         X-Content-Type-Options: nosniff\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use gong_auth::OAuthApp;

    use super::*;

    const HOST: &str = "Host: 127.0.0.1:48664\r\n";

    fn login() -> Authorization {
        Authorization::begin(OAuthApp::new("app", "secret"), &[]).unwrap()
    }

    fn state(login: &Authorization) -> String {
        let address = login.address();
        address.query_pairs().find(|it| it.0 == "state").unwrap().1.into_owned()
    }

    fn judged(login: &Authorization, first: &str, fields: &str) -> (u16, bool) {
        let (status, _, answer) = judge(&format!("{first}\r\n{fields}\r\n"), login);
        (status.as_u16(), answer.is_some())
    }

    #[test]
    fn the_answer_to_the_login_is_handed_on() {
        let login = login();
        let first = format!("GET /callback?code=C&state={} HTTP/1.1", state(&login));
        assert_eq!(judged(&login, &first, HOST), (200, true));
        let first = format!("GET /callback?error=access_denied&state={} HTTP/1.1", state(&login));
        assert_eq!(judged(&login, &first, HOST), (200, true));
    }

    #[test]
    fn nothing_else_is() {
        let login = login();
        let state = state(&login);
        let good = format!("/callback?code=C&state={state}");
        for (first, status) in [
            (format!("POST {good} HTTP/1.1"), 405),
            (format!("HEAD {good} HTTP/1.1"), 405),
            (format!("GET /?code=C&state={state} HTTP/1.1"), 404),
            (format!("GET /callback/?code=C&state={state} HTTP/1.1"), 404),
            (format!("GET http://127.0.0.1:48664{good} HTTP/1.1"), 404),
            (format!("GET //evil.com{good} HTTP/1.1"), 404),
            ("GET /callback HTTP/1.1".to_owned(), 400),
            ("GET /callback?code=C&state=x HTTP/1.1".to_owned(), 400),
            ("GET /callback?error=access_denied&state=x HTTP/1.1".to_owned(), 400),
            (String::new(), 405),
        ] {
            assert_eq!(judged(&login, &first, HOST), (status, false), "{first}");
        }
    }

    #[test]
    fn only_its_own_name_is_answered() {
        let login = login();
        let first = format!("GET /callback?code=C&state={} HTTP/1.1", state(&login));
        for name in [
            "evil.com",
            "evil.com:48664",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1:48664.evil.com",
            "127.0.0.1.evil.com:48664",
            "localhost:48664",
            "[::1]:48664",
            "0.0.0.0:48664",
            "",
        ] {
            let fields = format!("Host: {name}\r\n");
            assert_eq!(judged(&login, &first, &fields), (403, false), "{name}");
        }
        assert_eq!(judged(&login, &first, ""), (403, false));
        assert_eq!(judged(&login, &first, &format!("{HOST}{HOST}")), (403, false));
        assert_eq!(judged(&login, &first, &format!("{HOST}host: evil.com\r\n")), (403, false));
        // A name in the body is no name.
        assert_eq!(judged(&login, &first, &format!("\r\n{HOST}")), (403, false));
        assert_eq!(judged(&login, &first, "hOST:127.0.0.1:48664\r\n"), (200, true));
    }
}
