//! A small index in memory: what the index takes for words, and where they stand in a sentence.

use rusqlite::{Connection, params};

use crate::words;

/// What stands around a word that was found. To the index both are spaces, so that a text that has
/// them can do with another sign.
const BEGINS: char = '\u{1}';
const ENDS: char = '\u{2}';

/// An index of a few texts, by the rules of the archive's.
#[derive(Debug)]
pub(super) struct Scratch {
    connection: Connection,
}

impl Scratch {
    pub(super) fn new() -> rusqlite::Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(&format!(
            "CREATE VIRTUAL TABLE texts USING fts5 (text, tokenize = \"{}\");
             CREATE VIRTUAL TABLE words USING fts5vocab (texts, instance);",
            words::TOKENIZER,
        ))?;
        Ok(Self { connection })
    }

    /// The words of each text, as the index has them.
    pub(super) fn words(&self, texts: &[&str]) -> rusqlite::Result<Vec<Vec<String>>> {
        let mut words = vec![Vec::new(); texts.len()];
        self.fill(texts)?;
        let mut statement =
            self.connection.prepare_cached("SELECT doc, term FROM words ORDER BY doc, offset")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            words[row.get::<_, usize>(0)?].push(row.get(1)?);
        }
        Ok(words)
    }

    /// Where each text has what `expression` says, as ranges of characters.
    pub(super) fn marks(
        &self,
        texts: &[&str],
        expression: &str,
    ) -> rusqlite::Result<Vec<Vec<(usize, usize)>>> {
        let mut marks = vec![Vec::new(); texts.len()];
        self.fill(texts)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT rowid, highlight(texts, 0, ?2, ?3) FROM texts WHERE texts MATCH ?1",
        )?;
        let mut rows =
            statement.query(params![expression, BEGINS.to_string(), ENDS.to_string()])?;
        while let Some(row) = rows.next()? {
            let place: usize = row.get(0)?;
            marks[place] = ranges(texts[place], &row.get::<_, String>(1)?);
        }
        Ok(marks)
    }

    fn fill(&self, texts: &[&str]) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM texts")?.execute([])?;
        let mut insert =
            self.connection.prepare_cached("INSERT INTO texts (rowid, text) VALUES (?1, ?2)")?;
        for (place, text) in texts.iter().enumerate() {
            let text = text.replace(['\0', BEGINS, ENDS], "\u{FFFD}");
            insert.execute(params![place, words::index_text(&text)])?;
        }
        Ok(())
    }
}

/// Finds the marks of `marked` in the text that it was made of.
fn ranges(text: &str, marked: &str) -> Vec<(usize, usize)> {
    // Which character of the text each of the marked one comes from.
    let mut origins = Vec::with_capacity(text.len());
    for (place, character) in text.chars().enumerate() {
        let n_made = if words::has_no_spaces(character) { 3 } else { 1 };
        origins.extend(std::iter::repeat_n(place, n_made));
    }
    let mut ranges = Vec::new();
    let mut begun = 0;
    let mut at = 0;
    for character in marked.chars() {
        match character {
            BEGINS => begun = origins.get(at).copied().unwrap_or_default(),
            ENDS => ranges.extend(at.checked_sub(1).map(|last| (begun, origins[last] + 1))),
            _ => at += 1,
        }
    }
    ranges
}
