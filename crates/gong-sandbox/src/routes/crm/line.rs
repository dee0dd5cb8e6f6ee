//! Lines: whether one object of a file is as its type wants it.

use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value};

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Texts,
    Flag,
    Number,
    Percent,
    Date,
    DateTime,
    Phone,
    Email,
    DealStatus,
}

/// Members of every type.
const ALL: [(&str, Kind); 3] =
    [("modifiedDate", Kind::DateTime), ("isDeleted", Kind::Flag), ("url", Kind::Text)];

const ACCOUNT: [(&str, Kind); 2] = [("name", Kind::Text), ("domains", Kind::Texts)];
const CONTACT: [(&str, Kind); 6] = [
    ("accountId", Kind::Text),
    ("emailAddress", Kind::Email),
    ("firstName", Kind::Text),
    ("lastName", Kind::Text),
    ("title", Kind::Text),
    ("phoneNumber", Kind::Text),
];
const DEAL: [(&str, Kind); 8] = [
    ("accountId", Kind::Text),
    ("ownerId", Kind::Text),
    ("name", Kind::Text),
    ("createdDate", Kind::DateTime),
    ("closeDate", Kind::Date),
    ("status", Kind::DealStatus),
    ("stage", Kind::Text),
    ("amount", Kind::Number),
];
const LEAD: [(&str, Kind); 8] = [
    ("emailAddress", Kind::Email),
    ("firstName", Kind::Text),
    ("lastName", Kind::Text),
    ("title", Kind::Text),
    ("phoneNumber", Kind::Text),
    ("convertedToDealId", Kind::Text),
    ("convertedToContactId", Kind::Text),
    ("convertedToAccountId", Kind::Text),
];
const BUSINESS_USER: [(&str, Kind); 1] = [("emailAddress", Kind::Email)];
const STAGE: [(&str, Kind); 3] =
    [("name", Kind::Text), ("isActive", Kind::Flag), ("sortOrder", Kind::Number)];

/// Checks an object and leaves of it what its type knows.
pub(super) fn check(
    object_type: &str,
    fields: &[Map<String, Value>],
    object: &mut Map<String, Value>,
) -> Result<(), String> {
    let is_deleted = object.get("isDeleted") == Some(&Value::Bool(true));
    let id = needed(object, "objectId")?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if id.len() > 64 || !(id.chars().all(is_plain) || is_email(id)) {
        return Err(invalid("objectId"));
    }
    let own: &[(&str, Kind)] = match object_type {
        "ACCOUNT" => &ACCOUNT,
        "CONTACT" => &CONTACT,
        "DEAL" => &DEAL,
        "LEAD" => &LEAD,
        "BUSINESS_USER" => &BUSINESS_USER,
        _ => &STAGE,
    };
    match object_type {
        "STAGE" => needed(object, "name").map(drop)?,
        "BUSINESS_USER" if !is_deleted => needed(object, "emailAddress").map(drop)?,
        _ => {}
    }
    if object_type != "STAGE" {
        needed(object, "modifiedDate")?;
    }
    let known = ALL.iter().chain(own);
    for (name, kind) in known.clone() {
        if object.get(*name).is_some_and(|value| !value.is_null() && !kind.fits(value)) {
            return Err(invalid(name));
        }
    }
    for field in fields {
        let name = text(field, "uniqueName");
        if object.get(name).is_some_and(|value| !value.is_null() && !field_fits(field, value)) {
            return Err(invalid(name));
        }
    }
    object.retain(|name, _| {
        name == "objectId"
            || known.clone().any(|(known, _)| known == name)
            || fields.iter().any(|field| text(field, "uniqueName") == name)
    });
    add_defaults(object_type, object);
    Ok(())
}

fn add_defaults(object_type: &str, object: &mut Map<String, Value>) {
    let id = text(object, "objectId").to_owned();
    let mut default = |name: &str, value: Value| {
        let place = object.entry(name).or_insert(Value::Null);
        if place.is_null() {
            *place = value;
        }
    };
    default("isDeleted", Value::Bool(false));
    match object_type {
        "ACCOUNT" => default("name", Value::from(format!("Account_#{id}"))),
        "DEAL" => {
            default("status", Value::from("OPEN"));
            default("amount", Value::from(0));
        }
        "STAGE" => {
            default("isActive", Value::Bool(true));
            default("sortOrder", Value::from(1));
        }
        _ => {}
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn needed<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    match object.get(name) {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) if text.trim().is_empty() => {}
        Some(Value::String(text)) => return Ok(text),
        Some(_) => return Err(invalid(name)),
    }
    Err(format!("Mandatory field [{name}] is missing or empty"))
}

fn invalid(name: &str) -> String {
    format!("Field [{name}] has an invalid value")
}

/// Whether a value is what a field of the schema wants.
fn field_fits(field: &Map<String, Value>, value: &Value) -> bool {
    let kind = match text(field, "type") {
        "BOOLEAN" => Kind::Flag,
        "DATE" => Kind::Date,
        "DATETIME" => Kind::DateTime,
        "NUMBER" | "CURRENCY" => Kind::Number,
        "PERCENT" => Kind::Percent,
        "PHONENUMBER" => Kind::Phone,
        "EMAILADDRESS" => Kind::Email,
        "STRINGARRAY" => Kind::Texts,
        "PICKLIST" => {
            return field["orderedValueList"].as_array().is_some_and(|list| list.contains(value));
        }
        _ => Kind::Text,
    };
    kind.fits(value)
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Text => text.is_some(),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Flag => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Percent => value.as_f64().is_some_and(|share| (0.0..=100.0).contains(&share)),
            Self::Date => text.is_some_and(|text| text.len() == 10 && text.parse::<Date>().is_ok()),
            Self::DateTime => text.is_some_and(is_date_time),
            Self::Phone => text.is_some_and(|text| {
                let digits = text.strip_prefix('+').unwrap_or_default();
                !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit())
            }),
            Self::Email => text.is_some_and(is_email),
            Self::DealStatus => text.is_some_and(|text| ["WON", "LOST", "OPEN"].contains(&text)),
        }
    }
}

/// A date and a time without fractions, and an offset or `Z`.
fn is_date_time(text: &str) -> bool {
    let Some((local, zone)) = text.split_at_checked(19) else { return false };
    let is_zone = zone == "Z"
        || zone.strip_prefix(['+', '-']).is_some_and(|offset| {
            let digits = offset.replace(':', "");
            digits.len() == 4 && digits.chars().all(|digit| digit.is_ascii_digit())
        });
    is_zone && local.as_bytes().get(10) == Some(&b'T') && local.parse::<DateTime>().is_ok()
}

fn is_email(text: &str) -> bool {
    let is_clean = !text.contains(char::is_whitespace);
    is_clean
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@')
        })
}
