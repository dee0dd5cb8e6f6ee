//! Workspaces: all of them, unpaged.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::ask::{Answered, Ask, Problem};

/// `GET /v2/workspaces`: all workspaces. Scope `api:workspaces:read`.
#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let workspaces = Value::Array(ask.data.workspaces().to_vec());
    Ok(Map::from_iter([("workspaces".to_owned(), workspaces)]))
}

/// Refuses an id that no workspace has.
pub(super) fn must_be_known(ask: &Ask<'_>, id: Option<&str>) -> Result<(), Problem> {
    let is_known = |id: &str| {
        ask.data.workspaces().iter().any(|workspace| workspace["id"].as_str() == Some(id))
    };
    if id.is_none_or(is_known) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::NOT_FOUND, "Workspace not found"))
}

/// The id of a workspace, beginning again after the last.
pub(super) fn nth<'a>(ask: &Ask<'a>, number: u64) -> &'a str {
    let workspaces = ask.data.workspaces();
    let n_workspaces = u64::try_from(workspaces.len()).unwrap_or(1).max(1);
    let place = usize::try_from(number % n_workspaces).unwrap_or(0);
    workspaces.get(place).and_then(|workspace| workspace["id"].as_str()).unwrap_or_default()
}
