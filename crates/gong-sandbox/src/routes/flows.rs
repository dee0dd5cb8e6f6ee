//! Flows: the sequences of Engage, their folders and steps, and who is in them.

use http::StatusCode;
use serde_json::{Map, Value, json};

use self::catalog::{Flow, folders};
use super::users::Rows;
use crate::{
    ask::{Answered, Ask, Parameters, Problem, object},
    paging::page,
    rules::{Kind::Texts, check, needs},
    sandbox::lock,
};

mod assign;
mod bulk;
mod catalog;
mod instances;
mod unassign;

pub(super) use self::{
    assign::{assign, assign_in_cool_off},
    bulk::{bulk_assign, get_bulk},
    instances::list as list_prospects,
    unassign::{by_crm_id, by_instance_id},
};
pub(crate) use self::{bulk::Bulks, instances::Instances};

/// How many flows a request can have the steps of.
const MOST_FLOWS: usize = 20;

/// How many flows are listed as the most recently assigned ones.
const MOST_RECENT: usize = 20;

/// `GET /v2/flows`: the flows of the company and of a user. Scope `api:flows:read`.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let parameters = ask.parameters();
    let owner = parameters.need("flowOwnerEmail")?;
    let is_recent = parameters.flag("mostRecentlyAssigned")?;
    let mut flows = catalog::of_owner(ask, owner);
    flows.retain(|flow| {
        is_wanted(&parameters, "workspaceId", &flow.workspace_id)
            && is_wanted(&parameters, "folderId", &flow.folder_id)
    });
    if is_recent {
        bulk::work(ask);
        let instances = lock(&ask.store.flows);
        flows.retain(|flow| instances.last_assigned(&flow.id).is_some());
        flows.sort_by_key(|flow| std::cmp::Reverse(instances.last_assigned(&flow.id)));
        flows.truncate(MOST_RECENT);
    }
    let shown: Vec<Value> = flows.iter().map(|flow| flow.to_json(ask)).collect();
    paged(ask, &parameters, &shown, "flows")
}

/// `GET /v2/flows/folders`: the folders of the company and of a user. Scope `api:flows:read`.
pub(super) fn list_folders(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let parameters = ask.parameters();
    let owner = parameters.need("flowFolderOwnerEmail")?;
    if parameters.get("parentId").is_some_and(|id| id.parse::<i64>().is_err()) {
        return Err(Problem::bad_request("parentId must be a whole number"));
    }
    let mut folders = folders(ask, owner);
    folders.retain(|folder| {
        is_wanted(&parameters, "workspaceId", &folder.workspace_id)
            && is_wanted(&parameters, "parentId", folder.parent_id())
    });
    let shown: Vec<Value> = folders.iter().map(catalog::Folder::to_json).collect();
    paged(ask, &parameters, &shown, "flowsFolders")
}

fn is_wanted(parameters: &Parameters, name: &str, value: &str) -> bool {
    parameters.get(name).is_none_or(|wanted| wanted == value)
}

fn paged(ask: &Ask<'_>, parameters: &Parameters, shown: &[Value], key: &str) -> Answered {
    let rows = Rows(shown.iter().collect());
    let inputs = ask.parameters().without_cursor();
    Ok(page(ask, parameters.get("cursor"), &inputs, &rows)?.into_members(key))
}

/// `POST /v2/flows/steps`: flows with what is done in them. Scope `api:flows:read`.
pub(super) fn steps(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let body = ask.body()?;
    check(&body, &[needs("flowIds", Texts)])?;
    need_at_most(&body, "flowIds", MOST_FLOWS)?;
    let mut flows = Vec::new();
    for id in texts(&body, "flowIds") {
        let flow = catalog::find(ask, id).ok_or_else(|| {
            Problem::new(StatusCode::NOT_FOUND, format!("Flow not found: flowId={id}"))
        })?;
        flows.push(flow.with_steps(ask));
    }
    Ok(object(json!({ "flows": flows })))
}

/// Refuses companies without Engage.
fn need_engage(ask: &Ask<'_>) -> Result<(), Problem> {
    if ask.options.without_engage {
        let text = "Engage is not enabled for this company";
        return Err(Problem::new(StatusCode::FORBIDDEN, text));
    }
    Ok(())
}

fn need_at_most(body: &Map<String, Value>, name: &str, most: usize) -> Result<(), Problem> {
    if body[name].as_array().is_some_and(|items| items.len() > most) {
        return Err(Problem::bad_request(format!("{name} must not have more than {most} items")));
    }
    Ok(())
}

/// A list of texts that is known to be one.
fn texts<'a>(body: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a str> {
    let items = body.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str)
}

/// The flow that a body names.
fn need_flow(ask: &Ask<'_>, body: &Map<String, Value>) -> Result<Flow, Problem> {
    let id = body["flowId"].as_str().unwrap_or_default();
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "Flow not found");
    catalog::find(ask, id).ok_or_else(unknown)
}

/// The address of the user whom a member of a body names, as the company has it.
fn need_user<'a>(
    ask: &'a Ask<'_>,
    body: &Map<String, Value>,
    name: &str,
) -> Result<&'a Value, Problem> {
    let user = ask.user_at(body[name].as_str().unwrap_or_default());
    user.ok_or_else(|| Problem::bad_request(format!("{name} is no user of this company")))
}
