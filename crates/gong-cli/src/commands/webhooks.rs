//! `gong webhooks`: calls that Gong posts where an automation rule says, and whether they are genuine.

mod delivery;
mod listen;

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use gong_auth::{WebhookDelivery, WebhookError, WebhookKey};
use url::Url;

use self::delivery::{Delivery, call_of};
use crate::{context::Context, env::Var, exit::Failure};

/// How far the clocks of Gong and of this machine may differ.
const LEEWAY: Duration = Duration::from_mins(1);

/// Webhooks.
#[derive(Debug, Subcommand)]
pub(crate) enum Webhooks {
    Verify(Verify),
    Listen(listen::Listen),
}

/// Verify a delivery that was kept, and show its call
///
/// The input is a whole request as it came: headers, an empty line, and the body. With --headers the
/// input is the body alone. The body must be the very bytes that Gong sent. What is checked: that the
/// token is signed with RS256 by this key, that it has not expired, that it is for this body, and that
/// it is for this address. Ends with 4 if the delivery is not genuine, and says why.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong webhooks verify request.http --key key.txt --url https://hooks.company.example/gong\n  \
    gong webhooks verify body.json --headers headers.txt --key key.txt \\\n      \
      --url https://hooks.company.example/gong")]
pub(crate) struct Verify {
    /// The file with the request, or - for stdin
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    /// A file with the headers, a line each; FILE is the body then
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,

    #[command(flatten)]
    rule: RuleArgs,
}

/// What is known of the automation rule.
#[derive(Debug, Args)]
struct RuleArgs {
    /// The public key that Gong shows in the rule, or a file with it; PEM is fine, too
    #[arg(long, value_name = "KEY|FILE")]
    key: Option<String>,

    /// The address in the rule, as Gong calls it
    #[arg(long, value_name = "URL")]
    url: Url,
}

/// An automation rule of Gong's.
struct Rule {
    key: WebhookKey,
    url: Url,
}

impl RuleArgs {
    fn rule(self, ctx: &Context) -> Result<Rule> {
        let given = self.key.or_else(|| ctx.env.get(Var::GONG_WEBHOOK_KEY).map(str::to_owned));
        let given = given.ok_or_else(|| {
            let hint = "add --key, with the public key that Gong shows in the automation rule";
            Failure::usage("there is no key to verify with", hint)
        })?;
        let key = WebhookKey::parse(&given).or_else(|error| {
            // A key is no secret, and few are the name of a file.
            let Ok(text) = fs::read_to_string(&given) else { return Err(error) };
            WebhookKey::parse(&text)
        });
        Ok(Rule { key: key?, url: self.url })
    }
}

impl Rule {
    fn delivery<'a>(&'a self, authorization: &'a str, body: &'a [u8]) -> WebhookDelivery<'a> {
        WebhookDelivery { authorization, body, url: &self.url }
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Webhooks) -> Result<()> {
    match args {
        Webhooks::Verify(args) => verify(ctx, args),
        Webhooks::Listen(args) => listen::run(ctx, args).await,
    }
}

fn verify(ctx: &mut Context, args: Verify) -> Result<()> {
    let rule = args.rule.rule(ctx)?;
    let Delivery { authorization, body } = Delivery::read(&args.file, args.headers.as_deref())?;
    let authorization = authorization.unwrap_or_default();
    rule.key.verify(&rule.delivery(&authorization, &body), ctx.now.into(), LEEWAY)?;
    let (call, is_test) = call_of(&body).context("the delivery is genuine")?;
    ctx.output.one(&call)?;
    ctx.ui.status(if is_test { "a genuine test delivery" } else { "a genuine delivery" });
    Ok(())
}

/// Which check failed, as a code, and what to do about it.
pub(crate) fn explain(error: WebhookError) -> (&'static str, &'static str) {
    match error {
        WebhookError::BadKey => (
            "webhook.key",
            "copy the public key that Gong shows in the automation rule, or name a file with it",
        ),
        WebhookError::Signature => (
            "webhook.signature",
            "each rule has a key of its own: take that of the rule that sent it",
        ),
        WebhookError::Expired => (
            "webhook.expired",
            "check the clock of this machine; of a delivery from before, GONG_NOW tells when it came",
        ),
        WebhookError::Body => (
            "webhook.body",
            "keep the bytes of the body as they came: not formatted, and without a line feed more",
        ),
        WebhookError::Url => (
            "webhook.url",
            "--url is the address in the rule, not the one behind a proxy or tunnel",
        ),
        _ => ("webhook.token", "the header Authorization must hold the token that Gong sent"),
    }
}
