//! Statistics: what the people of the company did, and how their calls went.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    UserId,
    endpoint::{Endpoint, Request, wrap},
    error::DecodeError,
    page::Page,
};

mod daily;
mod interaction;
mod periods;
mod scorecards;

pub use daily::{DailyActivity, DayActivity, UserDailyActivity};
pub use interaction::{InteractionStats, UserInteraction};
pub use periods::{ActivityByPeriod, AggregationPeriod, PeriodActivity, UserPeriodActivity};
pub use scorecards::{
    AnsweredScorecard, AnsweredScorecards, ReviewMethod, ScorecardAnswer, ScorecardVisibility,
};

/// `POST /v2/stats/activity/aggregate`: what users did in a period, in 15 counters. Scope
/// `api:stats:user-actions`.
///
/// The dates are days in the time zone of the company, which stands in the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AggregateActivity {
    /// The first day.
    #[serde(rename = "fromDate")]
    pub from: Date,
    /// The day after the last one; Gong refuses days after today.
    #[serde(rename = "toDate")]
    pub to: Date,
    /// Only these users.
    pub user_ids: Option<Vec<UserId>>,
}

impl Endpoint for AggregateActivity {
    type Response = Page<UserActivity>;

    fn request(&self) -> Request {
        Request::search("/v2/stats/activity/aggregate")
            .body(&wrap("filter", self))
            .answer("usersAggregateActivityStats")
    }
}

/// What one user did.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserActivity {
    /// Which user.
    pub user_id: UserId,
    /// The user's e-mail address.
    pub user_email_address: Option<String>,
    /// The counters.
    pub user_aggregate_activity_stats: Option<ActivityCounters>,
}

impl Page<UserActivity> {
    /// The period that was counted.
    pub fn counted(&self) -> Result<CountedPeriod, DecodeError> {
        self.beside()
    }
}

/// The period that Gong counted, which stands beside the users.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CountedPeriod {
    /// When it begins.
    pub from_date_time: Option<Timestamp>,
    /// When it ends.
    pub to_date_time: Option<Timestamp>,
    /// The time zone of the company, such as `US/Pacific`.
    pub time_zone: Option<String>,
}

/// How often a user did what. All are numbers of calls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActivityCounters {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Answer as _;

    #[test]
    fn dates_are_plain_days() {
        let stats = AggregateActivity {
            from: "2026-06-01".parse().unwrap(),
            to: "2026-07-01".parse().unwrap(),
            user_ids: None,
        };
        insta::assert_debug_snapshot!(stats.request());
    }

    #[test]
    fn the_period_that_was_counted_stands_beside_the_users() {
        let answer = r#"{"people":[],"fromDateTime":"2019-01-20T00:00:00-08:00",
            "toDateTime":"2019-01-21T00:00:00-08:00","timeZone":"US/Pacific"}"#;
        let page = Page::<UserActivity>::decode(answer, Some("people")).unwrap();
        let counted = page.counted().unwrap();
        assert_eq!(counted.from_date_time, Some("2019-01-20T08:00:00Z".parse().unwrap()));
        assert_eq!(counted.time_zone.as_deref(), Some("US/Pacific"));
    }
}
