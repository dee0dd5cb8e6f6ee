//! The changes that are made to an answer, one member at a time.

use serde_json::{Value, json};

use super::Full;

/// What is not as described.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Change {
    /// The member is left out.
    Absent,
    /// The member is null.
    Null,
    /// The member has another type than any known.
    WrongType,
    /// A member that nobody knows stands beside it.
    Sibling,
    /// It has a value that nobody knows.
    NewValue,
}

/// A change to one member.
pub(super) struct Case {
    /// Which member, such as `calls[].title`.
    pub(super) path: String,
    /// Where it is, as a JSON pointer.
    pointer: String,
    pub(super) change: Change,
}

impl Case {
    /// The answer with the change.
    pub(super) fn apply(&self, answer: &Value) -> Value {
        let mut answer = answer.clone();
        let (parent, name) = self.pointer.rsplit_once('/').unwrap();
        let parent = answer.pointer_mut(parent).unwrap();
        match self.change {
            Change::Absent => drop(parent.as_object_mut().unwrap().shift_remove(name)),
            Change::Sibling => parent[format!("{name}OfTomorrow")] = json!({"any": ["thing", 1]}),
            Change::Null => *answer.pointer_mut(&self.pointer).unwrap() = Value::Null,
            Change::NewValue => *answer.pointer_mut(&self.pointer).unwrap() = json!("OF_TOMORROW"),
            Change::WrongType => {
                let member = answer.pointer_mut(&self.pointer).unwrap();
                *member = if member.is_object() { json!("text") } else { json!({"no": ["such"]}) };
            }
        }
        answer
    }
}

/// Every change to every member of an answer; of a list only to its first item.
pub(super) fn cases(answer: &Value, full: &Full) -> Vec<Case> {
    let mut cases = Vec::new();
    add(&mut cases, full, "", "", answer);
    cases
}

fn add(cases: &mut Vec<Case>, full: &Full, path: &str, pointer: &str, value: &Value) {
    if full.enums.iter().any(|place| place == path) && value.is_string() {
        let change = Change::NewValue;
        cases.push(Case { path: path.to_owned(), pointer: pointer.to_owned(), change });
    }
    match value {
        Value::Object(members) if full.maps.iter().any(|map| map == path) => {
            for (key, member) in members {
                add(cases, full, &format!("{path}{{}}"), &format!("{pointer}/{key}"), member);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let place = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let pointer = format!("{pointer}/{name}");
                for change in [Change::Absent, Change::Null, Change::WrongType, Change::Sibling] {
                    cases.push(Case { path: place.clone(), pointer: pointer.clone(), change });
                }
                add(cases, full, &place, &pointer, member);
            }
        }
        Value::Array(items) => {
            for item in items.iter().take(1) {
                add(cases, full, &format!("{path}[]"), &format!("{pointer}/0"), item);
            }
        }
        _ => {}
    }
}
