//! `gong entities`: questions to Gong's AI about an account, a contact, a deal or a lead.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    AskEntity, BriefSectionType, CallFinding, CrmObjectType, EmailFinding, EntityAnswer,
    EntityBrief, EntityPeriod, GenerateBrief, WorkspaceId,
};
use jiff::Timestamp;

use crate::{
    choices::{crm_object_type, one_of},
    context::Context,
    exit::{Failure, advise},
    output::{Cell, Look, View},
    period_args::Dates,
};

/// Questions to Gong's AI.
#[derive(Debug, Subcommand)]
pub(crate) enum Entities {
    Ask(Ask),
    Brief(Brief),
}

/// Ask a question about an account, a contact, a deal or a lead; spends credits
///
/// Every question spends credits that the company pays for, so it is asked first and never sent
/// twice. Gong reads up to 60 calls and 500 mails for an answer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong entities ask 'What are the next steps?' --workspace 623457276584334 --type deal \\\n      \
      --id 0068d00000Aq1bAAAR --period this-month --dry-run\n  \
    gong entities ask 'Who decides?' --workspace 623457276584334 --type account \\\n      \
      --id 0018d00000Aq1bAAAR --last 90d --dry-run")]
pub(crate) struct Ask {
    /// The question
    question: String,

    #[command(flatten)]
    about: About,
}

/// Have a brief written on an account, a contact, a deal or a lead; spends credits
///
/// Every brief spends credits that the company pays for, so it is asked first and never sent twice.
/// gong settings briefs lists the briefs that there are; only published ones can be written.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong entities brief 'Account overview' --workspace 623457276584334 --type account \\\n      \
      --id 0018d00000Aq1bAAAR --period this-quarter --dry-run")]
pub(crate) struct Brief {
    /// The name of the brief
    name: String,

    #[command(flatten)]
    about: About,
}

/// What a question is about.
#[derive(Debug, Args)]
struct About {
    /// The workspace, as gong workspaces list shows it
    #[arg(long, value_name = "ID")]
    workspace: WorkspaceId,

    /// What it is about: account, contact, deal or lead
    #[arg(long = "type", value_name = "TYPE", value_parser = crm_object_type)]
    kind: CrmObjectType,

    /// Its id in the CRM
    #[arg(long, value_name = "CRM-ID")]
    id: String,

    #[arg(
        long,
        value_name = "PERIOD",
        value_parser = period,
        conflicts_with_all = ["from", "to", "last", "on"],
        help = "The conversations of this time: last-7days, last-30days, last-90days, this-week, \
                this-month, this-quarter, this-year, last-year, \
                last-90-days-since-last-activity, last-year-since-last-activity or \
                all-conversations"
    )]
    period: Option<EntityPeriod>,

    #[command(flatten)]
    dates: Dates,
}

fn period(given: &str) -> Result<EntityPeriod, String> {
    let periods: Vec<_> =
        EntityPeriod::KNOWN.iter().copied().filter(|it| *it != "CUSTOM_RANGE").collect();
    one_of(given, &periods).map(EntityPeriod::from)
}

impl About {
    /// The period, and its bounds if it is one of the person's own.
    fn when(&self, ctx: &Context) -> Result<(EntityPeriod, Option<Timestamp>, Option<Timestamp>)> {
        if let Some(period) = &self.period {
            return Ok((period.clone(), None, None));
        }
        if !self.dates.is_any() {
            let hint = "add --period this-month, or --last 30d";
            return Err(Failure::usage("which conversations to read is missing", hint).into());
        }
        let range = ctx.period(self.dates.clone())?;
        let from = range.from.ok_or_else(|| {
            Failure::usage(
                "the time has no beginning",
                "add --from, or use --period all-conversations",
            )
        })?;
        Ok((EntityPeriod::CustomRange, Some(from), Some(range.to.unwrap_or(ctx.now))))
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Entities) -> Result<()> {
    match args {
        Entities::Ask(Ask { question, about }) => {
            let (time_period, from, to) = about.when(ctx)?;
            let ask = AskEntity {
                workspace_id: about.workspace,
                crm_entity_type: about.kind,
                crm_entity_id: about.id,
                time_period,
                from,
                to,
                question,
            };
            match ctx.write(&ask, "Spend credits of the company on this question?").await? {
                Some(answer) => Ok(ctx.output.one(&answer)?),
                None => Ok(()),
            }
        }
        Entities::Brief(Brief { name, about }) => {
            let (time_period, from, to) = about.when(ctx)?;
            let brief = GenerateBrief {
                workspace_id: about.workspace,
                brief_name: name,
                crm_entity_type: about.kind,
                crm_entity_id: about.id,
                time_period,
                from,
                to,
            };
            let written = ctx.write(&brief, "Spend credits of the company on this brief?").await;
            let hint = "gong settings briefs shows the briefs; --type and --id say of what in the \
                        CRM it is";
            match written.map_err(|error| advise(error, 404, hint))? {
                Some(answer) => Ok(ctx.output.one(&answer)?),
                None => Ok(()),
            }
        }
    }
}

impl View for EntityAnswer {
    const COLUMNS: &'static [&'static str] = &["ANSWER", "CALLS", "MAILS"];
    const IS_PROSE: bool = true;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(), Cell::empty(), Cell::empty()]
    }

    fn rows(&self, _look: &Look) -> Vec<Vec<Cell>> {
        let row = |section: &gong_types::AnswerSection| {
            vec![
                Cell::text(section.answer_items.as_deref().unwrap_or_default().join(" ")),
                calls(section.call_findings.as_deref()),
                mails(section.email_findings.as_deref()),
            ]
        };
        self.answer.iter().flatten().map(row).collect()
    }
}

impl View for EntityBrief {
    const COLUMNS: &'static [&'static str] = &["SECTION", "SUMMARY", "SOURCE", "CALLS", "MAILS"];
    const IS_PROSE: bool = true;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); 5]
    }

    fn rows(&self, _look: &Look) -> Vec<Vec<Cell>> {
        let row = |section: &gong_types::BriefSection| {
            let found = section.conversation_findings.as_ref();
            vec![
                Cell::maybe(section.title.as_deref()),
                Cell::text(section.section_summary.as_deref().unwrap_or_default().join(" ")),
                Cell::maybe(section.brief_section_type.as_ref().map(BriefSectionType::as_str)),
                calls(found.and_then(|it| it.call_findings.as_deref())),
                mails(found.and_then(|it| it.email_findings.as_deref())),
            ]
        };
        self.brief_sections.iter().flatten().map(row).collect()
    }
}

/// The calls that an answer rests on.
fn calls(findings: Option<&[CallFinding]>) -> Cell {
    let calls = findings.unwrap_or_default().iter().filter_map(|it| it.call.as_ref());
    let titles: Vec<_> = calls.filter_map(|it| it.title.as_deref()).collect();
    Cell::text(titles.join("; "))
}

/// The mails that an answer rests on.
fn mails(findings: Option<&[EmailFinding]>) -> Cell {
    let mails = findings.unwrap_or_default().iter().flat_map(|it| it.emails.iter().flatten());
    let titles: Vec<_> = mails.filter_map(|it| it.title.as_deref()).collect();
    Cell::text(titles.join("; "))
}
