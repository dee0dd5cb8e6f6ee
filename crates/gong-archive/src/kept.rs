//! Gong's own text, kept: compressed, and of transcripts without the sentences that stand elsewhere.

use std::io;

use sha2::{Digest as _, Sha256};

/// Stands for a sentence that is taken from the table. No JSON text holds this byte.
const TAKEN: char = '\0';
/// Says that the next sentence of the table stands in the text itself.
const LEFT: char = '\u{1}';
/// How far ahead, in bytes, the next sentence is looked for.
const AHEAD: usize = 2048;
const LEVEL: i32 = 3;

/// What tells one text from another.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

pub(crate) fn compress(text: &str) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(text.as_bytes(), LEVEL)
}

pub(crate) fn decompress(bytes: &[u8]) -> io::Result<String> {
    let text = zstd::stream::decode_all(bytes)?;
    String::from_utf8(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The text without those sentences that [`with_sentences`] can put back to the byte.
pub(crate) fn without_sentences<'a>(
    text: &str,
    sentences: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut left = String::with_capacity(text.len() / 2);
    let mut rest = text;
    for sentence in sentences {
        let token = as_json(sentence);
        let end = rest.floor_char_boundary(AHEAD + token.len());
        match rest[..end].find(&token) {
            Some(at) => {
                left.push_str(&rest[..at]);
                left.push(TAKEN);
                rest = &rest[at + token.len()..];
            }
            None => left.push(LEFT),
        }
    }
    left.push_str(rest);
    left
}

/// Puts the sentences of the table back.
pub(crate) fn with_sentences<'a>(
    text: &str,
    sentences: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut sentences = sentences.into_iter();
    let mut whole = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find([TAKEN, LEFT]) {
        whole.push_str(&rest[..at]);
        let sentence = sentences.next().unwrap_or_default();
        if rest[at..].starts_with(TAKEN) {
            whole.push_str(&as_json(sentence));
        }
        rest = &rest[at + 1..];
    }
    whole.push_str(rest);
    whole
}

fn as_json(text: &str) -> String {
    serde_json::to_string(text).expect("any text can be written as JSON")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_are_taken_out_and_put_back() {
        let text =
            r#"{"topic":"No.","sentences":[{"text":"No."},{"text":"\u0000"},{"text":"a\/b"}]}"#;
        let sentences = ["No.", "\u{FFFD}", "a/b"];
        let left = without_sentences(text, sentences);
        assert!(left.len() < text.len() && !left.contains(r#""topic":"No.""#), "{left:?}");
        assert_eq!(with_sentences(&left, sentences), text);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_to_the_byte(
            sentences in prop::collection::vec(".{0,12}", 0..6),
            others in prop::collection::vec(".{0,6}", 6),
        ) {
            let text = serde_json::to_string(&sentences).unwrap();
            for of in [&sentences, &others] {
                let left = without_sentences(&text, of.iter().map(String::as_str));
                prop_assert_eq!(with_sentences(&left, of.iter().map(String::as_str)), text.clone());
            }
            let packed = compress(&text).unwrap();
            prop_assert_eq!(decompress(&packed).unwrap(), text);
        }
    }
}
