//! The client: sends requests within the limits, again where that is safe, and reads the answers.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use gong_auth::{BaseUrl, Credentials, Secret};
use gong_types::{Answer, Endpoint, Request};
use http::{HeaderValue, header};
use tokio::time::{Instant, sleep};

use crate::{
    answer::{self, Raw, Unreadable},
    clock::{Clock, SystemClock},
    error::{Error, Result},
    exchange::{Exchanged, exchange},
    jitter::Jitter,
    limits::{Limiter, Quota},
    options::Options,
    printable,
    retry::{Action, Outcome, Retry, Tokens, retry_after},
    transport::{OverReqwest, Transport},
    watch::Event,
};

/// A client for one company. Clones share their connections, limits and retry tokens.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    base_url: BaseUrl,
    authorization: Secret,
    user_agent: HeaderValue,
    options: Options,
    clock: Arc<dyn Clock>,
    transport: Box<dyn Transport>,
    limiter: Limiter,
    chance: Mutex<Chance>,
}

/// What retries draw on.
struct Chance {
    tokens: Tokens,
    jitter: Jitter,
}

impl Client {
    /// A client that sends over the network. Nothing is sent yet, but the ledger is opened. Fails if
    /// that is not possible, or if the credentials or the user agent have characters that a header
    /// cannot have.
    pub fn new(credentials: &Credentials, options: Options) -> Result<Self> {
        let transport = OverReqwest::new(credentials.base_url.clone(), options.timeouts);
        Self::with_transport(credentials, options, transport)
    }

    /// A client that sends with `transport`. Fails as [`Client::new`] does.
    pub fn with_transport(
        credentials: &Credentials,
        options: Options,
        transport: impl Transport + 'static,
    ) -> Result<Self> {
        let authorization = credentials.authorization();
        header_of(&authorization)?;
        let user_agent = HeaderValue::from_str(&options.user_agent)
            .map_err(|_| Error::Unusable { problem: "the user agent cannot be sent" })?;
        let clock = options.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        let limiter = Limiter::new(
            options.limits,
            options.ledger.as_deref(),
            clock.clone(),
            options.watch.clone(),
        )?;
        let chance = Chance { tokens: Tokens::full(), jitter: Jitter::new(options.seed) };
        let inner = Inner {
            base_url: credentials.base_url.clone(),
            authorization,
            user_agent,
            options,
            clock,
            transport: Box::new(transport),
            limiter,
            chance: Mutex::new(chance),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends an endpoint and reads its answer. Of a list this is one page.
    pub async fn send<E: Endpoint>(&self, endpoint: &E) -> Result<E::Response> {
        self.call(&endpoint.request()).await
    }

    /// Sends a request and reads its answer as `A`.
    pub async fn call<A: Answer>(&self, request: &Request) -> Result<A> {
        self.inner.run(request, answer::decode).await
    }

    /// Sends a request and returns its answer as it is. The status is one of success; the body may be
    /// anything, except that what is called JSON is whole.
    pub async fn raw(&self, request: &Request) -> Result<Raw> {
        let read = |_: &Request, raw: &Raw| answer::check_promise(raw).map(|()| raw.clone());
        self.inner.run(request, read).await
    }

    /// What is left of the limits, as far as this client and its ledger know.
    pub fn quota(&self) -> Result<Quota> {
        self.inner.limiter.quota()
    }

    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        self.inner.tell(event);
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.inner.base_url).finish_non_exhaustive()
    }
}

/// What to do after a try.
enum Next<T> {
    Done(T),
    Failed(Outcome, String, Error),
}

impl Inner {
    /// Sends `request` until `read` can read its answer, or there is no hope.
    async fn run<T>(
        &self,
        request: &Request,
        read: impl Fn(&Request, &Raw) -> Result<T, Unreadable>,
    ) -> Result<T> {
        let line = request.to_string();
        let prepared = self.prepare(request)?;
        let max_wait = self.options.max_wait;
        let mut retry = Retry::new(request.effect, max_wait);
        let mut attempt = 0;
        loop {
            let permit = self.limiter.acquire(&line, attempt, max_wait).await?;
            attempt += 1;
            self.tell(|| Event::Sending { request: line.clone(), attempt });
            tracing::debug!(request = line, attempt, "sends");
            let started = Instant::now();
            let sent = prepared.clone();
            let exchanged = exchange(&*self.transport, sent, permit, &self.options).await;
            tracing::debug!(request = line, attempt, elapsed = ?started.elapsed(), "{}", Shown(&exchanged));
            let (outcome, why, error) = match self.judge(request, &line, attempt, exchanged, &read)
            {
                Next::Done(answer) => return Ok(answer),
                Next::Failed(outcome, why, error) => (outcome, why, error),
            };
            let action = {
                let mut chance = self.chance();
                let Chance { tokens, jitter } = &mut *chance;
                retry.next(outcome, tokens, jitter)
            };
            match action {
                Action::Stop => return Err(error),
                Action::Again(wait) => {
                    self.tell(|| Event::Retrying { request: line.clone(), attempt, why, wait });
                    sleep(wait).await;
                }
                Action::Pause(wait) => {
                    self.tell(|| Event::Retrying { request: line.clone(), attempt, why, wait });
                    self.limiter.pause(wait)?;
                }
                Action::Exhausted(wait) => {
                    self.limiter.pause(wait)?;
                    return Err(self.limiter.exhausted(line, wait, attempt));
                }
            }
        }
    }

