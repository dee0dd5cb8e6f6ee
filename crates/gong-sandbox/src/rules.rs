//! Rules: what the members of a body must be, as tables that a route holds against what was sent.

use serde_json::{Map, Value};

use crate::ask::{Problem, parse_date_time};

/// What one member must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    name: &'static str,
    kind: Kind,
    is_needed: bool,
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Anything that JSON has.
    Any,
    Text,
    /// A text of so many characters at most.
    TextUpTo(usize),
    Texts,
    /// A date with a time and an offset.
    DateTime,
    Flag,
    /// A number that is not below 0.
    Number,
    /// A whole number of this range.
    Whole(i64, i64),
    OneOf(&'static [&'static str]),
    /// A list of such words.
    Several(&'static [&'static str]),
    Object(&'static [Rule]),
    /// A list of such objects.
    List(&'static [Rule]),
}

/// A member that must be there.
pub(crate) const fn needs(name: &'static str, kind: Kind) -> Rule {
    Rule { name, kind, is_needed: true }
}

/// A member that may be absent, or `null`, which is the same.
pub(crate) const fn may(name: &'static str, kind: Kind) -> Rule {
    Rule { name, kind, is_needed: false }
}

/// Refuses members that are not as the rules want them; those that no rule names are not looked at.
pub(crate) fn check(members: &Map<String, Value>, rules: &[Rule]) -> Result<(), Problem> {
    check_at("", members, rules)
}

fn check_at(path: &str, members: &Map<String, Value>, rules: &[Rule]) -> Result<(), Problem> {
    for Rule { name, kind, is_needed } in rules {
        let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
        match members.get(*name) {
            None | Some(Value::Null) if *is_needed => {
                return Err(Problem::bad_request(format!("{path} must not be null")));
            }
            None | Some(Value::Null) => {}
            Some(value) => {
                kind.check(&path, value)?;
                let is_empty = value.as_str().is_some_and(|text| text.trim().is_empty())
                    || value.as_array().is_some_and(Vec::is_empty);
                if *is_needed && is_empty {
                    return Err(Problem::bad_request(format!("{path} must not be empty")));
                }
            }
        }
    }
    Ok(())
}

impl Kind {
    fn check(self, path: &str, value: &Value) -> Result<(), Problem> {
        let is_right = match self {
            Self::Any => true,
            Self::Text | Self::TextUpTo(_) | Self::DateTime => value.is_string(),
            Self::Texts => is_list_of(value, Value::is_string),
            Self::Flag => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Whole(..) => value.is_i64() || value.is_u64(),
            Self::OneOf(words) => is_one_of(words, value),
            Self::Several(words) => is_list_of(value, |item| is_one_of(words, item)),
            Self::Object(_) => value.is_object(),
            Self::List(_) => is_list_of(value, Value::is_object),
        };
        if !is_right {
            return Err(Problem::bad_json(format_args!("{path} must be {}", self.describe())));
        }
        match (self, value) {
            (Self::TextUpTo(most), Value::String(text)) if text.chars().count() > most => {
                let text = format!("{path} must not be longer than {most} characters");
                Err(Problem::bad_request(text))
            }
            (Self::DateTime, Value::String(text)) => parse_date_time(path, text).map(drop),
            (Self::Number, number) if number.as_f64().is_none_or(|number| number < 0.0) => {
                Err(Problem::bad_request(format!("{path} must not be negative")))
            }
            (Self::Whole(least, most), number)
                if number.as_i64().is_none_or(|number| number < least || number > most) =>
            {
                Err(Problem::bad_request(format!("{path} must be from {least} to {most}")))
            }
            (Self::Object(rules), Value::Object(members)) => check_at(path, members, rules),
            (Self::List(rules), Value::Array(items)) => {
                for (place, item) in items.iter().enumerate() {
                    if let Value::Object(members) = item {
                        check_at(&format!("{path}[{place}]"), members, rules)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Text | Self::TextUpTo(_) | Self::DateTime => "text".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Whole(..) => "a whole number".to_owned(),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::Several(words) => format!("a list of {}", words.join(", ")),
            Self::Object(_) => "an object".to_owned(),
            Self::List(_) => "a list of objects".to_owned(),
        }
    }
}

fn is_list_of(value: &Value, is_right: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(is_right))
}

fn is_one_of(words: &[&str], value: &Value) -> bool {
    value.as_str().is_some_and(|text| words.contains(&text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PART: [Rule; 1] = [needs("id", Kind::Text)];
    const RULES: [Rule; 7] = [
        needs("name", Kind::TextUpTo(5)),
        may("color", Kind::OneOf(&["red", "blue"])),
        may("when", Kind::DateTime),
        may("share", Kind::Whole(0, 100)),
        may("weight", Kind::Number),
        may("parts", Kind::List(&PART)),
        may("whole", Kind::Object(&PART)),
    ];

    fn text(value: &Value) -> String {
        let Err(problem) = check(value.as_object().unwrap(), &RULES) else { return String::new() };
        assert_eq!(problem.status, 400);
        problem.text
    }

    #[test]
    fn what_is_as_it_should_be_passes() {
        assert_eq!(text(&json!({ "name": "Ann" })), "");
        assert_eq!(
            text(&json!({
                "name": "Ann", "color": "red", "when": "2026-01-01T00:00:00Z", "share": 100,
                "weight": 0.5, "parts": [{ "id": "1" }], "whole": { "id": "2" }, "odd": [[]],
            })),
            ""
        );
        assert_eq!(text(&json!({ "name": "Ann", "color": null, "parts": [] })), "");
    }

    #[test]
    fn what_is_not_is_named_with_its_place() {
        for (body, expected) in [
            (json!({}), "name must not be null"),
            (json!({ "name": null }), "name must not be null"),
            (json!({ "name": " " }), "name must not be empty"),
            (json!({ "name": "Annabelle" }), "name must not be longer than 5 characters"),
            (json!({ "name": 5 }), "Json parse error: name must be text"),
            (
                json!({ "name": "A", "color": "green" }),
                "Json parse error: color must be one of red, blue",
            ),
            (
                json!({ "name": "A", "when": "2026-01-01" }),
                "when is not a date-time such as 2018-02-18T02:30:00-07:00",
            ),
            (json!({ "name": "A", "share": 101 }), "share must be from 0 to 100"),
            (
                json!({ "name": "A", "share": 1.5 }),
                "Json parse error: share must be a whole number",
            ),
            (json!({ "name": "A", "weight": -1 }), "weight must not be negative"),
            (json!({ "name": "A", "parts": [{ "id": "1" }, {}] }), "parts[1].id must not be null"),
            (
                json!({ "name": "A", "parts": ["1"] }),
                "Json parse error: parts must be a list of objects",
            ),
            (
                json!({ "name": "A", "whole": { "id": 1 } }),
                "Json parse error: whole.id must be text",
            ),
        ] {
            assert_eq!(text(&body), expected, "{body}");
        }
    }
}
