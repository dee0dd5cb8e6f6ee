//! `gong calls media`: the recordings of calls, fetched into files.

use std::{
    error::Error as StdError,
    io,
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::Result;
use clap::Args;
use gong_client::{Client, DownloadError, Downloaded, Downloads, Existing};
use gong_types::{CallId, Endpoint as _, SearchCalls};
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;

use self::{
    place::Place,
    recorded::{Facts, Recorded, recorded, search},
};
use super::get::{end, unknown};
use crate::{
    context::Context,
    exit::Failure,
    ids::{self, IdArg},
    output::{Cell, Look, Output, View},
    ui::Ui,
};

mod place;
mod recorded;

/// How many ids Gong takes at once.
const BATCH: usize = 100;

/// Fetch the recordings of calls into files
///
/// A recording lies on another host than Gong's API, which is not sent the key. What broke off goes
/// on where it stopped, also when the same command is run again; until a recording is whole, it has
/// .part at the end of its name. The result has path, bytes and SHA-256 of each. Needs the scope
/// api:calls:read:media-url besides api:calls:read:extensive.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls media 7782342274025937895\n  \
    gong calls media 7782342274025937895 --audio --to - > call.wav\n  \
    gong calls list --on yesterday --jq .id | gong calls media - --to recordings/")]
pub(crate) struct Media {
    /// Ids or addresses of calls, or - to read them from stdin
    #[arg(required = true, value_name = "ID")]
    ids: Vec<IdArg>,

    /// The sound alone
    #[arg(long, conflicts_with = "video")]
    audio: bool,

    /// The picture with the sound, and nothing for calls without one
    #[arg(long)]
    video: bool,

    /// The file, the folder with a / at its end, or - for stdout [default: this folder]
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,

    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

/// Which of the recordings of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Audio,
    Video,
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Media) -> Result<()> {
    let is_list = args.ids.len() > 1 || args.ids.contains(&IdArg::Stdin);
    let ids = ids::collect(args.ids)?;
    let place = Place::of(args.to.as_deref(), is_list, ctx.output.is_terminal())?;
    let batches: Vec<_> = ids.chunks(BATCH).map(search).collect();
    if ctx.is_dry_run(&batches.iter().map(SearchCalls::request).collect::<Vec<_>>())? {
        return Ok(());
    }
    place.prepare()?;
    let wanted = match (args.audio, args.video) {
        (true, _) => Some(Kind::Audio),
        (_, true) => Some(Kind::Video),
        _ => None,
    };
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let client = ctx.client().await?;
    let job = Job {
        client: client.clone(),
        downloads: ctx.downloads(),
        ui: Rc::clone(&ctx.ui),
        wanted,
        existing,
    };
    let interrupt = ctx.interrupt();
    let done = if is_list {
        let mut outcome = Outcome::default();
        let mut list = ctx.output.list::<Recording>();
        let work = async {
            for batch in &batches {
                let mut found = recorded(&client, batch).await?;
                for id in batch.call_ids.iter().flatten() {
                    let Some(call) = found.remove(id) else {
                        outcome.unknown.push(id.clone());
                        continue;
                    };
                    match job.one_of_many(&call, &place).await? {
                        Ok(Some(recording)) => list.push(&to_raw_value(&recording)?.into())?,
                        Ok(None) => {}
                        Err(why) => outcome.missing.push(format!("{id} ({why})")),
                    }
                    list.flush()?;
                }
            }
            Ok(())
        };
        let done = Context::stopped_by(interrupt, work).await;
        end(list, done).and_then(|()| outcome.finish(ids.len()))
    } else {
        let work = async {
            let mut found = recorded(&client, &batches[0]).await?;
            let call = ids.first().and_then(|id| found.remove(id));
            let call = call.ok_or_else(|| unknown(&ids, 1))?;
            let address = job.choose(&call).map_err(|why| missing(&call.meta_data.id, why))?;
            if place == Place::Stdout {
                return job.to_stdout(&call, address, &mut ctx.output).await;
            }
            let recording = job.to_file(&call, address, &place).await?;
            Ok(ctx
                .output
                .one(&to_raw_value(&recording).map(gong_types::Record::<Recording>::from)?)?)
        };
        Context::stopped_by(interrupt, work).await
    };
    ctx.ui.progress().finish();
    done.map_err(|error| match error.downcast::<Failure>() {
        Ok(failure) => failure.resumed_by(resume).into(),
        Err(error) => error,
    })
}

/// What to do after Ctrl-C.
fn resume() -> String {
    "run the same command again: it goes on where it stopped".to_owned()
}

/// What fetching needs.
struct Job {
    client: Client,
    downloads: Downloads,
    ui: Rc<Ui>,
    wanted: Option<Kind>,
    existing: Existing,
}

impl Job {
    /// Which recording it is to be, and where it is; else why there is none.
    fn choose<'a>(&self, call: &'a Recorded) -> Result<(Kind, &'a str), &'static str> {
        let of = |kind| call.address(kind).map(|address| (kind, address));
        match self.wanted {
            Some(kind) => of(kind),
            None => of(Kind::Video).or_else(|| of(Kind::Audio)),
        }
        .ok_or(match self.wanted {
            Some(Kind::Video) if of(Kind::Audio).is_some() => "it has sound only",
            Some(Kind::Audio) if of(Kind::Video).is_some() => "it has no sound of its own",
            _ => NOTHING,
        })
    }

    /// Fetches one of several recordings; `None` if it is there already, and the
    /// inner error is why there is none of this call.
    async fn one_of_many(
        &self,
        call: &Recorded,
        place: &Place,
    ) -> Result<Result<Option<Recording>, String>> {
        let address = match self.choose(call) {
            Ok(address) => address,
            Err(why) => return Ok(Err(why.to_owned())),
        };
        match self.to_file(call, address, place).await {
            Ok(recording) => Ok(Ok(Some(recording))),
            Err(DownloadError::Exists { path }) => {
                // The same command is run again after a break.
                self.ui.status(&format!("{} is there already", path.display()));
                Ok(Ok(None))
            }
            Err(error) if is_of_one(&error) => Ok(Err(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    async fn to_file(
        &self,
        call: &Recorded,
        (kind, address): (Kind, &str),
        place: &Place,
    ) -> Result<Recording, DownloadError> {
        let Facts { id, title } = &call.meta_data;
        let path = place.path(id, title.as_deref(), kind, address);
        self.begin(id);
        let mut known = Some(address.to_owned());
        let downloaded = self
            .downloads
            .to_file(&path, self.existing, async || self.address(id, kind, known.take()).await)
            .await?;
        self.ui.progress().finish();
        let Downloaded { bytes, sha256, .. } = downloaded;
        Ok(Recording { call_id: id.clone(), media: kind, path, bytes, sha256 })
    }

    async fn to_stdout(
        &self,
        call: &Recorded,
        (kind, address): (Kind, &str),
        output: &mut Output,
    ) -> Result<()> {
        let id = &call.meta_data.id;
        self.begin(id);
        let mut known = Some(address.to_owned());
        let downloaded = self
            .downloads
            .to_writer(&mut Bytes(output), async || self.address(id, kind, known.take()).await)
            .await?;
        self.ui.progress().finish();
        let Downloaded { bytes, sha256, .. } = downloaded;
        self.ui.status(&format!("{bytes} bytes with the SHA-256 {sha256}"));
        Ok(())
    }

    fn begin(&self, id: &CallId) {
        self.ui.progress().start(&format!("MB of the recording of {id}"));
    }

    /// The address that is known, or a fresh one.
    async fn address(
        &self,
        id: &CallId,
        kind: Kind,
        known: Option<String>,
    ) -> Result<String, Box<dyn StdError + Send + Sync>> {
        if let Some(address) = known {
            return Ok(address);
        }
        let found = recorded(&self.client, &search(std::slice::from_ref(id))).await?;
        let fresh = found.get(id).and_then(|call| call.address(kind));
        let gone = || Failure::NotFound(format!("the recording of call {id} is gone"));
        Ok(fresh.ok_or_else(gone)?.to_owned())
    }
}

/// Whether the recordings of other calls may still be fetched.
fn is_of_one(error: &DownloadError) -> bool {
    matches!(
        error,
        DownloadError::Busy { .. }
            | DownloadError::Unusable { .. }
            | DownloadError::NotMedia { .. }
    ) || matches!(error, DownloadError::Refused { .. } if !error.is_retryable())
}

/// There is a call, but nothing to fetch.
fn missing(id: &CallId, why: &str) -> anyhow::Error {
    let message = format!("there is nothing to fetch of call {id}: {why}");
    let hint = (why == NOTHING).then(|| NOT_YET.to_owned());
    Failure::Partial { message, hint }.into()
}

const NOTHING: &str = "it has no recording";
const NOT_YET: &str = "Gong has a recording minutes to hours after a call, and of some never";

/// What was not fetched of several recordings.
#[derive(Default)]
struct Outcome {
    unknown: Vec<CallId>,
    missing: Vec<String>,
}

impl Outcome {
    fn finish(self, asked: usize) -> Result<()> {
        let Self { unknown: unknown_ids, missing } = self;
        if missing.is_empty() {
            return if unknown_ids.is_empty() { Ok(()) } else { Err(unknown(&unknown_ids, asked)) };
        }
        let mut message = format!("not fetched: {}", missing.join(", "));
        if !unknown_ids.is_empty() {
            let names: Vec<_> = unknown_ids.iter().map(CallId::as_str).collect();
            message = format!("{message}; no such call: {}", names.join(", "));
        }
        Err(Failure::Partial { message, hint: Some(NOT_YET.to_owned()) }.into())
    }
}

/// Bytes on their way to stdout.
struct Bytes<'a>(&'a mut Output);

impl io::Write for Bytes<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.bytes(bytes).map_err(io::Error::from)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(io::Error::from)
    }
}

/// A recording that was fetched.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recording {
    call_id: CallId,
    media: Kind,
    path: PathBuf,
    bytes: u64,
    sha256: String,
}

impl View for Recording {
    const COLUMNS: &'static [&'static str] = &["CALL", "MEDIA", "BYTES", "SHA-256", "PATH"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let media = match self.media {
            Kind::Audio => "audio",
            Kind::Video => "video",
        };
        vec![
            Cell::text(self.call_id.as_str()),
            Cell::text(media),
            Cell::number(self.bytes),
            Cell::text(&self.sha256),
            Cell::text(Path::display(&self.path).to_string()),
        ]
    }
}
