//! The run of a sync: fetches within the budget, and writes each answer in one transaction.

use std::{collections::BTreeSet, panic::resume_unwind};

use futures_util::StreamExt as _;
use gong_client::Client;
use gong_types::{CallDetails, CallTranscript, Page, Record};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio::task::JoinSet;

use super::{
    Ended, Problem, Step, SyncOptions, Synced,
    budget::Budget,
    listing::{Listed, Listing, Next},
    state,
    transcripts::{self, Ask, Asked, is_about_the_answer},
};
use crate::{
    batch::{Batch, Saved},
    collection::Collection,
    error::{Error, Result},
    plan::{Plan, merge},
    progress::{Progress, Standing},
    writer::Writer,
};

/// How many requests for transcripts are under way at once, beside the one for calls.
const ASKS: usize = 2;

/// A sync while it runs.
pub(super) struct Run<'a> {
    pub(super) writer: &'a mut Writer,
    pub(super) client: &'a Client,
    pub(super) options: &'a SyncOptions,
    progress: &'a dyn Progress,
    pub(super) budget: Budget,
    pub(super) synced: Synced,
    standing: Standing,
    pub(super) include_private: bool,
    /// How many answers were read.
    pub(super) n_answers: u64,
    /// How many calls are missing of how many, where it is too many to remove them.
    pub(super) held_back: Option<(u64, u64)>,
    /// Set when no more requests may be sent.
    pub(super) ended: Option<Ended>,
}

/// An answer.
enum Fetched {
    Page(Box<Listing>, Option<gong_client::Result<Page<CallDetails>>>),
    Transcripts(Vec<Ask>, Asked),
}

