//! Keyword trackers: the words that the company listens for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    TrackerId, UserId, WorkspaceId,
    endpoint::{Endpoint, Request},
    number,
    open_enum::open_enum,
    page::Page,
};

/// `GET /v2/settings/trackers`: what the company listens for. Scope `api:settings:trackers:read`.
///
/// Only trackers that go by words; those that go by meaning are not listed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTrackers {
    /// Only trackers of this workspace.
    pub workspace_id: Option<WorkspaceId>,
}

impl Endpoint for ListTrackers {
    type Response = Page<KeywordTracker>;

    fn request(&self) -> Request {
        Request::get("/v2/settings/trackers").query(self).answer("keywordTrackers")
    }
}

/// A tracker that goes by words.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KeywordTracker {
    /// Its id.
    pub tracker_id: TrackerId,
    /// Its name.
    pub tracker_name: Option<String>,
    /// The workspace it belongs to.
    pub workspace_id: Option<WorkspaceId>,
    /// The words, by language.
    pub language_keywords: Option<Vec<TrackerKeywords>>,
    /// Who must say them.
    pub affiliation: Option<TrackerAffiliation>,
    /// Whether they count only as a part of a question.
    pub part_of_question: Option<bool>,
    /// In which part of a call they count.
    pub said_at: Option<TrackerTime>,
    /// How long that part is, in `said_at_unit`.
    #[serde(default, deserialize_with = "number::or_text")]
    pub said_at_interval: Option<i64>,
    /// What `said_at_interval` is measured in.
    pub said_at_unit: Option<TrackerUnit>,
    /// Only in these topics of a call.
    pub said_in_topics: Option<Vec<String>>,
    /// Only in these parts of a call; only in answers before 2026.
    pub said_in_call_parts: Option<Vec<String>>,
    /// Only in calls that this filter finds: JSON as text, as in the address of Gong's search page;
    /// `{}` is every call.
    pub filter_query: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Who made it; null if it came with Gong.
    pub creator_user_id: Option<UserId>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
    /// Who changed it; null if it came with Gong.
    pub updater_user_id: Option<UserId>,
}

/// The words of a tracker in one language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TrackerKeywords {
    /// The language, in three letters of ISO 639-2/B; `mul` is every language.
    pub language: Option<String>,
    /// The words and phrases.
    pub keywords: Option<Vec<String>>,
    /// Whether other forms of a word count, too.
    pub include_related_forms: Option<bool>,
}

open_enum! {
    /// Who must say the words of a tracker.
    TrackerAffiliation {
        /// Anybody.
        Anyone = "Anyone",
        /// People of the company.
        Company = "Company",
        /// Others.
        NonCompany = "NonCompany",
    }
}

open_enum! {
    /// In which part of a call the words of a tracker count.
    TrackerTime {
        /// In all of it.
        Anytime = "Anytime",
        /// At its beginning.
        First = "First",
        /// At its end.
        Last = "Last",
    }
}

open_enum! {
    /// What a part of a call is measured in.
    TrackerUnit {
        /// Minutes.
        Minutes = "minutes",
        /// Hundredths of the call.
        Percent = "percent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trackers_are_listed_by_workspace() {
        let list = ListTrackers { workspace_id: Some("5".parse().unwrap()) };
        insta::assert_debug_snapshot!(list.request());
    }

    #[test]
    fn the_filter_is_text_and_a_built_in_tracker_has_no_maker() {
        let tracker: KeywordTracker = serde_json::from_str(
            r#"{"trackerId":"6","filterQuery":"{}","creatorUserId":null,"saidAtUnit":"percent"}"#,
        )
        .unwrap();
        assert_eq!((tracker.filter_query.as_deref(), tracker.creator_user_id), (Some("{}"), None));
        assert_eq!(tracker.said_at_unit, Some(TrackerUnit::Percent));
    }
}
