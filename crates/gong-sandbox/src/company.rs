//! A made-up company: its people, customers, and calls, all computed from a seed when asked for.

mod accounts;
mod activity;
mod calendar;
mod clock;
mod content;
mod hazard;
mod ids;
mod interaction;
mod language;
mod media;
mod meta;
mod names;
mod parties;
mod people;
mod plan;
mod random;
mod talk;
mod titles;
mod trackers;

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::data::{CrmObject, Data, Deed, Facts, Outsider, Tracker};
use accounts::Account;
use calendar::Calendar;
use hazard::Hazard;
use ids::{Ids, Kind};
use people::{Role, User};
use talk::Banks;

const WORKSPACES: [(&str, &str); 3] = [
    ("Sales", "Calls of the sales teams"),
    ("Customer Success", "Onboarding, renewals, and support"),
    ("Recruiting", "Interviews"),
];

/// The same company for the same seed, number of calls, and end of history.
#[derive(Debug)]
pub(crate) struct Company {
    seed: u64,
    calendar: Calendar,
    users: Vec<User>,
    user_records: Vec<Value>,
    avatars: Vec<Value>,
    /// Indices of users, in the order of `people::ROLES`.
    by_role: Vec<Vec<usize>>,
    accounts: Vec<Account>,
    workspace_ids: Vec<String>,
    workspaces: Vec<Value>,
    banks: Banks,
}

impl Company {
    /// Makes the company whose last call started shortly before `now`.
    pub(crate) fn new(seed: u64, calls: u64, now: Timestamp) -> Self {
        let calendar = Calendar::new(seed, calls, now);
        let (users, user_records) = people::users(seed, now, calendar.zone());
        let ids = Ids::new(seed, Kind::Workspace);
        let workspace_ids: Vec<String> = (0..3).map(|number| ids.text(number)).collect();
        let workspaces = workspace_ids
            .iter()
            .zip(WORKSPACES)
            .map(|(id, (name, description))| {
                json!({"id": id, "name": name, "description": description})
            })
            .collect();
        let by_role = people::ROLES
            .iter()
            .map(|role| (0..users.len()).filter(|index| users[*index].role == *role).collect())
            .collect();
        Self {
            seed,
            avatars: people::avatars(seed, now, calendar.zone()),
            accounts: accounts::accounts(seed, &users),
            calendar,
            users,
            user_records,
            by_role,
            workspace_ids,
            workspaces,
            banks: Banks::new(),
        }
    }

    /// The indices of the users with a role; at least one.
    fn having(&self, role: Role) -> &[usize] {
        let position = people::ROLES.iter().position(|known| *known == role).unwrap_or(0);
        &self.by_role[position]
    }

    fn local_date(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.calendar.zone().clone()).date()
    }
}

impl Data for Company {
    fn zone(&self) -> &TimeZone {
        self.calendar.zone()
    }

    fn now(&self) -> Timestamp {
        self.calendar.now()
    }

    fn workspaces(&self) -> &[Value] {
        &self.workspaces
    }

    fn users(&self) -> &[Value] {
        &self.user_records
    }

    fn avatars(&self) -> &[Value] {
        &self.avatars
    }

    fn len(&self) -> u64 {
        self.calendar.len()
    }

    fn find(&self, call_id: &str) -> Option<u64> {
        let number = Ids::new(self.seed, Kind::Call).number(call_id)?;
        (number < self.calendar.len()).then_some(number)
    }

    fn started(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Range<u64> {
        self.calendar.started(from, to)
    }

    fn facts(&self, number: u64) -> Facts {
        let plan = self.plan(number);
        let listed_at =
            plan.scheduled.filter(|_| plan.channel.is_conference()).unwrap_or(plan.started);
        Facts {
            started: plan.started,
            listed_at,
            ready_at: plan.ready_at,
            transcribed_at: if plan.has_transcript() {
                plan.transcribed_at
            } else {
                Timestamp::MAX
            },
            workspace_id: self.workspace_ids[plan.workspace].clone(),
            host_user_id: Some(self.users[plan.host].id.clone()),
            is_private: plan.is_private,
        }
    }

    fn meta_data(&self, number: u64) -> Value {
        self.meta(&self.plan(number))
    }

    fn blocks(&self, number: u64) -> Value {
        let plan = self.plan(number);
        let talk = self.talk(&plan);
        let mut blocks = Map::new();
        let account = plan.account.map(|account| &self.accounts[account]);
        let context =
            account.map_or_else(|| json!([]), |account| account.context(&self.users[plan.host]));
        blocks.insert("context".into(), context);
        if let Some(parties) = self.parties(&plan, &talk) {
            blocks.insert("parties".into(), parties);
        }
        let hazard = plan.hazard;
        if hazard != Some(Hazard::NoContent) && !talk.lines.is_empty() {
            blocks.insert("content".into(), self.content(&plan, &talk));
            if !hazard.is_some_and(Hazard::hides_parties) {
                blocks.insert("interaction".into(), self.interaction(&plan, &talk));
            }
        }
        if let Some(collaboration) = self.collaboration(&plan) {
            blocks.insert("collaboration".into(), collaboration);
        }
        blocks.insert("media".into(), Self::media(&plan));
        Value::Object(blocks)
    }

    fn transcript(&self, number: u64) -> Option<Value> {
        let plan = self.plan(number);
        if !plan.has_transcript() {
            return None;
        }
        let talk = self.talk(&plan);
        let monologues = talk.monologues().into_iter().map(|monologue| {
            let lines = &talk.lines[monologue.first..monologue.end];
            let first = &lines[0];
            let topic = first.has_topic.then(|| talk.parts[first.part].stage.topic());
            let sentences: Vec<Value> = lines
                .iter()
                .map(|line| json!({"start": line.start, "end": line.end, "text": line.text}))
                .collect();
            json!({
                "speakerId": self.speaker_id(&plan, first.voice),
                "topic": topic,
                "sentences": sentences
            })
        });
        Some(monologues.collect())
    }

    fn outsiders(&self, number: u64) -> Vec<Outsider> {
        self.outsiders_of(&self.plan(number))
    }

    fn deeds(&self, number: u64) -> Vec<Deed> {
        let plan = self.plan(number);
        if plan.ready_at <= self.calendar.now() { self.deeds_of(&plan) } else { Vec::new() }
    }

    fn trackers(&self) -> Vec<Tracker> {
        self.keyword_trackers()
    }

    fn crm_objects(&self, number: u64) -> Vec<CrmObject> {
        let plan = self.plan(number);
        let Some(account) = plan.account.map(|account| &self.accounts[account]) else {
            return Vec::new();
        };
        let object = |kind: &str, id: &str, name: &str| CrmObject {
            kind: kind.to_owned(),
            id: id.to_owned(),
            name: name.to_owned(),
        };
        let mut objects = vec![
            object("Account", &account.id, account.name),
            object("Opportunity", &account.opportunity_id, account.name),
        ];
        if !plan.hazard.is_some_and(Hazard::hides_parties) {
            let contacts = (0..plan.seats.len()).filter_map(|seat| self.contact(&plan, seat));
            let in_crm = contacts.filter(|contact| contact.email.is_some());
            objects.extend(in_crm.map(|who| object("Contact", &who.id, &who.name)));
        }
        objects
    }
}
