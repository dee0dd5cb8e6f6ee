//! `gong auth login`: asks for an access key without echo, tries it, and keeps it; or hands over
//! to OAuth.

use std::io::Read as _;

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use gong_auth::{BaseUrl, Credentials, Login, Profile, Secret, SecretSource};
use gong_client::Client;
use gong_types::{Endpoint as _, ListUsers, ListWorkspaces};
use serde::Deserialize;

use super::{
    oauth,
    place::{Keeper, Place},
};
use crate::{context::Context, exit::Failure};

#[expect(clippy::doc_markdown, reason = "it is the help, which has no Markdown")]
/// Keep a login of a company on this machine: an access key, or OAuth
///
/// Asks for what is missing, the secret without echo. Without a terminal it reads stdin: the secret
/// alone, or JSON with base_url, access_key and secret_key. The key is tried, and then kept: its
/// secret in the keyring of the system, or in the credentials file, which only you can read.
///
/// With --oauth an administrator approves an app of your company in the browser, and the tokens are
/// kept and renewed.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    gong auth login\n  \
    gong auth login --profile eu --base-url https://eu-2086.api.gong.io\n  \
    pass show gong/secret | gong auth login --access-key KEY\n  \
    gong auth login --access-key KEY --secret-command 'pass show gong/secret'\n  \
    gong auth login --oauth --client-id ID")]
pub(crate) struct Args {
    /// The access key; its secret is never an option
    #[arg(long, value_name = "KEY", conflicts_with = "oauth")]
    access_key: Option<String>,

    /// Keep it without asking Gong
    #[arg(long)]
    pub(super) no_check: bool,

    /// Where secrets are kept; without it in the keyring if there is one
    #[arg(long, value_name = "PLACE")]
    pub(super) store: Option<Place>,

    /// A program that prints the secret each time, instead of keeping it
    #[arg(long, value_name = "COMMAND")]
    secret_command: Option<String>,

    #[command(flatten)]
    pub(super) oauth: oauth::Args,
}

impl Args {
    /// The program that prints the secret, if one is given.
    pub(super) fn command(&self) -> Result<Option<SecretSource>> {
        let Some(text) = &self.secret_command else { return Ok(None) };
        if text.contains(['"', '\'', '\\', '|', '$', '`', ';', '&', '<', '>']) {
            let hint = r#"write it into the file as {"command": ["program", "argument", …]}"#;
            let message = "a program that prints a secret runs without a shell";
            return Err(Failure::usage(message, hint).into());
        }
        let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            let hint = "write it as --secret-command 'pass show gong/secret'";
            return Err(Failure::usage("there is no program to print the secret", hint).into());
        }
        Ok(Some(SecretSource::Command(words)))
    }
}

/// What stdin may hold.
#[derive(Default, Deserialize)]
struct Piped {
    base_url: Option<String>,
    access_key: Option<String>,
    secret_key: Option<String>,
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Args) -> Result<()> {
    if args.oauth.oauth {
        return oauth::run(ctx, &args).await;
    }
    let given = ctx.given();
    let base_url = given.base_url.map(|it| it.value);
    let name = ctx.profile_name();
    let store = ctx.store()?;
    // A broken file is told before anything is typed.
    let old = store.profile(&name)?;

    if ctx.globals.dry_run {
        ctx.is_dry_run(&[ListWorkspaces.request()])?;
        ctx.ui.status("nothing would be kept");
        return Ok(());
    }
    let mut keeper = Keeper::new(ctx, &store, &name, args.store)?;
    let command = args.command()?;
    let typed = if ctx.ui.can_ask() {
        ask(ctx, &args, base_url.clone())?
    } else if command.is_some() && args.access_key.is_some() {
        Piped::default()
    } else {
        piped()?
    };
    // A new key of a profile belongs to the host of the old one.
    let old_url = old.as_ref().and_then(|old| old.base_url.clone());
    let base_url = base_url.or(typed.base_url).or(old_url);
    let access_key = args.access_key.or(typed.access_key).map(|it| it.trim().to_owned());
    let access_key = access_key.filter(|it| !it.is_empty()).ok_or_else(|| {
        Failure::usage(
            "there is no access key",
            "add --access-key KEY, or pipe JSON with access_key",
        )
    })?;
    let secret = if let Some(command) = &command {
        store.secret("secret_key", command, &ctx.env.helper())?
    } else {
        let typed = typed.secret_key.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        typed.map(Secret::from).ok_or_else(|| {
            let hint = "pipe the secret: pass show gong/secret | gong auth login --access-key KEY";
            Failure::usage("there is no secret on stdin", hint)
        })?
    };
    let parsed: BaseUrl = match &base_url {
        Some(text) => text.parse()?,
        None => BaseUrl::default(),
    };
    parsed.check(&given.allow_hosts)?;
    let credentials = Credentials {
        base_url: parsed.clone(),
        login: Login::AccessKey { access_key: access_key.clone(), secret_key: secret.clone() },
    };
    if !args.no_check {
        let client = ctx.client_for(&credentials)?;
        ctx.or_interrupted(async { Ok(check(&client).await) })
            .await?
            .context("nothing was kept")?;
    }
    let profile = Profile {
        base_url: Some(parsed.to_string()),
        access_key: Some(SecretSource::Plain(Secret::from(access_key))),
        secret_key: Some(match command {
            Some(command) => command,
            None => keeper.keep("secret_key", &secret)?,
        }),
        access_token: None,
        oauth: None,
        ..old.unwrap_or_default()
    };
    store.save(&name, &profile)?;
    keeper.say(ctx, if args.no_check { "" } else { "Gong accepts the key. " });
    ctx.ui.hint("try `gong calls list --last 7d`");
    Ok(())
}

/// Whether Gong accepts the key. One of two cheap reads is enough: a key may lack either scope.
pub(super) async fn check(client: &Client) -> Result<(), gong_client::Error> {
    match client.send(&ListWorkspaces).await {
        Err(error) if error.missing_scope().is_some() => {}
        done => return done.map(|_| ()),
    }
    match client.send(&ListUsers::default()).await {
        // A key that lacks both scopes is still a key.
        Err(error) if error.missing_scope().is_some() => Ok(()),
        done => done.map(|_| ()),
    }
}

fn ask(ctx: &Context, args: &Args, base_url: Option<String>) -> Result<Piped> {
    let base_url = match base_url {
        Some(base_url) => base_url,
        None => ctx.ui.ask("Base URL of your company, as in Company settings > Ecosystem > API")?,
    };
    let access_key = match &args.access_key {
        Some(access_key) => access_key.clone(),
        None => ctx.ui.ask("Access key")?,
    };
    let secret_key = if args.secret_command.is_some() {
        String::new()
    } else {
        ctx.ui.ask_secret("Access key secret")?.expose().to_owned()
    };
    Ok(Piped {
        base_url: Some(base_url),
        access_key: Some(access_key),
        secret_key: Some(secret_key),
    })
}

fn piped() -> Result<Piped> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(64 << 10)
        .read_to_string(&mut text)
        .context("could not read stdin")?;
    let text = text.trim();
    if text.starts_with('{') {
        // The parser's own words would quote the secret.
        return serde_json::from_str(text).map_err(|_| {
            let hint = r#"pipe {"base_url": "…", "access_key": "…", "secret_key": "…"}"#;
            Failure::usage("stdin holds no credentials in JSON", hint).into()
        });
    }
    Ok(Piped { secret_key: Some(text.to_owned()), ..Piped::default() })
}
