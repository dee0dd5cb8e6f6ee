//! `gong auth login --oauth`: a person approves in a browser, and the tokens are kept.

use std::{
    collections::BTreeSet,
    io::{self, BufRead as _},
    pin::Pin,
    process::Stdio,
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use gong_auth::{
    Authorization, BaseUrl, Credentials, Error, Login, OAuth, OAuthApp, Profile, Secret,
    SecretSource, Store, TokenRequest,
};
use gong_types::{Effect, Operation};
use jiff::Timestamp;
use tokio::{sync::mpsc, time::timeout};

use super::{login, place::Keeper, redirect};
use crate::{context::Context, env::Var, exit::Failure};

/// How long somebody may take to approve.
const PATIENCE: Duration = Duration::from_mins(5);

/// What a login with OAuth can be told.
#[derive(Debug, ClapArgs)]
#[group(skip)]
#[command(next_help_heading = "OAuth")]
pub(crate) struct Args {
    /// Log in with an OAuth app of your company, in a browser
    #[arg(long)]
    pub(super) oauth: bool,

    /// The id of the app; its secret is never an option
    #[arg(long, value_name = "ID", requires = "oauth")]
    client_id: Option<String>,

    /// What the login may do, separated by commas; without it, everything that only reads
    #[arg(long, value_name = "SCOPES", value_delimiter = ',', requires = "oauth")]
    scope: Vec<String>,

    /// The port of this machine that the browser comes back to [default: 48664]
    #[arg(long, value_name = "PORT", requires = "oauth", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,

    /// Show the address to open, and take the one that the browser ends at from stdin
    #[arg(long, requires = "oauth")]
    no_browser: bool,
}

/// The app, and where its secret is if it is not to be kept.
struct Chosen {
    app: OAuthApp,
    command: Option<SecretSource>,
}

/// Runs it.
pub(super) async fn run(ctx: &mut Context, args: &login::Args) -> Result<()> {
    let given = ctx.given();
    let name = ctx.profile_name();
    let store = ctx.store()?;
    // A broken file is told before anything is typed.
    let old = store.profile(&name)?.unwrap_or_default();
    let known_url = given.base_url.map(|it| it.value).or_else(|| old.base_url.clone());
    let known_url: Option<BaseUrl> = known_url.map(|it| it.parse()).transpose()?;
    if ctx.globals.dry_run {
        ctx.ui.status("a login with OAuth would begin in the browser; nothing would be kept");
        return Ok(());
    }
    let mut keeper = Keeper::new(ctx, &store, &name, args.store)?;
    let chosen = chosen(ctx, args, &store, &old, known_url.as_ref())?;
    let authorization = Arc::new(Authorization::begin(chosen.app.clone(), &given.allow_hosts)?);
    let request = approval(ctx, &args.oauth, authorization).await?;
    let sent = Timestamp::now();
    let tokens = ctx
        .or_interrupted(async {
            let reply = gong_client::ask_for_tokens(request).await.map_err(Error::from)?;
            Ok(reply.tokens(sent)?)
        })
        .await
        .context("nothing was kept")?;
    let base_url = tokens.base_url.clone().or(known_url).unwrap_or_default();
    base_url.check(&given.allow_hosts)?;

    let client_secret = match chosen.command {
        Some(command) => command,
        None => keeper.keep("client_secret", &chosen.app.client_secret)?,
    };
    let refresh_token =
        tokens.refresh_token.as_ref().map(|it| keeper.keep("refresh_token", it)).transpose()?;
    let mut oauth = OAuth::of(&chosen.app, client_secret);
    oauth.take(&tokens, refresh_token);
    let profile = Profile {
        base_url: Some(base_url.to_string()),
        access_key: None,
        secret_key: None,
        access_token: Some(keeper.keep("access_token", &tokens.access_token)?),
        oauth: Some(oauth),
        ..old
    };
    // The tokens work once: they are kept before they are tried.
    store.save(&name, &profile)?;
    if tokens.refresh_token.is_none() {
        ctx.ui.warn("Gong gave no refresh token: the login ends with its access token");
    }
    let mut checked = "";
    if !args.no_check {
        let credentials = Credentials { base_url, login: Login::Token(tokens.access_token) };
        let client = ctx.client_for(&credentials)?;
        ctx.or_interrupted(async { Ok(login::check(&client).await) })
            .await?
            .context("the login is kept, but Gong does not accept it")?;
        checked = "Gong accepts the login. ";
    }
    keeper.say(ctx, checked);
    ctx.ui.hint("try `gong calls list --last 7d`");
    Ok(())
}

fn chosen(
    ctx: &Context,
    args: &login::Args,
    store: &Store,
    old: &Profile,
    known_url: Option<&BaseUrl>,
) -> Result<Chosen> {
    let Args { client_id, scope, port, .. } = &args.oauth;
    let known = old.oauth.as_ref();
    let client_id = match (client_id, known) {
        (Some(client_id), _) => client_id.trim().to_owned(),
        (None, Some(known)) => known.client_id.clone(),
        (None, None) if ctx.ui.can_ask() => ctx.ui.ask("Client id of the app")?,
        (None, None) => {
            return Err(Failure::usage("there is no client id", "add --client-id ID").into());
        }
    };
    let known = known.filter(|it| it.client_id == client_id);
    let known_secret = known.and_then(|it| it.client_secret.as_ref());
    let mut command = None;
    let client_secret = if let Some(source) = args.command()? {
        let secret = store.secret("client_secret", &source, &ctx.env.helper())?;
        command = Some(source);
        secret
    } else if let Some(secret) = ctx.env.get(Var::GONG_OAUTH_CLIENT_SECRET) {
        Secret::from(secret.trim())
    } else if let Some(source) = known_secret {
        command = Some(source.clone()).filter(|it| matches!(it, SecretSource::Command(_)));
        store.secret("client_secret", source, &ctx.env.helper())?
    } else if ctx.ui.can_ask() {
        ctx.ui.ask_secret("Client secret of the app")?
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).context("could not read stdin")?;
        Secret::from(line.trim())
    };
    if client_secret.expose().is_empty() {
        let hint = "pipe it, or set GONG_OAUTH_CLIENT_SECRET";
        return Err(Failure::usage("there is no client secret", hint).into());
    }
    let known = known.cloned().unwrap_or_default();
    let mut app = OAuthApp { client_id, ..known.app(client_secret) };
    if let Some(url) = known_url.filter(|it| it.is_loopback()) {
        // A server on this machine is a sandbox, which has these pages, too.
        app.authorize_url = url.join("/oauth2/authorize").to_string();
        app.token_url = url.join("/oauth2/generate-customer-token").to_string();
    }
    if !scope.is_empty() {
        app.scopes = scope.iter().map(|it| it.trim().to_owned()).collect();
    } else if app.scopes.is_empty() {
        app.scopes = reading().into_iter().map(str::to_owned).collect();
    }
    app.redirect_port = port.unwrap_or(app.redirect_port);
    Ok(Chosen { app, command })
}

