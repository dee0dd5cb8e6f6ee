//! The listing of a window: its pages one after the other, and the state that each page leaves.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    mem,
    pin::Pin,
};

use futures_util::Stream;
use gong_client::Client;
use gong_types::{CallDetails, CallId, ContentSelector, Page, Record, SearchCalls};
use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, params};
use serde::Deserialize;

use super::state;
use crate::{
    batch::{self, Saved},
    collection::Collection,
    moment,
    plan::{Counts, DAY, Planned, Window, minus, split, start_of_day},
    tombstones,
};

/// The pages of a list.
pub(super) type Pages<T> = Pin<Box<dyn Stream<Item = gong_client::Result<Page<T>>> + Send>>;

/// No company has more: what Gong says beyond it is no number to reckon with.
const MOST_CALLS: u64 = 1 << 40;

/// The listing of a window while it is under way.
pub(super) struct Listing {
    pub(super) planned: Planned,
    pub(super) pages: Pages<CallDetails>,
    /// The number of this listing; 0 before its first page was written.
    number: i64,
    /// When it began; nothing before its first page.
    began: Option<Timestamp>,
    /// Where this pass over the pages begins, which is not the start of the window when it goes on
    /// where another stopped.
    from: Timestamp,
    /// What Gong said in the first pass.
    first_total: Option<u64>,
    /// How many calls were seen before this pass.
    seen_before: u64,
    pass: Pass,
    /// What the pass before had, if it had another number of calls than Gong said.
    other_try: Option<HashSet<u64>>,
    hasher: RandomState,
    /// How many passes broke off where they began.
    n_stuck: u32,
}

/// What one pass over the pages has seen.
#[derive(Default)]
struct Pass {
    n_pages: u64,
    /// Its calls, hashed.
    seen: HashSet<u64>,
    /// How many calls of each day it had, each call once.
    counts: Counts,
    total: Option<u64>,
    /// How far it has come; nothing before the first page, and once Gong has not kept the order.
    last: Option<Timestamp>,
    is_unordered: bool,
    /// How many of its calls started just then.
    n_last: u64,
    /// Whether the page that was taken last is the last one.
    is_over: bool,
}

/// What is to be done after a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// There are more pages.
    Page,
    /// It ended, with another number of calls than Gong says there are, and is done once more.
    Again,
    /// It is done.
    Done,
    /// It is done, with another number of calls than Gong says there are.
    Unsettled,
}

/// A record of a listing, as far as the listing needs to know it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) id: Option<CallId>,
    pub(super) started: Option<Timestamp>,
    pub(super) is_private: bool,
}

impl Listed {
    pub(super) fn of(record: &Record<CallDetails>) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Call {
            meta_data: MetaData,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct MetaData {
            id: Option<CallId>,
            started: Option<Timestamp>,
            is_private: Option<bool>,
        }
        // Nearly always without a copy; `salvage` reads what it can of the others.
        let read = serde_json::from_str(record.text()).ok();
        let salvaged = || record.clone().cast::<Call>().salvage().ok().map(|(call, _)| call);
        match read.or_else(salvaged) {
            Some(Call { meta_data }) => Self {
                id: meta_data.id,
                started: meta_data.started,
                is_private: meta_data.is_private == Some(true),
            },
            None => Self { id: None, started: None, is_private: false },
        }
    }
}

impl Listing {
    pub(super) fn new(client: &Client, planned: Planned) -> Self {
        let window = &planned.window;
        let from = planned.from();
        let is_resumed = from > window.starts;
        Self {
            pages: pages(client, from, planned.ends),
            began: window.began.filter(|_| is_resumed),
            number: if window.listed_to.is_some() { window.listing } else { 0 },
            from,
            first_total: window.total.filter(|_| is_resumed),
            seen_before: if is_resumed { window.seen } else { 0 },
            pass: Pass::default(),
            other_try: None,
            hasher: RandomState::new(),
            n_stuck: 0,
            planned,
        }
    }

    /// Goes on where the last page ended, after Gong refused the cursor or the pages did not end.
    /// `false` if that has led nowhere.
    pub(super) fn go_on(&mut self, client: &Client) -> bool {
        let Some(from) = self.pass.reached().filter(|from| *from > self.from) else {
            self.n_stuck += 1;
            self.pass = Pass::default();
            self.pages = pages(client, self.from, self.planned.ends);
            return self.n_stuck <= 2;
        };
        self.seen_before += self.pass.n_before();
        self.first_total = self.first_total.or(self.pass.total);
        self.from = from;
        self.pass = Pass::default();
        self.pages = pages(client, from, self.planned.ends);
        true
    }

    /// Begins anew, from the start of the window.
    fn begin_again(&mut self, client: &Client, number: i64) {
        self.from = self.planned.window.starts;
        self.began = None;
        self.number = number;
        self.first_total = None;
        self.seen_before = 0;
        self.other_try = Some(mem::take(&mut self.pass).seen);
        self.pages = pages(client, self.from, self.planned.ends);
    }

