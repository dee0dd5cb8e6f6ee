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
    // Which characters of the text each of the marked one comes from.
    let mut origins = Vec::with_capacity(text.len());
    words::index_characters(text, |_, place| origins.push(place));
    let mut ranges = Vec::new();
    let mut begun = 0;
    let mut at = 0;
    for character in marked.chars() {
        match character {
            BEGINS => begun = origins.get(at).map_or(0, |it| it.start),
            ENDS => ranges.extend(at.checked_sub(1).map(|last| (begun, origins[last].end))),
            _ => at += 1,
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_as_the_index_has_them() {
        let texts = [
            "We don’t follow-up; it's $1,000.50 (R&D) a_b",
            "¿Qué precio? „Größe“ «ÉTÉ»… 5 € – cafe\u{301} Mærsk",
            "Chị Nguyễn, Đặng İstanbul ırmak",
            "Η Άλφα του ΚΏΣΤΑ και ο Κώστας",
            "Ёлка, мой дом; Київ № 5",
            "価格は高いです。割引か\u{3099}『ＯＫ』１２",
            "हिन्दी में बात करते हैं। क़लम",
            "السعر مرتفع، أليس كذلك؟ שָׁלוֹם",
        ];
        let counted = texts.map(|text| {
            let mut words = Vec::new();
            words::each(text, |word| words.push(word.to_owned()));
            words
        });
        assert_eq!(Scratch::new().unwrap().words(&texts).unwrap(), counted);
    }
}
