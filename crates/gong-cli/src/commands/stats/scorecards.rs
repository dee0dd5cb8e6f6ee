//! `gong stats scorecards`: who scored which call, and how.

use anyhow::Result;
use clap::{Args, ValueEnum};
use gong_types::{
    AnswerOptionId, AnsweredScorecard, AnsweredScorecards, CallId, QuestionId, ReviewMethod,
    ScorecardId, UserId,
};

use crate::{
    context::Context,
    output::{Cell, Look, View},
    period_args::Dates,
};

/// List the scorecards that were filled in
///
/// The dates are those of the calls, or with --reviewed those of the reviews: whole days of the
/// company, up to yesterday. Tables and CSV have a row for each answer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong stats scorecards --last 90d\n  \
    gong stats scorecards --last 30d --reviewed --method both -o csv\n  \
    gong stats scorecards --last 1y --user jane@company.example --jq '[.callId, .scorecardName]'")]
pub(crate) struct Scorecards {
    /// Only calls of this user: an id or an e-mail address
    #[arg(long, value_name = "USER")]
    user: Vec<String>,

    /// Only this scorecard, as gong settings scorecards lists it
    #[arg(long, value_name = "ID")]
    scorecard: Vec<ScorecardId>,

    /// Who filled it in
    #[arg(long, value_name = "WHO", default_value = "manual")]
    method: Method,

    /// The dates are those of the reviews
    #[arg(long)]
    reviewed: bool,

    #[command(flatten)]
    dates: Dates,
}

/// Who fills in scorecards.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    /// People
    Manual,
    /// Gong
    Automatic,
    /// People and Gong
    Both,
}

impl From<Method> for ReviewMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Manual => Self::Manual,
            Method::Automatic => Self::Automatic,
            Method::Both => Self::Both,
        }
    }
}

/// Runs it.
pub(super) async fn run(ctx: &mut Context, args: Scorecards) -> Result<()> {
    let has_dates = args.dates.is_any();
    let range = if has_dates { Some(ctx.company_days(args.dates).await?) } else { None };
    let users = ctx.users_named(&args.user).await?;
    let [from, to] = [range.as_ref().map(|it| it.from), range.as_ref().map(|it| it.to)];
    let of_calls = |day| if args.reviewed { None } else { day };
    let of_reviews = |day| if args.reviewed { day } else { None };
    let cards = AnsweredScorecards {
        call_from: of_calls(from),
        call_to: of_calls(to),
        review_from: of_reviews(from),
        review_to: of_reviews(to),
        review_method: Some(args.method.into()),
        reviewed_user_ids: (!users.is_empty()).then_some(users),
        scorecard_ids: (!args.scorecard.is_empty()).then_some(args.scorecard),
    };
    ctx.show_all(&cards, "scorecards").await
}

impl View for AnsweredScorecard {
    const COLUMNS: &'static [&'static str] = &[
        "REVIEWED AT",
        "SCORECARD",
        "SCORE",
        "ANSWER",
        "OVERALL",
        "CALL",
        "REVIEWED",
        "REVIEWER",
        "QUESTION ID",
        "METHOD",
        "ID",
    ];
    const FOR_PEOPLE: usize = 8;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            look.time(self.review_time),
            Cell::maybe(self.scorecard_name.as_deref()),
            Cell::number(""),
            Cell::empty(),
            Cell::empty(),
            Cell::maybe(self.call_id.as_ref().map(CallId::as_str)),
            Cell::maybe(self.reviewed_user_id.as_ref().map(UserId::as_str)),
            Cell::maybe(self.reviewer_user_id.as_ref().map(UserId::as_str)),
            Cell::empty(),
            Cell::maybe(self.review_method.as_ref().map(ReviewMethod::as_str)),
            Cell::text(self.answered_scorecard_id.as_str()),
        ]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let card = self.cells(look);
        let answers = self.answers.as_deref().unwrap_or_default();
        if answers.is_empty() {
            return vec![card];
        }
        let row = |answer: &gong_types::ScorecardAnswer| {
            let mut cells = card.clone();
            let is_open = answer.not_applicable != Some(true);
            cells[8] = Cell::maybe(answer.question_id.as_ref().map(QuestionId::as_str));
            cells[2] = answer.score.map_or_else(|| Cell::number(""), Cell::number);
            cells[3] = match (&answer.answer_text, &answer.selected_options) {
                (Some(text), _) => Cell::text(text),
                (None, Some(options)) => {
                    let options: Vec<_> = options.iter().map(AnswerOptionId::as_str).collect();
                    Cell::text(options.join(", "))
                }
                (None, None) => Cell::text(if is_open { "" } else { "not applicable" }),
            };
            cells[4] = Cell::text(if answer.is_overall == Some(true) { "yes" } else { "" });
            cells
        };
        answers.iter().map(row).collect()
    }
}
