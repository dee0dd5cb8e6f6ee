//! The parts of a new call: who took part, what it is linked to, and who spoke when.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    TaskId, UserId,
    calls::{CrmSystem, LinkedObjectType},
};

/// Somebody who took part in a new call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCallParty {
    /// The user, if it is one of the company's.
    pub user_id: Option<UserId>,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// A word by which the [`SpeakersTimeline`] names this party; needed only with one.
    pub party_id: Option<String>,
    /// The channel of a stereo recording on which the party speaks: 0 is left, 1 is right.
    pub media_channel_id: Option<u8>,
    /// What the party is linked to in the CRM; not for the company's own.
    pub context: Option<Vec<NewCrmContext>>,
}

/// What a new call, or somebody in it, is linked to in one CRM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCrmContext {
    /// Which CRM. Of the known ones, Gong supports only Salesforce and the generic one here.
    pub system: CrmSystem,
    /// The linked objects.
    pub objects: Option<Vec<NewCrmObject>>,
}

/// An object of a CRM that a new call, or somebody in it, is linked to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCrmObject {
    /// What it is: `Account` or `Opportunity` for a call, `Contact` or `Lead` for a party.
    pub object_type: LinkedObjectType,
    /// Its id in the CRM.
    pub object_id: String,
    /// Its fields; Gong takes them, but does nothing with them yet.
    pub fields: Option<Vec<NewContextField>>,
}

/// A field of a CRM object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewContextField {
    /// The name of the field.
    pub name: Option<String>,
    /// Text, a number, or a truth value.
    pub value: Option<Value>,
}

/// Who spoke when.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpeakersTimeline {
    /// Whether no segment is off by more than 100 milliseconds.
    pub precise: Option<bool>,
    /// The segments; they may overlap.
    pub speech_segments: Option<Vec<SpeechSegment>>,
}

/// A stretch of a call in which somebody spoke.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpeechSegment {
    /// Where it begins, in milliseconds.
    pub from_time: u32,
    /// Where it ends, in milliseconds.
    pub to_time: u32,
    /// Who spoke: each the [`party_id`](NewCallParty::party_id) of a party.
    pub party_ids: Vec<String>,
}

/// What a new call has to do with a flow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowContext {
    /// The task that it was made for.
    pub task_id: Option<TaskId>,
}
