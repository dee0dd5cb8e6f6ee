//! `gong flows prospects`: who is in which flow, and putting them there or taking them out.

use anyhow::Result;
use clap::{ArgGroup, Args, Subcommand};
use gong_types::{
    AssignProspects, AssignedFlow, Assignment, AssignmentErrorCode, Endpoint, FlowId,
    FlowInstanceId, FlowInstanceStatus, ListAssignedFlows, OverrideCoolOff, Record, UnassignFlows,
    UnassignProspect, UnassignedFlows,
};
use serde_json::json;

use crate::{
    body::BodyArgs,
    context::{Context, lists::counted},
    exit::Failure,
    ids,
    output::{Cell, Look, View},
};

mod bulk;

const SKELETON: &str = include_str!("../skeletons/assign-prospects.jsonc");

/// Prospects in flows.
#[derive(Debug, Subcommand)]
pub(crate) enum Prospects {
    List(List),
    /// Put prospects into a flow, which begins to reach out to them
    ///
    /// People get mails and calls by this, so it is asked first and never sent twice. Gong may take
    /// some prospects and refuse others; who is refused, and why, is told.
    #[command(after_help = "Examples:\n  \
        gong flows prospects assign 0038d00000Kq2cAAAR --flow 4830582736482910472 \\\n      \
      --owner jane@company.example --dry-run\n  \
        gong flows prospects assign --skeleton")]
    Assign(Assign),
    Unassign(Unassign),
    /// Put prospects into a flow although they were in one a short while ago, the old way
    ///
    /// Gong prefers gong flows prospects assign --override-cool-off. Everything else is as there.
    #[command(after_help = "Examples:\n  \
        gong flows prospects override-cool-off 0038d00000Kq2cAAAR --flow 4830582736482910472 \\\n      \
      --owner jane@company.example --dry-run")]
    OverrideCoolOff(Assign),
    /// Put prospects into a flow that the CRM may not know yet, in Gong's own time
    #[command(subcommand)]
    Bulk(bulk::Bulk),
}

/// List the flows that prospects are in
///
/// Asked for by prospect, only what goes on is listed; by instance, also what has ended.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong flows prospects list --prospect 0038d00000Kq2cAAAR\n  \
    gong flows prospects list --instance 5482761937264918273 -o csv")]
#[group(required = true, multiple = true)]
pub(crate) struct List {
    /// The id of a contact or a lead in the CRM, or - to read them from stdin
    #[arg(long, value_name = "CRM-ID")]
    prospect: Vec<String>,

    /// The id of a prospect's way through a flow, as this list shows it
    #[arg(long, value_name = "ID")]
    instance: Vec<FlowInstanceId>,
}

/// Who is put into which flow.
#[derive(Debug, Args)]
pub(crate) struct Assign {
    /// Ids of contacts and leads in the CRM, at most 100, or - to read them from stdin
    #[arg(value_name = "CRM-ID")]
    prospects: Vec<String>,

    /// The flow
    #[arg(long, value_name = "ID")]
    flow: Option<FlowId>,

    /// The e-mail address of the user who gets the tasks
    #[arg(long, value_name = "EMAIL")]
    owner: Option<String>,

    /// Also prospects who were in a flow a short while ago
    #[arg(long)]
    override_cool_off: bool,

    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    #[command(flatten)]
    body: BodyArgs,
}

/// Take prospects out of flows
///
/// With --instance those ways through flows end that are named; with --prospect all of a prospect,
/// or the one through --flow.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong flows prospects unassign --instance 5482761937264918273 --dry-run\n  \
    gong flows prospects unassign --prospect 0038d00000Kq2cAAAR --yes")]
#[command(group(ArgGroup::new("what").required(true)))]
pub(crate) struct Unassign {
    /// The id of a prospect's way through a flow, as gong flows prospects list shows it
    #[arg(long, value_name = "ID", group = "what")]
    instance: Vec<FlowInstanceId>,

    /// The id of a contact or a lead in the CRM
    #[arg(long, value_name = "CRM-ID", group = "what")]
    prospect: Option<String>,

    /// Only out of this flow
    #[arg(long, value_name = "ID", requires = "prospect", conflicts_with = "instance")]
    flow: Option<FlowId>,

    /// The e-mail address of the user who wants it
    #[arg(long, value_name = "EMAIL")]
    by: Option<String>,
}

/// Runs one of them.
pub(super) async fn run(ctx: &mut Context, args: Prospects) -> Result<()> {
    match args {
        Prospects::List(args) => list(ctx, args).await,
        Prospects::Assign(args) => match args.assignment(ctx)? {
            Some(assignment) => assign(ctx, &assignment, &assignment).await,
            None => Ok(()),
        },
        Prospects::OverrideCoolOff(args) => match args.assignment(ctx)? {
            Some(assignment) => {
                assign(ctx, &OverrideCoolOff { assignment: assignment.clone() }, &assignment).await
            }
            None => Ok(()),
        },
        Prospects::Unassign(args) => unassign(ctx, args).await,
        Prospects::Bulk(args) => bulk::run(ctx, args).await,
    }
}

