//! Bodies cut at every byte: no part of a page passes for a page.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use gong_auth::{Credentials, Login};
use gong_client::{Body, Client, Error, Limits, Options, Payload, Sending, Transport};
use gong_types::{
    Effect, Endpoint, GetTranscripts, ListUsers, Page, Request, Resend, SearchCalls, Whole,
};
use http::{Method, Response};

use crate::world::{InMemory, all_calls, answer, credentials, sandbox_options};

/// Keeps the bodies of all answers that pass.
struct Tap {
    inner: InMemory,
    bodies: Arc<Mutex<Vec<Bytes>>>,
}

impl Transport for Tap {
    fn send(&self, request: http::Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let (head, body) = self.inner.send(request).await?.into_parts();
            let chunks: Vec<Bytes> = body.try_collect().await?;
            let body = Bytes::from(chunks.concat());
            self.bodies.lock().unwrap().push(body.clone());
            let body: Body = Box::pin(futures_util::stream::iter([Ok(body)]));
            Ok(Response::from_parts(head, body))
        })
    }
}

/// The first pages of `endpoint` as the sandbox sent them, none larger than a test has time for.
async fn pages<E, T>(endpoint: &E, count: usize) -> Vec<(String, Bytes)>
where
    E: Endpoint<Response = Page<T>>,
{
    let options =
        gong_sandbox::Options { requests_per_second: 0, page_size: 1, ..sandbox_options() };
    let sandbox = gong_sandbox::Sandbox::new(options).unwrap();
    let bodies = Arc::<Mutex<Vec<Bytes>>>::default();
    let inner = InMemory::new(&sandbox, std::time::Duration::ZERO, 1);
    let tap = Tap { inner, bodies: bodies.clone() };
    let client = Client::with_transport(&credentials(), unlimited(), tap).unwrap();
    let mut pages = client.pages(endpoint).boxed_local();
    let small = || -> Vec<Bytes> {
        let bodies = bodies.lock().unwrap();
        bodies.iter().filter(|body| body.len() < 5000).take(count).cloned().collect()
    };
    while small().len() < count {
        pages.next().await.unwrap().unwrap();
    }
    let member = endpoint.request().answer.unwrap();
    small().into_iter().map(|body| (member.clone(), body)).collect()
}

fn unlimited() -> Options {
    Options { limits: Limits::NONE, ..Options::default() }
}

/// Answers every request with the same body.
struct Same(Arc<Mutex<Bytes>>);

