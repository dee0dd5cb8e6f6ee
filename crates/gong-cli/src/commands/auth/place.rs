//! Where a new login is kept: the keyring of the system, or the file if there is none, said aloud.

use anyhow::Result;
use clap::ValueEnum;
use gong_auth::{Error, Secret, SecretSource, Store};

use crate::{context::Context, env::Var, exit::Failure};

/// Where a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Place {
    /// The keyring of the operating system
    Keyring,
    /// The credentials file, which only you can read
    File,
}

/// Keeps the secrets of one login.
pub(super) struct Keeper<'a> {
    store: &'a Store,
    profile: &'a str,
    wanted: Option<Place>,
    n_hidden: usize,
    /// Why the keyring was not used, though nobody wanted the file.
    problem: Option<String>,
}

impl<'a> Keeper<'a> {
    /// Keeps where the option or the variable wants it, else where it is safest.
    pub(super) fn new(
        ctx: &Context,
        store: &'a Store,
        profile: &'a str,
        option: Option<Place>,
    ) -> Result<Self> {
        let of_env = ctx.env.get(Var::GONG_STORE).map(|text| {
            Place::from_str(text, true).map_err(|_| {
                let message = format!("{text:?} in GONG_STORE is no place for secrets");
                Failure::usage(message, "write keyring or file")
            })
        });
        let wanted = option.map_or_else(|| of_env.transpose(), |it| Ok(Some(it)))?;
        Ok(Self { store, profile, wanted, n_hidden: 0, problem: None })
    }

    /// Keeps the secret `what`, or says how it is to be written into the file.
    pub(super) fn keep(&mut self, what: &str, secret: &Secret) -> Result<SecretSource> {
        if self.wanted == Some(Place::File) || self.problem.is_some() {
            return Ok(SecretSource::Plain(secret.clone()));
        }
        match self.store.hide(self.profile, what, secret) {
            Ok(source) => {
                self.n_hidden += 1;
                Ok(source)
            }
            Err(Error::Keyring { source }) if self.wanted.is_none() => {
                self.problem = Some(source.to_string());
                Ok(SecretSource::Plain(secret.clone()))
            }
            Err(Error::Keyring { source }) => Err(Failure::Local {
                message: format!("the operating system has no keyring here: {source}"),
                hint: "unlock it, or add `--store file`".to_owned(),
            }
            .into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Says where the profile is now, once it is saved.
    pub(super) fn say(&self, ctx: &Context, before: &str) {
        let (profile, file) = (self.profile, self.store.path().display());
        if let Some(problem) = &self.problem {
            ctx.ui.warn(&format!(
                "the operating system has no keyring here ({problem}); \
                 the secrets went to {file} (0600)"
            ));
        }
        let place = if self.n_hidden > 0 { "; its secrets are in the keyring" } else { "" };
        ctx.ui.status(&format!(
            "{before}Profile {profile:?} is kept in {file}, which only you can read{place}"
        ));
    }
}
