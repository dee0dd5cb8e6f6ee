//! New calls: telling Gong of a call, and sending its recording.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Call, Direction, GetCall};
use crate::{
    CallId, UserId, WorkspaceId,
    endpoint::{Effect, Endpoint, Request, Upload, segment},
    page::{Answer as _, Record},
};

mod parts;

pub use parts::{
    FlowContext, NewCallParty, NewContextField, NewCrmContext, NewCrmObject, SpeakersTimeline,
    SpeechSegment,
};

/// `POST /v2/calls`: tells Gong of a call that was recorded elsewhere. Scope `api:calls:create`.
///
/// Gong then fetches the recording from [`download_media_url`](Self::download_media_url), or waits
/// for [`UploadMedia`]; never both. The call can be read when Gong has processed it.
///
/// [`client_unique_id`](Self::client_unique_id) is what makes it safe to send again: Gong takes a
/// call with the same one only once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddCall {
    /// The id of the call where it was recorded, of at most [`Self::LONGEST_ID`] characters.
    pub client_unique_id: String,
    /// When it really started.
    pub actual_start: Timestamp,
    /// Who called whom.
    pub direction: Direction,
    /// The user who hosted it; one of the parties must have this id.
    pub primary_user: UserId,
    /// Who took part.
    pub parties: Vec<NewCallParty>,
    /// Its title.
    pub title: Option<String>,
    /// What it was for, in at most [`Self::LONGEST_NOTE`] characters.
    pub purpose: Option<String>,
    /// How it ended, in at most [`Self::LONGEST_NOTE`] characters.
    pub disposition: Option<String>,
    /// When the calendar said it would start.
    pub scheduled_start: Option<Timestamp>,
    /// When the calendar said it would end.
    pub scheduled_end: Option<Timestamp>,
    /// How long it lasted, in seconds.
    pub duration: Option<f64>,
    /// What it is linked to in the CRM. Several deals of one account are not supported.
    pub context: Option<Vec<NewCrmContext>>,
    /// Free text that Gong keeps with the call.
    pub custom_data: Option<String>,
    /// Who spoke when, if it is known. It goes before the channels of the parties.
    pub speakers_timeline: Option<SpeakersTimeline>,
    /// The address at which it was held.
    pub meeting_url: Option<String>,
    /// What it was held or dialed with, in a word that Gong's support assigns, such as `zoom`.
    pub call_provider_code: Option<String>,
    /// Where Gong can fetch the recording: an address that no other call has, for at most
    /// [`UploadMedia::LIMIT`] bytes of sound or video.
    pub download_media_url: Option<String>,
    /// The workspace it belongs to; Gong chooses one otherwise.
    pub workspace_id: Option<WorkspaceId>,
    /// The language, such as `en-US`. Gong detects it, so say it only when it is certain.
    pub language_code: Option<String>,
    /// The task of a flow that it was made for.
    pub flow_context: Option<FlowContext>,
}

impl AddCall {
    /// The most characters that [`client_unique_id`](Self::client_unique_id) may have.
    pub const LONGEST_ID: usize = 2048;
    /// The most characters that [`purpose`](Self::purpose) and
    /// [`disposition`](Self::disposition) may have.
    pub const LONGEST_NOTE: usize = 255;
}

impl Endpoint for AddCall {
    type Response = Record<AddedCall>;

    fn request(&self) -> Request {
        Request::new(Method::POST, "/v2/calls", Effect::Writes)
            .body(self)
            .key(&self.client_unique_id)
    }
}

/// What Gong answers to a new call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddedCall {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// The id that it gave the call.
    pub call_id: Option<CallId>,
}

/// `PUT /v2/calls/{id}/media`: sends the recording of a call that [`AddCall`] announced. Scope
/// `api:calls:create`.
///
/// It is the part `mediaFile` of a multipart body: WAV, MP3, MP4, MKV, or FLAC of at most
/// [`Self::LIMIT`] bytes. If the answer was lost, the call itself tells: once it can be read, Gong
/// has processed its recording.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadMedia {
    /// Which call.
    pub id: CallId,
}

impl UploadMedia {
    /// The most bytes that a recording may have: 1.5 GB, read as powers of ten to be safe.
    pub const LIMIT: u64 = 1_500_000_000;
}

impl Endpoint for UploadMedia {
    type Response = Record<UploadedMedia>;

