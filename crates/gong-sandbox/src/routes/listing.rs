//! The listing of calls: which calls a filter leaves, found without looking at each of them.

use std::{collections::HashSet, ops::Range};

use jiff::{Span, Timestamp, ToSpan as _};
use serde_json::{Value, json};

use super::selector::Selector;
use crate::{
    ask::Ask,
    data::{Facts, MAX_SCHEDULE_SKEW_MINUTES},
    media,
    paging::Listing,
};

/// How long after its start a call and its transcript are certainly ready.
const SETTLED_HOURS: i64 = 72;

/// The calls that a filter leaves.
pub(super) struct Calls<'a> {
    ask: &'a Ask<'a>,
    filter: Filter<'a>,
    shape: Shape,
    numbers: Numbers,
    /// The places of which each is known to pass, without a look at it.
    sure: Range<u64>,
}

/// What a request filters calls by.
#[derive(Default)]
pub(super) struct Filter<'a> {
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
    pub(super) workspace: Option<&'a str>,
    pub(super) ids: Option<Vec<&'a str>>,
    pub(super) hosts: Option<HashSet<&'a str>>,
}

/// What is shown of each call.
pub(super) enum Shape {
    Basic,
    Extensive(Selector),
    Transcript,
}

enum Numbers {
    All(Range<u64>),
    These(Vec<u64>),
}

impl<'a> Calls<'a> {
    pub(super) fn new(ask: &'a Ask<'a>, filter: Filter<'a>, shape: Shape) -> Self {
        let numbers = if let Some(ids) = &filter.ids {
            let mut numbers: Vec<_> = ids.iter().filter_map(|id| ask.data.find(id)).collect();
            numbers.sort_unstable();
            numbers.dedup();
            Numbers::These(numbers)
        } else {
            let skew = shape.skew();
            let from = filter.from.map(|from| moved(from, -skew));
            let to = filter.to.map(|to| moved(to, skew));
            Numbers::All(ask.data.started(from, to))
        };
        let mut calls = Self { ask, filter, shape, numbers, sure: 0..0 };
        calls.sure = calls.settled();
        calls
    }

    fn number(&self, place: u64) -> u64 {
        match &self.numbers {
            Numbers::All(_) => place,
            Numbers::These(numbers) => {
                { usize::try_from(place).ok().and_then(|place| numbers.get(place)).copied() }
                    .unwrap_or(u64::MAX)
            }
        }
    }

    /// The places of calls that pass by their start alone: nothing else is filtered by, they are
    /// not near the bounds, and they have long been ready.
    fn settled(&self) -> Range<u64> {
        let is_by_date_only = self.filter.workspace.is_none() && self.filter.hosts.is_none();
        let is_whole = matches!(self.shape, Shape::Basic | Shape::Extensive(_))
            && self.ask.data.is_ready_soon();
        let range = match &self.numbers {
            Numbers::All(range) if is_by_date_only && is_whole => range,
            Numbers::All(_) | Numbers::These(_) => return 0..0,
        };
        let skew = self.shape.skew();
        let ready = moved(self.ask.moment.wall, -SETTLED_HOURS.hours());
        let from = self.filter.from.map(|from| moved(from, skew));
        let to = self.filter.to.map_or(ready, |to| moved(to, -skew).min(ready));
        let settled = self.ask.data.started(from, Some(to));
        let start = settled.start.clamp(range.start, range.end);
        start..settled.end.clamp(start, range.end)
    }
}

impl Shape {
    /// How far the compared moment may be from the start of a call.
    fn skew(&self) -> Span {
        match self {
            Self::Basic => (MAX_SCHEDULE_SKEW_MINUTES + 1).minutes(),
            Self::Extensive(_) | Self::Transcript => Span::new(),
        }
    }

    fn shows(&self, facts: &Facts, now: Timestamp) -> bool {
        match self {
            Self::Basic | Self::Extensive(_) => facts.ready_at <= now,
            Self::Transcript => {
                facts.ready_at <= now && facts.transcribed_at <= now && !facts.is_private
            }
        }
    }
}

impl Filter<'_> {
    fn passes(&self, facts: &Facts, compared: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= compared)
            && self.to.is_none_or(|to| compared < to)
            && self.workspace.is_none_or(|workspace| workspace == facts.workspace_id)
            && self.hosts.as_ref().is_none_or(|hosts| {
                facts.host_user_id.as_deref().is_some_and(|host| hosts.contains(host))
            })
    }
}

impl Listing for Calls<'_> {
    fn places(&self) -> Range<u64> {
        match &self.numbers {
            Numbers::All(range) => range.clone(),
            Numbers::These(numbers) => 0..u64::try_from(numbers.len()).unwrap_or(u64::MAX),
        }
    }

    fn has(&self, place: u64) -> bool {
        if self.sure.contains(&place) {
            return true;
        }
        let facts = self.ask.data.facts(self.number(place));
        let compared = match self.shape {
            Shape::Basic => facts.listed_at,
            Shape::Extensive(_) | Shape::Transcript => facts.started,
        };
        self.shape.shows(&facts, self.ask.moment.wall) && self.filter.passes(&facts, compared)
    }

    fn count(&self) -> u64 {
        let places = self.places();
        let sure = self.sure.clone();
        let edges = (places.start..sure.start.max(places.start))
            .chain(sure.end.max(places.start)..places.end);
        let n_edge = edges.filter(|place| self.has(*place)).count();
        (sure.end - sure.start) + u64::try_from(n_edge).unwrap_or(u64::MAX)
    }

    fn record(&self, place: u64) -> Option<Value> {
        let number = self.number(place);
        let data = self.ask.data;
        match &self.shape {
            Shape::Basic => Some(data.meta_data(number)),
            Shape::Extensive(selector) => {
                let meta_data = data.meta_data(number);
                let mut call = json!({ "metaData": null });
                call["metaData"] = meta_data;
                if !selector.is_empty() && !data.facts(number).is_private {
                    selector.choose(data.blocks(number), &mut call);
                    media::sign(&media::Stamp::of(self.ask), &mut call);
                }
                Some(call)
            }
            Shape::Transcript => {
                let transcript = data.transcript(number)?;
                let mut call = json!({ "callId": null, "transcript": null });
                call["callId"] = data.meta_data(number)["id"].take();
                call["transcript"] = transcript;
                Some(call)
            }
        }
    }
}

fn moved(moment: Timestamp, by: Span) -> Timestamp {
    moment.saturating_add(by).unwrap_or(moment)
}
