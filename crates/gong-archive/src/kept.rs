//! Gong's own text, kept: compressed, and of transcripts without the sentences that stand elsewhere.

use std::{
    borrow::Cow,
    io::{self, Read as _},
};

use sha2::{Digest as _, Sha256};

/// Stands for the text of a sentence that is taken from the table. No JSON text holds these bytes.
const TAKEN: char = '\0';
/// Says that the next sentence of the table stands in the text itself.
const LEFT: char = '\u{1}';
/// Stands for a sentence with its times, as Gong writes it.
const WHOLE: char = '\u{2}';
/// How far ahead, in bytes, the next sentence is looked for.
const AHEAD: usize = 2048;
const LEVEL: i32 = 3;
/// No text is as long, in bytes: answers of Gong are not, as far as they are read.
const MOST: u64 = 1 << 30;

/// What tells one text from another.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

pub(crate) fn compress(text: &str) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(text.as_bytes(), LEVEL)
}

pub(crate) fn decompress(bytes: &[u8]) -> io::Result<String> {
    decompress_below(MOST, bytes)
}

fn decompress_below(most: u64, bytes: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    // In a file from elsewhere, a few bytes may stand for any number.
    let n_read = zstd::stream::Decoder::new(bytes)?.take(most).read_to_string(&mut text)?;
    if u64::try_from(n_read).is_ok_and(|it| it < most) {
        Ok(text)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "it is too long"))
    }
}

/// A sentence as the table has it.
#[derive(Debug, Clone)]
pub(crate) struct Sentence<'a> {
    /// In milliseconds.
    pub(crate) start: Option<i64>,
    /// In milliseconds.
    pub(crate) end: Option<i64>,
    pub(crate) text: Cow<'a, str>,
}

impl Sentence<'_> {
    fn text(&self) -> String {
        serde_json::to_string(&self.text).expect("any text can be written as JSON")
    }

    /// As Gong writes it, if it has its times.
    fn whole(&self) -> Option<String> {
        let (start, end) = (self.start?, self.end?);
        Some(format!(r#"{{"start":{start},"end":{end},"text":{}}}"#, self.text()))
    }
}

/// The text without those sentences that [`with_sentences`] can put back to the byte.
pub(crate) fn without_sentences<'a>(
    text: &str,
    sentences: impl IntoIterator<Item = &'a Sentence<'a>>,
) -> String {
    let mut left = String::with_capacity(text.len() / 8);
    let mut rest = text;
    for sentence in sentences {
        let forms = [(WHOLE, sentence.whole()), (TAKEN, Some(sentence.text()))];
        let found = forms.into_iter().find_map(|(mark, form)| {
            let form = form?;
            let end = rest.floor_char_boundary(AHEAD + form.len());
            rest[..end].find(&form).map(|at| (mark, at, at + form.len()))
        });
        let (mark, begin, end) = found.unwrap_or((LEFT, 0, 0));
        left.push_str(&rest[..begin]);
        left.push(mark);
        rest = &rest[end..];
    }
    left.push_str(rest);
    left
}

/// Puts the sentences of the table back.
pub(crate) fn with_sentences<'a>(
    text: &str,
    sentences: impl IntoIterator<Item = Sentence<'a>>,
) -> String {
    let mut sentences = sentences.into_iter();
    let mut whole = String::with_capacity(text.len() * 8);
    let mut rest = text;
    while let Some(at) = rest.find([TAKEN, LEFT, WHOLE]) {
        whole.push_str(&rest[..at]);
        // Fewer sentences than marks are damage, which the hash of the text tells.
        if let Some(sentence) = sentences.next() {
            let form = match &rest[at..=at] {
                "\u{2}" => sentence.whole(),
                "\0" => Some(sentence.text()),
                _ => None,
            };
            whole.push_str(form.as_deref().unwrap_or_default());
        }
        rest = &rest[at + 1..];
    }
    whole.push_str(rest);
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(start: i64, text: &str) -> Sentence<'_> {
        Sentence { start: Some(start), end: Some(start + 9), text: text.into() }
    }

    #[test]
    fn a_few_bytes_do_not_fill_the_memory() {
        let packed = compress(&"ab".repeat(1 << 20)).unwrap();
        assert!(packed.len() < 1 << 10, "{}", packed.len());
        assert_eq!(decompress_below((2 << 20) + 1, &packed).unwrap().len(), 2 << 20);
        for most in [1, 1 << 10, 2 << 20] {
            assert!(decompress_below(most, &packed).is_err(), "{most}");
        }
        assert!(decompress(&packed[..packed.len() - 5]).is_err());
    }

    #[test]
    fn sentences_are_taken_out_and_put_back() {
        let text = r#"{"topic":"No.","sentences":[{"text":"No."},{"start":-3,"end":6,"text":"Yes, \"é\"."},
            {"text":"\u0000"},{"text":"a\/b"},{"start":4, "end":13,"text":"spaced"}]}"#;
        let sentences =
            [(1, "No."), (-3, "Yes, \"é\"."), (2, "\u{FFFD}"), (3, "a/b"), (4, "spaced")];
        let sentences = sentences.map(|(start, text)| said(start, text));
        let left = without_sentences(text, &sentences);
        let marks: Vec<char> = left.chars().filter(|it| it.is_control() && *it != '\n').collect();
        assert_eq!(marks, [TAKEN, WHOLE, LEFT, LEFT, TAKEN], "{left:?}");
        assert!(!left.contains("-3") && !left.contains("Yes"), "{left:?}");
        assert_eq!(with_sentences(&left, sentences), text);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_to_the_byte(
            sentences in prop::collection::vec((0..3_i64, "[a\"\\\\é]{0,3}|.{0,12}"), 0..6),
            others in prop::collection::vec(".{0,6}", 6),
        ) {
            let objects: Vec<_> = sentences
                .iter()
                .map(|(start, text)| match start {
                    0 => serde_json::json!(text),
                    1 => serde_json::json!({"start": start, "end": start + 9, "text": text}),
                    _ => serde_json::json!({"text": text, "start": start}),
                })
                .collect();
            let text = serde_json::to_string(&objects).unwrap();
            let own: Vec<_> = sentences.iter().map(|(start, text)| said(*start, text)).collect();
            let others: Vec<_> = others.iter().map(|text| said(1, text)).collect();
            for of in [own, others] {
                let left = without_sentences(&text, &of);
                prop_assert_eq!(with_sentences(&left, of), text.clone());
            }
            let packed = compress(&text).unwrap();
            prop_assert_eq!(decompress(&packed).unwrap(), text);
        }
    }
}