    /// How many calls Gong says there are in this pass, if that is its first page.
    pub(super) fn new_total(&self) -> Option<u64> {
        (self.pass.n_pages == 1).then_some(self.pass.total)?
    }

    /// Takes note of a page. `None` is the end of a list without any.
    pub(super) fn take(&mut self, page: Option<&Page<CallDetails>>, listed: &[Listed]) {
        let pass = &mut self.pass;
        pass.n_pages += 1;
        pass.is_over = page.and_then(|it| it.records.as_ref()?.next()).is_none();
        let Some(page) = page else {
            pass.total = Some(0);
            return;
        };
        let total = page.records.as_ref().and_then(|it| it.total_records);
        pass.total = total.map(|it| it.min(MOST_CALLS)).or(pass.total);
        for (record, listed) in page.items.iter().zip(listed) {
            let key = match &listed.id {
                Some(id) => self.hasher.hash_one(id.as_str()),
                None => self.hasher.hash_one(record.text()),
            };
            if !pass.seen.insert(key) {
                continue;
            }
            // The archive writes moments to the millisecond.
            let started = listed.started.map(|it| Timestamp::from_millisecond(it.as_millisecond()));
            let Some(Ok(started)) = started else { continue };
            *pass.counts.entry(start_of_day(started)).or_default() += 1;
            match pass.last {
                Some(last) if started < last => pass.is_unordered = true,
                Some(last) if started == last => pass.n_last += 1,
                _ => (pass.last, pass.n_last) = (Some(started), 1),
            }
        }
    }

    /// Writes what the page that was taken last means for the window, in the transaction that its
    /// records are in, and says what is next.
    pub(super) fn write_state(
        &mut self,
        connection: &Connection,
        client: &Client,
        listed: &[(Listed, Saved)],
        now: Timestamp,
    ) -> rusqlite::Result<Next> {
        let began = *self.began.get_or_insert(now);
        let is_same = listed.iter().all(|(_, saved)| matches!(saved, Saved::Same | Saved::LeftOut));
        let window = &self.planned.window;
        if self.planned.is_look && !self.pass.is_over && is_same && self.pass.total == window.total
        {
            // As many calls as before, though the window ends later: there are no new ones.
            state::remove(connection, window.starts)?;
            state::add(connection, &Window { ends: self.planned.ends, ..window.clone() })?;
            return Ok(Next::Done);
        }
        self.planned.is_look = false;
        if self.number == 0 {
            self.number = state::next_listing(connection)?;
        }
        for (listed, saved) in listed {
            mark(connection, Some(self.number), listed, *saved, now)?;
        }
        if !self.pass.is_over {
            self.write_progress(connection)?;
            return Ok(Next::Page);
        }
        let n_seen = u64::try_from(self.pass.seen.len()).unwrap_or(u64::MAX);
        let is_resumed = self.from > self.planned.window.starts;
        let expected = self.seen_before + self.pass.total.unwrap_or(n_seen);
        let is_settled =
            self.pass.total == Some(n_seen) && (!is_resumed || self.first_total == Some(expected));
        // Gong's number may be wrong, but not two listings that agree.
        let is_agreed = self.other_try.as_ref().is_some_and(|other| *other == self.pass.seen);
        if !is_settled && !is_agreed && self.other_try.is_none() {
            self.begin_again(client, state::next_listing(connection)?);
            self.write_progress(connection)?;
            return Ok(Next::Again);
        }
        let listed = Window {
            ends: self.planned.ends,
            listing: self.number,
            listed_to: None,
            began: None,
            seen: 0,
            listed: Some(began),
            total: if is_resumed { Some(expected) } else { self.pass.total },
            is_settled: is_settled || is_agreed,
            ..self.planned.window.clone()
        };
        self.finish(connection, &listed, now)
    }

    /// Writes how far the listing has come.
    fn write_progress(&self, connection: &Connection) -> rusqlite::Result<()> {
        let reached = self.pass.reached().filter(|reached| *reached > self.from);
        let n_before = if reached.is_some() { self.pass.n_before() } else { 0 };
        let window = Window {
            // Gong's number is of the calls up to there, also when another sync goes on.
            ends: self.planned.ends,
            listing: self.number,
            began: self.began,
            listed_to: Some(reached.unwrap_or(self.from)),
            seen: self.seen_before + n_before,
            total: self.first_total.or(self.pass.total),
            ..self.planned.window.clone()
        };
        state::remove(connection, window.starts)?;
        state::add(connection, &window)
    }

