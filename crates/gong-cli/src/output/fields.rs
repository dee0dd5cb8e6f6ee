//! `--fields`: parts of a record by path, copied as text so that ids of 20 digits stay as they are.

use std::{borrow::Cow, collections::HashMap};

use serde_json::value::RawValue;

use super::error::{Error, Result};

/// A member of a record, such as `title` or `metaData.title`; of an array it means the member of
/// each element, as in `parties.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<String>);

impl Path {
    /// The member of a record with this name, whatever characters it has.
    pub(super) fn of_member(name: String) -> Self {
        Self(vec![name])
    }

    pub(super) fn names(&self) -> &[String] {
        &self.0
    }

    pub(super) fn text(&self) -> String {
        self.0.join(".")
    }

    /// The value in a record, as JSON text: null if it is not there, an array if an array was on
    /// the way. `None` if the record is no JSON.
    pub(super) fn value<'a>(&self, record: &'a str) -> Option<Cow<'a, str>> {
        let mut found = Vec::new();
        let crossed = find(record, &self.0, &mut found).ok()?;
        Some(match (crossed, found.first()) {
            (true, _) => Cow::Owned(format!("[{}]", found.join(","))),
            (false, Some(value)) => Cow::Borrowed(*value),
            (false, None) => Cow::Borrowed("null"),
        })
    }
}

