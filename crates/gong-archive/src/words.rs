//! What the index takes for words: letters without accents, and characters of scripts without spaces.

use std::ops::Range;

use rusqlite::{Connection, functions::FunctionFlags};
use unicode_normalization::char::{compose, decompose_canonical, is_combining_mark};

use crate::tombstones::{self, FEWEST_DIGITS, PHONE};

/// What is put between two characters that are words of their own: a space that nobody sees, so that
/// it can be told from one that was there.
const BETWEEN: char = '\u{200B}';

/// What takes a text apart: letters, digits, and the marks on them are words; accents do not count.
/// The schema says the same.
pub(crate) const TOKENIZER: &str = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'";

/// The text as the index takes it. Of Chinese, Japanese, Thai and the like each character is a word,
/// so that a search finds any run of them as a phrase. So it is of Korean, which sets spaces but ties
/// other words to each noun. Letters lose their accents, and wide letters are letters.
pub(crate) fn index_text(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut made = String::with_capacity(text.len() + text.len() / 4);
    index_characters(text, |character, _| made.push(character));
    made
}

/// Gives each character of the text as the index takes it, with the place of the characters of the
/// text that it was made of.
pub(crate) fn index_characters(text: &str, mut give: impl FnMut(char, Range<usize>)) {
    let mut write = |character: char, place: Range<usize>| {
        if has_no_spaces(character) {
            give(BETWEEN, place.clone());
            give(character, place.clone());
            give(BETWEEN, place);
        } else {
            plain(character, |it| give(it, place.clone()));
        }
    };
    // What stands behind a letter may be a part of it.
    let mut last: Option<(char, Range<usize>)> = None;
    for (at, character) in text.chars().enumerate() {
        if character >= FIRST_ACCENT
            && let Some((letter, place)) = &mut last
        {
            let whole = compose(*letter, character);
            if whole.is_some() || is_accent(character) {
                *letter = whole.unwrap_or(*letter);
                place.end = at + 1;
                continue;
            }
        }
        if let Some((letter, place)) = last.replace((character, at..at + 1)) {
            write(letter, place);
        }
    }
    if let Some((letter, place)) = last {
        write(letter, place);
    }
}

/// Whether a character is a word of its own, because no spaces tell where words end.
fn has_no_spaces(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{0EFF}'      // Thai, Lao
        | '\u{1000}'..='\u{109F}'    // Burmese
        | '\u{1100}'..='\u{11FF}'    // Korean
        | '\u{1780}'..='\u{17FF}'    // Khmer
        | '\u{3005}'..='\u{3007}'    // marks that repeat a Chinese character
        | '\u{3040}'..='\u{30FF}'    // Hiragana, Katakana
        | '\u{3130}'..='\u{318F}'    // Korean
        | '\u{3400}'..='\u{4DBF}'    // Chinese characters
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}'    // Korean
        | '\u{F900}'..='\u{FAFF}'    // Chinese characters
        | '\u{FF66}'..='\u{FF9F}'    // narrow Katakana
        | '\u{20000}'..='\u{323AF}')
}

/// Gives a letter without its accents, and narrow if it is written wide among Chinese characters.
///
/// The marks on Cyrillic letters make other letters of them, but for the dots of ё, which most people
/// leave out, and the stress.
fn plain(character: char, mut give: impl FnMut(char)) {
    match character {
        'Ѐ' | 'Ё' => give('Е'),
        'ѐ' | 'ё' => give('е'),
        'Ѝ' => give('И'),
        'ѝ' => give('и'),
        '\0'..='\x7F' | '\u{0400}'..='\u{052F}' => give(character),
        '\u{FF01}'..='\u{FF5E}' => {
            give(char::from_u32(u32::from(character) - 0xFF01 + 0x21).unwrap_or(character));
        }
        _ => match spelled(character) {
            Some(letters) => letters.chars().for_each(give),
            None => decompose_canonical(character, |it| {
                if !is_accent(it) {
                    give(it);
                }
            }),
        },
    }
}