async fn list(ctx: &mut Context, args: List) -> Result<()> {
    let prospects = ids::words(args.prospect)?;
    let flows = ListAssignedFlows {
        crm_prospects_ids: (!prospects.is_empty()).then_some(prospects),
        flow_instance_ids: (!args.instance.is_empty()).then_some(args.instance),
    };
    ctx.show_all(&flows, "prospects").await
}

impl Assign {
    /// Who is put where; `None` if the skeleton was printed.
    fn assignment(self, ctx: &mut Context) -> Result<Option<AssignProspects>> {
        let prospects = ids::words(self.prospects)?;
        let options = json!({
            "crmProspectsIds": (!prospects.is_empty()).then_some(prospects),
            "flowId": self.flow,
            "flowInstanceOwnerEmail": self.owner,
            "overrides": { "coolOffOverride": self.override_cool_off.then_some(true) },
            "flowInstanceDescription": self.description,
        });
        let otherwise = json!({ "crmProspectsIds": [] });
        let assignment =
            ctx.body_or::<AssignProspects>(&self.body, options, otherwise, SKELETON)?;
        if let Some(assignment) = &assignment {
            check_count(assignment.crm_prospects_ids.len(), AssignProspects::MOST_PROSPECTS)?;
        }
        Ok(assignment)
    }
}

/// Refuses nobody, and more than Gong takes at once: a second request might not be sent.
fn check_count(count: usize, most: usize) -> Result<()> {
    if count == 0 {
        let hint = "name them by their ids in the CRM, or pipe those to -";
        return Err(Failure::usage("there are no prospects to put into the flow", hint).into());
    }
    if count > most {
        let message = format!("Gong takes {most} prospects at once, these are {count}");
        return Err(Failure::usage(message, "put them there in several commands").into());
    }
    Ok(())
}

async fn assign<E>(ctx: &mut Context, endpoint: &E, assignment: &AssignProspects) -> Result<()>
where
    E: Endpoint<Response = Record<Assignment>>,
{
    let who = counted(count(assignment.crm_prospects_ids.len()), "prospects");
    let question =
        format!("Put {who} into flow {}, which will reach out to them?", assignment.flow_id);
    let Some(answer) = ctx.write(endpoint, &question).await? else { return Ok(()) };
    ctx.output.one(&answer)?;
    let answer = answer.read()?;
    let n_assigned = answer.prospects_assigned.as_ref().map_or(0, Vec::len);
    ctx.ui.status(&format!("in the flow now: {}", counted(count(n_assigned), "prospects")));
    let refused = answer.prospects_not_assigned.unwrap_or_default();
    for failure in &refused {
        let code = failure.error_code.as_ref().map(AssignmentErrorCode::as_str);
        ctx.ui.warn(&format!(
            "{} is not in the flow: {} ({})",
            failure.crm_prospect_id.as_deref().unwrap_or("somebody"),
            failure.error_message.as_deref().unwrap_or("Gong does not say why"),
            code.unwrap_or("no code"),
        ));
    }
    missing(n_assigned, refused.len(), "not put into the flow")
}

