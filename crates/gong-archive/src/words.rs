//! What the index takes for words: scripts that set no spaces are set apart, a character a word.

use rusqlite::{Connection, functions::FunctionFlags};

/// What is put between two characters that are words of their own: a space that nobody sees, so that
/// it can be told from one that was there.
const BETWEEN: char = '\u{200B}';

/// What takes a text apart: letters, digits, and the marks on them are words; accents do not count.
/// The schema says the same.
pub(crate) const TOKENIZER: &str = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'";

/// The text as the index takes it. Of Chinese, Japanese, Thai and the like each character is a word,
/// so that a search finds any run of them as a phrase. So it is of Korean, which sets spaces but ties
/// other words to each noun. Wide letters are letters.
pub(crate) fn index_text(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut set_apart = String::with_capacity(text.len() + text.len() / 4);
    for character in text.chars() {
        if has_no_spaces(character) {
            set_apart.push(BETWEEN);
            set_apart.push(character);
            set_apart.push(BETWEEN);
        } else {
            set_apart.push(narrow(character));
        }
    }
    set_apart
}

/// Whether a character is a word of its own, because no spaces tell where words end.
pub(crate) fn has_no_spaces(character: char) -> bool {
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

/// The letter, digit, or sign that is written wide among Chinese characters.
fn narrow(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFF01 + 0x21).unwrap_or(character)
        }
        _ => character,
    }
}

/// Letters from U+00C0 on, without what stands on them.
const PLAIN: &str = "\
  AAAAAAÆCEEEEIIIIÐNOOOOO×OUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷ouuuuyþy\
  AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIıĲĳJjKkĸLlLlLlĿ\
  ŀLlNnNnNnŉŊŋOoOoOoŒœRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzſ";

/// The text in lower case and without accents, nearly as the index has it.
pub(crate) fn fold(text: &str) -> String {
    let plain = |character: char| match character {
        '\u{0300}'..='\u{036F}' => None,
        '\u{00C0}'..='\u{017F}' => {
            let place = usize::try_from(u32::from(character) - 0xC0).unwrap_or_default();
            PLAIN.chars().nth(place)
        }
        _ => Some(character),
    };
    text.chars().filter_map(plain).flat_map(char::to_lowercase).collect()
}

/// Gives each word of a text, folded.
pub(crate) fn each(text: &str, mut word: impl FnMut(&str)) {
    let text = index_text(text);
    let text = if text.is_ascii() { text.to_ascii_lowercase() } else { fold(&text) };
    let is_apart = |it: char| it.is_ascii_punctuation() || it.is_whitespace() || it == BETWEEN;
    text.split(|it: char| is_apart(it) || !(it.is_alphanumeric() || u32::from(it) > 0x7F))
        .filter(|it| !it.is_empty())
        .for_each(&mut word);
}

/// Whether a text has another somewhere in it, whatever the case and the accents.
fn says(text: &str, part: &str) -> bool {
    if text.is_ascii() && part.is_ascii() {
        return text.to_ascii_lowercase().contains(&part.to_ascii_lowercase());
    }
    fold(text).contains(&fold(part))
}

/// Lets SQL say `index_text`, as the schema does, and `says`, as filters do.
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
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_accents() {
        assert!(says("José Müller-Łódź", "muller-lodz") && says("Ian", "İAN") && says("x", ""));
        assert!(!says("Ann", "Annie"));
        assert_eq!(fold("Ÿ Ž ſ e\u{301}"), "y z ſ e");
    }

    #[test]
    fn the_schema_takes_texts_apart_in_the_same_way() {
        let schema = include_str!("sql/schema.sql");
        assert!(schema.contains(&format!("tokenize = \"{TOKENIZER}\"")));
    }

    #[test]
    fn each_character_of_a_script_without_spaces_is_a_word() {
        assert_eq!(index_text("価格 OK").replace(BETWEEN, "|"), "|価||格| OK");
        assert_eq!(index_text("naïve"), "naïve");
        assert_eq!(index_text("ＯＫ！"), "OK!");
    }
}
