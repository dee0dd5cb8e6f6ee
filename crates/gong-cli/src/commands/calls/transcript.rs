//! `gong calls transcript`: what was said, with the names of the speakers.

use std::{
    io,
    pin::pin,
    time::{Duration, Instant},
};

use anyhow::Result;
use clap::Args;
use futures_util::StreamExt as _;
use gong_client::Client;
use gong_transcript::{Dialogue, Fetched, Format as Rendering, Look, Renderer, dialogues};
use gong_types::{
    CallId, CallTranscript, ContentSelector, Endpoint as _, GetTranscripts, SearchCalls, SpeakerId,
};
use serde::Deserialize;
use serde_json::value::to_raw_value;

use super::get::{end, unknown};
use crate::{
    context::{Context, waiting::duration},
    exit::Failure,
    ids::{self, IdArg},
    output::{Cell, Format, Look as OutputLook, Output, View},
    ui::Progress,
};

/// Show what was said, with the names of the speakers
///
/// Gong keeps what was said apart from who took part; this joins the two, 100 calls at a time. Who
/// cannot be named is "Speaker 1 (unknown)". Formats: text, md, json, jsonl (a sentence a line), csv,
/// srt and vtt.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls transcript 7782342274025937895\n  \
    gong calls transcript 7782342274025937895 --timestamps\n  \
    gong calls transcript 7782342274025937895 -o srt\n  \
    gong calls list --on yesterday --jq .id | gong calls transcript - -o jsonl")]
pub(crate) struct Transcript {
    /// Ids or addresses of calls, or - to read them from stdin
    #[arg(required = true, value_name = "ID")]
    ids: Vec<IdArg>,

    /// Show where in the recording each paragraph begins
    #[arg(long)]
    timestamps: bool,

    /// Wait for transcripts that Gong is still making, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,
}

/// How long to wait between two looks at transcripts that Gong is still making.
const PAUSE: Duration = Duration::from_secs(30);

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Transcript) -> Result<()> {
    let is_list = args.ids.len() > 1 || args.ids.contains(&IdArg::Stdin);
    let ids = ids::collect(args.ids)?;
    let format = ctx.globals.output;
    if ctx.is_dry_run(&requests(&ids))? {
        return Ok(());
    }
    let mut job = Job {
        client: ctx.client().await?,
        patience: args.wait,
        progress: ctx.ui.progress().clone(),
        outcome: Outcome::default(),
        shown: 0,
    };
    let asked = ids.len();
    let interrupt = ctx.interrupt();
    let look = Look { timestamps: args.timestamps, titles: is_list };
    let rendering = match format {
        Format::Auto | Format::Table | Format::Text => Some(Rendering::Text),
        Format::Md => Some(Rendering::Markdown),
        Format::Srt => Some(Rendering::Srt),
        Format::Vtt => Some(Rendering::Vtt),
        Format::Json | Format::Jsonl | Format::Csv => None,
    };
    // A filter sees records, whatever the format.
    let rendering = rendering.filter(|_| ctx.globals.jq.is_none() && ctx.globals.fields.is_empty());
    let output = &mut ctx.output;
    let done = if let Some(rendering) = rendering {
        let mut renderer = Renderer::new(Cleaned(output), rendering, look);
        let work = job.run(ids, |dialogue| Ok(renderer.push(dialogue)?));
        let done = Context::stopped_by(interrupt, work).await;
        let finished = renderer.finish();
        done.and(finished.map(drop).map_err(Into::into))
    } else if matches!(format, Format::Jsonl | Format::Csv) {
        let mut list = output.list::<Sentence>();
        let work = job.run(ids, |dialogue| {
            for line in dialogue.lines() {
                list.push(&to_raw_value(&line)?.into())?;
            }
            Ok(())
        });
        let done = Context::stopped_by(interrupt, work).await;
        end(list, done)
    } else if is_list {
        let mut list = output.list::<CallTranscript>();
        let work = job.run(ids, |dialogue| Ok(list.push(&dialogue.joined()?)?));
        let done = Context::stopped_by(interrupt, work).await;
        end(list, done)
    } else {
        let work = job.run(ids, |dialogue| Ok(output.one(&dialogue.joined()?)?));
        Context::stopped_by(interrupt, work).await
    };
    job.progress.finish();
    job.outcome.has_waited = job.patience.is_some();
    done.map_err(|error| match error.downcast::<Failure>() {
        Ok(failure) => failure.resumed_by(|| resume(job.shown)).into(),
        Err(error) => error,
    })?;
    job.outcome.finish(asked)
}

/// What to do after Ctrl-C.
fn resume(shown: usize) -> String {
    format!("{shown} transcripts came out whole; run it again with the other ids")
}

/// The requests, for `--dry-run`.
fn requests(ids: &[CallId]) -> Vec<gong_types::Request> {
    let of_batch = |ids: &[CallId]| {
        let search = SearchCalls {
            call_ids: Some(ids.to_vec()),
            select: Some(ContentSelector::parties()),
            ..SearchCalls::default()
        };
        let get = GetTranscripts { call_ids: Some(ids.to_vec()), ..GetTranscripts::default() };
        [search.request(), get.request()]
    };
    ids.chunks(100).flat_map(of_batch).collect()
}

