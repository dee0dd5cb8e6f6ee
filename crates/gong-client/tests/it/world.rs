//! A sandbox, a client on a transport in memory, and what happened between them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use gong_auth::{Credentials, Login};
use gong_client::{
    Body, Client, Clock, Error, Event, Options, Payload, Sending, Transport, TransportError,
    TransportErrorKind, Watch,
};
use gong_sandbox::Sandbox;
use gong_types::ListCalls;
use http::Request;
use jiff::Timestamp;
use tokio::time::{Instant, sleep};

/// When it is in the sandbox, at first.
pub(crate) const NOW: &str = "2026-11-22T12:00:00Z";

/// A wall clock that goes with tokio's, and that can be put.
pub(crate) struct TestClock {
    started: Instant,
    base: Mutex<Timestamp>,
}

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        let base = Mutex::new(NOW.parse().unwrap());
        Arc::new(Self { started: Instant::now(), base })
    }

    /// Puts the clock forward, or back, by so many seconds.
    pub(crate) fn put(&self, seconds: i64) {
        let mut base = self.base.lock().unwrap();
        *base = Timestamp::from_second(base.as_second() + seconds).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.base.lock().unwrap() + self.started.elapsed()
    }
}

/// Keeps all events.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<Event>>);

impl Recorder {
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
}

impl Watch for Recorder {
    fn event(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

/// Takes requests to a sandbox without a network, but not without delay.
pub(crate) struct InMemory {
    pub(crate) sandbox: Sandbox,
    /// How long the way there and back may take, at most.
    pub(crate) delay: Duration,
    pub(crate) seed: Mutex<u64>,
}

impl InMemory {
    pub(crate) fn new(sandbox: &Sandbox, delay: Duration, seed: u64) -> Self {
        Self { sandbox: sandbox.clone(), delay, seed: Mutex::new(seed) }
    }

    fn some_delay(&self) -> Duration {
        let mut seed = self.seed.lock().unwrap();
        *seed =
            seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.delay.mul_f64(f64::from(u32::try_from(*seed >> 40).unwrap()) / f64::from(1 << 24))
    }
}

impl Transport for InMemory {
    fn send(&self, request: Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let lost =
                |kind| move |error: std::io::Error| TransportError::new(kind).caused_by(error);
            if !self.delay.is_zero() {
                sleep(self.some_delay()).await;
            }
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(lost(TransportErrorKind::Reset))?;
            let reply = self.sandbox.answer(Request::from_parts(head, body)).await;
            if !self.delay.is_zero() {
                sleep(self.some_delay()).await;
            }
            let response = reply.into_response().map_err(lost(TransportErrorKind::Reset))?;
            Ok(response
                .map(|body| -> Body { Box::pin(body.map_err(lost(TransportErrorKind::Body))) }))
        })
    }
}

/// A sandbox and a client.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) recorder: Arc<Recorder>,
    started: Instant,
}

impl World {
    /// A world in which the faults of `script` happen to the calls that are listed.
    pub(crate) fn with_faults(script: &str) -> Self {
        let faults = script.parse().unwrap();
        Self::new(gong_sandbox::Options { faults, ..sandbox_options() }, Options::default())
    }

    pub(crate) fn new(sandbox: gong_sandbox::Options, options: Options) -> Self {
        let sandbox = Sandbox::new(sandbox).unwrap();
        let recorder = Arc::new(Recorder::default());
        let options = Options {
            watch: Some(recorder.clone()),
            clock: Some(TestClock::new()),
            seed: Some(1),
            ..options
        };
        let transport = InMemory::new(&sandbox, Duration::ZERO, 1);
        let client = Client::with_transport(&credentials(), options, transport).unwrap();
        Self { sandbox, client, recorder, started: Instant::now() }
    }

    /// The ids of all calls, or the error.
    pub(crate) async fn ids(&self) -> Result<Vec<String>, Error> {
        ids(&self.client, &all_calls()).await
    }

    pub(crate) fn requests(&self) -> u64 {
        self.sandbox.request_count()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// When requests arrived.
    pub(crate) fn arrivals(&self) -> Vec<Duration> {
        self.sandbox.log().into_iter().map(|entry| entry.arrived).collect()
    }

    /// All faults happened, and no limit was broken.
    pub(crate) fn check(&self) {
        assert_eq!(self.sandbox.unused_faults(), [""; 0]);
        let over = self.sandbox.over_limit();
        assert_eq!((over.sliding, over.second, over.bucket), (0, 0, 0));
        assert_eq!((over.utc_day, over.rolling_day), (0, 0));
    }
}

/// The ids of the calls that match, in the order in which they come.
pub(crate) async fn ids(client: &Client, calls: &ListCalls) -> Result<Vec<String>, Error> {
    let calls: Vec<_> = client.items(calls).try_collect().await?;
    // Not read as a model: some faults make texts that only just are JSON.
    let id = |text: &str| {
        let value = text.split_once("\"id\":\"").unwrap().1;
        value.split_once('"').unwrap().0.to_owned()
    };
    Ok(calls.iter().map(|call| id(call.text())).collect())
}

pub(crate) fn all_calls() -> ListCalls {
    ListCalls {
        from: Some("2020-01-01T00:00:00Z".parse().unwrap()),
        to: Some(NOW.parse().unwrap()),
        ..ListCalls::default()
    }
}

/// A company of 250 calls, which are three pages.
pub(crate) fn sandbox_options() -> gong_sandbox::Options {
    gong_sandbox::Options {
        calls: 250,
        now: Some(NOW.parse().unwrap()),
        ..gong_sandbox::Options::default()
    }
}

pub(crate) fn credentials() -> Credentials {
    credentials_for("http://127.0.0.1:9")
}

pub(crate) fn credentials_for(url: &str) -> Credentials {
    Credentials {
        base_url: url.parse().unwrap(),
        login: Login::AccessKey {
            access_key: "KEY-OF-THE-TEST".to_owned(),
            secret_key: "SECRET-OF-THE-TEST".into(),
        },
    }
}

/// A transport that answers each request with what is next, or with the last thing for ever.
pub(crate) struct Canned {
    pub(crate) answers: Mutex<Vec<http::Response<Bytes>>>,
    pub(crate) sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Canned {
    pub(crate) fn new(mut answers: Vec<http::Response<Bytes>>) -> Self {
        answers.reverse();
        Self { answers: Mutex::new(answers), sent: Arc::default() }
    }
}

impl Transport for Canned {
    fn send(&self, request: Request<Payload>) -> Sending<'_> {
        let request = request.map(|body| body.collect().now_or_never().unwrap().unwrap());
        self.sent.lock().unwrap().push(request);
        let mut answers = self.answers.lock().unwrap();
        let last = answers.pop().unwrap();
        if answers.is_empty() {
            answers.push(last.clone());
        }
        let answer = last.map(|body| -> Body {
            Box::pin(futures_util::stream::once(async { Ok(body) }).boxed())
        });
        Box::pin(async { Ok(answer) })
    }
}

/// An answer of Gong's, or of something else.
pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> http::Response<Bytes> {
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

/// A client that gets these answers, and what it sent.
pub(crate) fn canned(
    answers: Vec<http::Response<Bytes>>,
) -> (Client, Arc<Mutex<Vec<Request<Bytes>>>>) {
    let transport = Canned::new(answers);
    let sent = transport.sent.clone();
    let options =
        Options { limits: gong_client::Limits::NONE, seed: Some(1), ..Options::default() };
    (Client::with_transport(&credentials(), options, transport).unwrap(), sent)
}
