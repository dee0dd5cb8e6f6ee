//! Searches that nobody means: each gives rows, or a refusal of ours.

use gong_archive::{Error, Filters};
use proptest::prelude::*;

use super::{monologues, search, sentences};

#[test]
fn a_search_may_be_as_long_as_it_likes() {
    let (_folder, archive) = monologues(&["a word and b"]);
    for (piece, times) in [
        ("a) ", 255),
        ("a NOT c) ", 120),
        ("(a OR b) ", 120),
        ("a AND b OR ", 120),
        ("\"a word\" ", 120),
        ("(a) NOT (c) ", 120),
        ("a* ", 255),
        ("a NEAR b ", 80),
        (")", 2000),
    ] {
        let words = format!("{}a", piece.repeat(times));
        let found = search(&archive, &words, Filters::default());
        assert!(found.is_ok(), "{piece:?} {times} times: {found:?}");
    }
}

#[test]
fn strings_that_break_programs_are_found_again() {
    const NAUGHTY: [&str; 24] = [
        "undefined",
        "null",
        "' OR 1=1 --",
        "\"; DROP TABLE calls",
        "%s%n",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "Ω≈ç√∫",
        "田中さんにあげて下さい",
        "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè",
        "1'000",
        "0x00",
        "NaN",
        "\u{202E}txet",
        "a\u{200D}b",
        "\u{FEFF}bom",
        "ﬀ",
        "ab\u{0}cd",
        "NEAR(a b, 1)",
        "\u{FDD0}x\u{FDD1}",
        "\u{1}y\u{2}",
        "a*b*",
        "col:umn",
    ];
    for text in NAUGHTY {
        let (_folder, archive) = monologues(&[text]);
        let quoted = format!("\"{}\"", text.replace('"', " "));
        let found = search(&archive, &quoted, Filters::default());
        assert!(found.is_ok(), "{text:?}: {found:?}");
        let found = sentences(&archive, &quoted);
        assert_eq!(found.len(), 1, "{text:?}");
        let unmarked = found[0].replace(['[', ']'], "");
        assert_eq!(unmarked, text.replace('\0', "\u{FFFD}").replace(['[', ']'], ""), "{text:?}");
    }
}

/// How many strings are tried: more by `GONG_SEARCH_CASES`.
fn n_cases() -> u32 {
    std::env::var("GONG_SEARCH_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(2_000)
}

#[test]
fn any_string_gives_rows_or_a_refusal_of_ours() {
    let (_folder, archive) = monologues(&["the list price", "価格 a NEAR b", "ünï \"quoted\" (x)"]);
    let pieces = prop::collection::vec(
        prop_oneof![
            3 => prop::sample::select(vec![
                "AND", "OR", "NOT", "NEAR", "NEAR/3", "NEAR/99999999999", "(", ")", "\"", "*", "price",
                "list", "価格", "“", "-", "^", ":", "{", "+", "\0", "a*", "\\", "'", " ",
            ]).prop_map(str::to_owned),
            1 => any::<String>(),
        ],
        0..24,
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: n_cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&(pieces, prop::bool::ANY), |(pieces, is_spaced)| {
        let words = pieces.join(if is_spaced { " " } else { "" });
        match search(&archive, &words, Filters::default()) {
            Ok(_) | Err(Error::Words { .. }) => Ok(()),
            Err(error) => Err(TestCaseError::fail(format!("{words:?}: {error:?}"))),
        }
    });
    outcome.unwrap();
}
