//! Subtitles: a cue for each sentence, as `SubRip` and as `WebVTT`.

use std::{fmt, io};

use super::one_line;
use crate::Dialogue;

/// How long a sentence is shown whose end is not known or not after its start, in milliseconds.
const ASSUMED: i64 = 1000;

/// A sentence and when it is shown, in milliseconds.
struct Cue<'a> {
    start: i64,
    end: i64,
    name: &'a str,
    text: String,
}

/// The cues of a dialogue by the time they start, which `WebVTT` demands and Gong does not promise.
fn cues(dialogue: &Dialogue) -> Vec<Cue<'_>> {
    let mut reached = 0;
    let mut cues = Vec::new();
    for line in dialogue.lines() {
        let text = one_line(line.text.unwrap_or_default()).into_owned();
        if text.is_empty() {
            continue;
        }
        // A sentence without a time follows on the one before.
        let start = line.start.map_or(reached, |start| start.max(0));
        let end = line.end.filter(|end| *end > start).unwrap_or(start.saturating_add(ASSUMED));
        reached = end;
        cues.push(Cue { start, end, name: line.speaker_name, text });
    }
    cues.sort_by_key(|cue| cue.start);
    cues
}

pub(super) fn write_srt(dialogue: &Dialogue, out: &mut impl io::Write) -> io::Result<()> {
    for (number, cue) in (1_u64..).zip(cues(dialogue)) {
        if number > 1 {
            writeln!(out)?;
        }
        let Cue { start, end, name, text } = cue;
        let (start, end) = (Clock(start, ','), Clock(end, ','));
        let line = format!("{}: {text}", one_line(name));
        // There is no way to escape the arrow; readers would take the line for times.
        writeln!(out, "{number}\n{start} --> {end}\n{}", line.replace("-->", "->"))?;
    }
    Ok(())
}

pub(super) fn write_vtt(dialogue: &Dialogue, out: &mut impl io::Write) -> io::Result<()> {
    for (number, cue) in (1_u64..).zip(cues(dialogue)) {
        let Cue { start, end, name, text } = cue;
        let (start, end) = (Clock(start, '.'), Clock(end, '.'));
        let (name, text) = (escape(&one_line(name)), escape(&text));
        writeln!(out, "\n{number}\n{start} --> {end}\n<v {name}>{text}</v>")?;
    }
    Ok(())
}

/// Text that `WebVTT` shows as it is; without `>` it cannot hold the arrow either.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\0', "\u{fffd}")
}

/// Milliseconds as `hh:mm:ss` and thousandths behind the given sign.
struct Clock(i64, char);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(milliseconds, point) = self;
        let (seconds, thousandths) = (milliseconds / 1000, milliseconds % 1000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}")
    }
}
