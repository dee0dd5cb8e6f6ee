//! Sync: brings an archive up to date with what Gong holds, and says what came of it.

mod budget;
mod calls;
mod listing;
mod others;
mod planned;
mod run;
mod state;
mod steps;
mod transcripts;
mod vanished;

use std::sync::{Arc, atomic::AtomicBool};

use gong_client::Client;
use gong_types::SearchCalls;
use jiff::{SignedDuration, Timestamp};

pub(crate) use self::state::INCLUDE_PRIVATE;
use self::{
    budget::Budget,
    run::{Private, Run},
};
pub use self::{
    planned::{PlannedListing, planned},
    steps::{Step, Steps},
};
use crate::{
    collection::Collection,
    error::Result,
    plan::{Known, Plan, Window, plan},
    progress::Progress,
    tombstones,
    writer::Writer,
};

/// What a sync can be told. The default brings everything up to date that is allowed.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// How far back calls are copied. `None` is as far as before, and of a new archive all there are.
    /// A moment later than before changes nothing: to remove is another thing.
    pub since: Option<Timestamp>,
    /// Only these collections.
    pub only: Option<Vec<Collection>>,
    /// Not these collections.
    pub without: Vec<Collection>,
    /// Whether private calls are copied. The archive remembers it; `None` is as before, and at first
    /// it is `false`.
    pub include_private: Option<bool>,
    /// The most requests that this sync makes, not counting those that are sent again.
    pub max_requests: Option<u64>,
    /// The share of a day's requests, from 0 to 1, beyond which no more are made, by whomever they
    /// were.
    pub daily_budget: f64,
    /// Whether calls are removed although so many vanished that it may be a mistake; see
    /// [`Ended::Vanished`].
    pub accept_vanished: bool,
    /// Ends the sync before its next request, when somebody sets it. What was fetched is kept.
    pub stop: Option<Arc<AtomicBool>>,
    /// Is called at each step, to test what happens when one fails.
    pub steps: Steps,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            since: None,
            only: None,
            without: Vec::new(),
            include_private: None,
            max_requests: None,
            daily_budget: 0.9,
            accept_vanished: false,
            stop: None,
            steps: Steps::default(),
        }
    }
}

impl SyncOptions {
    /// Whether a collection is wanted.
    pub fn wants(&self, collection: Collection) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&collection))
            && !self.without.contains(&collection)
    }
}

/// What a sync did, and how it ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct Synced {
    /// How it ended.
    pub ended: Ended,
    /// How many requests it made, not counting those that were sent again.
    pub requests: u64,
    /// How many calls came that were not there before.
    pub calls_new: u64,
    /// How many calls came with another text than before.
    pub calls_changed: u64,
    /// How many calls were removed because they vanished or turned private.
    pub calls_removed: u64,
    /// How many transcripts came, new or changed.
    pub transcripts_new: u64,
    /// How many transcripts have yet to come.
    pub transcripts_expected: u64,
    /// How many transcripts are no longer waited for, since this sync.
    pub transcripts_given_up: u64,
    /// How many records of other collections are new or changed.
    pub others_new: u64,
    /// How many records could not be read, and were put aside as they are.
    pub quarantined: u64,
    /// What could not be fetched, while the rest was.
    pub problems: Vec<Problem>,
    /// The spans whose listing did not have as many calls as Gong says there are. The next sync lists
    /// them again.
    pub unsettled: Vec<(Timestamp, Timestamp)>,
    /// How far this machine's clock is ahead of Gong's.
    pub skew: SignedDuration,
    /// How many bytes wait beside the database to be moved into it, because somebody reads what it
    /// held before. They are safe, and grow with each sync until the reader is done.
    pub waiting_bytes: u64,
}

/// How a sync ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// The archive is up to date.
    Done,
    /// The requests of the day are used up, or as many as the budget allows; the next sync goes on
    /// where this one stopped.
    Budget {
        /// When requests can be made again.
        resume_at: Timestamp,
    },
    /// Gong asked to wait for longer than a request waits; the next sync goes on where this one
    /// stopped.
    Paused {
        /// When requests can be made again.
        resume_at: Timestamp,
    },
    /// [`SyncOptions::max_requests`] were made; the next sync goes on where this one stopped.
    MaxRequests,
    /// Somebody asked it to stop; the next sync goes on where this one stopped.
    Stopped,
    /// Everything else is up to date, but so many calls vanished from Gong that none of them was
    /// removed: perhaps the key sees less than before. [`SyncOptions::accept_vanished`] is the answer
    /// if they are gone indeed.
    Vanished {
        /// How many calls are missing.
        missing: u64,
        /// Of how many in the spans of time that they are missing from.
        of: u64,
    },
}

/// A collection that could not be fetched, wholly or in part.
#[derive(Debug)]
#[non_exhaustive]
pub struct Problem {
    /// Which collection.
    pub collection: Collection,
    /// What happened; [`missing_scope`](gong_client::Error::missing_scope) says if it was that.
    pub error: gong_client::Error,
}

/// What a sync will cost.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// How many calls there are.
    pub calls: u64,
    /// About how many requests it takes.
    pub requests: u64,
    /// How many days' budgets that is; 0 without a limit of a day.
    pub days: f64,
}

