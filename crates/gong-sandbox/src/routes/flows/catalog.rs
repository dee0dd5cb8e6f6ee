//! The catalog: the flows and folders that the company and each of its users have.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use crate::ask::Ask;

/// A sequence of steps.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) is_exclusive: bool,
    pub(super) workspace_id: String,
    pub(super) folder_id: String,
    folder_name: &'static str,
    visibility: &'static str,
    description: &'static str,
    steps: &'static [Step],
    days_old: i64,
}

/// A folder of flows.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub(super) workspace_id: String,
    id: String,
    name: &'static str,
    /// The folder it is in and the user who made it, absent for some.
    parent_id: Option<String>,
    created_by_id: Option<String>,
    visibility: &'static str,
}

/// What is done in one step: the action, and subject and body where it is a message.
type Step = (&'static str, Option<&'static str>, Option<&'static str>);

/// The flows of the company, and the personal and the shared one of a user. Nobody's are none.
pub(super) fn of_owner(ask: &Ask<'_>, email: &str) -> Vec<Flow> {
    let Some(user) = ask.user_at(email) else { return Vec::new() };
    let mut flows = of_company(ask);
    flows.extend(of_user(ask, user));
    flows
}

/// The flow with this id, whoever has it.
pub(super) fn find(ask: &Ask<'_>, id: &str) -> Option<Flow> {
    let is_it = |flow: &Flow| flow.id == id;
    let mut own = ask.data.users().iter().flat_map(|user| of_user(ask, user));
    of_company(ask).into_iter().find(is_it).or_else(|| own.find(is_it))
}

pub(super) fn of_company(ask: &Ask<'_>) -> Vec<Flow> {
    let flows = COMPANY.iter().zip(0..);
    flows
        .map(|((name, folder, description, steps), place)| {
            let folder_name = FOLDERS[*folder];
            Flow {
                id: ask.id("flow", name),
                name,
                is_exclusive: place == 1,
                workspace_id: workspace(ask, *folder),
                folder_id: ask.id("flow folder", folder_name),
                folder_name,
                visibility: "Company",
                description,
                steps,
                days_old: 400 - 45 * place,
            }
        })
        .collect()
}

fn of_user(ask: &Ask<'_>, user: &Value) -> [Flow; 2] {
    let user_id = user["id"].as_str().unwrap_or_default();
    let flow = |name, visibility, steps| Flow {
        id: ask.id("flow", &format!("{user_id}/{visibility}")),
        name,
        is_exclusive: false,
        workspace_id: workspace(ask, 0),
        folder_id: ask.id("flow folder", user_id),
        folder_name: OWN_FOLDER,
        visibility,
        description: "Kept by one person",
        steps,
        days_old: 60,
    };
    [
        flow("My follow-ups", "Personal", COMPANY[0].3),
        flow("Follow-ups to borrow", "Shared", COMPANY[2].3),
    ]
}

/// The folders of the company and of a user, whose own lies in the first of them. Nobody's are none.
pub(super) fn folders(ask: &Ask<'_>, email: &str) -> Vec<Folder> {
    let Some(user) = ask.user_at(email) else { return Vec::new() };
    let user_id = user["id"].as_str().unwrap_or_default();
    let top = FOLDERS.iter().enumerate().map(|(place, name)| Folder {
        id: ask.id("flow folder", name),
        name,
        parent_id: None,
        created_by_id: None,
        visibility: "Company",
        workspace_id: workspace(ask, place),
    });
    let mut folders: Vec<_> = top.collect();
    let first = folders.first().map(|folder| folder.id.clone());
    let own = [(user_id, OWN_FOLDER, None), ("team", "Regional", first)];
    folders.extend(own.map(|(key, name, parent_id)| Folder {
        id: ask.id("flow folder", key),
        name,
        visibility: if parent_id.is_some() { "Shared" } else { "Personal" },
        parent_id,
        created_by_id: Some(user_id.to_owned()),
        workspace_id: workspace(ask, 0),
    }));
    folders
}

/// The workspace that a folder is in: the first two take turns.
fn workspace(ask: &Ask<'_>, place: usize) -> String {
    let workspaces = ask.data.workspaces();
    let workspace = workspaces.get(place % workspaces.len().clamp(1, 2));
    workspace.and_then(|workspace| workspace["id"].as_str()).unwrap_or_default().to_owned()
}

impl Flow {
    pub(super) fn to_json(&self, ask: &Ask<'_>) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "folderId": self.folder_id,
            "folderName": self.folder_name,
            "visibility": self.visibility,
            "creationDate": self.created(ask),
            "exclusive": self.is_exclusive,
        })
    }

    pub(super) fn with_steps(&self, ask: &Ask<'_>) -> Value {
        let steps = self.steps.iter().zip(1_i64..).map(|((action, subject, body), number)| {
            json!({
                "id": ask.id("flow step", &format!("{}/{number}", self.id)),
                "stepOrder": number,
                "action": action,
                "subject": subject,
                "body": body,
                "isReply": number > 1 && subject.is_none() && body.is_some(),
            })
        });
        let steps: Vec<Value> = steps.collect();
        json!({
            "id": self.id,
            "name": self.name,
            "folderId": self.folder_id,
            "visibility": self.visibility,
            "creationDate": self.created(ask),
            "exclusive": self.is_exclusive,
            "description": self.description,
            "steps": steps,
        })
    }

    pub(super) fn has_step(&self, number: i64) -> bool {
        usize::try_from(number).is_ok_and(|number| (1..=self.steps.len()).contains(&number))
    }

    fn created(&self, ask: &Ask<'_>) -> String {
        let now = ask.base.now();
        ask.local_time(now.checked_sub((24 * self.days_old).hours()).unwrap_or(now))
    }
}

