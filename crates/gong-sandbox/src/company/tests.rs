//! Tests of the whole company through the seam that the routes read: the same for the same seed,
//! large without cost, and in agreement with itself.

mod agreement;
mod hard_cases;

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::*;

const NOW: &str = "2026-03-11T21:05:07.25Z";

fn company(seed: u64, calls: u64) -> Company {
    Company::new(seed, calls, NOW.parse().unwrap())
}

/// Everything about one call, as text.
fn all(company: &Company, number: u64) -> String {
    format!(
        "{}\n{}\n{:?}",
        company.meta_data(number),
        company.blocks(number),
        company.transcript(number).map(|transcript| transcript.to_string())
    )
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (one, same, other) = (company(1, 1_000), company(1, 1_000), company(2, 1_000));
    assert_eq!(one.users(), same.users());
    assert_eq!(one.workspaces(), same.workspaces());
    assert_ne!(one.users(), other.users());
    for number in [0, 77, 500, 980, 999] {
        assert_eq!(all(&one, number), all(&same, number), "{number}");
        assert_ne!(all(&one, number), all(&other, number), "{number}");
    }
}

#[test]
fn finds_every_call_by_its_id() {
    let company = company(1, 1_000_000);
    let mut bits = 12_345_u64;
    let random = (0..500).map(|_| {
        bits = random::mix(bits.wrapping_add(1));
        bits % 1_000_000
    });
    for number in (0..10_000).step_by(7).chain(random).chain([999_999]) {
        let id = company.meta_data(number)["id"].as_str().unwrap().to_owned();
        assert_eq!(company.find(&id), Some(number), "{id}");
    }
    let beyond = Ids::new(1, Kind::Call).text(1_000_000);
    assert_eq!(company.find(&beyond), None);
    assert_eq!(company.find("me"), None);
}

#[test]
fn a_million_calls_cost_nothing_until_asked_for() {
    let company = company(3, 1_000_000);
    assert_eq!(company.len(), 1_000_000);
    for number in [0, 1, 499_999, 999_990, 999_999] {
        let meta = company.meta_data(number);
        assert_eq!(meta["id"], company.meta_data(number)["id"]);
        assert!(company.blocks(number)["media"]["audioUrl"].is_string());
    }
    let day = company.now() - SignedDuration::from_hours(24);
    let range = company.started(Some(day), None);
    assert_eq!(range.end, 1_000_000);
    assert!(company.facts(range.start).started >= day);
    assert!(company.facts(range.start - 1).started < day);
}

#[test]
fn meta_data_has_its_twenty_members_first() {
    let company = company(1, 400);
    let expected: Vec<&str> = "id url title scheduled started duration primaryUserId direction \
        system scope media language workspaceId sdrDisposition clientUniqueId customData purpose \
        meetingUrl isPrivate calendarEventId"
        .split_whitespace()
        .collect();
    for number in 0..400 {
        let meta = company.meta_data(number);
        let names: Vec<&str> = meta.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names[..20], expected);
        let facts = company.facts(number);
        let started: Timestamp = meta["started"].as_str().unwrap().parse().unwrap();
        assert_eq!(started, facts.started);
        assert_eq!(meta["isPrivate"], facts.is_private);
        assert_eq!(meta["primaryUserId"].as_str(), facts.host_user_id.as_deref());
        assert_eq!(meta["workspaceId"], facts.workspace_id.as_str());
        assert!(facts.ready_at > facts.started && facts.transcribed_at > facts.ready_at);
        let skew = facts.listed_at.duration_since(facts.started).abs();
        assert!(skew <= SignedDuration::from_mins(crate::data::MAX_SCHEDULE_SKEW_MINUTES));
    }
}

#[test]
fn the_last_hours_have_calls_in_every_state() {
    for hour in 0..30 {
        let now: Timestamp = "2026-03-07T01:00:00Z".parse().unwrap();
        let now = now + SignedDuration::from_hours(hour);
        let company = Company::new(5, 1_000, now);
        let recent = company.started(Some(now - SignedDuration::from_hours(3)), None);
        let facts: Vec<Facts> = recent.map(|number| company.facts(number)).collect();
        let unready = facts.iter().filter(|facts| facts.ready_at > now).count();
        let untranscribed =
            facts.iter().filter(|facts| facts.ready_at <= now && facts.transcribed_at > now);
        let complete = facts.iter().filter(|facts| facts.transcribed_at <= now);
        assert_eq!(unready, 2, "{now}");
        assert_eq!((untranscribed.count(), complete.count()), (2, 4), "{now}");
    }
}

#[test]
fn very_few_calls_are_still_a_company() {
    for calls in [0, 1, 3, 8, 9] {
        let company = company(1, calls);
        for number in 0..calls {
            assert!(company.blocks(number).is_object());
            assert!(company.facts(number).started <= company.now());
        }
        assert_eq!(company.started(None, None), 0..calls);
    }
    assert!(company(1, 1).facts(0).ready_at <= company(1, 1).now());
}

#[test]
fn talk_differs_between_calls() {
    let company = company(1, 600);
    let mut seen = BTreeSet::new();
    for number in (0..600).step_by(3) {
        let plan = company.plan(number);
        let talk = company.talk(&plan);
        let texts: Vec<&str> = talk.lines.iter().take(25).map(|line| line.text.as_str()).collect();
        assert!(texts.len() < 20 || seen.insert(texts.join(" ")), "{number}");
    }
}

#[test]
fn talk_fills_its_call() {
    let company = company(1, 600);
    for number in (0..600).step_by(4) {
        let plan = company.plan(number);
        let talk = company.talk(&plan);
        let left = plan.duration * 1_000 - talk.end();
        let most = (plan.duration * 1_000 / 4).max(24_000);
        assert!(left < most || plan.language_code == "zxx", "{number}: {left} of {plan:?}");
    }
}
