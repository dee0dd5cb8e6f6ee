//! What Gong holds on a person: mails, calls, meetings, and data of the CRM.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    CallId, CustomerRecordId,
    calls::{ContextField, CrmSystem},
    open_enum::open_enum,
};

/// What Gong holds on an e-mail address.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EmailReferences {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Mails from or to the address.
    pub emails: Option<Vec<FoundEmail>>,
    /// Calls with the person.
    pub calls: Option<Vec<FoundCall>>,
    /// Meetings with the person.
    pub meetings: Option<Vec<FoundMeeting>>,
    /// Data of the CRM.
    pub customer_data: Option<Vec<CustomerData>>,
    /// What the person did with things that were shared with them.
    pub customer_engagement: Option<Vec<CustomerEngagement>>,
}

/// What Gong holds on a phone number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PhoneReferences {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Mails from or to the person.
    pub emails: Option<Vec<FoundEmail>>,
    /// Calls with the person.
    pub calls: Option<Vec<FoundCall>>,
    /// Meetings with the person.
    pub meetings: Option<Vec<FoundMeeting>>,
    /// Data of the CRM.
    pub customer_data: Option<Vec<CustomerData>>,
    /// The number that was asked for.
    pub supplied_phone_number: Option<String>,
    /// The numbers that were found.
    pub matching_phone_numbers: Option<Vec<String>>,
    /// E-mail addresses of the person.
    pub email_addresses: Option<Vec<String>>,
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundEmail {
    /// The address of the sender.
    pub from: Option<String>,
    /// Its id: 32 letters and digits.
    pub id: Option<String>,
    /// When it was sent.
    pub sent_time: Option<Timestamp>,
    /// The mailbox that it came from.
    pub mailbox: Option<String>,
    /// A hash of it.
    pub message_hash: Option<String>,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundCall {
    /// Its id.
    pub id: Option<CallId>,
    /// How far Gong is with it, such as `COMPLETED`.
    pub status: Option<String>,
    /// What it is linked to in other systems.
    pub external_systems: Option<Vec<ExternalSystem>>,
}

/// What a call is linked to in one other system.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ExternalSystem {
    /// Which system.
    pub system: Option<CrmSystem>,
    /// The objects.
    pub objects: Option<Vec<ExternalObject>>,
}

/// An object of another system.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExternalObject {
    /// What it is.
    pub object_type: Option<ExternalObjectType>,
    /// Its id in that system.
    pub external_id: Option<String>,
}

open_enum! {
    /// What an object of another system is.
    ExternalObjectType {
        /// A conversation.
        Conversation = "Conversation",
        /// A task.
        Task = "Task",
    }
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct FoundMeeting {
    /// Its id: a number, the id of the calendar's event, and the time.
    pub id: Option<String>,
}

/// Data of one CRM.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct CustomerData {
    /// Which CRM.
    pub system: Option<CrmSystem>,
    /// Its leads and contacts.
    pub objects: Option<Vec<CustomerRecord>>,
}

/// A lead or a contact.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomerRecord {
    /// Its id in Gong.
    pub id: Option<CustomerRecordId>,
    /// What it is.
    pub object_type: Option<CustomerRecordType>,
    /// Its id in the CRM.
    pub external_id: Option<String>,
    /// Where Gong's copy of it is: JSON as text.
    pub mirror_id: Option<String>,
    /// Its fields.
    pub fields: Option<Vec<ContextField>>,
}

open_enum! {
    /// What somebody is to the CRM.
    CustomerRecordType {
        /// A lead.
        Lead = "Lead",
        /// A contact.
        Contact = "Contact",
    }
}

/// What a person did with something that was shared with them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomerEngagement {
    /// What happened.
    pub event_type: Option<EngagementType>,
    /// When.
    pub timestamp: Option<Timestamp>,
    /// The id of what was shared.
    pub content_id: Option<String>,
    /// The address of what was shared.
    pub content_url: Option<String>,
    /// Which system told Gong.
    pub reporting_system: Option<String>,
    /// The name of the event.
    pub event_name: Option<String>,
    /// The id of the event in the system that told Gong.
    pub source_event_id: Option<String>,
}

open_enum! {
    /// What happened to something that was shared.
    EngagementType {
        /// It was shared.
        ContentShared = "contentShared",
        /// It was looked at.
        ContentViewed = "contentViewed",
        /// Something else, named by the event.
        Custom = "customEvent",
        /// A digital interaction.
        DigitalInteraction = "digitalInteraction",
    }
}
