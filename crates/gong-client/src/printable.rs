//! Text from the network made fit for a message: no control characters, no lines, no end.

use std::fmt::{self, Write as _};

/// How many characters of a foreign text a message shows.
const LONGEST: usize = 300;

/// Shows a foreign text on one line, without characters that steer a terminal or turn the direction
/// of the text around.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, character) in self.0.chars().enumerate() {
            if count == LONGEST {
                return f.write_char('…');
            }
            let is_blank = matches!(character, '\n' | '\r' | '\t');
            let shown = match character {
                _ if is_blank => ' ',
                _ if character.is_control() || is_invisible(character) => '\u{FFFD}',
                _ => character,
            };
            f.write_char(shown)?;
        }
        Ok(())
    }
}

/// Marks of direction, joiners and other characters that change how their neighbors look.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// The beginning of a body that is not Gong's, in printable ASCII and on one line.
pub(crate) fn beginning(body: &[u8]) -> String {
    const SHOWN: usize = 120;
    let mut text = String::with_capacity(SHOWN);
    for &byte in body {
        if text.len() == SHOWN {
            break;
        }
        match byte {
            b' '..=b'~' if !(byte == b' ' && text.ends_with(' ')) => text.push(char::from(byte)),
            b'\t' | b'\n' | b'\r' if !text.is_empty() && !text.ends_with(' ') => text.push(' '),
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ if text.ends_with('?') => {}
            _ => text.push('?'),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_shown() {
        let hostile = "a\u{1b}[31mb\u{7}\u{9b}c\nd\u{202e}e\0";
        let shown = Printable(hostile).to_string();
        assert_eq!(shown, "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}c d\u{FFFD}e\u{FFFD}");
    }

    #[test]
    fn a_long_text_is_shortened() {
        assert_eq!(Printable(&"é".repeat(1000)).to_string().chars().count(), LONGEST + 1);
    }

    #[test]
    fn the_beginning_of_a_body_is_short_ascii_on_one_line() {
        let page = format!("\u{feff}<html>\r\n\t <h1>Sign\u{1b}[2J in</h1>{}", "x".repeat(999));
        let shown = beginning(page.as_bytes());
        assert!(shown.starts_with("?<html> <h1>Sign?[2J in</h1>xx"), "{shown}");
        assert_eq!(shown.len(), 120);
        assert!(shown.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    }
}
