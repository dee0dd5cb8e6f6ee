//! `gong crm`: a CRM that Gong has no connection of its own for, connected through its API.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{Endpoint as _, Integration, IntegrationId, ListIntegrations};

use crate::{context::Context, exit::Failure};

pub(crate) mod integrations;
pub(crate) mod objects;
pub(crate) mod request;
pub(crate) mod schema;

/// The CRM.
#[derive(Debug, Subcommand)]
pub(crate) enum Crm {
    /// The CRM that is connected
    #[command(subcommand)]
    Integrations(integrations::Integrations),
    /// Which fields the objects of the CRM have
    #[command(subcommand)]
    Schema(schema::Schema),
    /// The objects of the CRM
    #[command(subcommand)]
    Objects(objects::Objects),
    Request(request::Request),
}

/// Which integration.
#[derive(Debug, Clone, Args)]
pub(crate) struct Which {
    /// The integration, as gong crm integrations list shows it [default: the only one]
    #[arg(long, value_name = "ID")]
    integration: Option<IntegrationId>,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Crm) -> Result<()> {
    match args {
        Crm::Integrations(args) => integrations::run(ctx, args).await,
        Crm::Schema(args) => schema::run(ctx, args).await,
        Crm::Objects(args) => objects::run(ctx, args).await,
        Crm::Request(args) => request::run(ctx, args).await,
    }
}

impl Which {
    /// The integration that is meant; `None` if asking for it was not sent, for a dry run.
    async fn id(&self, ctx: &mut Context) -> Result<Option<IntegrationId>> {
        if let Some(id) = &self.integration {
            return Ok(Some(id.clone()));
        }
        if ctx.is_dry_run(&[ListIntegrations.request()])? {
            ctx.ui.status("the next request depends on the answer; --integration ID shows it");
            return Ok(None);
        }
        let Some(page) = ctx.read(&ListIntegrations).await? else { return Ok(None) };
        let all: Vec<Integration> = page.items.iter().filter_map(|it| it.read().ok()).collect();
        match all.as_slice() {
            [one] => Ok(Some(one.integration_id.clone())),
            [] => {
                let message = "no CRM is connected through the API; connect one with gong crm \
                               integrations register --name NAME --owner EMAIL";
                Err(Failure::NotFound(message.to_owned()).into())
            }
            many => {
                let ids: Vec<_> = many.iter().map(|it| it.integration_id.as_str()).collect();
                let message = format!("there are {} integrations: {}", ids.len(), ids.join(", "));
                Err(Failure::usage(message, "add --integration ID").into())
            }
        }
    }
}