    fn judge<T>(
        &self,
        request: &Request,
        line: &str,
        attempts: u32,
        exchanged: Exchanged,
        read: impl Fn(&Request, &Raw) -> Result<T, Unreadable>,
    ) -> Next<T> {
        let line = || line.to_owned();
        let raw = match exchanged {
            Exchanged::Answer(raw) => raw,
            Exchanged::Lost(source) => {
                let outcome =
                    Outcome::Lost { kind: source.kind, nothing_was_sent: source.nothing_was_sent };
                let why = source.to_string();
                return Next::Failed(
                    outcome,
                    why,
                    Error::Lost { request: line(), attempts, source },
                );
            }
            Exchanged::TooLarge => {
                let error = Error::TooLarge { request: line(), limit: self.options.max_body };
                return Next::Failed(Outcome::TooLarge, String::new(), error);
            }
        };
        let status = raw.status;
        self.tell(|| Event::Answered {
            request: line(),
            status,
            bytes: u64::try_from(raw.body.len()).unwrap_or(u64::MAX),
        });
        if !status.is_success() {
            let wait = retry_after(&raw.headers, self.clock.now().into());
            let why = status.to_string();
            return Next::Failed(
                Outcome::Status(status, wait),
                why,
                self.refused(line(), attempts, &raw),
            );
        }
        match read(request, &raw) {
            Ok(answer) => {
                self.chance().tokens.earn();
                Next::Done(answer)
            }
            Err(Unreadable::CutShort) => {
                let error = Error::CutShort { request: line(), attempts };
                Next::Failed(Outcome::CutShort, "the answer was cut short".to_owned(), error)
            }
            Err(Unreadable::NotJson) => {
                let error = self.not_gong(line(), attempts, &raw);
                Next::Failed(Outcome::NotGong, "the answer is not from Gong".to_owned(), error)
            }
            Err(Unreadable::Undecodable { request_id, source }) => {
                let error = Error::Undecodable { request: line(), request_id, source };
                Next::Failed(Outcome::Undecodable, String::new(), error)
            }
        }
    }

    fn refused(&self, request: String, attempts: u32, raw: &Raw) -> Error {
        let status = raw.status;
        if status.is_redirection() {
            let host = answer::redirect_host(&raw.headers, &self.base_url.join("/"));
            return Error::Redirected { request, status, host };
        }
        match answer::refusal(raw) {
            Some(answer::Refusal { messages, request_id }) => {
                let messages = messages.iter().map(|message| self.without_login(message)).collect();
                Error::Refused { request, status, messages, request_id, attempts }
            }
            None => self.not_gong(request, attempts, raw),
        }
    }

    fn not_gong(&self, request: String, attempts: u32, raw: &Raw) -> Error {
        Error::NotGong {
            request,
            status: raw.status,
            host: self.base_url.host().to_owned(),
            beginning: self.without_login(&printable::beginning(&raw.body)),
            attempts,
        }
    }

    /// What a server says, without the login in case it repeats its headers.
    fn without_login(&self, text: &str) -> String {
        let authorization = self.authorization.expose();
        let login = authorization.split_once(' ').map_or(authorization, |(_, login)| login);
        text.replace(login, "****")
    }

    /// The request as it is sent, the same each time.
    fn prepare(&self, request: &Request) -> Result<http::Request<Bytes>> {
        let mut url = self.base_url.join(&request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let body = request.body.as_ref().map(|body| Bytes::copy_from_slice(body.get().as_bytes()));
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(url.as_str())
            .header(header::AUTHORIZATION, header_of(&self.authorization)?)
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .header(header::USER_AGENT, self.user_agent.clone());
        if body.is_some() {
            let json = HeaderValue::from_static("application/json");
            builder = builder.header(header::CONTENT_TYPE, json);
        }
        builder
            .body(body.unwrap_or_default())
            .map_err(|_| Error::Unusable { problem: "the path or query cannot be sent" })
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(watch) = &self.options.watch {
            watch.event(&event());
        }
    }

    fn chance(&self) -> MutexGuard<'_, Chance> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The header that carries a login, marked so that it is not shown.
fn header_of(authorization: &Secret) -> Result<HeaderValue> {
    let mut header = HeaderValue::from_str(authorization.expose())
        .map_err(|_| Error::Unusable { problem: "the credentials cannot be sent in a header" })?;
    header.set_sensitive(true);
    Ok(header)
}

/// How an exchange ended, for the log.
struct Shown<'a>(&'a Exchanged);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Exchanged::Answer(raw) => {
                write!(f, "answered {} with {} bytes", raw.status.as_u16(), raw.body.len())
            }
            Exchanged::Lost(error) => write!(f, "{error}"),
            Exchanged::TooLarge => f.write_str("the answer is too large"),
        }
    }
}
