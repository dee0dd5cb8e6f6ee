//! Talking to the user: everything on stderr that is no log, and every question.

mod ask;
mod progress;

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

pub(crate) use self::{
    ask::{Answer, leave_question},
    progress::{Progress, grouped},
};
use crate::{
    company,
    output::{clean, clean_json},
};

/// In what form logs and messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// How the user wants to be talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct UiSettings {
    /// `--quiet`: no status, no hints, no progress. Warnings stay.
    pub quiet: bool,
    /// Whether to use colors.
    pub color: bool,
    /// Whether stderr is a terminal.
    pub stderr_is_terminal: bool,
    /// Whether stdin is a terminal, so that somebody can be asked.
    pub stdin_is_terminal: bool,
    /// `--yes`.
    pub assume_yes: bool,
    /// `--log-format`.
    pub log_format: LogFormat,
}

/// The one way to stderr.
pub(crate) struct Ui {
    settings: UiSettings,
    progress: Progress,
}

impl Ui {
    /// Nothing is printed yet.
    pub(crate) fn new(settings: UiSettings) -> Self {
        let is_drawn = settings.stderr_is_terminal
            && !settings.quiet
            && settings.log_format == LogFormat::Text;
        let progress = if is_drawn { Progress::drawn() } else { Progress::hidden() };
        Self { settings, progress }
    }

    /// What is being done or was done. Silent under `--quiet`.
    pub(crate) fn status(&self, message: &str) {
        if !self.settings.quiet {
            self.say(Kind::Status, &company::keep(message));
        }
    }

    /// What only somebody who looks at it cares about, such as a count. Nothing for programs.
    pub(crate) fn note(&self, message: &str) {
        if self.is_for_people() {
            self.status(message);
        }
    }

    /// Whether somebody reads this at a terminal.
    pub(crate) fn is_for_people(&self) -> bool {
        self.settings.stderr_is_terminal && self.settings.log_format == LogFormat::Text
    }

    /// What the user should know, although it goes on.
    pub(crate) fn warn(&self, message: &str) {
        self.say(Kind::Warning, message);
    }

    /// What the user could do. Silent under `--quiet`.
    pub(crate) fn hint(&self, message: &str) {
        if !self.settings.quiet {
            self.say(Kind::Hint, &company::keep(message));
        }
    }

    /// What the user has to do for it to go on. Said even under `--quiet`.
    pub(crate) fn needs(&self, message: &str) {
        self.say(Kind::Status, message);
    }

    /// Why it ends.
    pub(crate) fn error(&self, message: &str) {
        self.say(Kind::Error, message);
    }

    /// A line of JSON, such as an error for programs.
    pub(crate) fn line(&self, json: &str) {
        self.write(&format!("{}\n", clean_json(json)));
    }

    /// The progress line; it draws nothing unless there is a terminal for it.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    fn say(&self, kind: Kind, message: &str) {
        self.write(&kind.text(message, self.settings));
    }

    fn write(&self, text: &str) {
        let choice = if self.settings.color {
            anstream::ColorChoice::Always
        } else {
            anstream::ColorChoice::Never
        };
        self.progress.beside(|| {
            // There is nowhere to say that stderr is closed.
            let mut stderr = anstream::AutoStream::new(std::io::stderr(), choice);
            let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
        });
    }
}

/// Says something when the program is about to end and there is no [`Ui`] any more.
pub(crate) fn say_to_the_last(message: &str) {
    // There is nowhere to say that stderr is closed.
    let _ = writeln!(std::io::stderr(), "{}", clean(message));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Status,
    Warning,
    Hint,
    Error,
}

impl Kind {
    fn text(self, message: &str, settings: UiSettings) -> String {
        if settings.log_format == LogFormat::Json {
            let level = match self {
                Self::Status | Self::Hint => "info",
                Self::Warning => "warn",
                Self::Error => "error",
            };
            let line = serde_json::json!({ "level": level, "message": message });
            return format!("{}\n", clean_json(&line.to_string()));
        }
        let (label, style) = match self {
            Self::Status => ("", Style::new()),
            Self::Warning => ("warning: ", AnsiColor::Yellow.on_default().bold()),
            Self::Hint => ("hint: ", AnsiColor::Cyan.on_default().bold()),
            Self::Error => ("error: ", AnsiColor::Red.on_default().bold()),
        };
        // Indented, so that no line of a message can pass for a message of its own.
        let message = clean(message.trim_end()).replace('\n', "\n  ");
        if settings.color && !label.is_empty() {
            format!("{style}{label}{style:#}{message}\n")
        } else {
            format!("{label}{message}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "call \u{1b}[2J\u{9b}1m\nerror: forged\r\n";

    #[test]
    fn messages_look_like_this() {
        let kinds = [Kind::Status, Kind::Warning, Kind::Hint, Kind::Error];
        let all = [false, true].map(|color| {
            let settings = UiSettings { color, ..UiSettings::default() };
            kinds.map(|kind| kind.text(HOSTILE, settings)).concat()
        });
        insta::assert_snapshot!(all.concat().replace('\u{1b}', "<ESC>"));
    }

    #[test]
    fn messages_in_json_are_one_line_each() {
        let settings = UiSettings { log_format: LogFormat::Json, ..UiSettings::default() };
        let line = Kind::Warning.text(HOSTILE, settings);
        assert_eq!(line.matches('\n').count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&value["level"], &value["message"]), (&"warn".into(), &HOSTILE.into()));
    }
}
