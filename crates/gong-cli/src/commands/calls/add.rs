//! `gong calls add`: tells Gong of a call that was recorded elsewhere.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::{Args, ValueEnum};
use gong_client::Content;
use gong_types::{
    AddCall, AddedCall, CallId, Direction, NewCallParty, Record, UploadMedia, When, WorkspaceId,
};
use serde_json::{Value, json};

use self::party::PartyArg;
use super::{recording, upload};
use crate::{
    body::BodyArgs,
    context::{Context, waiting::duration},
    exit::Failure,
    output::{Cell, Look, View},
};

mod check;
mod language;
mod party;

const SKELETON: &str = include_str!("../skeletons/add-call.jsonc");

/// Tell Gong of a call that was recorded elsewhere
///
/// Gong then fetches the recording from --media-url, or takes the one of --file. The call can be read
/// when Gong has processed it. The same command, run again because it is not known whether it was
/// done, does not make a second call: without --key, the key by which Gong knows a repeat is made
/// from all that is said of the call.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls add --started 2026-06-15T10:00 --duration 25m --direction outbound \\\n      \
      --host jane@company.example --party 'Sam Buyer <sam@customer.example>' \\\n      \
      --title 'Renewal' --media-url https://files.company.example/renewal.mp3\n  \
    gong calls add --skeleton")]
pub(crate) struct Add {
    /// The title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// When it really started: 2026-06-15T10:00 in the zone, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    started: Option<When>,

    /// How long it lasted: 90s, 25m, 1h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    duration: Option<Duration>,

    /// Who called whom
    #[arg(long, value_name = "DIRECTION")]
    direction: Option<Way>,

    /// The user who hosted it: an id or an e-mail address
    #[arg(long, value_name = "USER")]
    host: Option<String>,

    /// Another user who took part: an id or an e-mail address
    #[arg(long, value_name = "USER")]
    user: Vec<String>,

    #[arg(
        long,
        value_name = "PARTY",
        help = "Somebody else who took part: 'Name <address>', an e-mail address, or a phone number \
                with +"
    )]
    party: Vec<PartyArg>,

    /// The language, such as en-US, if it is certain; Gong finds it out otherwise
    #[arg(long, value_name = "CODE")]
    language: Option<String>,

    /// Where Gong can fetch the recording
    #[arg(long, value_name = "URL", conflicts_with = "file")]
    media_url: Option<String>,

    /// The recording, uploaded once the call is added: WAV, MP3, MP4, MKV or FLAC, at most 1.5 GB
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// The workspace it belongs to
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,

    /// What it was for, in at most 255 characters
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,

    /// How it ended, in at most 255 characters
    #[arg(long, value_name = "TEXT")]
    disposition: Option<String>,

    /// What Gong knows a repeat by: the id of the call where it was recorded
    #[arg(long, value_name = "ID")]
    key: Option<String>,

    /// Wait until Gong has processed the call, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,

    #[command(flatten)]
    body: BodyArgs,
}

/// Who called whom.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    /// Somebody called the company
    Inbound,
    /// The company called
    Outbound,
    /// People met
    Conference,
    /// It is not known
    Unknown,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Inbound => Self::Inbound,
            Way::Outbound => Self::Outbound,
            Way::Conference => Self::Conference,
            Way::Unknown => Self::Unknown,
        }
    }
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Add) -> Result<()> {
    if args.body.wants_skeleton() {
        return ctx.body::<AddCall>(&args.body, Value::Null, SKELETON).map(drop);
    }
    let content = args.file.as_deref().map(recording::content).transpose()?;
    let options = options(ctx, &args).await?;
    let otherwise = json!({ "clientUniqueId": "", "parties": [] });
    let call = ctx.body_or::<AddCall>(&args.body, options, otherwise, SKELETON)?;
    let Some(mut call) = call else { return Ok(()) };
    add_host(&mut call);
    check::check(&call, args.file.as_deref())?;
    if call.client_unique_id.is_empty() {
        call.client_unique_id = check::key(&call, args.file.as_deref(), content.as_ref())?;
    }
    let has_recording = content.is_some() || call.download_media_url.is_some();
    if args.wait.is_some() && !has_recording {
        let hint = "add --file FILE or --media-url URL, or leave out --wait";
        let message = "without its recording Gong never processes a call";
        return Err(Failure::usage(message, hint).into());
    }

    let sent = ctx.write_unasked(&call, None).await;
    if sent.as_ref().is_err_and(is_conflict) {
        ctx.ui.hint(&format!("if Gong has this call already: {}", find(ctx, &call)));
    }
    let Some(answer) = sent? else {
        if let Some(file) = &args.file {
            ctx.ui.status(&format!("then {} would be uploaded", file.display()));
        }
        return Ok(());
    };
    let Some(id) = answer.read().ok().and_then(|added| added.call_id) else {
        let message =
            "Gong has this call already: an earlier try added it, and its answer was lost";
        return Err(
            Failure::Partial { message: message.to_owned(), hint: Some(find(ctx, &call)) }.into()
        );
    };
    finish(ctx, &args, &answer, id, content.as_ref()).await
}

