//! `gong meetings`: what is scheduled, as far as Gong tells.

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use gong_types::{
    CheckMeetingIntegration, CreateMeeting, CreatedMeeting, DeleteMeeting, ListCalls, ListMeetings,
    Meeting, MeetingId, MeetingIntegration, UpdateMeeting, UpdatedMeeting, When,
};
use jiff::SignedDuration;
use serde_json::json;

use crate::{
    body::BodyArgs,
    context::Context,
    exit::Failure,
    output::{Cell, Look, View},
    period_args::Dates,
};

const SKELETON: &str = include_str!("skeletons/meeting.jsonc");

/// Meetings.
#[derive(Debug, Subcommand)]
pub(crate) enum Meetings {
    List(List),
    Create(Create),
    Update(Update),
    Delete(Delete),
    Status(Status),
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

/// Create a meeting whose call Gong records
///
/// Gong makes the meeting with the conferencing provider of the organizer and may invite people by
/// mail, so it is asked first. If its answer is lost, nobody knows whether it was made: it is not sent
/// again. The operation is a beta that Gong opens to companies one by one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong meetings create --start 2026-07-01T09:00 --minutes 30 --title 'Quarterly review' \\\n      \
      --organizer jane@company.example --invite sam@customer.example --dry-run\n  \
    gong meetings create --skeleton")]
pub(crate) struct Create {
    #[command(flatten)]
    plan: Plan,
}

/// Change a meeting
///
/// Gong wants all of it again: times, organizer and everybody who is invited.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong meetings update 7214736251962341234 --start 2026-07-01T10:00 --minutes 30 \\\n      \
      --organizer jane@company.example --invite sam@customer.example --dry-run\n  \
    gong meetings update --skeleton")]
pub(crate) struct Update {
    /// The id of the meeting, as gong meetings create printed it
    #[arg(value_name = "MEETING-ID", required_unless_present = "skeleton")]
    id: Option<MeetingId>,

    #[command(flatten)]
    plan: Plan,
}

/// Delete a meeting
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong meetings delete 7214736251962341234 --organizer jane@company.example --dry-run")]
pub(crate) struct Delete {
    /// The id of the meeting
    #[arg(value_name = "MEETING-ID")]
    id: MeetingId,

    /// The e-mail address of who called it
    #[arg(long, value_name = "EMAIL")]
    organizer: String,
}

/// Show whether users can create meetings, and what to do about it if not
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong meetings status jane@company.example\n  \
    gong meetings status jane@company.example omar@company.example -o csv")]
pub(crate) struct Status {
    /// E-mail addresses of users, at most 100
    #[arg(required = true, value_name = "EMAIL")]
    emails: Vec<String>,
}

/// What a meeting is to be.
#[derive(Debug, Args)]
struct Plan {
    /// When it starts: 2026-07-01T09:00 in the zone, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    start: Option<When>,

    /// When it ends
    #[arg(long, value_name = "WHEN", conflicts_with = "minutes")]
    end: Option<When>,

    /// How long it takes, in place of --end
    #[arg(long, value_name = "N")]
    minutes: Option<u32>,

    /// Its title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// The e-mail address of the user who calls it
    #[arg(long, value_name = "EMAIL")]
    organizer: Option<String>,

    /// An e-mail address to invite
    #[arg(long, value_name = "EMAIL")]
    invite: Vec<String>,

    /// What it is held with, such as zoom
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,

