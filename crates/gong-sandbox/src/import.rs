//! Import: Gong's own answers, read from files and served again.

use std::{collections::HashMap, ops::Range, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::{
    Error,
    data::{CrmObject, Data, Deed, Facts, Outsider, Tracker, outsiders},
};

mod people;
mod read;
mod zone;

pub(crate) use self::people::crm_objects;

/// A company as far as imported answers show it.
#[derive(Debug)]
pub(crate) struct Imported {
    zone: TimeZone,
    now: Timestamp,
    workspaces: Vec<Value>,
    users: Vec<Value>,
    /// In ascending order of start.
    calls: Vec<Call>,
    places: HashMap<String, u64>,
}

#[derive(Debug)]
struct Call {
    facts: Facts,
    meta_data: Value,
    blocks: Value,
    transcript: Option<Value>,
}

impl Imported {
    /// Reads all `.json` files of a directory.
    pub(crate) fn read(directory: &Path, now: Timestamp) -> Result<Self, Error> {
        let mut answers = read::Answers::default();
        for path in read::files(directory)? {
            answers.add_file(&path)?;
        }
        if answers.is_empty() {
            return Err(Error::NothingToImport { path: directory.to_owned() });
        }
        Ok(Self::of(answers, now))
    }

    fn of(answers: read::Answers, now: Timestamp) -> Self {
        let mut transcripts = answers.transcripts;
        let mut calls: Vec<Call> = answers
            .calls
            .into_iter()
            .map(|(id, call)| {
                let transcript = transcripts.remove(&id);
                Call::of(call, transcript)
            })
            .collect();
        for id in transcripts.keys() {
            tracing::warn!(id, "no file knows the call of this transcript; it is left out");
        }
        calls.sort_by(|one, other| {
            let id = |call: &Call| call.meta_data["id"].as_str().map(str::to_owned);
            (one.facts.started, id(one)).cmp(&(other.facts.started, id(other)))
        });
        let places = calls
            .iter()
            .zip(0..)
            .filter_map(|(call, place)| Some((call.meta_data["id"].as_str()?.to_owned(), place)));
        let places = places.collect();
        let zone = zone::guess(calls.iter().filter_map(|call| call.meta_data["started"].as_str()));
        let users = if answers.users.is_empty() {
            let created = calls.first().map_or(now, |call| call.facts.started);
            let all = calls.iter().map(|call| (&call.meta_data, &call.blocks));
            people::users(all, &zone::printed(created, &zone))
        } else {
            answers.users
        };
        let workspaces = if answers.workspaces.is_empty() {
            people::workspaces(calls.iter().map(|call| call.facts.workspace_id.as_str()))
        } else {
            answers.workspaces
        };
        Self { zone, now, workspaces, users, calls, places }
    }

    fn call(&self, number: u64) -> &Call {
        let place = usize::try_from(number).expect("a number is the place of a call");
        &self.calls[place]
    }
}

impl Call {
    /// A call that others' eyes have seen is ready; one without a transcript never gets one.
    fn of(call: read::Call, transcript: Option<Value>) -> Self {
        let text = |name: &str| call.meta_data[name].as_str();
        let scheduled = text("scheduled").and_then(|text| text.parse().ok());
        let is_conference = text("direction") == Some("Conference");
        let facts = Facts {
            started: call.started,
            listed_at: scheduled.filter(|_| is_conference).unwrap_or(call.started),
            ready_at: call.started,
            transcribed_at: if transcript.is_some() { call.started } else { Timestamp::MAX },
            workspace_id: text("workspaceId").unwrap_or_default().to_owned(),
            host_user_id: text("primaryUserId").map(str::to_owned),
            is_private: false,
        };
        Self { facts, meta_data: call.meta_data, blocks: Value::Object(call.blocks), transcript }
    }
}

impl Data for Imported {
    fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn workspaces(&self) -> &[Value] {
        &self.workspaces
    }

    fn users(&self) -> &[Value] {
        &self.users
    }

    fn avatars(&self) -> &[Value] {
        &[]
    }

    fn len(&self) -> u64 {
        u64::try_from(self.calls.len()).unwrap_or(u64::MAX)
    }

    fn find(&self, call_id: &str) -> Option<u64> {
        self.places.get(call_id).copied()
    }

    fn started(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Range<u64> {
        let before = |bound: Timestamp| {
            let place = self.calls.partition_point(|call| call.facts.started < bound);
            u64::try_from(place).unwrap_or(u64::MAX)
        };
        let start = from.map_or(0, before);
        start..to.map_or(self.len(), before).max(start)
    }

    fn facts(&self, number: u64) -> Facts {
        self.call(number).facts.clone()
    }

    fn meta_data(&self, number: u64) -> Value {
        self.call(number).meta_data.clone()
    }

    fn blocks(&self, number: u64) -> Value {
        self.call(number).blocks.clone()
    }

    fn transcript(&self, number: u64) -> Option<Value> {
        self.call(number).transcript.clone()
    }

    fn outsiders(&self, number: u64) -> Vec<Outsider> {
        outsiders(&self.call(number).blocks["parties"])
    }

    fn deeds(&self, number: u64) -> Vec<Deed> {
        let call = self.call(number);
        let deed = |(id, counter)| {
            let user = self.users.iter().position(|user| user["id"].as_str() == Some(id))?;
            Some(Deed { user, counter })
        };
        people::deeds(&call.meta_data, &call.blocks).into_iter().filter_map(deed).collect()
    }

    fn trackers(&self) -> Vec<Tracker> {
        people::trackers(self.calls.iter().map(|call| &call.blocks))
    }

    fn crm_objects(&self, number: u64) -> Vec<CrmObject> {
        crm_objects(&self.call(number).blocks)
    }
}
