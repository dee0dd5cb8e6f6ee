//! Unassigning: takes prospects out of flows.

use serde_json::json;

use super::{bulk, need_at_most, need_engage, need_user, texts};
use crate::{
    ask::{Answered, Ask, Problem, object},
    rules::{
        Kind::{Text, Texts},
        Rule, check, may, needs,
    },
    sandbox::lock,
};

/// How many instances a request can end.
const MOST_INSTANCES: usize = 200;

/// `POST /v2/flows/prospects/unassign-flows-by-instance-id`: ends instances. Those that have ended
/// already are not among the answer. Scope `api:flows:write`.
pub(in crate::routes) fn by_instance_id(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let body = ask.body()?;
    check(&body, &INSTANCES)?;
    need_at_most(&body, "flowInstanceIds", MOST_INSTANCES)?;
    if body.get("unassignedByUserEmail").is_some_and(|email| !email.is_null()) {
        need_user(ask, &body, "unassignedByUserEmail")?;
    }
    bulk::work(ask);
    let ids: Vec<_> = texts(&body, "flowInstanceIds").collect();
    let mut instances = lock(&ask.store.flows);
    if !ids.iter().all(|id| instances.all().any(|instance| instance.id == **id)) {
        let text = "One or more of the given flowInstanceIds does not exist";
        return Err(Problem::bad_request(text));
    }
    let gone = instances.finish(ask.moment.wall, |instance| ids.contains(&instance.id.as_str()));
    Ok(object(json!({ "unassignedFlowInstanceIds": gone })))
}

/// `POST /v2/flows/prospects/unassign-flows-by-crm-id`: takes a prospect out of one flow, or of
/// all. Scope `api:flows:write`.
pub(in crate::routes) fn by_crm_id(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let body = ask.body()?;
    check(&body, &PROSPECT)?;
    if body.get("unassignedByUserEmail").is_some_and(|email| !email.is_null()) {
        need_user(ask, &body, "unassignedByUserEmail")?;
    }
    bulk::work(ask);
    let prospect = body["crmProspectId"].as_str();
    let flow = body.get("flowId").and_then(|id| id.as_str());
    let gone = lock(&ask.store.flows).finish(ask.moment.wall, |instance| {
        Some(instance.prospect.as_str()) == prospect
            && flow.is_none_or(|flow| flow == instance.flow_id)
    });
    Ok(object(json!({ "unassignedFlowInstanceIds": gone })))
}

static INSTANCES: [Rule; 2] = [needs("flowInstanceIds", Texts), may("unassignedByUserEmail", Text)];

static PROSPECT: [Rule; 3] =
    [needs("crmProspectId", Text), may("flowId", Text), may("unassignedByUserEmail", Text)];
