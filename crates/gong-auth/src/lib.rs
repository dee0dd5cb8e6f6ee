//! Credentials for the Gong API: profiles, secrets, and where they are kept.
#![doc = include_str!("../README.md")]

mod base_url;
mod credentials;
mod document;
mod error;
mod helper;
mod keyring;
mod login;
mod members;
mod oauth;
mod permissions;
mod profile;
mod resolve;
mod secret;
mod store;
#[cfg(feature = "webhooks")]
mod webhook;

#[cfg(feature = "webhooks")]
pub use crate::webhook::{WebhookClaims, WebhookDelivery, WebhookError, WebhookKey};
pub use crate::{
    base_url::BaseUrl,
    credentials::{Credentials, Login},
    error::{Ended, Error, Result},
    helper::{HELPER_VARIABLES, HelperEnv},
    keyring::{Keyring, KeyringError, os_keyring},
    oauth::{
        AUTHORIZE_URL, Authorization, NotAnswered, OAuth, OAuthApp, REDIRECT_PORT, Renewal,
        TOKEN_URL, TokenReply, TokenRequest, Tokens,
    },
    profile::{DEFAULT_PROFILE, Other, Profile, SecretSource},
    resolve::{Given, Resolved, Sourced, resolve},
    secret::Secret,
    store::Store,
};
