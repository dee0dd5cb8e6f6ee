//! Logins that expire under way: renewed once for all requests, and not where that is of no use.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use gong_auth::{Credentials, Login};
use gong_client::{
    Body, Client, Error, Limits, Options, Payload, Renew, RenewError, Sending, Transport,
};
use gong_types::{Effect, Request, Whole};
use http::{Method, header};
use tokio::time::sleep;

use crate::world::{answer, credentials};

fn token(token: &str, host: &str) -> Credentials {
    Credentials { base_url: host.parse().unwrap(), login: Login::Token(token.into()) }
}

/// Accepts tokens that begin like this one, and keeps what it was asked.
struct Gong {
    good: &'static str,
    refusal: &'static str,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Transport for Gong {
    fn send(&self, request: http::Request<Payload>) -> Sending<'_> {
        let login = request.headers()[header::AUTHORIZATION].to_str().unwrap().to_owned();
        let login = login.split_once(' ').unwrap().1.to_owned();
        self.asked.lock().unwrap().push(format!("{} {login}", request.uri().host().unwrap()));
        let refusal = format!("{{\"requestId\":\"r\",\"errors\":[\"{}\"]}}", self.refusal);
        let answer =
            if login.starts_with(self.good) { answer(200, "{}") } else { answer(401, refusal) };
        Box::pin(async move {
            sleep(Duration::from_millis(10)).await;
            let body = |body: Bytes| -> Body { Box::pin(futures_util::stream::iter([Ok(body)])) };
            Ok(answer.map(body))
        })
    }
}

/// Gives a new token each time, or fails.
#[derive(Default)]
struct Renewer {
    stale: Mutex<Vec<String>>,
    fails: bool,
}

impl Renew for Renewer {
    fn renew<'a>(
        &'a self,
        stale: &'a Credentials,
    ) -> Pin<Box<dyn Future<Output = Result<Credentials, RenewError>> + Send + 'a>> {
        let number = {
            let mut all = self.stale.lock().unwrap();
            all.push(stale.authorization().expose().to_owned());
            all.len()
        };
        Box::pin(async move {
            sleep(Duration::from_secs(1)).await;
            if self.fails {
                return Err("the refresh token was used before".into());
            }
            Ok(token(&format!("new-{number}"), "http://127.0.0.2:9"))
        })
    }
}

struct World {
    client: Client,
    asked: Arc<Mutex<Vec<String>>>,
    renewer: Arc<Renewer>,
}

fn world(
    credentials: &Credentials,
    good: &'static str,
    refusal: &'static str,
    fails: bool,
) -> World {
    let renewer = Arc::new(Renewer { fails, ..Renewer::default() });
    let options =
        Options { limits: Limits::NONE, renew: Some(renewer.clone()), ..Options::default() };
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let gong = Gong { good, refusal, asked: asked.clone() };
    World { client: Client::with_transport(credentials, options, gong).unwrap(), asked, renewer }
}

impl World {
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn n_renewals(&self) -> usize {
        self.renewer.stale.lock().unwrap().len()
    }
}

fn stale() -> Credentials {
    token("old", "http://127.0.0.1:9")
}

const EXPIRED: &str = "The access token expired";

#[tokio::test(start_paused = true)]
async fn requests_that_are_refused_together_renew_once() {
    let world = world(&stale(), "new", EXPIRED, false);
    let request = Request::get("/v2/x");
    let call = || world.client.call::<Whole>(&request);
    let (a, b, c) = tokio::join!(call(), call(), call());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(world.renewer.stale.lock().unwrap()[..], ["Bearer old"]);
    let mut asked = world.asked();
    asked.sort();
    let (old, new) = ("127.0.0.1 old", "127.0.0.2 new-1");
    assert_eq!(asked, [old, old, old, new, new, new]);
    call().await.unwrap();
    assert_eq!(world.asked().last().unwrap(), new);
    assert_eq!(world.n_renewals(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_is_sent_again_with_the_new_login() {
    let world = world(&stale(), "new", EXPIRED, false);
    let request = Request::new(Method::POST, "/v2/x", Effect::Erases);
    world.client.call::<Whole>(&request).await.unwrap();
    assert_eq!(world.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_is_an_error() {
    let world = world(&stale(), "other", EXPIRED, false);
    let error = world.client.call::<Whole>(&Request::get("/v2/x")).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error:?}");
    assert_eq!((world.asked().len(), world.n_renewals()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_missing_scope_is_no_reason_to_renew() {
    let refusal = "You don't have permission to use 'api:users:read' in your app.";
    let world = world(&stale(), "new", refusal, false);
    let error = world.client.call::<Whole>(&Request::get("/v2/x")).await.unwrap_err();
    assert_eq!(error.missing_scope(), Some("api:users:read"));
    assert_eq!((world.asked().len(), world.n_renewals()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_not_renewed() {
    let world = world(&credentials(), "new", EXPIRED, false);
    let error = world.client.call::<Whole>(&Request::get("/v2/x")).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error:?}");
    assert_eq!((world.asked().len(), world.n_renewals()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_fails_all_who_wait_for_it_and_may_be_tried_later() {
    let world = world(&stale(), "new", EXPIRED, true);
    let request = Request::get("/v2/x");
    let call = || world.client.call::<Whole>(&request);
    let (a, b) = tokio::join!(call(), call());
    for outcome in [a, b] {
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Renewal { .. }), "{error:?}");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "the refresh token was used before");
        assert!(!error.is_outcome_unknown());
    }
    assert_eq!((world.asked().len(), world.n_renewals()), (2, 1));
    assert!(call().await.is_err());
    assert_eq!(world.n_renewals(), 2);
}
