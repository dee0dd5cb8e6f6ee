//! What was said in a call, sentence by sentence.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CallId, SpeakerId, WorkspaceId,
    endpoint::{Endpoint, Request, wrap},
    page::Page,
};

/// `POST /v2/calls/transcript`: what was said in calls. Scope `api:calls:read:transcript`.
///
/// There are no names in it: they come from the parties of the extensive operation. A call whose
/// transcript is still being made is missing from the answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetTranscripts {
    /// Only calls that started at or after this moment.
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
    /// Only calls that started before this moment.
    #[serde(rename = "toDateTime")]
    pub to: Option<Timestamp>,
    /// Only calls of this workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// Only these calls. An empty list is refused by Gong.
    pub call_ids: Option<Vec<CallId>>,
}

impl Endpoint for GetTranscripts {
    type Response = Page<CallTranscript>;

    fn request(&self) -> Request {
        Request::search("/v2/calls/transcript")
            .body(&wrap("filter", self))
            .answer("callTranscripts")
    }
}

/// What was said in one call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CallTranscript {
    /// Which call.
    pub call_id: CallId,
    /// What was said, in order of time.
    pub transcript: Option<Vec<Monologue>>,
}

/// What one speaker said until another began.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Monologue {
    /// Who spoke; ties to a party of the call.
    pub speaker_id: Option<SpeakerId>,
    /// What it was about; null most of the time.
    pub topic: Option<String>,
    /// The sentences.
    pub sentences: Option<Vec<Sentence>>,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Sentence {
    /// Where it begins in the recording, in milliseconds.
    pub start: Option<i64>,
    /// Where it ends in the recording, in milliseconds.
    pub end: Option<i64>,
    /// What was said.
    pub text: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transcripts_are_searched_by_filter() {
        let get = GetTranscripts {
            call_ids: Some(vec!["7782342274025937895".parse().unwrap()]),
            ..GetTranscripts::default()
        };
        insta::assert_debug_snapshot!(get.request());
    }
}
