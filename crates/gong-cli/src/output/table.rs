//! Tables: columns whose widths come from the first rows, so that any number of rows streams.

use std::borrow::Cow;

use anstyle::{AnsiColor, Effects, Style};
use unicode_width::UnicodeWidthStr as _;

use super::{
    clean::clean_line,
    view::{Cell, Mark},
};

/// Rows that are looked at before the widths are settled.
pub(super) const FIRST_ROWS: usize = 100;

const GAP: &str = "  ";
/// No column is made narrower than this to fit a terminal, and the first one not than an id.
const NARROWEST: usize = 8;
const ID: usize = 20;

/// The last column that is left out where it does not fit: half an address leads nowhere.
const WHOLE_OR_NOT: &str = "URL";

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drawing {
    /// Whether it has colors.
    pub(super) color: bool,
    /// The width of the terminal, if it is one; then lines are cut to it.
    pub(super) width: Option<usize>,
    /// Columns and blanks, or Markdown.
    pub(super) style: TableStyle,
}

/// What stands between the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableStyle {
    /// Blanks.
    Blanks,
    /// Bars, as Markdown wants it.
    Markdown,
}

/// A table that is being printed. It keeps the first rows until it knows how wide they are.
#[derive(Debug)]
pub(super) struct Table {
    drawing: Drawing,
    heads: Vec<Cell>,
    waiting: Vec<Vec<Cell>>,
    widths: Option<Vec<usize>>,
    /// How many columns are left out, as there is no room for them.
    n_hidden: usize,
}

impl Table {
    pub(super) fn new(drawing: Drawing, heads: Vec<String>) -> Self {
        let heads = heads.into_iter().map(Cell::text).collect();
        Self { drawing, heads, waiting: Vec::new(), widths: None, n_hidden: 0 }
    }

    /// Adds a row; gives the lines that can be printed now.
    pub(super) fn push(&mut self, row: Vec<Cell>) -> String {
        let mut row: Vec<_> = row.into_iter().map(show).collect();
        if let Some(widths) = &self.widths {
            row.truncate(widths.len());
            return self.drawing.line(&row, widths, Style::new());
        }
        self.waiting.push(row);
        if self.waiting.len() < FIRST_ROWS { String::new() } else { self.settle() }
    }

    /// How many columns are left out, as far as that is settled.
    pub(super) fn n_hidden(&self) -> usize {
        self.n_hidden
    }

    /// Settles the widths, if there is a row, and gives the lines that waited for it.
    pub(super) fn settle(&mut self) -> String {
        if self.waiting.is_empty() {
            return String::new();
        }
        let mut rows = std::mem::take(&mut self.waiting);
        if self.drawing.lacks_room_for(&self.heads, &rows) {
            self.heads.pop_if(|head| head.text == WHOLE_OR_NOT);
            for row in &mut rows {
                row.truncate(self.heads.len());
            }
        }
        for (head, cell) in self.heads.iter_mut().zip(&rows[0]) {
            head.is_number = cell.is_number;
        }
        let n_fitting = self.drawing.fitting(&self.heads, &rows);
        self.n_hidden = self.heads.len() - n_fitting;
        self.heads.truncate(n_fitting);
        for row in &mut rows {
            row.truncate(n_fitting);
        }
        let widths = self.drawing.widths(&self.heads, &rows);
        let mut lines = self.drawing.line(&self.heads, &widths, Style::new().bold());
        if self.drawing.style == TableStyle::Markdown {
            lines.push_str(&rule(&self.heads));
        }
        for row in &rows {
            lines.push_str(&self.drawing.line(row, &widths, Style::new()));
        }
        self.widths = Some(widths);
        lines
    }
}

/// How wide the columns would be with room enough.
fn natural(heads: &[Cell], rows: &[Vec<Cell>]) -> Vec<usize> {
    let mut widths: Vec<usize> = heads.iter().map(|head| head.text.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text.width());
        }
    }
    widths
}

impl Drawing {
    /// The columns of one record, a line each: head, then value. Nothing is cut.
    pub(super) fn upright(self, heads: Vec<String>, cells: Vec<Cell>) -> String {
        if self.style == TableStyle::Markdown {
            let mut table = Table::new(self, heads);
            table.push(cells);
            return table.settle();
        }
        let width = heads.iter().map(|head| head.width()).max().unwrap_or_default();
        let mut lines = String::new();
        for (head, cell) in heads.into_iter().zip(cells) {
            let cell = show(Cell { is_number: false, ..cell });
            let blanks = " ".repeat(width - head.width());
            let head = self.paint(&head, Style::new().bold());
            let value = self.paint(&cell.text, style_of(cell.mark));
            lines.push_str(format!("{head}{blanks}{GAP}{value}").trim_end());
            lines.push('\n');
        }
        lines
    }

