//! Calls: their list, their details, and what was said in them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CallId, UserId, WorkspaceId,
    endpoint::{Endpoint, Request, segment},
    open_enum::open_enum,
    page::{Page, Record},
};

mod access;
mod add;
mod associations;
mod content;
mod details;
mod interaction;
mod selector;
mod transcript;

pub use access::{
    CallAccess, CallUsers, GrantCallAccess, ListCallAccess, RevokeCallAccess, UserWithAccess,
};
pub use add::{
    AddCall, AddedCall, FlowContext, NewCallParty, NewContextField, NewCrmContext, NewCrmObject,
    SpeakersTimeline, SpeechSegment, UploadMedia, UploadedMedia,
};
pub use associations::{AssociatedObjects, ListManualAssociations, ManualAssociation};
pub use content::{
    ActionItem, CallOutcome, Content, Highlight, HighlightSection, KeyPoint, Occurrence,
    OutlineItem, OutlineSection, PointsOfInterest, Structure, Topic, Tracker, TrackerPhrase,
    TrackerType,
};
pub use details::{
    Affiliation, CallDetails, Collaboration, Comment, ContextField, CrmContext, CrmObject,
    CrmSystem, LinkedObjectType, Media, Party, PartyMethod, SearchCalls,
};
pub use interaction::{Interaction, InteractionStat, Questions, SpeakerTime, VideoTime};
pub use selector::{
    CollaborationFields, ContentFields, ContentSelector, ContextLevel, ExposedFields, Include,
    InteractionFields, Timing, UnknownInclude,
};
pub use transcript::{CallTranscript, GetTranscripts, Monologue, Sentence};

/// `GET /v2/calls`: the calls of a date range. Scope `api:calls:read:basic`.
///
/// Of web conferences Gong compares the scheduled time, of other calls the start. When nothing
/// matches Gong answers 404, which the client turns into an empty list.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListCalls {
    /// Only calls at or after this moment.
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
    /// Only calls before this moment.
    #[serde(rename = "toDateTime")]
    pub to: Option<Timestamp>,
    /// Only calls of this workspace.
    pub workspace_id: Option<WorkspaceId>,
}

impl Endpoint for ListCalls {
    type Response = Page<Call>;

    fn request(&self) -> Request {
        Request::get("/v2/calls").query(self).answer("calls")
    }
}

/// `GET /v2/calls/{id}`: one call, without its parties and content. Scope `api:calls:read:basic`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetCall {
    /// Which call.
    pub id: CallId,
}

impl Endpoint for GetCall {
    type Response = Record<Call>;

    fn request(&self) -> Request {
        Request::get(format!("/v2/calls/{}", segment(self.id.as_str()))).answer("call")
    }
}

/// The facts of a call: an item of `GET /v2/calls`, and the `metaData` of the extensive operation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// The address of its page in Gong.
    pub url: Option<String>,
    /// Its title, as the calendar or the dialer gave it.
    pub title: Option<String>,
    /// When the calendar said it would start.
    pub scheduled: Option<Timestamp>,
    /// When it really started.
    pub started: Option<Timestamp>,
    /// How long it lasted, in seconds.
    pub duration: Option<i64>,
    /// The user who hosted it.
    pub primary_user_id: Option<UserId>,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// What it was held or dialed with, such as `Zoom`.
    pub system: Option<String>,
    /// Whether people from outside the company took part.
    pub scope: Option<Scope>,
    /// Whether there is a picture.
    pub media: Option<MediaKind>,
    /// The language, in three letters of ISO 639-2/B; `und` is one that Gong does not support, `zxx`
    /// is too little speech to tell.
    pub language: Option<String>,
    /// The workspace it belongs to.
    pub workspace_id: Option<WorkspaceId>,
    /// What the dialer noted about how it ended.
    pub sdr_disposition: Option<String>,
    /// The id that the uploader gave it.
    pub client_unique_id: Option<String>,
    /// Free text from the uploader.
    pub custom_data: Option<String>,
    /// What it was for, as the uploader said.
    pub purpose: Option<String>,
    /// The address at which it was held.
    pub meeting_url: Option<String>,
    /// Whether only its participants may see it.
    pub is_private: Option<bool>,
    /// The id of its calendar event.
    pub calendar_event_id: Option<String>,
}

open_enum! {
    /// Who called whom.
    Direction {
        /// Somebody called the company.
        Inbound = "Inbound",
        /// The company called.
        Outbound = "Outbound",
        /// People met.
        Conference = "Conference",
        /// Gong does not know.
        Unknown = "Unknown",
    }
}

open_enum! {
    /// Whether people from outside the company took part.
    Scope {
        /// Only people of the company.
        Internal = "Internal",
        /// Others too.
        External = "External",
        /// Gong does not know.
        Unknown = "Unknown",
    }
}

open_enum! {
    /// Whether a call has a picture.
    MediaKind {
        /// With a picture.
        Video = "Video",
        /// Sound only.
        Audio = "Audio",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_a_get_with_its_range_in_the_query() {
        let list = ListCalls {
            from: Some("2026-06-01T00:00:00Z".parse().unwrap()),
            workspace_id: Some("12".parse().unwrap()),
            ..ListCalls::default()
        };
        insta::assert_debug_snapshot!(list.request());
    }

    #[test]
    fn a_call_is_asked_for_by_its_path() {
        insta::assert_debug_snapshot!(GetCall { id: "12".parse().unwrap() }.request());
    }

    #[test]
    fn everything_but_the_id_may_be_absent_or_null() {
        let call: Call = serde_json::from_str(r#"{"id":"1","title":null}"#).unwrap();
        assert_eq!((call.id.as_str(), call.title), ("1", None));
        assert!(serde_json::from_str::<Call>(r#"{"title":"x"}"#).is_err());
    }
}
