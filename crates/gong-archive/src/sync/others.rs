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
};
use crate::{
    batch::{Batch, Saved},
    collection::Collection,
    error::{Error, Result},
    plan::{is_daily_due, minus},
};

/// How many days are fetched again each time: reviews and deeds of the last days still change.
const LOOK_BACK: i32 = 7;
/// How many days are asked for at once: more would make answers that are too large.
const SPAN: i32 = 366;
/// More days than there are.
const ALL: i32 = 100 * 366;
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
        // It may still be the day before where the company is.
        let from = minus(first, WEST).to_zoned(TimeZone::UTC).date();
        let collection = Collection::AnsweredScorecards;
        if self.options.wants(collection) && self.is_due(collection)? {
            let search = |from, to| AnsweredScorecards {
                review_from: Some(from),
                review_to: Some(to),
                review_method: Some(ReviewMethod::Both),
                ..AnsweredScorecards::default()
            };
            self.spans(collection, from, ALL, search, |batch, record, now| {
                batch.answered_scorecard(record, now)
            })
            .await?;
        }
        let collection = Collection::Activity;
        if self.options.wants(collection) && self.is_due(collection)? {
            let search = |from, to| ActivityByPeriod {
                from,
                to,
                every: AggregationPeriod::Day,
                user_ids: None,
            };
            self.spans(collection, from, SPAN, search, |batch, record, now| {
                batch.activity(record, now)
            })
            .await?;
        }
        Ok(())
    }

    fn is_due(&self, collection: Collection) -> Result<bool> {
        let (fetched, _) = self.named(state::fetched(self.connection(), collection))?;
        Ok(is_daily_due(fetched, self.now()))
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
        let Some(list) = self.pages(collection, pages, check, &save).await? else {
            return Ok(());
        };
        self.write(
            |batch| {
                let is_shown = list.shows_what_is_gone();
                if is_shown { batch.remove_unlisted(collection, list.began) } else { Ok(0) }
            },
            |connection, _| state::note(connection, collection, Some(list.began), None, None),
        )?;
        Ok(())
    }

    /// Fetches all days from the first on, or from a week before those that were fetched.
    async fn spans<E, T>(
        &mut self,
        collection: Collection,
        first: Date,
        most: i32,
        search: impl Fn(Date, Date) -> E,
        save: impl Fn(&mut Batch<'_>, &Record<T>, Timestamp) -> Result<Saved>,
    ) -> Result<()>
    where
        E: Endpoint<Response = Page<T>> + 'static,
        T: 'static,
    {
        let now = self.now();
        let last = minus(now, WEST).to_zoned(TimeZone::UTC).date();
        let (_, covered) = self.named(state::fetched(self.connection(), collection))?;
        let mut from = covered.map_or(first, |it| it.saturating_sub(LOOK_BACK.days())).max(first);
        while from < last {
            let to = from.saturating_add(most.days()).min(last);
            let pages = Box::pin(self.client.pages(&search(from, to)));
            if self.pages(collection, pages, any, &save).await?.is_none() {
                return Ok(());
            }
            let fetched = (to == last).then_some(now);
            self.write(
                |_| Ok(()),
                |connection, ()| state::note(connection, collection, fetched, Some(to), None),
            )?;
            from = to;
        }
        Ok(())
    }

    /// Fetches and writes pages to their end, and says what the list was like; `None` if the end was
    /// not reached. `check` sees the first page before it is written.
    async fn pages<T>(
        &mut self,
        collection: Collection,
        mut pages: Pages<T>,
        check: impl Fn(&Self, &[Record<T>]) -> Result<()>,
        save: impl Fn(&mut Batch<'_>, &Record<T>, Timestamp) -> Result<Saved>,
    ) -> Result<Option<List>> {
        let mut list = None;
        loop {
            if !self.may_send()? {
                return Ok(None);
            }
            let page = pages.next().await.transpose();
            self.answered(1)?;
            let page = match page {
                Ok(Some(page)) => page,
                Ok(None) => {
                    self.read();
                    return Ok(Some(list.unwrap_or_else(|| List::begun(self.now()))));
                }
                Err(error) => {
                    self.forgive(collection, error)?;
                    return Ok(None);
                }
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
            self.tell()?;
            if page.records.as_ref().and_then(|it| it.next()).is_none() {
                return Ok(list);
            }
        }
    }
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
