//! What the index takes for words: scripts that set no spaces are set apart, a character a word.

use rusqlite::{Connection, functions::FunctionFlags};

/// What is put between two characters that are words of their own: a space that nobody sees, so that
/// it can be told from one that was there.
const BETWEEN: char = '\u{200B}';

/// The text as the index takes it. Of Chinese, Japanese, Thai and the like each character is a word,
/// so that a search finds any run of them as a phrase.
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
            set_apart.push(character);
        }
    }
    set_apart
}

/// Whether a character belongs to a script that sets no spaces between words.
pub(crate) fn has_no_spaces(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{0EFF}'      // Thai, Lao
        | '\u{1000}'..='\u{109F}'    // Burmese
        | '\u{1780}'..='\u{17FF}'    // Khmer
        | '\u{3040}'..='\u{30FF}'    // Hiragana, Katakana
        | '\u{3400}'..='\u{4DBF}'    // Chinese characters
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}')
}

/// Whether a text has another somewhere in it, whatever the case.
fn says(text: &str, part: &str) -> bool {
    if text.is_ascii() && part.is_ascii() {
        let (text, part) = (text.as_bytes(), part.as_bytes());
        return part.is_empty() || text.windows(part.len()).any(|it| it.eq_ignore_ascii_case(part));
    }
    text.to_lowercase().contains(&part.to_lowercase())
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
    fn each_character_of_a_script_without_spaces_is_a_word() {
        assert_eq!(index_text("価格 OK").replace(BETWEEN, "|"), "|価||格| OK");
        assert_eq!(index_text("naïve"), "naïve");
    }
}
