//! OAuth: codes and tokens, each of which is good for one thing, once, and for so long.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use gong_sandbox::{Access, OAuthApp, Options, Sandbox};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::harness::{Answer, faulty, options, sandbox, send};

const BACK: &str = "http://127.0.0.1:48664/callback";
const TOKEN: &str = "/oauth2/generate-customer-token";

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Asks for a code, with some arguments other than usual; an empty one is left out.
async fn authorize(sandbox: &Sandbox, other: &[(&str, &str)]) -> Answer {
    let mut pairs = vec![
        ("client_id", "sandbox-client"),
        ("response_type", "code"),
        ("scope", "api:users:read api:calls:read:basic"),
        ("redirect_uri", BACK),
        ("state", "a b&c"),
    ];
    pairs.retain(|(name, _)| other.iter().all(|(its_name, _)| its_name != name));
    pairs.extend(other);
    let page = format!("/oauth2/authorize?{}", query(&pairs));
    send(sandbox, Request::get(page).body(Bytes::new()).unwrap()).await
}

/// What the browser brings back under this name.
fn brought(answer: &Answer, name: &str) -> Option<String> {
    assert_eq!(answer.status, StatusCode::FOUND);
    let url = Url::parse(answer.header("location")).unwrap();
    assert!(url.as_str().starts_with(BACK), "{url}");
    let found = url.query_pairs().find(|(its_name, _)| its_name == name);
    found.map(|(_, value)| value.into_owned())
}

async fn code(sandbox: &Sandbox) -> String {
    brought(&authorize(sandbox, &[]).await, "code").unwrap()
}

fn token_request(pairs: &[(&str, &str)], app: &str) -> Request<Bytes> {
    Request::post(format!("{TOKEN}?{}", query(pairs)))
        .header("authorization", format!("Basic {}", BASE64_STANDARD.encode(app)))
        .header("host", "127.0.0.1:4664")
        .body(Bytes::new())
        .unwrap()
}

async fn token(sandbox: &Sandbox, pairs: &[(&str, &str)]) -> Answer {
    send(sandbox, token_request(pairs, "sandbox-client:sandbox-secret")).await
}

async fn exchange(sandbox: &Sandbox, code: &str) -> Answer {
    let pairs = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK)];
    token(sandbox, &pairs).await
}

