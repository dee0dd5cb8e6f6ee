//! Odd shapes: answers that are well sent, but whose JSON is not what a client hopes for.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::Fault;

/// A text that is put in the place of bytes that no JSON value can hold.
const MARK: &str = "\u{f8ff}mark\u{f8ff}";

/// Names of the members whose values Gong may add to.
const ENUMS: [&str; 30] = [
    "actions",
    "affiliation",
    "automation",
    "category",
    "connectStatus",
    "crmType",
    "direction",
    "errorCode",
    "eventType",
    "flowInstanceStatus",
    "language",
    "media",
    "methods",
    "objectType",
    "optOutChannels",
    "permissionLevel",
    "provider",
    "questionType",
    "reviewMethod",
    "saidAt",
    "scope",
    "sentiment",
    "setting",
    "status",
    "system",
    "timing",
    "type",
    "unit",
    "visibility",
    "visibilityType",
];

/// Names of the members that a record cannot do without.
const IDS: [&str; 4] = ["id", "callId", "userId", "meetingId"];

/// Names of members with free text, where bytes that are no text can be.
const TEXTS: [&str; 6] = ["title", "text", "firstName", "name", "userEmailAddress", "requestId"];

/// The bytes of an answer with the fault in it.
pub(crate) fn bend(fault: &Fault, mut answer: Map<String, Value>) -> Bytes {
    match fault {
        Fault::Enum { value } => {
            let mut whole = Value::Object(answer);
            rename(&mut whole, value);
            return bytes(&whole);
        }
        Fault::Null { member: None } => each_record(&mut answer, null_leaves),
        Fault::Null { member: Some(name) } => {
            let mut whole = Value::Object(answer);
            null(&mut whole, name);
            return bytes(&whole);
        }
        Fault::Extra { member } => {
            let name = member.as_deref().unwrap_or("addedByGong");
            let mut whole = Value::Object(std::mem::take(&mut answer));
            add(&mut whole, name);
            return bytes(&whole);
        }
        Fault::Depth { levels } => {
            answer.insert("deep".to_owned(), Value::String(MARK.to_owned()));
            let deep = format!("{}{}", "[".repeat(*levels), "]".repeat(*levels));
            return replaced(answer, &format!("\"{MARK}\""), deep.as_bytes());
        }
        Fault::Surrogate => {
            mark(&mut answer);
            return replaced(answer, MARK, b"\\ud83d");
        }
        Fault::BadUtf8 => {
            mark(&mut answer);
            return replaced(answer, MARK, b"\xc3\x28\xff");
        }
        Fault::DuplicateKey => return duplicated(answer),
        Fault::Bom => {
            let mut with_mark = b"\xef\xbb\xbf".to_vec();
            with_mark.extend_from_slice(&bytes(&Value::Object(answer)));
            return Bytes::from(with_mark);
        }
        _ => {}
    }
    bytes(&Value::Object(answer))
}

/// Runs for each record of a list and for a single one.
fn each_record(answer: &mut Map<String, Value>, mut change: impl FnMut(&mut Value)) {
    for (name, member) in answer.iter_mut() {
        match member {
            Value::Array(items) => items.iter_mut().for_each(&mut change),
            Value::Object(_) if name != "records" => change(member),
            _ => {}
        }
    }
}

fn rename(value: &mut Value, to: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(text) if ENUMS.contains(&name.as_str()) => to.clone_into(text),
                    Value::Array(items) if ENUMS.contains(&name.as_str()) => {
                        for item in items.iter_mut().filter(|item| item.is_string()) {
                            *item = Value::String(to.to_owned());
                        }
                    }
                    _ => rename(member, to),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, to)),
        _ => {}
    }
}

/// Nulls all members that hold neither objects nor what the record is known by.
fn null_leaves(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let holds_objects = match member {
                    Value::Object(_) => true,
                    Value::Array(items) => items.iter().any(Value::is_object),
                    _ => false,
                };
                if holds_objects {
                    null_leaves(member);
                } else if !IDS.contains(&name.as_str()) {
                    *member = Value::Null;
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(null_leaves),
        _ => {}
    }
}

fn null(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => {
            for (its_name, member) in members.iter_mut() {
                if its_name == name {
                    *member = Value::Null;
                } else {
                    null(member, name);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| null(item, name)),
        _ => {}
    }
}

fn add(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| add(member, name));
            let odd = serde_json::json!({ "nested": [1, "two", null] });
            members.insert(name.to_owned(), odd);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| add(item, name)),
        _ => {}
    }
}

/// Puts the mark into the first free text of a record, or into the `requestId`.
fn mark(answer: &mut Map<String, Value>) {
    let mut is_done = false;
    each_record(answer, |record| is_done = is_done || mark_first(record));
    if !is_done && let Some(Value::String(text)) = answer.get_mut("requestId") {
        text.push_str(MARK);
    }
}

fn mark_first(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => members.iter_mut().any(|(name, member)| match member {
            Value::String(text) if TEXTS.contains(&name.as_str()) => {
                text.push_str(MARK);
                true
            }
            _ => mark_first(member),
        }),
        Value::Array(items) => items.iter_mut().any(mark_first),
        _ => false,
    }
}

/// Each object of the first record, and the answer itself, has its first text twice; the last one
/// is right.
fn duplicated(mut answer: Map<String, Value>) -> Bytes {
    let mut names = Vec::new();
    let mut is_first = true;
    each_record(&mut answer, |record| {
        if std::mem::take(&mut is_first) {
            double(record, &mut names);
        }
    });
    let mut whole = Value::Object(answer);
    double_here(&mut whole, &mut names);
    let mut text = whole.to_string();
    for (place, name) in names.iter().enumerate() {
        text = text.replacen(&marked(place), name, 1);
    }
    Bytes::from(text)
}

fn double(value: &mut Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| double(member, names));
            double_here(value, names);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| double(item, names)),
        _ => {}
    }
}

fn double_here(value: &mut Value, names: &mut Vec<String>) {
    let Some(members) = value.as_object_mut() else { return };
    let first = members.iter().find(|(_, member)| member.is_string());
    let Some(name) = first.map(|(name, _)| name.clone()) else { return };
    let key = marked(names.len());
    members.shift_insert(0, key, Value::String("the first of two".to_owned()));
    names.push(name);
}

fn marked(place: usize) -> String {
    format!("{MARK}{place}\u{f8ff}")
}

fn replaced(answer: Map<String, Value>, mark: &str, by: &[u8]) -> Bytes {
    let text = bytes(&Value::Object(answer));
    let Some(place) = text.windows(mark.len()).position(|part| part == mark.as_bytes()) else {
        return text;
    };
    Bytes::from([&text[..place], by, &text[place + mark.len()..]].concat())
}

fn bytes(value: &Value) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}