impl Folder {
    /// The folder it is in; the text `null` if it is in none.
    pub(super) fn parent_id(&self) -> &str {
        self.parent_id.as_deref().unwrap_or("null")
    }

    /// What is unknown is the text `null`.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "parentFolderId": self.parent_id(),
            "createdById": self.created_by_id.as_deref().unwrap_or("null"),
            "visibility": self.visibility,
        })
    }
}

const FOLDERS: [&str; 3] = ["Outbound", "Customers", "Inbound"];

const OWN_FOLDER: &str = "My flows";

/// Name, folder, description, and steps.
const COMPANY: [(&str, usize, &str, &[Step]); 6] = [
    (
        "Follow-up after a first call",
        0,
        "Keeps a first conversation going",
        &[
            ("AUTO_SEND_EMAIL", Some("Our call"), Some("Thank you for the time today.")),
            ("CALL", None, None),
            ("SEND_EMAIL", None, Some("Did the summary reach you?")),
        ],
    ),
    (
        "Cold outreach",
        0,
        "For firms that nobody has spoken with",
        &[
            ("LINKEDIN_CONNECT", None, Some("I would like to connect.")),
            ("SEND_EMAIL", Some("An idea for your team"), Some("May I show you something?")),
            ("CALL", None, None),
            ("SEND_EMAIL", None, Some("One last try from me.")),
        ],
    ),
    (
        "After a demonstration",
        0,
        "From a demonstration to a decision",
        &[
            ("SEND_EMAIL", Some("What we showed you"), Some("Here is the recording.")),
            ("LINKEDIN_MESSAGE", None, Some("Any questions so far?")),
            ("CALL", None, None),
        ],
    ),
    (
        "Renewal in 90 days",
        1,
        "Begins the talk about a renewal in time",
        &[
            ("SEND_EMAIL", Some("Your renewal"), Some("Shall we plan the next year?")),
            ("CUSTOM", None, Some("Check how the product is used")),
            ("CALL", None, None),
        ],
    ),
    (
        "Welcome",
        1,
        "The first weeks of a customer",
        &[("AUTO_SEND_EMAIL", Some("Welcome"), Some("These are your first steps."))],
    ),
    (
        "Inbound request",
        2,
        "Answers who asked for a call",
        &[("CALL", None, None), ("SEND_EMAIL", Some("Your request"), Some("When can we talk?"))],
    ),
];
