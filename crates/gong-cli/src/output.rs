//! The one way to stdout: a noun's records become a table, JSON, CSV, or what a filter makes of them.

mod clean;
mod error;
mod fields;
mod jq;
mod known;
mod list;
mod sheet;
mod sink;
mod table;
#[cfg(test)]
mod tests;
mod view;

use std::io::Write;

use gong_transcript::Formulas;
use gong_types::Record;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

pub(crate) use self::{
    clean::{clean, clean_json, clean_line},
    error::Error,
    list::List,
    view::{Cell, Look, Mark, View},
};
use self::{
    error::Result,
    fields::{Path, Selection},
    jq::Jq,
    sink::Sink,
    table::{Drawing, TableStyle},
};
use crate::ui::Progress;

/// In what form data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// Columns for people.
    Table,
    /// Gong's own records; a list is one array.
    Json,
    /// Gong's own records, one a line.
    Jsonl,
    /// A header and a row for each record.
    Csv,
    /// Plain text.
    Text,
    /// Markdown.
    Md,
    /// Subtitles of transcripts.
    Srt,
    /// Subtitles of transcripts for the web.
    Vtt,
}

impl Format {
    fn is_for_programs(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl | Self::Csv)
    }
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// Whether to use colors. `is_fit` says whether it is a terminal that nobody asked to be plain.
    pub(crate) fn is_on(self, is_fit: bool) -> bool {
        match self {
            Self::Auto => is_fit,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// How the user wants output.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `--output`.
    pub format: Format,
    /// `--fields`, as often as it was given.
    pub fields: Vec<String>,
    /// `--jq`.
    pub jq: Option<String>,
    /// Whether to use colors.
    pub color: bool,
    /// `--csv-raw`.
    pub formulas: Formulas,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// Whether stdout is a terminal.
    pub stdout_is_terminal: bool,
    /// The columns of that terminal, if it says.
    pub width: Option<usize>,
}

/// The one way to stdout.
pub(crate) struct Output {
    sink: Sink,
    settings: Settings,
    /// The zone of days, if it is another one than that of times.
    day_zone: Option<TimeZone>,
    paths: Vec<Path>,
    selection: Selection,
    jq: Option<Jq>,
    records: usize,
    n_hidden: usize,
}

impl Output {
    /// To the stdout of this process. Fails if `--fields` or `--jq` cannot be read, so that this is
    /// known before anything is asked of Gong.
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        let stdout = std::io::stdout();
        if settings.color {
            Self::to(settings, anstream::AutoStream::always(stdout))
        } else {
            Self::to(settings, stdout)
        }
    }

    /// To somewhere else.
    pub(crate) fn to(settings: Settings, out: impl Write + 'static) -> Result<Self> {
        let paths = fields::parse(&settings.fields)?;
        let jq = settings.jq.as_deref().map(Jq::new).transpose()?;
        if jq.is_some() && matches!(settings.format, Format::Csv | Format::Table | Format::Md) {
            return Err(Error::Options("`--jq` makes lines of its own, so leave `--output` out"));
        }
        let selection = Selection::of(&paths);
        Ok(Self {
            sink: Sink::new(out),
            settings,
            day_zone: None,
            paths,
            selection,
            jq,
            records: 0,
            n_hidden: 0,
        })
    }

    /// Hides the progress line while something is printed. For when both are on the same terminal.
    pub(crate) fn share_terminal(&mut self, progress: Progress) {
        self.sink.share_terminal(progress);
    }

    /// Shows times in this zone from now on.
    pub(crate) fn show_times_in(&mut self, zone: TimeZone) {
        self.settings.zone = zone;
    }

    /// What will be printed of records: `Auto` is decided here, and `--jq` wants JSON.
    pub(crate) fn format(&self) -> Format {
        match self.settings.format {
            Format::Auto if self.jq.is_some() => Format::Jsonl,
            Format::Auto if self.settings.stdout_is_terminal => Format::Table,
            Format::Auto => Format::Json,
            format => format,
        }
    }

    /// From now on `Auto` is a record a line where it would be an array: nobody waits for its end.
    pub(crate) fn stream(&mut self) {
        if self.settings.format == Format::Auto && self.format() == Format::Json {
            self.settings.format = Format::Jsonl;
        }
    }

    /// Counts days in this zone from now on, wherever times are shown.
    pub(crate) fn count_days_in(&mut self, zone: TimeZone) {
        self.day_zone = Some(zone);
    }

    /// How many columns the terminal has no room for.
    pub(crate) fn n_hidden(&self) -> usize {
        self.n_hidden
    }

    /// From now on records have these members and no columns of their own, unless `--fields` asks
    /// for some of them. Fails if it asks for others.
    pub(crate) fn show_members(&mut self, names: Vec<String>) -> Result<()> {
        known::check_names(&self.paths, &names)?;
        let is_json = self.jq.is_some() || matches!(self.format(), Format::Json | Format::Jsonl);
        if self.paths.is_empty() && !is_json {
            self.paths = names.into_iter().map(Path::of_member).collect();
        }
        Ok(())
    }

    /// For whom cells are made.
    pub(crate) fn look(&self) -> Look {
        let person = self.settings.stdout_is_terminal && self.format() != Format::Csv;
        let zone = self.settings.zone.clone();
        Look { day_zone: self.day_zone.clone().unwrap_or_else(|| zone.clone()), zone, person }
    }

    /// Begins a list. Call [`List::finish`] also after an error.
    pub(crate) fn list<T: View + DeserializeOwned>(&mut self) -> List<'_, T> {
        List::new(self)
    }

    /// Prints one record, which is no list.
    pub(crate) fn one<T: View + DeserializeOwned>(&mut self, record: &Record<T>) -> Result<()> {
        if self.jq.is_some() || self.format().is_for_programs() {
            let mut list = self.list::<T>();
            list.is_one = true;
            list.push(record)?;
            return list.finish().map(drop);
        }
        self.records = 1;
        self.check_depth(record.text())?;
        self.check::<T>(record)?;
        let rows = self.rows(record)?;
        if rows.len() != 1 && !T::IS_PROSE {
            let mut list = self.list::<T>();
            list.push(record)?;
            return list.finish().map(drop);
        }
        for (n, cells) in rows.into_iter().enumerate() {
            let lines = self.drawing().upright(self.heads::<T>(), cells);
            self.sink.write(if n > 0 { "\n" } else { "" })?;
            self.sink.write(&lines)?;
        }
        self.flush()
    }

    /// Prints text of several lines, such as a transcript. On a terminal as in a file it has no
    /// control characters but line feeds and tabs.
    pub(crate) fn text(&mut self, text: &str) -> Result<()> {
        self.sink.write(&clean(text))
    }

    /// Prints pieces of text one after the other, each as [`Self::text`] does; those that are marked
    /// stand out where there are colors.
    pub(crate) fn pieces<'a>(
        &mut self,
        pieces: impl IntoIterator<Item = (&'a str, Mark)>,
    ) -> Result<()> {
        let drawing = self.drawing();
        for (text, mark) in pieces {
            self.sink.write(&drawing.marked(&clean(text), mark))?;
        }
        Ok(())
    }

    /// Passes bytes on as they are, such as those of a recording.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.sink.write_bytes(bytes)
    }

    /// Whether stdout is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.settings.stdout_is_terminal
    }

    /// Prints JSON text as it came, or what `--jq` and `--fields` make of it.
    pub(crate) fn raw_json(&mut self, text: &str) -> Result<()> {
        self.records += 1;
        let projected;
        let mut text = text.trim_end_matches(['\n', '\r']);
        self.check_depth(text)?;
        if !self.paths.is_empty() {
            projected = self.project(text)?;
            text = &projected;
        }
        match self.jq.take() {
            Some(jq) => {
                let filtered = self.filter(&jq, text);
                self.jq = Some(jq);
                filtered
            }
            None => self.json_line(text),
        }
    }

    /// Hands everything on to whoever reads it.
    pub(crate) fn flush(&mut self) -> Result<()> {
        self.sink.flush()
    }

    fn json_line(&mut self, text: &str) -> Result<()> {
        self.json(text)?;
        self.sink.write("\n")
    }

    fn json(&mut self, text: &str) -> Result<()> {
        if self.settings.stdout_is_terminal {
            self.sink.write(&clean_json(text))
        } else {
            self.sink.write(text)
        }
    }

    fn filter(&mut self, jq: &Jq, text: &str) -> Result<()> {
        let is_terminal = self.settings.stdout_is_terminal;
        jq.run(text, self.records, |result| match result {
            jq::Output::Text(text) if is_terminal => self.sink.write_line(&clean(text)),
            jq::Output::Json(text) if is_terminal => self.sink.write_line(&clean_json(text)),
            jq::Output::Text(text) | jq::Output::Json(text) => self.sink.write_line(text),
        })
    }

    /// Refuses what is nested so deep that looking into it would end the process.
    fn check_depth(&self, text: &str) -> Result<()> {
        if !self.paths.is_empty() && jq::depth(text) > jq::DEEPEST {
            let reason = format!("it is nested deeper than {} levels", jq::DEEPEST);
            return Err(Error::Json { record: self.records, reason });
        }
        Ok(())
    }

    fn project(&self, text: &str) -> Result<String> {
        self.selection
            .project(text)
            .map_err(|error| Error::Json { record: self.records, reason: error.to_string() })
    }

    fn check<T: DeserializeOwned>(&self, record: &Record<T>) -> Result<()> {
        known::check::<T>(&self.paths, record.text())
    }

    fn heads<T: View>(&self) -> Vec<String> {
        if self.paths.is_empty() {
            T::COLUMNS.iter().map(|&head| head.to_owned()).collect()
        } else {
            self.paths.iter().map(Path::text).collect()
        }
    }

    fn rows<T: View + DeserializeOwned>(&self, record: &Record<T>) -> Result<Vec<Vec<Cell>>> {
        if self.paths.is_empty() {
            let read =
                record.read().map_err(|source| Error::Record { record: self.records, source })?;
            let rows = read.rows(&self.look());
            let is_whole = rows.iter().all(|cells| cells.len() == T::COLUMNS.len());
            debug_assert!(is_whole, "a cell for each column");
            return Ok(rows);
        }
        let is_csv = self.format() == Format::Csv;
        let cell = |path: &Path| {
            let value = path.value(record.text()).ok_or_else(|| Error::Json {
                record: self.records,
                reason: "it is no object".to_owned(),
            })?;
            Ok(Cell {
                text: if is_csv { fields::plain(&value) } else { fields::readable(&value) },
                is_number: value.starts_with(|it: char| it == '-' || it.is_ascii_digit()),
                mark: Mark::None,
            })
        };
        Ok(vec![self.paths.iter().map(cell).collect::<Result<_>>()?])
    }

    fn drawing(&self) -> Drawing {
        Drawing {
            color: self.settings.color,
            width: self.settings.width.filter(|_| self.settings.stdout_is_terminal),
            style: match self.settings.format {
                Format::Md => TableStyle::Markdown,
                _ => TableStyle::Blanks,
            },
        }
    }
}
