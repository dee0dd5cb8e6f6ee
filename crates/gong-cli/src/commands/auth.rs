//! `gong auth`: logging in, and seeing who is logged in.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_auth::{BaseUrl, Login};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    context::Context,
    exit::Failure,
    output::{Cell, Look, View},
};

mod login;
mod oauth;
mod place;
mod redirect;

/// Who is logged in.
#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    Login(login::Args),
    Status(Status),
    /// Forget the credentials of a profile
    #[command(after_help = "Examples:\n  \
        gong auth logout\n  \
        gong auth logout --profile eu")]
    Logout,
    /// Print the Authorization header, for other programs
    #[command(after_help = "Examples:\n  \
        curl -H \"Authorization: $(gong auth token)\" https://api.gong.io/v2/users")]
    Token,
    /// List the profiles on this machine
    #[command(after_help = "Examples:\n  gong auth profiles")]
    Profiles,
}

/// Show who is logged in, where each value came from, and whether Gong accepts it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong auth status\n  \
    gong auth status --offline")]
pub(crate) struct Status {
    /// Do not ask Gong
    #[arg(long)]
    offline: bool,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Auth) -> Result<()> {
    if ctx.is_sandboxed() && !matches!(args, Auth::Status(_)) {
        let hint = "leave out --sandbox, and unset GONG_SANDBOX, to use your own";
        return Err(
            Failure::usage("a sandbox has no credentials and leaves yours alone", hint).into()
        );
    }
    match args {
        Auth::Login(args) => login::run(ctx, args).await,
        Auth::Status(args) => status(ctx, &args).await,
        Auth::Logout => logout(ctx),
        Auth::Token => token(ctx).await,
        Auth::Profiles => profiles(ctx),
    }
}

/// Who is logged in, in our own words.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Who {
    profile: String,
    base_url: String,
    access_key: Option<String>,
    /// What is known of a login with OAuth.
    oauth: Option<WhoByOAuth>,
    /// Whether Gong accepted it; `None` if it was not asked.
    accepted: Option<bool>,
    sources: Vec<Source>,
}

/// A login with OAuth, in our own words.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WhoByOAuth {
    client_id: String,
    scope: Option<String>,
    /// When the access token ends; it is renewed before.
    expires_at: Option<Timestamp>,
    can_be_renewed: bool,
}

/// Where a value came from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Source {
    value: String,
    source: String,
}

async fn status(ctx: &mut Context, args: &Status) -> Result<()> {
    if ctx.is_sandboxed() {
        ctx.ui.status("every command runs on a sandbox: no credentials are used");
        return Ok(());
    }
    let is_asked = !args.offline && !ctx.globals.dry_run;
    let resolved = if is_asked { ctx.in_time().await? } else { ctx.resolved()? };
    let accepted = if is_asked {
        let client = ctx.client_of(&resolved)?;
        ctx.or_interrupted(async { Ok(login::check(&client).await) }).await?.map(Some)
    } else {
        Ok(None)
    };
    // A renewal may have changed it.
    let oauth = ctx.resolved()?.oauth;
    let who = Who {
        profile: resolved.profile,
        base_url: resolved.credentials.base_url.to_string(),
        access_key: match &resolved.credentials.login {
            Login::AccessKey { access_key, .. } => Some(shortened(access_key)),
            _ => None,
        },
        oauth: oauth.map(|oauth| WhoByOAuth {
            client_id: oauth.client_id,
            scope: oauth.scope,
            expires_at: oauth.expires_at,
            can_be_renewed: oauth.refresh_token.is_some() && oauth.renewing_since.is_none(),
        }),
        accepted: match &accepted {
            Ok(accepted) => accepted.map(|()| true),
            Err(error) if error.is_unauthorized() => Some(false),
            Err(_) => None,
        },
        sources: resolved
            .sources
            .into_iter()
            .map(|(value, source)| Source { value: value.to_owned(), source })
            .collect(),
    };
    ctx.show_own(&who)?;
    accepted.map(|_| ()).map_err(Into::into)
}

