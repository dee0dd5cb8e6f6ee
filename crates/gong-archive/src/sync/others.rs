//! The other collections: those that are fetched whole each day, and those that are fetched by days.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
};

use futures_util::StreamExt as _;
use gong_types::{
    ActivityByPeriod, AggregationPeriod, AnsweredScorecards, Endpoint, ListScorecards,
    ListTrackers, ListUsers, ListWorkspaces, Page, Record, ReviewMethod, Workspace,
};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use super::{
    listing::Pages,
    run::{Run, is_denied},
    state,
    transcripts::is_about_the_answer,
};
use crate::{
    batch::{Batch, Saved},
    collection::Collection,
    error::{Error, Result},
    plan::{is_daily_due, minus},
    tombstones,
};

/// How many days are fetched again each time: reviews and deeds of the last days still change.
pub(super) const LOOK_BACK: i32 = 7;
/// How many days are asked for at once, at first: fewer if that is too much.
const SPAN: i32 = 366;
/// How many records of days a span may have, so that a sync that stops has some spans behind it.
const RECORDS: u64 = 200;
/// How far back days are fetched when nothing says where calls begin.
const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How far behind UTC a company can be: its day is never after today then.
const WEST: SignedDuration = SignedDuration::from_hours(12);

impl Run<'_> {
    /// Fetches the workspaces. It is the first request of a sync: its answer says what time it is.
    pub(super) async fn workspaces(&mut self) -> Result<()> {
        if self.options.wants(Collection::Workspaces) {
            let save = |batch: &mut Batch<'_>, record: &_, now| batch.workspace(record, now);
            let check = Self::refuse_another_company;
            return self.whole(Collection::Workspaces, &ListWorkspaces, check, save).await;
        }
        if !self.may_send()? {
            return Ok(());
        }
        let answer = self.client.send(&ListWorkspaces).await;
        self.answered(1)?;
        match answer {
            Ok(page) => self.refuse_another_company(&page.items),
            Err(error) if is_denied(&error) => Ok(()),
            Err(error) => self.forgive(Collection::Workspaces, error),
        }
    }

    /// Fails if the archive has workspaces and Gong has none of them: the calls of two companies
    /// would be mixed, and those of the first would seem to have vanished.
    fn refuse_another_company(&self, listed: &[Record<Workspace>]) -> Result<()> {
        let known = self.named(state::workspaces(self.connection()))?;
        let mut listed = listed.iter().filter_map(|it| it.read().ok()).peekable();
        if known.is_empty()
            || listed.peek().is_none()
            || listed.any(|it| known.contains(it.id.as_str()))
        {
            return Ok(());
        }
        Err(Error::OtherCompany { path: self.writer.archive.path() })
    }

    /// Fetches what is fetched whole each day, if it is due.
    pub(super) async fn daily(&mut self) -> Result<()> {
        for collection in [Collection::Users, Collection::Trackers, Collection::Scorecards] {
            if !self.options.wants(collection) || !self.is_due(collection)? {
                continue;
            }
            match collection {
                Collection::Users => {
                    self.whole(collection, &ListUsers::default(), any, |batch, record, now| {
                        batch.user(record, now)
                    })
                    .await?;
                }
                Collection::Trackers => {
                    self.whole(collection, &ListTrackers::default(), any, |batch, record, now| {
                        batch.tracker(record, now)
                    })
                    .await?;
                }
                _ => {
                    self.whole(collection, &ListScorecards, any, |batch, record, now| {
                        batch.scorecard(record, now)
                    })
                    .await?;
                }
            }
        }
        Ok(())
    }

    /// Fetches what has days, if it is due.
    pub(super) async fn by_days(&mut self) -> Result<()> {
        let first = self.named(state::first_call(self.connection()))?;
        let first = first.or(self.options.since).unwrap_or_else(|| minus(self.now(), YEAR));
        let kept_from = self.named(tombstones::kept_from(self.connection()))?;
        let first = kept_from.and_then(|it| it.parse().ok()).map_or(first, |it| first.max(it));
        // It may still be the day before where the company is.
        let from = minus(first, WEST).to_zoned(TimeZone::UTC).date();
        let collection = Collection::AnsweredScorecards;
        if self.options.wants(collection) && self.are_days_due(collection, from)? {
            let search = |from, to| AnsweredScorecards {
                review_from: Some(from),
                review_to: Some(to),
                review_method: Some(ReviewMethod::Both),
                ..AnsweredScorecards::default()
            };
            self.spans(collection, from, RECORDS, search, |batch, record, now| {
                batch.answered_scorecard(record, now)
            })
            .await?;
        }
        let collection = Collection::Activity;
        if self.options.wants(collection) && self.are_days_due(collection, from)? {
            let search = |from, to| ActivityByPeriod {
                from,
                to,
                every: AggregationPeriod::Day,
                user_ids: None,
            };
            // There is a record for each user, however many days it has.
            self.spans(collection, from, u64::MAX, search, |batch, record, now| {
                batch.activity(record, now)
            })
            .await?;
        }
        Ok(())
    }

    fn is_due(&self, collection: Collection) -> Result<bool> {
        let fetched = self.named(state::fetched(self.connection(), collection))?;
        Ok(is_daily_due(fetched.at, self.now()))
    }

    /// Whether the last days are due, or there are earlier ones now.
    fn are_days_due(&self, collection: Collection, first: Date) -> Result<bool> {
        let fetched = self.named(state::fetched(self.connection(), collection))?;
        let is_earlier = fetched.days.is_some_and(|(from, _)| first < from);
        Ok(is_earlier || is_daily_due(fetched.at, self.now()))
    }

    async fn whole<E, T>(
        &mut self,
        collection: Collection,
        endpoint: &E,
        check: impl Fn(&Self, &[Record<T>]) -> Result<()>,
        save: impl Fn(&mut Batch<'_>, &Record<T>, Timestamp) -> Result<Saved>,
    ) -> Result<()>
    where
        E: Endpoint<Response = Page<T>> + 'static,
        T: 'static,
    {
        let pages = Box::pin(self.client.pages(endpoint));
        let list = match self.pages(pages, u64::MAX, check, &save).await? {
            Came::Whole(list) => list,
            Came::Not(error) => return self.forgive(collection, error),
            Came::TooMany(_) | Came::Ended => return Ok(()),
        };
        self.write(
            |batch| {
                let is_shown = list.shows_what_is_gone();
                if is_shown { batch.remove_unlisted(collection, list.began) } else { Ok(0) }
            },
            |connection, _| state::note_fetched(connection, collection, list.began),
        )?;
        Ok(())
    }

    /// Fetches all days from the first on, or from a week before those that were fetched, in spans of
    /// not too many records.
    async fn spans<E, T>(
        &mut self,
        collection: Collection,
        first: Date,
        most: u64,
        search: impl Fn(Date, Date) -> E,
        save: impl Fn(&mut Batch<'_>, &Record<T>, Timestamp) -> Result<Saved>,
    ) -> Result<()>
    where
        E: Endpoint<Response = Page<T>> + 'static,
        T: 'static,
    {
        let now = self.now();
        let last = minus(now, WEST).to_zoned(TimeZone::UTC).date();
        let fetched = self.named(state::fetched(self.connection(), collection))?;
        let (covered_from, mut from) = match fetched.days {
            Some((from, to)) if from <= first => {
                (from, to.saturating_sub(LOOK_BACK.days()).max(first))
            }
            _ => (first, first),
        };
        let mut span = SPAN;
        while from < last {
            let to = from.saturating_add(span.days()).min(last);
            let pages = Box::pin(self.client.pages(&search(from, to)));
            let most = if span > 1 { most } else { u64::MAX };
            match self.pages(pages, most, any, &save).await? {
                Came::Whole(_) => {}
                Came::TooMany(total) => {
                    let share = most.saturating_mul(days(from, to)) / total;
                    span = i32::try_from(share).unwrap_or(SPAN).clamp(1, span - 1);
                    continue;
                }
                Came::Not(error) if span > 1 && is_about_the_answer(&error) => {
                    span = (span / 2).max(1);
                    continue;
                }
                Came::Not(error) => return self.forgive(collection, error),
                Came::Ended => return Ok(()),
            }
            self.write(
                |_| Ok(()),
                |connection, ()| {
                    state::note_days(connection, collection, (covered_from, to))?;
                    if to < last {
                        return Ok(());
                    }
                    state::note_fetched(connection, collection, now)
                },
            )?;
            from = to;
        }
        Ok(())
    }

    /// Fetches and writes pages to their end, unless the first one says that there are more than
    /// `most` records. `check` sees it before it is written.
    async fn pages<T>(
        &mut self,
        mut pages: Pages<T>,
        most: u64,
        check: impl Fn(&Self, &[Record<T>]) -> Result<()>,
        save: impl Fn(&mut Batch<'_>, &Record<T>, Timestamp) -> Result<Saved>,
    ) -> Result<Came> {
        let mut list = None;
        loop {
            if !self.may_send()? {
                return Ok(Came::Ended);
            }
            let page = pages.next().await.transpose();
            self.answered(1)?;
            let page = match page {
                Ok(Some(page)) => page,
                Ok(None) => {
                    self.read();
                    return Ok(Came::Whole(list.unwrap_or_else(|| List::begun(self.now()))));
                }
                Err(error) => return Ok(Came::Not(error)),
            };
            if list.is_none() {
                check(self, &page.items)?;
            }
            self.read();
            let under_way = list.get_or_insert_with(|| List::begun(self.now()));
            let now = under_way.began;
            let ((n_new, n_quarantined), ()) = self.write(
                |batch| {
                    let (mut n_new, mut n_quarantined) = (0, 0);
                    for record in &page.items {
                        match save(batch, record, now)? {
                            Saved::New | Saved::Changed => n_new += 1,
                            Saved::Quarantined => n_quarantined += 1,
                            Saved::Same | Saved::LeftOut => {}
                        }
                    }
                    Ok((n_new, n_quarantined))
                },
                |_, _| Ok(()),
            )?;
            self.synced.others_new += n_new;
            self.synced.quarantined += n_quarantined;
            under_way.take(&page, n_quarantined);
            let total = under_way.total;
            self.tell()?;
            if page.records.as_ref().and_then(|it| it.next()).is_none()
                && let Some(list) = list
            {
                return Ok(Came::Whole(list));
            }
            if let Some(total) = total.filter(|total| *total > most) {
                return Ok(Came::TooMany(total));
            }
        }
    }
}

/// What came of fetching a list.
enum Came {
    /// All of it.
    Whole(List),
    /// The first page, which says that there are so many records.
    TooMany(u64),
    /// What came before this.
    Not(gong_client::Error),
    /// What came before the sync had to end.
    Ended,
}

/// How many days there are from one to another.
fn days(from: Date, to: Date) -> u64 {
    u64::try_from(to.duration_since(from).as_hours() / 24).unwrap_or(1)
}

/// A list that was fetched to its end.
struct List {
    /// When its first page came.
    began: Timestamp,
    /// Its records, hashed.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// How many there are, if Gong says so.
    total: Option<u64>,
    /// Whether some could not be read, or their number changed from page to page.
    is_torn: bool,
}

impl List {
    fn begun(began: Timestamp) -> Self {
        let (seen, hasher) = (HashSet::new(), RandomState::new());
        Self { began, seen, hasher, total: None, is_torn: false }
    }

    fn take<T>(&mut self, page: &Page<T>, n_quarantined: u64) {
        self.seen.extend(page.items.iter().map(|it| self.hasher.hash_one(it.text())));
        let total = page.records.as_ref().and_then(|it| it.total_records);
        let has_moved = self.total.zip(total).is_some_and(|(one, other)| one != other);
        self.total = total.or(self.total);
        self.is_torn |= has_moved || n_quarantined > 0;
    }

    /// Whether what it lacks is gone. It is not if some moved from page to page meanwhile, or if the
    /// login sees nothing any more.
    fn shows_what_is_gone(&self) -> bool {
        let n_seen = u64::try_from(self.seen.len()).unwrap_or(u64::MAX);
        n_seen > 0 && self.total.is_none_or(|total| total == n_seen) && !self.is_torn
    }
}

/// Lets every page pass.
#[expect(clippy::unnecessary_wraps, reason = "others may fail")]
fn any<T>(_: &Run<'_>, _: &[Record<T>]) -> Result<()> {
    Ok(())
}