/// The scopes with which one can read, and do nothing else: no write needs one of them, and nothing
/// that costs.
fn reading() -> BTreeSet<&'static str> {
    let scopes = |reads: bool| {
        let operations = Operation::all().iter();
        let operations = operations.filter(move |it| (it.effect() == Effect::Reads) == reads);
        operations.flat_map(|it| &it.scopes).map(String::as_str)
    };
    let others: BTreeSet<_> = scopes(false).collect();
    scopes(true).filter(|it| !others.contains(it)).collect()
}

/// Waits until somebody approves the login, or not.
async fn approval(ctx: &Context, args: &Args, login: Arc<Authorization>) -> Result<TokenRequest> {
    let (sender, mut answers) = mpsc::channel(1);
    let port = login.app().redirect_port;
    let serving: Pin<Box<dyn Future<Output = ()>>> = match redirect::listen(port).await {
        Ok(listener) => Box::pin(redirect::serve(listener, Arc::clone(&login), sender.clone())),
        Err(error) if args.no_browser => {
            ctx.ui.warn(&format!("cannot listen on port {port}: {error}"));
            Box::pin(std::future::pending())
        }
        Err(error) => {
            return Err(Failure::Local {
                message: format!("cannot listen on port {port}: {error}"),
                hint: "close what listens there, choose another with --port that is registered \
                       with the app, or add --no-browser"
                    .to_owned(),
            }
            .into());
        }
    };
    let address = login.address();
    if args.no_browser {
        ctx.ui.needs(&format!(
            "open this address, approve, and paste the address that the browser ends at:\n{address}"
        ));
        read_pasted(sender, Arc::clone(&login));
    } else {
        ctx.ui.needs(&format!("approve the login in the browser:\n{address}"));
        if let Err(error) = open(ctx, address.as_str()) {
            ctx.ui
                .warn(&format!("no browser could be opened ({error}): open the address yourself"));
        }
    }
    let answered = async {
        loop {
            match answers.recv().await {
                Some(Err(error @ Error::NotThisLogin { .. })) => {
                    ctx.ui.warn(&error.to_string());
                    error.hint().iter().for_each(|it| ctx.ui.hint(it));
                }
                Some(answer) => return Ok(answer?),
                // The server is gone, and nothing is pasted any more.
                None => std::future::pending().await,
            }
        }
    };
    let outcome = timeout(
        PATIENCE,
        ctx.or_interrupted(async {
            tokio::select! {
                answer = answered => answer,
                () = serving => std::future::pending().await,
            }
        }),
    );
    outcome.await.unwrap_or_else(|_| {
        Err(Failure::Local {
            message: format!(
                "nobody approved the login within {} minutes",
                PATIENCE.as_secs() / 60
            ),
            hint: "run it again; with --no-browser the address can be opened elsewhere".to_owned(),
        }
        .into())
    })
}

/// Takes lines from stdin for the address that the browser ended at, on a thread: a read cannot be
/// given up.
fn read_pasted(answers: mpsc::Sender<Result<TokenRequest, Error>>, login: Arc<Authorization>) {
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if !line.trim().is_empty() && answers.blocking_send(login.accept(&line)).is_err() {
                return;
            }
        }
    });
}

/// Opens the address with what the system has for it, which sees none of our variables.
fn open(ctx: &Context, address: &str) -> io::Result<()> {
    let mut outcome = Err(io::Error::from(io::ErrorKind::NotFound));
    for mut command in open::commands(address) {
        ctx.env.hide_from(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        outcome = command.spawn().map(|_| ());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_login_asks_for_what_only_reads() {
        let scopes = super::reading();
        assert!(scopes.contains("api:calls:read:basic") && scopes.contains("api:users:read"));
        let more = [":write", ":ai-", ":upload", ":create", "crm:schema", ":delete"];
        assert!(!scopes.iter().any(|it| more.iter().any(|more| it.contains(more))), "{scopes:?}");
    }
}