/// Enough of a key to tell it from others.
fn shortened(key: &str) -> String {
    let start: String = key.chars().take(4.min(key.chars().count() / 3)).collect();
    format!("{start}…")
}

fn logout(ctx: &mut Context) -> Result<()> {
    let name = ctx.profile_name();
    let store = ctx.store()?;
    if ctx.globals.dry_run {
        ctx.ui.status(&format!("would forget the profile {name:?} of {}", store.path().display()));
        return Ok(());
    }
    let is_oauth = store.profile(&name).is_ok_and(|it| it.is_some_and(|it| it.oauth.is_some()));
    if !store.remove(&name)? {
        let message = format!("there is no profile {name:?} in {}", store.path().display());
        return Err(Failure::NotFound(message).into());
    }
    ctx.ui.status(&format!("forgot the profile {name:?} of {}", store.path().display()));
    let still = if is_oauth {
        "the tokens still work at Gong until they end: remove the app there to end them now"
    } else {
        "the key still works at Gong: delete it there if nobody else uses it"
    };
    ctx.ui.hint(still);
    Ok(())
}

async fn token(ctx: &mut Context) -> Result<()> {
    let resolved = if ctx.globals.dry_run { ctx.resolved()? } else { ctx.in_time().await? };
    let header = resolved.credentials.authorization();
    Ok(ctx.output.text(&format!("{}\n", header.expose()))?)
}

/// A profile, in our own words.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Listed {
    name: String,
    base_url: Option<String>,
    is_used: bool,
}

fn profiles(ctx: &mut Context) -> Result<()> {
    let used = ctx.profile_name();
    let profiles = ctx.store()?.load()?;
    let profiles: Vec<_> = profiles
        .into_iter()
        .map(|(name, profile)| Listed {
            is_used: name == used,
            name,
            // One that is wrong may hold a password.
            base_url: profile.base_url.map(|url| match url.trim().parse::<BaseUrl>() {
                Ok(url) => url.to_string(),
                Err(_) => "(not a base URL)".to_owned(),
            }),
        })
        .collect();
    if profiles.is_empty() {
        ctx.ui.status("there are no profiles; `gong auth login` makes one");
    }
    ctx.show_own_list(&profiles)
}

impl View for Who {
    const COLUMNS: &'static [&'static str] =
        &["PROFILE", "BASE URL", "LOGIN", "GONG SAYS", "SOURCES"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let sources: Vec<_> =
            self.sources.iter().map(|it| format!("{} from {}", it.value, it.source)).collect();
        vec![
            Cell::text(self.profile.as_str()),
            Cell::text(self.base_url.as_str()),
            match (&self.oauth, &self.access_key) {
                (Some(oauth), _) => Cell::text(oauth.words(look)),
                (None, Some(access_key)) => Cell::text(format!("key {access_key}")),
                (None, None) => Cell::text("token"),
            },
            Cell::text(match self.accepted {
                Some(true) => "accepted",
                Some(false) => "refused",
                None => "not asked",
            }),
            Cell::text(sources.join("; ")),
        ]
    }
}

impl WhoByOAuth {
    fn words(&self, look: &Look) -> String {
        let end = self.expires_at.map_or("at a time that Gong did not tell".to_owned(), |it| {
            it.to_zoned(look.zone.clone()).strftime("%F %H:%M").to_string()
        });
        let renewed = if self.can_be_renewed { "is renewed" } else { "ends" };
        let scopes = self.scope.as_deref().unwrap_or("unknown");
        format!("app {}, {renewed} {end}, scopes {scopes}", self.client_id)
    }
}

impl View for Listed {
    const COLUMNS: &'static [&'static str] = &["PROFILE", "BASE URL", "USED"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.name.as_str()),
            Cell::text(self.base_url.as_deref().unwrap_or("https://api.gong.io")),
            Cell::text(if self.is_used { "yes" } else { "" }),
        ]
    }
}
