//! Logging in by a browser: the address that is opened, and the ones that are not taken for its
//! answer.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use gong_auth::{Authorization, Error, OAuthApp, TokenReply, TokenRequest, Tokens};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::Url;

fn app() -> OAuthApp {
    OAuthApp {
        scopes: vec!["api:users:read".to_owned(), "api:workspaces:read".to_owned()],
        ..OAuthApp::new("app-1", "canary-secret")
    }
}

fn begin() -> Authorization {
    Authorization::begin(app(), &[]).unwrap()
}

fn value(url: &Url, name: &str) -> String {
    let mut values = url.query_pairs().filter(|it| it.0 == name).map(|it| it.1.into_owned());
    let value = values.next().unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(values.next(), None);
    value
}

/// The address that Gong sends the browser back to, with these parameters beside the state.
fn back(login: &Authorization, parameters: &str) -> String {
    format!(
        "http://127.0.0.1:48664/callback?{parameters}&state={}",
        value(&login.address(), "state")
    )
}

fn parsed(request: &TokenRequest) -> Url {
    request.address.expose().parse().unwrap()
}

#[test]
fn the_address_to_open_has_all_that_gong_wants() {
    let address = begin().address();
    assert!(address.as_str().starts_with("https://app.gong.io/oauth2/authorize?"), "{address}");
    assert_eq!(value(&address, "client_id"), "app-1");
    assert_eq!(value(&address, "response_type"), "code");
    assert_eq!(value(&address, "scope"), "api:users:read api:workspaces:read");
    assert_eq!(value(&address, "redirect_uri"), "http://127.0.0.1:48664/callback");
    assert_eq!(value(&address, "code_challenge_method"), "S256");
    assert!(!address.as_str().contains("canary"));
}

#[test]
fn state_and_verifier_are_long_enough_and_new_each_time() {
    let (first, second) = (begin(), begin());
    for name in ["state", "code_challenge"] {
        assert_ne!(value(&first.address(), name), value(&second.address(), name));
    }
    let state = URL_SAFE_NO_PAD.decode(value(&first.address(), "state")).unwrap();
    assert_eq!(state.len() * 8, 128);
    let asked_before = first.address();
    assert_eq!(first.address(), asked_before);
}

#[test]
fn a_code_becomes_a_request_for_tokens() {
    let login = begin();
    let request = login.accept(&back(&login, "code=C%2F1+2")).unwrap();
    let address = parsed(&request);
    assert_eq!(address.path(), "/oauth2/generate-customer-token");
    assert_eq!(request.host.to_string(), "https://app.gong.io");
    assert_eq!(value(&address, "grant_type"), "authorization_code");
    assert_eq!(value(&address, "code"), "C/1 2");
    assert_eq!(value(&address, "client_id"), "app-1");
    assert_eq!(value(&address, "redirect_uri"), "http://127.0.0.1:48664/callback");
    // base64 of app-1:canary-secret
    assert_eq!(request.authorization.expose(), "Basic YXBwLTE6Y2FuYXJ5LXNlY3JldA==");
    let verifier = value(&address, "code_verifier");
    assert!(verifier.len() >= 43, "RFC 7636 wants 43 characters at least");
    assert_eq!(
        URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
        value(&login.address(), "code_challenge")
    );
}

#[test]
fn a_pasted_address_is_read_as_people_paste_it() {
    let login = begin();
    let address = back(&login, "code=C");
    let path = address.strip_prefix("http://127.0.0.1:48664").unwrap();
    for text in [
        address.as_str(),
        path,
        &format!("  {address}\r\n"),
        &format!("\"{address}\""),
        &format!("<{address}>"),
        &format!("{address}#_=_"),
    ] {
        assert!(login.accept(text).is_ok(), "{text}");
    }
}

#[test]
fn what_is_not_the_answer_to_this_login_is_refused() {
    let (login, other) = (begin(), begin());
    let state = value(&login.address(), "state");
    let refused = [
        String::new(),
        "C0DE".to_owned(),
        back(&other, "code=C"),
        "http://127.0.0.1:48664/callback?code=C".to_owned(),
        "http://127.0.0.1:48664/callback?code=C&state=".to_owned(),
        format!("http://127.0.0.1:48664/callback?code=C&state={}", &state[1..]),
        format!("http://127.0.0.1:48664/callback?code=C&state={state}x"),
        format!("{}&state=x", back(&login, "code=C")),
        back(&login, "code=C&code=D"),
        back(&login, "kode=C"),
        back(&login, "code="),
        back(&login, "code=C").replace("48664", "48665"),
        back(&login, "code=C").replace("127.0.0.1", "localhost"),
        back(&login, "code=C").replace("http:", "https:"),
        back(&login, "code=C").replace("/callback", "/callback2"),
        back(&login, "code=C").replace("/callback", "/"),
        format!("//evil.com/callback?code=C&state={state}"),
        // Somebody else says that it was not approved.
        back(&other, "error=access_denied"),
    ];
    for text in refused {
        let answer = login.accept(&text);
        assert!(matches!(answer, Err(Error::NotThisLogin { .. })), "{text}: {answer:?}");
    }
}

#[test]
fn a_login_that_was_not_approved_says_so() {
    let login = begin();
    let error = login.accept(&back(&login, "error=access_denied&code=C")).unwrap_err();
    assert_eq!(error.to_string(), "the login was not approved: access_denied");
    let error = login.accept(&back(&login, "error=%1b[31m%3Cb%3Einvalid_scope%0a")).unwrap_err();
    assert_eq!(error.to_string(), "the login was not approved: 31mbinvalid_scope");
}

