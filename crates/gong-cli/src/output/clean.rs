//! Makes text that came from Gong safe to show: no control character of it reaches a terminal.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

/// Whether a terminal or a reader could be fooled by this character.
///
/// These are the C0 and C1 controls and DEL, the marks that turn the direction of writing, the two
/// Unicode line ends, tags, supplementary variation selectors, annotation marks, and the byte order
/// mark. Line feed and tab are among them: who wants them asks for them.
pub(crate) fn is_unsafe(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// Text of several lines with all that [`is_unsafe`] made visible, as in `\u{1b}`, but for line
/// feeds and tabs. The line end of Windows becomes a line feed.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(|character| is_unsafe(character) && !matches!(character, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' => cleaned.push(character),
            _ if is_unsafe(character) => show(&mut cleaned, character),
            _ => cleaned.push(character),
        }
    }
    Cow::Owned(cleaned)
}

/// Text for one line: as [`clean`], with line ends and tabs turned into spaces.
pub(crate) fn clean_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push(' '),
            _ if is_unsafe(character) => show(&mut cleaned, character),
            _ => cleaned.push(character),
        }
    }
    Cow::Owned(cleaned)
}

/// JSON text with all that [`is_unsafe`] escaped as JSON does, so that it means the same.
///
/// Outside of strings JSON has line ends and tabs only; a carriage return is dropped there.
pub(crate) fn clean_json(text: &str) -> Cow<'_, str> {
    if !text.contains(|character| is_unsafe(character) && !matches!(character, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\r' => {}
            '\n' | '\t' => cleaned.push(character),
            _ if is_unsafe(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write(&mut cleaned, format_args!("\\u{unit:04x}"));
                }
            }
            _ => cleaned.push(character),
        }
    }
    Cow::Owned(cleaned)
}

fn show(cleaned: &mut String, character: char) {
    write(cleaned, format_args!("{}", character.escape_unicode()));
}

fn write(text: &mut String, what: fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What terminals have been attacked with.
    const ATTACKS: [&str; 14] = [
        "\u{1b}]52;c;cm0gLXJmIH4=\u{7}",
        "\u{1b}]8;;https://evil.example\u{1b}\\Gong\u{1b}]8;;\u{1b}\\",
        "\u{1b}P$q\"p\u{1b}\\",
        "\u{1b}[21t",
        "\u{1b}[2J\u{1b}[H",
        "\u{1b}[201~rm -rf ~\n",
        "\u{9b}31mred",
        "\u{90}q\u{9c}",
        "safe\rhidden",
        "back\u{8}\u{8}\u{8}\u{8}",
        "gnp.\u{202e}cod",
        "\u{2066}a\u{2069}",
        "tag\u{e0041}\u{e007f}",
        "\u{feff}bom\u{fff9}\u{2028}\u{e0100}",
    ];

    /// What Unicode has besides controls that fools a reader.
    const INVISIBLE: [std::ops::RangeInclusive<u32>; 9] = [
        0x61c..=0x61c,
        0x200e..=0x200f,
        0x2028..=0x2029,
        0x202a..=0x202e,
        0x2066..=0x2069,
        0xfeff..=0xfeff,
        0xfff9..=0xfffb,
        0xe0000..=0xe007f,
        0xe0100..=0xe01ef,
    ];

    #[test]
    fn every_unsafe_character_is_shown_and_no_other_is_touched() {
        for character in char::MIN..=char::MAX {
            let code = u32::from(character);
            let text = format!("a{character}b");
            if character.is_control() || INVISIBLE.iter().any(|range| range.contains(&code)) {
                if !matches!(character, '\n' | '\t') {
                    assert_eq!(clean(&text), format!("a\\u{{{code:x}}}b"));
                }
                assert!(clean_line(&text).is_ascii(), "{character:?}");
                assert!(clean_json(&text).is_ascii(), "{character:?}");
            } else {
                assert_eq!(clean(&text), text);
                assert_eq!(clean_line(&text), text);
                assert_eq!(clean_json(&text), text);
            }
        }
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        for text in ["", "Ünïcode 日本語 😀👩‍💻 ❤\u{fe0f}", "two\nlines\tand a tab"]
        {
            assert!(matches!(clean(text), Cow::Borrowed(it) if it == text));
        }
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(clean_line("a\r\nb\nc\rd\te\u{2028}f\u{85}g"), "a b c d e f g");
        assert_eq!(clean("a\r\nb\rc"), "a\nb\\u{d}c");
    }

    #[test]
    fn attacks_are_harmless_in_every_form() {
        for attack in ATTACKS {
            let json = serde_json::to_string(&attack).unwrap();
            let escaped = clean_json(&json);
            for shown in [clean(attack), clean_line(attack), escaped.clone()] {
                assert!(!shown.contains(|it| is_unsafe(it) && it != '\n'), "{shown:?}");
            }
            assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), attack);
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in ".*|[\\x00-\\x20\\u{7f}-\\u{a0}\\u{2000}-\\u{2070}]*") {
            let once = clean(&text).into_owned();
            prop_assert!(!once.contains(|it| is_unsafe(it) && !matches!(it, '\n' | '\t')));
            prop_assert_eq!(&clean(&once), &once);
            let line = clean_line(&text).into_owned();
            prop_assert!(!line.contains(is_unsafe));
            prop_assert_eq!(&clean_line(&line), &line);
        }

        #[test]
        fn escaped_json_means_the_same(text in "(?s).*") {
            let json = serde_json::to_string(&text).unwrap();
            let cleaned = clean_json(&json).into_owned();
            prop_assert!(!cleaned.contains(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<String>(&cleaned).unwrap(), text);
        }
    }
}
