//! Settings: the keyword trackers, the scorecards, and the briefs of the company.

use serde_json::{Map, Value, json};

use super::{invented, workspaces};
use crate::ask::{Answered, Ask};

/// `GET /v2/settings/trackers`: the keyword trackers, all at once. Scope
/// `api:settings:trackers:read`.
pub(super) fn trackers(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let wanted = parameters.get("workspaceId");
    workspaces::must_be_known(ask, wanted)?;
    let trackers = ask.data.trackers().into_iter().zip(0_u64..).filter_map(|(tracker, number)| {
        let workspace = workspaces::nth(ask, number);
        if wanted.is_some_and(|wanted| workspace != wanted) {
            return None;
        }
        // Some are built in, and nobody is known to have made them.
        let maker =
            if number % 3 == 0 { None } else { Some(invented::user(ask, "tracker", number)) };
        let maker = maker.map(|user| user["id"].clone());
        let at_start = number % 4 == 1;
        Some(json!({
            "trackerId": tracker.id,
            "trackerName": tracker.name,
            "workspaceId": workspace,
            "languageKeywords": [{
                "language": if number % 2 == 0 { "mul" } else { "eng" },
                "keywords": tracker.keywords,
                "includeRelatedForms": number % 2 == 1,
            }],
            "affiliation": invented::turn(&["Anyone", "Company", "NonCompany"], number),
            "partOfQuestion": number % 5 == 4,
            "saidAt": if at_start { "First" } else { "Anytime" },
            "saidAtInterval": at_start.then_some(10),
            "saidAtUnit": at_start.then_some("minutes"),
            "saidInTopics": if number % 5 == 2 { json!(["Pricing"]) } else { json!([]) },
            "filterQuery": "{}",
            "created": invented::days_ago(ask, 700 - number),
            "creatorUserId": maker,
            "updated": invented::days_ago(ask, 90 + number),
            "updaterUserId": maker,
        }))
    });
    Ok(Map::from_iter([("keywordTrackers".to_owned(), trackers.collect())]))
}

/// `GET /v2/settings/scorecards`: the scorecards, all at once, with numbers as text. Scope
/// `api:settings:scorecards:read`.
#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn scorecards(ask: &Ask<'_>) -> Answered {
    let scorecards = SCORECARDS.iter().enumerate().zip(0_u64..);
    let scorecards = scorecards.map(|((place, scorecard), number)| {
        let editor = editor(ask, scorecard, number);
        let (created, updated) =
            (invented::days_ago(ask, 600 - number), invented::days_ago(ask, 120 + number));
        let questions: Vec<_> = scorecard
            .questions
            .iter()
            .map(|question| {
                let (id, revision) = question_ids(ask, place, question);
                let is_range = matches!(question.kind, Kind::Range);
                json!({
                    "questionId": id,
                    "questionRevisionId": revision,
                    "questionText": question.text,
                    "isOverall": question.is_overall,
                    "questionType": question.kind.name(),
                    "answerGuide": question.guide,
                    "minRange": is_range.then_some("1"),
                    "maxRange": is_range.then_some("5"),
                    "answerOptions": question.kind.options(),
                    "updaterUserId": editor,
                    "created": created,
                    "updated": updated,
                })
            })
            .collect();
        json!({
            "scorecardId": scorecard_id(ask, place),
            "scorecardName": scorecard.name,
            "workspaceId": workspaces::nth(ask, 0),
            "enabled": scorecard.is_enabled,
            "updaterUserId": editor,
            "created": created,
            "updated": updated,
            "reviewMethod": scorecard.review_method,
            "questions": questions,
        })
    });
    Ok(Map::from_iter([("scorecards".to_owned(), scorecards.collect())]))
}

/// `GET /v2/settings/briefs`: the briefs, all at once. Scope `api:ai-briefer:read`.
pub(super) fn briefs(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let wanted = parameters.get("workspaceId");
    workspaces::must_be_known(ask, wanted)?;
    let briefs = BRIEFS.iter().zip(0_u64..).filter_map(|((name, description, status), number)| {
        let workspace = workspaces::nth(ask, number / 2);
        if wanted.is_some_and(|wanted| workspace != wanted) {
            return None;
        }
        let creator = invented::user(ask, "brief", number);
        Some(json!({
            "briefId": invented::id(ask, "brief", number),
            "briefName": name,
            "workspaceId": workspace,
            "description": description,
            "status": status,
            "creator": super::users::full_name(creator),
            "creatorUserId": creator["id"],
            "created": invented::days_ago(ask, 200 - number),
            "updated": invented::days_ago(ask, 20 + number),
        }))
    });
    Ok(Map::from_iter([("briefs".to_owned(), briefs.collect())]))
}

