//! Digital interactions: what people did on web sites and in applications, for Gong's time lines.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Acknowledgement,
    endpoint::{Effect, Endpoint, Request},
    open_enum::open_enum,
    page::Record,
};

mod person;

pub use person::{
    CompanyLink, CompanyLinkType, InteractionCompany, InteractionPerson, PersonLink,
    PersonLinkType, Place,
};

/// `POST /v2/digital-interaction`: tells Gong of something that a person did. Scope
/// `api:digital-interactions:write`.
///
/// It has either `person` or `tracking_id`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddInteraction {
    /// The id of the event, by which Gong knows a repeat.
    pub event_id: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What was done, such as `page viewed`.
    pub event_type: String,
    /// The name of the company that connected the system to Gong.
    pub source_system_name: Option<String>,
    /// What ties it to other events.
    pub session_id: Option<String>,
    /// What the person used.
    pub device: Option<InteractionDevice>,
    /// What the person looked at.
    pub content: InteractionContent,
    /// Who did it.
    pub person: Option<InteractionPerson>,
    /// More about the event.
    pub custom_fields: Option<Vec<InteractionField>>,
    /// What Gong's tracking knows the person by.
    pub tracking_id: Option<String>,
}

impl Endpoint for AddInteraction {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        Request::new(Method::POST, "/v2/digital-interaction", Effect::Writes)
            .body(self)
            .key(&self.event_id)
    }
}

open_enum! {
    /// What a person used.
    InteractionDevice {
        /// A phone or a tablet.
        Mobile = "MOBILE",
        /// A computer.
        Computer = "PC",
    }
}

/// What a person looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionContent {
    /// Its id in the system that tells of it.
    pub content_id: Option<String>,
    /// Its title.
    pub content_title: String,
    /// Its tags.
    pub content_label: Option<Vec<String>>,
    /// Its address.
    pub content_url: Option<String>,
    /// The address of more about it.
    pub content_additional_info_url: Option<String>,
    /// The number that came out, such as a score.
    pub numeric_content_details: Option<ContentNumber>,
    /// How far the person is in it.
    pub step_content_details: Option<ContentSteps>,
    /// What the person searched for.
    pub search_object_details: Option<SearchedObject>,
    /// More about it.
    pub content_custom_fields: Option<Vec<InteractionField>>,
}

/// A number that came out of something that a person looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentNumber {
    /// The number.
    pub value: Option<i64>,
    /// The lowest that it can be.
    pub range_from: i64,
    /// The highest that it can be.
    pub range_to: i64,
    /// What kind of number it is.
    pub numeric_type: Option<NumericType>,
}

open_enum! {
    /// What kind of number it is.
    NumericType {
        /// How much of a hundred.
        Percentage = "PERCENTAGE",
        /// A net promoter score.
        NetPromoterScore = "NPS",
        /// A rating.
        Rating = "RATING",
        /// Another one.
        Misc = "OTHER",
    }
}

/// How far a person is in something that has steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentSteps {
    /// The step that the person is in.
    pub value: String,
    /// All steps.
    pub available_steps: Vec<String>,
}

/// Something that a person searched for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchedObject {
    /// Its name.
    pub name: String,
    /// What it is.
    pub object_type: SearchedObjectType,
    /// Its domain.
    pub domain: String,
    /// Its id in the system that tells of it.
    pub object_id: Option<String>,
    /// Its address in that system.
    pub url: Option<String>,
}

open_enum! {
    /// What a person searched for.
    SearchedObjectType {
        /// Somebody who sells.
        Vendor = "VENDOR",
        /// Something that is sold.
        Product = "PRODUCT",
        /// A kind of things.
        Category = "CATEGORY",
    }
}

/// A field that a company makes up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionField {
    /// Its name.
    pub name: String,
    /// Its value, as text.
    pub value: String,
    /// What the value is; `None` is [`InteractionFieldType::Text`].
    pub data_type: Option<InteractionFieldType>,
}

open_enum! {
    /// What the value of a field is.
    InteractionFieldType {
        /// Text.
        Text = "STRING",
        /// A number.
        Number = "NUMBER",
        /// A day or a moment.
        Date = "DATE",
        /// An address of the web.
        Url = "URL",
        /// Yes or no.
        Boolean = "BOOLEAN",
        /// A length of time, in seconds.
        Duration = "DURATION",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interaction_is_known_by_its_event() {
        let add: AddInteraction = serde_json::from_str(
            r#"{"eventId": "e-1", "timestamp": "2026-06-01T10:00:00Z", "eventType": "page viewed",
                "device": "PC", "content": {"contentTitle": "Prices",
                    "numericContentDetails": {"value": 40, "rangeFrom": 0, "rangeTo": 100}},
                "person": {"email": "bo@other.example", "company": {"companyBusinessContexts":
                    [{"objectType": "ACCOUNT", "objectId": "001A"}]}},
                "customFields": [{"name": "seconds", "value": "9", "dataType": "DURATION"}]}"#,
        )
        .unwrap();
        insta::assert_debug_snapshot!(add.request());
    }

    #[test]
    fn an_event_must_have_an_id() {
        let text = r#"{"timestamp": "2026-06-01T10:00:00Z", "eventType": "x",
            "content": {"contentTitle": "Prices"}}"#;
        let error = serde_json::from_str::<AddInteraction>(text).unwrap_err();
        assert!(error.to_string().contains("eventId"), "{error}");
    }
}