    /// Writes the window that was listed whole.
    fn finish(
        &self,
        connection: &Connection,
        window: &Window,
        now: Timestamp,
    ) -> rusqlite::Result<Next> {
        state::remove(connection, window.starts)?;
        let is_known = self.from == window.starts && window.is_settled;
        for piece in split(window, is_known.then_some(&self.pass.counts), now) {
            state::add(connection, &piece)?;
        }
        if let Some(rolled) = self.planned.rolled {
            let rolled = rolled.max(state::rolled(connection)?.unwrap_or(rolled));
            state::set(connection, state::ROLLED, &rolled.to_string())?;
        }
        if !window.is_settled {
            return Ok(Next::Unsettled);
        }
        if let Some(listed) = window.listed.map(moment::text) {
            // Gong has them no more, or they can be read now.
            batch::delete_unread(connection, |it| {
                // To look into a text takes time, and each window comes by here.
                it.kind == Collection::Calls.name()
                    && *it.seen < *listed
                    && tombstones::began(&it.text())
                        .is_some_and(|at| (window.starts..window.ends).contains(&at))
            })?;
        }
        connection
            .prepare_cached(
                "UPDATE call_states SET missing_since = ?1
                 WHERE missing_since IS NULL AND listing <> ?2 AND number IN (
                   SELECT number FROM calls WHERE started >= ?3 AND started < ?4)",
            )?
            .execute(params![
                moment::text(now),
                window.listing,
                moment::text(window.starts),
                moment::text(window.ends),
            ])?;
        Ok(Next::Done)
    }
}

impl Pass {
    /// The start of the last call, up to which all were seen.
    fn reached(&self) -> Option<Timestamp> {
        self.last.filter(|_| !self.is_unordered)
    }

    /// How many calls it has seen that started before [`reached`](Self::reached).
    fn n_before(&self) -> u64 {
        u64::try_from(self.seen.len()).unwrap_or(u64::MAX).saturating_sub(self.n_last)
    }
}

/// Notes that Gong has a call, in a listing or by its id. A new or changed one is asked for its
/// transcript, and one that was missing too if that could not come meanwhile.
pub(super) fn mark(
    connection: &Connection,
    listing: Option<i64>,
    listed: &Listed,
    saved: Saved,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(id) = &listed.id else { return Ok(()) };
    let is_news = matches!(saved, Saved::New | Saved::Changed);
    let asks = connection
        .prepare_cached(
            "UPDATE call_states SET ask_after = ?3, asked = 0 FROM calls
             WHERE calls.number = call_states.number AND call_id = ?1
               AND (?2 OR (missing_since IS NOT NULL AND transcript <> 'present'))",
        )?
        .execute(params![id.as_str(), is_news, moment::text(now)])?
        > 0;
    if saved == Saved::New
        && let Some(started) = listed.started
    {
        // It may be the day before where the company is.
        let day = minus(started, DAY).to_zoned(TimeZone::UTC).date();
        state::review_since(connection, day)?;
    }
    if asks {
        connection
            .prepare_cached(
                "UPDATE calls SET transcript = 'expected'
                 WHERE call_id = ?1 AND transcript = 'unavailable'",
            )?
            .execute([id.as_str()])?;
    }
    connection
        .prepare_cached(
            "UPDATE call_states SET listing = ifnull(?2, listing), missing_since = NULL
             WHERE number = (SELECT number FROM calls WHERE call_id = ?1)",
        )?
        .execute(params![id.as_str(), listing])
        .map(drop)
}

/// Everything about the calls that started in a span.
fn pages(client: &Client, from: Timestamp, to: Timestamp) -> Pages<CallDetails> {
    Box::pin(client.pages_of(gong_types::Endpoint::request(&search(from, to))))
}

/// The request for the calls that started in a span.
pub(super) fn search(from: Timestamp, to: Timestamp) -> SearchCalls {
    SearchCalls { from: Some(from), to: Some(to), ..everything() }
}

/// What is asked for of each call.
pub(super) fn everything() -> SearchCalls {
    SearchCalls { select: Some(ContentSelector::everything()), ..SearchCalls::default() }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn what_can_be_read_of_a_call_is_known_whatever_else_it_has() {
        for (rest, id, is_started, is_private) in [
            (
                r#""id":"7","started":"2026-06-01T10:00:00Z","isPrivate":true"#,
                Some("7"),
                true,
                true,
            ),
            (r#""id":"7","started":"this morning","isPrivate":true"#, Some("7"), false, true),
            (r#""id":[],"started":"2026-06-01T10:00:00Z","isPrivate":true"#, None, true, true),
            (r#""started":5,"isPrivate":false"#, None, false, false),
            (r#""id":"7","isPrivate":"perhaps""#, Some("7"), false, false),
        ] {
            let text = format!(r#"{{"metaData":{{{rest}}},"parties":[]}}"#);
            let listed = Listed::of(&Record::from(RawValue::from_string(text).unwrap()));
            assert_eq!(listed.id.as_ref().map(CallId::as_str), id, "{rest}");
            let others = (listed.started.is_some(), listed.is_private);
            assert_eq!(others, (is_started, is_private), "{rest}");
        }
    }
}