    fn lacks_room_for(self, heads: &[Cell], rows: &[Vec<Cell>]) -> bool {
        let widths = natural(heads, rows);
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        self.width.is_some_and(|terminal| widths.iter().sum::<usize>() + gaps > terminal)
    }

    /// How many columns, from the left, have room when they are as narrow as they may be.
    fn fitting(self, heads: &[Cell], rows: &[Vec<Cell>]) -> usize {
        let Some(terminal) = self.width.filter(|_| self.style == TableStyle::Blanks) else {
            return heads.len();
        };
        let mut total = 0;
        let narrowest = natural(heads, rows).into_iter().enumerate().zip(heads);
        let fitting = narrowest.take_while(|((column, width), head)| {
            let least = if head.is_number { *width } else { (*width).min(least(*column)) };
            total += least + if *column > 0 { GAP.len() } else { 0 };
            total <= terminal
        });
        fitting.count().max(1)
    }

    fn widths(self, heads: &[Cell], rows: &[Vec<Cell>]) -> Vec<usize> {
        let mut widths = natural(heads, rows);
        if let Some(terminal) = self.width {
            narrow(&mut widths, heads, terminal);
        }
        widths
    }

    fn line(self, row: &[Cell], widths: &[usize], style: Style) -> String {
        if self.style == TableStyle::Markdown {
            let cells: Vec<_> = row.iter().map(|cell| cell.text.replace('|', "\\|")).collect();
            return format!("| {} |\n", cells.join(" | "));
        }
        let mut line = String::new();
        for (index, (cell, &width)) in row.iter().zip(widths).enumerate() {
            if index > 0 {
                line.push_str(GAP);
            }
            let text = match self.width {
                Some(_) => cut(&cell.text, width),
                None => cell.text.clone(),
            };
            let blanks = " ".repeat(width.saturating_sub(text.width()));
            let is_last = index + 1 == row.len();
            let text = self
                .paint(&text, if cell.mark == Mark::None { style } else { style_of(cell.mark) });
            match (cell.is_number, is_last) {
                (true, _) => line.extend([blanks, text]),
                (false, true) => line.push_str(&text),
                (false, false) => line.extend([text, blanks]),
            }
        }
        line.truncate(line.trim_end_matches(' ').len());
        line.push('\n');
        line
    }

    /// Text outside of a table, with what its mark means.
    pub(super) fn marked(self, text: &str, mark: Mark) -> String {
        self.paint(text, style_of(mark))
    }