async fn refresh(sandbox: &Sandbox, refresh_token: &Value) -> Answer {
    let refresh_token = refresh_token.as_str().unwrap();
    token(sandbox, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

async fn tokens(sandbox: &Sandbox) -> Value {
    let answer = exchange(sandbox, &code(sandbox).await).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()
}

async fn ask(sandbox: &Sandbox, tokens: &Value, path: &str) -> Answer {
    let token = tokens["access_token"].as_str().unwrap();
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    send(sandbox, request.body(Bytes::new()).unwrap()).await
}

fn refused(answer: &Answer) -> (u16, String) {
    let json = answer.json();
    assert!(json["error_description"].is_string());
    (answer.status.as_u16(), json["error"].as_str().unwrap().to_owned())
}

fn invalid_grant() -> (u16, String) {
    (400, "invalid_grant".to_owned())
}

fn with(app: OAuthApp) -> Sandbox {
    Sandbox::new(Options { oauth: Some(app), ..options() }).unwrap()
}

#[tokio::test]
async fn a_code_becomes_tokens_that_are_let_in_for_their_scopes() {
    // Nothing but what is issued gets in.
    let access = Access::Grants(Vec::new());
    let sandbox = Sandbox::new(Options { access, ..options() }).unwrap();
    let back = authorize(&sandbox, &[]).await;
    assert_eq!(brought(&back, "state").unwrap(), "a b&c");
    let answer = exchange(&sandbox, &brought(&back, "code").unwrap()).await;
    let json = answer.json();
    assert_eq!(json["token_type"], "bearer");
    assert_eq!(json["expires_in"], 86_400);
    assert_eq!(json["scope"], "api:users:read api:calls:read:basic");
    assert_eq!(json["api_base_url_for_customer"], "http://127.0.0.1:4664");
    assert!(json.get("requestId").is_none());
    let parts: Vec<_> = json["access_token"].as_str().unwrap().split('.').collect();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    assert!(serde_json::from_slice::<Value>(&claims).unwrap()["uid"].is_string());

    assert_eq!(ask(&sandbox, &json, "/v2/users").await.status, 200);
    let words = "You don't have permission to use 'api:workspaces:read' in your app.";
    assert_eq!(ask(&sandbox, &json, "/v2/workspaces").await.error(), (401, words.to_owned()));
    let forged = json!({ "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.AAAA" });
    assert_eq!(ask(&sandbox, &forged, "/v2/users").await.error().0, 401);
}

#[tokio::test]
async fn arguments_come_in_the_query_a_form_or_json() {
    let sandbox = sandbox();
    for as_json in [true, false] {
        let code = code(&sandbox).await;
        let mut request = token_request(&[], "sandbox-client:sandbox-secret");
        let kind = if as_json { "application/json" } else { "application/x-www-form-urlencoded" };
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        let pairs =
            [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", BACK)];
        *request.body_mut() = if as_json {
            Bytes::from(json!(std::collections::HashMap::from(pairs)).to_string())
        } else {
            Bytes::from(query(&pairs))
        };
        assert_eq!(send(&sandbox, request).await.status, 200, "{kind}");
    }
    let mut broken = token_request(&[], "sandbox-client:sandbox-secret");
    *broken.body_mut() = Bytes::from_static(b"{");
    assert_eq!(refused(&send(&sandbox, broken).await), (400, "invalid_request".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let sandbox = sandbox();
    let first = code(&sandbox).await;
    tokio::time::advance(Duration::from_secs(599)).await;
    assert_eq!(exchange(&sandbox, &first).await.status, 200);
    assert_eq!(refused(&exchange(&sandbox, &first).await), invalid_grant());
    let late = code(&sandbox).await;
    tokio::time::advance(Duration::from_mins(10)).await;
    assert_eq!(refused(&exchange(&sandbox, &late).await), invalid_grant());
    assert_eq!(refused(&exchange(&sandbox, "made-up").await), invalid_grant());
    let counts = sandbox.token_requests();
    assert_eq!((counts.exchanged, counts.refused, counts.burned_again), (1, 3, 0));
}

#[tokio::test]
async fn a_code_is_for_its_redirect_uri_and_its_verifier() {
    let sandbox = sandbox();
    let code = code(&sandbox).await;
    let elsewhere = "http://127.0.0.1:1/callback";
    let wrong =
        [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", elsewhere)];
    assert_eq!(refused(&token(&sandbox, &wrong).await), invalid_grant());
    assert_eq!(refused(&exchange(&sandbox, &code).await), invalid_grant(), "it is burned");

    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest("a-verifier"));
    let pkce = [("code_challenge", &*challenge), ("code_challenge_method", "S256")];
    for (verifier, status) in [(None, 400), (Some("another"), 400), (Some("a-verifier"), 200)] {
        let code = brought(&authorize(&sandbox, &pkce).await, "code").unwrap();
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", BACK),
        ];
        pairs.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        assert_eq!(token(&sandbox, &pairs).await.status, status, "{verifier:?}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_burned_when_it_is_first_shown() {
    let sandbox = sandbox();
    let first = tokens(&sandbox).await;
    let second = refresh(&sandbox, &first["refresh_token"]).await.json();
    assert_eq!(second["scope"], first["scope"]);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(ask(&sandbox, &second, "/v2/users").await.status, 200);

    assert_eq!(refused(&refresh(&sandbox, &first["refresh_token"]).await), invalid_grant());
    assert_eq!(refused(&refresh(&sandbox, &json!("made-up")).await), invalid_grant());
    let counts = sandbox.token_requests();
    assert_eq!((counts.refreshed, counts.burned_again, counts.refused), (1, 1, 2));
    assert_eq!(refresh(&sandbox, &second["refresh_token"]).await.status, 200);
}

#[tokio::test]
async fn an_answer_can_be_lost_before_and_after_the_token_is_burned() {
    let sandbox = faulty(&format!("POST {TOKEN}: ok, reset@0, lost"));
    let tokens = tokens(&sandbox).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    let lose = async || {
        let request = token_request(&pairs, "sandbox-client:sandbox-secret");
        assert!(sandbox.answer(request).await.is_no_answer());
    };
    lose().await;
    assert_eq!(sandbox.token_requests().refreshed, 0, "it never arrived");
    lose().await;
    assert_eq!(sandbox.token_requests().refreshed, 1, "it was burned");
    assert_eq!(refused(&token(&sandbox, &pairs).await), invalid_grant());
    assert!(sandbox.unused_faults().is_empty());
    let entry = sandbox.log().into_iter().nth(3).unwrap();
    assert_eq!((entry.fault.as_deref(), entry.status), (Some("lost"), None));
}

#[tokio::test(start_paused = true)]
async fn access_tokens_expire_by_the_clock() {
    let app = OAuthApp { token_life: Duration::from_mins(5), ..OAuthApp::default() };
    let sandbox = with(app);
    let tokens = tokens(&sandbox).await;
    assert_eq!(tokens["expires_in"], 300);
    tokio::time::advance(Duration::from_secs(299)).await;
    assert_eq!(ask(&sandbox, &tokens, "/v2/users").await.status, 200);
    tokio::time::advance(Duration::from_secs(1)).await;
    let (status, text) = ask(&sandbox, &tokens, "/v2/users").await.error();
    assert_eq!((status, text.contains("api:")), (401, false), "{text}");
}

#[tokio::test]
async fn only_the_app_itself_gets_tokens() {
    let sandbox = sandbox();
    let tokens = tokens(&sandbox).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    let invalid_client = (401, "invalid_client".to_owned());
    for app in ["sandbox-client:wrong", "other:sandbox-secret", "", "sandbox-client:"] {
        let answer = send(&sandbox, token_request(&pairs, app)).await;
        assert_eq!(refused(&answer), invalid_client, "{app}");
    }
    let other = [&pairs[..], &[("client_id", "other")]].concat();
    assert_eq!(refused(&token(&sandbox, &other).await), invalid_client);
    assert_eq!(token(&sandbox, &pairs).await.status, 200, "none of that burned it");
    let unknown = token(&sandbox, &[("grant_type", "password")]).await;
    assert_eq!(refused(&unknown), (400, "unsupported_grant_type".to_owned()));
    assert_eq!(refused(&token(&sandbox, &[]).await), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn nobody_is_sent_to_another_machine() {
    let sandbox = sandbox();
    for elsewhere in [
        "https://example.com/callback",
        "http://example.com/callback",
        "http://127.0.0.1.example.com/callback",
        "http://127.0.0.1@example.com/",
        "https://127.0.0.1/callback",
        "http://127.0.0.1/callback#fragment",
        "javascript:alert(1)",
        "",
    ] {
        let answer = authorize(&sandbox, &[("redirect_uri", elsewhere)]).await;
        assert_eq!(refused(&answer), (400, "invalid_request".to_owned()), "{elsewhere}");
    }
    let answer = authorize(&sandbox, &[("client_id", "other")]).await;
    assert_eq!(refused(&answer), (400, "invalid_client".to_owned()));
}

#[tokio::test]
async fn what_is_not_approved_comes_back_as_an_error() {
    let sandbox = sandbox();
    for (other, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", ""), "invalid_scope"),
        (("scope", "api:users:read api:made:up"), "invalid_scope"),
        (("code_challenge", "plain-text"), "invalid_request"),
    ] {
        let answer = authorize(&sandbox, &[other]).await;
        assert_eq!(brought(&answer, "error").as_deref(), Some(error), "{other:?}");
        assert_eq!(brought(&answer, "state").as_deref(), Some("a b&c"));
        assert_eq!(brought(&answer, "code"), None);
    }
    let answer = authorize(&with(OAuthApp { approves: false, ..OAuthApp::default() }), &[]).await;
    assert_eq!(brought(&answer, "error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn the_base_address_can_be_left_out() {
    let app = OAuthApp { tells_base_url: false, ..OAuthApp::default() };
    assert!(tokens(&with(app)).await.get("api_base_url_for_customer").is_none());
    let none = Sandbox::new(Options { oauth: None, ..options() }).unwrap();
    assert_eq!(authorize(&none, &[]).await.error().0, 404);
}

#[tokio::test(start_paused = true)]
async fn the_limits_of_the_api_do_not_count_these_pages() {
    let limits = Options { requests_per_second: 1, requests_per_day: 1, ..options() };
    let sandbox = Sandbox::new(limits).unwrap();
    let tokens = tokens(&sandbox).await;
    assert_eq!(ask(&sandbox, &tokens, "/v2/users").await.status, 200);
    assert_eq!(ask(&sandbox, &tokens, "/v2/users").await.status, 429);
    assert_eq!(refresh(&sandbox, &tokens["refresh_token"]).await.status, 200);
    assert_eq!(sandbox.log().len(), 5, "but the log has them");
    let wrong = Request::builder().method(Method::GET).uri(TOKEN).body(Bytes::new()).unwrap();
    assert_eq!(send(&sandbox, wrong).await.error().0, 405);
}
