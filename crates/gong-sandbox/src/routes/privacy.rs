//! Data privacy: what refers to a person who is no user, and its erasure.

use serde_json::{Map, Value, json};

use crate::{
    ask::{Answered, Ask, Problem},
    data::Outsider,
    sandbox::lock,
};

mod references;

use references::References;

/// `GET /v2/data-privacy/data-for-email-address`: what refers to an email address. Scope
/// `api:data-privacy:read`.
pub(super) fn find_email(ask: &Ask<'_>) -> Answered {
    let email = email(ask)?;
    let found = References::of(ask, |outsider| has_email(outsider, &email));
    let mut members = found.to_members();
    let engagement = found.engagement(&email);
    members.insert("customerEngagement".to_owned(), engagement);
    Ok(members)
}

/// `GET /v2/data-privacy/data-for-phone-number`: what refers to a phone number. Scope
/// `api:data-privacy:read`.
pub(super) fn find_phone(ask: &Ask<'_>) -> Answered {
    let (supplied, digits) = phone(ask)?;
    let found = References::of(ask, |outsider| has_phone(outsider, &digits));
    let mut members = found.to_members();
    members.insert("suppliedPhoneNumber".to_owned(), json!(supplied));
    members.insert("matchingPhoneNumbers".to_owned(), json!(found.phones()));
    members.insert("emailAddresses".to_owned(), json!(found.emails()));
    Ok(members)
}

/// `POST /v2/data-privacy/erase-data-for-email-address`: erases what refers to an email address, some
/// time later. Scope `api:data-privacy:delete`.
pub(super) fn erase_email(ask: &Ask<'_>) -> Answered {
    let email = email(ask)?;
    erase(ask, |outsider| has_email(outsider, &email));
    lock(&ask.store.events).erase(&email, ask.done_at());
    Ok(Map::new())
}

/// `POST /v2/data-privacy/erase-data-for-phone-number`: erases what refers to a phone number, some
/// time later. Scope `api:data-privacy:delete`.
pub(super) fn erase_phone(ask: &Ask<'_>) -> Answered {
    let (_, digits) = phone(ask)?;
    erase(ask, |outsider| has_phone(outsider, &digits));
    Ok(Map::new())
}

fn erase(ask: &Ask<'_>, is_meant: impl Fn(&Outsider) -> bool) {
    let has_person = |number: &u64| ask.base.outsiders(*number).iter().any(&is_meant);
    let numbers: Vec<_> = (0..ask.base.len()).filter(has_person).collect();
    lock(&ask.store.calls).erase(&numbers, is_meant, ask.done_at());
}

fn has_email(outsider: &Outsider, email: &str) -> bool {
    outsider.email.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(email))
}

fn has_phone(outsider: &Outsider, wanted: &str) -> bool {
    outsider.phone.as_ref().is_some_and(|other| digits(other) == wanted)
}

/// The address that is asked for, which must be nobody's who works here.
fn email(ask: &Ask<'_>) -> Result<String, Problem> {
    let parameters = ask.parameters();
    let email = parameters.need("emailAddress")?;
    let (name, domain) = email.split_once('@').unwrap_or_default();
    if name.is_empty() || !domain.contains('.') || email.contains(char::is_whitespace) {
        return Err(Problem::bad_request("emailAddress is not an email address"));
    }
    if ask.user_at(email).is_some() {
        return Err(Problem::bad_request("emailAddress is of a user of this company"));
    }
    Ok(email.to_owned())
}

/// The number that is asked for, as it was sent and as digits alone.
fn phone(ask: &Ask<'_>) -> Result<(String, String), Problem> {
    let parameters = ask.parameters();
    let number = parameters.need("phoneNumber")?;
    let digits = digits(number);
    if !number.starts_with('+') || digits.len() < 5 {
        return Err(Problem::bad_request("phoneNumber must begin with + and a country code"));
    }
    Ok((number.to_owned(), digits))
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The text of a member, if it has one.
fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value[name].as_str()
}
