//! What users did in each day, week, month, quarter, or year of a period.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    UserId,
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Page,
};

/// `POST /v2/stats/activity/aggregate-by-period`: what users did in each part of a period, in 15
/// counters. Scope `api:stats:user-actions`.
///
/// The dates are days in the time zone of the company. Parts at the edges end where the period ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityByPeriod {
    /// How long a part is.
    #[serde(skip)]
    pub every: AggregationPeriod,
    /// The first day.
    #[serde(rename = "fromDate")]
    pub from: Date,
    /// The day after the last one; Gong refuses days after today.
    #[serde(rename = "toDate")]
    pub to: Date,
    /// Only these users; otherwise those who did something.
    pub user_ids: Option<Vec<UserId>>,
}

impl Endpoint for ActivityByPeriod {
    type Response = Page<UserPeriodActivity>;

    fn request(&self) -> Request {
        let body = json!({ "aggregationPeriod": self.every, "filter": self });
        Request::search("/v2/stats/activity/aggregate-by-period")
            .body(&body)
            .answer("usersAggregateActivity")
    }
}

open_enum! {
    /// How long a part of a period is.
    AggregationPeriod {
        /// A day.
        Day = "DAY",
        /// A week, from Monday on.
        Week = "WEEK",
        /// A month of the calendar.
        Month = "MONTH",
        /// A quarter of the calendar.
        Quarter = "QUARTER",
        /// A year of the calendar.
        Year = "YEAR",
    }
}

/// What one user did, part by part.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserPeriodActivity {
    /// Which user.
    pub user_id: UserId,
    /// The user's e-mail address.
    pub user_email_address: Option<String>,
    /// The parts, in order of time.
    pub user_aggregate_activity: Option<Vec<PeriodActivity>>,
}

/// How often a user did what in one part of a period. All but the dates are numbers of calls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PeriodActivity {
    /// Hosted.
    pub calls_as_host: Option<i64>,
    /// Gave feedback on.
    pub calls_gave_feedback: Option<i64>,
    /// Asked for feedback on.
    pub calls_requested_feedback: Option<i64>,
    /// Got feedback on.
    pub calls_received_feedback: Option<i64>,
    /// Listened to, of their own.
    pub own_calls_listened_to: Option<i64>,
    /// Listened to, of others.
    pub others_calls_listened_to: Option<i64>,
    /// Shared with colleagues.
    pub calls_shared_internally: Option<i64>,
    /// Shared with others.
    pub calls_shared_externally: Option<i64>,
    /// Filled in a scorecard of.
    pub calls_scorecards_filled: Option<i64>,
    /// Got a scorecard for.
    pub calls_scorecards_received: Option<i64>,
    /// Took part in.
    pub calls_attended: Option<i64>,
    /// Commented on.
    pub calls_comments_given: Option<i64>,
    /// Got comments on.
    pub calls_comments_received: Option<i64>,
    /// Marked as given feedback on.
    pub calls_marked_as_feedback_given: Option<i64>,
    /// Marked as having got feedback on.
    pub calls_marked_as_feedback_received: Option<i64>,
    /// When the part begins; a moment with its offset, in spite of its name.
    #[serde(rename = "fromDate")]
    pub from: Option<Timestamp>,
    /// When the part ends; a moment, too.
    #[serde(rename = "toDate")]
    pub to: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_a_part_is_stands_beside_the_filter() {
        let stats = ActivityByPeriod {
            every: AggregationPeriod::Week,
            from: "2026-06-01".parse().unwrap(),
            to: "2026-07-01".parse().unwrap(),
            user_ids: None,
        };
        insta::assert_debug_snapshot!(stats.request());
    }
}
