//! `gong flows`: sequences of steps in which Gong Engage reaches out to prospects.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    Flow, FlowFolder, FlowFolderId, FlowId, FlowStepAction, FlowVisibility, FlowWithSteps,
    GetFlowSteps, ListFlowFolders, ListFlows, UserId, WorkspaceId,
};

use crate::{
    context::Context,
    ids,
    output::{Cell, Look, View},
};

pub(crate) mod prospects;

/// Flows.
#[derive(Debug, Subcommand)]
pub(crate) enum Flows {
    List(List),
    Folders(Folders),
    Steps(Steps),
    /// Who is in which flow
    #[command(subcommand)]
    Prospects(prospects::Prospects),
}

/// List the flows of the company and of a user
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong flows list --owner jane@company.example\n  \
    gong flows list --owner jane@company.example --recent -o csv")]
pub(crate) struct List {
    /// The e-mail address of a user: the personal flows and the shared ones are this user's
    #[arg(long, value_name = "EMAIL")]
    owner: String,

    /// Only flows of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,

    /// Only flows in this folder
    #[arg(long, value_name = "ID")]
    folder: Option<FlowFolderId>,

    /// Only those into which the user put somebody last, 20 at most
    #[arg(long)]
    recent: bool,
}

/// List the folders of flows
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong flows folders --owner jane@company.example")]
pub(crate) struct Folders {
    /// The e-mail address of a user, whose own folders are listed too
    #[arg(long, value_name = "EMAIL")]
    owner: String,

    /// Only this folder and those in it
    #[arg(long, value_name = "ID")]
    parent: Option<FlowFolderId>,

    /// Only folders of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,
}

/// Show the steps of flows
///
/// One flow that does not exist fails all that are asked for with it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong flows list --owner jane@company.example --jq .id | gong flows steps -\n  \
    gong flows list --owner jane@company.example --jq .id | gong flows steps - -o csv")]
pub(crate) struct Steps {
    /// Ids of flows, or - to read them from stdin
    #[arg(required = true, value_name = "FLOW-ID")]
    ids: Vec<String>,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Flows) -> Result<()> {
    match args {
        Flows::List(List { owner, workspace, folder, recent }) => {
            let flows = ListFlows {
                owner_email: owner,
                workspace_id: workspace,
                folder_id: folder,
                most_recently_assigned: recent.then_some(true),
            };
            ctx.show_all(&flows, "flows").await
        }
        Flows::Folders(Folders { owner, parent, workspace }) => {
            let folders =
                ListFlowFolders { owner_email: owner, parent_id: parent, workspace_id: workspace };
            ctx.show_all(&folders, "folders").await
        }
        Flows::Steps(Steps { ids }) => {
            let ids: Vec<FlowId> =
                ids::words(ids)?.iter().map(|id| Ok(id.parse()?)).collect::<Result<_>>()?;
            let batches = ids.chunks(GetFlowSteps::MOST_FLOWS);
            let batches: Vec<_> =
                batches.map(|ids| GetFlowSteps { flow_ids: ids.to_vec() }).collect();
            ctx.show_each(&batches, "flows").await
        }
        Flows::Prospects(args) => prospects::run(ctx, args).await,
    }
}

impl View for Flow {
    const COLUMNS: &'static [&'static str] =
        &["ID", "NAME", "FOLDER", "FOR", "EXCLUSIVE", "CREATED"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.id.as_str()),
            Cell::maybe(self.name.as_deref()),
            Cell::maybe(self.folder_name.as_deref()),
            Cell::maybe(self.visibility.as_ref().map(FlowVisibility::as_str)),
            Cell::maybe(self.exclusive.map(|it| if it { "yes" } else { "no" })),
            look.time(self.creation_date),
        ]
    }
}

impl View for FlowFolder {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "IN", "FOR", "MADE BY"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.id.as_str()),
            Cell::maybe(self.name.as_deref()),
            Cell::maybe(self.parent_folder_id.as_ref().map(FlowFolderId::as_str)),
            Cell::maybe(self.visibility.as_ref().map(FlowVisibility::as_str)),
            Cell::maybe(self.created_by_id.as_ref().map(UserId::as_str)),
        ]
    }
}

impl View for FlowWithSteps {
    const COLUMNS: &'static [&'static str] = &["FLOW", "NAME", "STEP", "ACTION", "SUBJECT", "TEXT"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let mut cells = vec![Cell::empty(); Self::COLUMNS.len()];
        cells[0] = Cell::text(self.id.as_str());
        cells[1] = Cell::maybe(self.name.as_deref());
        cells
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let rows: Vec<_> = self
            .steps
            .iter()
            .flatten()
            .map(|step| {
                let mut cells = self.cells(look);
                cells[2] = step.step_order.map_or_else(Cell::empty, Cell::number);
                cells[3] = Cell::maybe(step.action.as_ref().map(FlowStepAction::as_str));
                cells[4] = Cell::maybe(step.subject.as_deref());
                cells[5] = Cell::maybe(step.body.as_deref());
                cells
            })
            .collect();
        if rows.is_empty() { vec![self.cells(look)] } else { rows }
    }
}
