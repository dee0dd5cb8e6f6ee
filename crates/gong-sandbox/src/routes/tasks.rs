//! Tasks: what Engage reminds people of. Some follow from recent calls; they can be changed, not
//! created.

use std::collections::BTreeMap;

use http::StatusCode;
use jiff::ToSpan as _;
use serde_json::{Map, Value, json};

use crate::{
    ask::{Answered, Ask, Problem},
    rules::{
        Kind::{DateTime, Object, OneOf, Several, Text},
        Rule, check, may, needs,
    },
    sandbox::lock,
};

/// What was changed of tasks: members by id.
#[derive(Debug, Default)]
pub(crate) struct Tasks(BTreeMap<String, Map<String, Value>>);

/// `POST /v2/tasks`: the tasks of a user. Scope `api:tasks:read`.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let body = ask.body()?;
    check(&body, &[needs("filter", Object(&FILTER))])?;
    let filter = &body["filter"];
    let is_wanted = |member: &str, value: &Value| {
        filter[member].as_array().is_some_and(|wanted| wanted.contains(value))
    };
    let tasks = all(ask, filter["userId"].as_str()).into_iter().filter(|task| {
        is_wanted("types", &task.record["type"])
            && is_wanted("status", &task.record["status"])
            && filter["workspaceId"].as_str().is_none_or(|id| id == task.workspace_id)
    });
    Ok(answer(tasks.map(|task| task.record).collect()))
}

/// `PATCH /v2/tasks/{taskId}`: changes what stands of a task. Scope `api:tasks:write`.
pub(super) fn update(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let id = ask.id.unwrap_or_default();
    if id.parse::<i64>().is_err() {
        return Err(Problem::bad_request("taskId must be a whole number"));
    }
    let body = ask.body()?;
    check(&body, &CHANGE)?;
    let task = all(ask, body["userId"].as_str()).into_iter().find(|task| task.record["id"] == id);
    let mut task = task.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "TaskId not found"))?;
    let mut changes = Map::new();
    for name in ["status", "dueDate"] {
        if let Some(value) = body.get(name).filter(|value| !value.is_null()) {
            changes.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(name) = body.get("priority").and_then(Value::as_str) {
        let known = priority(name).ok_or_else(|| Problem::bad_request("Unknown priority"))?;
        changes.insert("priority".to_owned(), known);
    }
    changes.insert("updated".to_owned(), json!(ask.local_time(ask.moment.wall)));
    change(&mut task.record, &changes);
    lock(&ask.store.tasks).0.entry(id.to_owned()).or_default().extend(changes);
    Ok(answer(vec![task.record]))
}

/// Gong does not refuse a company without Engage; it fails.
fn need_engage(ask: &Ask<'_>) -> Result<(), Problem> {
    if ask.options.without_engage {
        let text = "Internal server error occurred";
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, text));
    }
    Ok(())
}

fn answer(tasks: Vec<Value>) -> Map<String, Value> {
    Map::from_iter([
        ("tasks".to_owned(), Value::Array(tasks)),
        ("crmType".to_owned(), json!("SALESFORCE")),
    ])
}

fn change(task: &mut Value, changes: &Map<String, Value>) {
    for (name, value) in changes {
        task[name] = value.clone();
    }
}

struct Task {
    workspace_id: String,
    record: Value,
}

/// How many calls back tasks come from.
const LOOK_BACK: u64 = 600;

/// Tasks are numbered as their calls are, from here.
const FIRST_ID: u64 = 6_000_000_000_000_000_000;

/// All tasks of a user, the newest first, as they stand now.
fn all(ask: &Ask<'_>, user_id: Option<&str>) -> Vec<Task> {
    let calls = ask.base.started(None, Some(ask.base.now()));
    let first = calls.end.saturating_sub(LOOK_BACK).max(calls.start);
    let mut tasks: Vec<Task> = Vec::new();
    for number in (first..calls.end).rev() {
        let facts = ask.base.facts(number);
        if facts.host_user_id.as_deref() != user_id || facts.is_private || user_id.is_none() {
            continue;
        }
        if let Some(record) = task(ask, number, tasks.len()) {
            tasks.push(Task { workspace_id: facts.workspace_id, record });
        }
    }
    let changes = lock(&ask.store.tasks);
    for task in &mut tasks {
        if let Some(changes) = task.record["id"].as_str().and_then(|id| changes.0.get(id)) {
            change(&mut task.record, changes);
        }
    }
    tasks
}