/// Done in part, or not at all, if some prospects are not where they should be.
fn missing(n_done: usize, n_missing: usize, what: &str) -> Result<()> {
    if n_missing == 0 {
        return Ok(());
    }
    let message = format!("{what}: {}", counted(count(n_missing), "prospects"));
    let failure = match n_done {
        0 => Failure::Undone { message, hint: None },
        _ => Failure::Partial { message, hint: None },
    };
    Err(failure.into())
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

async fn unassign(ctx: &mut Context, args: Unassign) -> Result<()> {
    let Some(prospect) = args.prospect else {
        let most = UnassignFlows::MOST_INSTANCES;
        let wanted = args.instance;
        if wanted.len() > most {
            let message =
                format!("Gong takes {most} instances at once, these are {}", wanted.len());
            return Err(Failure::usage(message, "end them in several commands").into());
        }
        let unassign =
            UnassignFlows { flow_instance_ids: wanted.clone(), unassigned_by_user_email: args.by };
        let question = format!("End {} for good?", ways(wanted.len()));
        let Some(answer) = ctx.write(&unassign, &question).await? else { return Ok(()) };
        return tell_ended(ctx, &answer, wanted).await;
    };
    let flow = args.flow.as_ref().map_or_else(|| "all flows".to_owned(), |id| format!("flow {id}"));
    let unassign = UnassignProspect {
        crm_prospect_id: prospect,
        flow_id: args.flow,
        unassigned_by_user_email: args.by,
    };
    let prospect = &unassign.crm_prospect_id;
    let list = ListAssignedFlows {
        crm_prospects_ids: Some(vec![prospect.clone()]),
        ..ListAssignedFlows::default()
    };
    if ctx.is_dry_run(&[list.request(), unassign.request()])? {
        return Ok(());
    }
    ctx.confirm(&format!("Take prospect {prospect} out of {flow}?"))?;
    // An answer after a try whose own answer was lost does not say what that one ended.
    let mut open = flows_of(ctx, &list).await?;
    open.retain(|it| unassign.flow_id.is_none() || it.flow_id == unassign.flow_id);
    let Some(answer) = ctx.write_unasked(&unassign, None).await? else { return Ok(()) };
    if open.is_empty() {
        ctx.output.one(&answer)?;
        ctx.ui.status(&format!("prospect {prospect} was in no such flow, or Gong knows none"));
        return Ok(());
    }
    tell_ended(ctx, &answer, open.into_iter().filter_map(|it| it.flow_instance_id).collect()).await
}

/// Shows what ended, and looks after the ways through flows that Gong did not name.
async fn tell_ended(
    ctx: &mut Context,
    answer: &Record<UnassignedFlows>,
    wanted: Vec<FlowInstanceId>,
) -> Result<()> {
    ctx.output.one(answer)?;
    let named = answer.read()?.unassigned_flow_instance_ids.unwrap_or_default();
    ctx.ui.status(&format!("ended: {}", ways(named.len())));
    let mut left = wanted;
    left.retain(|id| !named.contains(id));
    if left.is_empty() {
        return Ok(());
    }
    let list =
        ListAssignedFlows { flow_instance_ids: Some(left.clone()), ..ListAssignedFlows::default() };
    let over = flows_of(ctx, &list).await?;
    let over: Vec<_> = over.into_iter().filter(is_over).collect();
    let n_left = left.len();
    left.retain(|id| !over.iter().any(|it| it.flow_instance_id.as_ref() == Some(id)));
    if left.len() < n_left {
        ctx.ui.status(&format!("over already: {}", ways(n_left - left.len())));
    }
    if left.is_empty() {
        return Ok(());
    }
    let left: Vec<_> = left.iter().map(FlowInstanceId::as_str).collect();
    let message = format!("not ended: {}", left.join(", "));
    let hint = "see gong flows prospects list --instance ID".to_owned();
    Err(Failure::Partial { message, hint: Some(hint) }.into())
}

/// What a list has.
async fn flows_of(ctx: &mut Context, list: &ListAssignedFlows) -> Result<Vec<AssignedFlow>> {
    let page = ctx.read(list).await?;
    Ok(page.iter().flat_map(|page| &page.items).filter_map(|it| it.read().ok()).collect())
}

fn is_over(flow: &AssignedFlow) -> bool {
    use FlowInstanceStatus::{Finished, FinishedNoReply, FinishedResponse};
    matches!(flow.flow_instance_status, Some(Finished | FinishedNoReply | FinishedResponse))
}

fn ways(count: usize) -> String {
    if count == 1 {
        "1 way through a flow".to_owned()
    } else {
        format!("{count} ways through flows")
    }
}

impl View for AssignedFlow {
    const COLUMNS: &'static [&'static str] =
        &["INSTANCE", "PROSPECT", "STATUS", "FLOW", "OWNER", "SINCE", "FLOW ID"];
    const FOR_PEOPLE: usize = 6;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let owner = self.flow_instance_owner_full_name.as_deref();
        vec![
            Cell::maybe(self.flow_instance_id.as_ref().map(FlowInstanceId::as_str)),
            Cell::maybe(self.crm_prospect_id.as_deref()),
            Cell::maybe(self.flow_instance_status.as_ref().map(FlowInstanceStatus::as_str)),
            Cell::maybe(self.flow_name.as_deref()),
            Cell::maybe(owner.or(self.flow_instance_owner_email.as_deref())),
            look.time(self.flow_instance_create_date),
            Cell::maybe(self.flow_id.as_ref().map(FlowId::as_str)),
        ]
    }
}

impl View for Assignment {
    const COLUMNS: &'static [&'static str] = &["PROSPECT", "INSTANCE", "FLOW", "PROBLEM"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); Self::COLUMNS.len()]
    }

    fn rows(&self, _look: &Look) -> Vec<Vec<Cell>> {
        let assigned = self.prospects_assigned.iter().flatten().map(|it| {
            vec![
                Cell::maybe(it.crm_prospect_id.as_deref()),
                Cell::maybe(it.flow_instance_id.as_ref().map(FlowInstanceId::as_str)),
                Cell::maybe(it.flow_name.as_deref()),
                Cell::empty(),
            ]
        });
        let refused = self.prospects_not_assigned.iter().flatten().map(|it| {
            vec![
                Cell::maybe(it.crm_prospect_id.as_deref()),
                Cell::empty(),
                Cell::empty(),
                Cell::maybe(it.error_message.as_deref()),
            ]
        });
        assigned.chain(refused).collect()
    }
}

impl View for UnassignedFlows {
    const COLUMNS: &'static [&'static str] = &["ENDED"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty()]
    }

    fn rows(&self, _look: &Look) -> Vec<Vec<Cell>> {
        let ids = self.unassigned_flow_instance_ids.iter().flatten();
        ids.map(|id| vec![Cell::text(id.as_str())]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<AssignProspects>(SKELETON);
    }
}