#[test]
fn a_secret_goes_to_no_other_host() {
    for address in [
        "http://app.gong.io/x",
        "https://app.gong.io.evil.com/x",
        "https://evil.com/app.gong.io",
        "https://app.gong.io@evil.com/x",
        "https://joe:pw@app.gong.io/x",
        "https://app.gong.io\\@evil.com/x",
        "https://app.gong.io/x?y=1",
        "https://app.gong.io/x#y",
        "https://app.gong.io/a b",
        "//app.gong.io/x",
        "app.gong.io/x",
        "",
    ] {
        for app in [
            OAuthApp { token_url: address.to_owned(), ..app() },
            OAuthApp { authorize_url: address.to_owned(), ..app() },
        ] {
            let error = Authorization::begin(app, &[]).map(|_| ()).unwrap_err();
            assert!(error.is_base_url(), "{address}: {error}");
        }
    }
    let elsewhere = OAuthApp { token_url: "https://gong.example/token".to_owned(), ..app() };
    assert!(elsewhere.check(&[]).is_err());
    assert!(elsewhere.check(&["gong.example".to_owned()]).is_ok());
    let here = OAuthApp { token_url: "http://127.0.0.1:99/token".to_owned(), ..app() };
    assert!(here.check(&[]).is_ok());
}

#[test]
fn what_cannot_be_an_app_is_refused() {
    for app in [
        OAuthApp { client_id: String::new(), ..app() },
        OAuthApp { client_id: "a:b".to_owned(), ..app() },
        OAuthApp { client_id: "a\r\nb".to_owned(), ..app() },
        OAuthApp { client_secret: "".into(), ..app() },
        OAuthApp { client_secret: "a b".into(), ..app() },
        OAuthApp { scopes: vec!["a b".to_owned()], ..app() },
    ] {
        assert!(matches!(app.check(&[]), Err(Error::BadValue { .. })), "{app:?}");
    }
}

#[test]
fn nothing_of_a_login_is_shown() {
    let login = begin();
    let request = login.accept(&back(&login, "code=C0DE")).unwrap();
    let state = value(&login.address(), "state");
    let shown = format!("{login:?} {request:?} {:?}", login.app());
    for secret in ["canary", &state, "C0DE", "Basic"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn tokens(status: u16, body: impl AsRef<[u8]>) -> Result<Tokens, Error> {
    let reply = TokenReply { status, body: body.as_ref().to_vec().into() };
    reply.tokens("2026-06-01T12:00:00Z".parse().unwrap())
}

#[test]
fn tokens_are_read_as_gong_gives_them() {
    let answer = json!({
        "access_token": "T", "refresh_token": "R", "token_type": "bearer", "expires_in": 86400,
        "scope": "a b", "api_base_url_for_customer": "https://us-1.api.gong.io", "more": [1],
    });
    let all = tokens(200, answer.to_string()).unwrap();
    assert_eq!(all.access_token.expose(), "T");
    assert_eq!(all.refresh_token.unwrap().expose(), "R");
    assert_eq!(all.expires_at, Some("2026-06-02T12:00:00Z".parse::<Timestamp>().unwrap()));
    assert_eq!(all.scope.as_deref(), Some("a b"));
    assert_eq!(all.base_url.unwrap().to_string(), "https://us-1.api.gong.io");

    let few = tokens(200, r#"{"access_token": "T", "expires_in": "10"}"#).unwrap();
    assert_eq!(few.expires_at, Some("2026-06-01T12:00:10Z".parse::<Timestamp>().unwrap()));
    assert!(few.refresh_token.is_none() && few.scope.is_none() && few.base_url.is_none());
    for odd in ["-5", "1e400", "9223372036854775807", "null", "[]", "\"soon\""] {
        let body = format!(r#"{{"access_token": "T", "expires_in": {odd}}}"#);
        let answer = tokens(200, body);
        assert!(answer.is_ok() || odd == "1e400", "{odd}: {answer:?}");
    }
}

#[test]
fn an_answer_without_tokens_says_what_is_wrong_and_quotes_nothing() {
    for (status, body, expected) in [
        (400, r#"{"error": "invalid_grant"}"#, "Gong gave no tokens: status 400, invalid_grant"),
        (401, r#"{"error": "invalid_grant"}"#, "Gong gave no tokens: status 401, invalid_grant"),
        (401, r#"{"error": "invalid_client"}"#, "Gong gave no tokens: status 401, invalid_client"),
        (
            400,
            r#"{"error": "unauthorized_client"}"#,
            "Gong gave no tokens: status 400, unauthorized_client",
        ),
        (
            400,
            "canary",
            "the answer with status 400 to a request for tokens is a refusal that does not say why",
        ),
        (
            401,
            r#"{"error": "canary"}"#,
            "the answer with status 401 to a request for tokens is a refusal that does not say why",
        ),
        (429, "", "Gong gave no tokens: status 429"),
        (
            200,
            "<html>canary",
            "the answer with status 200 to a request for tokens is no JSON object",
        ),
        (200, "{}", "the answer with status 200 to a request for tokens has no access token"),
        (
            200,
            "{\"access_token\": \"a\\nb\"}",
            "the answer with status 200 to a request for tokens has no access token",
        ),
        (
            200,
            r#"{"access_token": "T", "token_type": "mac"}"#,
            "the answer with status 200 to a request for tokens has a token of an unknown kind",
        ),
        (
            302,
            "",
            "the answer with status 302 to a request for tokens is neither tokens nor a refusal",
        ),
    ] {
        assert_eq!(tokens(status, body).unwrap_err().to_string(), expected);
    }
}
