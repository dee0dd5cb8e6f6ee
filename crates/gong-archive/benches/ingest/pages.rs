//! Pages of calls and transcripts as Gong would send them, made up: words as frequent as in a
//! language, about ten a sentence, two or three sentences at a stretch.

use std::{fmt::Write as _, ops::Range};

/// How many words the language has.
const VOCABULARY: u32 = 50_000;
const SYLLABLES: [&str; 32] = [
    "the", "and", "you", "to", "so", "of", "it", "in", "that", "we", "is", "on", "for", "be", "me",
    "con", "ter", "ra", "li", "pre", "ment", "sa", "der", "co", "tion", "ing", "ex", "ble", "ti",
    "na", "lo", "per",
];
const PEOPLE: u64 = 400;
const ACCOUNTS: u64 = 1_500;

/// A page of calls, and one of their transcripts.
pub(crate) struct Made {
    pub(crate) calls: String,
    pub(crate) transcripts: String,
    /// How many words are in the transcripts.
    pub(crate) n_words: u64,
}

pub(crate) struct Pages {
    random: Random,
    words: Vec<String>,
    /// How much of all that is said is this word or a more frequent one, in 2^32 parts.
    shares: Vec<u32>,
    n_words: u64,
}

impl Pages {
    pub(crate) fn new(n_words: u64) -> Self {
        // The 100 most frequent words are three fifths of all that is said, the first 1,000 four.
        let weight = |rank: u32| (f64::from(rank) + 5.0).powf(-1.25);
        let whole: f64 = (0..VOCABULARY).map(weight).sum();
        let mut sum = 0.0;
        let shares = (0..VOCABULARY).map(|rank| {
            sum += weight(rank);
            share(sum / whole)
        });
        let shares = shares.collect();
        Self { random: Random(7), words: (0..VOCABULARY).map(word).collect(), shares, n_words }
    }

    /// The calls with these numbers.
    pub(crate) fn next(&mut self, numbers: Range<u64>) -> Made {
        let mut calls = r#"{"requestId":"r","records":{},"calls":["#.to_owned();
        let mut transcripts = r#"{"requestId":"r","records":{},"callTranscripts":["#.to_owned();
        let mut n_words = 0;
        for number in numbers.clone() {
            if number > numbers.start {
                calls.push(',');
                transcripts.push(',');
            }
            self.call(&mut calls, number);
            n_words += self.transcript(&mut transcripts, number);
        }
        calls.push_str("]}");
        transcripts.push_str("]}");
        Made { calls, transcripts, n_words }
    }

    fn call(&mut self, json: &mut String, number: u64) {
        let call = id(number);
        let (day, minute) = (number / 80, number % 80 * 6);
        let (year, month, date) = (2024 + day / 336, day % 336 / 28 + 1, day % 28 + 1);
        let started = format!(
            "{year}-{month:02}-{date:02}T{:02}:{:02}:12.345-07:00",
            8 + minute / 60,
            minute % 60
        );
        let title = self.sentence(5).0;
        let brief = self.sentence(40).0;
        let (host, account) = (number % PEOPLE, number % ACCOUNTS);
        // Text of our own: writing to it cannot fail.
        let _ = write!(
            json,
            r#"{{"metaData":{{"id":"{call}","url":"https://example.gong.io/call?id={call}","title":"{title}","scheduled":"{started}","started":"{started}","duration":1800,"primaryUserId":"{}","direction":"Conference","system":"Zoom","scope":"External","media":"Video","language":"eng","workspaceId":"1","sdrDisposition":null,"clientUniqueId":null,"customData":null,"purpose":null,"meetingUrl":"https://zoom.example/j/{call}","isPrivate":false,"calendarEventId":"e{call}"}},"context":[{{"system":"Salesforce","objects":[{{"objectType":"Account","objectId":"0015g{account:010}","fields":[{{"name":"Name","value":"Account {account}"}},{{"name":"Industry","value":"Software"}}]}}]}}],"parties":["#,
            id(host),
        );
        for seat in 0..4 {
            let side = if seat < 2 { "Internal" } else { "External" };
            let speaker = id(number * 4 + seat);
            let comma = if seat > 0 { "," } else { "" };
            let _ = write!(
                json,
                r#"{comma}{{"id":"{speaker}","emailAddress":"person.{seat}.{number}@company.example","name":"Person {seat} of {number}","title":"Manager","speakerId":"{speaker}","affiliation":"{side}","phoneNumber":"+1 555 {number:07}","methods":["Invitee","Attendee"]}}"#,
            );
        }
        let _ = write!(
            json,
            r#"],"content":{{"brief":"{brief}","topics":[{{"name":"Pricing","duration":120}}]}}}}"#
        );
    }

    fn transcript(&mut self, json: &mut String, number: u64) -> u64 {
        let _ = write!(json, r#"{{"callId":"{}","transcript":["#, id(number));
        let (mut said, mut millis) = (0, 800);
        while said < self.n_words {
            let speaker = id(number * 4 + self.random.below(4));
            let topic = if self.random.below(5) == 0 { r#""Pricing""# } else { "null" };
            let comma = if said > 0 { "," } else { "" };
            let _ =
                write!(json, r#"{comma}{{"speakerId":"{speaker}","topic":{topic},"sentences":["#);
            for place in 0..2 + self.random.below(2) {
                let n_words = 4 + self.random.below(13);
                let (text, n_words) = self.sentence(n_words);
                let ends = millis + n_words * 400;
                let comma = if place > 0 { "," } else { "" };
                let _ = write!(json, r#"{comma}{{"start":{millis},"end":{ends},"text":"{text}"}}"#);
                millis = ends + 200;
                said += n_words;
            }
            json.push_str("]}");
        }
        json.push_str("]}");
        said
    }

    fn sentence(&mut self, n_words: u64) -> (String, u64) {
        let mut text = String::new();
        for place in 0..n_words {
            let told = self.random.next_share();
            let rank = self.shares.partition_point(|&upto| upto < told).min(self.words.len() - 1);
            let word = &self.words[rank];
            if place == 0 {
                text.push(word.as_bytes().first().map_or('A', |it| it.to_ascii_uppercase().into()));
                text.push_str(word.get(1..).unwrap_or_default());
            } else {
                text.push_str(if self.random.below(12) == 0 { ", " } else { " " });
                text.push_str(word);
            }
        }
        text.push(if self.random.below(6) == 0 { '?' } else { '.' });
        (text, n_words)
    }
}

/// Frequent words are short.
fn word(rank: u32) -> String {
    let mut word = String::new();
    let mut rest = rank;
    loop {
        word.push_str(SYLLABLES[usize::try_from(rest % 32).unwrap_or_default()]);
        if rest < 32 {
            return word;
        }
        rest /= 32;
    }
}

/// A number of 19 digits, none like the next.
fn id(number: u64) -> String {
    format!("{}", 1_000_000_000_000_000_000 + number * 2_654_435_761 % 8_000_000_000_000_000_000)
}

/// A part of one in 2^32 parts.
fn share(part: f64) -> u32 {
    let mut share = 0_u32;
    let mut rest = part.min(1.0);
    for bit in (0..32).rev() {
        let worth = f64::from(1_u32 << bit) / 4_294_967_296.0;
        if rest >= worth {
            rest -= worth;
            share |= 1 << bit;
        }
    }
    share
}

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn next_share(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from(mixed >> 32).unwrap_or_default()
    }

    fn below(&mut self, end: u64) -> u64 {
        (u64::from(self.next_share()) * end) >> 32
    }
}