/// What became of the calls of a page.
#[derive(Debug, Default)]
pub(super) struct Tally {
    new: u64,
    changed: u64,
    pub(super) removed: u64,
    quarantined: u64,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        writer: &'a mut Writer,
        client: &'a Client,
        options: &'a SyncOptions,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            writer,
            client,
            options,
            progress,
            budget: Budget::default(),
            synced: Synced::nothing(),
            standing: Standing::default(),
            include_private: false,
            n_answers: 0,
            held_back: None,
            ended: None,
        }
    }

    /// What time it is for Gong; for this machine, if Gong does not say.
    pub(super) fn now(&self) -> Timestamp {
        self.client.server_time().unwrap_or_else(Timestamp::now)
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.writer.archive.connection
    }

    pub(super) fn named<T>(&self, done: rusqlite::Result<T>) -> Result<T> {
        done.map_err(|error| Error::of(error, &self.writer.archive.path()))
    }

    /// Whether one more request may be sent. It is counted then.
    pub(super) fn may_send(&mut self) -> Result<bool> {
        if self.ended.is_none() {
            self.ended = self.budget.take(self.client, self.options)?;
        }
        if self.ended.is_none() {
            self.options.steps.at(Step::Fetching)?;
        }
        Ok(self.ended.is_none())
    }

    /// Takes note of an answer to what [`may_send`](Self::may_send) allowed.
    pub(super) fn answered(&mut self, requests: u64) -> Result<()> {
        self.budget.answered(requests);
        self.options.steps.at(Step::Fetched)
    }

    /// Writes records, and then the state that says that they are there, in one transaction.
    pub(super) fn write<T, U>(
        &mut self,
        records: impl FnOnce(&mut Batch<'_>) -> Result<T>,
        state: impl FnOnce(&Connection, &T) -> rusqlite::Result<U>,
    ) -> Result<(T, U)> {
        let path = self.writer.archive.path();
        let mut batch = self.writer.batch()?;
        let written = records(&mut batch)?;
        self.options.steps.at(Step::Recorded)?;
        let stated =
            state(&batch.transaction, &written).map_err(|error| Error::of(error, &path))?;
        self.options.steps.at(Step::Stated)?;
        batch.commit()?;
        self.options.steps.at(Step::Committed)?;
        Ok((written, stated))
    }

    /// Tells how far it is.
    pub(super) fn tell(&mut self) -> Result<()> {
        let quota = self.client.quota()?;
        self.standing.requests = self.budget.requests;
        (self.standing.used_today, self.standing.per_day) = (quota.used, quota.per_day);
        self.progress.moved(&self.standing);
        Ok(())
    }

    /// Decides whether the sync goes on after an error: notes what is the matter of one collection
    /// alone, and when requests can be sent again.
    pub(super) fn forgive(
        &mut self,
        collection: Collection,
        error: gong_client::Error,
    ) -> Result<()> {
        if let Some(resume_at) = error.exhausted_until() {
            self.ended = Some(Ended::Budget { resume_at });
            return Ok(());
        }
        let is_about_it = is_denied(&error)
            || matches!(
                error,
                gong_client::Error::TooLarge { .. }
                    | gong_client::Error::Undecodable { .. }
                    | gong_client::Error::Stuck { .. }
            )
            || matches!(refused_with(&error), Some(400 | 404));
        if !is_about_it {
            return Err(error.into());
        }
        let text = error.to_string();
        self.write(
            |_| Ok(()),
            |connection, ()| state::note(connection, collection, None, None, Some(&text)),
        )?;
        self.synced.problems.push(Problem { collection, error });
        Ok(())
    }

    /// Lists calls and asks for transcripts, at the same time.
    pub(super) async fn calls(&mut self, plan: Plan) -> Result<()> {
        let mut listings = plan.listings.into_iter();
        self.standing.windows_planned = u64::try_from(listings.len()).unwrap_or(u64::MAX);
        self.standing.transcripts_expected =
            self.named(transcripts::n_expected(self.connection()))?;
        // On tasks of their own, so that fetching goes on while answers are written.
        let mut fetches = JoinSet::new();
        let mut waiting: Option<Box<Listing>> = None;
        let mut is_listing = false;
        let mut asked = BTreeSet::new();
        let (mut wants_calls, mut wants_asks) =
            (self.options.wants(Collection::Calls), self.options.wants(Collection::Transcripts));
        let mut n_asks = 0;
        // Answers that could not be read are asked for in halves.
        let mut halves = Vec::new();
        loop {
            if !is_listing && wants_calls && self.ended.is_none() {
                if waiting.is_none() {
                    let next = listings.next();
                    waiting = next.map(|next| Box::new(Listing::new(self.client, next)));
                }
                if let Some(mut listing) = waiting.take() {
                    if self.may_send()? {
                        is_listing = true;
                        let fetch = async move {
                            let page = listing.pages.next().await;
                            Fetched::Page(listing, page)
                        };
                        fetches.spawn(fetch);
                    } else {
                        waiting = Some(listing);
                    }
                }
            }
            while wants_asks && n_asks < ASKS && self.ended.is_none() {
                let due = match halves.pop() {
                    Some(half) => half,
                    None => self.due(&asked, is_listing)?,
                };
                if due.is_empty() || !self.may_send()? {
                    break;
                }
                asked.extend(due.iter().map(|ask| ask.number));
                n_asks += 1;
                let client = self.client.clone();
                let fetch = async move {
                    let asked = transcripts::ask(client, due.clone()).await;
                    Fetched::Transcripts(due, asked)
                };
                fetches.spawn(fetch);
            }
            let Some(answer) = fetches.join_next().await else { return Ok(()) };
            match answer.unwrap_or_else(|error| resume_unwind(error.into_panic())) {
                Fetched::Page(listing, page) => {
                    self.answered(1)?;
                    is_listing = false;
                    match self.page(listing, page)? {
                        Some(listing) => waiting = Some(listing),
                        None => wants_calls &= !self.is_denied(Collection::Calls),
                    }
                }
                Fetched::Transcripts(asks, answer) => {
                    self.answered(answer.requests)?;
                    n_asks -= 1;
                    for ask in &asks {
                        asked.remove(&ask.number);
                    }
                    match answer.outcome {
                        Ok(records) => self.transcripts(&asks, &records)?,
                        Err(error) if !is_about_the_answer(&error) => {
                            self.forgive(Collection::Transcripts, error)?;
                            wants_asks = false;
                        }
                        Err(_) if asks.len() > 1 => {
                            // Not to be asked for together once more.
                            asked.extend(asks.iter().map(|ask| ask.number));
                            let (one, other) = asks.split_at(asks.len() / 2);
                            halves.extend([other.to_vec(), one.to_vec()]);
                        }
                        Err(error) => self.put_off(&asks, error)?,
                    }
                }
            }
            self.tell()?;
        }
    }

    /// Writes a page of calls; gives the listing back if it goes on.
    fn page(
        &mut self,
        mut listing: Box<Listing>,
        page: Option<gong_client::Result<Page<CallDetails>>>,
    ) -> Result<Option<Box<Listing>>> {
        let page = match page.transpose() {
            Ok(page) => page,
            Err(error) => {
                let is_refused = refused_with(&error) == Some(400)
                    || matches!(error, gong_client::Error::Stuck { .. });
                if is_refused && listing.go_on(self.client) {
                    return Ok(Some(listing));
                }
                self.forgive(Collection::Calls, error)?;
                return Ok(None);
            }
        };
        self.n_answers += 1;
        let now = self.now();
        let (client, include_private) = (self.client, self.include_private);
        let records = page.as_ref().map(|page| &*page.items).unwrap_or_default();
        let listed: Vec<_> = records.iter().map(Listed::of).collect();
        let is_last = page.as_ref().and_then(|it| it.records.as_ref()?.next()).is_none();
        listing.take(page.as_ref(), &listed);
        let ((_, tally), next) = self.write(
            |batch| save_calls(batch, records, listed, include_private, now),
            |connection, (saved, _)| listing.write_state(connection, client, saved, is_last, now),
        )?;
        self.count(&tally);
        self.standing.calls_listed += u64::try_from(records.len()).unwrap_or(u64::MAX);
        self.standing.calls_to_list += listing.new_total().unwrap_or(0);
        self.standing.transcripts_expected += tally.new;
        match next {
            Next::Page | Next::Again => return Ok(Some(listing)),
            Next::Done => {}
            Next::Unsettled => {
                self.synced.unsettled.push((listing.planned.window.starts, listing.planned.ends));
            }
        }
        self.standing.windows_done += 1;
        Ok(None)
    }

    /// The transcripts to ask for now: none while more of them may come with the next page of calls.
    fn due(&self, asked: &BTreeSet<i64>, is_listing: bool) -> Result<Vec<Ask>> {
        let due = self.named(transcripts::due(self.connection(), asked, self.now()))?;
        let is_enough = due.len() == transcripts::AT_ONCE || !is_listing;
        Ok(if is_enough { due } else { Vec::new() })
    }

    /// Puts transcripts off whose answer cannot be read.
    fn put_off(&mut self, asks: &[Ask], error: gong_client::Error) -> Result<()> {
        let now = self.now();
        self.n_answers += 1;
        self.write(|_| Ok(()), |connection, ()| transcripts::put_off(connection, asks, now))?;
        let collection = Collection::Transcripts;
        // One of them says it.
        if !self.synced.problems.iter().any(|it| it.collection == collection) {
            self.synced.problems.push(Problem { collection, error });
        }
        Ok(())
    }

    /// Writes transcripts.
    fn transcripts(&mut self, asks: &[Ask], records: &[Record<CallTranscript>]) -> Result<()> {
        let now = self.now();
        self.n_answers += 1;
        let (came, n_given_up) = self.write(
            |batch| transcripts::write(batch, records, now),
            |connection, _| transcripts::postpone(connection, asks, now),
        )?;
        self.synced.transcripts_new += came.n_new;
        self.synced.transcripts_given_up += n_given_up;
        self.synced.quarantined += came.n_quarantined;
        self.standing.transcripts_present += came.n_new;
        let expected = &mut self.standing.transcripts_expected;
        *expected = expected.saturating_sub(came.n_new + n_given_up);
        Ok(())
    }

    /// Joins windows that need no longer stand alone.
    pub(super) fn tidy(&mut self) -> Result<()> {
        let now = self.now();
        let windows = self.named(state::windows(self.connection()))?;
        let merged = merge(windows.clone(), now);
        if merged == windows {
            return Ok(());
        }
        self.write(
            |_| Ok(()),
            |connection, ()| {
                windows.iter().try_for_each(|window| state::remove(connection, window.starts))?;
                merged.iter().try_for_each(|window| state::add(connection, window))
            },
        )?;
        Ok(())
    }

    pub(super) fn count(&mut self, tally: &Tally) {
        self.synced.calls_new += tally.new;
        self.synced.calls_changed += tally.changed;
        self.synced.calls_removed += tally.removed;
        self.synced.quarantined += tally.quarantined;
    }

    /// Whether a collection may not be read.
    pub(super) fn is_denied(&self, collection: Collection) -> bool {
        let problems = &self.synced.problems;
        problems.iter().any(|it| it.collection == collection && is_denied(&it.error))
    }

    /// What came of it all. Fails if nothing that was asked for is allowed.
    pub(super) fn finish(mut self, skew: SignedDuration) -> Result<Synced> {
        if self.n_answers == 0 && !self.synced.problems.is_empty() {
            return Err(self.synced.problems.swap_remove(0).error.into());
        }
        let vanished = self.held_back.map(|(missing, of)| Ended::Vanished { missing, of });
        self.synced.ended = self.ended.take().or(vanished).unwrap_or(Ended::Done);
        self.synced.requests = self.budget.requests;
        self.synced.transcripts_expected =
            self.named(transcripts::n_expected(self.connection()))?;
        self.synced.skew = skew;
        self.synced.waiting_bytes = self.named(waiting_bytes(self.connection()))?;
        Ok(self.synced)
    }
}

