//! `gong crm integrations`: the CRM that is connected through the API.

use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    DeleteIntegration, Integration, IntegrationId, ListIntegrations, RegisterIntegration,
    RegisteredIntegration,
};

use super::{Which, request};
use crate::{
    context::{Context, waiting::duration},
    exit::advise,
    output::{Cell, Look, View},
    request_key,
};

/// Integrations.
#[derive(Debug, Subcommand)]
pub(crate) enum Integrations {
    List(List),
    Register(Register),
    Delete(Delete),
}

/// List the CRM that is connected, if there is one
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong crm integrations list")]
pub(crate) struct List {}

/// Connect a CRM
///
/// A company has one CRM at most. Gong refuses another one also where it is connected to one, such as
/// Salesforce, by itself.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong crm integrations register --name 'Own CRM' --owner jane@company.example --dry-run")]
pub(crate) struct Register {
    /// What to call it
    #[arg(long, value_name = "NAME")]
    name: String,

    /// The e-mail address of the user who is in charge of it
    #[arg(long, value_name = "EMAIL")]
    owner: String,
}

/// Disconnect a CRM and delete all that came from it
///
/// Every account, contact, deal and lead that came from it goes, for good. Gong takes up to a day for
/// that.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong crm integrations delete --dry-run\n  \
    gong crm integrations delete --request-id farewell --yes")]
pub(crate) struct Delete {
    #[command(flatten)]
    which: Which,

    /// A name for the request, never used before: letters, digits, - and _ [default: a new one]
    #[arg(long, value_name = "NAME", value_parser = request_key::parse)]
    request_id: Option<String>,

    /// Wait until it is done, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "24h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,
}

/// Runs one of them.
pub(super) async fn run(ctx: &mut Context, args: Integrations) -> Result<()> {
    match args {
        Integrations::List(List {}) => ctx.show_all(&ListIntegrations, "integrations").await,
        Integrations::Register(args) => register(ctx, args).await,
        Integrations::Delete(args) => delete(ctx, args).await,
    }
}

async fn register(ctx: &mut Context, args: Register) -> Result<()> {
    let register = RegisterIntegration { owner_email: args.owner, name: args.name };
    let question = format!("Connect {:?} as the CRM of the company?", register.name);
    let made = ctx.write(&register, &question).await.map_err(|error| {
        advise(
            error,
            409,
            "gong crm integrations list shows it, if it is connected through the API",
        )
    })?;
    if let Some(made) = made {
        ctx.output.one(&made)?;
        ctx.ui.status(&format!("{:?} is connected", register.name));
        ctx.ui.hint(
            "send the stages and the business users first, then the schema, then the rest: gong crm \
             objects upload, gong crm schema upload",
        );
    }
    Ok(())
}

async fn delete(ctx: &mut Context, args: Delete) -> Result<()> {
    let Some(integration_id) = args.which.id(ctx).await? else { return Ok(()) };
    let delete = |client_request_id| DeleteIntegration {
        integration_id: integration_id.clone(),
        client_request_id,
    };
    let delete = request::named(ctx, args.request_id, None, delete).await?;
    let question = format!("Disconnect CRM {integration_id} and delete all that came from it?");
    let Some(taken) = ctx.write(&delete, &question).await? else { return Ok(()) };
    ctx.ui
        .status(&format!("Gong deletes what came from CRM {integration_id}; it takes up to a day"));
    request::follow(ctx, &taken, integration_id, delete.client_request_id, args.wait).await
}

impl View for Integration {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "OWNER"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.integration_id.as_str()),
            Cell::maybe(self.name.as_deref()),
            Cell::maybe(self.owner_email.as_deref()),
        ]
    }
}

impl View for RegisteredIntegration {
    const COLUMNS: &'static [&'static str] = &["ID"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::maybe(self.integration_id.as_ref().map(IntegrationId::as_str))]
    }
}
