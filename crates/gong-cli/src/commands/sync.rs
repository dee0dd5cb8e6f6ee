//! `gong sync`: brings the archive up to date, and says what that costs before it starts.

use std::{
    cell::Cell,
    path::Path,
    pin::pin,
    rc::Rc,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use clap::Args;
use gong_archive::{Archive, Collection, Ended, Error, SyncOptions, Synced, Writer};
use gong_client::Client;
use gong_types::{Endpoint as _, When};
use jiff::{SignedDuration, Timestamp};

use self::{report::Report, teller::Teller};
use crate::{
    context::{Context, lists::counted},
    env::Var,
    exit::{Failure, resumed_by},
    interrupt::Interrupt,
    ui::{Answer, Ui},
};

mod report;
mod teller;
mod watch;

/// How long the request in flight may take after somebody asked to stop.
const PATIENCE: Duration = Duration::from_secs(4);
/// How far the clock of this machine may be from Gong's without a word.
const TOLERATED_SKEW: SignedDuration = SignedDuration::from_mins(5);
/// How much may wait for a reader before somebody is told.
const TOLERATED_WAITING_BYTES: u64 = 64 << 20;
/// Where an archive of everything begins: before Gong did.
const BEFORE_GONG: &str = "2000-01-01T00:00:00Z";

/// Bring the archive up to date
///
/// Copies calls, transcripts, users and more into one SQLite file on this machine, and later what is
/// new, late or changed. The first run asks how far back to go and says how many requests that takes.
/// It stops in good order when its share of the day's requests is used up, with code 5 and the time
/// to come back; the next run goes on there, as it does after Ctrl-C. In a pause of --watch, Ctrl-C is
/// the ordinary end, with code 0.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong sync --since 3d\n  \
    gong sync --without transcripts --since last-week\n  \
    gong sync --since last-week --max-requests 20\n  \
    gong sync --since 7d --dry-run")]
pub(crate) struct Sync {
    /// How far back calls are copied: 2026-01-15, 90d, last-year, or all. Needed the first time; later
    /// it can only go further back
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,

    /// Only these: workspaces, users, trackers, scorecards, calls, transcripts, answered-scorecards,
    /// activity
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = collection)]
    only: Vec<Collection>,

    /// Not these
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = collection)]
    without: Vec<Collection>,

    /// Look again after each pause until Ctrl-C, every 15 minutes unless it says otherwise
    #[arg(long, value_name = "PAUSE", num_args = 0..=1, default_missing_value = "15m", require_equals = true, value_parser = watch::pause)]
    watch: Option<Duration>,

    /// Stop after so many requests
    #[arg(long, value_name = "N")]
    max_requests: Option<u64>,

    /// The share of a day's requests that may be used, by whomever they were
    #[arg(long, value_name = "PERCENT", default_value = "90%", value_parser = share)]
    daily_budget: f64,

    /// Whether private calls are copied; it is remembered, and no at first
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    include_private: Option<bool>,

    /// Remove what vanished from Gong, although it is much
    #[arg(long)]
    accept_vanished: bool,
}

/// How far back.
#[derive(Debug, Clone)]
enum Since {
    /// All there is.
    All,
    /// From this moment on.
    When(When),
}

impl FromStr for Since {
    type Err = gong_types::DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().eq_ignore_ascii_case("all") {
            return Ok(Self::All);
        }
        text.parse().map(Self::When)
    }
}

/// Reads the name of a collection.
fn collection(text: &str) -> Result<Collection, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("choose from {}", Collection::ALL.map(Collection::name).join(", ")))
}

