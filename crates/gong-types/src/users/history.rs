//! The history of a user's settings: what was switched on and off, and when.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    UserId,
    endpoint::{Endpoint, Request, segment},
    open_enum::open_enum,
    page::Page,
};

/// `GET /v2/users/{id}/settings-history`: when settings of a user changed. Scope `api:users:read`.
///
/// Settings that were never touched are listed with the moment at which the user was created.
#[derive(Debug, Clone, PartialEq)]
pub struct ListSettingsHistory {
    /// Which user.
    pub id: UserId,
}

impl Endpoint for ListSettingsHistory {
    type Response = Page<SettingChange>;

    fn request(&self) -> Request {
        Request::get(format!("/v2/users/{}/settings-history", segment(self.id.as_str())))
            .answer("userSettingsHistory")
    }
}

/// A setting of a user that was switched on or off.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct SettingChange {
    /// Which setting.
    pub setting: Option<UserSetting>,
    /// Whether it was switched on.
    pub value: Option<bool>,
    /// When.
    pub time: Option<Timestamp>,
}

open_enum! {
    /// A setting of a user.
    UserSetting {
        /// Web conferences are recorded.
        WebConferencesRecorded = "webConferencesRecorded",
        /// Recording web conferences is prevented.
        PreventWebConferenceRecording = "preventWebConferenceRecording",
        /// E-mails are imported.
        EmailsImported = "emailsImported",
        /// Importing e-mails is prevented.
        PreventEmailImport = "preventEmailImport",
        /// The user is active.
        Active = "active",
        /// Meetings without a recording are imported.
        NonRecordedMeetingsImported = "nonRecordedMeetingsImported",
        /// Gong Connect is on.
        GongConnectEnabled = "gongConnectEnabled",
        /// Phone calls are imported.
        CallsImported = "callsImported",
        /// Interviews are recorded.
        InterviewsRecorded = "interviewsRecorded",
        /// Recording interviews is prevented.
        PreventInterviewRecording = "preventInterviewRecording",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_asked_for_by_its_path() {
        let request = ListSettingsHistory { id: "7".parse().unwrap() }.request();
        assert_eq!(request.path, "/v2/users/7/settings-history");
    }
}
