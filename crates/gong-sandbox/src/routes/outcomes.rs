//! Outcomes: what a caller can say that came of a call.

use serde_json::{Map, Value, json};

use crate::ask::{Answered, Ask};

/// `GET /v2/call-outcomes`: all outcomes, in no order. Scope `api:call-outcomes:read`.
#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn list(_: &Ask<'_>) -> Answered {
    let outcome = |(name, order, connected, sentiment, remove, opt_out): Outcome| {
        json!({
            "callOutcome": name,
            "displayOrder": order,
            "connectStatus": if connected { "CONNECTED" } else { "NOT_CONNECTED" },
            "sentiment": sentiment,
            "todoAction": if remove { "COMPLETE_AND_REMOVE" } else { "COMPLETE" },
            "automation": opt_out.then_some("MARK_AS_OPT_OUT"),
            "category": if connected { "ANSWERED" } else { "NOT_ANSWERED" },
        })
    };
    let outcomes: Value = OUTCOMES.into_iter().map(outcome).collect();
    Ok(Map::from_iter([("outcomes".to_owned(), outcomes)]))
}

/// Name, place in the list, whether somebody answered, sentiment, whether what was to do goes away,
/// whether the person is left alone from now on.
type Outcome = (&'static str, u32, bool, &'static str, bool, bool);

const OUTCOMES: [Outcome; 7] = [
    ("Left voicemail", 5, false, "NEUTRAL", false, false),
    ("Meeting booked", 1, true, "POSITIVE", true, false),
    ("Follow-up agreed", 2, true, "POSITIVE", false, false),
    ("Not interested now", 3, true, "NEGATIVE", false, false),
    ("No answer", 6, false, "NEUTRAL", false, false),
    ("Asked not to be called", 4, true, "NEGATIVE", true, true),
    ("Wrong number", 7, false, "NEGATIVE", true, false),
];
