//! A mix of searches as people make them, of the words that the archive has.

use std::{collections::HashMap, error::Error};

use gong_archive::{Archive, Filters, Side};

use super::texts;

/// How many searches of each kind: rare and common words, phrases, prefixes, and filters.
const OF_EACH: usize = 40;

/// What searches are made of.
pub(crate) struct Mix {
    /// The most frequent first.
    words: Vec<String>,
    /// Words that follow each other somewhere.
    phrases: Vec<String>,
    titles: Vec<String>,
    starts: Vec<String>,
}

impl Mix {
    pub(crate) fn of(archive: &Archive) -> Result<Self, Box<dyn Error>> {
        let sentences = texts(
            archive,
            "select text from sentences where call_id in
               (select call_id from calls where transcript = 'present' order by call_id limit 200)",
        )?;
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut phrases = Vec::new();
        for (place, sentence) in sentences.iter().enumerate() {
            let words: Vec<String> = sentence
                .split(|it: char| !it.is_alphanumeric())
                .filter(|it| it.len() > 1)
                .map(str::to_lowercase)
                .collect();
            if place % (sentences.len() / OF_EACH).max(1) == 0 && words.len() > 2 {
                phrases.push(format!("\"{} {}\"", words[1], words[2]));
            }
            for word in words {
                *counts.entry(word).or_default() += 1;
            }
        }
        let mut words: Vec<(usize, String)> =
            counts.into_iter().map(|(word, count)| (count, word)).collect();
        words.sort_by(|one, two| two.0.cmp(&one.0).then_with(|| one.1.cmp(&two.1)));
        Ok(Self {
            words: words.into_iter().map(|(_, word)| word).collect(),
            phrases,
            titles: texts(archive, "select title from calls order by call_id limit 40")?,
            starts: texts(archive, "select started from calls order by call_id limit 40")?,
        })
    }

    /// Words that were said once or so in two hundred calls.
    pub(crate) fn rare(&self) -> Vec<&str> {
        self.words.iter().rev().step_by(7).take(10).map(String::as_str).collect()
    }

    /// Each with its kind.
    pub(crate) fn searches(&self) -> Vec<(&'static str, String, Filters)> {
        let n_words = self.words.len();
        let plain = |words: String| (words, Filters::default());
        let mut searches = Vec::new();
        for place in 0..OF_EACH {
            let common = &self.words[place % n_words];
            let usual = &self.words[(200 + place * 37) % n_words];
            let rare = &self.words[n_words - 1 - (place * 31) % n_words];
            let begun: String = usual.chars().take(4).collect();
            let other = &self.words[(place * 7 + 3) % n_words.min(300)];
            let phrase = &self.phrases[place % self.phrases.len()];
            for (kind, (words, filters)) in [
                ("rare", plain(rare.clone())),
                (
                    "common",
                    plain(if place % 2 == 0 {
                        common.clone()
                    } else {
                        format!("{common} NEAR {other}")
                    }),
                ),
                ("phrase", plain(phrase.clone())),
                (
                    "prefix",
                    plain(if place % 2 == 0 {
                        format!("{begun}*")
                    } else {
                        format!("{common} {begun}*")
                    }),
                ),
                (
                    "filtered",
                    (if place % 2 == 0 { common } else { usual }.clone(), self.filters(place)),
                ),
            ] {
                searches.push((kind, words, filters));
            }
        }
        searches
    }

    fn filters(&self, place: usize) -> Filters {
        let none = Filters::default;
        let at = |of: &[String]| of[place % of.len()].clone();
        match place % 8 {
            0 => Filters { side: Some(Side::External), ..none() },
            1 => Filters { speaker: Some(format!("person 1 of {}", place * 100)), ..none() },
            2 => Filters { account: Some(format!("Account {}", place * 10)), ..none() },
            3 => Filters { participant: Some(format!("person.2.{}@", place * 100)), ..none() },
            4 => Filters { from: at(&self.starts).parse().ok(), ..none() },
            5 => Filters { to: at(&self.starts).parse().ok(), ..none() },
            6 => Filters { title: at(&self.titles).split(' ').next().map(str::to_owned), ..none() },
            _ => Filters { language: Some("eng".to_owned()), ..none() },
        }
    }
}
