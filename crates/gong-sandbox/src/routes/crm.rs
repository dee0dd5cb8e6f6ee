//! CRM: the one generic integration of the company, and what is read from and put into it.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use self::{
    jobs::{Effect, Job, Jobs},
    objects::Objects,
};
use crate::{
    ask::{Answered, Ask, Problem, object},
    rules::{Kind::Text, Rule, check, needs},
    sandbox::lock,
};

pub(super) mod intake;
mod jobs;
mod line;
mod objects;
mod prospects;
mod schema;
mod seed;

pub(super) use self::{
    jobs::status,
    objects::get,
    prospects::{add_prospect, has_prospect, prospects},
    schema::{list as list_schema, upload},
};

/// What the company has connected, and what that holds. It begins with an integration.
#[derive(Debug, Default)]
pub(crate) struct Crm {
    is_seeded: bool,
    integration: Option<Integration>,
    n_registered: u64,
    n_prospects: u64,
    /// The fields of each type of object, in the order they were sent.
    schema: BTreeMap<String, Vec<Map<String, Value>>>,
    objects: Objects,
    jobs: Jobs,
}

#[derive(Debug)]
struct Integration {
    id: u64,
    name: String,
    owner_email: String,
}

/// The types of objects that can be read and have a schema.
const READABLE: [&str; 4] = ["ACCOUNT", "CONTACT", "DEAL", "LEAD"];

/// The types of objects that can be sent.
const TYPES: [&str; 6] = ["ACCOUNT", "CONTACT", "DEAL", "LEAD", "BUSINESS_USER", "STAGE"];

/// Does something with the CRM as it is now: what was asked for has been done if its time has come.
fn with<T>(ask: &Ask<'_>, act: impl FnOnce(&mut Crm) -> T) -> T {
    let mut crm = lock(&ask.store.crm);
    if !crm.is_seeded {
        seed::fill(ask, &mut crm);
    }
    for effect in crm.jobs.due(ask.moment.wall) {
        match effect {
            Effect::Store { object_type, objects } => crm.objects.store(&object_type, objects),
            Effect::Disconnect => {
                crm.integration = None;
                crm.schema.clear();
                crm.objects = Objects::default();
            }
        }
    }
    act(&mut crm)
}

/// `GET /v2/crm/integrations`: the integration, if there is one. Scope `api:crm:integrations:read`.
#[expect(clippy::unnecessary_wraps, reason = "it is a route like others")]
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let integrations: Vec<Value> =
        with(ask, |crm| crm.integration.iter().map(Integration::to_json).collect());
    Ok(object(json!({ "integrations": integrations })))
}

/// `PUT /v2/crm/integrations`: connects one. Scope `api:crm:integration:register`.
pub(super) fn register(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    check(&body, &INTEGRATION)?;
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (name, owner_email) = (text("name"), text("ownerEmail"));
    if ask.user_at(&owner_email).is_none() {
        return Err(Problem::bad_request("ownerEmail is no user of this company"));
    }
    with(ask, |crm| {
        if crm.integration.is_some() {
            return Err(Problem::new(StatusCode::CONFLICT, ALREADY_CONNECTED));
        }
        let id = crm.connect(ask, name, owner_email);
        Ok(object(json!({ "integrationId": id })))
    })
}

const ALREADY_CONNECTED: &str = "A CRM system is already connected to this company, and only one \
    active integration is supported: delete the integration that is there before another one is \
    registered";

static INTEGRATION: [Rule; 2] = [needs("name", Text), needs("ownerEmail", Text)];

/// `DELETE /v2/crm/integrations`: takes it away with all it holds, in its own time. Scope
/// `api:crm:integration:delete`.
pub(super) fn delete(ask: &Ask<'_>) -> Answered {
    let (integration, request) = (integration_id(ask)?, client_request_id(ask)?);
    with(ask, |crm| {
        crm.need_integration(integration)?;
        if crm.jobs.is_disconnecting() {
            let text = "The integration is already being deleted";
            return Err(Problem::new(StatusCode::CONFLICT, text));
        }
        let job = Job::new(ask, integration, Some(Effect::Disconnect));
        crm.jobs.add(&request, job)?;
        Ok(object(json!({ "clientRequestId": request })))
    })
}

impl Integration {
    fn to_json(&self) -> Value {
        json!({
            "integrationId": self.id,
            "ownerEmail": self.owner_email,
            "name": self.name,
        })
    }
}

impl Crm {
    fn connect(&mut self, ask: &Ask<'_>, name: String, owner_email: String) -> u64 {
        self.n_registered += 1;
        let id = ask.id("crm integration", &self.n_registered.to_string());
        let id = id.parse().unwrap_or(u64::MAX);
        self.integration = Some(Integration { id, name, owner_email });
        id
    }

    fn need_integration(&self, id: u64) -> Result<(), Problem> {
        if self.integration.as_ref().is_some_and(|integration| integration.id == id) {
            return Ok(());
        }
        Err(Problem::bad_request(format!("Integration ID {id} was not found")))
    }

    /// The fields of a type of object.
    fn fields(&self, object_type: &str) -> &[Map<String, Value>] {
        self.schema.get(object_type).map_or(&[], Vec::as_slice)
    }
}

fn integration_id(ask: &Ask<'_>) -> Result<u64, Problem> {
    let parameters = ask.parameters();
    let id = parameters.need("integrationId")?.parse();
    id.map_err(|_| Problem::bad_request("integrationId must be a whole number"))
}

fn object_type(ask: &Ask<'_>, known: &[&str]) -> Result<String, Problem> {
    let parameters = ask.parameters();
    let object_type = parameters.need("objectType")?;
    if known.contains(&object_type) {
        return Ok(object_type.to_owned());
    }
    Err(Problem::bad_request(format!("objectType must be one of {}", known.join(", "))))
}

fn client_request_id(ask: &Ask<'_>) -> Result<String, Problem> {
    let parameters = ask.parameters();
    let id = parameters.need("clientRequestId")?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if id.chars().all(is_plain) {
        return Ok(id.to_owned());
    }
    let text = "clientRequestId may have letters, digits, dashes, and underscores only";
    Err(Problem::bad_request(text))
}
