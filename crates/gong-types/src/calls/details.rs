//! The extensive operation: a call with everything that Gong knows about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Content, ContentSelector, Interaction, Timing};
use crate::{
    CallId, CommentId, PartyId, SpeakerId, UserId, WorkspaceId,
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Page,
};

/// `POST /v2/calls/extensive`: calls with their parties, content and more. Scope
/// `api:calls:read:extensive`; with media also `api:calls:read:media-url`.
///
/// The filters must all hold. Dates are compared with the start of the call.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchCalls {
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
    /// Only calls that one of these users hosted.
    pub primary_user_ids: Option<Vec<UserId>>,
    /// What to send of each call; without it only `metaData`.
    #[serde(skip)]
    pub select: Option<ContentSelector>,
}

impl Endpoint for SearchCalls {
    type Response = Page<CallDetails>;

    fn request(&self) -> Request {
        let body = json!({ "filter": self, "contentSelector": self.select });
        Request::search("/v2/calls/extensive").body(&body).answer("calls")
    }
}

/// A call of the extensive operation. Which blocks it has depends on the [`ContentSelector`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CallDetails {
    /// The facts of the call.
    pub meta_data: Call,
    /// What it is linked to in the CRM.
    pub context: Option<Vec<CrmContext>>,
    /// Who took part or was invited. Imported calls may have none.
    pub parties: Option<Vec<Party>>,
    /// What it was about.
    pub content: Option<Content>,
    /// How it went.
    pub interaction: Option<Interaction>,
    /// What colleagues said about it.
    pub collaboration: Option<Collaboration>,
    /// Where its recordings are.
    pub media: Option<Media>,
}

/// Somebody who took part in a call or was invited. Members that Gong does not know are absent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Party {
    /// The id of this party in this call.
    pub id: Option<PartyId>,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// The user, if it is one of the company's.
    pub user_id: Option<UserId>,
    /// What ties it to the sentences of the transcript; null for who never spoke, or whose voice
    /// was not recognized.
    pub speaker_id: Option<SpeakerId>,
    /// What it is linked to in the CRM.
    pub context: Option<Vec<CrmContext>>,
    /// Which side it is on.
    pub affiliation: Option<Affiliation>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// How Gong knows of it; may be both.
    pub methods: Option<Vec<PartyMethod>>,
}

open_enum! {
    /// Which side of a call somebody is on.
    Affiliation {
        /// The company's.
        Internal = "Internal",
        /// The other.
        External = "External",
        /// Gong does not know; common for people who dialed in.
        Unknown = "Unknown",
    }
}

open_enum! {
    /// How Gong knows that somebody took part.
    PartyMethod {
        /// The calendar says so.
        Invitee = "Invitee",
        /// They were there.
        Attendee = "Attendee",
    }
}

/// What a call or a party is linked to in one CRM.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct CrmContext {
    /// Which CRM.
    pub system: Option<CrmSystem>,
    /// The linked objects.
    pub objects: Option<Vec<CrmObject>>,
}

open_enum! {
    /// A CRM.
    CrmSystem {
        /// Salesforce.
        Salesforce = "Salesforce",
        /// `HubSpot`.
        HubSpot = "HubSpot",
        /// Microsoft Dynamics.
        MicrosoftDynamics = "MicrosoftDynamic",
        /// One that is connected by Gong's CRM operations.
        Generic = "Generic",
    }
}

/// An object of a CRM.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CrmObject {
    /// What it is.
    pub object_type: Option<LinkedObjectType>,
    /// Its id in the CRM.
    pub object_id: Option<String>,
    /// Its fields, with [`ContextLevel::Extended`](super::ContextLevel::Extended).
    pub fields: Option<Vec<ContextField>>,
    /// As of when the fields are.
    pub timing: Option<Timing>,
}

open_enum! {
    /// What an object of a CRM is. Companies make up others.
    LinkedObjectType {
        /// A company that is, was, or may become a customer.
        Account = "Account",
        /// A deal.
        Opportunity = "Opportunity",
        /// Somebody at an account.
        Contact = "Contact",
        /// Somebody who may become a contact.
        Lead = "Lead",
        /// Somebody who works with the CRM.
        User = "User",
    }
}

/// A field of a CRM object.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ContextField {
    /// The name of the field.
    pub name: Option<String>,
    /// Text, a number, a truth value, or null.
    pub value: Option<Value>,
}

impl CrmObject {
    /// The text of the field with this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .flatten()
            .find(|field| field.name.as_deref() == Some(name))
            .and_then(|field| field.value.as_ref()?.as_str())
    }
}

/// What colleagues said about a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Collaboration {
    /// Comments that everybody in the company can see.
    pub public_comments: Option<Vec<Comment>>,
}

/// A comment on a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comment {
    /// Its id.
    pub id: Option<CommentId>,
    /// Where in the recording it begins, in seconds.
    pub audio_start_time: Option<f64>,
    /// Where in the recording it ends, in seconds.
    pub audio_end_time: Option<f64>,
    /// Who wrote it.
    pub commenter_user_id: Option<UserId>,
    /// The text; mentions look like `@[name](user id)`.
    pub comment: Option<String>,
    /// When it was written.
    pub posted: Option<Timestamp>,
    /// The comment that it answers.
    pub in_reply_to: Option<CommentId>,
    /// Whether it was written while the call went on.
    pub during_call: Option<bool>,
}

/// Where the recordings of a call are. The addresses work for 8 hours and for everybody who has
/// them: treat them as secrets, and never send Gong's credentials there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Media {
    /// The sound.
    pub audio_url: Option<String>,
    /// The picture; absent for calls without one.
    pub video_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Record;

    #[test]
    fn filter_and_selector_stand_side_by_side_in_the_body() {
        let search = SearchCalls {
            call_ids: Some(vec!["7782342274025937895".parse().unwrap()]),
            select: Some(ContentSelector::parties()),
            ..SearchCalls::default()
        };
        insta::assert_snapshot!(search.request().body.unwrap().get());
    }

    #[test]
    fn an_empty_search_still_has_its_filter() {
        assert_eq!(SearchCalls::default().request().body.unwrap().get(), r#"{"filter":{}}"#);
    }

    #[test]
    fn no_ids_can_never_become_all_calls() {
        let search = SearchCalls { call_ids: Some(Vec::new()), ..SearchCalls::default() };
        assert_eq!(search.request().body.unwrap().get(), r#"{"filter":{"callIds":[]}}"#);
    }

    #[test]
    fn a_call_without_parties_and_a_party_without_a_name_are_read() {
        let text = r#"{"metaData":{"id":1},"parties":[{"id":2,"speakerId":null,"methods":[]}]}"#;
        let record: Record<CallDetails> =
            serde_json::value::RawValue::from_string(text.to_owned()).unwrap().into();
        let details = record.read().unwrap();
        assert_eq!(details.parties.unwrap()[0].speaker_id, None);
        assert_eq!(details.content, None);
    }
}