impl Tally {
    fn count(&mut self, saved: Saved) {
        match saved {
            Saved::New => self.new += 1,
            Saved::Changed => self.changed += 1,
            Saved::Quarantined => self.quarantined += 1,
            Saved::Same | Saved::LeftOut => {}
        }
    }
}

/// Writes calls as Gong has them now, and says what became of each. Private ones are removed if they
/// are not wanted.
pub(super) fn save_calls(
    batch: &mut Batch<'_>,
    records: &[Record<CallDetails>],
    listed: Vec<Listed>,
    include_private: bool,
    now: Timestamp,
) -> Result<(Vec<(Listed, Saved)>, Tally)> {
    let mut saved = Vec::with_capacity(listed.len());
    let mut tally = Tally::default();
    for (record, listed) in records.iter().zip(listed) {
        let became = if listed.is_private && !include_private {
            if let Some(id) = &listed.id {
                tally.removed += u64::from(batch.delete_call(id.as_str())?);
            }
            Saved::LeftOut
        } else {
            batch.call(record, now)?
        };
        tally.count(became);
        saved.push((listed, became));
    }
    Ok((saved, tally))
}

/// Moves what was committed into the database as far as no reader is in the way, and says how many
/// bytes are not.
fn waiting_bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let (log, moved): (i64, i64) =
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get(1)?, row.get(2)?))
        })?;
    let page_size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(u64::try_from((log - moved) * page_size).unwrap_or(0))
}

/// Whether the login may not do this, though it may do other things.
pub(super) fn is_denied(error: &gong_client::Error) -> bool {
    error.missing_scope().is_some() || refused_with(error) == Some(403)
}

/// The status with which Gong itself refused something, and not whatever else answered.
fn refused_with(error: &gong_client::Error) -> Option<u16> {
    match error {
        gong_client::Error::Refused { status, .. } => Some(status.as_u16()),
        _ => None,
    }
}
