//! Markdown: a heading for the call, and a paragraph for each turn.

use std::io;

use super::{Look, one_line, stamp, words};
use crate::Dialogue;

pub(super) fn write(dialogue: &Dialogue, look: Look, out: &mut impl io::Write) -> io::Result<()> {
    let title = one_line(dialogue.title.as_deref().unwrap_or_default());
    if title.is_empty() {
        writeln!(out, "# Call {}", dialogue.call_id)?;
    } else {
        writeln!(out, "# {}\n\nCall {}", escape(&title), dialogue.call_id)?;
    }
    if let Some(started) = dialogue.started {
        writeln!(out, "\nStarted {started}")?;
    }
    turns(dialogue, look, out)
}

/// Writes a paragraph for each turn, with an empty line before it.
pub fn turns(dialogue: &Dialogue, look: Look, out: &mut impl io::Write) -> io::Result<()> {
    for turn in &dialogue.turns {
        let words = words(turn);
        if !words.is_empty() {
            let name = escape(&one_line(&turn.speaker.name));
            writeln!(out, "\n{}**{name}:** {}", stamp(turn, look), escape(&words))?;
        }
    }
    Ok(())
}

/// Text in one line that Markdown shows as it is, also where a line begins.
pub fn line(text: &str) -> String {
    let text = one_line(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut escaped = escape(&text);
    if matches!(text.as_bytes().get(digits), Some(b'.' | b')' | b'-' | b'+' | b'=')) {
        escaped.insert(digits, '\\');
    }
    escaped
}

/// Text that Markdown shows as it is: nothing in it is a heading, a link, HTML or a table. Files of it
/// are read at terminals, too, so that control characters are left out.
fn escape(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).fold(
        String::with_capacity(text.len()),
        |mut escaped, next| {
            if matches!(
                next,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '$'
            ) {
                escaped.push('\\');
            }
            escaped.push(next);
            escaped
        },
    )
}
