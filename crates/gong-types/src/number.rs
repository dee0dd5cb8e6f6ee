//! Numbers that Gong writes as text, against its own description: read whichever comes.

use serde::{Deserialize as _, Deserializer, de};
use serde_json::value::RawValue;

/// Reads `5`, `"5"`, and null. For members with `#[serde(default, deserialize_with = "…")]`.
pub(crate) fn or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    match raw.get().trim_matches('"').trim() {
        "" | "null" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| de::Error::custom("not a whole number")),
    }
}

/// Reads a number that nothing depends on; what is none is as good as absent.
pub(crate) fn hint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(raw.get().trim_matches('"').parse().ok())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Range {
        #[serde(default, deserialize_with = "super::or_text")]
        most: Option<i64>,
    }

    fn read(text: &str) -> Result<Option<i64>, serde_json::Error> {
        serde_json::from_str::<Range>(text).map(|range| range.most)
    }

    #[test]
    fn a_number_may_be_a_number_or_text() {
        for text in [r#"{"most":5}"#, r#"{"most":"5"}"#] {
            assert_eq!(read(text).unwrap(), Some(5), "{text}");
        }
        assert_eq!(read(r#"{"most":-1}"#).unwrap(), Some(-1));
    }

    #[test]
    fn no_number_may_be_null_absent_or_empty() {
        for text in [r#"{"most":null}"#, "{}", r#"{"most":""}"#] {
            assert_eq!(read(text).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [r#"{"most":"five"}"#, r#"{"most":[5]}"#, r#"{"most":{}}"#, r#"{"most":true}"#]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
