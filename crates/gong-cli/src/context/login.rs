//! Which login counts: what flags and environment say, and where the rest is kept.

use anyhow::Result;
use gong_auth::{DEFAULT_PROFILE, Given, Renewal, Resolved, Secret, Sourced, Store};
use gong_client::Renewer;
use jiff::Timestamp;

use super::Context;
use crate::{
    args::Globals,
    env::{Env, Var},
    exit::Failure,
};

impl Context {
    /// Whether the command runs on a sandbox.
    pub(crate) fn is_sandboxed(&self) -> bool {
        is_sandboxed(&self.globals, &self.env)
    }

    /// Where the credentials are kept.
    pub(crate) fn store(&self) -> Result<Store> {
        store(&self.env)
    }

    /// What flags and environment say about credentials.
    pub(crate) fn given(&self) -> Given {
        given(&self.globals, &self.env)
    }

    /// The credentials that count, as they are.
    pub(crate) fn resolved(&self) -> Result<Resolved> {
        Ok(gong_auth::resolve(&self.given(), &self.store()?)?)
    }

    /// The credentials that count, renewed if they have ended.
    pub(crate) async fn in_time(&self) -> Result<Resolved> {
        let mut resolved = self.resolved()?;
        // Not the moment that may be pretended: Gong does not join in.
        let is_due = resolved.oauth.as_ref().is_some_and(|it| it.is_due(Timestamp::now()));
        if let Some(renewer) = self.renewer(&resolved)?.filter(|_| is_due) {
            let renewed = async { Ok(renewer.renewed(&resolved.credentials).await?) };
            resolved.credentials = self.or_interrupted(renewed).await?;
        }
        Ok(resolved)
    }

    /// What renews the credentials, if anything does.
    pub(crate) fn renewer(&self, resolved: &Resolved) -> Result<Option<Renewer>> {
        if resolved.oauth.is_none() {
            return Ok(None);
        }
        let given = self.given();
        Ok(Some(Renewer::new(Renewal {
            store: self.store()?,
            profile: resolved.profile.clone(),
            allow_hosts: given.allow_hosts,
            helper_env: given.helper_env,
        })))
    }

    /// The profile that counts.
    pub(crate) fn profile_name(&self) -> String {
        self.given().profile.map_or_else(|| DEFAULT_PROFILE.to_owned(), |it| it.value)
    }
}

pub(super) fn is_sandboxed(globals: &Globals, env: &Env) -> bool {
    globals.sandbox || env.is_on(Var::GONG_SANDBOX)
}

pub(super) fn store(env: &Env) -> Result<Store> {
    let folder = env.config_dir().ok_or_else(|| Failure::Local {
        message: "there is no home folder to keep credentials in".to_owned(),
        hint: "set HOME, or GONG_CONFIG_DIR to a folder".to_owned(),
    })?;
    Ok(Store::new(folder.join("credentials.json")).with_keyring(gong_auth::os_keyring()))
}

pub(super) fn given(globals: &Globals, env: &Env) -> Given {
    let variable = |var: Var| env.get(var).map(|value| Sourced::new(value.to_owned(), var.name()));
    let secret = |var: Var| env.get(var).map(|value| Sourced::new(Secret::from(value), var.name()));
    let flag =
        |value: &Option<String>, name: &str| value.clone().map(|value| Sourced::new(value, name));
    let listed = env.get(Var::GONG_ALLOW_HOST).unwrap_or_default().split(',');
    let allowed = listed.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
    Given {
        profile: flag(&globals.profile, "--profile").or_else(|| variable(Var::GONG_PROFILE)),
        base_url: flag(&globals.base_url, "--base-url").or_else(|| variable(Var::GONG_BASE_URL)),
        access_key: variable(Var::GONG_ACCESS_KEY),
        secret_key: secret(Var::GONG_ACCESS_KEY_SECRET).or_else(|| secret(Var::GONG_SECRET_KEY)),
        access_token: secret(Var::GONG_ACCESS_TOKEN),
        allow_hosts: globals.allow_host.iter().cloned().chain(allowed).collect(),
        helper_env: env.helper(),
    }
}