/// Brings the archive up to date.
///
/// All that was fetched is kept, whatever happens: each answer is written as a whole, together with
/// the state that says that it is there. So the future may be dropped, and the process killed, at any
/// time; the next sync goes on from there.
///
/// Fails if Gong cannot be reached or refuses the login, if nothing at all is allowed, and if the
/// archive cannot be written.
pub async fn sync(
    writer: &mut Writer,
    client: &Client,
    options: &SyncOptions,
    progress: &dyn Progress,
) -> Result<Synced> {
    let mut run = Run::new(writer, client, options, progress);
    run.workspaces().await?;
    let now = run.now();
    let skew = Timestamp::now().duration_since(now);
    // Without a request, nobody knows what time it is for Gong, and what is too old.
    if run.ended.is_some() && client.server_time().is_none() {
        return run.finish(skew);
    }
    // Calls go on where they stopped, and the others do not: with few requests, calls come first.
    if options.max_requests.is_none() {
        run.daily().await?;
    }
    if options.wants(Collection::Calls) || options.wants(Collection::Transcripts) {
        let plan = run.plan()?;
        run.calls(plan).await?;
        if options.wants(Collection::Calls) && !run.is_denied(Collection::Calls) {
            run.vanished().await?;
        }
        run.tidy()?;
    }
    if options.max_requests.is_some() {
        run.daily().await?;
    }
    run.by_days().await?;
    run.writer.sweep(run.now())?;
    run.finish(skew)
}

impl Synced {
    fn nothing() -> Self {
        Self {
            ended: Ended::Done,
            requests: 0,
            calls_new: 0,
            calls_changed: 0,
            calls_removed: 0,
            transcripts_new: 0,
            transcripts_expected: 0,
            transcripts_given_up: 0,
            others_new: 0,
            quarantined: 0,
            problems: Vec::new(),
            unsettled: Vec::new(),
            skew: SignedDuration::ZERO,
            waiting_bytes: 0,
        }
    }
}

impl Run<'_> {
    /// Decides what to list, and notes it.
    fn plan(&mut self) -> Result<Plan> {
        let now = self.now();
        let n_old = self.writer.apply_retention(now)?;
        self.synced.calls_removed += n_old;
        let connection = self.connection();
        let mut known = self.named(state::known(connection))?;
        let kept_from = self.named(tombstones::kept_from(connection))?;
        let remembered = self.named(state::includes_private(connection))?;
        let is_included = self.options.include_private.unwrap_or(remembered);
        self.private = if is_included { Private::Copied } else { Private::LeftOut };
        if is_included != remembered {
            self.change_private(&mut known)?;
        }
        if !self.options.wants(Collection::Calls) {
            // How far back they go is asked when they are.
            return Ok(Plan::default());
        }
        let since = begins(self.options, kept_from.as_deref(), &known);
        let plan = plan(&known, since, now);
        if plan.begins_round || !plan.fresh.is_empty() {
            self.write(
                |_| Ok(()),
                |connection, ()| {
                    plan.fresh.iter().try_for_each(|window| state::add(connection, window))?;
                    if plan.begins_round {
                        state::set(connection, state::ROLLED, &now.to_string())?;
                    }
                    Ok(())
                },
            )?;
        }
        Ok(plan)
    }

    /// Removes the private calls, or has everything listed again to find them.
    fn change_private(&mut self, known: &mut Known) -> Result<()> {
        let is_included = self.private == Private::Copied;
        let private = self.named(vanished::private(self.connection()))?;
        if is_included {
            known.windows.iter_mut().for_each(Window::forget);
        }
        self.write(
            |batch| {
                let gone = private.iter().filter(|_| !is_included);
                batch.delete_calls(gone.map(String::as_str))
            },
            |connection, _| {
                for window in known.windows.iter().filter(|_| is_included) {
                    state::remove(connection, window.starts)?;
                    state::add(connection, window)?;
                }
                state::set(connection, INCLUDE_PRIVATE, if is_included { "1" } else { "0" })
            },
        )
        .map(|(n_removed, ())| self.synced.calls_removed += n_removed)
    }
}

/// How far back calls are copied, if it is further than before. What is older than what is kept would
/// only be left out.
fn begins(options: &SyncOptions, kept_from: Option<&str>, known: &Known) -> Option<Timestamp> {
    let kept_from: Option<Timestamp> = kept_from.and_then(|it| it.parse().ok());
    let since = options.since.map(|since| kept_from.map_or(since, |it| since.max(it)));
    since.or_else(|| kept_from.filter(|_| known.windows.is_empty()))
}

/// What the first sync of an archive will cost, as far back as
/// [`since`](SyncOptions::since) says. Takes one request; nothing is known if the budget has none.
pub async fn estimate(client: &Client, options: &SyncOptions) -> Result<Option<Estimate>> {
    if Budget::default().take(client, options)?.is_some() {
        return Ok(None);
    }
    let search = SearchCalls { from: options.since, ..SearchCalls::default() };
    let calls = match client.send(&search).await {
        Ok(page) => {
            let total = page.records.and_then(|it| it.total_records);
            total.unwrap_or_else(|| u64::try_from(page.items.len()).unwrap_or(u64::MAX))
        }
        Err(error) if error.is_no_match() => 0,
        Err(error) => return Err(error.into()),
    };
    let pages = calls.div_ceil(100);
    let lists = [Collection::Calls, Collection::Transcripts].into_iter();
    let lists = u64::try_from(lists.filter(|it| options.wants(*it)).count()).unwrap_or(0);
    let requests = pages * lists + 20;
    let per_day = budget::per_day(client.quota()?.per_day, options);
    let days = u32::try_from(requests).map_or(f64::INFINITY, f64::from) / per_day;
    Ok(Some(Estimate { calls, requests, days: if per_day > 0.0 { days } else { 0.0 } }))
}
