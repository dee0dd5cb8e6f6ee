//! Users: the people of the company that Gong knows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    UserId,
    endpoint::{Endpoint, Request, segment, wrap},
    page::{Page, Record},
};

mod history;

pub use history::{ListSettingsHistory, SettingChange, UserSetting};

/// `GET /v2/users`: all users, inactive ones too. Scope `api:users:read`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListUsers {
    /// Whether to list the synthetic users too that stand for Gong's own staff.
    pub include_avatars: Option<bool>,
}

impl Endpoint for ListUsers {
    type Response = Page<User>;

    fn request(&self) -> Request {
        Request::get("/v2/users").query(self).answer("users")
    }
}

/// `GET /v2/users/{id}`: one user. Scope `api:users:read`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetUser {
    /// Which user.
    pub id: UserId,
}

impl Endpoint for GetUser {
    type Response = Record<User>;

    fn request(&self) -> Request {
        Request::get(format!("/v2/users/{}", segment(self.id.as_str()))).answer("user")
    }
}

/// `POST /v2/users/extensive`: users by id or by when they were created. Scope `api:users:read`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchUsers {
    /// Only users created at or after this moment.
    #[serde(rename = "createdFromDateTime")]
    pub created_from: Option<Timestamp>,
    /// Only users created before this moment.
    #[serde(rename = "createdToDateTime")]
    pub created_to: Option<Timestamp>,
    /// Whether to list the synthetic users too that stand for Gong's own staff.
    pub include_avatars: Option<bool>,
    /// Only these users.
    pub user_ids: Option<Vec<UserId>>,
}

impl Endpoint for SearchUsers {
    type Response = Page<User>;

    fn request(&self) -> Request {
        Request::search("/v2/users/extensive").body(&wrap("filter", self)).answer("users")
    }
}

/// Somebody of the company.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// When the user was created.
    pub created: Option<Timestamp>,
    /// Whether the user is still active; Gong lists inactive users too.
    pub active: Option<bool>,
    /// Further e-mail addresses.
    pub email_aliases: Option<Vec<String>>,
    /// The address that Gong trusts for this user.
    pub trusted_email_address: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// The extension of the phone number.
    pub extension: Option<String>,
    /// Addresses of the user's own meeting rooms.
    pub personal_meeting_urls: Option<Vec<String>>,
    /// What Gong records and imports of this user.
    pub settings: Option<UserSettings>,
    /// The user's manager.
    pub manager_id: Option<UserId>,
    /// The page on which guests of a meeting consent to being recorded.
    pub meeting_consent_page_url: Option<String>,
    /// What the user holds meetings with.
    pub conferencing_providers: Option<Vec<ConferencingProvider>>,
    /// The languages that the user speaks.
    pub spoken_languages: Option<Vec<SpokenLanguage>>,
}

impl User {
    /// First and last name, as far as there are any.
    pub fn name(&self) -> String {
        let names = [self.first_name.as_deref(), self.last_name.as_deref()];
        let names: Vec<_> =
            names.into_iter().flatten().map(str::trim).filter(|name| !name.is_empty()).collect();
        names.join(" ")
    }
}

/// What Gong records and imports of a user.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserSettings {
    /// Whether web conferences are recorded.
    pub web_conferences_recorded: Option<bool>,
    /// Whether recording web conferences is prevented.
    pub prevent_web_conference_recording: Option<bool>,
    /// Whether phone calls are imported.
    pub telephony_calls_imported: Option<bool>,
    /// Whether e-mails are imported.
    pub emails_imported: Option<bool>,
    /// Whether importing e-mails is prevented.
    pub prevent_email_import: Option<bool>,
    /// Whether meetings without a recording are imported.
    pub non_recorded_meetings_imported: Option<bool>,
    /// Whether Gong Connect is on.
    pub gong_connect_enabled: Option<bool>,
}

/// Something that a user holds meetings with.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConferencingProvider {
    /// Its name.
    pub provider: Option<String>,
    /// Whether new meetings use it.
    pub is_default: Option<bool>,
}

/// A language that a user speaks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct SpokenLanguage {
    /// Its BCP 47 tag, such as `es-ES`.
    pub language: Option<String>,
    /// Whether it is the user's main one.
    pub primary: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_into_the_query() {
        insta::assert_debug_snapshot!(ListUsers { include_avatars: Some(true) }.request());
    }

    #[test]
    fn a_search_without_filters_still_has_a_filter() {
        let request = SearchUsers::default().request();
        assert_eq!(request.body.unwrap().get(), r#"{"filter":{}}"#);
    }

    #[test]
    fn a_name_is_what_there_is_of_it() {
        let user: User =
            serde_json::from_str(r#"{"id":"1","firstName":" Ada ","lastName":null}"#).unwrap();
        assert_eq!(user.name(), "Ada");
    }
}
