//! Rendering: dialogues as text, Markdown, JSON, CSV and subtitles, written call by call.

mod markdown;
mod rows;
mod subtitles;
mod text;

use std::{borrow::Cow, fmt, io, str::FromStr};

pub use markdown::{line as markdown_line, turns as markdown_turns};

use crate::Dialogue;

/// What a dialogue can be rendered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A line for each turn: `Name: what they said`.
    Text,
    /// The title as a heading, and a paragraph for each turn, the name in bold.
    Markdown,
    /// An array of Gong's own transcripts, with `speakerName` added to each monologue.
    Json,
    /// A JSON object a line for each sentence.
    Jsonl,
    /// A row for each sentence, under a header. Cells are what was said, also where a spreadsheet
    /// would take them for a formula: whoever opens it in one defuses them first.
    Csv,
    /// Subtitles in the `SubRip` format; for one call, as several would overlap.
    Srt,
    /// Subtitles in the `WebVTT` format; for one call, as several would overlap.
    Vtt,
}

/// How a dialogue is rendered, where the format leaves a choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Text and Markdown: say when each turn began, as `[mm:ss]` or `[h:mm:ss]`.
    pub timestamps: bool,
    /// Text: put a line with the title and id before each call, to tell several apart.
    pub titles: bool,
}

/// Writes dialogues one after the other.
///
/// Nothing is kept, so the memory needed is that of one dialogue. Text, Markdown and subtitles keep
/// everything that was said in its line: line breaks inside names and sentences become blanks.
#[derive(Debug)]
pub struct Renderer<W> {
    out: W,
    format: Format,
    look: Look,
    calls: usize,
}

impl<W: io::Write> Renderer<W> {
    /// A renderer that has written nothing yet.
    pub fn new(out: W, format: Format, look: Look) -> Self {
        Self { out, format, look, calls: 0 }
    }

    /// Writes one dialogue. Fails if `out` does.
    pub fn push(&mut self, dialogue: &Dialogue) -> io::Result<()> {
        let before = if self.calls == 0 { self.opening() } else { self.between() };
        self.calls += 1;
        let out = &mut self.out;
        out.write_all(before.as_bytes())?;
        match self.format {
            Format::Text => text::write(dialogue, self.look, out),
            Format::Markdown => markdown::write(dialogue, self.look, out),
            Format::Json => write!(out, "{}", dialogue.joined()?.text()),
            Format::Jsonl => rows::write_jsonl(dialogue, out),
            Format::Csv => rows::write_csv(dialogue, out),
            Format::Srt => subtitles::write_srt(dialogue, out),
            Format::Vtt => subtitles::write_vtt(dialogue, out),
        }
    }

    /// Writes what closes the format and gives back `out`, flushed. To be called after an error of
    /// the source as well, so that what was written is whole.
    pub fn finish(mut self) -> io::Result<W> {
        if self.calls == 0 {
            self.out.write_all(self.opening().as_bytes())?;
        }
        if self.format == Format::Json {
            self.out.write_all(if self.calls == 0 { b"]\n" } else { b"\n]\n" })?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    fn opening(&self) -> &'static str {
        match self.format {
            Format::Json => "[\n",
            Format::Csv => rows::HEADER,
            Format::Vtt => "WEBVTT\n",
            _ => "",
        }
    }

    fn between(&self) -> &'static str {
        match self.format {
            Format::Json => ",\n",
            Format::Markdown | Format::Srt => "\n",
            Format::Text if self.look.titles => "\n",
            _ => "",
        }
    }
}

/// The text without line breaks, which would let it pass for a line of its own.
fn one_line(text: &str) -> Cow<'_, str> {
    let is_break = |next: char| {
        matches!(next, '\n' | '\r' | '\t' | '\x0b' | '\x0c' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let text = text.trim();
    if text.contains(is_break) {
        text.split(is_break)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
            .into()
    } else {
        text.into()
    }
}

/// What a turn says, in one line; empty if it says nothing.
fn words(turn: &crate::Turn) -> String {
    let sentences = turn.sentences.iter().filter_map(|sentence| sentence.text.as_deref());
    let lines = sentences.map(one_line).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// `[mm:ss] ` or `[h:mm:ss] `, if it is wanted and known.
fn stamp(turn: &crate::Turn, look: Look) -> String {
    let start = turn.sentences.iter().find_map(|sentence| sentence.start);
    let Some(start) = start.filter(|_| look.timestamps) else { return String::new() };
    let seconds = start.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("[{hours}:{minutes:02}:{seconds:02}] ")
    } else {
        format!("[{minutes:02}:{seconds:02}] ")
    }
}

impl Format {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Text, Self::Markdown, Self::Json, Self::Jsonl, Self::Csv, Self::Srt, Self::Vtt];

    /// The word for it, which is also the usual ending of its files' names, but for `text` (`.txt`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Srt => "srt",
            Self::Vtt => "vtt",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let format = Self::ALL.iter().find(|format| format.as_str() == text);
        format.copied().ok_or_else(|| UnknownFormat { given: text.to_owned() })
    }
}

/// A word that is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no format of a transcript: say text, md, json, jsonl, csv, srt or vtt")]
pub struct UnknownFormat {
    given: String,
}
