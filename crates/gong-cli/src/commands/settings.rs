//! `gong settings`: what the company listens for, scores, and has summarized.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    Brief, KeywordTracker, ListBriefs, ListScorecards, ListTrackers, Scorecard, WorkspaceId,
};

use crate::{
    context::Context,
    output::{Cell, Look, Mark, View},
};

/// Settings.
#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    Trackers(OfWorkspace),
    Scorecards(Scorecards),
    Briefs(Briefs),
}

/// List the keyword trackers: the words that the company listens for
///
/// Smart trackers are not among them: Gong's API does not list those.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong settings trackers\n  \
    gong settings trackers --jq '.languageKeywords[].keywords[]'")]
pub(crate) struct OfWorkspace {
    /// Only those of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,
}

/// List the scorecards with their questions
///
/// A table has a row for each question. Built-in scorecards were last changed by user -1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong settings scorecards\n  \
    gong settings scorecards -o csv")]
pub(crate) struct Scorecards {}

/// List the briefs that can be asked for with gong entities brief
///
/// Only those that are published can be.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong settings briefs\n  \
    gong settings briefs --jq 'select(.status == \"Published\") | .briefName'")]
pub(crate) struct Briefs {
    /// Only those of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Settings) -> Result<()> {
    match args {
        Settings::Trackers(OfWorkspace { workspace: workspace_id }) => {
            ctx.show_all(&ListTrackers { workspace_id }, "trackers").await
        }
        Settings::Scorecards(Scorecards {}) => ctx.show_all(&ListScorecards, "scorecards").await,
        Settings::Briefs(Briefs { workspace: workspace_id }) => {
            ctx.show_all(&ListBriefs { workspace_id }, "briefs").await
        }
    }
}

impl View for KeywordTracker {
    const COLUMNS: &'static [&'static str] =
        &["ID", "NAME", "SAID BY", "KEYWORDS", "UPDATED", "WORKSPACE"];
    const FOR_PEOPLE: usize = 5;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let words = self.language_keywords.iter().flatten().filter_map(|it| it.keywords.as_ref());
        let words: Vec<_> = words.flatten().map(String::as_str).collect();
        vec![
            Cell::text(self.tracker_id.as_str()),
            Cell::maybe(self.tracker_name.as_deref()),
            Cell::maybe(self.affiliation.as_ref().map(gong_types::TrackerAffiliation::as_str)),
            Cell::text(words.join(", ")),
            look.time(self.updated),
            Cell::maybe(self.workspace_id.as_ref().map(WorkspaceId::as_str)),
        ]
    }
}

impl View for Scorecard {
    const COLUMNS: &'static [&'static str] =
        &["ID", "SCORECARD", "QUESTION", "TYPE", "RANGE", "OVERALL", "ENABLED", "QUESTION ID"];
    const FOR_PEOPLE: usize = 7;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let is_enabled = self.enabled.unwrap_or(true);
        let mark = if is_enabled { Mark::None } else { Mark::Dim };
        let mut cells = vec![Cell::empty(); Self::COLUMNS.len()];
        cells[0] = Cell::text(self.scorecard_id.as_str());
        cells[1] = Cell::maybe(self.scorecard_name.as_deref());
        cells[6] = Cell::text(if is_enabled { "yes" } else { "no" });
        cells.into_iter().map(|cell| cell.marked(mark)).collect()
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let card = self.cells(look);
        let questions = self.questions.as_deref().unwrap_or_default();
        if questions.is_empty() {
            return vec![card];
        }
        let row = |question: &gong_types::ScorecardQuestion| {
            let mut cells = card.clone();
            let range = match (question.min_range, question.max_range) {
                (Some(least), Some(most)) => format!("{least} to {most}"),
                _ => String::new(),
            };
            cells[2] = Cell::maybe(question.question_text.as_deref());
            cells[3] = Cell::maybe(question.question_type.as_deref());
            cells[4] = Cell::text(range);
            cells[5] = Cell::text(if question.is_overall == Some(true) { "yes" } else { "" });
            cells[7] =
                Cell::maybe(question.question_id.as_ref().map(gong_types::QuestionId::as_str));
            cells
        };
        questions.iter().map(row).collect()
    }
}

impl View for Brief {
    const COLUMNS: &'static [&'static str] =
        &["ID", "NAME", "STATUS", "DESCRIPTION", "UPDATED", "CREATOR", "WORKSPACE"];
    const FOR_PEOPLE: usize = 5;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.brief_id.as_str()),
            Cell::maybe(self.brief_name.as_deref()),
            Cell::maybe(self.status.as_ref().map(gong_types::BriefStatus::as_str)),
            Cell::maybe(self.description.as_deref()),
            look.time(self.updated),
            Cell::maybe(self.creator.as_deref()),
            Cell::maybe(self.workspace_id.as_ref().map(WorkspaceId::as_str)),
        ]
    }
}
