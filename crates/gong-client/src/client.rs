//! The client: sends requests within the limits, again where that is safe, and reads the answers.

mod judge;
mod run;
mod tries;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use gong_auth::Credentials;
use gong_types::{Answer, Endpoint, Request};
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;

use crate::{
    answer::{self, Raw},
    clock::{Clock, SystemClock},
    content::Content,
    error::{Error, Result},
    jitter::Jitter,
    journal::Journal,
    limits::{Limiter, Quota},
    options::Options,
    renewal::Session,
    retry::Tokens,
    transport::{OverReqwest, Transport},
    watch::Event,
};

/// A client for one company. Clones share their connections, limits and retry tokens.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    session: Session,
    user_agent: HeaderValue,
    options: Options,
    clock: Arc<dyn Clock>,
    transport: Box<dyn Transport>,
    limiter: Limiter,
    /// Opened with the first request that it is for.
    journal: OnceLock<Arc<Journal>>,
    chance: Mutex<Chance>,
    server_time: Mutex<Option<Timestamp>>,
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
        let session = Session::new(credentials.clone(), options.renew.clone())?;
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
            session,
            user_agent,
            options,
            clock,
            transport: Box::new(transport),
            limiter,
            journal: OnceLock::new(),
            chance: Mutex::new(chance),
            server_time: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends an endpoint and reads its answer. Of a list this is one page.
    pub async fn send<E: Endpoint>(&self, endpoint: &E) -> Result<E::Response> {
        self.call(&endpoint.request()).await
    }

    /// Sends an endpoint that takes a file, and reads its answer. Nothing is sent if the content is
    /// empty or larger than Gong takes. It is read while it is sent, and again if it has to be sent
    /// again; if a file changes under way, that is an error and Gong never has the whole of it.
    pub async fn upload<E: Endpoint>(
        &self,
        endpoint: &E,
        content: &Content,
    ) -> Result<E::Response> {
        let request = endpoint.request();
        let is_taken = request.upload.is_some_and(|upload| content.check(&upload).is_ok());
        if is_taken && self.inner.journal(&request)?.is_some() {
            content.read_once().await?;
        }
        self.inner.run(&request, Some(content), answer::decode).await
    }

    /// Sends a request and reads its answer as `A`.
    pub async fn call<A: Answer>(&self, request: &Request) -> Result<A> {
        self.inner.run(request, None, answer::decode).await
    }

    /// Sends a request and returns its answer as it is. The status is one of success, save that what
    /// an earlier try has done may be answered with another; the body may be anything, except that
    /// what is called JSON is whole.
    pub async fn raw(&self, request: &Request) -> Result<Raw> {
        self.inner.run(request, None, answer::as_it_is).await
    }

    /// What is left of the limits, as far as this client and its ledger know.
    pub fn quota(&self) -> Result<Quota> {
        self.inner.limiter.quota()
    }

    /// When requests stop counting against the limit of a day so that fewer than so many are left, as
    /// a share of the limit may be. `None` if that is never.
    pub fn when_below(&self, requests: f64) -> Result<Option<Timestamp>> {
        self.inner.limiter.when_below(requests)
    }

    /// What Gong's clock said in the last answer, to the second. `None` before the first answer, and
    /// if none said it.
    pub fn server_time(&self) -> Option<Timestamp> {
        *self.inner.server_time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        self.inner.tell(event);
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base_url = &self.inner.session.in_use().credentials.base_url;
        f.debug_struct("Client").field("base_url", base_url).finish_non_exhaustive()
    }
}

impl Inner {
    /// The journal, if there is one and this request belongs into it.
    fn journal(&self, request: &Request) -> Result<Option<&Arc<Journal>>> {
        let Some(path) = &self.options.journal else { return Ok(None) };
        if request.effect == gong_types::Effect::Reads {
            return Ok(None);
        }
        if let Some(journal) = self.journal.get() {
            return Ok(Some(journal));
        }
        let journal = Arc::new(Journal::with_clock(path, self.clock.clone())?);
        Ok(Some(self.journal.get_or_init(|| journal)))
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(watch) = &self.options.watch {
            watch.event(&event());
        }
    }

    /// Takes note of what Gong's clock says.
    fn hear_time(&self, headers: &HeaderMap) {
        if let Some(sent) = answer::sent_at(headers) {
            *self.server_time.lock().unwrap_or_else(PoisonError::into_inner) = Some(sent);
        }
    }

    fn chance(&self) -> MutexGuard<'_, Chance> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
