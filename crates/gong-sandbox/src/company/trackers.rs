//! What the company listens for: trackers, and where their phrases occur in a talk.

use serde_json::{Value, json};

use super::{
    Company, clock,
    ids::{Ids, Kind},
    plan::Plan,
    talk::{Line, Talk},
};
use crate::data;

/// The other vendors that come up on calls.
pub(super) const COMPETITORS: [&str; 4] = ["Corvane", "Plannetic", "OpsMosaic", "Tiderow"];

/// A thing to listen for.
#[derive(Debug)]
pub(super) struct Tracker {
    pub(super) name: &'static str,
    /// Shown for keyword trackers only.
    pub(super) phrases: &'static [&'static str],
    pub(super) is_smart: bool,
}

pub(super) const TRACKERS: [Tracker; 10] = [
    Tracker { name: "Competitors", phrases: &COMPETITORS, is_smart: false },
    Tracker {
        name: "Pricing",
        phrases: &[
            "price",
            "pricing",
            "discount",
            "budget",
            "per seat",
            "Preis",
            "Rabatt",
            "prix",
            "remise",
            "precio",
            "descuento",
            "preço",
            "desconto",
        ],
        is_smart: false,
    },
    Tracker {
        name: "Security",
        phrases: &[
            "SOC 2",
            "encryption",
            "encrypted",
            "single sign-on",
            "data residency",
            "penetration test",
            "audit log",
            "security review",
            "Datenschutz",
        ],
        is_smart: false,
    },
    Tracker {
        name: "Decision process",
        phrases: &["procurement", "legal", "sign off", "steering committee", "approval", "board"],
        is_smart: false,
    },
    Tracker {
        name: "Timeline",
        phrases: &["deadline", "go live", "by the end of", "next quarter", "this quarter"],
        is_smart: false,
    },
    Tracker {
        name: "Integrations",
        phrases: &["integration", "API", "connector", "webhook", "sandbox", "Schnittstelle"],
        is_smart: false,
    },
    Tracker {
        name: "Spreadsheets",
        phrases: &["spreadsheet", "spreadsheets", "copy and paste", "by hand", "manually", "Excel"],
        is_smart: false,
    },
    Tracker {
        name: "Churn risk",
        phrases: &["frustrated", "cancel", "not renew", "losing patience", "switch away"],
        is_smart: true,
    },
    Tracker {
        name: "Customer pain",
        phrases: &["painful", "takes us hours", "nobody trusts", "too late", "falls through"],
        is_smart: true,
    },
    Tracker {
        name: "Next step agreed",
        phrases: &["I'll send", "calendar invite", "let's book", "works for me"],
        is_smart: true,
    },
];

/// Where a phrase stands in a text as whole words; both in small letters.
fn places<'a>(text: &'a str, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(phrase)
        .filter(move |(start, found)| {
            let after = &text[start + found.len()..];
            !is_word(text[..*start].chars().next_back()) && !is_word(after.chars().next())
        })
        .map(|(start, _)| start)
}

/// All lines of a talk as one text in small letters, to search in at once.
struct Searchable {
    text: String,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Searchable {
    fn new(talk: &Talk) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(talk.lines.len());
        for line in &talk.lines {
            starts.push(text.len());
            text.push_str(&line.text.to_lowercase());
            text.push('\n');
        }
        Self { text, starts }
    }

    /// The lines in which a phrase occurs, once for every time that it does.
    fn occurrences<'a>(&self, talk: &'a Talk, phrase: &str) -> Vec<&'a Line> {
        places(&self.text, &phrase.to_lowercase())
            .map(|place| &talk.lines[self.starts.partition_point(|start| *start <= place) - 1])
            .collect()
    }
}

impl Company {
    /// The keyword trackers.
    pub(super) fn keyword_trackers(&self) -> Vec<data::Tracker> {
        let ids = Ids::new(self.seed, Kind::Tracker);
        let keyword = TRACKERS.iter().zip(0..).filter(|(tracker, _)| !tracker.is_smart);
        let shown = keyword.map(|(tracker, index)| data::Tracker {
            id: ids.text(index),
            name: tracker.name.to_owned(),
            keywords: tracker.phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
        });
        shown.collect()
    }

    /// `content.trackers` with all occurrences.
    pub(super) fn trackers(&self, plan: &Plan, talk: &Talk) -> Value {
        let ids = Ids::new(self.seed, Kind::Tracker);
        let searchable = Searchable::new(talk);
        let trackers = TRACKERS.iter().enumerate().map(|(index, tracker)| {
            let found: Vec<(&str, Vec<&Line>)> = tracker
                .phrases
                .iter()
                .map(|phrase| (*phrase, searchable.occurrences(talk, phrase)))
                .filter(|(_, lines)| !lines.is_empty())
                .collect();
            let mut all: Vec<&Line> = found.iter().flat_map(|(_, lines)| lines.clone()).collect();
            all.sort_by_key(|line| line.start);
            let shown = |lines: &[&Line]| -> Value {
                lines
                    .iter()
                    .map(|line| {
                        json!({
                            "startTime": clock::seconds(line.start),
                            "speakerId": self.speaker_id(plan, line.voice)
                        })
                    })
                    .collect()
            };
            let phrases: Vec<Value> = if tracker.is_smart {
                Vec::new()
            } else {
                found
                    .iter()
                    .map(|(phrase, lines)| {
                        json!({
                            "count": lines.len(),
                            "occurrences": shown(lines),
                            "phrase": phrase
                        })
                    })
                    .collect()
            };
            json!({
                "id": ids.text(u64::try_from(index).unwrap_or(0)),
                "name": tracker.name,
                "count": all.len(),
                "type": if tracker.is_smart { "SMART" } else { "KEYWORD" },
                "occurrences": shown(&all),
                "phrases": phrases
            })
        });
        trackers.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_whole_words_only() {
        for (text, phrase, expected) in [
            ("The price, the Price and the prices.", "price", 2),
            ("Pricing is not price", "pricing", 1),
            ("per seat per seat", "per seat", 2),
            ("ÉPRICE price", "price", 1),
            ("legally", "legal", 0),
        ] {
            assert_eq!(places(&text.to_lowercase(), phrase).count(), expected, "{text}");
        }
    }
}
