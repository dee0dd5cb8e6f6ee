//! The seam between what the company holds and how it is served: the routes read only through it.

use std::ops::Range;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

/// What a company holds, whether it was made up (`Company`) or imported from real answers.
///
/// Calls are numbered `0..len()` in ascending order of `started`; nothing about a call is held in
/// memory, so a million of them cost no more than ten.
pub(crate) trait Data: Send + Sync {
    /// The zone of the company, which stats dates and printed offsets are in.
    fn zone(&self) -> &TimeZone;

    /// The moment the company's history ends at.
    fn now(&self) -> Timestamp;

    /// All workspaces, in Gong's `WorkspaceMetadata` shape.
    fn workspaces(&self) -> &[Value];

    /// All users, inactive ones too, in Gong's `UserMetadata` shape. Avatars are not among them.
    fn users(&self) -> &[Value];

    /// The synthetic users that stand for Gong's own staff, shown only with `includeAvatars`.
    fn avatars(&self) -> &[Value];

    /// How many calls there are.
    fn len(&self) -> u64;

    /// The number of the call with this id.
    fn find(&self, call_id: &str) -> Option<u64>;

    /// The numbers of the calls that started in `from..to`; an open end is unbounded.
    fn started(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Range<u64>;

    /// Whether each call was readable some hours after its start, so that old ones need no look.
    fn is_ready_soon(&self) -> bool {
        true
    }

    /// What the routes filter a call by; cheap.
    fn facts(&self, number: u64) -> Facts;

    /// The `metaData` object with all 20 members.
    fn meta_data(&self, number: u64) -> Value;

    /// Every block of the extensive operation but `metaData`, with everything that any selector can
    /// ask for: `context`, `parties`, `content`, `interaction`, `collaboration`, `media`. A block
    /// that this call does not have is absent. Of `media` only the names of its members count.
    fn blocks(&self, number: u64) -> Value;

    /// The `transcript` array (monologues), or `None` if this call never gets one.
    fn transcript(&self, number: u64) -> Option<Value>;

    /// Who of the parties of a call is no user of the company, as far as `parties` shows it; cheap.
    fn outsiders(&self, number: u64) -> Vec<Outsider>;

    /// What users did with a call, none twice; nothing while it is not ready.
    fn deeds(&self, number: u64) -> Vec<Deed>;

    /// The keyword trackers that calls show, with the ids they show.
    fn trackers(&self) -> Vec<Tracker>;

    /// The objects of the CRM that a call is about, those of its parties too.
    fn crm_objects(&self, number: u64) -> Vec<CrmObject>;
}

/// Something that a user did with a call, of what Gong counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deed {
    /// The place in `users()`.
    pub(crate) user: usize,
    /// One of `COUNTERS`.
    pub(crate) counter: &'static str,
}

/// What Gong counts of the deeds of a user, in the order in which it sends the counters.
pub(crate) const COUNTERS: [&str; 15] = [
    "callsAsHost",
    "callsGaveFeedback",
    "callsRequestedFeedback",
    "callsReceivedFeedback",
    "ownCallsListenedTo",
    "othersCallsListenedTo",
    "callsSharedInternally",
    "callsSharedExternally",
    "callsScorecardsFilled",
    "callsScorecardsReceived",
    "callsAttended",
    "callsCommentsGiven",
    "callsCommentsReceived",
    "callsMarkedAsFeedbackGiven",
    "callsMarkedAsFeedbackReceived",
];

/// A keyword tracker, as far as calls show it.
#[derive(Debug, Clone)]
pub(crate) struct Tracker {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) keywords: Vec<String>,
}

/// An object of the CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CrmObject {
    /// Such as `Account`, `Opportunity`, `Contact`.
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What the routes filter a call by.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// When it really started.
    pub(crate) started: Timestamp,
    /// The moment that `GET /v2/calls` compares: the scheduled one of web conferences, else `started`.
    pub(crate) listed_at: Timestamp,
    /// When processing ended and the call became readable.
    pub(crate) ready_at: Timestamp,
    /// When its transcript became readable; later than `ready_at`, and never for one without.
    pub(crate) transcribed_at: Timestamp,
    /// The workspace it belongs to.
    pub(crate) workspace_id: String,
    /// The user who hosted it; absent from some imported calls.
    pub(crate) host_user_id: Option<String>,
    /// Whether it is private: listed, but without content for others.
    pub(crate) is_private: bool,
}

/// How somebody who is no user of the company can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outsider {
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
}

/// The parties of a `parties` block who are no users.
pub(crate) fn outsiders(parties: &Value) -> Vec<Outsider> {
    let text = |party: &Value, name: &str| party[name].as_str().map(str::to_owned);
    let parties = parties.as_array().into_iter().flatten();
    parties
        .filter(|party| !party["userId"].is_string())
        .map(|party| Outsider {
            email: text(party, "emailAddress"),
            phone: text(party, "phoneNumber"),
        })
        .collect()
}

/// Upper bound on how far the scheduled time of a call is from its start, on either side.
pub(crate) const MAX_SCHEDULE_SKEW_MINUTES: i64 = 45;
