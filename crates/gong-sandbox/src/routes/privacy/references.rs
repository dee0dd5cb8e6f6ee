//! What refers to a person: calls, and what is invented around them.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use serde_json::{Map, Value, json};

use super::text;
use crate::{
    ask::Ask,
    data::{Outsider, outsiders},
    sandbox::lock,
};

/// At most so many calls have an exchange of emails around them.
const MOST_EMAILS: usize = 3;

/// What refers to a person.
pub(super) struct References<'a> {
    ask: &'a Ask<'a>,
    /// `metaData` of calls.
    calls: Vec<Value>,
    /// The person, as parties of calls; each once.
    people: Vec<Value>,
    /// How the person can be reached, as far as calls show it.
    reached: Vec<Outsider>,
}

impl<'a> References<'a> {
    /// What refers to the person whom this is true of.
    pub(super) fn of(ask: &'a Ask<'a>, is_meant: impl Fn(&Outsider) -> bool) -> Self {
        let mut found = Self { ask, calls: Vec::new(), people: Vec::new(), reached: Vec::new() };
        for number in 0..ask.data.len() {
            let mut meant: Vec<_> =
                ask.data.outsiders(number).into_iter().filter(&is_meant).collect();
            if meant.is_empty() || ask.data.facts(number).ready_at > ask.moment.wall {
                continue;
            }
            found.calls.push(ask.data.meta_data(number));
            meant.retain(|outsider| !found.reached.contains(outsider));
            if meant.is_empty() {
                continue;
            }
            found.reached.append(&mut meant);
            let parties = ask.data.blocks(number)["parties"].take();
            for party in parties.as_array().into_iter().flatten() {
                let is_person = outsiders(&json!([party])).iter().any(&is_meant);
                let is_new = found.people.iter().all(|other| other["context"] != party["context"]);
                if is_person && is_new {
                    found.people.push(party.clone());
                }
            }
        }
        found
    }

    pub(super) fn phones(&self) -> BTreeSet<&str> {
        self.reached.iter().filter_map(|outsider| outsider.phone.as_deref()).collect()
    }

    pub(super) fn emails(&self) -> BTreeSet<&str> {
        self.reached.iter().filter_map(|outsider| outsider.email.as_deref()).collect()
    }

    /// What both answers have.
    pub(super) fn to_members(&self) -> Map<String, Value> {
        Map::from_iter([
            ("emails".to_owned(), self.messages()),
            ("calls".to_owned(), self.calls.iter().map(|call| self.call(call)).collect()),
            ("meetings".to_owned(), self.meetings()),
            ("customerData".to_owned(), self.customer_data()),
        ])
    }

    fn call(&self, call: &Value) -> Value {
        let id = text(call, "id").unwrap_or_default();
        json!({
            "id": id,
            "status": "COMPLETED",
            "externalSystems": [{
                "system": "Salesforce",
                "objects": [{ "objectType": "Task", "externalId": self.ask.id("task", id) }],
            }],
        })
    }

    /// A mail from the host after each of the last calls, if there is an address to send it to.
    fn messages(&self) -> Value {
        if self.emails().is_empty() {
            return json!([]);
        }
        let message = |call: &Value| {
            let host = self.ask.user(text(call, "primaryUserId")?)?;
            let started: jiff::Timestamp = text(call, "started")?.parse().ok()?;
            let sent = started.checked_add(3.hours()).ok()?;
            let id = text(call, "id")?;
            let halves = [self.ask.id("message", id), self.ask.id("hash", id)];
            let hexadecimal = |texts: [&String; 2]| {
                let halves = texts.map(|text| text.parse::<u64>().unwrap_or(0));
                format!("{:016x}{:016x}", halves[0], halves[1])
            };
            Some(json!({
                "from": host["emailAddress"],
                "id": hexadecimal([&halves[0], &halves[1]]),
                "sentTime": self.ask.local_time(sent),
                "mailbox": host["emailAddress"],
                "messageHash": hexadecimal([&halves[1], &halves[0]]),
            }))
        };
        self.calls.iter().rev().filter_map(message).take(MOST_EMAILS).collect()
    }

    /// The entries of the calendar that calls came from.
    fn meetings(&self) -> Value {
        let meeting = |call: &Value| {
            let calendar = text(call, "calendarEventId")?;
            let scheduled: jiff::Timestamp = text(call, "scheduled")?.parse().ok()?;
            let number = text(call, "workspaceId")?;
            Some(json!({ "id": format!("{number}.{calendar}_{scheduled}") }))
        };
        self.calls.iter().filter_map(meeting).collect()
    }

    /// What the CRM has of the person.
    fn customer_data(&self) -> Value {
        let mut systems: Vec<(&str, Vec<Value>)> = Vec::new();
        let contexts = self.people.iter().filter_map(|party| party["context"].as_array());
        for context in contexts.flatten() {
            let name = text(context, "system").unwrap_or("Generic");
            let objects = context["objects"].as_array().into_iter().flatten();
            let objects = objects.filter_map(|object| {
                let id = text(object, "objectId")?;
                let kind = text(object, "objectType").filter(|kind| *kind != "User")?;
                Some(json!({
                    "id": self.ask.id("customer", id),
                    "objectType": kind,
                    "externalId": id,
                    "mirrorId": json!({ "system": name, "id": id }).to_string(),
                    "fields": object.get("fields").cloned().unwrap_or_else(|| json!([])),
                }))
            });
            match systems.iter_mut().find(|(known, _)| *known == name) {
                Some((_, others)) => others.extend(objects),
                None => systems.push((name, objects.collect())),
            }
        }
        let system = |(name, objects)| json!({ "system": name, "objects": Value::Array(objects) });
        systems.into_iter().map(system).collect()
    }

    /// What the person did with what was shared: one thing that is invented, and what was told.
    pub(super) fn engagement(&self, email: &str) -> Value {
        let mut engagement = Vec::new();
        if let Some(call) = self.calls.last() {
            let id = text(call, "id").unwrap_or_default();
            engagement.push(json!({
                "eventType": "contentViewed",
                "timestamp": call["started"],
                "contentId": self.ask.id("content", id),
                "contentUrl": format!("https://content.example/{id}"),
                "reportingSystem": "Content Library",
                "eventName": "Viewed",
                "sourceEventId": self.ask.id("event", id),
            }));
        }
        for event in lock(&self.ask.store.events).told(self.ask.moment.wall) {
            if event.is_by(email) {
                let body = &event.body;
                let content = if body["content"].is_object() { &body["content"] } else { body };
                let first = |names: [&str; 2]| {
                    let known = names.map(|name| &body[name]).into_iter();
                    known.into_iter().find(|value| !value.is_null()).cloned()
                };
                engagement.push(json!({
                    "eventType": event.kind,
                    "timestamp": first(["eventTimestamp", "timestamp"]),
                    "contentId": content["contentId"],
                    "contentUrl": content["contentUrl"],
                    "reportingSystem": first(["reportingSystem", "sourceSystemName"]),
                    "eventName": first(["actionName", "eventType"]),
                    "sourceEventId": body["eventId"],
                }));
            }
        }
        Value::Array(engagement)
    }
}
