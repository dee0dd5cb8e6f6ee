//! `gong sandbox`: a fake Gong on this machine, for other programs.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use gong_sandbox::{Access, Credential, Grant, LimitReading, OAuthApp, Options, Script};
use jiff::{SignedDuration, Timestamp};

use crate::{context::Context, exit::Failure};

/// A fake Gong.
#[derive(Debug, Subcommand)]
pub(crate) enum Sandbox {
    Serve(Serve),
}

/// Serve a fake Gong on this machine until Ctrl-C
///
/// One made-up company with users, calls and transcripts, the same for the same seed, as strict as
/// Gong. It accepts any access key unless told otherwise, and only listens to this machine.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong sandbox serve --port 4010\n  \
    gong sandbox serve --calls 1000000 --rps 0 --daily 0\n  \
    gong sandbox serve --fault 'GET /v2/calls: status:503;ra=7, reset@0, truncate@100'")]
pub(crate) struct Serve {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// What the company is made of; the same seed makes the same company
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,

    /// How many calls there are, up to 1,000,000
    #[arg(long, default_value_t = Options::default().calls, value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    calls: u64,

    /// The moment at which the calls end, instead of now
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,

    /// Serve real answers instead: a folder of JSON files as Gong sends them
    #[arg(long, value_name = "DIR")]
    import: Option<PathBuf>,

    /// How to count requests in a second: sliding, second or bucket
    #[arg(long, value_name = "HOW", default_value = "bucket")]
    limit_reading: LimitReading,

    /// How long an answer takes, such as 80ms
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "0s")]
    latency: Duration,

    /// How many items a page has
    #[arg(long, value_name = "N", default_value_t = Options::default().page_size)]
    page_size: usize,

    /// How long a cursor works, such as 1h
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h")]
    cursor_life: Duration,

    /// Refuse what no document of Gong has
    #[arg(long)]
    strict: bool,

    /// How long work takes that Gong does later, such as storing CRM objects
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "3s")]
    work_time: Duration,

    /// What the company has not bought: engage or meetings
    #[arg(long, value_name = "PRODUCT", value_delimiter = ',')]
    without: Vec<Product>,

    /// Serve the operation that Gong took away, GET /v2/calls/manual-crm-associations
    #[arg(long)]
    removed_operations: bool,

    /// How many credits there are for questions to Gong's AI
    #[arg(long, value_name = "N", default_value_t = Options::default().credits)]
    credits: u64,

    /// How many bytes a recording has
    #[arg(long, value_name = "N", default_value_t = Options::default().media_bytes)]
    media_bytes: u64,

    /// How long the address of a recording is good
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "8h")]
    media_life: Duration,

    /// How long an access token of OAuth is good
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "24h")]
    token_life: Duration,

    /// What goes wrong, in order: 'OPERATION: FAULT, FAULT'; see gong help sandbox
    #[arg(long, value_name = "SCRIPT")]
    fault: Vec<String>,

    /// A file with faults, an operation a line
    #[arg(long, value_name = "FILE")]
    fault_file: Option<PathBuf>,

    /// Accept only this access key, whose secret is read from stdin
    #[arg(long, value_name = "KEY")]
    access_key: Option<String>,

    /// The only scopes that the access key has, such as api:users:read
    #[arg(long, value_name = "SCOPE", value_delimiter = ',', requires = "access_key")]
    scope: Vec<String>,
}

/// What a company can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Product {
    /// Flows and tasks
    Engage,
    /// The Meetings API
    Meetings,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write it as 2026-06-01T12:00:00Z".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write it as 80ms, 2s or 1h".to_owned();
    let length: SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(length).map_err(|_| wrong())
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Sandbox) -> Result<()> {
    match args {
        Sandbox::Serve(args) => serve(ctx, args).await,
    }
}

async fn serve(ctx: &mut Context, args: Serve) -> Result<()> {
    let mut script = args.fault;
    if let Some(file) = &args.fault_file {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("could not read {}", file.display()))?;
        script.push(text);
    }
    let (key, secret) = match &args.access_key {
        Some(access_key) => (access_key.clone(), "SECRET"),
        None => ("any".to_owned(), "any"),
    };
    let access = match args.access_key {
        None => Access::Any,
        Some(access_key) => {
            let mut secret_key = String::new();
            std::io::stdin().read_line(&mut secret_key).context("could not read stdin")?;
            let secret_key = secret_key.trim().to_owned();
            if secret_key.is_empty() {
                let hint = "pipe the secret of the access key: echo SECRET | gong sandbox serve …";
                return Err(Failure::usage("there is no secret on stdin", hint).into());
            }
            let credential =
                Credential::Key { access_key, secret_key: gong_sandbox::Secret(secret_key) };
            let scopes = (!args.scope.is_empty()).then_some(args.scope);
            Access::Grants(vec![Grant { credential, scopes, sees_calls: true }])
        }
    };
    let usual = Options::default();
    let sandbox = gong_sandbox::Sandbox::start(Options {
        port: args.port,
        seed: args.seed,
        calls: args.calls,
        now: args.now,
        import: args.import,
        requests_per_second: ctx.globals.rps.unwrap_or(usual.requests_per_second),
        requests_per_day: ctx.globals.daily.unwrap_or(usual.requests_per_day),
        limit_reading: args.limit_reading,
        latency: args.latency,
        page_size: args.page_size,
        cursor_life: args.cursor_life,
        media_life: args.media_life,
        media_bytes: args.media_bytes,
        strict: args.strict,
        work_time: args.work_time,
        removed_operations: args.removed_operations,
        without_engage: args.without.contains(&Product::Engage),
        without_meetings: args.without.contains(&Product::Meetings),
        credits: args.credits,
        oauth: Some(OAuthApp { token_life: args.token_life, ..OAuthApp::default() }),
        faults: script.join("\n").parse::<Script>()?,
        access,
        ..usual
    })
    .await?;
    let url = sandbox.url();
    ctx.output.text(&format!("{url}\n"))?;
    ctx.output.flush()?;
    ctx.ui.status(&format!(
        "A sandbox is at {url}. Ctrl-C stops it.\n\n\
         In another terminal:\n  \
         export GONG_BASE_URL={url} GONG_ACCESS_KEY={key} GONG_ACCESS_KEY_SECRET={secret}\n  \
         gong calls list --last 7d\n  \
         curl -u {key}:{secret} {url}/v2/users\n  \
         curl {url}/sandbox/log"
    ));
    Context::interrupted(ctx.interrupt()).await;
    let requests = sandbox.sandbox().log().len();
    let unused = sandbox.sandbox().unused_faults();
    sandbox.stop().await;
    ctx.ui.status(&format!("the sandbox answered {requests} requests"));
    if !unused.is_empty() {
        ctx.ui.warn(&format!("these faults were not used: {}", unused.join(", ")));
    }
    Ok(())
}
