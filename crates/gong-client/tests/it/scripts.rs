//! Random fault scripts over writes: what is done twice, counted where it is done.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use gong_client::{
    Body, Client, Limits, Options, Payload, Sending, Transport, TransportError, TransportErrorKind,
};
use gong_types::{Effect, Request, Resend, Whole};
use http::{Method, Response};
use tokio::time::sleep;

use crate::world::{TestClock, credentials};

/// A server of one thing that can be done, and all that can happen on the way there and back.
#[derive(Default)]
struct Server {
    random: u64,
    /// The keys, if any, with which it was done; as often as it was done.
    effects: Vec<Option<String>>,
    /// The keys with which it was asked for.
    asked: Vec<Option<String>>,
    n_sent: u32,
}

/// What happens to one request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Refused,
    Limited,
    Rejected(u16),
    /// It may be done, and then the answer is lost in one way or another.
    Lost {
        is_done: bool,
        how: Loss,
    },
    Well,
}

#[derive(Debug, Clone, Copy)]
enum Loss {
    Status(u16),
    Reset,
    MidBody,
    Timeout,
    Html,
    CutShort,
}

impl Server {
    fn next(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 8
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let n = u64::try_from(from.len()).unwrap();
        from[usize::try_from(self.next() % n).unwrap()]
    }

    fn fate(&mut self) -> Fate {
        match self.next() % 10 {
            0 => Fate::Refused,
            1 => Fate::Limited,
            2 if self.next().is_multiple_of(4) => Fate::Rejected(self.pick(&[400, 401, 403, 422])),
            2..7 => {
                let is_done = self.next().is_multiple_of(2);
                let status = self.pick(&[408, 500, 502, 503, 504]);
                let how = self.pick(&[
                    Loss::Status(status),
                    Loss::Reset,
                    Loss::MidBody,
                    Loss::Timeout,
                    Loss::Html,
                    Loss::CutShort,
                ]);
                // Half an answer of success comes only from who has done it.
                let is_told = matches!(how, Loss::MidBody | Loss::CutShort);
                Fate::Lost { is_done: is_done || is_told, how }
            }
            _ => Fate::Well,
        }
    }

    /// Does what is asked, or says why not.
    fn serve(&mut self, method: &Method, key: Option<&str>) -> (u16, Bytes) {
        let is_done = !self.effects.is_empty();
        if method == Method::GET {
            return (200, Bytes::from(format!("{{\"done\":{is_done}}}")));
        }
        let refusal =
            |text: &str| Bytes::from(format!("{{\"requestId\":\"r\",\"errors\":[\"{text}\"]}}"));
        let key = key.map(str::to_owned);
        if key.is_some() && self.effects.contains(&key) {
            return (409, refusal("this id was already used"));
        }
        if method == Method::DELETE && is_done {
            return (404, refusal("there is no such thing"));
        }
        self.effects.push(key);
        (200, Bytes::from_static(b"{\"requestId\":\"r\",\"done\":true}"))
    }
}

#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Server>>);

