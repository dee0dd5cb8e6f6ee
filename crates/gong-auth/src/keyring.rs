//! The keyring of the operating system: a place for secrets that may be absent, locked, or asleep.

use std::{
    fmt,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use crate::{
    error::{Error, Result},
    secret::Secret,
};

#[cfg(feature = "keyring")]
mod os;

/// How long a keyring may take: it may ask somebody who is not there.
const PATIENCE: Duration = Duration::from_secs(3);

/// A place for secrets, by name. Its functions may block.
pub trait Keyring: Send + Sync {
    /// The secret of this name, if there is one.
    fn get(&self, name: &str) -> Result<Option<Secret>, KeyringError>;
    /// Keeps a secret in the place of any other of this name.
    fn set(&self, name: &str, secret: &Secret) -> Result<(), KeyringError>;
    /// Forgets the secret of this name, if there is one.
    fn delete(&self, name: &str) -> Result<(), KeyringError>;
}

/// Why a keyring does not do what it should, in its own words.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct KeyringError(pub String);

/// The keyring of this operating system. `None` if this program was built without.
pub fn os_keyring() -> Option<Arc<dyn Keyring>> {
    #[cfg(feature = "keyring")]
    return Some(Arc::new(os::OsKeyring));
    #[cfg(not(feature = "keyring"))]
    return None;
}

/// A keyring that is not waited for longer than is reasonable.
#[derive(Clone, Default)]
pub(crate) struct Impatient(pub(crate) Option<Arc<dyn Keyring>>);

impl Impatient {
    pub(crate) fn get(&self, what: &'static str, name: &str) -> Result<Secret> {
        let own = name.to_owned();
        let secret = self.ask(move |keyring| keyring.get(&own))?;
        secret.ok_or_else(|| Error::NotInKeyring { what, name: name.to_owned() })
    }

    pub(crate) fn set(&self, name: &str, secret: &Secret) -> Result<()> {
        let (name, secret) = (name.to_owned(), secret.clone());
        self.ask(move |keyring| keyring.set(&name, &secret))
    }

    pub(crate) fn delete(&self, name: &str) -> Result<()> {
        let name = name.to_owned();
        self.ask(move |keyring| keyring.delete(&name))
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Keyring) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T> {
        let failed = |problem: &str| Error::Keyring { source: KeyringError(problem.to_owned()) };
        let keyring = self.0.clone().ok_or_else(|| failed("this program was built without one"))?;
        let (sender, receiver) = mpsc::channel();
        // A thread that hangs is left behind.
        thread::spawn(move || {
            let _ = sender.send(question(&*keyring));
        });
        match receiver.recv_timeout(PATIENCE) {
            Ok(answer) => answer.map_err(|source| Error::Keyring { source }),
            Err(RecvTimeoutError::Timeout) => {
                Err(failed(&format!("it gave no answer within {} s", PATIENCE.as_secs())))
            }
            Err(RecvTimeoutError::Disconnected) => Err(failed("it broke down")),
        }
    }
}

/// Says whether there is one.
impl fmt::Debug for Impatient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "keyring" } else { "no keyring" })
    }
}
