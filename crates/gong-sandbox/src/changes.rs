//! Changes: the calls that were added and erased since the sandbox began, laid over what the company
//! holds.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::{
    data::{CrmObject, Data, Deed, Facts, Outsider, Tracker},
    import::crm_objects,
};

/// Which calls were added and erased.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// In ascending order of start.
    added: Vec<Arc<Added>>,
    /// Numbers of the company's own calls, and when each is gone.
    erased: BTreeMap<u64, Timestamp>,
}

/// A call that was added.
#[derive(Debug, Clone)]
pub(crate) struct Added {
    pub(crate) id: String,
    pub(crate) client_unique_id: String,
    /// Where its media were said to be.
    pub(crate) media_url: Option<String>,
    /// Its moments of being ready are never until its media have come.
    pub(crate) facts: Facts,
    pub(crate) meta_data: Value,
    pub(crate) blocks: Value,
    pub(crate) transcript: Value,
    pub(crate) outsiders: Vec<Outsider>,
    /// When it is gone.
    pub(crate) erased_at: Option<Timestamp>,
}

impl Changes {
    /// All calls that were added, erased ones too.
    pub(crate) fn added(&self) -> impl Iterator<Item = &Added> {
        self.added.iter().map(|call| &**call)
    }

    pub(crate) fn add(&mut self, call: Added) {
        let place = self.added.partition_point(|other| other.facts.started <= call.facts.started);
        self.added.insert(place, Arc::new(call));
    }

    /// The added call with this id, to be changed; its start must stay.
    pub(crate) fn added_mut(&mut self, id: &str) -> Option<&mut Added> {
        self.added.iter_mut().find(|call| call.id == id).map(Arc::make_mut)
    }

    /// Takes a call away for good: the added one with this id, and the company's own with this number.
    pub(crate) fn remove(&mut self, id: &str, number: Option<u64>) {
        self.added.retain(|call| call.id != id);
        self.erased.extend(number.map(|number| (number, Timestamp::MIN)));
    }

    /// Erases these calls of the company's own, and each added call with a person who is meant, once
    /// the moment has come.
    pub(crate) fn erase(
        &mut self,
        numbers: &[u64],
        is_meant: impl Fn(&Outsider) -> bool,
        gone_at: Timestamp,
    ) {
        for number in numbers {
            self.erased.entry(*number).or_insert(gone_at);
        }
        for call in &mut self.added {
            if call.erased_at.is_none() && call.outsiders.iter().any(&is_meant) {
                Arc::make_mut(call).erased_at = Some(gone_at);
            }
        }
    }

    /// What the company holds now.
    pub(crate) fn over<'a>(&self, base: &'a dyn Data, now: Timestamp) -> Changed<'a> {
        let is_gone = |gone_at: &Timestamp| *gone_at <= now;
        let erased: Vec<u64> = { self.erased.iter() }
            .filter(|(_, gone_at)| is_gone(gone_at))
            .map(|(number, _)| *number)
            .collect();
        let mut changed = Changed { base, erased, added: Vec::new(), places: Vec::new() };
        for call in &self.added {
            if call.erased_at.as_ref().is_some_and(is_gone) {
                continue;
            }
            let before = changed.left(base.started(None, Some(call.facts.started)).end);
            changed.places.push(before + count(&changed.added));
            changed.added.push(Arc::clone(call));
        }
        changed
    }
}

impl Added {
    /// Whether its recording has come, or where it can be fetched was said.
    pub(crate) fn has_media(&self) -> bool {
        self.facts.ready_at < Timestamp::MAX
    }
}

/// What the company holds, with the calls that were added and without those that are gone. Calls are
/// numbered anew, so that they are in ascending order of start.
pub(crate) struct Changed<'a> {
    base: &'a dyn Data,
    /// Numbers of the base, ascending.
    erased: Vec<u64>,
    added: Vec<Arc<Added>>,
    /// The number of each added call.
    places: Vec<u64>,
}

enum Call<'a> {
    Base(u64),
    Added(&'a Added),
}

impl Changed<'_> {
    /// How many calls of the base before this number are left.
    fn left(&self, number: u64) -> u64 {
        let n_gone = self.erased.partition_point(|erased| *erased < number);
        number - u64::try_from(n_gone).unwrap_or(0)
    }

    /// The number in the base of a call of which so many others are left before it.
    fn in_base(&self, place: u64) -> u64 {
        let (mut low, mut high) = (0, self.erased.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.erased[middle] - u64::try_from(middle).unwrap_or(0) <= place {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        place + u64::try_from(low).unwrap_or(0)
    }

    fn call(&self, number: u64) -> Call<'_> {
        let before = self.places.partition_point(|place| *place < number);
        if self.places.get(before) == Some(&number) {
            return Call::Added(&self.added[before]);
        }
        Call::Base(self.in_base(number - u64::try_from(before).unwrap_or(0)))
    }

    /// The number of the first call that started then or later.
    fn first_from(&self, moment: Timestamp) -> u64 {
        let base = self.left(self.base.started(None, Some(moment)).end);
        let added = self.added.partition_point(|call| call.facts.started < moment);
        base + u64::try_from(added).unwrap_or(0)
    }
}

