//! The keyrings of Linux, macOS and Windows, which speak to us through one crate.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};

use crate::{
    keyring::{Keyring, KeyringError},
    secret::Secret,
};

/// The name under which the secrets stand together.
const SERVICE: &str = "gong";

/// The keyring of the user who runs this program; it is opened for each question.
pub(super) struct OsKeyring;

impl Keyring for OsKeyring {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeyringError> {
        match entry(name)?.get_password() {
            Ok(text) => Ok(Some(Secret::from(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failure(&error)),
        }
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), KeyringError> {
        entry(name)?.set_password(secret.expose()).map_err(|error| failure(&error))
    }

    fn delete(&self, name: &str) -> Result<(), KeyringError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

fn entry(name: &str) -> Result<Entry, KeyringError> {
    let store = open().map_err(|error| failure(&error))?;
    store.build(SERVICE, name, None).map_err(|error| failure(&error))
}

#[cfg(target_os = "macos")]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// Its words only: an error may hold the bytes of a secret.
fn failure(error: &Error) -> KeyringError {
    KeyringError(error.to_string())
}
