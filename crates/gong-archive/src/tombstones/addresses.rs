//! Addresses of e-mail in any text: where one stands by itself, and what may be one.

use std::{borrow::Cow, iter, ops::Range};

use percent_encoding::percent_decode_str;

/// No mail reaches an address with more characters before its sign, or after it.
const LONGEST_SIDE: usize = 255;
/// How many places are tried where an address may begin, or end: real ones have fewer odd characters.
const MOST_PLACES: usize = 8;

/// The text as it is, and with the escapes undone that addresses of pages have. A plus there is a
/// space, or was written by somebody who does not know that.
pub(crate) fn ways(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let as_it_is = text.contains('%').then(|| decoded(text)).filter(|it| it != text);
    let of_a_form = text.contains("%40") && text.contains('+');
    let of_a_form = of_a_form.then(|| decoded(&text.replace('+', " ")));
    iter::once(Cow::Borrowed(text)).chain(as_it_is.into_iter().chain(of_a_form).map(Cow::Owned))
}

/// Whether what stands there is not only a part of a longer address.
pub(crate) fn stands_alone(text: &str, at: Range<usize>) -> bool {
    begins(text, at.start) && ends(text, at.end)
}

/// Whether an address may begin here. Marks before it are its own only between letters: no address
/// begins with one, or has two dots in a row.
fn begins(text: &str, at: usize) -> bool {
    let first = text[at..].chars().next();
    let mut last = None;
    for it in text[..at].chars().rev().take(MOST_PLACES) {
        if !"._%+-".contains(it) {
            return !joins(it, first);
        }
        if (it, last) == ('.', Some('.')) {
            return true;
        }
        last = Some(it);
    }
    true
}

/// Whether an address may end here.
fn ends(text: &str, at: usize) -> bool {
    let last = text[..at].chars().next_back();
    let mut after = text[at..].chars();
    let mut next = after.next();
    if let Some('.' | '-') = next {
        next = after.next();
    }
    !next.is_some_and(|it| joins(it, last))
}

/// Whether a character goes on with the address whose end is this one. Many languages write their
/// own words, or parts of them, right before and behind words in Latin letters.
fn joins(outer: char, inner: Option<char>) -> bool {
    let inner = inner.filter(|it| it.is_alphanumeric());
    outer.is_alphanumeric() && inner.is_none_or(|it| is_latin(it) == is_latin(outer))
}

fn is_latin(it: char) -> bool {
    matches!(it, '\0'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}')
}

/// What may be an address in the text: whatever [`stands_alone`] around a sign, so that `a=b@c.example`
/// is looked for as it is and as `b@c.example`.
pub(crate) fn candidates(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').flat_map(move |(sign, _)| {
        let host = sign + 1;
        let before = text[..sign].char_indices().rev();
        let starts = side(before).filter(|at| begins(text, *at));
        let after = text[host..].char_indices().map(|(at, it)| (host + at, it));
        let ends: Vec<usize> = side(after)
            .map(|at| at + text[at..].chars().next().map_or(0, char::len_utf8))
            .filter(|at| ends(text, *at))
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
                ("write to...", "...or not"),
                ("_", "_"),
                ("\u{30FC}\u{30EB}\u{306F}", "\u{3067}\u{3059}"),
                ("\u{05DC}", ""),
                ("", "\u{C785}\u{B2C8}\u{B2E4}"),
                ("\u{306F}-", ".\u{3067}"),
            ] {
                let text = format!("{before}{address}{after}");
                let at = before.len()..before.len() + address.len();
                assert!(stands_alone(&text, at), "{text}");
                assert!(candidates(&text).any(|it| it == address), "{text}");
            }
        }
        for text in [
            "mary.jane@acme.example",
            "mary_jane@acme.example",
            "mary--jane@acme.example",
            "m\u{E4}jane@acme.example",
            "jane@acme.example.br",
            "jane@acme.example-co.br",
        ] {
            assert!(!candidates(text).any(|it| it == "jane@acme.example"), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_all_signs_is_soon_done() {
        for text in ["@".repeat(1 << 20), "%40".repeat(1 << 18)] {
            let n_candidates: usize = ways(&text).map(|it| candidates(&it).count()).sum();
            assert_eq!(n_candidates, 0);
        }
        let most = MOST_PLACES * MOST_PLACES;
        let text = "&&&&@".repeat(10_000);
        assert!(candidates(&text).count() <= most * 10_000);
        let long = "&".repeat(1 << 20);
        assert_eq!(candidates(&format!("{long}@{long}")).count(), most);
        let long = "_".repeat(1 << 20);
        assert_eq!(candidates(&format!("{long}@{long}")).count(), most);
    }
}
