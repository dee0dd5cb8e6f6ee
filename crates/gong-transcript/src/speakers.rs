//! Who the speakers of a call are: one name for each, and the same one all through the call.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use gong_types::{Affiliation, Party, SpeakerId};

/// Somebody who speaks in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// What ties them to their sentences; none for sentences that Gong ties to nobody.
    pub id: Option<SpeakerId>,
    /// The name, else the e-mail address, else the phone number, else `Speaker 1 (unknown)`, counted
    /// by who speaks first. People of the same name are told apart by something in parentheses.
    pub name: String,
    /// Whether the parties of the call say who it is.
    pub is_known: bool,
}

/// Finds the speakers of one call, given whose voices are heard in order.
pub(crate) fn speakers<'a>(
    heard: impl IntoIterator<Item = Option<&'a SpeakerId>>,
    parties: &[Party],
) -> HashMap<Option<SpeakerId>, Arc<Speaker>> {
    let mut ids: Vec<Option<&SpeakerId>> = Vec::new();
    let mut seen = HashSet::new();
    for id in heard {
        if seen.insert(id) {
            ids.push(id);
        }
    }
    let people: Vec<Option<Person<'_>>> = ids.iter().map(|id| person((*id)?, parties)).collect();
    let mut names = Names::default();
    let mut unknown = 0_u32;
    ids.into_iter()
        .zip(&people)
        .map(|(id, person)| {
            let name = if let Some(person) = person {
                names.of(person, &people)
            } else {
                unknown += 1;
                names.free(&format!("Speaker {unknown} (unknown)"))
            };
            let speaker = Speaker { id: id.cloned(), name, is_known: person.is_some() };
            (id.cloned(), Arc::new(speaker))
        })
        .collect()
}

/// A party and what it is called at first.
#[derive(Debug, Clone, Copy)]
struct Person<'a> {
    party: &'a Party,
    label: &'a str,
}

/// The party that says most about who has this speaker id.
fn person<'a>(id: &SpeakerId, parties: &'a [Party]) -> Option<Person<'a>> {
    let candidates = || parties.iter().filter(|party| party.speaker_id.as_ref() == Some(id));
    let labels: [fn(&Party) -> Option<&str>; 3] = [
        |party| said(party.name.as_deref()),
        |party| said(party.email_address.as_deref()),
        |party| said(party.phone_number.as_deref()),
    ];
    labels.iter().find_map(|label| {
        candidates().find_map(|party| Some(Person { party, label: label(party)? }))
    })
}

/// The text, unless it is blank.
fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

impl Person<'_> {
    /// Whether it is one and the same human: people who join twice have two speaker ids.
    fn is(&self, other: &Self) -> bool {
        let (this, that) = (self.party, other.party);
        if std::ptr::eq(this, that) {
            return true;
        }
        if let (Some(user), Some(other)) = (&this.user_id, &that.user_id) {
            return user == other;
        }
        let same = |one: Option<&str>, two: Option<&str>| {
            said(one).zip(said(two)).map(|(one, two)| one.eq_ignore_ascii_case(two))
        };
        same(this.email_address.as_deref(), that.email_address.as_deref())
            .or_else(|| same(this.phone_number.as_deref(), that.phone_number.as_deref()))
            .unwrap_or(false)
    }

    /// What can tell this person from others of the same name, the best first.
    fn traits(&self) -> [Option<&str>; 4] {
        let party = self.party;
        let affiliation = party.affiliation.as_ref().filter(|it| **it != Affiliation::Unknown);
        [
            said(party.title.as_deref()),
            said(party.email_address.as_deref()),
            said(party.phone_number.as_deref()),
            affiliation.map(Affiliation::as_str),
        ]
    }
}

/// The names that were given, so that no two people get the same.
#[derive(Debug, Default)]
struct Names<'a> {
    given: Vec<(Person<'a>, String)>,
    taken: HashSet<String>,
}

impl<'a> Names<'a> {
    fn of(&mut self, person: &Person<'a>, people: &[Option<Person<'a>>]) -> String {
        let earlier = self.given.iter().find(|(other, _)| {
            other.label.to_lowercase() == person.label.to_lowercase() && other.is(person)
        });
        if let Some((_, name)) = earlier {
            return name.clone();
        }
        let namesakes: Vec<&Person<'_>> = people
            .iter()
            .flatten()
            .filter(|other| other.label.to_lowercase() == person.label.to_lowercase())
            .filter(|other| !other.is(person))
            .collect();
        let name = if namesakes.is_empty() {
            person.label.to_owned()
        } else {
            let telling = (0..).zip(person.traits()).find_map(|(at, own)| {
                let own = own.filter(|own| *own != person.label)?;
                let alone = namesakes.iter().all(|other| other.traits()[at] != Some(own));
                alone.then_some(own)
            });
            match telling {
                Some(telling) => format!("{} ({telling})", person.label),
                None => person.label.to_owned(),
            }
        };
        let name = self.free(&name);
        self.given.push((*person, name.clone()));
        name
    }

    /// The name, with a number behind it if somebody else has it.
    fn free(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 1_u32;
        while !self.taken.insert(free.to_lowercase()) {
            number += 1;
            free = format!("{name} ({number})");
        }
        free
    }
}
