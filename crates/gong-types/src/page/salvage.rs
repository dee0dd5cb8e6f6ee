//! Reading what can be read of a record that is not as documented: for those who must not lose it.

use serde::{Serialize, Serializer, de::DeserializeOwned, ser::SerializeMap as _};
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use super::{Members, parse};
use crate::error::DecodeError;

/// How many bytes are read anew at most, with one member less each time.
const MOST: usize = 64 * 1024 * 1024;

/// Reads a text that cannot be read as it is, without the members that are to blame.
pub(super) fn salvage<T: DeserializeOwned>(
    text: &str,
) -> Result<(T, Vec<DecodeError>), DecodeError> {
    if !text.starts_with('{') {
        return Err(DecodeError::kind("", "it is not an object"));
    }
    let mut node = Node::of(parse(text)?)?;
    let mut problems = Vec::new();
    let mut left = MOST;
    loop {
        let text = serde_json::to_string(&node).expect("what was JSON can be written as JSON");
        let mut deserializer = serde_json::Deserializer::from_str(&text);
        let error = match serde_path_to_error::deserialize(&mut deserializer) {
            Ok(read) => return Ok((read, problems)),
            Err(error) => error,
        };
        problems.push(DecodeError::at(&error.path().to_string(), error.inner()));
        let path: Vec<&Segment> = error.path().iter().collect();
        left = left.saturating_sub(text.len());
        if left == 0 || !node.lose(&path) {
            return Err(problems.swap_remove(0));
        }
    }
}

/// A value whose parts can be taken away. What has no parts stays Gong's own text, so that no number
/// becomes a float.
enum Node<'a> {
    Object(Vec<(String, Self)>),
    Array(Vec<Self>),
    Leaf(&'a RawValue),
    Lost,
}

impl<'a> Node<'a> {
    fn of(text: &'a RawValue) -> Result<Self, DecodeError> {
        match text.get().as_bytes().first() {
            // Of a key that stands twice the last one counts.
            Some(b'{') => Members::of(text.get())?
                .0
                .into_iter()
                .map(|(name, value)| Ok((name, Self::of(value)?)))
                .collect::<Result<_, _>>()
                .map(Self::Object),
            Some(b'[') => parse::<Vec<&RawValue>>(text.get())?
                .into_iter()
                .map(Self::of)
                .collect::<Result<_, _>>()
                .map(Self::Array),
            _ => Ok(Self::Leaf(text)),
        }
    }

    /// Takes the value at `path` away, or else the one around it: what is needed and not there makes
    /// its whole unreadable. Gives whether anything is left to try.
    fn lose(&mut self, path: &[&Segment]) -> bool {
        let Some((segment, rest)) = path.split_first() else { return false };
        match (self, segment) {
            (Self::Object(members), Segment::Map { key }) => {
                let Some((_, value)) = members.iter_mut().find(|(name, _)| name == key) else {
                    return false;
                };
                value.lose(rest) || value.set_lost()
            }
            (Self::Array(items), Segment::Seq { index }) if *index < items.len() => {
                if !items[*index].lose(rest) {
                    items.remove(*index);
                }
                true
            }
            _ => false,
        }
    }

    fn set_lost(&mut self) -> bool {
        let was_there = match self {
            Self::Lost => false,
            Self::Leaf(text) => text.get() != "null",
            Self::Object(_) | Self::Array(_) => true,
        };
        *self = Self::Lost;
        was_there
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Array(items) => serializer.collect_seq(items),
            Self::Leaf(text) => text.serialize(serializer),
            Self::Lost => serializer.serialize_unit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde::Deserialize;

    use super::*;
    use crate::UserId;

    #[derive(Debug, Deserialize)]
    struct Meeting {
        id: UserId,
        started: Option<Timestamp>,
        people: Option<Vec<Person>>,
    }

    #[derive(Debug, Deserialize)]
    struct Person {
        id: UserId,
        age: Option<i64>,
    }

    fn problems(text: &str) -> Result<(Meeting, Vec<String>), String> {
        let read = salvage::<Meeting>(text).map_err(|error| error.to_string())?;
        Ok((read.0, read.1.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn what_has_an_odd_type_counts_as_absent() {
        let text = r#"{"id":99999999999999999999,"started":"noon","people":[
            {"id":1,"age":"old"},null,{"age":3},7,{"id":2,"age":4}]}"#;
        let (meeting, problems) = problems(text).unwrap();
        assert_eq!((meeting.id.as_str(), meeting.started), ("99999999999999999999", None));
        let people = meeting.people.unwrap();
        let people: Vec<_> = people.iter().map(|it| (it.id.as_str(), it.age)).collect();
        assert_eq!(people, [("1", None), ("2", Some(4))]);
        let places: Vec<_> = problems.iter().map(|it| it.split(':').next().unwrap()).collect();
        assert_eq!(places, ["people[0].age", "people[1]", "people[1]", "people[1]", "started"]);
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_one_counts() {
        let (meeting, _) = problems(r#"{"id":1,"people":7,"id":2,"people":[]}"#).unwrap();
        assert_eq!((meeting.id.as_str(), meeting.people.unwrap().len()), ("2", 0));
    }

    #[test]
    fn what_is_needed_is_not_made_up() {
        for text in
            [r#"{"started":null}"#, r#"{"id":1.5}"#, r#"{"id":null}"#, "[1,null,null]", "7", "{"]
        {
            assert!(problems(text).is_err(), "{text}");
        }
    }
}
