//! Permission profiles: what groups of users may see and do, a few in each workspace.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    ask::{Answered, Ask, Members, Problem},
    rules::{Kind::Text, check, may, needs},
    sandbox::lock,
};

mod members;

/// All profiles, once somebody asked for them.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    all: Option<Vec<Profile>>,
    n_created: u64,
}

#[derive(Debug, Clone)]
struct Profile {
    workspace_id: String,
    /// The group of users that has it.
    group: Option<Group>,
    record: Value,
}

/// Who has a profile: each active user is in one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// Who has no manager.
    Head,
    /// Who manages others.
    Manager,
    /// All others.
    Member,
}

/// `GET /v2/all-permission-profiles`: the profiles of a workspace, by name.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let workspace = workspace(ask)?;
    let mut profiles = all(ask, |profiles| {
        let profiles = profiles.iter().filter(|profile| profile.workspace_id == workspace);
        profiles.map(|profile| profile.record.clone()).collect::<Vec<_>>()
    });
    profiles.sort_by_key(|profile| profile["name"].as_str().unwrap_or_default().to_lowercase());
    Ok(Map::from_iter([("profiles".to_owned(), json!(profiles))]))
}

/// `GET /v2/permission-profile`: one profile.
pub(super) fn get(ask: &Ask<'_>) -> Answered {
    Ok(answer(find(ask)?.record))
}

/// `POST /v2/permission-profile`: creates a profile, in which what is not named is not allowed.
pub(super) fn create(ask: &Ask<'_>) -> Answered {
    let workspace = workspace(ask)?;
    let body = ask.body()?;
    check(&body, &[needs("name", Text), may("description", Text)])?;
    members::check(&body)?;
    let name = Members::of(&body).text("name")?.unwrap_or_default();
    if is_taken(ask, &workspace, name, None) {
        let text = "A permission profile with this name already exists";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, text));
    }
    let id = {
        let mut profiles = lock(&ask.store.profiles);
        profiles.n_created += 1;
        ask.id("profile", &profiles.n_created.to_string())
    };
    let mut record = members::nothing(&id);
    members::merge(&mut record, &body);
    let profile = Profile { workspace_id: workspace, group: None, record: record.clone() };
    all(ask, |profiles| profiles.push(profile));
    Ok(answer(record))
}

/// `PUT /v2/permission-profile`: changes the members that are named, and keeps the others.
pub(super) fn update(ask: &Ask<'_>) -> Answered {
    let mut profile = find(ask)?;
    let body = ask.body()?;
    check(&body, &[may("name", Text), may("description", Text)])?;
    members::check(&body)?;
    let id = profile.record["id"].clone();
    if let Some(name) = Members::of(&body).text("name")?
        && is_taken(ask, &profile.workspace_id, name, id.as_str())
    {
        return Err(Problem::bad_request("A permission profile with this name already exists"));
    }
    members::merge(&mut profile.record, &body);
    let record = profile.record.clone();
    all(ask, |profiles| {
        if let Some(old) = profiles.iter_mut().find(|old| old.record["id"] == id) {
            *old = profile;
        }
    });
    Ok(answer(record))
}

/// `GET /v2/permission-profile/users`: who has a profile. Scope `api:users:read`.
pub(super) fn users(ask: &Ask<'_>) -> Answered {
    let group = find(ask)?.group;
    let users = ask.data.users().iter().filter(|user| {
        user["active"] != false && group.is_some_and(|group| group == group_of(ask, user))
    });
    let user = |user: &Value| {
        let part = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
        let name = format!("{} {}", part("firstName"), part("lastName"));
        json!({
            "id": user["id"],
            "fullName": name.trim(),
            "emailAddress": user["emailAddress"],
        })
    };
    Ok(Map::from_iter([("users".to_owned(), users.map(user).collect())]))
}

fn answer(profile: Value) -> Map<String, Value> {
    Map::from_iter([("profile".to_owned(), profile)])
}

fn bad_request() -> Problem {
    Problem::bad_request("Bad request")
}

fn workspace(ask: &Ask<'_>) -> Result<String, Problem> {
    let parameters = ask.parameters();
    let id = parameters.need("workspaceId")?;
    if ask.has_workspace(id) { Ok(id.to_owned()) } else { Err(bad_request()) }
}

/// The profile that `profileId` names.
fn find(ask: &Ask<'_>) -> Result<Profile, Problem> {
    let parameters = ask.parameters();
    let id = parameters.need("profileId")?;
    all(ask, |profiles| {
        profiles.iter().find(|profile| profile.record["id"] == id).cloned().ok_or_else(bad_request)
    })
}

fn is_taken(ask: &Ask<'_>, workspace: &str, name: &str, by_other_than: Option<&str>) -> bool {
    all(ask, |profiles| {
        profiles.iter().any(|profile| {
            let its_name = profile.record["name"].as_str().unwrap_or_default();
            profile.workspace_id == workspace
                && its_name.eq_ignore_ascii_case(name)
                && profile.record["id"].as_str() != by_other_than
        })
    })
}

fn group_of(ask: &Ask<'_>, user: &Value) -> Group {
    let manages =
        |user: &Value| ask.data.users().iter().any(|other| other["managerId"] == user["id"]);
    match &user["managerId"] {
        _ if manages(user) && user["managerId"].is_null() => Group::Head,
        _ if manages(user) => Group::Manager,
        _ => Group::Member,
    }
}

/// Looks at all profiles; the first look makes those that are there from the beginning.
fn all<T>(ask: &Ask<'_>, look: impl FnOnce(&mut Vec<Profile>) -> T) -> T {
    let mut profiles = lock(&ask.store.profiles);
    look(profiles.all.get_or_insert_with(|| first(ask)))
}

/// Four profiles in each workspace.
fn first(ask: &Ask<'_>) -> Vec<Profile> {
    let mut profiles = Vec::new();
    for workspace in ask.data.workspaces() {
        let Some(workspace_id) = workspace["id"].as_str() else { continue };
        for (name, description, level, group) in [
            ("Business admin", "Sees and manages everything", "all", Some(Group::Head)),
            ("Manager", "Sees the calls of the team", "managers-team", Some(Group::Manager)),
            ("Team member", "Sees calls of his or her own", "own", Some(Group::Member)),
            ("Guest", "Sees nothing yet", "none", None),
        ] {
            let id = ask.id("profile", &format!("{workspace_id}/{name}"));
            let mut record = members::filled(&id, level);
            record["name"] = json!(name);
            record["description"] = json!(description);
            profiles.push(Profile { workspace_id: workspace_id.to_owned(), group, record });
        }
    }
    profiles
}
