//! Addresses of e-mail in any text: where one stands by itself, and what may be one.

use std::{borrow::Cow, iter, ops::Range};

use percent_encoding::percent_decode_str;

/// No mail reaches an address with more characters before its sign, or after it.
const LONGEST_SIDE: usize = 255;
/// How many places are tried where an address may begin, or end: real ones have fewer odd characters.
const MOST_PLACES: usize = 8;

/// The text as it is, and with the escapes undone that addresses of pages have.
pub(crate) fn ways(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let decoded = text.contains('%').then(|| percent_decode_str(text).decode_utf8_lossy());
    iter::once(Cow::Borrowed(text)).chain(decoded.filter(|it| it != text))
}

/// Whether what stands there is not only a part of a longer address.
pub(crate) fn stands_alone(text: &str, at: Range<usize>) -> bool {
    begins(&text[..at.start]) && ends(&text[at.end..])
}

/// Whether an address may begin after this.
fn begins(before: &str) -> bool {
    !before.chars().next_back().is_some_and(|it| it.is_alphanumeric() || "._%+-".contains(it))
}

/// Whether an address may end before this.
fn ends(after: &str) -> bool {
    let mut after = after.chars();
    match after.next() {
        Some('.' | '-') => !after.next().is_some_and(char::is_alphanumeric),
        Some(next) => !next.is_alphanumeric(),
        None => true,
    }
}

/// What may be an address in the text: whatever [`stands_alone`] around a sign, so that `a=b@c.example`
/// is looked for as it is and as `b@c.example`.
pub(crate) fn candidates(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').flat_map(move |(sign, _)| {
        let host = sign + 1;
        let before = text[..sign].char_indices().rev();
        let starts = side(before).filter(|at| begins(&text[..*at]));
        let after = text[host..].char_indices().map(|(at, it)| (host + at, it));
        let ends: Vec<usize> = side(after)
            .map(|at| at + text[at..].chars().next().map_or(0, char::len_utf8))
            .filter(|at| ends(&text[*at..]))
            .take(MOST_PLACES)
            .collect();
        starts
            .take(MOST_PLACES)
            .flat_map(move |start| ends.clone().into_iter().map(move |end| &text[start..end]))
    })
}

/// Where the characters of one side of an address stand.
fn side(characters: impl Iterator<Item = (usize, char)>) -> impl Iterator<Item = usize> {
    characters
        .take(LONGEST_SIDE)
        .take_while(|(_, it)| !it.is_whitespace() && *it != '@')
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_that_stands_alone_is_a_candidate() {
        for address in [
            "jane@acme.example",
            "r&d@acme.example",
            "a=b@acme.example",
            "o'brien@acme.example",
            "who?@acme.example",
            "jane+gong@acme.example",
            "jane@acme_corp.example",
            "jörg@straße.example",
        ] {
            for (before, after) in [
                ("", ""),
                ("'", "'"),
                ("ask ", "- or"),
                ("<", ">,"),
                ("{\"emailAddress\":\"", "\",\"x\":1}"),
                ("mailto:", "?subject=x"),
                ("page?a=1&email=", "&b=2"),
                ("\u{2026}", "."),
                ("bob@acme.example,", ";ann@acme.example"),
            ] {
                let text = format!("{before}{address}{after}");
                let at = before.len()..before.len() + address.len();
                assert!(stands_alone(&text, at), "{text}");
                assert!(candidates(&text).any(|it| it == address), "{text}");
            }
        }
        for text in ["mary.jane@acme.example", "jane@acme.example.br", "jane@acme.example-co.br"] {
            assert!(!candidates(text).any(|it| it == "jane@acme.example"), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_all_signs_is_soon_done() {
        for text in ["@".repeat(1 << 20), "%40".repeat(1 << 18), "&".repeat(1 << 20)] {
            let n_candidates: usize = ways(&text).map(|it| candidates(&it).count()).sum();
            assert_eq!(n_candidates, 0);
        }
        let text = "&&&&@".repeat(10_000);
        assert!(candidates(&text).count() < 8 * text.len());
    }
}