    fn paint(self, text: &str, style: Style) -> String {
        if self.color && !text.is_empty() && style != Style::new() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

fn show(mut cell: Cell) -> Cell {
    if let Cow::Owned(text) = clean_line(&cell.text) {
        cell.text = text;
    }
    cell
}

fn style_of(mark: Mark) -> Style {
    match mark {
        Mark::None => Style::new(),
        Mark::Dim => Style::new().effects(Effects::DIMMED),
        Mark::Found => Style::new().bold(),
        Mark::Warn => AnsiColor::Yellow.on_default(),
    }
}

fn rule(heads: &[Cell]) -> String {
    let rules: Vec<_> =
        heads.iter().map(|head| if head.is_number { "---:" } else { "---" }).collect();
    format!("| {} |\n", rules.join(" | "))
}

/// How narrow a column may be made.
fn least(column: usize) -> usize {
    if column == 0 { ID } else { NARROWEST }
}

/// Takes from the widest columns until the line fits. Numbers are never cut.
fn narrow(widths: &mut [usize], heads: &[Cell], terminal: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    loop {
        let total = widths.iter().sum::<usize>() + gaps;
        let widest = (0..widths.len())
            .filter(|&column| !heads[column].is_number && widths[column] > least(column))
            .max_by_key(|&column| widths[column]);
        let Some(widest) = widest.filter(|_| total > terminal) else { return };
        widths[widest] -= 1;
    }
}

/// Text that is at most so wide, with an ellipsis where it was cut.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut end = 0;
    for (start, character) in text.char_indices() {
        let next = start + character.len_utf8();
        if text[..next].width() + 1 > width {
            break;
        }
        end = next;
    }
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Drawing = Drawing { color: false, width: None, style: TableStyle::Blanks };

    fn heads() -> Vec<String> {
        ["ID", "MINUTES", "TITLE", "HOST"].map(str::to_owned).into()
    }

    fn rows() -> Vec<Vec<Cell>> {
        let row = |id: &str, minutes: &str, title: &str, host: &str| {
            vec![Cell::text(id), Cell::number(minutes), Cell::text(title), Cell::text(host)]
        };
        vec![
            row("12345678901234567890", "7", "Discovery: Acme & the quarterly budget", "Ann"),
            row("2", "1234", "日本語のとても長いタイトルですよね", "Bob\nthe \u{1b}[31mred"),
            row("3", "", "a | b", "").into_iter().map(|cell| cell.marked(Mark::Dim)).collect(),
        ]
    }

    fn draw(drawing: Drawing) -> String {
        let mut table = Table::new(drawing, heads());
        let mut lines: String = rows().into_iter().map(|row| table.push(row)).collect();
        lines.push_str(&table.settle());
        lines
    }

    #[test]
    fn tables_look_like_this() {
        let on = |width| Drawing { width: Some(width), ..PLAIN };
        let tables = [
            ("a file", PLAIN),
            ("80 columns", on(80)),
            ("60 columns", on(60)),
            ("10 columns", on(10)),
            ("colors", Drawing { color: true, ..PLAIN }),
            ("Markdown", Drawing { style: TableStyle::Markdown, ..PLAIN }),
        ];
        let tables = tables.map(|(name, drawing)| {
            let drawn = draw(drawing).replace('\u{1b}', "<ESC>");
            assert!(drawn.lines().all(|line| !line.ends_with(' ')), "{drawn}");
            format!("{name}:\n{drawn}\n")
        });
        let upright = PLAIN.upright(heads(), rows().remove(1));
        insta::assert_snapshot!(format!("{}one record:\n{upright}", tables.concat()));
    }

    #[test]
    fn a_terminal_that_is_wide_enough_gets_no_longer_line() {
        for width in 20..120 {
            let drawn = draw(Drawing { width: Some(width), ..PLAIN });
            assert!(drawn.lines().all(|line| line.width() <= width), "{width}:\n{drawn}");
        }
    }

    #[test]
    fn the_longest_column_gives_way_first_and_the_last_ones_are_left_out() {
        let cells = ["x".repeat(62), "2026-05-19T10:30:46Z".to_owned(), "y".repeat(150)];
        let heads = ["title", "started", "brief"].map(str::to_owned).to_vec();
        let mut table = Table::new(Drawing { width: Some(80), ..PLAIN }, heads);
        table.push(cells.map(Cell::text).to_vec());
        let drawn = table.settle();
        assert!(drawn.contains("  2026-05-19T10:30:46Z  ") && table.n_hidden() == 0, "{drawn}");
        assert!(drawn.lines().all(|line| line.width() <= 80), "{drawn}");

        let heads = (0..30).map(|it| format!("c{it}")).collect();
        let mut table = Table::new(Drawing { width: Some(80), ..PLAIN }, heads);
        let row = || (0..30).map(|it| Cell::text(format!("a rather long text {it}"))).collect();
        table.push(row());
        let drawn = table.settle() + &table.push(row());
        assert!(drawn.lines().all(|line| line.width() <= 80), "{drawn}");
        assert_eq!((drawn.lines().count(), table.n_hidden()), (3, 23));
    }

    #[test]
    fn rows_after_the_first_ones_stream_with_the_same_widths() {
        let mut table = Table::new(PLAIN, vec!["ID".to_owned(), "NAME".to_owned()]);
        let row = |id: usize| vec![Cell::text(format!("{id:05}")), Cell::text("x")];
        for id in 1..FIRST_ROWS {
            assert_eq!(table.push(row(id)), "");
        }
        assert_eq!(table.push(row(FIRST_ROWS)).lines().count(), FIRST_ROWS + 1);
        assert_eq!(table.push(row(101)), "00101  x\n");
        assert_eq!(
            table.push(vec![Cell::text("longer than it was"), Cell::text("y")]),
            "longer than it was  y\n"
        );
        assert!(table.waiting.is_empty() && table.settle().is_empty());
    }

    #[test]
    fn a_table_without_rows_is_nothing() {
        assert_eq!(Table::new(PLAIN, heads()).settle(), "");
    }

    #[test]
    fn text_is_cut_by_width_not_by_bytes() {
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 2), "a…");
    }
}
