//! Ranges: which part of a recording a request wants.

use std::ops::Range;

use http::HeaderValue;

/// Which part of a recording a request wants.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it, also if the range makes no sense or there are several.
    All,
    /// This part.
    Part(Range<u64>),
    /// A part that lies outside.
    Nothing,
}

/// Reads a `Range` header.
pub(super) fn wanted(header: Option<&HeaderValue>, length: u64) -> Wanted {
    let text = header.and_then(|header| header.to_str().ok());
    let bounds = text.and_then(|text| text.strip_prefix("bytes=")?.split_once('-'));
    let part = match bounds {
        Some(("", last)) => last.parse().ok().map(|last: u64| length.saturating_sub(last)..length),
        Some((first, "")) => first.parse().ok().map(|first| first..length),
        Some((first, last)) => match (first.parse(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => {
                Some(first..last.saturating_add(1).min(length))
            }
            _ => None,
        },
        None => None,
    };
    match part {
        None => Wanted::All,
        Some(part) if part.is_empty() => Wanted::Nothing,
        Some(part) => Wanted::Part(part),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{Wanted, wanted};

    #[test]
    fn ranges_are_read_as_http_has_them() {
        for (header, expected) in [
            ("bytes=0-9", Wanted::Part(0..10)),
            ("bytes=99-", Wanted::Part(99..100)),
            ("bytes=90-500", Wanted::Part(90..100)),
            ("bytes=-7", Wanted::Part(93..100)),
            ("bytes=-700", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=100-200", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=9-3", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("bytes=", Wanted::All),
            ("lines=1-2", Wanted::All),
        ] {
            let header = HeaderValue::from_static(header);
            assert_eq!(wanted(Some(&header), 100), expected, "{header:?}");
        }
        assert_eq!(wanted(None, 100), Wanted::All);
    }
}
