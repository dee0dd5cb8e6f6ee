//! A made-up archive to purge: calls in which each word, name, and number stands only once.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use gong_archive::{Batch, Saved, Target};
use gong_types::Record;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json, value::RawValue};

use crate::company::NOW;

const CALLS: usize = 24;
/// How the words end that are looked for, and how many letters before that tell them: the index
/// writes the beginning of a word once for all that begin so.
const END: &str = "zqj";
const TELLING: usize = 6;

/// Numbers that look random and are the same each time.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^ (mixed >> 29)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// A word that nobody else says. Its end makes it easy to find.
    pub(super) fn word(&mut self) -> String {
        let letters = (0..8).map(|_| char::from(b'a' + u8::try_from(self.below(26)).unwrap()));
        letters.chain(END.chars()).collect()
    }
}

/// A person: what tells them.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) user: Option<String>,
}

/// A call of the model, and what stands in it and nowhere else.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) started: Timestamp,
    pub(super) people: Vec<usize>,
    pub(super) account: usize,
    /// Somebody whose address or number is said, but who is not there.
    pub(super) named: Option<(usize, bool)>,
    pub(super) words: Vec<String>,
    pub(super) is_readable: bool,
}

/// Whether a purge takes a call.
pub(super) type IsMeant = Box<dyn Fn(&Call) -> bool>;

pub(super) struct Model {
    pub(super) random: Random,
    pub(super) people: Vec<Person>,
    pub(super) accounts: Vec<String>,
    pub(super) n_words: usize,
    pub(super) calls: BTreeMap<String, Call>,
}

impl Model {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let people = (0..12)
            .map(|at| Person {
                name: format!("{} {}", random.word(), random.word()),
                email: {
                    // Each of these may stand in an address, and what ends one elsewhere, too.
                    let [mark, dot] = [[".", "&", "'", "=", "+"][at % 5], ["-", "_", "."][at % 3]];
                    let [one, two, host] = [(); 3].map(|()| random.word());
                    format!("{one}{mark}{two}@{host}{dot}corp.example")
                },
                phone: format!("+44{:010}", random.next() % 10_000_000_000),
                user: (at < 3).then(|| {
                    format!(
                        "{}",
                        10_000_000_000_000_000_000 + random.next() % 8_000_000_000_000_000_000
                    )
                }),
            })
            .collect();
        let accounts = (0..5).map(|_| format!("001{}", random.word())).collect();
        // Of many words the index makes more than one page.
        let n_words = if seed.is_multiple_of(5) { 122 } else { 12 };
        let mut model = Self { random, people, accounts, n_words, calls: BTreeMap::new() };
        for _ in 0..CALLS {
            let call = model.call();
            model.calls.insert(call.id.clone(), call);
        }
        model
    }

    pub(super) fn call(&mut self) -> Call {
        let random = &mut self.random;
        let now: Timestamp = NOW.parse().unwrap();
        let minutes = i64::try_from(random.below(60 * 24 * 300)).unwrap();
        let is_readable = random.below(10) != 0;
        let id = 1_000_000_000_000_000_000 + random.next() % 8_000_000_000_000_000_000;
        Call {
            // No id has more than twenty digits: such a call is put aside with all that it holds.
            id: format!("{id}{}", if is_readable { "" } else { "99999" }),
            started: now - SignedDuration::from_mins(minutes),
            people: (0..=random.below(3)).map(|_| random.below(12)).collect(),
            account: random.below(5),
            named: (random.below(6) == 0).then(|| (random.below(12), random.below(2) == 0)),
            words: (0..self.n_words).map(|_| random.word()).collect(),
            is_readable,
        }
    }

    pub(super) fn details(&self, call: &Call) -> String {
        let parties: Vec<Value> = (1..)
            .zip(&call.people)
            .map(|(n, at)| {
                let person = &self.people[*at];
                // Gong writes neither in one form.
                let (email, phone) = if n == 1 {
                    (person.email.clone(), person.phone.clone())
                } else {
                    let digits = &person.phone[1..];
                    (
                        person.email.to_uppercase(),
                        format!("00{} ({}) {}", &digits[..2], &digits[2..5], &digits[5..]),
                    )
                };
                json!({
                    "id": format!("{n}"), "speakerId": format!("90{n}"), "name": person.name,
                    "emailAddress": email, "phoneNumber": phone, "userId": person.user,
                    "affiliation": "External",
                })
            })
            .collect();
        json!({
            "metaData": {
                "id": call.id, "title": format!("Weekly {}", call.words[0]),
                "started": call.started.to_string(), "duration": 600,
            },
            "context": [{"system": "Salesforce", "objects": [{
                "objectType": "Account", "objectId": self.accounts[call.account],
                "fields": [{"name": "Name", "value": format!("Name of {}", self.accounts[call.account])}],
            }]}],
            "parties": parties,
            "content": {"brief": format!("About {}", call.words[1])},
        })
        .to_string()
    }

    pub(super) fn transcript(&self, call: &Call) -> String {
        let named = call.named.map_or_else(String::new, |(at, is_phone)| {
            let person = &self.people[at];
            let what = if is_phone { &person.phone } else { &person.email };
            format!("You reach them at {what}, they say.")
        });
        let monologues: Vec<Value> = (0_usize..)
            .zip(call.words[2..].chunks(2))
            .map(|(n, words)| {
                json!({
                    "speakerId": format!("90{}", 1 + n % call.people.len()), "topic": "Small talk",
                    "sentences": [
                        {"start": n * 5000, "end": n * 5000 + 2000, "text": format!("We have {} and so on.", words[0])},
                        {"start": n * 5000 + 2000, "end": n * 5000 + 4000, "text": format!("Then the {}. {named}", words[1])},
                    ],
                })
            })
            .collect();
        json!({"callId": call.id, "transcript": monologues}).to_string()
    }

    pub(super) fn users(&self) -> impl Iterator<Item = String> {
        self.people.iter().filter_map(user)
    }

    /// Something to purge, and the calls that it takes.
    pub(super) fn target(&mut self) -> (Target, Vec<Call>, Vec<String>) {
        let readable = self.calls.values().filter(|it| it.is_readable);
        let keys: Vec<String> = readable.map(|it| it.id.clone()).collect();
        let kind = self.random.below(5);
        let person = self.random.below(12);
        let account = self.random.below(5);
        let is_of = |call: &Call, person: usize, is_phone: bool| {
            call.people.contains(&person)
                || (call.is_readable && call.named == Some((person, is_phone)))
        };
        let (target, is_meant, needles): (_, IsMeant, Vec<String>) = match kind {
            0 if !keys.is_empty() => {
                let id = keys[self.random.below(keys.len())].clone();
                let target = Target::Calls(vec![id.parse().unwrap()]);
                (target, Box::new(move |call| call.id == id), Vec::new())
            }
            1 => {
                let it = self.people[person].clone();
                let target = Target::Email(format!(" {} ", it.email.to_uppercase()));
                (target, Box::new(move |call| is_of(call, person, false)), vec![it.email])
            }
            2 => {
                let it = self.people[person].clone();
                let target = Target::Phone(it.phone.replace('+', "00"));
                (target, Box::new(move |call| is_of(call, person, true)), vec![it.phone])
            }
            3 => {
                let id = self.accounts[account].clone();
                let target = Target::Account(id.clone());
                (target, Box::new(move |call| call.account == account), vec![id])
            }
            _ => {
                let now: Timestamp = NOW.parse().unwrap();
                let days = i64::try_from(150 + self.random.below(150)).unwrap();
                let before = now - SignedDuration::from_hours(24 * days);
                let is_old = move |call: &Call| call.started < before;
                (Target::Before(before), Box::new(is_old), Vec::new())
            }
        };
        let gone: Vec<Call> = self.calls.values().filter(|it| is_meant(it)).cloned().collect();
        for call in &gone {
            self.calls.remove(&call.id);
        }
        (target, gone, needles)
    }
}

