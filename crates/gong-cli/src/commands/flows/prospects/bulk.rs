//! `gong flows prospects bulk`: putting many prospects into a flow, in Gong's own time.

use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    BulkAssignProspects, BulkAssignment, BulkProspect, BulkResult, BulkResultStatus, BulkStatus,
    FlowId, FlowInstanceId, GetBulkAssignment, Record,
};
use serde_json::json;

use super::{check_count, count};
use crate::{
    body::BodyArgs,
    context::{
        Context,
        lists::counted,
        waiting::{duration, goes_on_with},
    },
    exit::Failure,
    ids,
    output::{Cell, Look, View},
};

const SKELETON: &str = include_str!("../../skeletons/bulk-assign-prospects.jsonc");

/// Bulk assignments.
#[derive(Debug, Subcommand)]
pub(crate) enum Bulk {
    Assign(Assign),
    Status(Status),
}

/// Have prospects put into a flow; those that the CRM does not know are created there
///
/// People get mails and calls by this, so it is asked first and never sent twice. Gong takes it in,
/// names it, and does it in its own time.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong flows prospects bulk assign 0038d00000Kq2cAAAR --flow 4830582736482910472 \\\n      \
      --owner jane@company.example --dry-run\n  \
    gong flows prospects bulk assign --skeleton")]
pub(crate) struct Assign {
    /// Ids of contacts and leads in the CRM, at most 50, or - to read them from stdin
    #[arg(value_name = "CRM-ID")]
    prospects: Vec<String>,

    /// The flow
    #[arg(long, value_name = "ID")]
    flow: Option<FlowId>,

    /// The e-mail address of the user who gets the tasks
    #[arg(long, value_name = "EMAIL")]
    owner: Option<String>,

    /// Wait until it is over, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,

    #[command(flatten)]
    body: BodyArgs,
}

/// Show how far a bulk assignment is
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong flows prospects bulk status 0f5c2a91-93a1-4c52-8d0e-5a1f0c2e7b64\n  \
    gong flows prospects bulk status 0f5c2a91-93a1-4c52-8d0e-5a1f0c2e7b64 --wait=10m -o csv")]
pub(crate) struct Status {
    /// The id that gong flows prospects bulk assign printed
    #[arg(value_name = "ID")]
    id: String,

    /// Wait until it is over, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,
}

/// Runs one of them.
pub(super) async fn run(ctx: &mut Context, args: Bulk) -> Result<()> {
    match args {
        Bulk::Assign(args) => assign(ctx, args).await,
        Bulk::Status(Status { id, wait }) => {
            let get = GetBulkAssignment { id };
            let Some(now) = ctx.read(&get).await? else { return Ok(()) };
            tell(ctx, &get.id, now, wait).await
        }
    }
}

async fn assign(ctx: &mut Context, args: Assign) -> Result<()> {
    let prospects = ids::words(args.prospects)?;
    let prospects: Vec<_> = prospects.into_iter().map(|id| json!({ "crmId": id })).collect();
    let options = json!({
        "flowInstanceOwnerEmail": args.owner,
        "flowId": args.flow,
        "prospects": (!prospects.is_empty()).then_some(prospects),
    });
    let otherwise = json!({ "prospects": [] });
    let assign = ctx.body_or::<BulkAssignProspects>(&args.body, options, otherwise, SKELETON)?;
    let Some(assign) = assign else { return Ok(()) };
    check_count(assign.prospects.len(), BulkAssignProspects::MOST_PROSPECTS)?;
    if let Some(place) = assign.prospects.iter().position(|it| !is_named(it)) {
        let message = format!("prospect {} of the list is nobody", place + 1);
        let hint = "give a prospect a crmId, or a firstName and a lastName";
        return Err(Failure::usage(message, hint).into());
    }
    let who = counted(count(assign.prospects.len()), "prospects");
    let question = format!("Put {who} into flow {}, which will reach out to them?", assign.flow_id);
    let Some(taken) = ctx.write(&assign, &question).await? else { return Ok(()) };
    let id = taken.read()?.id.unwrap_or_default();
    ctx.ui.status(&format!("Gong took it in as {id}; see gong flows prospects bulk status {id}"));
    tell(ctx, &id, taken, args.wait).await
}