    fn request(&self) -> Request {
        let path = format!("/v2/calls/{}/media", segment(self.id.as_str()));
        let part = Upload { part: "mediaFile", limit: Some(Self::LIMIT), media_type: None };
        Request::new(Method::PUT, path, Effect::Writes)
            .upload(part)
            .look(GetCall { id: self.id.clone() }.request(), answer_of_a_processed_call)
    }
}

/// The answer that the upload had, from that of [`GetCall`].
fn answer_of_a_processed_call(_lost: &Request, answer: &str) -> Option<String> {
    let call = Record::<Call>::decode(answer, Some("call")).ok()?.read().ok()?;
    Some(json!({ "callId": call.id }).to_string())
}

/// What Gong answers to a recording.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UploadedMedia {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Which call.
    pub call_id: Option<CallId>,
    /// The address of the call's page in Gong.
    pub url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resend;

    const LEAST: &str = r#"{"clientUniqueId":"pbx-1","actualStart":"2026-06-01T10:00:00+02:00",
        "direction":"Outbound","primaryUser":"7","parties":[{"userId":7}]}"#;

    #[test]
    fn what_is_not_set_is_not_sent() {
        let call: AddCall = serde_json::from_str(LEAST).unwrap();
        insta::assert_snapshot!(call.request().body.unwrap().get());
    }

    #[test]
    fn the_id_of_the_recorder_makes_it_safe_to_send_again() {
        let call: AddCall = serde_json::from_str(LEAST).unwrap();
        let request = call.request();
        assert_eq!((request.key.as_deref(), request.resend), (Some("pbx-1"), Resend::WithKey));
    }

    #[test]
    fn a_call_that_lacks_something_says_what() {
        let error = serde_json::from_str::<AddCall>(r#"{"clientUniqueId":"x"}"#).unwrap_err();
        assert!(error.to_string().contains("actualStart"), "{error}");
    }

    #[test]
    fn every_member_of_a_call_is_sent_under_its_name() {
        let text = r#"{"clientUniqueId":"pbx-1","actualStart":"2026-06-01T08:00:00Z",
            "direction":"Conference","primaryUser":"7",
            "parties":[{"phoneNumber":"+15550100","emailAddress":"a@example.com","name":"A",
              "partyId":"1","mediaChannelId":1,"userId":"7",
              "context":[{"system":"Salesforce","objects":[{"objectType":"Contact","objectId":"003",
                "fields":[{"name":"n","value":"v"}]}]}]}],
            "title":"t","purpose":"p","disposition":"d","scheduledStart":"2026-06-01T08:00:00Z",
            "scheduledEnd":"2026-06-01T09:00:00Z","duration":125.8,
            "context":[{"system":"Generic","objects":[{"objectType":"Account","objectId":"001",
              "fields":[]}]}],
            "customData":"c","speakersTimeline":{"precise":true,"speechSegments":[
              {"fromTime":0,"toTime":5100,"partyIds":["1"]}]},
            "meetingUrl":"https://example.com/m","callProviderCode":"zoom",
            "downloadMediaUrl":"https://example.com/a.mp3","workspaceId":"5",
            "languageCode":"en-US","flowContext":{"taskId":"9"}}"#;
        let call: AddCall = serde_json::from_str(text).unwrap();
        let sent: serde_json::Value =
            serde_json::from_str(call.request().body.unwrap().get()).unwrap();
        assert_eq!(sent, serde_json::from_str::<serde_json::Value>(text).unwrap());
    }

    #[test]
    fn a_call_that_can_be_read_has_its_recording() {
        let request = UploadMedia { id: "12".parse().unwrap() }.request();
        let look = request.look.clone().unwrap();
        assert_eq!(look.request.path, "/v2/calls/12");
        let shown = (look.shows)(&request, r#"{"requestId":"x","call":{"id":12,"title":"t"}}"#);
        assert_eq!(shown.as_deref(), Some(r#"{"callId":"12"}"#));
        assert_eq!((look.shows)(&request, r#"{"requestId":"x"}"#), None);
    }

    #[test]
    fn a_recording_is_a_part_of_a_multipart_body() {
        let request = UploadMedia { id: "12".parse().unwrap() }.request();
        assert_eq!((request.method.as_str(), &*request.path), ("PUT", "/v2/calls/12/media"));
        let upload = request.upload.unwrap();
        assert_eq!((upload.part, upload.limit), ("mediaFile", Some(1_500_000_000)));
        assert!(request.body.is_none());
        assert_eq!(request.resend, Resend::AfterLook);
    }
}
