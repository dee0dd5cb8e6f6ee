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
    for turn in &dialogue.turns {
        let words = words(turn);
        if !words.is_empty() {
            let name = escape(&one_line(&turn.speaker.name));
            writeln!(out, "\n{}**{name}:** {}", stamp(turn, look), escape(&words))?;
        }
    }
    Ok(())
}

/// Text that Markdown shows as it is: nothing in it is a heading, a link, HTML or a table.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, next| {
        if matches!(
            next,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '$'
        ) {
            escaped.push('\\');
        }
        escaped.push(next);
        escaped
    })
}
