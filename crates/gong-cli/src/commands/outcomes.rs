//! `gong outcomes`: what users can choose when a call ends.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{ConnectStatus, ListCallOutcomes, OutcomeCategory, OutcomeChoice, Sentiment};

use crate::{
    context::Context,
    output::{Cell, Look, View},
};

/// Call outcomes.
#[derive(Debug, Subcommand)]
pub(crate) enum Outcomes {
    List(List),
}

/// List the outcomes that users can choose when a call ends
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong outcomes list\n  \
    gong outcomes list --jq 'select(.sentiment == \"POSITIVE\") | .callOutcome'")]
pub(crate) struct List {}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Outcomes) -> Result<()> {
    match args {
        Outcomes::List(List {}) => ctx.show_all(&ListCallOutcomes, "outcomes").await,
    }
}

impl View for OutcomeChoice {
    const COLUMNS: &'static [&'static str] =
        &["ORDER", "OUTCOME", "CATEGORY", "CONNECTED", "SENTIMENT", "TO-DO", "AUTOMATION"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            self.display_order.map_or_else(|| Cell::number(""), Cell::number),
            Cell::maybe(self.call_outcome.as_deref()),
            Cell::maybe(self.category.as_ref().map(OutcomeCategory::as_str)),
            Cell::maybe(self.connect_status.as_ref().map(ConnectStatus::as_str)),
            Cell::maybe(self.sentiment.as_ref().map(Sentiment::as_str)),
            Cell::maybe(self.todo_action.as_ref().map(gong_types::TodoAction::as_str)),
            Cell::maybe(self.automation.as_ref().map(gong_types::OutcomeAutomation::as_str)),
        ]
    }
}