/// Whether Gong can know who is meant.
fn is_named(prospect: &BulkProspect) -> bool {
    let is_given = |text: &Option<String>| text.as_ref().is_some_and(|it| !it.trim().is_empty());
    is_given(&prospect.crm_id) || (is_given(&prospect.first_name) && is_given(&prospect.last_name))
}

/// Waits if that is wanted, and shows how far it is.
async fn tell(
    ctx: &mut Context,
    id: &str,
    mut now: Record<BulkAssignment>,
    wait: Option<Duration>,
) -> Result<()> {
    let again = format!("gong flows prospects bulk status {id} --wait");
    if let Some(patience) = wait
        && !is_over(&now.read()?)
    {
        let client = ctx.client().await?;
        let get = GetBulkAssignment { id: id.to_owned() };
        let reason = "Gong puts the prospects into the flow";
        let last = ctx
            .wait_for(patience, reason, async || {
                now = client.send(&get).await?;
                Ok(is_over(&now.read()?).then_some(()))
            })
            .await;
        last.map_err(|error| goes_on_with(error, &again))?;
    }
    ctx.output.one(&now)?;
    let now = now.read()?;
    let say = |number: Option<i64>| number.unwrap_or_default();
    ctx.ui.status(&format!(
        "{}: {} of {} done, {} in the flow, {} not",
        now.status.as_ref().map_or("no status", BulkStatus::as_str),
        say(now.processed_count),
        say(now.total_count),
        say(now.success_count),
        say(now.failed_count),
    ));
    if !is_over(&now) {
        if wait.is_none() {
            return Ok(());
        }
        let message = "Gong is not done with it".to_owned();
        let hint = format!("look again: {again}");
        return Err(Failure::Partial { message, hint: Some(hint) }.into());
    }
    let is_refused = |result: &&BulkResult| result.status != Some(BulkResultStatus::Assigned);
    for result in now.results.iter().flatten().filter(is_refused) {
        let why = result.error_message.as_deref().or(result.error_code.as_deref());
        ctx.ui.warn(&format!(
            "{} is not in the flow: {}",
            name(result),
            why.unwrap_or("Gong does not say why")
        ));
    }
    let n_failed = usize::try_from(say(now.failed_count)).unwrap_or_default();
    let n_done = usize::try_from(say(now.success_count)).unwrap_or_default();
    let is_failed = now.status == Some(BulkStatus::Failed);
    super::missing(n_done, n_failed.max(usize::from(is_failed)), "not put into the flow")
}

fn is_over(bulk: &BulkAssignment) -> bool {
    matches!(bulk.status, Some(BulkStatus::Completed | BulkStatus::Failed))
}

/// How to call a prospect.
fn name(result: &BulkResult) -> String {
    let Some(prospect) = &result.prospect else {
        return result.crm_id.clone().unwrap_or_else(|| "somebody".to_owned());
    };
    let names = [prospect.first_name.as_deref(), prospect.last_name.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if name.is_empty() { prospect.crm_id.clone().unwrap_or_default() } else { name }
}

impl View for BulkAssignment {
    const COLUMNS: &'static [&'static str] =
        &["ID", "STATUS", "PROSPECT", "RESULT", "CRM ID", "INSTANCE", "PROBLEM"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let mut cells = vec![Cell::empty(); Self::COLUMNS.len()];
        cells[0] = Cell::maybe(self.id.as_deref());
        cells[1] = Cell::maybe(self.status.as_ref().map(BulkStatus::as_str));
        cells
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let rows: Vec<_> = self
            .results
            .iter()
            .flatten()
            .map(|result| {
                let mut cells = self.cells(look);
                cells[2] = Cell::text(name(result));
                cells[3] = Cell::maybe(result.status.as_ref().map(BulkResultStatus::as_str));
                cells[4] = Cell::maybe(result.crm_id.as_deref());
                cells[5] =
                    Cell::maybe(result.flow_instance_id.as_ref().map(FlowInstanceId::as_str));
                cells[6] = Cell::maybe(result.error_message.as_deref());
                cells
            })
            .collect();
        if rows.is_empty() { vec![self.cells(look)] } else { rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<BulkAssignProspects>(SKELETON);
    }
}
