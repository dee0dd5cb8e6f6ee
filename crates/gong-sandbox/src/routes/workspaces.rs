//! Workspaces: all of them, unpaged.

use serde_json::{Map, Value};

use crate::ask::{Answered, Ask};

/// `GET /v2/workspaces`: all workspaces. Scope `api:workspaces:read`.
#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let workspaces = Value::Array(ask.data.workspaces().to_vec());
    Ok(Map::from_iter([("workspaces".to_owned(), workspaces)]))
}
