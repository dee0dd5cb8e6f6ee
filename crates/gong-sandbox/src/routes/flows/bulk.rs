//! Bulk assignments: many prospects, also ones that the CRM does not have yet, in their own time.

use std::collections::BTreeMap;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    assign::refusal,
    catalog::{self, Flow},
    instances, need_at_most, need_engage, need_flow, need_user,
};
use crate::{
    ask::{Answered, Ask, Problem, object},
    clock::later,
    routes::crm,
    rules::{
        Kind::{List, Text},
        Rule, check, may, needs,
    },
    sandbox::lock,
};

/// How many prospects a request can assign.
const MOST_PROSPECTS: usize = 50;

/// Bulk assignments by id.
#[derive(Debug, Default)]
pub(crate) struct Bulks(BTreeMap<String, Bulk>);

#[derive(Debug, Clone)]
struct Bulk {
    flow_id: String,
    owner_email: String,
    prospects: Vec<Value>,
    begins_at: Timestamp,
    done_at: Timestamp,
    is_begun: bool,
    /// One for each prospect, once all is done.
    results: Option<Vec<Value>>,
}

/// `POST /v2/flows/prospects/bulk-assignments`: puts prospects into a flow, later. Scope
/// `api:flows:write`.
pub(in crate::routes) fn bulk_assign(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let body = ask.body()?;
    check(&body, &ASSIGNMENT)?;
    need_at_most(&body, "prospects", MOST_PROSPECTS)?;
    let flow = need_flow(ask, &body)?;
    let owner = need_user(ask, &body, "flowInstanceOwnerEmail")?;
    let prospects = body["prospects"].as_array().cloned().unwrap_or_default();
    let has = |prospect: &Value, name: &str| {
        prospect[name].as_str().is_some_and(|text| !text.trim().is_empty())
    };
    for (place, prospect) in prospects.iter().enumerate() {
        let is_named = has(prospect, "firstName") && has(prospect, "lastName");
        if !is_named && !has(prospect, "crmId") {
            let text = format!("prospects[{place}] needs a crmId, or firstName and lastName");
            return Err(Problem::bad_request(text));
        }
    }
    let bulk = Bulk {
        flow_id: flow.id,
        owner_email: owner["emailAddress"].as_str().unwrap_or_default().to_owned(),
        prospects,
        begins_at: later(ask.moment.wall, ask.options.work_time / 3),
        done_at: ask.done_at(),
        is_begun: false,
        results: None,
    };
    let mut bulks = lock(&ask.store.bulk_assignments);
    let id = uuid(&ask.signer.signature(&format!("bulk assignment {}", bulks.0.len())));
    let shown = bulk.to_json(&id, ask.moment.wall);
    bulks.0.insert(id, bulk);
    Ok(shown)
}

/// `GET /v2/flows/prospects/bulk-assignments/{id}`: how far it is. Scope `api:flows:read`.
pub(in crate::routes) fn get_bulk(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    work(ask);
    let id = ask.id.unwrap_or_default();
    let bulks = lock(&ask.store.bulk_assignments);
    let bulk = bulks.0.get(id).ok_or_else(|| {
        let text = format!("Flow prospects bulk assignment {id} not found");
        Problem::new(StatusCode::NOT_FOUND, text)
    })?;
    Ok(bulk.to_json(id, ask.moment.wall))
}

/// Does what is due, so that instances are as they should be by now.
pub(super) fn work(ask: &Ask<'_>) {
    instances::seed(ask);
    let mut due = lock(&ask.store.bulk_assignments).begin_due(ask.moment.wall);
    due.sort_by_key(|(_, bulk)| bulk.done_at);
    for (id, bulk) in due {
        let results = bulk.carry_out(ask);
        if let Some(bulk) = lock(&ask.store.bulk_assignments).0.get_mut(&id) {
            bulk.results = Some(results);
        }
    }
}

impl Bulks {
    fn begin_due(&mut self, now: Timestamp) -> Vec<(String, Bulk)> {
        let due = self.0.iter_mut().filter(|(_, bulk)| bulk.done_at <= now && !bulk.is_begun);
        due.map(|(id, bulk)| {
            bulk.is_begun = true;
            (id.clone(), bulk.clone())
        })
        .collect()
    }
}

impl Bulk {
    fn carry_out(&self, ask: &Ask<'_>) -> Vec<Value> {
        let (flow, owner) = (catalog::find(ask, &self.flow_id), ask.user_at(&self.owner_email));
        let (Some(flow), Some(owner)) = (flow, owner) else { return Vec::new() };
        let prospects = self.prospects.iter();
        prospects.map(|prospect| self.assign(ask, &flow, owner, prospect)).collect()
    }

    fn assign(&self, ask: &Ask<'_>, flow: &Flow, owner: &Value, prospect: &Value) -> Value {
        let result = |status: &str, crm_id: Option<&str>, instance: Option<&str>, error| {
            let (code, text): (Option<&str>, Option<&str>) = error;
            json!({
                "prospect": prospect,
                "status": status,
                "crmId": crm_id,
                "flowInstanceId": instance,
                "errorCode": code,
                "errorMessage": text,
            })
        };
        let crm_id = match prospect["crmId"].as_str().filter(|id| !id.trim().is_empty()) {
            Some(id) if crm::has_prospect(ask, id) => Ok(id.to_owned()),
            Some(_) => Err(("InvalidArgument", "The prospect was not found in the CRM")),
            None => crm::add_prospect(ask, prospect)
                .ok_or(("InvalidState", "No CRM is connected that could take the prospect")),
        };
        let crm_id = match crm_id {
            Ok(crm_id) => crm_id,
            Err((code, text)) => {
                return result("CRM_OPERATION_FAILED", None, None, (Some(code), Some(text)));
            }
        };
        let mut instances = lock(&ask.store.flows);
        if let Some((code, text)) = refusal(&instances, flow, &crm_id, false, self.done_at) {
            let error = (Some(code), Some(text));
            return result("FLOW_ASSIGNMENT_FAILED", Some(&crm_id), None, error);
        }
        let instance = instances.add(ask, flow, owner, &crm_id, self.done_at);
        result("ASSIGNED", Some(&crm_id), Some(&instance.id), (None, None))
    }

    fn to_json(&self, id: &str, now: Timestamp) -> Map<String, Value> {
        let results = self.results.as_deref().unwrap_or_default();
        let n_good = results.iter().filter(|result| result["status"] == "ASSIGNED").count();
        let status = match &self.results {
            None if now < self.begins_at => "PENDING",
            None => "IN_PROGRESS",
            Some(_) if n_good == 0 => "FAILED",
            Some(_) => "COMPLETED",
        };
        object(json!({
            "id": id,
            "status": status,
            "totalCount": self.prospects.len(),
            "processedCount": results.len(),
            "successCount": n_good,
            "failedCount": results.len() - n_good,
            "results": results,
        }))
    }
}

/// Hexadecimal digits in the form of a UUID.
fn uuid(digits: &str) -> String {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

static ASSIGNMENT: [Rule; 3] = [
    needs("flowInstanceOwnerEmail", Text),
    needs("flowId", Text),
    needs("prospects", List(&PROSPECT)),
];

static PROSPECT: [Rule; 8] = [
    may("firstName", Text),
    may("lastName", Text),
    may("email", Text),
    may("jobTitle", Text),
    may("linkedInUrl", Text),
    may("crmId", Text),
    may("accountCrmId", Text),
    may("companyName", Text),
];
