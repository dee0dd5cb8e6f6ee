//! Who took part: the `parties` block.

use serde_json::{Map, Value, json};

use super::{
    Company,
    accounts::Contact,
    hazard::Hazard,
    ids::{Ids, Kind},
    names,
    plan::{Plan, Seat, Who},
    random::{Purpose, hash},
    talk::{Talk, Voice},
};
use crate::data::Outsider;

impl Company {
    /// The id of a party of a call.
    pub(super) fn party_id(&self, plan: &Plan, seat: usize) -> String {
        Ids::new(self.seed, Kind::Party).text(plan.number * 64 + u64::try_from(seat).unwrap_or(0))
    }

    /// The user on a seat.
    pub(super) fn user_id(&self, plan: &Plan, seat: usize) -> Option<&str> {
        match plan.seats[seat].who {
            Who::User(user) => Some(&self.users[user].id),
            _ => None,
        }
    }

    /// What others call the person on a seat.
    pub(super) fn first_name(&self, plan: &Plan, seat: usize) -> String {
        match plan.seats[seat].who {
            Who::User(user) => self.users[user].first_name.to_owned(),
            Who::Contact(_) => {
                self.contact(plan, seat).map_or("there", |contact| contact.first_name).to_owned()
            }
            Who::Candidate(index) => candidate(index).0.to_owned(),
            Who::DialIn => "the caller".to_owned(),
        }
    }

    /// The full name of the person on a seat; empty if nobody knows it.
    pub(super) fn full_name(&self, plan: &Plan, seat: usize) -> String {
        match plan.seats[seat].who {
            Who::User(user) => self.users[user].name(),
            Who::Contact(_) => {
                self.contact(plan, seat).map_or_else(String::new, |contact| contact.name.clone())
            }
            Who::Candidate(index) => {
                let (first, last) = candidate(index);
                format!("{first} {last}")
            }
            Who::DialIn => String::new(),
        }
    }

    pub(super) fn contact(&self, plan: &Plan, seat: usize) -> Option<&Contact> {
        match plan.seats[seat].who {
            Who::Contact(index) => self.accounts[plan.account?].contacts.get(index),
            _ => None,
        }
    }

    /// The `parties` block; `None` if the call has none.
    pub(super) fn parties(&self, plan: &Plan, talk: &Talk) -> Option<Value> {
        match plan.hazard {
            Some(Hazard::NoParties) => None,
            Some(Hazard::EmptyParties) => Some(json!([])),
            _ => Some((0..plan.seats.len()).map(|seat| self.party(plan, talk, seat)).collect()),
        }
    }

    /// The parties who are no users, without what was said.
    pub(super) fn outsiders_of(&self, plan: &Plan) -> Vec<Outsider> {
        if plan.hazard.is_some_and(Hazard::hides_parties) {
            return Vec::new();
        }
        let outsider = |(index, seat): (usize, &Seat)| match seat.who {
            Who::User(_) => None,
            Who::Contact(_) => {
                let contact = self.contact(plan, index)?;
                Some(Outsider { email: contact.email.clone(), phone: contact.phone.clone() })
            }
            Who::Candidate(index) => {
                Some(Outsider { email: Some(candidate_email(index)), phone: None })
            }
            Who::DialIn => Some(Outsider { email: None, phone: Some(self.dial_in(plan)) }),
        };
        plan.seats.iter().enumerate().filter_map(outsider).collect()
    }

    /// The number that somebody unknown called from.
    fn dial_in(&self, plan: &Plan) -> String {
        let bits = hash(self.seed, Purpose::Parties, plan.number);
        format!("+1-555-{:04}", bits % 10_000)
    }

    fn party(&self, plan: &Plan, talk: &Talk, index: usize) -> Value {
        let place = plan.seats[index];
        let voice = Voice::Seat(index);
        let spoke = talk.lines.iter().any(|line| line.voice == voice);
        let speaker_id = if spoke { self.speaker_id(plan, voice) } else { None };
        let mut party = Map::new();
        party.insert("id".into(), json!(self.party_id(plan, index)));
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                party.insert(name.into(), value);
            }
        };
        match place.who {
            Who::User(user) => {
                let user = &self.users[user];
                set("emailAddress", Some(json!(user.email)));
                set("name", Some(json!(user.name())));
                set("title", user.title.map(|title| json!(title)));
                set("userId", Some(json!(user.id)));
                set("speakerId", Some(json!(speaker_id)));
                set("context", Some(person("User", &format!("0055g00000{}", &user.id[..8]))));
                set("affiliation", Some(json!("Internal")));
                set("phoneNumber", user.phone.as_ref().map(|phone| json!(phone)));
            }
            Who::Contact(_) => {
                let Some(contact) = self.contact(plan, index) else { return Value::Null };
                let is_named =
                    contact.email.is_none() || place.is_present || !index.is_multiple_of(3);
                let name = match plan.hazard {
                    Some(Hazard::HostileTalk) => format!("\u{1b}[7m{}\u{1b}[0m\r\n", contact.name),
                    _ => contact.name.clone(),
                };
                set("emailAddress", contact.email.as_ref().map(|email| json!(email)));
                set("name", is_named.then(|| json!(name)));
                set("title", contact.title.map(|title| json!(title)));
                set("speakerId", Some(json!(speaker_id)));
                set("context", contact.email.is_some().then(|| person("Contact", &contact.id)));
                set("affiliation", Some(json!("External")));
                set("phoneNumber", contact.phone.as_ref().map(|phone| json!(phone)));
            }
            Who::Candidate(index) => {
                let (first, last) = candidate(index);
                set("emailAddress", Some(json!(candidate_email(index))));
                set("name", Some(json!(format!("{first} {last}"))));
                set("speakerId", Some(json!(speaker_id)));
                set("affiliation", Some(json!("External")));
            }
            Who::DialIn => {
                set("speakerId", Some(json!(speaker_id)));
                set("affiliation", Some(json!("Unknown")));
                set("phoneNumber", Some(json!(self.dial_in(plan))));
            }
        }
        if plan.hazard == Some(Hazard::UnknownPartyMembers) {
            set("sentiment", Some(json!({"score": 0.25, "labels": ["calm", null]})));
            set("isOrganizer", Some(json!(index == 0)));
        }
        party.insert("methods".into(), methods(place));
        Value::Object(party)
    }
}

fn methods(seat: Seat) -> Value {
    match (seat.is_invited, seat.is_present) {
        (true, true) => json!(["Invitee", "Attendee"]),
        (true, false) => json!(["Invitee"]),
        (false, true) => json!(["Attendee"]),
        (false, false) => json!([]),
    }
}

/// The CRM's record of a person.
fn person(object_type: &str, id: &str) -> Value {
    let mut object = json!({"objectType": object_type, "objectId": id});
    if object_type == "Contact"
        && let Some(members) = object.as_object_mut()
    {
        members.insert(
            "fields".into(),
            json!([{"name": "LeadSource", "value": "Web"}, {"name": "Birthdate", "value": null}]),
        );
    }
    json!([{"system": "Salesforce", "objects": [object]}])
}

/// The given and family name of somebody who applies for a job.
fn candidate(index: usize) -> (&'static str, &'static str) {
    let first = names::FIRST[index * 7 % names::FIRST.len()];
    (first, names::LAST[index * 11 % names::LAST.len()])
}

fn candidate_email(index: usize) -> String {
    let (first, last) = candidate(index);
    format!("{}.{}@mailbox.example", names::ascii(first), names::ascii(last))
}
