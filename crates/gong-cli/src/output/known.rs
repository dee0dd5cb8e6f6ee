//! The fields that a model knows: to say what is wrong with a name in `--fields`, and what is meant.

use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess,
        Visitor,
    },
    forward_to_deserialize_any,
};

use super::{
    error::{Error, Result},
    fields::{self, Path},
};

/// Deeper than any model, so that one that holds itself ends.
const DEEPEST: usize = 8;

/// Refuses a field that neither the model nor the record has.
pub(super) fn check<T: DeserializeOwned>(paths: &[Path], record: &str) -> Result<()> {
    for path in paths {
        let names = path.names();
        for (depth, name) in names.iter().enumerate() {
            let above = &names[..depth];
            match members::<T>(above) {
                Seen::Members(known) if known.contains(&name.as_str()) => {}
                Seen::Anything => break,
                _ if fields::members(record, above).contains(name) => {}
                seen => return Err(unknown::<T>(path, depth, seen, record)),
            }
        }
    }
    Ok(())
}

/// Refuses a field that is none of these, or lies within one of them.
pub(super) fn check_names(paths: &[Path], names: &[String]) -> Result<()> {
    let is_known = |path: &&Path| matches!(path.names(), [name] if names.contains(name));
    let Some(path) = paths.iter().find(|path| !is_known(path)) else { return Ok(()) };
    let is_within = names.contains(&path.names()[0]);
    let known = if is_within { Vec::new() } else { names.to_vec() };
    let name = &path.names()[0];
    let mut near = known.clone();
    near.retain(|it| distance(name, it) <= name.chars().count() / 3 + 1);
    near.sort_by_key(|it| distance(name, it));
    near.truncate(3);
    Err(Error::UnknownField { name: path.text(), near, known })
}

/// Says what is meant by a path whose name at `depth` is not known, and what there is instead.
fn unknown<T: DeserializeOwned>(path: &Path, depth: usize, seen: Seen, record: &str) -> Error {
    let (above, name) = (&path.names()[..depth], &path.names()[depth]);
    let mut known: Vec<String> = match seen {
        Seen::Members(known) => known.into_iter().map(str::to_owned).collect(),
        Seen::Anything | Seen::Nothing => Vec::new(),
    };
    for name in fields::members(record, above) {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    let whole =
        |name: &str| above.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(".");
    let mut near: Vec<(usize, String)> = Vec::new();
    for other in &known {
        near.push((distance(name, other), whole(other)));
        // It may be meant, but stand a level deeper.
        if above.is_empty()
            && let Seen::Members(deeper) = members::<T>(std::slice::from_ref(other))
            && let Some(same) = deeper.iter().find(|it| it.eq_ignore_ascii_case(name))
        {
            near.push((0, format!("{other}.{same}")));
        }
    }
    near.sort();
    if near.first().is_some_and(|(distance, _)| *distance == 0) {
        near.retain(|(distance, _)| *distance == 0);
    }
    near.retain(|(distance, _)| *distance <= name.chars().count() / 3 + 1);
    near.truncate(3);
    Error::UnknownField {
        name: path.text(),
        near: near.into_iter().map(|(_, name)| name).collect(),
        known: known.iter().map(|name| whole(name)).collect(),
    }
}

/// How many slips of the finger are between two names, capitals aside. The second may go on after
/// the end of the first, which counts as one.
fn distance(given: &str, known: &str) -> usize {
    let given: Vec<char> = given.to_lowercase().chars().collect();
    let known: Vec<char> = known.to_lowercase().chars().collect();
    let beginning = &known[..given.len().min(known.len())];
    let whole = slips(&given, &known);
    if given.len() < 3 { whole } else { whole.min(1 + slips(&given, beginning)) }
}

/// Letters that are missing, added, replaced, or swapped with their neighbor.
fn slips(one: &[char], other: &[char]) -> usize {
    let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
    for row in 0..=one.len() {
        for column in 0..=other.len() {
            table[row][column] = if row == 0 || column == 0 {
                row + column
            } else {
                let (letter, wanted) = (one[row - 1], other[column - 1]);
                let replaced = table[row - 1][column - 1] + usize::from(letter != wanted);
                let moved = table[row - 1][column].min(table[row][column - 1]) + 1;
                let is_swap =
                    row > 1 && column > 1 && letter == other[column - 2] && one[row - 2] == wanted;
                let swapped = if is_swap { table[row - 2][column - 2] + 1 } else { usize::MAX };
                replaced.min(moved).min(swapped)
            };
        }
    }
    table[one.len()][other.len()]
}

/// What a model has at a path.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// An object of these members.
    Members(Vec<&'static str>),
    /// Something that may have any member.
    Anything,
    /// Something without members, such as a text.
    Nothing,
}

/// Asks the model itself: it is read from a record that has only the members of the path.
fn members<T: DeserializeOwned>(path: &[String]) -> Seen {
    let mut seen = Seen::Nothing;
    if path.len() <= DEEPEST {
        // It fails, as members are missing; what counts was noted on the way.
        let _ = T::deserialize(Asked { path, seen: &mut seen });
    }
    seen
}

struct Asked<'a> {
    path: &'a [String],
    seen: &'a mut Seen,
}

