//! Coaching: what a manager did for each of the people who report to him or her.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::workspaces;
use crate::{
    ask::{Answered, Ask, Parameters, Problem},
    data::Deed,
};

/// What a manager did with the calls that a report hosted, and how it is counted elsewhere.
const METRICS: [(&str, &str); 6] = [
    ("callsAttended", "callsAttended"),
    ("callsListenedTo", "othersCallsListenedTo"),
    ("callsWithFeedback", "callsGaveFeedback"),
    ("callsWithComments", "callsCommentsGiven"),
    ("callsMarkedAsFeedbackGiven", "callsMarkedAsFeedbackGiven"),
    ("scorecardsFilled", "callsScorecardsFilled"),
];

/// `GET /v2/coaching`: the metrics of a manager, with the ids of the calls. Scope
/// `api:coaching:read`.
pub(super) fn metrics(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let workspace = number(&parameters, "workspace-id")?;
    let manager = number(&parameters, "manager-id")?;
    let needed = |name: &str| Problem::bad_request(format!("{name} must not be null"));
    let from = parameters.date_time("from")?.ok_or_else(|| needed("from"))?;
    let to = parameters.date_time("to")?.ok_or_else(|| needed("to"))?;
    if from >= to {
        return Err(Problem::bad_request("from must be before to"));
    }
    if workspaces::must_be_known(ask, Some(workspace)).is_err() {
        return Err(Problem::bad_request("workspace-id is no workspace"));
    }
    let users = ask.data.users();
    let place = users.iter().position(|user| user["id"].as_str() == Some(manager));
    let reports: Vec<_> = users
        .iter()
        .enumerate()
        .filter(|(_, user)| user["managerId"].as_str() == Some(manager) && user["active"] != false)
        .collect();
    let mut metrics: BTreeMap<(usize, usize), Vec<Value>> = BTreeMap::new();
    let calls = if ask.pass.sees_calls() { ask.data.started(Some(from), Some(to)) } else { 0..0 };
    for call in calls.filter(|_| !reports.is_empty()) {
        let deeds = ask.data.deeds(call);
        let Some(host) = deeds.iter().find(|deed| deed.counter == "callsAsHost") else { continue };
        for (metric, (_, counter)) in METRICS.iter().enumerate() {
            let is_it = |deed: &Deed| Some(deed.user) == place && deed.counter == *counter;
            if deeds.iter().any(is_it) && ask.data.facts(call).workspace_id == workspace {
                let id = ask.data.meta_data(call)["id"].take();
                metrics.entry((host.user, metric)).or_default().push(id);
            }
        }
    }
    let mut of_report = |(place, user): (usize, &Value)| {
        let of_report = METRICS.iter().enumerate().map(|(metric, (name, _))| {
            let calls = metrics.remove(&(place, metric)).unwrap_or_default();
            ((*name).to_owned(), Value::Array(calls))
        });
        json!({ "report": person(user), "metrics": of_report.collect::<Map<_, _>>() })
    };
    let data: Vec<_> = match place {
        Some(place) if !reports.is_empty() => {
            let reports: Vec<_> = reports.into_iter().map(&mut of_report).collect();
            vec![json!({ "manager": person(&users[place]), "directReportsMetrics": reports })]
        }
        _ => Vec::new(),
    };
    Ok(Map::from_iter([("coachingData".to_owned(), Value::Array(data))]))
}

/// A required parameter that is a whole number.
fn number<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Problem> {
    let text = parameters.get(name);
    let text = text.ok_or_else(|| Problem::bad_request(format!("{name} must not be null")))?;
    if text.parse::<u64>().is_err() {
        return Err(Problem::bad_request(format!("{name} must be a number")));
    }
    Ok(text)
}

fn person(user: &Value) -> Value {
    json!({
        "id": user["id"],
        "emailAddress": user["emailAddress"],
        "firstName": user["firstName"],
        "lastName": user["lastName"],
        "title": user["title"],
    })
}
