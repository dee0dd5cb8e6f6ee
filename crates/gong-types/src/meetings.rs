//! Meetings that are still to be held.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    MeetingId,
    endpoint::{Endpoint, Request},
    page::Page,
};

/// `GET /v2/meetings`: scheduled meetings. No scope is known.
///
/// None of Gong's documents has this operation; tools ask for it all the same, and Gong most likely
/// answers 404 or 405. The model is that of the operations that create meetings.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListMeetings {
    /// Only meetings that start at or after this moment.
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
    /// Only meetings that start before this moment.
    #[serde(rename = "toDateTime")]
    pub to: Option<Timestamp>,
}

impl Endpoint for ListMeetings {
    type Response = Page<Meeting>;

    fn request(&self) -> Request {
        Request::get("/v2/meetings").query(self).answer("meetings")
    }
}

/// A scheduled meeting.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Meeting {
    /// Its id.
    pub meeting_id: Option<MeetingId>,
    /// Where it will be held.
    pub meeting_url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// When it starts.
    pub start_time: Option<Timestamp>,
    /// When it ends.
    pub end_time: Option<Timestamp>,
    /// Who called it.
    pub organizer_email: Option<String>,
    /// Who is invited.
    pub invitees: Option<Vec<Invitee>>,
    /// Its id elsewhere.
    pub external_id: Option<String>,
    /// What it is held with, such as `zoom`.
    pub provider: Option<String>,
}

/// Somebody who is invited to a meeting.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Invitee {
    /// The e-mail address.
    pub email: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
}
