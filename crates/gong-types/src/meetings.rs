//! Meetings that are still to be held.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Acknowledgement, MeetingId,
    endpoint::{Effect, Endpoint, Request, Resend, segment},
    page::{Page, Record},
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

/// `POST /v2/meetings`: plans a meeting, to which Gong may invite people. Scope
/// `api:meetings:user:create`.
///
/// Gong has released this to some companies only; the others are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMeeting {
    /// When it starts.
    pub start_time: Timestamp,
    /// When it ends.
    pub end_time: Timestamp,
    /// Its title.
    pub title: Option<String>,
    /// Who is invited besides the organizer.
    pub invitees: Vec<Invitee>,
    /// Its id in the system that plans it.
    pub external_id: Option<String>,
    /// What it is held with, such as `zoom`; `None` is what the organizer usually takes.
    pub provider: Option<String>,
    /// The e-mail address of the user who calls it, whose consent page is used.
    pub organizer_email: String,
}

impl Endpoint for CreateMeeting {
    type Response = Record<CreatedMeeting>;

    fn request(&self) -> Request {
        Request::new(Method::POST, "/v2/meetings", Effect::Writes).body(self)
    }
}

/// `PUT /v2/meetings/{meetingId}`: plans a meeting anew. Scope `api:meetings:user:update`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateMeeting {
    /// Which one.
    pub id: MeetingId,
    /// What it is from now on, all of it.
    pub meeting: CreateMeeting,
}

impl Endpoint for UpdateMeeting {
    type Response = Record<UpdatedMeeting>;

    fn request(&self) -> Request {
        let path = format!("/v2/meetings/{}", segment(self.id.as_str()));
        Request::new(Method::PUT, path, Effect::Writes)
            .resend(Resend::SameState)
            .body(&self.meeting)
    }
}

/// `DELETE /v2/meetings/{meetingId}`: calls a meeting off. Scope `api:meetings:user:delete`.
///
/// Nobody has told what Gong answers, if anything.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMeeting {
    /// Which one.
    #[serde(skip)]
    pub id: MeetingId,
    /// The e-mail address of the user who called it.
    pub organizer_email: Option<String>,
}

impl Endpoint for DeleteMeeting {
    type Response = Option<Record<Acknowledgement>>;

    fn request(&self) -> Request {
        let path = format!("/v2/meetings/{}", segment(self.id.as_str()));
        Request::new(Method::DELETE, path, Effect::Erases).resend(Resend::SameState).body(self)
    }
}

/// `POST /v2/meetings/integration/status`: whether users can plan meetings through Gong. Scope
/// `api:meetings:integration:status`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckMeetingIntegration {
    /// The e-mail addresses of the users.
    pub emails: Vec<String>,
}

impl CheckMeetingIntegration {
    /// How many addresses Gong takes at once.
    pub const MOST_EMAILS: usize = 100;
}

impl Endpoint for CheckMeetingIntegration {
    type Response = Page<MeetingIntegration>;

    fn request(&self) -> Request {
        Request::search("/v2/meetings/integration/status").body(self).answer("users")
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

/// A meeting that was just planned.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedMeeting {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Its id.
    pub meeting_id: Option<MeetingId>,
    /// The address at which people enter it.
    pub meeting_url: Option<String>,
    /// Who must be invited too, so that Gong records it.
    pub additional_invitees: Option<Vec<Invitee>>,
}

/// A meeting that was just planned anew.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdatedMeeting {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Its id.
    pub meeting_id: Option<MeetingId>,
}

/// Whether a user can plan meetings through Gong.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MeetingIntegration {
    /// The e-mail address of the user.
    pub email: Option<String>,
    /// Whether Gong knows the user.
    pub exists: Option<bool>,
    /// Whether what the user holds meetings with is connected.
    pub valid: Option<bool>,
    /// What to tell the user if it is not.
    pub user_facing_error: Option<String>,
    /// The address where that can be mended.
    pub fix_url: Option<String>,
    /// The address of help.
    pub help_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting() -> CreateMeeting {
        serde_json::from_str(
            r#"{"startTime": "2026-07-01T10:00:00+02:00", "endTime": "2026-07-01T08:30:00Z",
                "invitees": [{"email": "bo@other.example"}], "organizerEmail": "ada@acme.example"}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_meeting_is_sent_as_it_was_written_and_never_twice() {
        insta::assert_debug_snapshot!(meeting().request());
    }

    #[test]
    fn a_meeting_is_planned_anew_as_a_whole() {
        let update = UpdateMeeting { id: "12".parse().unwrap(), meeting: meeting() };
        insta::assert_debug_snapshot!(update.request());
    }

    #[test]
    fn a_meeting_is_called_off_with_a_body() {
        let delete = DeleteMeeting {
            id: "12".parse().unwrap(),
            organizer_email: Some("ada@acme.example".to_owned()),
        };
        insta::assert_debug_snapshot!(delete.request());
    }

    #[test]
    fn asking_about_users_is_a_read() {
        let check = CheckMeetingIntegration { emails: vec!["ada@acme.example".to_owned()] };
        let request = check.request();
        assert_eq!(request.effect, Effect::Reads);
        assert_eq!(request.body.unwrap().get(), r#"{"emails":["ada@acme.example"]}"#);
    }
}
