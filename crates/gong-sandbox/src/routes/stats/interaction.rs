//! Interaction stats: how each user speaks on the calls that he or she hosts, on average.

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Value, json};

use super::{Asked, inputs, no_stats};
use crate::{
    ask::{Answered, Ask, Members},
    paging::{Listing, page},
};

/// How many calls of a user are averaged, the newest of the range.
const AVERAGED: usize = 30;

/// The names that calls show too; calls have no `Question Rate`, and stats no `Talk Ratio`.
const FROM_CALLS: [&str; 4] =
    ["Longest Monologue", "Longest Customer Story", "Interactivity", "Patience"];

/// `POST /v2/stats/interaction`: how each user speaks with customers. Scope
/// `api:stats:interaction`.
pub(in super::super) fn interaction(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let members = Members::of(&body);
    let asked = Asked::read(ask, members.filter()?)?;
    let hosts = Hosts::new(ask, &asked);
    if hosts.rows.is_empty() {
        return Err(no_stats());
    }
    let page = page(ask, members.text("cursor")?, &inputs(&body), &hosts)?;
    let mut answer = page.into_members("peopleInteractionStats");
    asked.repeat(ask, &mut answer);
    Ok(answer)
}

struct Hosts<'a> {
    ask: &'a Ask<'a>,
    /// A user, and the numbers of the calls that are averaged.
    rows: Vec<(&'a Value, Vec<u64>)>,
}

impl<'a> Hosts<'a> {
    fn new(ask: &'a Ask<'a>, asked: &Asked<'_>) -> Self {
        let mut calls: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for number in asked.calls(ask).rev() {
            let facts = ask.data.facts(number);
            let is_ready = facts.ready_at <= ask.moment.wall && !facts.is_private;
            if let (true, Some(host)) = (is_ready, facts.host_user_id) {
                let own = calls.entry(host).or_default();
                if own.len() < AVERAGED {
                    own.push(number);
                }
            }
        }
        let rows = asked.users(ask).filter_map(|(_, user)| {
            let calls = calls.remove(user["id"].as_str()?)?;
            Some((user, calls))
        });
        Self { ask, rows: rows.collect() }
    }
}

impl Listing for Hosts<'_> {
    fn places(&self) -> Range<u64> {
        0..u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }

    fn has(&self, _place: u64) -> bool {
        true
    }

    fn record(&self, place: u64) -> Option<Value> {
        let (user, calls) = self.rows.get(usize::try_from(place).ok()?)?;
        let mut means: Vec<_> = FROM_CALLS.map(|name| (name, Mean::default())).into();
        let mut questions = Mean::default();
        for number in calls {
            let interaction = self.ask.data.blocks(*number)["interaction"].take();
            for (name, mean) in &mut means {
                let stats = interaction["interactionStats"].as_array().into_iter().flatten();
                let stat = stats.into_iter().find(|stat| stat["name"] == *name);
                mean.add(stat.and_then(|stat| stat["value"].as_f64()));
            }
            let seconds = self.ask.data.meta_data(*number)["duration"].as_f64();
            let asked = interaction["questions"]["companyCount"].as_f64();
            let an_hour = asked.zip(seconds.filter(|seconds| *seconds > 0.0));
            questions.add(an_hour.map(|(asked, seconds)| asked * 3_600.0 / seconds));
        }
        means.push(("Question Rate", questions));
        let stats: Vec<_> = means
            .into_iter()
            .filter_map(|(name, mean)| Some(json!({ "name": name, "value": mean.value()? })))
            .collect();
        Some(json!({
            "userId": user["id"],
            "userEmailAddress": user["emailAddress"],
            "personInteractionStats": stats,
        }))
    }
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.count += 1.0;
        }
    }

    /// With two digits, and without a fraction where it is whole, as Gong writes numbers.
    fn value(&self) -> Option<Value> {
        if self.count == 0.0 {
            return None;
        }
        let mean = (self.sum / self.count * 100.0).round() / 100.0;
        serde_json::from_str(&mean.to_string()).ok()
    }
}
