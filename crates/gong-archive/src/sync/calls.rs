//! The calls of a sync: windows are listed while transcripts are asked for, and each answer is written.

use std::{
    collections::{BTreeSet, VecDeque},
    panic::resume_unwind,
};

use futures_util::StreamExt as _;
use gong_types::{CallDetails, CallTranscript, Page, Record};
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{
    listing::{Listed, Listing, Next},
    run::{Private, Run, refused_with},
    state,
    transcripts::{self, Ask, Asked, is_about_the_answer, is_about_the_ids},
};
use crate::{
    batch::{Batch, Saved},
    collection::Collection,
    error::Result,
    plan::{Plan, Planned, merge},
};

/// How many requests for transcripts are under way at once, beside the one for calls.
const ASKS: usize = 2;

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

impl Run<'_> {
    /// Lists calls and asks for transcripts, at the same time.
    pub(super) async fn calls(&mut self, plan: Plan) -> Result<()> {
        let mut listings = VecDeque::from(plan.listings);
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
                    let next = listings.pop_front();
                    let next = if next.is_some() { next } else { self.half(&mut listings)? };
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
                let due = if let Some(half) = halves.pop() {
                    half
                } else {
                    let due = self.due(&asked)?;
                    // More of them may come with the next page of calls.
                    let is_enough = !is_listing || due.len() == transcripts::AT_ONCE;
                    if is_enough { due } else { Vec::new() }
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
                        Err(error)
                            if !is_about_the_answer(&error)
                                && !is_about_the_ids(&error)
                                && !self.fails_alone(&error) =>
                        {
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
                if is_about_the_answer(&error) || self.fails_alone(&error) {
                    self.failed.push((listing.planned, error));
                } else {
                    self.forgive(Collection::Calls, error)?;
                }
                return Ok(None);
            }
        };
        self.read();
        self.n_pages += 1;
        let now = self.now();
        let (client, private) = (self.client, self.private);
        let records = page.as_ref().map(|page| &*page.items).unwrap_or_default();
        let listed: Vec<_> = records.iter().map(Listed::of).collect();
        listing.take(page.as_ref(), &listed);
        let ((_, tally), next) = self.write(
            |batch| save_calls(batch, records, listed, private, now),
            |connection, (saved, _)| listing.write_state(connection, client, saved, now),
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

    /// The first half of a listing that failed; the other one follows. So what Gong fails at is found,
    /// and keeps an hour's calls back instead of a year's. If no calls came at all, it is not that.
    fn half(&mut self, listings: &mut VecDeque<Planned>) -> Result<Option<Planned>> {
        while let Some((planned, error)) = self.failed.pop() {
            let Some(halves) = planned.halves().filter(|_| self.n_pages > 0) else {
                self.forgive(Collection::Calls, error)?;
                continue;
            };
            self.write(
                |_| Ok(()),
                |connection, ()| {
                    state::remove(connection, planned.window.starts)?;
                    halves.iter().try_for_each(|half| state::add(connection, &half.window))
                },
            )?;
            self.standing.windows_planned += 1;
            listings.extend(halves);
            return Ok(listings.pop_front());
        }
        Ok(None)
    }

    /// The transcripts to ask for now.
    fn due(&self, asked: &BTreeSet<i64>) -> Result<Vec<Ask>> {
        self.named(transcripts::due(self.connection(), asked, self.now()))
    }

    /// Puts transcripts off whose answer cannot be read.
    fn put_off(&mut self, asks: &[Ask], error: gong_client::Error) -> Result<()> {
        let now = self.now();
        self.n_answers += 1;
        let ((), n_given_up) =
            self.write(|_| Ok(()), |connection, ()| transcripts::put_off(connection, asks, now))?;
        self.synced.transcripts_given_up += n_given_up;
        self.tell_problem(Collection::Transcripts, error);
        Ok(())
    }

    /// Writes transcripts.
    fn transcripts(&mut self, asks: &[Ask], records: &[Record<CallTranscript>]) -> Result<()> {
        let now = self.now();
        self.read();
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

    /// Joins windows that need no longer stand alone, and forgets problems that are over.
    pub(super) fn tidy(&mut self) -> Result<()> {
        let now = self.now();
        let windows = self.named(state::windows(self.connection()))?;
        let merged = merge(windows.clone(), now);
        let mut well = vec![Collection::Calls, Collection::Transcripts];
        well.retain(|it| {
            let has_failed = self.synced.problems.iter().any(|problem| problem.collection == *it);
            self.ended.is_none() && self.options.wants(*it) && !has_failed
        });
        if merged == windows && well.is_empty() {
            return Ok(());
        }
        self.write(
            |_| Ok(()),
            |connection, ()| {
                well.iter().try_for_each(|it| state::forget_problem(connection, *it))?;
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
/// are left out.
pub(super) fn save_calls(
    batch: &mut Batch<'_>,
    records: &[Record<CallDetails>],
    listed: Vec<Listed>,
    private: Private,
    now: Timestamp,
) -> Result<(Vec<(Listed, Saved)>, Tally)> {
    let mut saved = Vec::with_capacity(listed.len());
    let mut tally = Tally::default();
    for (record, listed) in records.iter().zip(listed) {
        let became = if listed.is_private && private == Private::LeftOut {
            tally.removed +=
                batch.delete_calls(listed.id.as_ref().map(gong_types::CallId::as_str))?;
            Saved::LeftOut
        } else {
            batch.call(record, now)?
        };
        tally.count(became);
        saved.push((listed, became));
    }
    Ok((saved, tally))
}
