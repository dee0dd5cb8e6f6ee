//! Cells: what is put into a table so that no spreadsheet runs it as a formula.

use std::borrow::Cow;

/// Whether cells that look like formulas are defused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formulas {
    /// They get an apostrophe in front, so that a spreadsheet shows them.
    #[default]
    Defused,
    /// They stay as they are.
    Raw,
}

impl Formulas {
    /// The text of a cell. Numbers need none of this: `-5` of a number is no formula.
    pub fn cell(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Defused => defuse(text),
            Self::Raw => Cow::Borrowed(text),
        }
    }
}

/// Puts an apostrophe before each line that a spreadsheet would run, and before a cell that begins
/// with a line end or a tab.
fn defuse(text: &str) -> Cow<'_, str> {
    let starts = std::iter::once(0).chain(
        text.char_indices().filter(|(_, it)| matches!(it, '\n' | '\r')).map(|(at, _)| at + 1),
    );
    let armed: Vec<usize> = starts.filter(|&start| is_armed(&text[start..], start == 0)).collect();
    if armed.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut defused = String::with_capacity(text.len() + armed.len());
    let mut rest = 0;
    for start in armed {
        defused.push_str(&text[rest..start]);
        defused.push('\'');
        rest = start;
    }
    defused.push_str(&text[rest..]);
    Cow::Owned(defused)
}

fn is_armed(line: &str, is_first: bool) -> bool {
    let is_blank = |it: char| {
        (it.is_whitespace() && !matches!(it, '\t' | '\n' | '\r'))
            || matches!(it, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
    };
    match line.trim_start_matches(is_blank).chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '＝' | '＋' | '－' | '＠') => true,
        Some('\n' | '\r') => is_first,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_on_every_line() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r'=1"),
            ("\n=1", "'\n'=1"),
            ("  =1", "'  =1"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\u{200b}=1", "'\u{200b}=1"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠a", "'＠a"),
            ("a\n=1\r\n@b", "a\n'=1\r\n'@b"),
            (
                "=HYPERLINK(\"https://evil.example\",\"x\")",
                "'=HYPERLINK(\"https://evil.example\",\"x\")",
            ),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("a=b - c", "a=b - c"),
            ("a\r\nb\n\nc", "a\r\nb\n\nc"),
            ("'=1", "'=1"),
            ("", ""),
            ("12345678901234567890", "12345678901234567890"),
        ] {
            assert_eq!(defuse(text), expected, "{text:?}");
            assert_eq!(defuse(expected), expected, "{text:?}");
        }
    }
}