/// Whether the workspace has a published brief of this name.
pub(super) fn has_brief(ask: &Ask<'_>, workspace: &str, name: &str) -> bool {
    BRIEFS.iter().zip(0_u64..).any(|((its_name, _, status), number)| {
        *its_name == name && *status == "Published" && workspaces::nth(ask, number / 2) == workspace
    })
}

/// Name, description, status; two in each workspace.
const BRIEFS: [(&str, &str, &str); 4] = [
    ("Account review", "What an account wants, and who decides", "Published"),
    ("Competitors", "Which other vendors came up", "Not published"),
    ("Renewal risks", "What speaks against a renewal", "Published"),
    ("Onboarding", "What was agreed for the start", "Not published"),
];

/// A scorecard as the company set it up.
pub(super) struct Scorecard {
    pub(super) name: &'static str,
    pub(super) review_method: &'static str,
    pub(super) visibility: &'static str,
    pub(super) questions: &'static [Question],
    is_enabled: bool,
    is_built_in: bool,
}

/// A question of a scorecard.
pub(super) struct Question {
    pub(super) text: &'static str,
    pub(super) is_overall: bool,
    pub(super) kind: Kind,
    guide: Option<&'static str>,
}

/// How a question is answered.
pub(super) enum Kind {
    Range,
    Options(&'static [&'static str]),
    Text,
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Range => "RANGE",
            Self::Options(_) => "SINGLE_SELECT",
            Self::Text => "OPEN",
        }
    }

    fn options(&self) -> Value {
        let Self::Options(options) = self else { return Value::Null };
        options.iter().zip(1..).map(|(text, id)| json!({ "id": id, "text": text })).collect()
    }
}

const fn question(text: &'static str, kind: Kind, guide: Option<&'static str>) -> Question {
    Question { text, is_overall: false, kind, guide }
}

/// The scorecards: two that users fill in, one that fills itself in, and one that rests.
pub(super) static SCORECARDS: [Scorecard; 4] = [
    Scorecard {
        name: "Discovery call",
        review_method: "MANUAL",
        visibility: "PUBLIC",
        questions: &[
            Question {
                text: "How good was the call as a whole?",
                is_overall: true,
                kind: Kind::Range,
                guide: None,
            },
            question("Did we learn what hurts?", Kind::Range, Some("A number they said counts")),
            question(
                "Was a next step agreed?",
                Kind::Options(&["Yes, with a date", "Yes", "No"]),
                None,
            ),
            question("What should be done otherwise?", Kind::Text, None),
        ],
        is_enabled: true,
        is_built_in: false,
    },
    Scorecard {
        name: "Demo",
        review_method: "MANUAL",
        visibility: "MANAGERS_AND_REVIEWEE",
        questions: &[
            Question {
                text: "How good was the demo?",
                is_overall: true,
                kind: Kind::Range,
                guide: Some("5 is a demo to learn from"),
            },
            question("Did it show what they asked for?", Kind::Range, None),
        ],
        is_enabled: true,
        is_built_in: false,
    },
    Scorecard {
        name: "Basics",
        review_method: "AUTOMATIC",
        visibility: "MANAGERS",
        questions: &[
            Question {
                text: "Did the basics go well?",
                is_overall: true,
                kind: Kind::Range,
                guide: None,
            },
            question("Was the time kept?", Kind::Range, None),
        ],
        is_enabled: true,
        is_built_in: true,
    },
    Scorecard {
        name: "Support call (old)",
        review_method: "MANUAL",
        visibility: "PRIVATE",
        questions: &[],
        is_enabled: false,
        is_built_in: false,
    },
];

pub(super) fn scorecard_id(ask: &Ask<'_>, place: usize) -> String {
    invented::id(ask, "scorecard", u64::try_from(place).unwrap_or(0))
}

/// The ids of a question and of its wording.
pub(super) fn question_ids(ask: &Ask<'_>, place: usize, question: &Question) -> (String, String) {
    let number = 2 * u64::try_from(place).unwrap_or(0);
    (invented::id(ask, question.text, number), invented::id(ask, question.text, number + 1))
}

fn editor(ask: &Ask<'_>, scorecard: &Scorecard, number: u64) -> Value {
    if scorecard.is_built_in {
        return json!("-1");
    }
    invented::user(ask, "scorecard", number)["id"].clone()
}