/// Reads `90%`, or `90`.
fn share(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.trim().trim_end_matches('%').trim_end().parse().ok();
    number
        .filter(|it| *it > 0.0 && *it <= 100.0)
        .map(|it| it / 100.0)
        .ok_or_else(|| "write it as 90%, above 0 and up to 100".to_owned())
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Sync) -> Result<()> {
    let folder = ctx.archive_folder()?;
    let wants_calls = options(ctx, &args, None)?.wants(Collection::Calls);
    let (has_begun, kept_from) = standing(&folder)?;
    let is_first = wants_calls && !has_begun;
    let mut since = args.since.clone();
    if is_first && since.is_none() && kept_from.is_none() {
        since = Some(ask_how_far_back(&ctx.ui)?);
    }
    let mut options = options(ctx, &args, since.as_ref())?;
    if is_first && options.since < kept_from {
        if let Some(from) = kept_from.filter(|_| since.is_some()) {
            ctx.ui.status(&not_kept(ctx, from));
        }
        options.since = kept_from;
    }
    if ctx.globals.dry_run {
        return show(ctx, &folder, &options);
    }
    // Before anything is asked of Gong: whether it can be written, and nobody else does.
    let mut writer = Writer::open(&folder)?;
    if let Some(since) = options.since.filter(|_| !is_first) {
        tell_without_effect(ctx, writer.archive(), since)?;
    }
    let client = ctx.client().await?;
    let calls = Cell::default();
    // A sync that may send one request does not spend it on saying how many it takes.
    if is_first && options.max_requests != Some(1) {
        calls.set(say_what_it_costs(ctx, &client, &options).await?);
    }
    let stop = Arc::new(AtomicBool::new(false));
    options.stop = Some(Arc::clone(&stop));
    let (interrupt, ui) = (ctx.interrupt(), Rc::clone(&ctx.ui));
    let round = Round { client, options, stop, calls, interrupt, ui };
    if let Some(pause) = args.watch {
        drop(writer);
        return watch::run(ctx, &round, &folder, pause).await;
    }
    let (synced, interruption) = round.run(&mut writer).await;
    if let Some(synced) = synced {
        let synced = synced?;
        ctx.show_own(&Report::of(&synced))?;
        ctx.output.flush()?;
        let is_pretended = ctx.is_sandboxed() || ctx.env.get(Var::GONG_NOW).is_some();
        if synced.skew.abs() > TOLERATED_SKEW && !is_pretended {
            ctx.ui.warn(&format!(
                "the clock of this machine is {} minutes {} Gong's, which was used",
                synced.skew.abs().as_mins(),
                if synced.skew.is_negative() { "behind" } else { "ahead of" }
            ));
        }
        tell_waiting(&synced, &ctx.ui);
        if interruption.is_none() {
            return ended(&synced, &ctx.ui);
        }
    }
    match interruption {
        Some(failure) => {
            Err(failure.resumed_by(|| "`gong sync` goes on where it stopped".to_owned()).into())
        }
        None => Ok(()),
    }
}

/// Warns of a reader that keeps the log growing.
fn tell_waiting(synced: &Synced, ui: &Ui) {
    if synced.waiting_bytes > TOLERATED_WAITING_BYTES {
        ui.warn(&format!(
            "a program that reads the archive since before this sync keeps {} MiB from being moved into \
             it; close it",
            synced.waiting_bytes >> 20
        ));
    }
}

/// Whether an earlier sync was told how far back to go, and the moment before which nothing is kept.
fn standing(folder: &Path) -> Result<(bool, Option<Timestamp>)> {
    match Archive::open(folder) {
        Ok(archive) => Ok((archive.has_begun()?, archive.kept_from()?)),
        Err(Error::Absent { .. }) => Ok((false, None)),
        Err(Error::Older { .. }) => Ok((true, None)),
        Err(error) => Err(error.into()),
    }
}

/// Says so where `--since` asks for less than there is, or for more than is kept.
fn tell_without_effect(ctx: &Context, archive: &Archive, since: Timestamp) -> Result<()> {
    let status = archive.status()?;
    let moment = |text: Option<String>| text.and_then(|it| it.parse::<Timestamp>().ok());
    if let Some(from) = moment(status.kept_from).filter(|from| *from > since) {
        ctx.ui.status(&not_kept(ctx, from));
    } else if let Some(from) = moment(status.coverage.from).filter(|from| *from < since) {
        ctx.ui.status(&format!(
            "the archive goes back to {}, and --since removes nothing",
            ctx.minute(from)
        ));
    }
    Ok(())
}

