//! Scorecards that were filled in: who scored which call, and how.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    AnswerOptionId, AnsweredScorecardId, CallId, QuestionId, QuestionRevisionId, ScorecardId,
    UserId,
    endpoint::{Endpoint, Request, wrap},
    open_enum::open_enum,
    page::Page,
};

/// `POST /v2/stats/activity/scorecards`: scorecards that were filled in. Scope
/// `api:stats:scorecards`.
///
/// The filters must all hold. Dates are days in the time zone of the company.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnsweredScorecards {
    /// Only of calls on or after this day.
    #[serde(rename = "callFromDate")]
    pub call_from: Option<Date>,
    /// Only of calls before this day; Gong refuses days after today.
    #[serde(rename = "callToDate")]
    pub call_to: Option<Date>,
    /// Only those filled in on or after this day.
    #[serde(rename = "reviewFromDate")]
    pub review_from: Option<Date>,
    /// Only those filled in before this day; Gong refuses days after today.
    #[serde(rename = "reviewToDate")]
    pub review_to: Option<Date>,
    /// Filled in by whom; without it only those that people filled in.
    pub review_method: Option<ReviewMethod>,
    /// Only of calls that these users hosted.
    pub reviewed_user_ids: Option<Vec<UserId>>,
    /// Only these scorecards.
    pub scorecard_ids: Option<Vec<ScorecardId>>,
}

impl Endpoint for AnsweredScorecards {
    type Response = Page<AnsweredScorecard>;

    fn request(&self) -> Request {
        Request::search("/v2/stats/activity/scorecards")
            .body(&wrap("filter", self))
            .answer("answeredScorecards")
    }
}

open_enum! {
    /// Who fills in a scorecard.
    ReviewMethod {
        /// Gong.
        Automatic = "AUTOMATIC",
        /// People.
        Manual = "MANUAL",
        /// Either; only to search for.
        Both = "BOTH",
    }
}

/// A scorecard that was filled in for a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AnsweredScorecard {
    /// The id of this review.
    pub answered_scorecard_id: AnsweredScorecardId,
    /// Which scorecard.
    pub scorecard_id: Option<ScorecardId>,
    /// The name of the scorecard.
    pub scorecard_name: Option<String>,
    /// The call.
    pub call_id: Option<CallId>,
    /// When the call started.
    pub call_start_time: Option<Timestamp>,
    /// Who was scored: the host of the call.
    pub reviewed_user_id: Option<UserId>,
    /// Who scored; null if Gong did.
    pub reviewer_user_id: Option<UserId>,
    /// Filled in by whom.
    pub review_method: Option<ReviewMethod>,
    /// Who changed it last, if it was somebody else than the reviewer.
    pub editor_user_id: Option<UserId>,
    /// When it was published.
    pub review_time: Option<Timestamp>,
    /// Who may see it.
    pub visibility_type: Option<ScorecardVisibility>,
    /// The answers.
    pub answers: Option<Vec<ScorecardAnswer>>,
}

open_enum! {
    /// Who may see a scorecard that was filled in.
    ScorecardVisibility {
        /// Everybody.
        Public = "PUBLIC",
        /// Only those whom it is about, or by.
        Private = "PRIVATE",
        /// Users who were chosen.
        OptInUsers = "OPT_IN_USERS",
        /// Managers.
        Managers = "MANAGERS",
        /// Managers, and who was scored.
        ManagersAndReviewee = "MANAGERS_AND_REVIEWEE",
    }
}

/// An answer on a scorecard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScorecardAnswer {
    /// Which question.
    pub question_id: Option<QuestionId>,
    /// Which wording of the question.
    pub question_revision_id: Option<QuestionRevisionId>,
    /// Whether it is the question about the call as a whole.
    pub is_overall: Option<bool>,
    /// The score, from 1 to 50; null if there is none.
    #[serde(default, deserialize_with = "crate::number::or_text")]
    pub score: Option<i64>,
    /// The answer in words.
    pub answer_text: Option<String>,
    /// Whether the question does not fit the call.
    pub not_applicable: Option<bool>,
    /// The options that were chosen.
    pub selected_options: Option<Vec<AnswerOptionId>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_has_its_name() {
        let search = AnsweredScorecards {
            call_from: Some("2026-06-01".parse().unwrap()),
            call_to: Some("2026-06-02".parse().unwrap()),
            review_from: Some("2026-06-03".parse().unwrap()),
            review_to: Some("2026-06-04".parse().unwrap()),
            review_method: Some(ReviewMethod::Both),
            reviewed_user_ids: Some(vec!["7".parse().unwrap()]),
            scorecard_ids: Some(vec!["9".parse().unwrap()]),
        };
        insta::assert_snapshot!(search.request().body.unwrap().get());
    }

    #[test]
    fn ids_may_be_numbers_or_text() {
        for id in ["563515258458745", "\"563515258458745\""] {
            let text = format!(r#"{{"answeredScorecardId":{id},"scorecardId":{id}}}"#);
            let card: AnsweredScorecard = serde_json::from_str(&text).unwrap();
            assert_eq!(card.scorecard_id.unwrap().as_str(), "563515258458745");
        }
    }
}
