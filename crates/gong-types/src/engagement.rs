//! Engagement: what people did with content of the company, for Gong's time lines. Gong prefers
//! [digital interactions](crate::AddInteraction) by now.

use serde::{Deserialize, Serialize};

use crate::{NewCrmContext, UserId, endpoint::Request, open_enum::open_enum};

mod action;
mod share;
mod view;

pub use action::CustomAction;
pub use share::ShareContent;
pub use view::ViewContent;

/// Somebody who had to do with content.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngagementPerson {
    /// The e-mail address.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// What the person is linked to in the CRM.
    pub context: Option<Vec<NewCrmContext>>,
}

/// Who shared content.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sharer {
    /// The user.
    pub id: Option<UserId>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// Something more about content or about an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventProperty {
    /// Its name.
    pub name: String,
    /// Its value, as text.
    pub value: String,
    /// What the value is.
    pub data_type: PropertyType,
}

open_enum! {
    /// What the value of a property is.
    PropertyType {
        /// A number.
        Number = "number",
        /// Text.
        Text = "string",
        /// An address of the web.
        Url = "url",
        /// A moment.
        Date = "date",
    }
}

open_enum! {
    /// What somebody used.
    AgentPlatform {
        /// Windows.
        Windows = "Windows",
        /// Linux.
        Linux = "Linux",
        /// `macOS`.
        MacOs = "MacOS",
        /// `iOS`.
        Ios = "iOS",
        /// Android.
        Android = "Android",
    }
}

/// An event with an id may be sent again, since Gong knows it by that.
fn keyed(request: Request, event_id: Option<&String>) -> Request {
    match event_id {
        Some(id) => request.key(id),
        None => request,
    }
}

#[cfg(test)]
mod tests {
    use crate::{CustomAction, Endpoint as _, Resend, ShareContent, ViewContent};

    const EVENT: &str = r#"{"reportingSystem": "Viewer", "eventTimestamp": "2026-06-01T10:00:00Z",
        "eventId": "e-1", "contentId": "c", "contentUrl": "https://acme.example/c",
        "contentTitle": "Prices", "agentPlatform": "iOS",
        "crmContext": [{"system": "Generic", "objects":
            [{"objectType": "Opportunity", "objectId": "006D"}]}],
        "eventProperties": [{"name": "pages", "value": "3", "dataType": "number"}]}"#;

    #[test]
    fn content_that_was_shared_is_told() {
        let share: ShareContent = serde_json::from_str(EVENT).unwrap();
        insta::assert_debug_snapshot!(share.request());
    }

    #[test]
    fn content_that_was_viewed_is_told() {
        let view: ViewContent = serde_json::from_str(EVENT).unwrap();
        insta::assert_debug_snapshot!(view.request());
    }

    #[test]
    fn anything_else_is_told() {
        let action: CustomAction = serde_json::from_str(EVENT).unwrap();
        insta::assert_debug_snapshot!(action.request());
    }

    #[test]
    fn an_event_without_an_id_is_never_sent_again() {
        let event = EVENT.replace(r#""eventId": "e-1", "#, "");
        let share: ShareContent = serde_json::from_str(&event).unwrap();
        let view: ViewContent = serde_json::from_str(&event).unwrap();
        let action: CustomAction = serde_json::from_str(&event).unwrap();
        for request in [share.request(), view.request(), action.request()] {
            assert_eq!((request.resend, request.key.as_ref()), (Resend::Never, None), "{request}");
        }
    }
}
