//! What users did day by day: the calls themselves, not only their number.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    CallId, UserId,
    endpoint::{Endpoint, Request, wrap},
    page::Page,
};

/// `POST /v2/stats/activity/day-by-day`: with which calls users did what on each day of a period.
/// Scope `api:stats:user-actions:detailed`.
///
/// The dates are days in the time zone of the company. Users who did nothing are not listed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DailyActivity {
    /// The first day.
    #[serde(rename = "fromDate")]
    pub from: Date,
    /// The day after the last one; Gong refuses days after today.
    #[serde(rename = "toDate")]
    pub to: Date,
    /// Only these users.
    pub user_ids: Option<Vec<UserId>>,
}

impl Endpoint for DailyActivity {
    type Response = Page<UserDailyActivity>;

    fn request(&self) -> Request {
        Request::search("/v2/stats/activity/day-by-day")
            .body(&wrap("filter", self))
            .answer("usersDetailedActivities")
    }
}

/// What one user did, day by day.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserDailyActivity {
    /// Which user.
    pub user_id: UserId,
    /// The user's e-mail address.
    pub user_email_address: Option<String>,
    /// The days.
    pub user_daily_activity_stats: Option<Vec<DayActivity>>,
}

/// The calls with which a user did something on one day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DayActivity {
    /// Hosted.
    pub calls_as_host: Option<Vec<CallId>>,
    /// Gave feedback on.
    pub calls_gave_feedback: Option<Vec<CallId>>,
    /// Asked for feedback on.
    pub calls_requested_feedback: Option<Vec<CallId>>,
    /// Got feedback on.
    pub calls_received_feedback: Option<Vec<CallId>>,
    /// Listened to, of their own.
    pub own_calls_listened_to: Option<Vec<CallId>>,
    /// Listened to, of others.
    pub others_calls_listened_to: Option<Vec<CallId>>,
    /// Shared with colleagues.
    pub calls_shared_internally: Option<Vec<CallId>>,
    /// Shared with others.
    pub calls_shared_externally: Option<Vec<CallId>>,
    /// Filled in a scorecard of.
    pub calls_scorecards_filled: Option<Vec<CallId>>,
    /// Got a scorecard for.
    pub calls_scorecards_received: Option<Vec<CallId>>,
    /// Took part in.
    pub calls_attended: Option<Vec<CallId>>,
    /// Commented on.
    pub calls_comments_given: Option<Vec<CallId>>,
    /// Got comments on.
    pub calls_comments_received: Option<Vec<CallId>>,
    /// Marked as given feedback on.
    pub calls_marked_as_feedback_given: Option<Vec<CallId>>,
    /// Marked as having got feedback on.
    pub calls_marked_as_feedback_received: Option<Vec<CallId>>,
    /// When the day begins; a moment with its offset, in spite of its name.
    #[serde(rename = "fromDate")]
    pub from: Option<Timestamp>,
    /// When the day ends; a moment, too.
    #[serde(rename = "toDate")]
    pub to: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_may_be_numbers_and_dates_are_moments() {
        let day: DayActivity = serde_json::from_str(
            r#"{"callsAsHost":[348056639626337006],"callsAttended":["1"],
                "fromDate":"2019-01-20T00:00:00-08:00"}"#,
        )
        .unwrap();
        assert_eq!(day.calls_as_host.unwrap()[0].as_str(), "348056639626337006");
        assert_eq!(day.calls_attended.unwrap()[0].as_str(), "1");
        assert_eq!(day.from, Some("2019-01-20T08:00:00Z".parse().unwrap()));
    }
}
