//! `gong calls associations`: links to the CRM that people made by hand.

use anyhow::Result;
use clap::Args;
use gong_types::{CallId, ListManualAssociations, ManualAssociation, UserId};

use crate::{
    context::Context,
    exit::Failure,
    output::{Cell, Look, View},
    period_args::Dates,
};

/// List links between calls and the CRM that people made by hand
///
/// Gong took this operation out of its documentation; it may still answer. Links are listed in the
/// order in which they were made, those made again, again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls associations --last 30d --dry-run")]
pub(crate) struct Associations {
    #[command(flatten)]
    dates: Dates,
}

/// Runs it.
pub(super) async fn run(ctx: &mut Context, args: Associations) -> Result<()> {
    let period = ctx.period(args.dates)?;
    let list = ListManualAssociations { from: period.from };
    let is_meant = |it: &ManualAssociation| {
        period.to.is_none_or(|to| it.created.is_none_or(|created| created < to))
    };
    let shown = ctx.show_those(&list, "associations", Some(is_meant)).await;
    shown.map_err(|error| {
        let status =
            error.downcast_ref::<gong_client::Error>().and_then(gong_client::Error::status);
        if status.is_some_and(|it| matches!(it.as_u16(), 404 | 405)) {
            let message =
                "Gong no longer has this operation; see `gong calls search --include context`";
            return Failure::NotFound(message.to_owned()).into();
        }
        error
    })
}

impl View for ManualAssociation {
    const COLUMNS: &'static [&'static str] = &["CREATED", "CALL", "USER", "ACCOUNTS", "DEALS"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let objects = || self.associated_crm_objects.iter().flatten();
        let joined = |ids: Vec<&str>| Cell::text(ids.join(", "));
        vec![
            look.time(self.created),
            Cell::text(CallId::as_str(&self.call_id)),
            Cell::maybe(self.user_id.as_ref().map(UserId::as_str)),
            joined(objects().filter_map(|it| it.account_crm_id.as_deref()).collect()),
            joined(objects().filter_map(|it| it.deal_crm_id.as_deref()).collect()),
        ]
    }
}