    #[command(flatten)]
    body: BodyArgs,
}

impl Plan {
    /// The meeting that is meant; `None` if the skeleton was printed.
    fn meeting(self, ctx: &mut Context) -> Result<Option<CreateMeeting>> {
        let start = ctx.moment(self.start.as_ref())?;
        let end = match (start, self.minutes) {
            (Some(start), Some(minutes)) => Some(start + SignedDuration::from_mins(minutes.into())),
            (None, Some(_)) => {
                let hint = "add --start";
                return Err(Failure::usage("--minutes needs to know from when on", hint).into());
            }
            (_, None) => ctx.moment(self.end.as_ref())?,
        };
        let invitees: Vec<_> = self.invite.iter().map(|email| json!({ "email": email })).collect();
        let options = json!({
            "startTime": start,
            "endTime": end,
            "title": self.title,
            "organizerEmail": self.organizer,
            "invitees": (!invitees.is_empty()).then_some(invitees),
            "provider": self.provider,
        });
        let meeting = ctx.body::<CreateMeeting>(&self.body, options, SKELETON)?;
        if meeting.as_ref().is_some_and(|it| it.end_time <= it.start_time) {
            let hint = "give --start and --minutes, or an --end after --start";
            return Err(Failure::usage("the meeting ends before it starts", hint).into());
        }
        Ok(meeting)
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Meetings) -> Result<()> {
    match args {
        Meetings::List(args) => list(ctx, args).await,
        Meetings::Create(args) => create(ctx, args).await,
        Meetings::Update(args) => update(ctx, args).await,
        Meetings::Delete(args) => delete(ctx, args).await,
        Meetings::Status(args) => status(ctx, args).await,
    }
}

async fn create(ctx: &mut Context, args: Create) -> Result<()> {
    let Some(meeting) = args.plan.meeting(ctx)? else { return Ok(()) };
    let question = format!("Create this meeting and invite {} people?", meeting.invitees.len());
    if let Some(made) = ctx.write(&meeting, &question).await? {
        ctx.output.one(&made)?;
        ctx.ui.status("the meeting is created");
    }
    Ok(())
}

async fn update(ctx: &mut Context, args: Update) -> Result<()> {
    let Some(meeting) = args.plan.meeting(ctx)? else { return Ok(()) };
    let update = UpdateMeeting { id: args.id.context("clap wants a meeting")?, meeting };
    if let Some(changed) = ctx.write(&update, &format!("Change meeting {}?", update.id)).await? {
        ctx.output.one(&changed)?;
        ctx.ui.status(&format!("meeting {} is changed", update.id));
    }
    Ok(())
}

async fn delete(ctx: &mut Context, args: Delete) -> Result<()> {
    let delete = DeleteMeeting { id: args.id, organizer_email: Some(args.organizer) };
    if let Some(answer) = ctx.write(&delete, &format!("Delete meeting {}?", delete.id)).await? {
        if let Some(answer) = answer {
            ctx.output.one(&answer)?;
        }
        ctx.ui.status(&format!("meeting {} is deleted", delete.id));
    }
    Ok(())
}

async fn status(ctx: &mut Context, args: Status) -> Result<()> {
    if args.emails.len() > CheckMeetingIntegration::MOST_EMAILS {
        let message = format!(
            "Gong takes {} addresses at once, these are {}",
            CheckMeetingIntegration::MOST_EMAILS,
            args.emails.len()
        );
        return Err(Failure::usage(message, "ask in several commands").into());
    }
    ctx.show_all(&CheckMeetingIntegration { emails: args.emails }, "users").await
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
            Cell::maybe(self.meeting_id.as_ref().map(MeetingId::as_str)),
            look.time(self.start_time),
            look.time(self.end_time),
            Cell::maybe(self.title.as_deref()),
            Cell::maybe(self.organizer_email.as_deref()),
            Cell::maybe(self.meeting_url.as_deref()),
        ]
    }
}

impl View for CreatedMeeting {
    const COLUMNS: &'static [&'static str] = &["ID", "URL", "ALSO INVITED"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let others = self.additional_invitees.iter().flatten();
        let others: Vec<_> = others.filter_map(|it| it.email.as_deref()).collect();
        vec![
            Cell::maybe(self.meeting_id.as_ref().map(MeetingId::as_str)),
            Cell::maybe(self.meeting_url.as_deref()),
            Cell::text(others.join(", ")),
        ]
    }
}

impl View for UpdatedMeeting {
    const COLUMNS: &'static [&'static str] = &["ID"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::maybe(self.meeting_id.as_ref().map(MeetingId::as_str))]
    }
}

impl View for MeetingIntegration {
    const COLUMNS: &'static [&'static str] =
        &["EMAIL", "IS USER", "CAN CREATE", "PROBLEM", "FIX", "HELP"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let yes = |flag: Option<bool>| Cell::maybe(flag.map(|it| if it { "yes" } else { "no" }));
        vec![
            Cell::maybe(self.email.as_deref()),
            yes(self.exists),
            yes(self.valid),
            Cell::maybe(self.user_facing_error.as_deref()),
            Cell::maybe(self.fix_url.as_deref()),
            Cell::maybe(self.help_url.as_deref()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<CreateMeeting>(SKELETON);
    }
}
