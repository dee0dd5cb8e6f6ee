//! `gong calls upload`: the recording of a call that was added.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Result;
use clap::Args;
use gong_types::{CallId, GetCall, UploadMedia, UploadedMedia};

use super::recording;
use crate::{
    context::{Context, waiting::duration},
    exit::Failure,
    output::{Cell, Look, View},
};

/// Upload the recording of a call that was added
///
/// WAV, MP3, MP4, MKV or FLAC, at most 1.5 GB. A call has one recording, and none if it was added
/// with the address of one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls upload 7782342274025937895 renewal.mp3\n  \
    gong calls upload 7782342274025937895 renewal.mp3 --wait=30m")]
pub(crate) struct Upload {
    /// The id that Gong gave the call when it was added
    #[arg(value_name = "ID")]
    id: CallId,

    /// The recording
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Wait until Gong has processed the call, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Upload) -> Result<()> {
    let Upload { id, file, wait: patience } = args;
    let content = recording::content(&file)?;
    let media = UploadMedia { id: id.clone() };
    let uploaded = ctx.write_unasked(&media, Some(&content)).await?;
    let Some(uploaded) = uploaded else { return Ok(()) };
    ctx.output.one(&uploaded)?;
    ctx.ui.status(&format!("the recording of call {id} is uploaded"));
    match patience {
        Some(patience) => wait(ctx, &id, patience).await,
        None => Ok(()),
    }
}

/// The command that uploads a file.
pub(super) fn command(id: &CallId, file: &Path) -> String {
    let file = file.to_string_lossy().replace('\'', "'\\''");
    format!("gong calls upload {id} '{file}'")
}

/// Waits until a call can be read.
pub(super) async fn wait(ctx: &mut Context, id: &CallId, patience: Duration) -> Result<()> {
    let client = ctx.client().await?;
    let look = GetCall { id: id.clone() };
    let resume = format!("look later: gong calls get {id}");
    let found = ctx
        .wait_for(patience, "Gong is processing the call", &resume, async || {
            match client.send(&look).await {
                Ok(_) => Ok(Some(())),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    if found.is_some() {
        ctx.ui.status(&format!("call {id} can be read"));
        return Ok(());
    }
    let message = format!("Gong is still processing call {id}");
    Err(Failure::Partial { message, hint: Some(resume) }.into())
}

impl View for UploadedMedia {
    const COLUMNS: &'static [&'static str] = &["CALL", "URL"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::maybe(self.call_id.as_ref().map(CallId::as_str)),
            Cell::maybe(self.url.as_deref()),
        ]
    }
}
