//! Call outcomes: what users of the company can choose when a call ends.

use serde::Deserialize;

use crate::{
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Page,
};

/// `GET /v2/call-outcomes`: what users can choose when a call ends. Scope
/// `api:call-outcomes:read`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListCallOutcomes;

impl Endpoint for ListCallOutcomes {
    type Response = Page<OutcomeChoice>;

    fn request(&self) -> Request {
        Request::get("/v2/call-outcomes").answer("outcomes")
    }
}

/// An outcome that can be chosen. It has no id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutcomeChoice {
    /// Its name.
    pub call_outcome: Option<String>,
    /// Its place among the others.
    pub display_order: Option<i64>,
    /// Whether it means that somebody answered.
    pub connect_status: Option<ConnectStatus>,
    /// Whether it is good.
    pub sentiment: Option<Sentiment>,
    /// What happens to the task that the call was made for.
    pub todo_action: Option<TodoAction>,
    /// What Gong does; null if it does nothing.
    pub automation: Option<OutcomeAutomation>,
    /// Which group it belongs to.
    pub category: Option<OutcomeCategory>,
}

open_enum! {
    /// Whether a call was connected.
    ConnectStatus {
        /// It was.
        Connected = "CONNECTED",
        /// It was not.
        NotConnected = "NOT_CONNECTED",
    }
}

open_enum! {
    /// Whether an outcome is good.
    Sentiment {
        /// It is.
        Positive = "POSITIVE",
        /// It is not.
        Negative = "NEGATIVE",
        /// It is neither.
        Neutral = "NEUTRAL",
    }
}

open_enum! {
    /// What happens to a task when a call ends.
    TodoAction {
        /// It is done.
        Complete = "COMPLETE",
        /// It is done, and the contact leaves the flow.
        CompleteAndRemove = "COMPLETE_AND_REMOVE",
    }
}

open_enum! {
    /// What Gong does when an outcome is chosen.
    OutcomeAutomation {
        /// Notes that the contact wants no more calls.
        MarkAsOptOut = "MARK_AS_OPT_OUT",
    }
}

open_enum! {
    /// A group of outcomes.
    OutcomeCategory {
        /// Somebody answered.
        Answered = "ANSWERED",
        /// Nobody did.
        NotAnswered = "NOT_ANSWERED",
    }
}