/// Text on its way to stdout.
struct Cleaned<'a>(&'a mut Output);

impl io::Write for Cleaned<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.text(&String::from_utf8_lossy(bytes)).map_err(io::Error::from)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(io::Error::from)
    }
}

/// Fetching, and waiting for what Gong is still making.
struct Job {
    client: Client,
    patience: Option<Duration>,
    progress: Progress,
    outcome: Outcome,
    shown: usize,
}

impl Job {
    async fn run(
        &mut self,
        ids: Vec<CallId>,
        mut show: impl FnMut(&Dialogue) -> Result<()>,
    ) -> Result<()> {
        let mut until = None;
        let mut wanted = ids;
        self.progress.start("transcripts");
        self.progress.set_total(u64::try_from(wanted.len()).unwrap_or_default());
        loop {
            let mut fetched = pin!(dialogues(&self.client, wanted));
            let mut not_ready = Vec::new();
            while let Some(fetched) = fetched.next().await {
                match fetched? {
                    Fetched::Ready(dialogue) => {
                        show(&dialogue)?;
                        self.shown += 1;
                        self.progress.add(1);
                    }
                    Fetched::NotReady(id) => not_ready.push(id),
                    Fetched::Unknown(id) => self.outcome.unknown.push(id),
                    Fetched::Unreadable { call_id, error } => {
                        self.outcome.unreadable.push(format!("{call_id} ({error})"));
                    }
                    other => self.outcome.unreadable.push(other.call_id().to_string()),
                }
            }
            if until.is_none() {
                until = self.patience.map(|patience| (Instant::now(), patience));
            }
            let left = until.map(|(since, patience)| patience.saturating_sub(since.elapsed()));
            match left {
                Some(left) if !not_ready.is_empty() && !left.is_zero() => {
                    let count = not_ready.len();
                    let reason = format!("Gong is still making {count} transcripts");
                    self.progress.waiting(&reason, None);
                    tokio::time::sleep(left.min(PAUSE)).await;
                    wanted = not_ready;
                }
                _ => {
                    self.outcome.not_ready = not_ready;
                    return Ok(());
                }
            }
        }
    }
}

/// What there was no transcript of, and why.
#[derive(Default)]
struct Outcome {
    not_ready: Vec<CallId>,
    unknown: Vec<CallId>,
    unreadable: Vec<String>,
    has_waited: bool,
}

impl Outcome {
    fn finish(self, asked: usize) -> Result<()> {
        if self.not_ready.is_empty() && self.unreadable.is_empty() {
            return if self.unknown.is_empty() {
                Ok(())
            } else {
                Err(unknown(&self.unknown, asked))
            };
        }
        let names = |ids: &[CallId]| ids.iter().map(CallId::as_str).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        if !self.not_ready.is_empty() {
            parts.push(format!("no transcript yet: {}", names(&self.not_ready)));
        }
        if !self.unknown.is_empty() {
            parts.push(format!("no such call: {}", names(&self.unknown)));
        }
        if !self.unreadable.is_empty() {
            parts.push(format!("not readable: {}", self.unreadable.join(", ")));
        }
        let hint = (!self.not_ready.is_empty()).then(|| {
            let what = if self.has_waited { "try again later" } else { "add --wait to wait" };
            format!(
                "Gong makes transcripts minutes to hours after a call, and of some never; {what}"
            )
        });
        Err(Failure::Partial { message: parts.join("; "), hint }.into())
    }
}

/// A sentence with the name of who said it: a line of `-o jsonl`, a row of `-o csv`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sentence {
    call_id: CallId,
    start: Option<i64>,
    end: Option<i64>,
    speaker_id: Option<SpeakerId>,
    speaker_name: Option<String>,
    topic: Option<String>,
    text: Option<String>,
}

impl View for Sentence {
    const COLUMNS: &'static [&'static str] =
        &["CALL", "START MS", "END MS", "SPEAKER", "TEXT", "TOPIC", "SPEAKER ID"];

    fn cells(&self, _look: &OutputLook) -> Vec<Cell> {
        let milliseconds = |at: Option<i64>| at.map_or_else(|| Cell::number(""), Cell::number);
        vec![
            Cell::text(self.call_id.as_str()),
            milliseconds(self.start),
            milliseconds(self.end),
            Cell::maybe(self.speaker_name.as_deref()),
            Cell::maybe(self.text.as_deref()),
            Cell::maybe(self.topic.as_deref()),
            Cell::maybe(self.speaker_id.as_ref().map(SpeakerId::as_str)),
        ]
    }
}

impl View for CallTranscript {
    const COLUMNS: &'static [&'static str] = &["CALL", "MONOLOGUES"];

    fn cells(&self, _look: &OutputLook) -> Vec<Cell> {
        let count = self.transcript.as_ref().map_or(0, Vec::len);
        vec![Cell::text(self.call_id.as_str()), Cell::number(count)]
    }
}