/// Uploads the recording, if there is one, and waits, if that is wanted.
async fn finish(
    ctx: &mut Context,
    args: &Add,
    answer: &Record<AddedCall>,
    id: CallId,
    content: Option<&Content>,
) -> Result<()> {
    match (content, args.file.as_deref()) {
        (Some(content), Some(file)) => {
            let media = UploadMedia { id: id.clone() };
            match ctx.write_unasked(&media, Some(content)).await {
                Ok(Some(uploaded)) => ctx.output.one(&uploaded)?,
                Ok(None) => {}
                Err(error) => {
                    // The id must not be lost.
                    ctx.output.one(answer)?;
                    let again = upload::command(&id, file);
                    ctx.ui.hint(&format!("the call is there, without its recording: {again}"));
                    return Err(error);
                }
            }
        }
        _ => ctx.output.one(answer)?,
    }
    ctx.ui.status(&format!("call {id} is added"));
    match args.wait {
        Some(patience) => upload::wait(ctx, &id, patience).await,
        None => Ok(()),
    }
}

/// The body as far as the options say it.
async fn options(ctx: &mut Context, args: &Add) -> Result<Value> {
    let named: Vec<_> = args.host.iter().chain(&args.user).cloned().collect();
    let users = ctx.users_named(&named).await?;
    let (host, users) = users.split_at(args.host.iter().len());
    let users = users.iter().map(|id| json!({ "userId": id }));
    let parties: Vec<_> = users.chain(args.party.iter().map(PartyArg::to_json)).collect();
    Ok(json!({
        "clientUniqueId": args.key,
        "actualStart": ctx.moment(args.started.as_ref())?,
        "duration": args.duration.map(|duration| duration.as_secs_f64()),
        "direction": args.direction.map(Direction::from),
        "primaryUser": host.first(),
        "parties": (!parties.is_empty()).then_some(parties),
        "title": args.title,
        "purpose": args.purpose,
        "disposition": args.disposition,
        "languageCode": args.language,
        "downloadMediaUrl": args.media_url,
        "workspaceId": args.workspace,
    }))
}

/// Gong wants the host among the parties.
fn add_host(call: &mut AddCall) {
    let host = Some(&call.primary_user);
    if !call.parties.iter().any(|party| party.user_id.as_ref() == host) {
        let host = NewCallParty { user_id: host.cloned(), ..NewCallParty::default() };
        call.parties.insert(0, host);
    }
}

/// Gong may know the key; it says no in this way for other reasons, too.
fn is_conflict(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<gong_client::Error>();
    error.and_then(gong_client::Error::status).is_some_and(|status| status.as_u16() == 409)
}

/// What to do about a call that Gong has already.
fn find(ctx: &Context, call: &AddCall) -> String {
    let day = call.actual_start.to_zoned(ctx.zone.clone()).date();
    let key = Value::from(call.client_unique_id.as_str()).to_string().replace('\'', "\\u0027");
    if call.download_media_url.is_none() {
        return "Gong shows none before its recording is there; add it again with another --key"
            .to_owned();
    }
    format!("find it with gong calls list --on {day} --jq 'select(.clientUniqueId == {key}).id'")
}

impl View for AddedCall {
    const COLUMNS: &'static [&'static str] = &["CALL"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::maybe(self.call_id.as_ref().map(CallId::as_str))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<AddCall>(SKELETON);
    }
}
