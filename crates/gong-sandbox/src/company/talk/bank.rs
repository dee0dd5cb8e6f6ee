//! The phrase banks: exchanges in plain text files, by language and stage.
//!
//! A file has `# stage` or `# stage.scenario` headings; below them stand exchanges, separated by
//! blank lines. A line of an exchange is `R:` (the host), `S:` (a colleague), `C:` or `D:` (people
//! on the other side), `= ` (what to remember of it), or `~ ` (seconds of silence). In a text,
//! `{word}` is filled in and `[one|other]` is chosen from.

use std::{collections::BTreeMap, mem};

use super::stage::Stage;
use crate::company::language::Language;

/// Who says a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Host,
    Colleague,
    Guest,
    OtherGuest,
}

/// One line of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Says(Part, &'static str),
    Point(&'static str),
    /// In seconds.
    Silence(u64),
}

/// A few turns that belong together.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) turns: Vec<Turn>,
    /// About how long it takes, in milliseconds.
    pub(super) length: u64,
}

/// All phrase banks.
#[derive(Debug)]
pub(in crate::company) struct Banks {
    by_key: BTreeMap<(&'static str, &'static str), Vec<Exchange>>,
}

const ENGLISH: [&str; 9] = [
    include_str!("english/frame.txt"),
    include_str!("english/discovery.txt"),
    include_str!("english/demo.txt"),
    include_str!("english/deep.txt"),
    include_str!("english/money.txt"),
    include_str!("english/trust.txt"),
    include_str!("english/service.txt"),
    include_str!("english/inside.txt"),
    include_str!("english/workshop.txt"),
];
const FILES: [(Language, &[&str]); 8] = [
    (Language::English, &ENGLISH),
    (Language::German, &[include_str!("german.txt")]),
    (Language::French, &[include_str!("french.txt")]),
    (Language::Spanish, &[include_str!("spanish.txt")]),
    (Language::Portuguese, &[include_str!("portuguese.txt")]),
    (Language::Japanese, &[include_str!("japanese.txt")]),
    (Language::Hebrew, &[include_str!("hebrew.txt")]),
    (Language::Arabic, &[include_str!("arabic.txt")]),
];

impl Banks {
    /// Reads all files.
    pub(in crate::company) fn new() -> Self {
        let mut by_key: BTreeMap<_, Vec<Exchange>> = BTreeMap::new();
        for (language, files) in FILES {
            for file in files {
                let mut key = "";
                let mut turns = Vec::new();
                for line in file.lines().chain([""]) {
                    if line.is_empty() && !turns.is_empty() {
                        let length = turns.iter().map(|turn| length(language, *turn)).sum();
                        let exchange = Exchange { turns: mem::take(&mut turns), length };
                        by_key.entry((language.code(), key)).or_default().push(exchange);
                    } else if let Some(heading) = line.strip_prefix("# ") {
                        key = heading;
                    } else if let Some(turn) = turn(line) {
                        turns.push(turn);
                    }
                }
            }
        }
        Self { by_key }
    }

    /// The exchanges of a stage; those for the scenario if there are any.
    pub(super) fn exchanges(
        &self,
        language: Language,
        stage: Stage,
        scenario: &str,
    ) -> &[Exchange] {
        let special = self
            .by_key
            .iter()
            .find(|((code, key), _)| {
                *code == language.code() && key.split_once('.') == Some((stage.key(), scenario))
            })
            .map(|(_, exchanges)| exchanges);
        special
            .or_else(|| self.by_key.get(&(language.code(), stage.key())))
            .map_or(&[], Vec::as_slice)
    }

    /// The entries of a word list: the turns of a section, one word or phrase each.
    pub(super) fn words(&self, language: Language, list: &str) -> Vec<&'static str> {
        self.by_key
            .get(&(language.code(), list))
            .into_iter()
            .flatten()
            .flat_map(|exchange| &exchange.turns)
            .filter_map(|turn| match turn {
                Turn::Point(word) => Some(*word),
                _ => None,
            })
            .collect()
    }
}

fn length(language: Language, turn: Turn) -> u64 {
    match turn {
        Turn::Says(_, text) => language.spoken(text) + 900,
        Turn::Point(_) => 0,
        Turn::Silence(seconds) => seconds * 1_000,
    }
}

fn turn(line: &'static str) -> Option<Turn> {
    let (mark, text) = line.split_once(' ')?;
    match mark {
        "R:" => Some(Turn::Says(Part::Host, text)),
        "S:" => Some(Turn::Says(Part::Colleague, text)),
        "C:" => Some(Turn::Says(Part::Guest, text)),
        "D:" => Some(Turn::Says(Part::OtherGuest, text)),
        "=" => Some(Turn::Point(text)),
        "~" => text.parse().ok().map(Turn::Silence),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_banks_is_read() {
        for (language, files) in FILES {
            for line in files.iter().flat_map(|file| file.lines()) {
                let is_heading = line.strip_prefix("# ").is_some();
                assert!(
                    line.is_empty() || is_heading || turn(line).is_some(),
                    "{language:?}: {line}"
                );
                let opened = line.matches(['[', '{']).count();
                assert_eq!(opened, line.matches([']', '}']).count(), "{language:?}: {line}");
            }
        }
    }

    #[test]
    fn every_heading_is_a_stage_or_a_list() {
        let lists = ["areas", "teams", "tools", "systems", "metrics", "nods", "days"];
        for (language, key) in Banks::new().by_key.keys() {
            let stage = key.split_once('.').map_or(*key, |(stage, _)| stage);
            let is_known = Stage::ALL.iter().any(|known| known.key() == stage);
            assert!(is_known || lists.contains(key), "{language}: {key}");
        }
    }
}
