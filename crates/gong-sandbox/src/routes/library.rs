//! Library: the public folders of calls, and what is in them.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{invented, workspaces};
use crate::ask::{Answered, Ask, Problem};

/// `GET /v2/library/folders`: the public folders of a workspace. Scope `api:library:read`.
pub(super) fn folders(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let workspace = match parameters.get("workspaceId") {
        Some(workspace) => workspace,
        None if ask.data.workspaces().len() > 1 => {
            let text = "workspaceId is required, as the company has several workspaces";
            return Err(Problem::bad_request(text));
        }
        None => workspaces::nth(ask, 0),
    };
    workspaces::must_be_known(ask, Some(workspace))?;
    let folders = all(ask).filter(|folder| folder.workspace == workspace).map(|folder| {
        let mut shown = folder.head(ask);
        let parent = folder.parent.map(|parent| id(ask, folder.base + parent));
        shown.insert("parentFolderId".to_owned(), json!(parent));
        Value::Object(shown)
    });
    Ok(Map::from_iter([("folders".to_owned(), folders.collect())]))
}

/// `GET /v2/library/folder-content`: a folder and its calls. Scope `api:library:read`.
pub(super) fn content(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let wanted = parameters
        .get("folderId")
        .ok_or_else(|| Problem::bad_request("folderId must not be null"))?;
    let folder = all(ask)
        .find(|folder| id(ask, folder.number()) == wanted)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "Folder not found"))?;
    let mut answer = folder.head(ask);
    let calls = folder.calls(ask).into_iter().map(|number| folder.entry(ask, number));
    answer.insert("calls".to_owned(), calls.collect());
    Ok(answer)
}

/// A folder of a workspace.
struct Folder<'a> {
    workspace: &'a str,
    /// The number of the first folder of the workspace.
    base: u64,
    place: u64,
    name: &'static str,
    parent: Option<u64>,
    size: usize,
}

/// Name, place of the parent, and how many calls are in it; the same in each workspace.
const FOLDERS: [(&str, Option<u64>, usize); 6] = [
    ("Best of", None, 4),
    ("Discovery", Some(0), 5),
    ("Objections", Some(0), 3),
    ("Price", Some(2), 2),
    ("Onboarding", None, 3),
    ("To be filled", None, 0),
];

fn all<'a>(ask: &Ask<'a>) -> impl Iterator<Item = Folder<'a>> {
    let workspaces = ask.data.workspaces().iter().filter_map(|workspace| workspace["id"].as_str());
    workspaces.zip((0_u64..).step_by(FOLDERS.len())).flat_map(|(workspace, base)| {
        FOLDERS.iter().zip(0..).map(move |((name, parent, size), place)| Folder {
            workspace,
            base,
            place,
            name,
            parent: *parent,
            size: *size,
        })
    })
}

fn id(ask: &Ask<'_>, number: u64) -> String {
    invented::id(ask, "folder", number)
}

impl Folder<'_> {
    fn number(&self) -> u64 {
        self.base + self.place
    }

    /// Nobody has made the first of each workspace.
    fn head(&self, ask: &Ask<'_>) -> Map<String, Value> {
        let number = self.number();
        let maker = (self.place > 0).then(|| invented::user(ask, "folder", number)["id"].clone());
        let members = [
            ("id", json!(id(ask, number))),
            ("name", json!(self.name)),
            ("createdBy", json!(maker)),
            ("updated", json!(invented::days_ago(ask, 3 + number))),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    /// Old calls of the workspace that everyone may see; the newest of them first.
    fn calls(&self, ask: &Ask<'_>) -> Vec<u64> {
        if !ask.pass.sees_calls() {
            return Vec::new();
        }
        let all = ask.data.started(None, Some(ask.data.now())).rev();
        let fitting = all.filter(|number| {
            let facts = ask.data.facts(*number);
            let is_chosen = invented::key(facts.started) % 7 == self.place;
            is_chosen
                && facts.workspace_id == self.workspace
                && !facts.is_private
                && facts.ready_at <= ask.data.now()
        });
        fitting.take(self.size).collect()
    }

    fn entry(&self, ask: &Ask<'_>, number: u64) -> Value {
        let call = ask.data.meta_data(number);
        let key = invented::key(ask.data.facts(number).started) ^ (self.number() << 56);
        let draw = |what, below| invented::number(ask, what, key, below);
        let mut entry = json!({
            "id": call["id"],
            "title": call["title"],
            "note": if draw("note", 3) == 0 { Value::Null } else { json!("Listen to how it opens.") },
            "addedBy": invented::user(ask, "added", key)["id"],
            "created": invented::days_ago(ask, draw("added", 3)),
            "url": call["url"],
        });
        let seconds = call["duration"].as_u64().unwrap_or(0);
        if draw("clip", 2) == 0 && seconds > 60 {
            let from = draw("from", seconds - 30);
            entry["snippet"] = json!({ "fromSec": from, "toSec": from + 20 });
        }
        entry
    }
}