impl Transport for Same {
    fn send(&self, _: http::Request<Payload>) -> Sending<'_> {
        let answer = answer(200, self.0.lock().unwrap().clone());
        Box::pin(async {
            Ok(answer.map(|body| -> Body { Box::pin(futures_util::stream::iter([Ok(body)])) }))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn ten_pages_cut_at_every_byte_are_never_read_as_a_page() {
    let (from, to) = (all_calls().from, all_calls().to);
    let mut recorded = pages(&all_calls(), 3).await;
    recorded.extend(pages(&ListUsers::default(), 3).await);
    let search = SearchCalls { from, to, ..SearchCalls::default() };
    recorded.extend(pages(&search, 2).await);
    recorded.extend(pages(&GetTranscripts { from, to, ..GetTranscripts::default() }, 2).await);
    assert_eq!(recorded.len(), 10);

    let body = Arc::new(Mutex::new(Bytes::new()));
    let client = Client::with_transport(&credentials(), unlimited(), Same(body.clone())).unwrap();
    let mut n_cuts = 0;
    for (member, whole) in recorded {
        // Nothing is sent twice, which saves time.
        let request = Request::get("/v2/x").resend(Resend::Never).answer(member);
        *body.lock().unwrap() = whole.clone();
        assert_eq!(client.call::<Page<()>>(&request).await.unwrap().items.len(), 1);
        for end in 0..whole.len() {
            *body.lock().unwrap() = whole.slice(..end);
            let outcome = client.call::<Page<()>>(&request).await;
            let expected = match end {
                0 => matches!(outcome, Err(Error::NotGong { .. })),
                _ => matches!(outcome, Err(Error::CutShort { .. })),
            };
            assert!(expected, "cut after {end} of {} bytes: {outcome:?}", whole.len());
            if end % 16 == 0 {
                assert!(client.call::<Whole>(&request).await.is_err());
                assert!(client.raw(&request).await.is_err() || end == 0);
            }
            n_cuts += 1;
        }
    }
    assert!(n_cuts > 5000, "{n_cuts}");
}

#[tokio::test(start_paused = true)]
async fn a_body_of_another_length_than_promised_is_lost() {
    for (promised, is_whole) in [("2", true), ("3", false), ("1", false)] {
        let mut answer = answer(200, "{}");
        answer.headers_mut().insert("content-length", promised.parse().unwrap());
        let (client, sent) = crate::world::canned(vec![answer]);
        let outcome = client.raw(&Request::get("/v2/x")).await;
        assert_eq!(outcome.is_ok(), is_whole, "{promised}");
        assert_eq!(sent.lock().unwrap().len(), if is_whole { 1 } else { 4 });
    }
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_not_sent() {
    let (client, sent) = crate::world::canned(vec![answer(200, "{}")]);
    for path in [
        "/v2/users/..",
        "/v2/./users",
        "/v2/users/%2E%2e/calls",
        "/v2/users/.%2e?a=b",
        "/v2/users\\..\\calls",
        "/v2/users/.\t./calls",
    ] {
        let error = client.raw(&Request::get(path)).await.unwrap_err();
        assert!(matches!(error, Error::Unusable { .. }), "{path}: {error:?}");
    }
    assert!(sent.lock().unwrap().is_empty());
    for path in ["/v2/users/...", "/v2/users/a..b", "/v2/users?a=../b"] {
        assert!(client.raw(&Request::get(path)).await.is_ok(), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_is_too_large_is_one() {
    let transport = crate::world::Canned::new(vec![answer(400, "x".repeat(100))]);
    let options = Options { max_body: 99, ..unlimited() };
    let client = Client::with_transport(&credentials(), options, transport).unwrap();
    let write = Request::new(Method::POST, "/v2/x", Effect::Writes);
    let error = client.call::<Whole>(&write).await.unwrap_err();
    assert!(!error.is_outcome_unknown(), "{error:?}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
}

#[tokio::test(start_paused = true)]
async fn a_login_is_masked_wherever_the_beginning_of_a_page_ends() {
    let secret = "eyJ".repeat(100);
    for before in [0, 1, 60, 119] {
        let page = format!("{}{secret}  {secret}", "x".repeat(before));
        let credentials = Credentials {
            base_url: credentials().base_url,
            login: Login::Token(secret.as_str().into()),
        };
        let transport = crate::world::Canned::new(vec![answer(200, page)]);
        let client = Client::with_transport(&credentials, unlimited(), transport).unwrap();
        let error = client.call::<Whole>(&Request::get("/v2/x")).await.unwrap_err();
        assert!(matches!(error, Error::NotGong { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("eyJ"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_raw_answer_may_be_anything_but_half_a_json_or_a_page() {
    let answer_of = |kind: &str, body: &'static str| {
        Response::builder().header("content-type", kind).body(Bytes::from(body)).unwrap()
    };
    let (client, _) = crate::world::canned(vec![answer_of("text/csv", "a,b")]);
    assert_eq!(client.raw(&Request::get("/v2/x")).await.unwrap().body, "a,b");
    let write = Request::new(Method::POST, "/v2/x", Effect::Writes);
    for (kind, body) in [("text/html; charset=utf-8", "sign in"), ("text/plain", "\u{feff}\n<p>")] {
        let (client, sent) = crate::world::canned(vec![answer_of(kind, body)]);
        let error = client.raw(&write).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{kind}: {error:?}");
        assert_eq!(sent.lock().unwrap().len(), 1);
    }
    let (client, _) = crate::world::canned(vec![answer(200, "{\"a\":")]);
    assert!(client.raw(&Request::get("/v2/x")).await.is_err());
    let (client, _) = crate::world::canned(vec![answer(204, "")]);
    assert_eq!(client.raw(&Request::get("/v2/x")).await.unwrap().status.as_u16(), 204);
}
