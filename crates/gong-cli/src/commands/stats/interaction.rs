//! `gong stats interaction`: how users talk.

use anyhow::Result;
use clap::Args;
use gong_types::{InteractionStats, UserId, UserInteraction};

use super::Who;
use crate::{
    context::Context,
    output::{Cell, Look, View},
};

/// Show how users talk: longest monologue, interactivity, patience, questions
///
/// Averages over the calls of a user in which Gong could tell who spoke. The longest monologue, the
/// longest story of a customer, and patience are seconds; questions are those in an hour.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong stats interaction --last 30d\n  \
    gong stats interaction --on last-month --user jane@company.example -o csv")]
pub(crate) struct Interaction {
    #[command(flatten)]
    who: Who,
}

/// Runs it.
pub(super) async fn run(ctx: &mut Context, args: Interaction) -> Result<()> {
    let (range, user_ids) = args.who.find(ctx).await?;
    let stats = InteractionStats { from: range.from, to: range.to, user_ids };
    ctx.show_all(&stats, "users").await
}

impl View for UserInteraction {
    const COLUMNS: &'static [&'static str] =
        &["USER", "MONOLOGUE", "STORY", "INTERACTIVITY", "PATIENCE", "QUESTIONS", "USER ID"];
    const FOR_PEOPLE: usize = 6;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let stat = |name: &str| {
            let mut stats = self.person_interaction_stats.iter().flatten();
            let found = stats.find(|stat| stat.name.as_deref() == Some(name));
            match found.and_then(|stat| stat.value) {
                Some(value) if look.person => Cell::number(format!("{value:.1}")),
                Some(value) => Cell::number(value),
                None => Cell::number(""),
            }
        };
        vec![
            Cell::text(self.user_email_address.as_deref().unwrap_or(self.user_id.as_str())),
            stat("Longest Monologue"),
            stat("Longest Customer Story"),
            stat("Interactivity"),
            stat("Patience"),
            stat("Question Rate"),
            Cell::text(UserId::as_str(&self.user_id)),
        ]
    }
}