pub(super) fn user(person: &Person) -> Option<String> {
    let id = person.user.as_ref()?;
    let user = json!({"id": id, "emailAddress": person.email, "phoneNumber": person.phone,
        "firstName": person.name, "active": true});
    Some(user.to_string())
}

pub(super) fn record<T>(text: &str) -> Record<T> {
    Record::from(RawValue::from_string(text.to_owned()).unwrap())
}

/// Writes the call as it was listed, and what was said in it.
pub(super) fn save(batch: &mut Batch<'_>, model: &Model, call: &Call) -> (Saved, Saved) {
    let now = NOW.parse().unwrap();
    let saved = batch.call(&record(&model.details(call)), now).unwrap();
    if !call.is_readable {
        return (saved, Saved::LeftOut);
    }
    (saved, batch.transcript(&record(&model.transcript(call)), now).unwrap())
}

/// What must not be found: ends of words, and other texts.
#[derive(Default)]
pub(super) struct Needles {
    pub(super) words: HashSet<String>,
    pub(super) texts: Vec<String>,
}

impl Needles {
    /// What stands in these calls and nowhere else.
    pub(super) fn of<'a>(calls: impl Iterator<Item = &'a Call> + Clone) -> Self {
        let ends =
            calls.clone().flat_map(|call| &call.words).map(|it| it[8 - TELLING..8].to_owned());
        Self { words: ends.collect(), texts: calls.map(|call| call.id.clone()).collect() }
    }

    /// The needles that a file of the folder holds: as they are, or with two bytes a character.
    pub(super) fn traces(&self, folder: &Path) -> Vec<String> {
        let mut traces = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let mut bytes = fs::read(&path).unwrap();
            bytes.make_ascii_lowercase();
            let text = String::from_utf8_lossy(&bytes);
            let wide = |text: &str| text.chars().flat_map(|it| [it, '\0']).collect::<String>();
            let mut found: Vec<&str> = Vec::new();
            for needle in &self.texts {
                let is_there = [needle, &wide(needle)].iter().any(|it| text.contains(it.as_str()));
                found.extend(is_there.then_some(needle.as_str()));
            }
            for (end, letters) in [(END, TELLING), (&*wide(END), 2 * TELLING)] {
                for (at, _) in text.match_indices(end) {
                    let word = at.checked_sub(letters).and_then(|from| text.get(from..at));
                    let word = word.unwrap_or_default().replace('\0', "");
                    found.extend(self.words.get(&word).map(String::as_str));
                }
            }
            let name = path.file_name().unwrap().display();
            traces.extend(found.iter().map(|needle| format!("{needle} in {name}")));
        }
        traces
    }
}
