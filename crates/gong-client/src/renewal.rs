//! The login in use, and its renewal: at most one at a time, however many requests are refused.

use std::{
    error::Error as StdError,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use gong_auth::{Credentials, Login, Secret};
use http::HeaderValue;

use crate::error::{Error, Result};

/// Why a login could not be renewed.
pub type RenewError = Box<dyn StdError + Send + Sync>;

/// Renews a login.
pub trait Renew: Send + Sync {
    /// Credentials in the place of `stale`, which Gong no longer accepts. The host may be another. A
    /// client asks once at a time.
    fn renew<'a>(
        &'a self,
        stale: &'a Credentials,
    ) -> Pin<Box<dyn Future<Output = Result<Credentials, RenewError>> + Send + 'a>>;
}

/// The login of a client, which may change under it.
pub(crate) struct Session {
    in_use: Mutex<Arc<InUse>>,
    renew: Option<Arc<dyn Renew>>,
    /// Held by the one request that renews for all of them; why the last renewal failed.
    failure: tokio::sync::Mutex<Option<Failure>>,
    n_failures: AtomicU64,
}

type Failure = Arc<dyn StdError + Send + Sync>;

/// A login and its header.
#[derive(Debug)]
pub(crate) struct InUse {
    pub(crate) credentials: Credentials,
    authorization: Secret,
}

impl Session {
    /// Fails if the login has characters that a header cannot have.
    pub(crate) fn new(credentials: Credentials, renew: Option<Arc<dyn Renew>>) -> Result<Self> {
        let in_use = Mutex::new(Arc::new(InUse::new(credentials)?));
        Ok(Self { in_use, renew, failure: tokio::sync::Mutex::default(), n_failures: 0.into() })
    }

    pub(crate) fn in_use(&self) -> Arc<InUse> {
        self.in_use.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts other credentials in the place of `stale`, unless that has happened meanwhile; false if
    /// there is no way to. Requests that are refused while one of them renews share what comes of it.
    pub(crate) async fn renew(&self, stale: &Arc<InUse>) -> Result<bool, Failure> {
        let is_token = matches!(stale.credentials.login, Login::Token(_));
        let Some(renew) = self.renew.as_ref().filter(|_| is_token) else { return Ok(false) };
        let n_failures = self.n_failures.load(Ordering::SeqCst);
        let mut failure = self.failure.lock().await;
        if !Arc::ptr_eq(stale, &self.in_use()) {
            return Ok(true);
        }
        if let Some(failure) = &*failure
            && self.n_failures.load(Ordering::SeqCst) > n_failures
        {
            return Err(failure.clone());
        }
        let renewed = match renew.renew(&stale.credentials).await {
            Ok(credentials) => InUse::new(credentials).map_err(|error| Arc::new(error) as Failure),
            Err(error) => Err(Failure::from(error)),
        };
        match renewed {
            Ok(renewed) => {
                tracing::debug!("the login is renewed");
                *self.in_use.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(renewed);
                Ok(true)
            }
            Err(error) => {
                *failure = Some(error.clone());
                self.n_failures.fetch_add(1, Ordering::SeqCst);
                Err(error)
            }
        }
    }
}

impl InUse {
    fn new(credentials: Credentials) -> Result<Self> {
        let in_use = Self { authorization: credentials.authorization(), credentials };
        in_use.header()?;
        Ok(in_use)
    }

    /// The header that carries the login, marked so that it is not shown.
    pub(crate) fn header(&self) -> Result<HeaderValue> {
        let mut header = HeaderValue::from_str(self.authorization.expose()).map_err(|_| {
            Error::Unusable { problem: "the credentials cannot be sent in a header" }
        })?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// What a server says, without the login in case it repeats its headers.
    pub(crate) fn masked(&self, text: &str) -> String {
        let authorization = self.authorization.expose();
        let login = authorization.split_once(' ').map_or(authorization, |(_, login)| login);
        text.replace(login, "****")
    }
}
