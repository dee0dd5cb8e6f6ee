//! Jobs: work on the CRM that is asked for now and done later, and what became of it.

use std::collections::BTreeMap;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{client_request_id, integration_id, objects::Object, with};
use crate::{
    ask::{Answered, Ask, Problem, object},
    clock::later,
};

/// How many errors a status tells of.
const MOST_ERRORS: usize = 20;

/// Work by the id that its sender gave it.
#[derive(Debug, Default)]
pub(super) struct Jobs(BTreeMap<String, Job>);

/// Work that is asked for now and done later.
#[derive(Debug)]
pub(super) struct Job {
    integration: u64,
    /// Until when it waits for its turn.
    begins_at: Timestamp,
    done_at: Timestamp,
    /// What is to be done; absent once it was.
    effect: Option<Effect>,
    pub(super) outcome: Outcome,
}

/// What a job does when its time has come.
#[derive(Debug)]
pub(super) enum Effect {
    Store { object_type: String, objects: BTreeMap<String, Object> },
    Disconnect,
}

/// What became of the lines of a file.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    errors: Vec<(u64, String)>,
    n_errors: u64,
    pub(super) n_good: u64,
}

impl Outcome {
    pub(super) fn is_clean(&self) -> bool {
        self.n_errors == 0
    }

    /// Takes note of an error; line 0 is the whole file.
    pub(super) fn add_error(&mut self, line: u64, text: String) {
        self.n_errors += 1;
        if self.errors.len() < MOST_ERRORS {
            self.errors.push((line, text));
        }
    }
}

impl Job {
    pub(super) fn new(ask: &Ask<'_>, integration: u64, effect: Option<Effect>) -> Self {
        let begins_at = later(ask.moment.wall, ask.options.work_time / 3);
        let outcome = Outcome::default();
        Self { integration, begins_at, done_at: ask.done_at(), effect, outcome }
    }

    fn to_json(&self, now: Timestamp) -> Value {
        let status = match () {
            () if now < self.begins_at => "PENDING",
            () if now < self.done_at => "IN_PROGRESS",
            () if self.outcome.n_errors > 0 => "FAILED",
            () => "DONE",
        };
        let is_done = now >= self.done_at;
        let errors = self.outcome.errors.iter().filter(|_| is_done);
        let errors: Vec<_> = errors
            .map(|(line, description)| json!({ "line": line, "description": description }))
            .collect();
        json!({
            "status": status,
            "errors": errors,
            "totalErrorCount": if is_done { self.outcome.n_errors } else { 0 },
            "totalSuccessCount": if is_done { self.outcome.n_good } else { 0 },
        })
    }
}

impl Jobs {
    pub(super) fn need_new(&self, id: &str) -> Result<(), Problem> {
        if self.0.contains_key(id) {
            let text = format!("clientRequestId {id} was already used");
            return Err(Problem::new(StatusCode::CONFLICT, text));
        }
        Ok(())
    }

    pub(super) fn add(&mut self, id: &str, job: Job) -> Result<(), Problem> {
        self.need_new(id)?;
        self.0.insert(id.to_owned(), job);
        Ok(())
    }

    pub(super) fn is_disconnecting(&self) -> bool {
        self.0.values().any(|job| matches!(job.effect, Some(Effect::Disconnect)))
    }

    /// Takes what is to be done by now, in the order it was asked for.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Effect> {
        let due = self.0.values_mut().filter(|job| job.done_at <= now && job.effect.is_some());
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|job| job.done_at);
        due.into_iter().filter_map(|job| job.effect.take()).collect()
    }
}

/// `GET /v2/crm/request-status`: how far a job is. Scope `api:crm:upload`.
pub(in crate::routes) fn status(ask: &Ask<'_>) -> Answered {
    let (integration, request) = (integration_id(ask)?, client_request_id(ask)?);
    with(ask, |crm| {
        let job = crm.jobs.0.get(&request).filter(|job| job.integration == integration);
        let unknown = || Problem::bad_request(format!("Request {request} was not found"));
        Ok(object(job.ok_or_else(unknown)?.to_json(ask.moment.wall)))
    })
}
