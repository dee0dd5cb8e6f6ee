//! Renewing a login: what is sent, what is kept when, and what is never sent again.

use std::{
    fmt::Display,
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use gong_auth::{
    Credentials, Ended, Error, Given, NotAnswered, Profile, Renewal, Store, TokenReply,
    TokenRequest, resolve,
};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::store::store_with;

const NOW: &str = "2026-06-01T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn file() -> Value {
    json!({
        "base_url": "https://us-1.api.gong.io",
        "access_token": "T1",
        "oauth": {
            "client_id": "app", "client_secret": "canary", "refresh_token": "R1",
            "expires_at": "2026-06-01T12:00:30Z", "scope": "a b", "vault": 7,
        },
        "time_zone": "UTC",
    })
}

struct Login {
    _directory: TempDir,
    renewal: Renewal,
    stale: Credentials,
}

fn login_of(text: &Value) -> Login {
    let (directory, store) = store_with(text.to_string());
    let stale = resolve(&Given::default(), &store).unwrap().credentials;
    let renewal = Renewal {
        store,
        profile: "default".to_owned(),
        allow_hosts: Vec::new(),
        helper_env: gong_auth::HelperEnv::default(),
    };
    Login { _directory: directory, renewal, stale }
}

fn login() -> Login {
    login_of(&file())
}

impl Login {
    fn run(
        &self,
        send: impl FnOnce(&TokenRequest) -> Result<TokenReply, NotAnswered>,
    ) -> Result<Credentials, Error> {
        self.renewal.run(&self.stale, now(), send)
    }

    fn store(&self) -> &Store {
        &self.renewal.store
    }

    fn kept(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.store().path()).unwrap()).unwrap()
    }

    /// Renews and must not send anything.
    fn ended_unasked(&self) -> Ended {
        why(self.run(|_| panic!("a refresh token was sent again")))
    }
}

fn why(result: Result<Credentials, Error>) -> Ended {
    match result {
        Err(Error::LoginEnded { why, profile, .. }) if profile == "default" => why,
        other => panic!("{other:?}"),
    }
}

fn reply(status: u16, body: &(impl Display + ?Sized)) -> TokenReply {
    TokenReply { status, body: body.to_string().into_bytes().into() }
}

fn second() -> Value {
    json!({ "access_token": "T2", "refresh_token": "R2", "expires_in": 86400, "scope": "a" })
}

fn lost(nothing_was_sent: bool) -> Result<TokenReply, NotAnswered> {
    Err(NotAnswered { nothing_was_sent, source: "the line went dead".into() })
}

#[test]
fn new_tokens_are_kept_and_all_else_stays() {
    let login = login();
    let renewed = login
        .run(|request| {
            assert_eq!(
                request.address.expose(),
                "https://app.gong.io/oauth2/generate-customer-token\
                 ?grant_type=refresh_token&refresh_token=R1"
            );
            assert_eq!(request.authorization.expose(), "Basic YXBwOmNhbmFyeQ==");
            // While it is on its way, the file says so.
            assert_eq!(login.kept()["oauth"]["renewing_since"], NOW);
            assert_eq!(login.kept()["oauth"]["refresh_token"], "R1");
            Ok(reply(200, &second()))
        })
        .unwrap();
    assert_eq!(renewed.authorization().expose(), "Bearer T2");
    let mut expected = file();
    expected["access_token"] = "T2".into();
    expected["oauth"]["refresh_token"] = "R2".into();
    expected["oauth"]["expires_at"] = "2026-06-02T12:00:00Z".into();
    expected["oauth"]["scope"] = "a".into();
    assert_eq!(login.kept(), expected);
}

#[test]
fn a_token_that_another_process_got_is_taken_without_asking() {
    let login = login();
    login.run(|_| Ok(reply(200, &second()))).unwrap();
    let renewed = login.run(|_| panic!("asked twice")).unwrap();
    assert_eq!(renewed.authorization().expose(), "Bearer T2");
}

#[test]
fn a_token_that_gong_refuses_before_its_time_is_renewed() {
    let mut text = file();
    text["oauth"]["expires_at"] = "2026-06-02T12:00:00Z".into();
    let login = login_of(&text);
    let renewed = login.run(|_| Ok(reply(200, &second()))).unwrap();
    assert_eq!(renewed.authorization().expose(), "Bearer T2");
}