fn not_kept(ctx: &Context, from: Timestamp) -> String {
    format!("calls from before {} are not kept, whatever --since says", ctx.minute(from))
}

/// Asks a person; a program has to say it.
fn ask_how_far_back(ui: &Ui) -> Result<Since> {
    let hint = "say how far back the archive goes: gong sync --since 90d";
    if !ui.can_ask() {
        return Err(Failure::usage("there is nothing in the archive yet", hint).into());
    }
    let said = ui.ask("How far back shall the archive go? (90d, 2026-01-15, last-year, all)")?;
    said.parse().map_err(|error| Failure::usage(format!("{error}"), hint).into())
}

/// What the arguments ask of the library.
fn options(ctx: &Context, args: &Sync, since: Option<&Since>) -> Result<SyncOptions> {
    let since = match since {
        None => None,
        Some(Since::All) => Some(BEFORE_GONG.parse()?),
        Some(Since::When(when)) => ctx.moment(Some(when))?,
    };
    if since.is_some_and(|since| since > ctx.now) {
        let hint = "say a moment that is over, such as 90d";
        return Err(Failure::usage("--since is in the future", hint).into());
    }
    Ok(SyncOptions {
        since,
        only: (!args.only.is_empty()).then(|| args.only.clone()),
        without: args.without.clone(),
        include_private: args.include_private,
        max_requests: args.max_requests,
        daily_budget: args.daily_budget,
        accept_vanished: args.accept_vanished,
        ..SyncOptions::default()
    })
}

/// Shows how calls would be listed; what else is asked for depends on the answers.
fn show(ctx: &mut Context, folder: &Path, options: &SyncOptions) -> Result<()> {
    let archive = match Archive::open(folder) {
        Err(Error::Absent { .. }) => None,
        archive => Some(archive?),
    };
    let listings = gong_archive::planned(archive.as_ref(), options, ctx.now_of_gong()?)?;
    let requests: Vec<_> = listings.iter().map(|it| it.request.request()).collect();
    ctx.show_requests(&requests)?;
    let spans = counted(u64::try_from(listings.len()).unwrap_or(u64::MAX), "spans");
    let cost = match listings.iter().map(|it| it.requests).sum() {
        Some(requests) => format!("about {}", counted(requests, "requests")),
        None => "a request for every hundred calls".to_owned(),
    };
    ctx.ui.status(&match requests.len() {
        0 => "nothing was sent; no calls would be listed".to_owned(),
        _ => format!(
            "nothing was sent; calls would be listed in {spans} of time, of which these are the first \
             pages: {cost}, besides those for transcripts and the rest"
        ),
    });
    Ok(())
}

/// Says how much there is, and asks before it takes more than a day. Gives the number of calls, unless
/// the budget has no request to ask for it; then the sync says so.
async fn say_what_it_costs(
    ctx: &Context,
    client: &Client,
    options: &SyncOptions,
) -> Result<Option<u64>> {
    let estimate = async { Ok(gong_archive::estimate(client, options).await?) };
    let estimate = ctx.or_interrupted(estimate).await;
    let estimate =
        estimate.map_err(|error| resumed_by(error, || "nothing was copied yet".to_owned()))?;
    let Some(estimate) = estimate else { return Ok(None) };
    let cost = format!(
        "Gong has {}, and to copy them takes about {}",
        counted(estimate.calls, "calls"),
        counted(estimate.requests, "requests")
    );
    if estimate.days <= 1.0 {
        ctx.ui.status(&cost);
        return Ok(Some(estimate.calls));
    }
    let days = format!("{:.0} days at the limit of the company", estimate.days.ceil());
    ctx.ui.status(&format!("{cost}: {days}"));
    // It can be stopped at any time, so a program that asked for it gets it.
    if ctx.ui.can_ask() && ctx.ui.confirm("Begin?")? != Answer::Confirmed {
        let message = "nothing was copied: it was not confirmed".to_owned();
        let hint = "say a shorter time: gong sync --since 30d".to_owned();
        return Err(Failure::Unconfirmed { message, hint }.into());
    }
    Ok(Some(estimate.calls))
}

