//! `gong permissions`: what users may see and do.

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use gong_types::{
    CreatePermissionProfile, Endpoint as _, GetPermissionProfile, ListPermissionProfiles,
    ListProfileUsers, PermissionLevel, PermissionProfile, PermissionProfileId, ProfileAccess,
    ProfileUser, UpdatePermissionProfile, WorkspaceId,
};
use serde_json::{Map, Value, json};

use crate::{
    body::BodyArgs,
    context::Context,
    exit::{Failure, advise},
    output::{Cell, Look, View},
};

const SKELETON: &str = include_str!("skeletons/permission-profile.jsonc");

/// Permissions.
#[derive(Debug, Subcommand)]
pub(crate) enum Permissions {
    /// Profiles: what the users who have them may see and do
    #[command(subcommand)]
    Profiles(Profiles),
}

/// Permission profiles.
#[derive(Debug, Subcommand)]
pub(crate) enum Profiles {
    List(List),
    Get(Get),
    Create(Create),
    Update(Update),
    Users(Users),
}

/// List the profiles of a workspace
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong permissions profiles list --workspace 623457276584334\n  \
    gong permissions profiles list --workspace 623457276584334 --fields id,name,callsAccess")]
pub(crate) struct List {
    /// The workspace, as gong workspaces list shows it
    #[arg(long, value_name = "ID")]
    workspace: WorkspaceId,
}

/// Show one profile
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong permissions profiles get 7214736251962341234\n  \
    gong permissions profiles get 7214736251962341234 > profile.json")]
pub(crate) struct Get {
    /// The id of the profile, as gong permissions profiles list shows it
    #[arg(value_name = "PROFILE-ID")]
    id: PermissionProfileId,
}

/// List the users who have a profile
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong permissions profiles users 7214736251962341234\n  \
    gong permissions profiles users 7214736251962341234 --jq .emailAddress")]
pub(crate) struct Users {
    /// The id of the profile
    #[arg(value_name = "PROFILE-ID")]
    id: PermissionProfileId,
}

/// Make a profile
///
/// What is not said is not allowed. Gong gives it an id.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong permissions profiles create --workspace 623457276584334 --name Listeners \\\n      \
      --allow callsAndSearch,library --dry-run\n  \
    gong permissions profiles create --skeleton")]
pub(crate) struct Create {
    /// The workspace that it is for
    #[arg(long, value_name = "ID", required_unless_present = "skeleton")]
    workspace: Option<WorkspaceId>,

    #[command(flatten)]
    members: Members,
}

/// Change a profile
///
/// Changes what all users who have it may see and do, at once. What is not said stays as it is; what
/// changes is shown first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong permissions profiles update 7214736251962341234 --deny downloadCallMedia --dry-run\n  \
    gong permissions profiles get 7214736251962341234 --jq '.scoreCalls = true' \\\n      \
      | gong permissions profiles update 7214736251962341234 --input - --yes")]
pub(crate) struct Update {
    /// The id of the profile
    #[arg(value_name = "PROFILE-ID", required_unless_present = "skeleton")]
    id: Option<PermissionProfileId>,

    #[command(flatten)]
    members: Members,
}

/// Members of a profile.
#[derive(Debug, Args)]
struct Members {
    /// Its name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// What its users may do, by the names that --skeleton shows: scoreCalls,library
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    allow: Vec<String>,

    /// What its users may not do
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    deny: Vec<String>,

    #[command(flatten)]
    body: BodyArgs,
}