/// The task that follows a call, if somebody is there to be called.
fn task(ask: &Ask<'_>, number: u64, place: usize) -> Option<Value> {
    let blocks = ask.base.blocks(number);
    let parties = blocks["parties"].as_array()?;
    let mut people = parties.iter().filter(|party| party["affiliation"] == "External");
    let person = people.next()?;
    let started = ask.base.facts(number).started;
    let at = |days: i64| Some(ask.local_time(started.checked_add((days * 24).hours()).ok()?));
    let is_flow = place.is_multiple_of(3);
    let title = person["name"]
        .as_str()
        .map_or_else(|| "Call back".to_owned(), |name| format!("Call {} back", name.trim()));
    let id = FIRST_ID + number;
    let flow = json!({
        "id": (id + 1_000_000_000).to_string(),
        "name": "Follow-up after a first call",
        "step": { "id": (id + 2_000_000_000).to_string(), "name": "Call", "stepNumber": 2 },
    });
    Some(json!({
        "id": id.to_string(),
        "userId": ask.base.facts(number).host_user_id,
        "created": at(0)?,
        "updated": at(1)?,
        "status": "OPEN",
        "type": if is_flow { "FLOW" } else { "MANUAL" },
        "actions": ["CALL"],
        "account": account(&blocks),
        "opportunity": opportunity(&blocks, &at(60)?),
        "dueDate": at(7)?,
        "flow": is_flow.then_some(flow),
        "contact": contact(&blocks, person),
        "additionalContacts": people.map(|party| contact(&blocks, party)).collect::<Vec<_>>(),
        "title": (!is_flow).then_some(title),
        "priority": priority(["Low", "Medium", "High"][place % 3]),
    }))
}

fn priority(name: &str) -> Option<Value> {
    let (id, weight) = match name.to_ascii_uppercase().as_str() {
        "LOW" => (1, 10),
        "MEDIUM" => (2, 50),
        "HIGH" => (3, 100),
        _ => return None,
    };
    let name = ["Low", "Medium", "High"][id - 1];
    Some(json!({ "id": id.to_string(), "name": name, "weight": weight }))
}

/// A field of the CRM record of this kind that a call is tied to.
fn field<'a>(blocks: &'a Value, kind: &str, name: &str) -> Option<&'a Value> {
    let fields = object(blocks, kind)?["fields"].as_array()?;
    fields.iter().find(|field| field["name"] == name).map(|field| &field["value"])
}

fn object<'a>(blocks: &'a Value, kind: &str) -> Option<&'a Value> {
    let systems = blocks["context"].as_array()?.iter();
    let mut objects = systems.filter_map(|system| system["objects"].as_array()).flatten();
    objects.find(|object| object["objectType"] == kind)
}

fn account(blocks: &Value) -> Option<Value> {
    let id = object(blocks, "Account")?["objectId"].as_str()?;
    Some(json!({
        "crmId": id,
        "name": field(blocks, "Account", "Name"),
        "crmUrl": format!("https://crm.example/Account/{id}"),
    }))
}

/// The deal of a call, and the moment by whose day it should be closed.
fn opportunity(blocks: &Value, close: &str) -> Option<Value> {
    let id = object(blocks, "Opportunity")?["objectId"].as_str()?;
    let text = |name: &str| field(blocks, "Opportunity", name).map(ToString::to_string);
    Some(json!({
        "crmId": id,
        "name": field(blocks, "Opportunity", "Name"),
        "crmUrl": format!("https://crm.example/Opportunity/{id}"),
        "status": "OPEN",
        "stage": field(blocks, "Opportunity", "StageName"),
        "amount": text("Amount"),
        "probability": text("Probability"),
        "closeDate": close.get(..10),
    }))
}

fn contact(blocks: &Value, party: &Value) -> Value {
    let crm_id = party["context"][0]["objects"][0]["objectId"].as_str();
    let name = party["name"].as_str().unwrap_or_default().trim();
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    let emails = party["emailAddress"].as_str().map(|email| json!({ "email": email }));
    let phones = party["phoneNumber"].as_str().map(|phone| {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        json!({
            "raw": phone,
            "extension": "12",
            "countryCode": 1,
            "normalized": format!("+{digits}"),
            "label": "Work",
            "isVerified": true,
        })
    });
    json!({
        "crmId": crm_id,
        "type": "CONTACT",
        "data": {
            "firstName": first,
            "lastName": last,
            "crmUrl": crm_id.map(|id| format!("https://crm.example/Contact/{id}")),
            "companyName": field(blocks, "Account", "Name"),
            "affiliation": "Them",
            "emails": Vec::from_iter(emails),
            "title": party["title"],
            "timezone": "America/New_York",
            "phoneNumbers": Vec::from_iter(phones),
            "city": field(blocks, "Account", "BillingCity"),
            "country": "US",
            "state": "NY",
            "zipcode": "10001",
            "optOutChannels": ["SMS_MESSAGES"],
            "linkedinProfile": "https://linkedin.example/in/someone",
        },
    })
}

static FILTER: [Rule; 5] = [
    needs("userId", Text),
    may("workspaceId", Text),
    needs("types", Several(&["FLOW", "MANUAL"])),
    needs("taskAction", Several(&["CALL"])),
    needs("status", Several(&STATUSES)),
];

static STATUSES: [&str; 3] = ["OPEN", "DONE", "DISMISSED"];

static CHANGE: [Rule; 4] = [
    needs("userId", Text),
    may("status", OneOf(&STATUSES)),
    may("dueDate", DateTime),
    may("priority", Text),
];
