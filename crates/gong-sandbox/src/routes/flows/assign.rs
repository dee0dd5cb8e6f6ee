//! Assigning: puts prospects into a flow, and says of each who is not put why.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    bulk, catalog::Flow, instances::Instances, need_at_most, need_engage, need_flow, need_user,
    texts,
};
use crate::{
    ask::{Answered, Ask, Problem, object},
    routes::crm,
    rules::{
        Kind::{Flag, List, Object, Text, Texts, Whole},
        Rule, check, may, needs,
    },
    sandbox::lock,
};

/// How many prospects a request can assign.
const MOST_PROSPECTS: usize = 100;

/// `POST /v2/flows/prospects/assign`: puts prospects into a flow. Scope `api:flows:write`.
pub(in crate::routes) fn assign(ask: &Ask<'_>) -> Answered {
    assign_with(ask, false)
}

/// `POST /v2/flows/prospects/assign/cool-off-override`: the same for prospects who were to be left
/// in peace. Scope `api:flows:write`.
pub(in crate::routes) fn assign_in_cool_off(ask: &Ask<'_>) -> Answered {
    assign_with(ask, true)
}

fn assign_with(ask: &Ask<'_>, overrides_cool_off: bool) -> Answered {
    need_engage(ask)?;
    let body = ask.body()?;
    check(&body, &ASSIGNMENT)?;
    need_at_most(&body, "crmProspectsIds", MOST_PROSPECTS)?;
    let flow = need_flow(ask, &body)?;
    let owner = need_user(ask, &body, "flowInstanceOwnerEmail")?;
    let overrides = body.get("overrides").unwrap_or(&Value::Null);
    check_steps(&flow, overrides)?;
    let overrides_cool_off = overrides_cool_off || overrides["coolOffOverride"] == true;
    bulk::work(ask);
    let prospects: Vec<_> = texts(&body, "crmProspectsIds").collect();
    let known: Vec<bool> = prospects.iter().map(|id| crm::has_prospect(ask, id)).collect();
    let mut instances = lock(&ask.store.flows);
    let (mut assigned, mut refused) = (Vec::new(), Vec::new());
    let now = ask.moment.wall;
    for (prospect, is_known) in prospects.into_iter().zip(known) {
        let refusal = if is_known {
            refusal(&instances, &flow, prospect, overrides_cool_off, now)
        } else {
            Some(("InvalidArgument", "The prospect was not found in the CRM"))
        };
        match refusal {
            None => {
                let instance = instances.add(ask, &flow, owner, prospect, now);
                assigned.push(instance.to_json(ask));
            }
            Some((code, text)) => refused.push(json!({
                "flowId": flow.id,
                "crmProspectId": prospect,
                "errorCode": code,
                "errorMessage": text,
            })),
        }
    }
    Ok(object(json!({ "prospectsAssigned": assigned, "prospectsNotAssigned": refused })))
}

/// Why a prospect cannot be put into a flow: code and text.
pub(super) fn refusal(
    instances: &Instances,
    flow: &Flow,
    prospect: &str,
    overrides_cool_off: bool,
    now: Timestamp,
) -> Option<(&'static str, &'static str)> {
    let own: Vec<_> = instances.all().filter(|instance| instance.prospect == prospect).collect();
    let open = || own.iter().filter(|instance| instance.is_open());
    let text = if open().any(|instance| instance.flow_id == flow.id) {
        "The prospect is already in this flow"
    } else if open().any(|instance| instance.is_exclusive) {
        "The prospect is in an exclusive flow"
    } else if flow.is_exclusive && open().next().is_some() {
        "The flow is exclusive, and the prospect is in another one"
    } else if !overrides_cool_off && own.iter().any(|instance| instance.is_cooling_off(now)) {
        "The prospect is in the cool-off period"
    } else {
        return None;
    };
    Some(("InvalidState", text))
}

fn check_steps(flow: &Flow, overrides: &Value) -> Result<(), Problem> {
    for step in overrides["steps"].as_array().into_iter().flatten() {
        let number = step["number"].as_i64().unwrap_or(0);
        if !flow.has_step(number) {
            return Err(Problem::bad_request(format!("The flow has no step {number}")));
        }
    }
    Ok(())
}

static ASSIGNMENT: [Rule; 5] = [
    needs("crmProspectsIds", Texts),
    needs("flowId", Text),
    needs("flowInstanceOwnerEmail", Text),
    may("overrides", Object(&OVERRIDES)),
    may("flowInstanceDescription", Text),
];

static OVERRIDES: [Rule; 3] = [
    may("steps", List(&STEP)),
    may("flowInstanceVariables", List(&VARIABLE)),
    may("coolOffOverride", Flag),
];

static STEP: [Rule; 3] = [needs("number", Whole(1, 1000)), may("subject", Text), may("body", Text)];

static VARIABLE: [Rule; 2] = [needs("name", Text), needs("value", Text)];