impl Members {
    /// The profile that is meant; `None` if the skeleton was printed.
    fn profile(self, ctx: &mut Context) -> Result<Option<PermissionProfile>> {
        if let Some(name) = self.allow.iter().find(|name| self.deny.contains(name)) {
            let message = format!("{name} is allowed and denied at once");
            return Err(Failure::usage(message, "leave out --allow or --deny for it").into());
        }
        let mut options = Map::new();
        options.insert("name".to_owned(), json!(self.name));
        options.insert("description".to_owned(), json!(self.description));
        options.extend(self.allow.into_iter().map(|name| (name, Value::Bool(true))));
        options.extend(self.deny.into_iter().map(|name| (name, Value::Bool(false))));
        ctx.body(&self.body, options.into(), SKELETON)
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Permissions) -> Result<()> {
    let Permissions::Profiles(args) = args;
    match args {
        Profiles::List(List { workspace: workspace_id }) => {
            let shown = ctx.show_all(&ListPermissionProfiles { workspace_id }, "profiles").await;
            shown.map_err(|error| advise(error, 400, "gong workspaces list shows the workspaces"))
        }
        Profiles::Get(Get { id: profile_id }) => {
            ctx.show_one(&GetPermissionProfile { profile_id }).await.map_err(unknown)
        }
        Profiles::Create(args) => create(ctx, args).await,
        Profiles::Update(args) => update(ctx, args).await,
        Profiles::Users(Users { id: profile_id }) => {
            ctx.show_all(&ListProfileUsers { profile_id }, "users").await.map_err(unknown)
        }
    }
}

/// Gong does not say that it is the profile which it does not know.
fn unknown(error: anyhow::Error) -> anyhow::Error {
    let hint = "gong permissions profiles list --workspace ID shows those that there are";
    advise(error, 400, hint)
}

async fn create(ctx: &mut Context, args: Create) -> Result<()> {
    let Some(profile) = args.members.profile(ctx)? else { return Ok(()) };
    let workspace_id = args.workspace.context("clap wants a workspace")?;
    let Some(name) = profile.name.clone() else {
        return Err(Failure::usage("a profile needs a name", "add --name NAME").into());
    };
    let create = CreatePermissionProfile { workspace_id, profile };
    if let Some(made) = ctx.write(&create, &format!("Make the profile {name:?}?")).await? {
        ctx.output.one(&made)?;
        ctx.ui.status("the profile is made; nobody has it yet");
    }
    Ok(())
}

async fn update(ctx: &mut Context, args: Update) -> Result<()> {
    let Some(profile) = args.members.profile(ctx)? else { return Ok(()) };
    let profile_id = args.id.context("clap wants a profile")?;
    if profile == PermissionProfile::default() {
        let hint = "add --allow, --deny, --name, --description or --input";
        return Err(Failure::usage("nothing to change was given", hint).into());
    }
    let get = GetPermissionProfile { profile_id: profile_id.clone() };
    let update = UpdatePermissionProfile { profile_id, profile };
    if ctx.is_dry_run(&[get.request(), update.request()])? {
        return Ok(());
    }
    let Some(before) = ctx.read(&get).await.map_err(unknown)? else { return Ok(()) };
    let before: Value = serde_json::from_str(before.text())?;
    let after = serde_json::to_value(&update.profile)?;
    let mut changes = Vec::new();
    compare("", &before, &after, &mut changes);
    if changes.is_empty() {
        ctx.ui.status("the profile is like this already; nothing was sent");
        return Ok(());
    }
    for change in &changes {
        ctx.ui.needs(change);
    }
    let question = "Change this for all users who have the profile?";
    if let Some(changed) = ctx.write(&update, question).await? {
        ctx.output.one(&changed)?;
        ctx.ui.status("the profile is changed");
    }
    Ok(())
}

/// Notes where `after` says something else than `before`. What it does not say stays as it is.
fn compare(place: &str, before: &Value, after: &Value, changes: &mut Vec<String>) {
    match (before, after) {
        (_, Value::Null) => {}
        (Value::Object(before), Value::Object(after)) => {
            for (name, after) in after {
                let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                compare(&place, before.get(name).unwrap_or(&Value::Null), after, changes);
            }
        }
        (before, after) if before != after => changes.push(format!("{place}: {before} → {after}")),
        _ => {}
    }
}

impl View for PermissionProfile {
    const COLUMNS: &'static [&'static str] =
        &["ID", "NAME", "CALLS", "DEALS", "COACHING", "DESCRIPTION", "ALLOWED"];
    const FOR_PEOPLE: usize = 6;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let level = |access: Option<&ProfileAccess>| {
            let level = access.and_then(|it| it.permission_level.as_ref());
            Cell::maybe(level.map(PermissionLevel::as_str))
        };
        vec![
            Cell::maybe(self.id.as_ref().map(PermissionProfileId::as_str)),
            Cell::maybe(self.name.as_deref()),
            level(self.calls_access.as_ref()),
            level(self.deals_access.as_ref()),
            level(self.coaching_access.as_ref()),
            Cell::maybe(self.description.as_deref()),
            Cell::text(allowed(self).join(", ")),
        ]
    }
}

/// What users who have the profile may do, by the names that Gong gives it.
fn allowed(profile: &PermissionProfile) -> Vec<String> {
    match serde_json::to_value(profile) {
        Ok(Value::Object(members)) => {
            members.into_iter().filter(|(_, it)| *it == true).map(|(name, _)| name).collect()
        }
        _ => Vec::new(),
    }
}

impl View for ProfileUser {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "NAME"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.id.as_str()),
            Cell::maybe(self.email_address.as_deref()),
            Cell::maybe(self.full_name.as_deref()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<PermissionProfile>(SKELETON);
    }

    #[test]
    fn only_what_is_said_and_different_is_a_change() {
        let before =
            json!({ "name": "a", "library": true, "callsAccess": { "permissionLevel": "own" } });
        let after =
            json!({ "name": null, "library": true, "callsAccess": { "permissionLevel": "all" } });
        let mut changes = Vec::new();
        compare("", &before, &after, &mut changes);
        assert_eq!(changes, ["callsAccess.permissionLevel: \"own\" → \"all\""]);
    }
}