impl Transport for Wire {
    fn send(&self, request: http::Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let method = request.method().clone();
            let key = request.uri().query().map(str::to_owned);
            let (fate, answer) = {
                let mut server = self.0.lock().unwrap();
                server.n_sent += 1;
                assert!(server.n_sent < 200, "it does not end");
                if method != Method::GET {
                    server.asked.push(key.clone());
                }
                let fate = server.fate();
                let is_done = matches!(fate, Fate::Well | Fate::Lost { is_done: true, .. });
                (fate, is_done.then(|| server.serve(&method, key.as_deref())))
            };
            let json = |status: u16, body: Bytes| Ok(response(status, stream::iter([Ok(body)])));
            let error = |kind| Err(TransportError::new(kind));
            let half = Bytes::from_static(b"{\"requestId\":");
            match fate {
                Fate::Refused => error(TransportErrorKind::Connect),
                Fate::Limited => json(429, Bytes::from_static(b"{\"requestId\":\"r\"}")),
                Fate::Rejected(status) => {
                    json(status, Bytes::from_static(b"{\"requestId\":\"r\"}"))
                }
                Fate::Well => {
                    let (status, body) = answer.unwrap();
                    json(status, body)
                }
                // A refusal that is torn is a refusal all the same, by its status.
                Fate::Lost { how: Loss::MidBody | Loss::CutShort, .. }
                    if answer.as_ref().unwrap().0 != 200 =>
                {
                    let (status, body) = answer.unwrap();
                    json(status, body)
                }
                Fate::Lost { how, .. } => match how {
                    Loss::Status(status) => {
                        json(status, Bytes::from_static(b"{\"requestId\":\"r\"}"))
                    }
                    Loss::Reset => error(TransportErrorKind::Reset),
                    Loss::MidBody => {
                        let torn = TransportError::new(TransportErrorKind::Body);
                        Ok(response(200, stream::iter([Ok(half), Err(torn)])))
                    }
                    Loss::Timeout => {
                        sleep(Duration::from_hours(1)).await;
                        error(TransportErrorKind::Reset)
                    }
                    Loss::Html => json(200, Bytes::from_static(b"<p>")),
                    Loss::CutShort => json(200, half),
                },
            }
        })
    }
}

fn response(
    status: u16,
    body: impl futures_util::Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
) -> Response<Body> {
    let body: Body = body.boxed();
    Response::builder().status(status).body(body).unwrap()
}

fn shows(_: &Request, text: &str) -> Option<String> {
    text.contains("true").then(|| r#"{"requestId":"r","done":true}"#.to_owned())
}

/// A write of each class: whether it may be done more than once, and the request.
fn write(number: u64) -> (bool, Request) {
    let new = |method| Request::new(method, "/v2/thing", Effect::Writes);
    match number % 6 {
        0 => (false, new(Method::POST)),
        1 => (false, Request::new(Method::POST, "/v2/thing", Effect::Erases)),
        2 => {
            let key = format!("k{number}");
            let mut request = new(Method::POST).key(key.as_str());
            request.query.push((key, String::new()));
            (false, request)
        }
        3 => (true, new(Method::PUT).resend(Resend::SameState)),
        4 => (true, new(Method::DELETE).resend(Resend::SameState)),
        _ => (false, new(Method::PUT).look(Request::get("/v2/thing"), shows)),
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_goes_wrong_nothing_is_done_twice_and_what_is_said_is_true() {
    let count: u64 = 100_000;
    let mut ends = [0; 3];
    for number in 0..count {
        let wire = Wire::default();
        wire.0.lock().unwrap().random = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let options = Options {
            limits: Limits::NONE,
            seed: Some(number),
            // A pause counts by the wall clock, too.
            clock: Some(TestClock::new()),
            ..Options::default()
        };
        let client = Client::with_transport(&credentials(), options, wire.clone()).unwrap();
        let (may_repeat, request) = write(number);
        let outcome = client.call::<Whole>(&request).await;
        let server = wire.0.lock().unwrap();
        let n_done = server.effects.len();
        let what = format!("script {number}, {request:?}: {outcome:?}, done {n_done} times");
        assert!(n_done <= 1 || may_repeat, "{what}");
        let keys: BTreeSet<_> = server.asked.iter().collect();
        assert_eq!(keys.len(), 1.min(server.asked.len()), "{what}: {keys:?}");
        match &outcome {
            Ok(_) => assert!(n_done >= 1, "{what}"),
            Err(error) if error.is_outcome_unknown() => {}
            Err(_) => assert_eq!(n_done, 0, "{what}"),
        }
        let end = match &outcome {
            Ok(_) => 0,
            Err(error) if error.is_outcome_unknown() => 1,
            Err(_) => 2,
        };
        ends[end] += 1;
    }
    assert!(ends.iter().all(|end| *end > count / 50), "{ends:?}");
}
