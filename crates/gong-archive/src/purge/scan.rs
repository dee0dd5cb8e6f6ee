//! Scanning: whether the bytes of a file hold one of many texts, in any form.

use std::{
    collections::{BTreeSet, HashMap},
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// How much of a file is looked at once.
const CHUNK: usize = 1 << 20;
/// How many bytes tell most places from one where a text may begin.
const BEGIN: usize = 4;

/// Whether the file holds one of the texts: as it is, in other letters, with two bytes a character,
/// or as JSON escapes it. Texts of less than four bytes are not looked for, and neither is what is a
/// part of one of the `longer` texts, which may stay.
pub(super) fn holds<'a>(
    path: &Path,
    texts: impl Iterator<Item = &'a str>,
    longer: &BTreeSet<String>,
) -> io::Result<bool> {
    let longer: Vec<Vec<u8>> = longer.iter().map(|it| it.to_ascii_lowercase().into()).collect();
    let mut by_begin = HashMap::<[u8; BEGIN], Vec<Vec<u8>>>::new();
    for form in texts.flat_map(forms) {
        if let Some(begin) = form.first_chunk::<BEGIN>() {
            by_begin.entry(*begin).or_default().push(form);
        }
    }
    let longest = by_begin.values().flatten().map(Vec::len).max().unwrap_or(0);
    // What is around a text has to be there with it.
    let around = longer.iter().map(Vec::len).max().unwrap_or(0);
    let mut begins = vec![false; 1 << 16];
    for [first, second, ..] in by_begin.keys() {
        begins[pair(*first, *second)] = true;
    }
    let mut file = File::open(path)?;
    let mut bytes = Vec::with_capacity(CHUNK + longest);
    loop {
        let n_kept = bytes.len();
        let n_read =
            file.by_ref().take(u64::try_from(CHUNK).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
        if longest == 0 {
            return Ok(false);
        }
        bytes.make_ascii_lowercase();
        // What was seen whole is not looked at twice, and what may go on is looked at later.
        let first = n_kept.saturating_sub(longest + around);
        let last = if n_read == 0 { bytes.len() } else { bytes.len().saturating_sub(around) };
        for (at, begin) in bytes.windows(BEGIN).enumerate().take(last).skip(first) {
            if begins[pair(begin[0], begin[1])]
                && let Some(forms) = begin.first_chunk().and_then(|it| by_begin.get(it))
                && forms.iter().any(|form| bytes[at..].starts_with(form))
                && !longer.iter().any(|it| is_within(&bytes, at, it))
            {
                return Ok(true);
            }
        }
        if n_read == 0 {
            return Ok(false);
        }
        // What begins in this chunk may end in the next.
        let kept = bytes.len().saturating_sub(longest + 2 * around);
        bytes.drain(..kept);
    }
}

/// Whether what is at this place is a part of a longer text.
fn is_within(bytes: &[u8], at: usize, longer: &[u8]) -> bool {
    let from = (at + 1).saturating_sub(longer.len());
    (from..=at).any(|from| bytes[from..].starts_with(longer))
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(u16::from_be_bytes([first, second]))
}

/// The forms that a text can have in a file, with small letters.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let text = text.to_lowercase();
    let little = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut forms = vec![text.clone().into_bytes(), little, big];
    for escapes in [|it: char| !it.is_ascii(), |it: char| !it.is_ascii_alphanumeric()] {
        forms.push(escaped(&text, escapes).into_bytes());
    }
    forms.push(text.replace('/', "\\/").into_bytes());
    forms.sort();
    forms.dedup();
    forms
}

fn escaped(text: &str, escapes: fn(char) -> bool) -> String {
    let mut whole = String::new();
    for character in text.chars() {
        if escapes(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                whole.extend(format!("\\u{unit:04x}").chars());
            }
        } else {
            whole.push(character);
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_text_is_found_in_every_form_and_across_chunks() {
        let text = "Jörg@acme.example";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for form in [
            text.as_bytes(),
            b"j\\u00F6rg@acme.example",
            b"J\\u00f6RG\\u0040acme\\u002Eexample",
            &utf16,
        ] {
            for before in [0, 1, CHUNK - 3, CHUNK, 2 * CHUNK - 1] {
                let mut file = tempfile::NamedTempFile::new().unwrap();
                file.write_all(&vec![b'j'; before]).unwrap();
                let longer = [format!("Mrs. {text}"), format!("{text}s and more")].into();
                let is_there = || holds(file.path(), [text].into_iter(), &longer).unwrap();
                for longer in &longer {
                    file.as_file().write_all(longer.as_bytes()).unwrap();
                    file.as_file().write_all(&vec![b'j'; before]).unwrap();
                }
                assert!(!is_there(), "{before}");
                file.as_file().write_all(form).unwrap();
                assert!(is_there(), "{before} {form:?}");
            }
        }
    }
}
