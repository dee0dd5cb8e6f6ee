//! What the blocks say of a call is what one counts from its transcript.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use super::*;
use crate::data::COUNTERS;

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Every sentence of a transcript: speaker, start, end, and text.
fn sentences(transcript: &Value) -> Vec<(Option<&str>, u64, u64, &str)> {
    array(transcript)
        .iter()
        .flat_map(|monologue| {
            array(&monologue["sentences"]).iter().map(|sentence| {
                (
                    monologue["speakerId"].as_str(),
                    sentence["start"].as_u64().unwrap(),
                    sentence["end"].as_u64().unwrap(),
                    sentence["text"].as_str().unwrap(),
                )
            })
        })
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn widened(milliseconds: u64) -> f64 {
    let exact = f64::from(u32::try_from(milliseconds).unwrap()) / 1000.0;
    exact.to_string().parse::<f32>().unwrap().into()
}

/// A call and what is said of it: its number, `metaData`, the other blocks, and the transcript.
type Call = (u64, Value, Value, Value);

/// Runs a check over calls of all kinds, the last ones among them.
fn check(check: impl Fn(u64, &Value, &Value, &Value)) {
    static CALLS: OnceLock<Vec<Call>> = OnceLock::new();
    let calls = CALLS.get_or_init(|| {
        let company = company(11, 2_000);
        (1_200..1_500)
            .chain(1_980..2_000)
            .filter_map(|number| {
                let transcript = company.transcript(number)?;
                Some((number, company.meta_data(number), company.blocks(number), transcript))
            })
            .collect()
    });
    assert!(calls.len() > 280, "{}", calls.len());
    for (number, meta, blocks, transcript) in calls {
        check(*number, meta, blocks, transcript);
    }
}

#[test]
fn sentences_are_in_order_and_within_the_duration() {
    check(|number, meta, _, transcript| {
        let duration = meta["duration"].as_u64().unwrap() * 1_000;
        let mut before = 0;
        for (_, start, end, text) in sentences(transcript) {
            assert!(start >= before && end > start, "{number}: {start} after {before}: {text}");
            assert!(end <= duration, "{number}: {end} of {duration}");
            before = start;
        }
    });
}

#[test]
fn talk_reads_like_talk() {
    let questions = Cell::new(0);
    check(|number, _, _, transcript| {
        let mut memorable = BTreeMap::new();
        for (_, _, _, text) in sentences(transcript) {
            assert!(!text.contains(['{', '}', '[', '|', ']']) || text.contains('\u{1b}'), "{text}");
            assert!(!text.contains("  ") && !text.is_empty(), "{text}");
            questions.set(questions.get() + usize::from(text.ends_with('?')));
            if text.len() > 60 {
                *memorable.entry(text).or_insert(0) += 1;
            }
        }
        let repeated = memorable.values().filter(|count| **count > 1).count();
        assert!(repeated * 10 <= memorable.len(), "{number}: {memorable:#?}");
    });
    assert!(questions.get() > 10_000, "{}", questions.get());
}

#[test]
fn speakers_are_parties() {
    check(|number, _, blocks, transcript| {
        let hazard = hazard::of(11, number).filter(|_| number < 1_992);
        let parties: BTreeSet<&str> = array(&blocks["parties"])
            .iter()
            .filter_map(|party| party["speakerId"].as_str())
            .collect();
        let spoke: BTreeSet<&str> = array(transcript)
            .iter()
            .filter_map(|monologue| monologue["speakerId"].as_str())
            .collect();
        match hazard {
            Some(Hazard::NoParties) => assert!(blocks.get("parties").is_none()),
            Some(Hazard::EmptyParties) => assert!(array(&blocks["parties"]).is_empty()),
            Some(Hazard::StrangerSpeaker) => {
                assert_eq!(spoke.difference(&parties).count(), 1, "{number}");
            }
            _ => assert_eq!(parties, spoke, "{number}"),
        }
        let has_null = array(transcript).iter().any(|monologue| monologue["speakerId"].is_null());
        assert_eq!(has_null, hazard == Some(Hazard::NullSpeaker), "{number}");
    });
}

#[test]
fn talk_times_and_questions_are_those_of_the_sentences() {
    check(|number, _, blocks, transcript| {
        if blocks.get("interaction").is_none() {
            return;
        }
        let (mut times, mut asked) = (BTreeMap::new(), BTreeMap::new());
        for (speaker, start, end, text) in sentences(transcript) {
            *times.entry(speaker).or_insert(0) += end - start;
            *asked.entry(speaker).or_insert(0) += u64::from(text.ends_with(['?', '؟', '？']));
        }
        let (mut company, mut others) = (0, 0);
        let mut speakers = Vec::new();
        for party in array(&blocks["parties"]) {
            let Some(speaker) = party["speakerId"].as_str() else { continue };
            if party["affiliation"] == "Internal" {
                company += asked[&Some(speaker)];
                let talk_time = widened(times[&Some(speaker)]);
                speakers.push(json!({
                    "id": party["id"], "userId": party["userId"], "talkTime": talk_time
                }));
            } else {
                others += asked[&Some(speaker)];
            }
        }
        assert_eq!(blocks["interaction"]["speakers"], json!(speakers), "{number}");
        let questions = json!({"companyCount": company, "nonCompanyCount": others});
        assert_eq!(blocks["interaction"]["questions"], questions, "{number}");
    });
}

#[test]
fn trackers_count_what_was_said() {
    check(|number, _, blocks, transcript| {
        let sentences = sentences(transcript);
        let texts: Vec<Vec<String>> = sentences.iter().map(|sentence| words(sentence.3)).collect();
        for tracker in array(&blocks["content"]["trackers"]) {
            let known = trackers::TRACKERS.iter().find(|known| tracker["name"] == known.name);
            let mut total = 0;
            for phrase in known.unwrap().phrases {
                let phrase_words = words(phrase);
                let mut expected = Vec::new();
                for ((speaker, start, _, _), text) in sentences.iter().zip(&texts) {
                    for _ in text.windows(phrase_words.len()).filter(|part| *part == phrase_words) {
                        expected.push(json!({"startTime": widened(*start), "speakerId": speaker}));
                    }
                }
                total += expected.len();
                let shown =
                    array(&tracker["phrases"]).iter().find(|shown| shown["phrase"] == **phrase);
                if tracker["type"] == "KEYWORD" {
                    let count = shown.map_or(0, |shown| shown["count"].as_u64().unwrap());
                    assert_eq!(count, u64::try_from(expected.len()).unwrap(), "{number}: {phrase}");
                    assert!(shown.is_none_or(|shown| shown["occurrences"] == json!(expected)));
                }
            }
            assert_eq!(tracker["count"], total, "{number}: {}", tracker["name"]);
            assert_eq!(array(&tracker["occurrences"]).len(), total);
        }
    });
}

#[test]
fn parts_of_a_call_fit_its_duration() {
    check(|number, meta, blocks, transcript| {
        let Some(content) = blocks.get("content") else { return };
        let duration = meta["duration"].as_u64().unwrap();
        let sum = |list: &Value| -> u64 {
            array(list).iter().map(|item| item["duration"].as_u64().unwrap()).sum()
        };
        assert!(sum(&content["structure"]) <= duration, "{number}");
        let topics = sum(&content["topics"]);
        assert!(topics <= duration, "{number}");
        let has_topics = array(transcript).iter().any(|monologue| monologue["topic"].is_string());
        assert!(has_topics || topics == 0, "{number}");
        let outline = array(&content["outline"]);
        assert!(!outline.is_empty());
        let mut end = 0.0;
        for section in outline {
            let start = section["startTime"].as_f64().unwrap();
            assert!(start >= end - 0.01, "{number}: {start} before {end}");
            end = start + section["duration"].as_f64().unwrap();
            for item in array(&section["items"]) {
                let moment = item["startTime"].as_f64().unwrap();
                assert!(moment >= start - 0.01 && moment <= end + 0.01, "{number}: {moment}");
            }
        }
        assert!(end <= f64::from(u32::try_from(duration).unwrap()) + 0.01, "{number}: {end}");
        assert!(!content["brief"].as_str().unwrap().contains(['{', '[']));
    });
}

#[test]
fn three_of_four_monologues_have_no_topic() {
    let (all, without) = (Cell::new(0), Cell::new(0));
    check(|_, _, _, transcript| {
        for monologue in array(transcript) {
            all.set(all.get() + 1);
            without.set(without.get() + u64::from(monologue["topic"].is_null()));
        }
    });
    let percent = without.get() * 100 / all.get();
    assert!((65..85).contains(&percent), "{percent}");
}

#[test]
fn activity_is_what_one_counts_from_the_calls() {
    let company = company(4, 1_000);
    let from = company.now() - SignedDuration::from_hours(24 * 14);
    let to = company.now() + SignedDuration::from_hours(1);
    let mut expected: BTreeMap<(String, &str), u64> = BTreeMap::new();
    let mut add = |user: &Value, counter| {
        *expected.entry((user.as_str().unwrap().to_owned(), counter)).or_default() += 1;
    };
    for number in 0..company.len() {
        let facts = company.facts(number);
        if facts.started < from || facts.ready_at > company.now() {
            continue;
        }
        let (meta, blocks) = (company.meta_data(number), company.blocks(number));
        let host = &meta["primaryUserId"];
        add(host, "callsAsHost");
        for party in array(&blocks["parties"]) {
            let is_there = array(&party["methods"]).contains(&json!("Attendee"));
            if party["userId"].is_string() && party["userId"] != *host && is_there {
                add(&party["userId"], "callsAttended");
            }
        }
        let comments = array(&blocks["collaboration"]["publicComments"]).iter();
        let authors: BTreeSet<String> = comments
            .map(|comment| comment["commenterUserId"].as_str().unwrap().to_owned())
            .collect();
        for author in &authors {
            add(&json!(author), "callsCommentsGiven");
        }
        if authors.iter().any(|author| host != author) {
            add(host, "callsCommentsReceived");
        }
    }
    let mut deeds: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for number in company.started(Some(from), Some(to)) {
        let done = company.deeds(number);
        for (place, deed) in done.iter().enumerate() {
            assert!(!done[..place].contains(deed), "{deed:?} twice");
            let id = company.users()[deed.user]["id"].as_str().unwrap();
            *deeds.entry((id.to_owned(), deed.counter)).or_default() += 1;
        }
    }
    let counters: BTreeSet<&str> = deeds.keys().map(|(_, counter)| *counter).collect();
    assert_eq!(counters, BTreeSet::from(COUNTERS));
    deeds.retain(|(_, counter), _| {
        matches!(
            *counter,
            "callsAsHost" | "callsAttended" | "callsCommentsGiven" | "callsCommentsReceived"
        )
    });
    assert_eq!(deeds, expected);
}
