//! Which version of a recording a part is of: so that two versions are never put together.

use http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};

/// A version of a recording, as the server names it. The default is no version at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    /// A strong `ETag`, or else the time of the last change.
    pub(super) tag: Option<String>,
    /// How many bytes it has.
    pub(super) length: Option<u64>,
}

impl Version {
    /// The version that an answer is of, when all of it has this length.
    pub(super) fn of(headers: &HeaderMap, length: Option<u64>) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        // A weak tag may stay the same when bytes change.
        let strong = text(header::ETAG).filter(|tag| tag.starts_with('"'));
        let tag = strong.or_else(|| text(header::LAST_MODIFIED)).map(str::to_owned);
        Self { tag, length }
    }

    /// What asks for the rest of this version alone, if that can be asked for.
    pub(super) fn condition(&self) -> Option<HeaderValue> {
        self.length?;
        HeaderValue::from_str(self.tag.as_deref()?).ok()
    }

    /// Whether the rest of `other` is the rest of this one. A server that was asked for the rest of
    /// one version need not name it again.
    pub(super) fn goes_on_with(&self, other: &Self) -> bool {
        self.length == other.length && (other.tag.is_none() || self.tag == other.tag)
    }
}

/// Which bytes of how many an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// The first of them; `None` if the answer has none.
    pub(super) first: Option<u64>,
    /// How many there are in all.
    pub(super) length: Option<u64>,
}

impl Range {
    /// Reads `Content-Range: bytes 3-9/10`, or `bytes */10`.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
        let (range, length) = text.trim().strip_prefix("bytes ")?.trim().split_once('/')?;
        let length = if length == "*" { None } else { Some(length.parse().ok()?) };
        let first = match range.split_once('-') {
            Some((first, _)) => Some(first.parse().ok()?),
            None if range == "*" => None,
            None => return None,
        };
        Some(Self { first, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_weak_tag_does_not_name_a_version() {
        let date = "Mon, 01 Jun 2026 00:00:00 GMT";
        let version = |tag| Version::of(&headers(&[("etag", tag), ("last-modified", date)]), None);
        assert_eq!(version("\"a\"").tag.as_deref(), Some("\"a\""));
        assert_eq!(version("W/\"a\"").tag.as_deref(), Some(date));
        assert_eq!(Version::of(&headers(&[("etag", "W/\"a\"")]), None).tag, None);
    }

    #[test]
    fn only_a_version_with_name_and_length_is_gone_on_with() {
        let version = |tag: Option<&str>, length| Version { tag: tag.map(str::to_owned), length };
        let begun = version(Some("\"a\""), Some(7));
        assert!(begun.condition().is_some());
        assert!(version(None, Some(7)).condition().is_none());
        assert!(version(Some("\"a\""), None).condition().is_none());
        assert!(begun.goes_on_with(&version(None, Some(7))));
        assert!(begun.goes_on_with(&begun));
        assert!(!begun.goes_on_with(&version(Some("\"b\""), Some(7))));
        assert!(!begun.goes_on_with(&version(Some("\"a\""), Some(8))));
        assert!(!begun.goes_on_with(&version(Some("\"a\""), None)));
    }

    #[test]
    fn ranges_are_read_and_nonsense_is_none() {
        let read = |text| Range::of(&headers(&[("content-range", text)]));
        assert_eq!(read("bytes 3-9/10"), Some(Range { first: Some(3), length: Some(10) }));
        assert_eq!(read("bytes 3-9/*"), Some(Range { first: Some(3), length: None }));
        assert_eq!(read("bytes */10"), Some(Range { first: None, length: Some(10) }));
        for text in ["bytes 3/10", "items 3-9/10", "bytes x-9/10", "bytes 3-9/x", "bytes", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