impl Data for Changed<'_> {
    fn zone(&self) -> &TimeZone {
        self.base.zone()
    }

    fn now(&self) -> Timestamp {
        self.base.now()
    }

    fn workspaces(&self) -> &[Value] {
        self.base.workspaces()
    }

    fn users(&self) -> &[Value] {
        self.base.users()
    }

    fn avatars(&self) -> &[Value] {
        self.base.avatars()
    }

    fn len(&self) -> u64 {
        self.left(self.base.len()) + count(&self.added)
    }

    fn find(&self, call_id: &str) -> Option<u64> {
        if let Some(place) = self.added.iter().position(|call| call.id == call_id) {
            return Some(self.places[place]);
        }
        let number = self.base.find(call_id)?;
        if self.erased.binary_search(&number).is_ok() {
            return None;
        }
        let started = self.base.facts(number).started;
        // Of calls that start at one moment, the added ones come first.
        let n_before = self.added.partition_point(|call| call.facts.started <= started);
        Some(self.left(number) + u64::try_from(n_before).unwrap_or(0))
    }

    fn started(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Range<u64> {
        let start = from.map_or(0, |from| self.first_from(from));
        start..to.map_or(self.len(), |to| self.first_from(to)).max(start)
    }

    fn is_ready_soon(&self) -> bool {
        self.added.is_empty() && self.base.is_ready_soon()
    }

    fn facts(&self, number: u64) -> Facts {
        match self.call(number) {
            Call::Base(number) => self.base.facts(number),
            Call::Added(call) => call.facts.clone(),
        }
    }

    fn meta_data(&self, number: u64) -> Value {
        match self.call(number) {
            Call::Base(number) => self.base.meta_data(number),
            Call::Added(call) => call.meta_data.clone(),
        }
    }

    fn blocks(&self, number: u64) -> Value {
        match self.call(number) {
            Call::Base(number) => self.base.blocks(number),
            Call::Added(call) => call.blocks.clone(),
        }
    }

    fn transcript(&self, number: u64) -> Option<Value> {
        match self.call(number) {
            Call::Base(number) => self.base.transcript(number),
            Call::Added(call) => Some(call.transcript.clone()),
        }
    }

    fn outsiders(&self, number: u64) -> Vec<Outsider> {
        match self.call(number) {
            Call::Base(number) => self.base.outsiders(number),
            Call::Added(call) => call.outsiders.clone(),
        }
    }

    /// Of an added call the host and who else took part.
    fn deeds(&self, number: u64) -> Vec<Deed> {
        let call = match self.call(number) {
            Call::Base(number) => return self.base.deeds(number),
            Call::Added(call) => call,
        };
        let host = call.meta_data["primaryUserId"].as_str();
        let users: Vec<_> = self.base.users().iter().map(|user| user["id"].as_str()).collect();
        let parties = call.blocks["parties"].as_array().into_iter().flatten();
        let deed = |party: &Value| {
            let id = party["userId"].as_str()?;
            let user = users.iter().position(|user| *user == Some(id))?;
            let counter = if Some(id) == host { "callsAsHost" } else { "callsAttended" };
            Some(Deed { user, counter })
        };
        parties.filter_map(deed).collect()
    }

    fn trackers(&self) -> Vec<Tracker> {
        self.base.trackers()
    }

    fn crm_objects(&self, number: u64) -> Vec<CrmObject> {
        match self.call(number) {
            Call::Base(number) => self.base.crm_objects(number),
            Call::Added(call) => crm_objects(&call.blocks),
        }
    }
}

fn count<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::company::Company;

    const NOW: &str = "2026-03-11T21:05:07.25Z";

    fn added(id: usize, started: Timestamp) -> Added {
        Added {
            id: format!("added {id}"),
            client_unique_id: id.to_string(),
            media_url: None,
            facts: Facts {
                started,
                listed_at: started,
                ready_at: started,
                transcribed_at: started,
                workspace_id: String::new(),
                host_user_id: None,
                is_private: false,
            },
            meta_data: json!({ "id": format!("added {id}") }),
            blocks: json!({}),
            transcript: json!([]),
            outsiders: Vec::new(),
            erased_at: None,
        }
    }

    #[test]
    fn numbers_are_places_in_order_of_start_whatever_was_added_and_erased() {
        let now = NOW.parse().unwrap();
        let base = Company::new(5, 40, now);
        let starts: Vec<_> = (0..40).map(|number| base.facts(number).started).collect();
        for bits in 0..600_u64 {
            // Which calls are gone, and at whose start, or just before it, others were added.
            let mut random = bits;
            let mut draw = |bound: usize| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                usize::try_from(random >> 33).unwrap() % bound
            };
            let mut changes = Changes::default();
            for _ in 0..draw(12) {
                changes.erased.insert(u64::try_from(draw(40)).unwrap(), now);
            }
            for id in 0..draw(8) {
                let moment = match draw(4) {
                    0 => Timestamp::MIN,
                    1 => now,
                    2 => starts[draw(40)] - jiff::SignedDuration::from_millis(1),
                    _ => starts[draw(40)],
                };
                changes.add(added(id, moment));
            }
            let held = changes.over(&base, now);
            let own = (0..40).filter(|number| !changes.erased.contains_key(number));
            let mut expected: Vec<_> = own
                .map(|number| (base.facts(number).started, 1, base.meta_data(number)))
                .chain(changes.added().map(|call| (call.facts.started, 0, call.meta_data.clone())))
                .collect();
            expected.sort_by_key(|(started, rank, _)| (*started, *rank));
            assert_eq!(held.len(), u64::try_from(expected.len()).unwrap());
            for ((started, _, meta_data), number) in expected.iter().zip(0..) {
                assert_eq!(held.facts(number).started, *started, "{bits}");
                assert_eq!(held.meta_data(number), *meta_data, "{bits}");
                let id = meta_data["id"].as_str().unwrap();
                assert_eq!(held.find(id), Some(number), "{bits}");
                let before = expected.partition_point(|(other, ..)| other < started);
                let from = held.started(Some(*started), None);
                assert_eq!(from, u64::try_from(before).unwrap()..held.len(), "{bits}");
            }
            for number in changes.erased.keys() {
                let id = base.meta_data(*number)["id"].take();
                assert_eq!(held.find(id.as_str().unwrap()), None, "{bits}");
            }
        }
    }
}