/// Reads `a,b.c`, as often as the option was given.
pub(super) fn parse(fields: &[String]) -> Result<Vec<Path>> {
    let mut paths: Vec<Path> = Vec::new();
    for list in fields {
        let wrong = |reason| Error::Fields { fields: list.clone(), reason };
        for field in list.split(',') {
            let names: Vec<String> = field.trim().split('.').map(str::to_owned).collect();
            match names.iter().find(|name| !is_name(name)) {
                Some(_) if field.trim().is_empty() => return Err(wrong("a name is missing")),
                Some(name) if name.is_empty() => {
                    return Err(wrong("a name is missing beside a dot"));
                }
                Some(_) => return Err(wrong("a name has letters, digits, `_`, and `-` only")),
                None => {}
            }
            let path = Path(names);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    Ok(paths)
}

fn is_name(name: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    !name.is_empty() && name.chars().all(is_part)
}

type Members<'a> = HashMap<String, &'a RawValue>;

/// Collects what `path` means in `text`; says whether an array was on the way.
fn find<'a>(text: &'a str, path: &[String], found: &mut Vec<&'a str>) -> serde_json::Result<bool> {
    let Some((name, rest)) = path.split_first() else {
        found.push(text);
        return Ok(false);
    };
    match text.as_bytes().first() {
        Some(b'{') => match serde_json::from_str::<Members<'a>>(text)?.get(name) {
            Some(value) => find(value.get(), rest, found),
            None => Ok(false),
        },
        Some(b'[') => {
            for element in serde_json::from_str::<Vec<&RawValue>>(text)? {
                find(element.get(), path, found)?;
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The names of the members that a record has at a path; of an array those of all its elements.
pub(super) fn members(record: &str, path: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    // What cannot be read has no members.
    let _ = find(record, path, &mut found);
    let mut names = Vec::new();
    while let Some(value) = found.pop() {
        if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(value) {
            found.extend(elements.into_iter().map(RawValue::get));
        } else if let Ok(members) = serde_json::from_str::<Members<'_>>(value) {
            names.extend(members.into_keys());
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Which members to keep of a record, in the order in which they were asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Selection(Vec<(String, Self)>);

impl Selection {
    pub(super) fn of(paths: &[Path]) -> Self {
        let mut all = Self::default();
        for path in paths {
            all.add(path.names(), Width::Narrow);
        }
        all
    }

    /// `a` after `a.b`, or before it, keeps all of `a`.
    fn add(&mut self, path: &[String], width: Width) {
        let Some((name, rest)) = path.split_first() else {
            self.0.clear();
            return;
        };
        if width == Width::Whole {
            return;
        }
        let (place, width) = match self.0.iter().position(|(known, _)| known == name) {
            Some(place) if self.0[place].1.0.is_empty() => (place, Width::Whole),
            Some(place) => (place, Width::Narrow),
            None => {
                self.0.push((name.clone(), Self::default()));
                (self.0.len() - 1, Width::Narrow)
            }
        };
        self.0[place].1.add(rest, width);
    }

    /// The selected part of a record: its structure stays, so `parties.name` gives
    /// `{"parties":[{"name":…},…]}`. What is not there is null.
    pub(super) fn project(&self, record: &str) -> serde_json::Result<String> {
        let mut projected = String::with_capacity(record.len() / 2);
        self.write(record, &mut projected)?;
        Ok(projected)
    }

    fn write(&self, text: &str, out: &mut String) -> serde_json::Result<()> {
        if self.0.is_empty() {
            out.push_str(&compact(text));
            return Ok(());
        }
        match text.as_bytes().first() {
            Some(b'{') => {
                let members: Members<'_> = serde_json::from_str(text)?;
                for (index, (name, part)) in self.0.iter().enumerate() {
                    out.push(if index == 0 { '{' } else { ',' });
                    out.push_str(&serde_json::to_string(name)?);
                    out.push(':');
                    part.write(members.get(name).map_or("null", |value| value.get()), out)?;
                }
                out.push('}');
            }
            Some(b'[') => {
                out.push('[');
                let elements: Vec<&RawValue> = serde_json::from_str(text)?;
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    self.write(element.get(), out)?;
                }
                out.push(']');
            }
            _ => out.push_str(text),
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Narrow,
    Whole,
}

/// JSON text on one line: without the blanks between its parts, if it has line ends. Nothing else
/// is changed.
pub(super) fn compact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'\n') && !bytes.contains(&b'\r') {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    let mut is_string = false;
    let mut is_escaped = false;
    for character in text.chars() {
        if is_string {
            is_string = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
        } else if matches!(character, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            is_string = character == '"';
        }
        line.push(character);
    }
    Cow::Owned(line)
}

/// A JSON value as plain text for a cell: a string without its quotes, null as nothing, numbers as
/// Gong wrote them, what is nested as compact JSON.
pub(super) fn plain(value: &str) -> String {
    match value.as_bytes().first() {
        Some(b'"') => {
            serde_json::from_str(value).unwrap_or_else(|_| value.trim_matches('"').to_owned())
        }
        Some(b'n') | None => String::new(),
        _ => compact(value).into_owned(),
    }
}

/// As [`plain`], but a list of simple values reads `a, b` for a person.
pub(super) fn readable(value: &str) -> String {
    let is_simple = |element: &&RawValue| !element.get().starts_with(['{', '[']);
    match serde_json::from_str::<Vec<&RawValue>>(value) {
        Ok(elements) if elements.iter().all(is_simple) => {
            let elements: Vec<_> = elements.iter().map(|element| plain(element.get())).collect();
            elements.join(", ")
        }
        _ => plain(value),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const CALL: &str = r#"{"id": 18446744073709551617, "metaData": {"title":"a\"b","n":1.50},
        "parties":[{"name":"Ann","id":"1"},{"id":"2"},{"name":null}], "none":null}"#;

    fn paths(fields: &str) -> Vec<Path> {
        parse(&[fields.to_owned()]).unwrap()
    }

    fn project(fields: &str) -> String {
        Selection::of(&paths(fields)).project(CALL).unwrap()
    }

    #[test]
    fn a_projection_keeps_the_structure_and_every_digit() {
        for (fields, expected) in [
            ("id", r#"{"id":18446744073709551617}"#),
            ("metaData.n,id", r#"{"metaData":{"n":1.50},"id":18446744073709551617}"#),
            ("parties.name", r#"{"parties":[{"name":"Ann"},{"name":null},{"name":null}]}"#),
            ("metaData.n,metaData", r#"{"metaData":{"title":"a\"b","n":1.50}}"#),
            ("metaData,metaData.n", r#"{"metaData":{"title":"a\"b","n":1.50}}"#),
            (
                "none.deep,absent,id.deep",
                r#"{"none":null,"absent":null,"id":18446744073709551617}"#,
            ),
        ] {
            assert_eq!(project(fields), expected, "{fields}");
        }
    }

    #[test]
    fn a_value_by_path_is_the_text_of_the_value() {
        for (field, expected, shown) in [
            ("id", "18446744073709551617", "18446744073709551617"),
            ("metaData.title", r#""a\"b""#, "a\"b"),
            ("parties.name", r#"["Ann",null]"#, "Ann, "),
            ("absent", "null", ""),
            ("id.deep", "null", ""),
            ("metaData", r#"{"title":"a\"b","n":1.50}"#, r#"{"title":"a\"b","n":1.50}"#),
        ] {
            let path = &paths(field)[0];
            assert_eq!(path.value(CALL).unwrap(), expected, "{field}");
            assert_eq!(readable(expected), shown, "{field}");
        }
        assert_eq!(members(CALL, &["parties".to_owned()]), ["id", "name"]);
        assert_eq!(members(CALL, &["id".to_owned()]), [""; 0]);
    }

    #[test]
    fn a_list_of_fields_is_read_before_anything_is_asked() {
        assert_eq!(
            paths(" id, title ,id").iter().map(Path::text).collect::<Vec<_>>(),
            ["id", "title"]
        );
        for wrong in ["", "id,", "a..b", ".a", "a b", "parties[].name", "id;title"] {
            assert!(parse(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_shown_as_it_was_sent() {
        assert_eq!(plain(r#""a\ud83d""#), r"a\ud83d");
    }

    proptest! {
        #[test]
        fn pretty_text_becomes_one_line_that_means_the_same(text in "(?s).*", number in any::<u64>()) {
            let value = serde_json::json!({ "text": text, "list": [number, [], {}, null] });
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            let line = compact(&pretty).into_owned();
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value.clone());
            prop_assert_eq!(line, serde_json::to_string(&value).unwrap());
        }
    }
}