/// One sync, which may be one of many.
struct Round {
    client: Client,
    options: SyncOptions,
    stop: Arc<AtomicBool>,
    /// How many calls the first sync of an archive lists.
    calls: Cell<Option<u64>>,
    interrupt: Option<Interrupt>,
    ui: Rc<Ui>,
}

impl Round {
    /// Syncs until it is done or somebody wants it to stop; then the request in flight may still be
    /// answered. `None` if it was not.
    async fn run(
        &self,
        writer: &mut Writer,
    ) -> (Option<gong_archive::Result<Synced>>, Option<Failure>) {
        let progress = self.ui.progress();
        progress.start("calls");
        let calls = self.calls.take();
        let mut options = self.options.clone();
        if calls.is_some() {
            // To count them took one.
            options.max_requests = options.max_requests.map(|most| most.saturating_sub(1));
        }
        let teller = Teller { progress: progress.clone(), calls };
        let mut work = pin!(gong_archive::sync(writer, &self.client, &options, &teller));
        let mut outcome = tokio::select! {
            synced = &mut work => (Some(synced), None),
            failure = Context::interrupted(self.interrupt.clone()) => {
                self.stop.store(true, Ordering::Relaxed);
                (tokio::time::timeout(PATIENCE, work).await.ok(), Some(failure))
            }
        };
        progress.finish();
        if let (Some(Ok(synced)), _) = &mut outcome {
            synced.requests += u64::from(calls.is_some());
        }
        outcome
    }
}

/// What the end of a sync means for the command, and what is to be said of it.
fn ended(synced: &Synced, ui: &Ui) -> Result<()> {
    if !synced.unsettled.is_empty() {
        ui.note("Gong's lists were not whole yet; the next sync looks again");
    }
    match &synced.ended {
        Ended::Budget { resume_at } => {
            let message = "the requests of the day that a sync may use are used up".to_owned();
            return Err(Failure::Limit { message, until: *resume_at }.into());
        }
        Ended::Paused { resume_at } => {
            let message = format!("Gong asks to wait; try again after {resume_at:.0}");
            return Err(Failure::Limit { message, until: *resume_at }.into());
        }
        Ended::Vanished { missing, of } => {
            let message =
                format!("{missing} of {of} calls vanished from Gong; none of them was removed");
            let hint = "see whether the key still sees all calls; if they are gone: gong sync \
                        --accept-vanished"
                .to_owned();
            return Err(Failure::Unconfirmed { message, hint }.into());
        }
        Ended::MaxRequests => {
            let requests = counted(synced.requests, "requests");
            ui.status(&format!("stopped after {requests}; the next sync goes on"));
        }
        _ => {}
    }
    missing(synced).map_or(Ok(()), |failure| Err(failure.into()))
}

/// What could not be copied, if anything.
fn missing(synced: &Synced) -> Option<Failure> {
    let mut parts = Vec::new();
    let (mut scopes, mut lacking) = (Vec::new(), Vec::new());
    for problem in &synced.problems {
        parts.push(format!("{}: {}", problem.collection, problem.error));
        if let Some(scope) = problem.error.missing_scope() {
            scopes.push(scope);
            lacking.push(problem.collection.name());
        }
    }
    if synced.quarantined > 0 {
        let count = counted(synced.quarantined, "records");
        parts.push(format!("{count} could not be read and were put aside (table quarantine)"));
    }
    let hint = (!scopes.is_empty()).then(|| {
        format!(
            "ask your Gong administrator for {}, or leave it out: gong sync --without {}",
            scopes.join(", "),
            lacking.join(",")
        )
    });
    (!parts.is_empty()).then(|| Failure::Partial { message: parts.join("; "), hint })
}

/// When to try again where it was not yet time to.
fn resume_at(ended: &Ended) -> Option<Timestamp> {
    match ended {
        Ended::Budget { resume_at } | Ended::Paused { resume_at } => Some(*resume_at),
        _ => None,
    }
}
