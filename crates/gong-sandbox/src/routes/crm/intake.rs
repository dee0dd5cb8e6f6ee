//! The intake of a file of objects, a line each, which are checked while they arrive.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    TYPES, client_request_id, integration_id,
    jobs::{Effect, Job, Outcome},
    line, object_type,
    objects::Object,
    with,
};
use crate::{
    Upload,
    ask::{Answered, Ask, Problem, object},
    upload::Intake,
};

/// How long a line may be.
const LONGEST_LINE: usize = 1 << 20;

/// `POST /v2/crm/entities`: objects of one type. Scope `api:crm:upload`.
pub(in crate::routes) fn begin(ask: &Ask<'_>) -> Result<Box<dyn Intake>, Problem> {
    let integration = integration_id(ask)?;
    let object_type = object_type(ask, &TYPES)?;
    let request = client_request_id(ask)?;
    with(ask, |crm| {
        crm.need_integration(integration)?;
        if crm.jobs.is_disconnecting() {
            return Err(Problem::bad_request("The integration is being deleted"));
        }
        crm.jobs.need_new(&request)?;
        let fields = crm.fields(&object_type).to_vec();
        let users = match object_type.as_str() {
            "BUSINESS_USER" => crm.objects.email_addresses(&object_type),
            _ => BTreeMap::new(),
        };
        Ok(Box::new(Lines {
            integration,
            object_type,
            request,
            fields,
            users,
            line: Vec::new(),
            number: 0,
            objects: BTreeMap::new(),
            outcome: Outcome::default(),
        }) as Box<dyn Intake>)
    })
}

/// What came so far.
struct Lines {
    integration: u64,
    object_type: String,
    request: String,
    fields: Vec<Map<String, Value>>,
    /// The addresses of business users who are there, who cannot be changed.
    users: BTreeMap<String, Value>,
    /// The beginning of the line that is on its way.
    line: Vec<u8>,
    /// How many lines came.
    number: u64,
    objects: BTreeMap<String, Object>,
    outcome: Outcome,
}

impl Intake for Lines {
    fn take(&mut self, piece: &[u8]) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            // What is too long is known to be by one byte more.
            let room = (LONGEST_LINE + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    fn finish(mut self: Box<Self>, ask: &Ask<'_>, _upload: &Upload) -> Answered {
        if !self.line.is_empty() {
            self.end_line();
        }
        if self.outcome.n_good == 0 && self.outcome.is_clean() {
            self.outcome.add_error(0, "The file is empty".to_owned());
        }
        let Self { integration, object_type, request, objects, outcome, .. } = *self;
        let mut job = Job::new(ask, integration, Some(Effect::Store { object_type, objects }));
        job.outcome = outcome;
        with(ask, |crm| crm.jobs.add(&request, job))?;
        Ok(object(json!({ "clientRequestId": request })))
    }
}

impl Lines {
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.number += 1;
        if line.trim_ascii().is_empty() {
            return;
        }
        match self.read(&line) {
            Ok(()) => self.outcome.n_good += 1,
            Err(problem) => self.outcome.add_error(self.number, problem),
        }
    }

    fn read(&mut self, line: &[u8]) -> Result<(), String> {
        if line.len() > LONGEST_LINE {
            return Err("The line is too long".to_owned());
        }
        let mut object: Map<String, Value> = serde_json::from_slice(line.trim_ascii())
            .map_err(|_| "The line is not a JSON object".to_owned())?;
        line::check(&self.object_type, &self.fields, &mut object)?;
        let id = object["objectId"].as_str().unwrap_or_default().to_owned();
        if self.objects.contains_key(&id) {
            return Err(format!("Object [{id}] came before in the same file"));
        }
        let is_deleted = object["isDeleted"] == true;
        if !is_deleted && self.users.get(&id).is_some_and(|old| *old != object["emailAddress"]) {
            return Err(format!("Business user [{id}] cannot be changed, only deleted"));
        }
        let text = (!is_deleted).then(|| Value::Object(object).to_string());
        self.objects.insert(id, text);
        Ok(())
    }
}
