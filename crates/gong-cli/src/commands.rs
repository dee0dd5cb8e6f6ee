//! The commands: a file a noun, with its arguments, its functions, and the look of its records.

use anyhow::Result;

use crate::{args::Command, context::Context, exit::Failure, interrupt::Interrupt, output::Format};

pub(crate) mod api;
pub(crate) mod auth;
pub(crate) mod calls;
pub(crate) mod completion;
pub(crate) mod doctor;
pub(crate) mod help;
pub(crate) mod meetings;
pub(crate) mod quota;
pub(crate) mod reference;
pub(crate) mod sandbox;
pub(crate) mod stats;
pub(crate) mod users;
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
    if is_of_transcripts && !is_transcript {
        let hint = "choose from auto, table, json, jsonl, csv and md";
        return Err(Failure::usage("only transcripts are text or subtitles", hint).into());
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
    let work = async {
        match command {
            Command::Auth(args) => auth::run(ctx, args).await,
            Command::Calls(args) => calls::run(ctx, args).await,
            Command::Users(args) => users::run(ctx, args).await,
            Command::Stats(args) => stats::run(ctx, args).await,
            Command::Meetings(args) => meetings::run(ctx, args).await,
            Command::Workspaces(args) => workspaces::run(ctx, args).await,
            Command::Api(args) => api::run(ctx, args).await,
            Command::Quota(_) => quota::run(ctx).await,
            Command::Doctor(args) => doctor::run(ctx, args).await,
            Command::Sandbox(args) => sandbox::run(ctx, args).await,
            Command::Completion(_) | Command::Help(_) | Command::Reference(_) => Ok(()),
        }
    };
    let done = work.await;
    let flushed = context.output.flush();
    done?;
    Ok(flushed?)
}
