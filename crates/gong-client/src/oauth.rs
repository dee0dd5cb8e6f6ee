//! Tokens over HTTP: sends the requests of a login with OAuth, each once, and never gives up halfway.

use std::{
    io,
    pin::Pin,
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use bytes::Bytes;
use futures_util::StreamExt as _;
use gong_auth::{Credentials, NotAnswered, Renewal, TokenReply, TokenRequest};
use http::{HeaderValue, Request, header};
use jiff::Timestamp;
use tokio::{runtime, sync::oneshot, time::timeout};

use crate::{
    options::{Options, Timeouts},
    renewal::{Renew, RenewError},
    transport::{OverReqwest, Payload, Transport as _, TransportError, TransportErrorKind},
};

/// More than any answer with tokens has.
const LARGEST: usize = 64 << 10;
/// How often a connection is tried: as long as there is none, nothing was sent.
const CONNECTIONS: u32 = 3;

/// Renews the login of a profile, on a thread that goes on when nobody waits for it any more: a
/// refresh token works once, and its answer must not be lost.
#[derive(Debug, Clone)]
pub struct Renewer {
    renewal: Renewal,
}

impl Renewer {
    /// Renews in the way that `renewal` says.
    pub fn new(renewal: Renewal) -> Self {
        Self { renewal }
    }

    /// The login in the place of `stale`, which Gong does not accept any more, or soon will not.
    pub async fn renewed(&self, stale: &Credentials) -> Result<Credentials, gong_auth::Error> {
        let (renewal, stale) = (self.renewal.clone(), stale.clone());
        on_a_thread(move || renewal.run(&stale, Timestamp::now(), send))
            .await
            .unwrap_or_else(|source| Err(gong_auth::Error::TokenNotAsked { source: source.into() }))
    }
}

impl Renew for Renewer {
    fn renew<'a>(
        &'a self,
        stale: &'a Credentials,
    ) -> Pin<Box<dyn Future<Output = Result<Credentials, RenewError>> + Send + 'a>> {
        Box::pin(async move { Ok(self.renewed(stale).await?) })
    }
}

/// Sends a request for tokens, once, on a thread that goes on when nobody waits for it any more.
///
/// Only a connection that could not be made is tried again. No redirect is followed, and no proxy is
/// used for this machine.
pub async fn ask_for_tokens(request: TokenRequest) -> Result<TokenReply, NotAnswered> {
    on_a_thread(move || send(&request))
        .await
        .unwrap_or_else(|source| Err(NotAnswered { nothing_was_sent: true, source: source.into() }))
}

/// How many threads are at work.
static AT_WORK: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// Blocks until no tokens are asked for any more in this process, up to `limit`. A process that is
/// about to end calls it, so as not to lose a login.
pub fn wait_for_tokens(limit: Duration) {
    let (n_at_work, done) = &AT_WORK;
    let n_at_work = n_at_work.lock().unwrap_or_else(PoisonError::into_inner);
    // Time is up, or they are done: either way that was all.
    let _ = done.wait_timeout_while(n_at_work, limit, |it| *it > 0);
}

/// Counts a thread until it ends, in whatever way.
struct AtWork;

impl AtWork {
    fn begin() -> Self {
        Self::count(|it| it + 1);
        Self
    }

    fn count(next: impl FnOnce(usize) -> usize) {
        let mut n_at_work = AT_WORK.0.lock().unwrap_or_else(PoisonError::into_inner);
        *n_at_work = next(*n_at_work);
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        Self::count(|it| it.saturating_sub(1));
        AT_WORK.1.notify_all();
    }
}

/// Fails only if there is no thread to be had.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = oneshot::channel();
    let at_work = AtWork::begin();
    thread::Builder::new().name("tokens".to_owned()).spawn(move || {
        let _at_work = at_work;
        // Nobody may be waiting for it any more.
        let _ = sender.send(work());
    })?;
    Ok(receiver.await.expect("a thread that ends without an answer has panicked"))
}

/// Blocks until there is an answer or a time-out.
fn send(request: &TokenRequest) -> Result<TokenReply, NotAnswered> {
    let unsent = |source| NotAnswered { nothing_was_sent: true, source };
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| unsent(error.into()))?;
    let transport = OverReqwest::new(request.host.clone(), Timeouts::default());
    runtime.block_on(async {
        let mut n_connections = 1;
        loop {
            let message = message(request).map_err(|error| unsent(error.into()))?;
            match once(&transport, message).await {
                Err(error) if error.nothing_was_sent && n_connections < CONNECTIONS => {
                    tokio::time::sleep(Duration::from_millis(300) * n_connections).await;
                    n_connections += 1;
                }
                answer => {
                    return answer.map_err(|error| NotAnswered {
                        nothing_was_sent: error.nothing_was_sent,
                        source: error.into(),
                    });
                }
            }
        }
    })
}

fn message(request: &TokenRequest) -> Result<Request<Payload>, http::Error> {
    let mut authorization = HeaderValue::from_str(request.authorization.expose())?;
    authorization.set_sensitive(true);
    Request::post(request.address.expose())
        .header(header::AUTHORIZATION, authorization)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_LENGTH, "0")
        .header(header::USER_AGENT, Options::default().user_agent)
        .body(Payload::Bytes(Bytes::new()))
}

async fn once(
    transport: &OverReqwest,
    message: Request<Payload>,
) -> Result<TokenReply, TransportError> {
    let Timeouts { headers, .. } = Timeouts::default();
    let too_slow = |_| TransportError::new(TransportErrorKind::Timeout);
    let answer = timeout(headers, transport.send(message)).await.map_err(too_slow)??;
    let status = answer.status().as_u16();
    let mut pieces = answer.into_body();
    let mut body = TokenReply { status, body: Vec::new().into() };
    let reading = async {
        while let Some(piece) = pieces.next().await {
            body.body.extend_from_slice(&piece?);
            if body.body.len() > LARGEST {
                return Err(TransportError::new(TransportErrorKind::Body)
                    .caused_by("it is larger than any tokens"));
            }
        }
        Ok(())
    };
    timeout(headers, reading).await.map_err(too_slow)??;
    Ok(body)
}
