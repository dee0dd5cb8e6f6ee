//! `gong meetings`: what is scheduled, as far as Gong tells.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{ListCalls, ListMeetings, Meeting};

use crate::{
    context::Context,
    output::{Cell, Look, View},
    period_args::Dates,
};

/// Meetings.
#[derive(Debug, Subcommand)]
pub(crate) enum Meetings {
    List(List),
}

/// List scheduled meetings
///
/// None of Gong's documents has a list of meetings. The request is sent all the same; where Gong
/// refuses it, the scheduled times of recorded calls are shown instead, and stderr says so.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong meetings list\n  \
    gong meetings list --from today --limit 20")]
pub(crate) struct List {
    #[command(flatten)]
    dates: Dates,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Meetings) -> Result<()> {
    match args {
        Meetings::List(args) => list(ctx, args).await,
    }
}

async fn list(ctx: &mut Context, args: List) -> Result<()> {
    let period = ctx.period(args.dates)?;
    let meetings = ListMeetings { from: period.from, to: period.to };
    match ctx.show_all(&meetings, "meetings").await {
        Err(error) if is_no_list(&error) => {
            ctx.ui.warn(
                "Gong has no list of meetings; these are the scheduled times of recorded calls",
            );
            let calls = ListCalls { from: period.from, to: period.to, workspace_id: None };
            let keep = None::<fn(&ScheduledCall) -> bool>;
            ctx.show_as::<_, _, ScheduledCall>(&calls, "calls", keep).await
        }
        done => done,
    }
}

fn is_no_list(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<gong_client::Error>()
        .is_some_and(|error| matches!(error.status().map(|it| it.as_u16()), Some(404 | 405)))
}

/// A call seen as the meeting that it was.
#[derive(Debug, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct ScheduledCall(gong_types::Call);

impl View for ScheduledCall {
    const COLUMNS: &'static [&'static str] = &["ID", "SCHEDULED", "MINUTES", "TITLE", "URL"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let mut cells = self.0.cells(look);
        cells[1] = look.time(self.0.scheduled.or(self.0.started));
        cells
    }
}

impl View for Meeting {
    const COLUMNS: &'static [&'static str] = &["ID", "STARTS", "ENDS", "TITLE", "ORGANIZER", "URL"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            Cell::maybe(self.meeting_id.as_ref().map(gong_types::MeetingId::as_str)),
            look.time(self.start_time),
            look.time(self.end_time),
            Cell::maybe(self.title.as_deref()),
            Cell::maybe(self.organizer_email.as_deref()),
            Cell::maybe(self.meeting_url.as_deref()),
        ]
    }
}
