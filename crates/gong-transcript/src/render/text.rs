//! Text: `Name: what they said`, a turn a line.

use std::io;

use super::{Look, one_line, stamp, words};
use crate::Dialogue;

pub(super) fn write(dialogue: &Dialogue, look: Look, out: &mut impl io::Write) -> io::Result<()> {
    if look.titles {
        let title = one_line(dialogue.title.as_deref().unwrap_or_default());
        let blank = if title.is_empty() { "" } else { " " };
        writeln!(out, "== {title}{blank}({}) ==", dialogue.call_id)?;
    }
    for turn in &dialogue.turns {
        let words = words(turn);
        if !words.is_empty() {
            writeln!(out, "{}{}: {words}", stamp(turn, look), one_line(&turn.speaker.name))?;
        }
    }
    Ok(())
}
