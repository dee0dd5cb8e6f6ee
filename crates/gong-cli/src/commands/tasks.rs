//! `gong tasks`: what the users of Gong Engage still have to do.

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use gong_types::{
    ListTasks, Task, TaskAction, TaskChange, TaskId, TaskStatus, TaskType, UpdateTask, UserId,
    When, WorkspaceId,
};
use serde_json::json;

use crate::{
    body::BodyArgs,
    context::Context,
    exit::{Failure, advise},
    output::{Cell, Look, View},
};

const SKELETON: &str = include_str!("skeletons/update-task.jsonc");

/// Tasks.
#[derive(Debug, Subcommand)]
pub(crate) enum Tasks {
    List(List),
    Update(Update),
}

/// List the tasks of a user
///
/// Gong has only tasks to call somebody here. A company without Engage gets a server error for an
/// answer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong tasks list --user jane@company.example\n  \
    gong tasks list --user 4297232893451866744 --type manual -o csv")]
pub(crate) struct List {
    /// Whose tasks: an id or an e-mail address
    #[arg(long, value_name = "USER")]
    user: String,

    /// Only tasks of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,

    /// Only tasks that a flow made, or that people made
    #[arg(long = "type", value_name = "TYPE")]
    kinds: Vec<Kind>,

    /// Only tasks of this status
    #[arg(long, value_name = "STATUS", default_value = "open")]
    status: Vec<Status>,
}

/// Change the status, the due date or the priority of a task
///
/// What is not said stays as it is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong tasks update 5482761937264918273 --user jane@company.example --status done\n  \
    gong tasks update 5482761937264918273 --user 4297232893451866744 --due 2026-07-01T09:00 --dry-run")]
pub(crate) struct Update {
    /// The id of the task
    #[arg(value_name = "TASK-ID", required_unless_present = "skeleton")]
    id: Option<TaskId>,

    /// Whose task it is: an id or an e-mail address
    #[arg(long, value_name = "USER", required_unless_present_any = ["skeleton", "input"])]
    user: Option<String>,

    /// The new status
    #[arg(long, value_name = "STATUS")]
    status: Option<Status>,

    /// The new due date: 2026-07-01T09:00 in the zone, tomorrow, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    due: Option<When>,

    /// The name of the new priority
    #[arg(long, value_name = "NAME")]
    priority: Option<String>,

    #[command(flatten)]
    body: BodyArgs,
}

/// Who made a task.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// A flow
    Flow,
    /// Somebody
    Manual,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    Open,
    Done,
    Dismissed,
}

impl From<Kind> for TaskType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Flow => Self::Flow,
            Kind::Manual => Self::Manual,
        }
    }
}

impl From<Status> for TaskStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::Done => Self::Done,
            Status::Dismissed => Self::Dismissed,
        }
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Tasks) -> Result<()> {
    match args {
        Tasks::List(args) => list(ctx, args).await,
        Tasks::Update(args) => update(ctx, args).await,
    }
}

async fn list(ctx: &mut Context, args: List) -> Result<()> {
    let users = ctx.users_named(&[args.user]).await?;
    let kinds: Vec<_> = args.kinds.into_iter().map(TaskType::from).collect();
    for user_id in users {
        let tasks = ListTasks {
            user_id,
            workspace_id: args.workspace.clone(),
            types: if kinds.is_empty() {
                vec![TaskType::Flow, TaskType::Manual]
            } else {
                kinds.clone()
            },
            actions: vec![TaskAction::Call],
            statuses: args.status.iter().copied().map(TaskStatus::from).collect(),
        };
        ctx.show_all(&tasks, "tasks").await.map_err(without_engage)?;
    }
    Ok(())
}

async fn update(ctx: &mut Context, args: Update) -> Result<()> {
    let user = ctx.users_named(args.user.as_slice()).await?.into_iter().next();
    let options = json!({
        "userId": user,
        "status": args.status.map(TaskStatus::from),
        "dueDate": ctx.coming("--due", args.due.as_ref())?,
        "priority": args.priority,
    });
    let Some(change) = ctx.body::<TaskChange>(&args.body, options, SKELETON)? else {
        return Ok(());
    };
    if change.status.is_none() && change.due_date.is_none() && change.priority.is_none() {
        let hint = "add --status, --due or --priority";
        return Err(Failure::usage("nothing to change was given", hint).into());
    }
    let id = args.id.context("clap wants an id")?;
    let update = UpdateTask { id, change };
    if let Some(page) = ctx.write_unasked(&update, None).await.map_err(without_engage)? {
        for task in &page.items {
            ctx.output.one(task)?;
        }
        ctx.ui.status(&format!("task {} is changed", update.id));
    }
    Ok(())
}

/// Gong does not say that this is the reason.
fn without_engage(error: anyhow::Error) -> anyhow::Error {
    advise(error, 500, "a company that has not bought Gong Engage gets this answer too")
}

impl View for Task {
    const COLUMNS: &'static [&'static str] =
        &["ID", "DUE", "STATUS", "TYPE", "CONTACT", "COMPANY", "TITLE", "PRIORITY", "FLOW", "USER"];
    const FOR_PEOPLE: usize = 8;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let data = self.contact.as_ref().and_then(|it| it.data.as_ref());
        let name = data.map(|it| {
            let names = [it.first_name.as_deref(), it.last_name.as_deref()];
            names.into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        let company = self.account.as_ref().and_then(|it| it.name.as_deref());
        let flow = self.flow.as_ref();
        vec![
            Cell::text(self.id.as_str()),
            look.time(self.due_date),
            Cell::maybe(self.status.as_ref().map(TaskStatus::as_str)),
            Cell::maybe(self.kind.as_ref().map(TaskType::as_str)),
            Cell::maybe(name),
            Cell::maybe(company.or(data.and_then(|it| it.company_name.as_deref()))),
            Cell::maybe(
                self.title
                    .as_deref()
                    .or(flow.and_then(|it| it.step.as_ref().and_then(|step| step.name.as_deref()))),
            ),
            Cell::maybe(self.priority.as_ref().and_then(|it| it.name.as_deref())),
            Cell::maybe(flow.and_then(|it| it.name.as_deref())),
            Cell::maybe(self.user_id.as_ref().map(UserId::as_str)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<TaskChange>(SKELETON);
    }
}
