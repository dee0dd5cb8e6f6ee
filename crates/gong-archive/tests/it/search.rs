//! Search: words in, sentences out.

use gong_archive::{Archive, Error, Filters, Found, Search, Side};
use proptest::prelude::*;
use serde_json::json;

use crate::talk::{Talk, archive};

fn search(archive: &Archive, words: &str, filters: Filters) -> Result<Found, Error> {
    let words = words.to_owned();
    archive.search(&Search { words, filters, limit: 100, context: 0 })
}

/// What is found, with marks around what was looked for.
fn sentences(archive: &Archive, words: &str) -> Vec<String> {
    let found = search(archive, words, Filters::default()).unwrap();
    let marked = found.hits.iter().map(|hit| {
        let pieces = hit.pieces().into_iter();
        pieces.map(|(it, is_hit)| if is_hit { format!("[{it}]") } else { it.to_owned() }).collect()
    });
    let mut marked: Vec<String> = marked.collect();
    marked.sort();
    marked
}

fn refusal(archive: &Archive, words: &str) -> String {
    match search(archive, words, Filters::default()) {
        Err(Error::Words { problem, hint }) => format!("{problem}; {hint}"),
        other => panic!("{words:?} gave {other:?}"),
    }
}

fn monologues(lines: &[&str]) -> (tempfile::TempDir, Archive) {
    let lines: Vec<_> = lines.iter().map(|line| ("Ann", *line)).collect();
    archive(&[Talk::new(1, "2026-05-01T10:00:00Z", &lines)])
}

#[test]
fn words_are_joined_as_people_write_them() {
    let (_folder, archive) = monologues(&[
        "the list price is fixed",
        "a price list with a discount",
        "pricing and what discount there is, far from the word that stands at the very end, price",
        "nothing of the kind",
    ]);
    let finds = |words: &str, expected: &[&str]| {
        assert_eq!(sentences(&archive, words), expected, "{words}");
    };
    finds("fixed", &["the list price is [fixed]"]);
    finds("FIXED LiSt", &["the [list] price is [fixed]"]);
    finds("\"list price\"", &["the [list price] is fixed"]);
    finds("“list price”", &["the [list price] is fixed"]);
    finds("fixed OR kind", &["nothing of the [kind]", "the list price is [fixed]"]);
    finds("price list NOT discount", &["the [list] [price] is fixed"]);
    finds("price AND list AND NOT discount", &["the [list] [price] is fixed"]);
    finds("price NEAR/2 discount", &[]);
    finds("price NEAR/4 discount", &["a [price] list with a [discount]"]);
}