type Told = de::value::Error;

fn enough() -> Told {
    de::Error::custom("seen enough")
}

impl<'de> de::Deserializer<'de> for Asked<'_> {
    type Error = Told;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_map(AnyMember { seen: self.seen })
    }

    fn deserialize_map<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        *self.seen = Seen::Anything;
        Err(enough())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Told> {
        if self.path.is_empty() {
            *self.seen = Seen::Members(fields.to_vec());
            return Err(enough());
        }
        visitor.visit_map(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_seq(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Told> {
        // Raw JSON, as ids are read: what it may hold is not known.
        if name.starts_with("$serde_json") {
            return Err(enough());
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        Err(enough())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        Err(enough())
    }

    fn deserialize_str<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        Err(enough())
    }

    fn deserialize_string<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        Err(enough())
    }

    fn deserialize_u64<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        Err(enough())
    }

    fn deserialize_i64<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        Err(enough())
    }

    fn deserialize_f64<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Told> {
        Err(enough())
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u128 f32 char bytes byte_buf unit unit_struct tuple
        tuple_struct enum identifier
    }
}

impl<'de> MapAccess<'de> for Asked<'_> {
    type Error = Told;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Told> {
        match self.path.first() {
            Some(name) => seed.deserialize(name.as_str().into_deserializer()).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Told> {
        let path = self.path.get(1..).unwrap_or_default();
        seed.deserialize(Asked { path, seen: self.seen })
    }
}

/// Notes whether somebody who takes any value takes an object.
struct AnyMember<'a> {
    seen: &'a mut Seen,
}

impl<'de> MapAccess<'de> for AnyMember<'_> {
    type Error = Told;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        _seed: K,
    ) -> Result<Option<K::Value>, Told> {
        *self.seen = Seen::Anything;
        Err(enough())
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _seed: V) -> Result<V::Value, Told> {
        Err(enough())
    }
}

impl<'de> SeqAccess<'de> for Asked<'_> {
    type Error = Told;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Told> {
        seed.deserialize(Asked { path: self.path, seen: self.seen }).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use gong_types::{CallDetails, User};
    use serde_json::Value;

    use super::*;

    fn refused<T: DeserializeOwned>(field: &str, record: &str) -> Option<Error> {
        let paths = fields::parse(&[field.to_owned()]).unwrap();
        check::<T>(&paths, record).err()
    }

    #[test]
    fn what_the_model_knows_may_be_absent() {
        for field in ["id", "firstName", "settings.emailsImported", "spokenLanguages.language"] {
            assert!(refused::<User>(field, "{}").is_none(), "{field}");
        }
        for field in ["metaData.title", "parties.name", "content.trackers.name", "metaData"] {
            assert!(refused::<CallDetails>(field, "{}").is_none(), "{field}");
        }
    }

    #[test]
    fn what_only_the_record_has_is_known_too() {
        let record = r#"{"brandNew":{"a":1},"settings":{"newer":null}}"#;
        for field in ["brandNew", "brandNew.a", "settings.newer"] {
            assert!(refused::<User>(field, record).is_none(), "{field}");
            assert!(refused::<User>(field, "{}").is_some(), "{field}");
        }
        assert!(refused::<Value>("any.thing", "{}").is_none());
    }

    #[test]
    fn an_unknown_field_is_refused_with_what_was_meant() {
        let user = r#"{"id":"1","new":{"here":1}}"#;
        let fields =
            ["emial", "email", "firstname", "settings.emailImported", "id.part", "new.her", "zzz"];
        let mut errors: Vec<_> =
            fields.iter().map(|field| refused::<User>(field, user).unwrap()).collect();
        errors.push(refused::<CallDetails>("title", "{}").unwrap());
        errors.push(refused::<CallDetails>("parties.nmae", r#"{"parties":[{"more":1}]}"#).unwrap());
        let said: Vec<_> = errors
            .iter()
            .map(|error| format!("{error}\n  hint: {}", error.hint().unwrap()))
            .collect();
        insta::assert_snapshot!(said.join("\n"));
    }
}