#[test]
fn an_end_that_is_near_is_due() {
    let oauth = |text: &Value| login_of(text).store().profile("default").unwrap().unwrap().oauth;
    let oauth = oauth(&file()).unwrap();
    let end = oauth.expires_at.unwrap();
    assert!(oauth.is_due(end) && oauth.is_due(end - 60.seconds()));
    assert!(!oauth.is_due(end - 61.seconds()));
    assert!(!gong_auth::OAuth::default().is_due(end));
}

#[test]
fn without_a_connection_nothing_is_lost() {
    let login = login();
    let error = login.run(|_| lost(true)).unwrap_err();
    assert_eq!(error.to_string(), "could not ask for tokens");
    assert_eq!(login.kept(), file());
    assert!(login.run(|_| Ok(reply(200, &second()))).is_ok());
}

#[test]
fn a_lost_answer_ends_the_login_and_is_never_asked_for_again() {
    for answer in [
        lost(false),
        Ok(reply(200, "<html>")),
        Ok(reply(200, "{}")),
        Ok(reply(302, "")),
        Ok(reply(408, "{}")),
        Ok(reply(500, "{}")),
        Ok(reply(503, "{}")),
        Ok(reply(403, "<html>")),
    ] {
        let login = login();
        let shown = format!("{answer:?}");
        assert_eq!(why(login.run(|_| answer)), Ended::Unanswered, "{shown}");
        assert_eq!(login.ended_unasked(), Ended::Interrupted { since: now() }, "{shown}");
        assert_eq!(login.kept()["oauth"]["refresh_token"], "R1");
    }
}

#[test]
fn a_kill_before_the_answer_is_told_and_the_token_is_never_sent_again() {
    let mut text = file();
    text["oauth"]["renewing_since"] = NOW.into();
    let error = login_of(&text).run(|_| panic!("sent again")).unwrap_err();
    assert_eq!(
        format!("{error}; {}", error.hint().unwrap()),
        "the login of profile `default` cannot be renewed: a renewal that began at \
         2026-06-01T12:00:00Z was cut off, and a refresh token that works once may not be sent \
         again; log in again: gong auth login --oauth"
    );
}

#[test]
fn a_refresh_token_that_gong_refuses_is_forgotten() {
    for status in [400, 401] {
        let login = login();
        let answer = reply(status, r#"{"error": "invalid_grant"}"#);
        let error = login.run(|_| Ok(answer)).unwrap_err();
        assert!(error.is_login_ended());
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            format!("Gong gave no tokens: status {status}, invalid_grant")
        );
        assert_eq!(login.kept()["oauth"].get("refresh_token"), None);
        assert_eq!(login.kept()["oauth"].get("renewing_since"), None);
        assert_eq!(login.ended_unasked(), Ended::NoRefreshToken);
    }
}

