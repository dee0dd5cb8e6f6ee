//! The commands: a file a noun, with its arguments, its functions, and the look of its records.

use std::{future::ready, pin::Pin};

use anyhow::Result;

use crate::{
    args::Command,
    context::{Context, lists::counted},
    exit::Failure,
    interrupt::Interrupt,
    output::Format,
};

pub(crate) mod api;
pub(crate) mod archive;
pub(crate) mod auth;
pub(crate) mod calls;
pub(crate) mod coaching;
pub(crate) mod completion;
pub(crate) mod crm;
pub(crate) mod doctor;
pub(crate) mod engagement;
pub(crate) mod entities;
pub(crate) mod export;
pub(crate) mod flows;
pub(crate) mod help;
pub(crate) mod integration_settings;
pub(crate) mod interactions;
pub(crate) mod library;
pub(crate) mod logs;
pub(crate) mod meetings;
pub(crate) mod outcomes;
pub(crate) mod permissions;
pub(crate) mod privacy;
pub(crate) mod quota;
pub(crate) mod reference;
pub(crate) mod sandbox;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod sql;
pub(crate) mod stats;
pub(crate) mod sync;
pub(crate) mod targets;
pub(crate) mod tasks;
pub(crate) mod users;
pub(crate) mod webhooks;
pub(crate) mod workspaces;

/// Runs a command that needs neither network nor settings; `None` if this one does.
pub(crate) fn offline(command: &Command) -> Option<Result<()>> {
    match command {
        Command::Completion(args) => Some(completion::run(args)),
        Command::Help(args) => Some(help::run(args)),
        Command::Reference(args) => Some(reference::run(args)),
        _ => None,
    }
}

/// Refuses the forms of transcripts for what is none.
fn check_format(command: &Command, format: Format) -> Result<()> {
    let is_of_transcripts = matches!(format, Format::Text | Format::Srt | Format::Vtt);
    let is_transcript = matches!(command, Command::Calls(calls::Calls::Transcript(_)));
    let is_search = matches!(command, Command::Search(_)) && format == Format::Text;
    if is_of_transcripts && !is_transcript && !is_search {
        let (message, hint) = match command {
            Command::Search(_) => (
                "what was found is no subtitles",
                "choose from auto, table, json, jsonl, csv, md and text",
            ),
            _ => (
                "only transcripts are text or subtitles",
                "choose from auto, table, json, jsonl, csv and md",
            ),
        };
        return Err(Failure::usage(message, hint).into());
    }
    let is_of_rows = matches!(format, Format::Table | Format::Csv | Format::Md);
    if is_of_rows && matches!(command, Command::Api(_)) {
        let hint = "leave out -o; --jq picks members";
        return Err(Failure::usage("an answer as Gong sent it is JSON", hint).into());
    }
    Ok(())
}

/// Runs a command.
pub(crate) async fn run(
    command: Command,
    mut context: Context,
    interrupt: Interrupt,
) -> Result<()> {
    check_format(&command, context.globals.output)?;
    context.listen_to(interrupt);
    let ctx = &mut context;
    // One of them at a time, so that the largest does not weigh on all.
    let work: Pin<Box<dyn Future<Output = Result<()>> + '_>> = match command {
        Command::Auth(args) => Box::pin(auth::run(ctx, args)),
        Command::Calls(args) => Box::pin(calls::run(ctx, args)),
        Command::Users(args) => Box::pin(users::run(ctx, args)),
        Command::Stats(args) => Box::pin(stats::run(ctx, args)),
        Command::Meetings(args) => Box::pin(meetings::run(ctx, args)),
        Command::Workspaces(args) => Box::pin(workspaces::run(ctx, args)),
        Command::Settings(args) => Box::pin(settings::run(ctx, args)),
        Command::Library(args) => Box::pin(library::run(ctx, args)),
        Command::Outcomes(args) => Box::pin(outcomes::run(ctx, args)),
        Command::Coaching(args) => Box::pin(coaching::run(ctx, args)),
        Command::Logs(args) => Box::pin(logs::run(ctx, args)),
        Command::Privacy(args) => Box::pin(privacy::run(ctx, args)),
        Command::Tasks(args) => Box::pin(tasks::run(ctx, args)),
        Command::Entities(args) => Box::pin(entities::run(ctx, args)),
        Command::Flows(args) => Box::pin(flows::run(ctx, args)),
        Command::Crm(args) => Box::pin(crm::run(ctx, args)),
        Command::Targets(args) => Box::pin(targets::run(ctx, args)),
        Command::Interactions(args) => Box::pin(interactions::run(ctx, args)),
        Command::Engagement(args) => Box::pin(engagement::run(ctx, args)),
        Command::IntegrationSettings(args) => Box::pin(integration_settings::run(ctx, args)),
        Command::Permissions(args) => Box::pin(permissions::run(ctx, args)),
        Command::Webhooks(args) => Box::pin(webhooks::run(ctx, args)),
        Command::Sync(args) => Box::pin(sync::run(ctx, args)),
        Command::Search(args) => Box::pin(ready(search::run(ctx, args))),
        Command::Sql(args) => Box::pin(ready(sql::run(ctx, args))),
        Command::Export(args) => Box::pin(export::run(ctx, args)),
        Command::Archive(args) => Box::pin(archive::run(ctx, args)),
        Command::Api(args) => Box::pin(api::run(ctx, args)),
        Command::Quota(_) => Box::pin(quota::run(ctx)),
        Command::Doctor(args) => Box::pin(doctor::run(ctx, args)),
        Command::Sandbox(args) => Box::pin(sandbox::run(ctx, args)),
        Command::Completion(_) | Command::Help(_) | Command::Reference(_) => {
            Box::pin(async { Ok(()) })
        }
    };
    let done = work.await;
    let flushed = context.output.flush();
    if context.output.n_hidden() > 0 {
        let hidden =
            counted(u64::try_from(context.output.n_hidden()).unwrap_or(u64::MAX), "columns");
        context.ui.note(&format!(
            "there is no room for {hidden} more: -o json has all, and --fields chooses"
        ));
    }
    let ended = done.and_then(|()| Ok(flushed?));
    ended.map_err(|error| context.done_before(error))
}