/// How a letter is written by who lacks it, if Unicode does not know that it has a mark on it.
fn spelled(letter: char) -> Option<&'static str> {
    Some(match letter {
        'Æ' => "AE",
        'æ' => "ae",
        'Đ' | 'Ð' => "D",
        'đ' | 'ð' => "d",
        'Ħ' => "H",
        'ħ' => "h",
        'ı' => "i",
        'Ł' => "L",
        'ł' => "l",
        'Œ' => "OE",
        'œ' => "oe",
        'Ø' => "O",
        'ø' => "o",
        'ẞ' => "SS",
        'ß' => "ss",
        'Þ' => "TH",
        'þ' => "th",
        'Ŧ' => "T",
        'ŧ' => "t",
        'ς' => "σ",
        _ => return None,
    })
}

/// The first of the marks that stand on letters, and of all characters that can be joined to one
/// before them.
const FIRST_ACCENT: char = '\u{0300}';

fn is_accent(character: char) -> bool {
    matches!(character, FIRST_ACCENT..='\u{036F}')
}

/// The text in lower case, and otherwise as the index takes it, with something else between
/// characters that are words of their own.
pub(crate) fn lower(text: &str, between: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut made = String::with_capacity(text.len());
    index_characters(text, |character, _| match character {
        BETWEEN => made.push_str(between),
        _ if character.is_ascii() => made.push(character.to_ascii_lowercase()),
        _ => made.extend(character.to_lowercase()),
    });
    made
}

/// Gives each word of a text as the index has it.
pub(crate) fn each(text: &str, word: impl FnMut(&str)) {
    lower(text, " ")
        .split(|it: char| !(it.is_alphanumeric() || is_combining_mark(it)))
        .filter(|it| !it.is_empty())
        .for_each(word);
}

/// Whether a text has another somewhere in it, whatever the case and the accents.
fn says(text: &str, part: &str) -> bool {
    lower(text, "").contains(&lower(part, ""))
}

/// Whether two texts are numbers of the same phone, however they are written.
fn reaches(phone: &str, other: &str) -> bool {
    let is_name = other.chars().any(char::is_alphabetic);
    let digits = tombstones::normal(PHONE, other);
    !is_name && digits.len() >= FEWEST_DIGITS && tombstones::normal(PHONE, phone) == digits
}

/// Lets SQL say `index_text`, as the schema does, and `says` and `reaches`, as filters do.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("index_text", 1, flags, |context| {
        let text = context.get_raw(0).as_str_or_null()?;
        Ok(text.map(index_text))
    })?;
    connection.create_scalar_function("says", 2, flags, |context| {
        let text = context.get_raw(0).as_str_or_null()?;
        let part = context.get_raw(1).as_str_or_null()?;
        Ok(text.zip(part).is_some_and(|(text, part)| says(text, part)))
    })?;
    connection.create_scalar_function("reaches", 2, flags, |context| {
        let phone = context.get_raw(0).as_str_or_null()?;
        let other = context.get_raw(1).as_str_or_null()?;
        Ok(phone.zip(other).is_some_and(|(phone, other)| reaches(phone, other)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_accents() {
        for (name, written) in [
            ("José Müller-Łódź", "muller-lodz"),
            ("Ian", "İAN"),
            ("Nguyễn Văn Đặng", "nguyen van dang"),
            ("Nguye\u{302}\u{303}n", "nguyễn"),
            ("Άλφα ΚΏΣΤΑΣ", "αλφα κώστας"),
            ("Ёлка", "елка"),
            ("Șerban Işık", "serban isik"),
            ("Strauß Mærsk Þór", "strauss maersk thor"),
            ("ＡＢＣ 商事", "abc 商"),
            ("x", ""),
        ] {
            assert!(says(name, written), "{name}: {written}");
        }
        assert!(!says("Ann", "Annie") && !says("Андрей", "андреи") && !says("がき", "かき"));
        assert_eq!(lower("Ÿ Ž ſ e\u{301}", ""), "y z ſ e");
    }

    #[test]
    fn the_schema_takes_texts_apart_in_the_same_way() {
        let schema = include_str!("sql/schema.sql");
        assert!(schema.contains(&format!("tokenize = \"{TOKENIZER}\"")));
    }

    #[test]
    fn each_character_of_a_script_without_spaces_is_a_word() {
        assert_eq!(index_text("価格 OK").replace(BETWEEN, "|"), "|価||格| OK");
        assert_eq!(index_text("naïve Й ё"), "naive Й е");
        assert_eq!(index_text("ＯＫ！"), "OK!");
    }
}
