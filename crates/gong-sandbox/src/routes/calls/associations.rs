//! Manual associations: which calls people tied to an account or a deal. Gong took the operation
//! away, so it is served only when asked for.

use std::ops::Range;

use http::StatusCode;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::{
    ask::{Answered, Ask, Problem},
    paging::{Listing, page},
};

/// `GET /v2/calls/manual-crm-associations`: which calls people tied to an account or a deal, in the
/// order in which they did. Scope `api:crm-calls:manual-association:read`.
pub(in crate::routes) fn list(ask: &Ask<'_>) -> Answered {
    if !ask.options.removed_operations {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Not Found"));
    }
    let parameters = ask.parameters();
    let from = parameters.date_time("fromDateTime")?;
    let calls = ask.data.started(from.map(before), Some(before(ask.moment.wall)));
    let calls = if ask.pass.sees_calls() { calls } else { 0..0 };
    let inputs = ask.parameters().without_cursor();
    let page = page(ask, parameters.get("cursor"), &inputs, &Associations { ask, calls })?;
    Ok(page.into_members("associations"))
}

/// People tie a call two days after it began.
fn before(created: Timestamp) -> Timestamp {
    created.saturating_sub(48.hours()).unwrap_or(created)
}

/// One of so many calls is tied.
const ONE_OF: u64 = 12;

struct Associations<'a> {
    ask: &'a Ask<'a>,
    calls: Range<u64>,
}

impl Listing for Associations<'_> {
    fn places(&self) -> Range<u64> {
        self.calls.clone()
    }

    fn has(&self, place: u64) -> bool {
        if !place.is_multiple_of(ONE_OF) {
            return false;
        }
        let facts = self.ask.data.facts(place);
        facts.ready_at <= self.ask.moment.wall && !facts.is_private
    }

    fn record(&self, place: u64) -> Option<Value> {
        let data = self.ask.data;
        let facts = data.facts(place);
        let blocks = data.blocks(place);
        let systems = blocks["context"].as_array().into_iter().flatten();
        let objects: Vec<_> =
            systems.filter_map(|system| system["objects"].as_array()).flatten().collect();
        let id_of = |kind: &str| {
            let object = objects.iter().find(|object| object["objectType"] == kind);
            object.map(|object| object["objectId"].clone())
        };
        let created = facts.started.saturating_add(48.hours()).ok()?;
        Some(json!({
            "callId": data.meta_data(place)["id"],
            "userId": facts.host_user_id,
            "created": self.ask.local_time(created),
            "associatedCrmObjects": [{
                "accountCrmId": id_of("Account"),
                "dealCrmId": id_of("Opportunity"),
            }],
        }))
    }
}
