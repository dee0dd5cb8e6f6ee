//! Scorecards: the questions by which the company scores its calls.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    AnswerOptionId, QuestionId, QuestionRevisionId, ReviewMethod, ScorecardId, UserId, WorkspaceId,
    endpoint::{Endpoint, Request},
    number,
    page::Page,
};

/// `GET /v2/settings/scorecards`: the scorecards of the company. Scope
/// `api:settings:scorecards:read`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListScorecards;

impl Endpoint for ListScorecards {
    type Response = Page<Scorecard>;

    fn request(&self) -> Request {
        Request::get("/v2/settings/scorecards").answer("scorecards")
    }
}

/// A scorecard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Scorecard {
    /// Its id.
    pub scorecard_id: ScorecardId,
    /// Its name.
    pub scorecard_name: Option<String>,
    /// The workspace it belongs to.
    pub workspace_id: Option<WorkspaceId>,
    /// Whether it can be filled in.
    pub enabled: Option<bool>,
    /// Who changed it; `-1` if it came with Gong.
    pub updater_user_id: Option<UserId>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
    /// Filled in by whom.
    pub review_method: Option<ReviewMethod>,
    /// Its questions.
    pub questions: Option<Vec<ScorecardQuestion>>,
}

/// A question of a scorecard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScorecardQuestion {
    /// Its id.
    pub question_id: Option<QuestionId>,
    /// Which wording of it.
    pub question_revision_id: Option<QuestionRevisionId>,
    /// The question.
    pub question_text: Option<String>,
    /// Whether it is about the call as a whole.
    pub is_overall: Option<bool>,
    /// How it is answered, such as `RANGE`.
    pub question_type: Option<String>,
    /// How to find the answer.
    pub answer_guide: Option<String>,
    /// The lowest score; null if it is not answered by a score.
    #[serde(default, deserialize_with = "number::or_text")]
    pub min_range: Option<i64>,
    /// The highest score; null if it is not answered by a score.
    #[serde(default, deserialize_with = "number::or_text")]
    pub max_range: Option<i64>,
    /// What can be chosen; null if there is nothing to choose.
    pub answer_options: Option<Vec<QuestionOption>>,
    /// Who changed it; `-1` if it came with Gong.
    pub updater_user_id: Option<UserId>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
}

/// Something to choose as the answer to a question.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct QuestionOption {
    /// Its id.
    pub id: Option<AnswerOptionId>,
    /// Its text.
    pub text: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_may_be_text_and_nobody_is_minus_one() {
        let card: Scorecard = serde_json::from_str(
            r#"{"scorecardId":"6843152929075440037","updaterUserId":"-1","questions":[
                {"questionId":"1","minRange":"1","maxRange":5,"updaterUserId":-1}]}"#,
        )
        .unwrap();
        assert_eq!(card.updater_user_id.unwrap().as_str(), "-1");
        let question = &card.questions.unwrap()[0];
        assert_eq!((question.min_range, question.max_range), (Some(1), Some(5)));
    }
}