#[test]
fn after_a_refusal_that_does_not_say_why_the_token_is_kept_and_not_sent_again() {
    for (status, body) in [(400, "<html>"), (400, "{}"), (401, ""), (401, r#"{"error": "x"}"#)] {
        let login = login();
        assert_eq!(why(login.run(|_| Ok(reply(status, body)))), Ended::Unanswered);
        assert_eq!(login.kept()["oauth"]["refresh_token"], "R1");
        assert_eq!(login.ended_unasked(), Ended::Interrupted { since: now() });
    }
}

#[test]
fn a_wrong_secret_and_a_busy_server_leave_the_refresh_token() {
    for answer in [
        Ok(reply(401, r#"{"error": "invalid_client"}"#)),
        Ok(reply(400, r#"{"error": "invalid_client"}"#)),
        Ok(reply(400, r#"{"error": "unauthorized_client"}"#)),
        Ok(reply(400, r#"{"error": "invalid_request"}"#)),
        Ok(reply(429, "slow down")),
    ] {
        let login = login();
        let error = login.run(|_| answer).unwrap_err();
        assert!(matches!(error, Error::TokenRefused { .. }), "{error}");
        assert!(error.hint().is_some());
        assert_eq!(login.kept(), file());
    }
}

#[test]
fn tokens_that_cannot_be_kept_are_not_used() {
    let login = login();
    let lock = login.store().path().with_file_name("credentials.json.lock");
    let result = login.run(|_| {
        // A directory in the place of the lock: nobody can open it for writing.
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        Ok(reply(200, &second()))
    });
    assert_eq!(why(result), Ended::NotKept);
    fs::remove_dir(&lock).unwrap();
    assert_eq!(login.ended_unasked(), Ended::Interrupted { since: now() });
}

#[test]
fn a_new_login_is_not_overwritten_by_the_renewal_of_the_old_one() {
    for answer in [
        Ok(reply(200, &second())),
        Ok(reply(400, "{}")),
        Ok(reply(401, "")),
        lost(true),
        lost(false),
    ] {
        let login = login();
        let new: Profile = {
            let mut text = file();
            text["access_token"] = "T9".into();
            text["oauth"]["refresh_token"] = "R9".into();
            login_of(&text).store().profile("default").unwrap().unwrap()
        };
        let result = login.run(|_| {
            login.store().save("default", &new).unwrap();
            answer
        });
        drop(result);
        assert_eq!(login.kept()["access_token"], "T9");
        assert_eq!(login.kept()["oauth"]["refresh_token"], "R9");
        assert_eq!(login.kept()["oauth"].get("renewing_since"), None);
    }
}

#[test]
fn a_logout_meanwhile_stays_one() {
    let login = login();
    let renewed = login.run(|_| {
        login.store().remove("default").unwrap();
        Ok(reply(200, &second()))
    });
    assert!(renewed.is_ok());
    assert!(login.store().profile("default").unwrap().is_none());
    assert_eq!(login.ended_unasked(), Ended::NoLogin);
}

#[test]
fn the_host_of_the_company_is_taken_over_if_it_may_be() {
    for (told, expected) in [
        ("https://eu-2.api.gong.io", "https://eu-2.api.gong.io"),
        ("https://evil.com", "https://us-1.api.gong.io"),
        ("http://eu-2.api.gong.io", "https://us-1.api.gong.io"),
        ("nonsense", "https://us-1.api.gong.io"),
    ] {
        let login = login();
        let mut answer = second();
        answer["api_base_url_for_customer"] = told.into();
        let renewed = login.run(|_| Ok(reply(200, &answer))).unwrap();
        assert_eq!(renewed.base_url.to_string(), expected);
        assert_eq!(login.kept()["base_url"], expected);
    }
}

#[test]
fn a_secret_is_sent_to_no_host_that_the_file_makes_up() {
    for (member, value) in [
        ("token_url", "https://evil.com/token"),
        ("token_url", "http://app.gong.io/token"),
        ("token_url", "https://app.gong.io@evil.com/token"),
    ] {
        let mut text = file();
        text["oauth"][member] = value.into();
        let login = login_of(&text);
        let error = login.run(|_| panic!("sent")).unwrap_err();
        assert!(error.is_base_url(), "{value}: {error}");
        assert_eq!(login.kept(), text);
    }
}

#[test]
fn a_refresh_token_of_a_program_is_not_used_up() {
    let mut text = file();
    text["oauth"]["refresh_token"] = json!({ "command": ["echo", "R1"] });
    assert_eq!(login_of(&text).ended_unasked(), Ended::NotKept);
}

#[test]
fn many_at_once_ask_once() {
    let login = login();
    let n_sent = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let renewed = login.run(|_| {
                    n_sent.fetch_add(1, Ordering::SeqCst);
                    Ok(reply(200, &second()))
                });
                assert_eq!(renewed.unwrap().authorization().expose(), "Bearer T2");
            });
        }
    });
    assert_eq!(n_sent.load(Ordering::SeqCst), 1);
}

#[test]
fn no_message_and_no_debug_shows_a_secret() {
    let mut text = file();
    text["access_token"] = "canary-token".into();
    let login = login_of(&text);
    let error = login.run(|_| Ok(reply(400, "canary-body"))).unwrap_err();
    let shown = format!("{error:?} {error} {:?} {:?}", login.store().load(), login.renewal);
    for secret in ["R1", "canary"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
