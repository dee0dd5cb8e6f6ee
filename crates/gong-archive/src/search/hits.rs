//! Hits: the sentence that was looked for, who said it to whom, and where to hear it.

use std::{collections::HashMap, rc::Rc};

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::{language::Query, scratch::Scratch};
use crate::{number, words};

/// A passage that matches: what one person said in one go, shown by its best sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Hit {
    /// The call.
    pub call_id: String,
    /// Its title.
    pub title: Option<String>,
    /// When the call started, in UTC.
    pub started: Option<String>,
    /// Who said it.
    pub speaker_name: String,
    /// On which side they are, as Gong writes it: `Internal`, `External`, or `Unknown`.
    pub affiliation: Option<String>,
    /// The others who speak in the call, in the order of their first words.
    pub to: Vec<String>,
    /// When the sentence begins, in milliseconds from the start of the call.
    pub start: Option<i64>,
    /// When it ends, in the same way.
    pub end: Option<i64>,
    /// The sentence.
    pub sentence: String,
    /// What of the sentence was looked for.
    pub marks: Vec<Mark>,
    /// What was said just before.
    pub before: Vec<Said>,
    /// What was said right after.
    pub after: Vec<Said>,
    /// The address of the moment at Gong.
    pub url: Option<String>,
}

/// A part of a sentence, counted in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// Its first character.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
}

/// A sentence near a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// Who said it.
    pub speaker_name: String,
    /// When it begins, in milliseconds from the start of the call.
    pub start: Option<i64>,
    /// The sentence.
    pub sentence: String,
}

impl Hit {
    /// The sentence in pieces, each with whether it was looked for.
    pub fn pieces(&self) -> Vec<(&str, bool)> {
        let bounds: Vec<usize> = self.sentence.char_indices().map(|(at, _)| at).collect();
        let byte = |character: usize| bounds.get(character).copied().unwrap_or(self.sentence.len());
        let mut pieces = Vec::new();
        let mut done = 0;
        for mark in &self.marks {
            let (start, end) = (byte(mark.start), byte(mark.end));
            pieces.push((&self.sentence[done..start], false));
            pieces.push((&self.sentence[start..end], true));
            done = end;
        }
        pieces.push((&self.sentence[done..], false));
        pieces.retain(|(piece, _)| !piece.is_empty());
        pieces
    }
}

/// What hits of one call share.
#[derive(Debug)]
pub(super) struct Call {
    id: String,
    title: Option<String>,
    started: Option<String>,
    url: Option<String>,
    speakers: Vec<Speaker>,
}

#[derive(Debug)]
struct Speaker {
    name: String,
    affiliation: Option<String>,
}

#[derive(Debug)]
struct Sentence {
    id: i64,
    speaker: usize,
    start: Option<i64>,
    end: Option<i64>,
    text: String,
}

/// Reads the monologue whose first sentence has this id.
pub(super) fn read(
    connection: &Connection,
    scratch: &Scratch,
    query: &Query,
    id: i64,
    context: usize,
    calls: &mut HashMap<i64, Rc<Call>>,
) -> rusqlite::Result<Option<Hit>> {
    let number = number::of_sentence(id);
    let call = if let Some(call) = calls.get(&number) {
        Rc::clone(call)
    } else {
        let call = Rc::new(call(connection, number)?);
        calls.insert(number, Rc::clone(&call));
        call
    };
    let sentences = sentences(
        connection,
        "id BETWEEN ?1 AND ?2 AND monologue = (SELECT monologue FROM spoken WHERE id = ?1)
         ORDER BY id",
        id,
        number::sentences_of(number).1,
    )?;
    let Some((best, marks)) = best(scratch, query, &sentences)? else { return Ok(None) };
    let Sentence { id, speaker, start, end, text } = best;
    let context = i64::try_from(context).unwrap_or(i64::MAX).min(number::MOST_SENTENCES);
    let (first, last) = number::sentences_of(number);
    let near = |from: i64, to: i64| {
        let sentences = sentences_between(connection, from.max(first), to.min(last))?;
        Ok::<_, rusqlite::Error>(sentences.into_iter().map(|it| call.said(it)).collect())
    };
    Ok(Some(Hit {
        call_id: call.id.clone(),
        title: call.title.clone(),
        started: call.started.clone(),
        speaker_name: call.name(*speaker),
        affiliation: call.speakers.get(*speaker).and_then(|it| it.affiliation.clone()),
        to: call.others(*speaker),
        start: *start,
        end: *end,
        sentence: text.clone(),
        marks,
        before: near(id - context, id - 1)?,
        after: near(id + 1, id + context)?,
        url: call.url.as_deref().map(|url| address(url, *start, *end)),
    }))
}

/// The sentence that has most of what is looked for.
fn best<'a>(
    scratch: &Scratch,
    query: &Query,
    sentences: &'a [Sentence],
) -> rusqlite::Result<Option<(&'a Sentence, Vec<Mark>)>> {
    let texts: Vec<&str> = sentences.iter().map(|it| it.text.as_str()).collect();
    let mut marks = scratch.marks(&texts, &query.phrases)?;
    if marks.iter().all(Vec::is_empty) {
        // A phrase may begin in one sentence and end in the next.
        marks = scratch.marks(&texts, &query.single_words())?;
    }
    let worth = |(sentence, marks): &(&Sentence, Vec<(usize, usize)>)| {
        let text: Vec<char> = sentence.text.chars().collect();
        let said = |&(start, end): &(usize, usize)| {
            words::lower(&text[start..end].iter().collect::<String>(), "")
        };
        let mut different: Vec<String> = marks.iter().map(said).collect();
        different.sort_unstable();
        different.dedup();
        (different.len(), marks.len())
    };
    let best = sentences
        .iter()
        .zip(marks)
        // Of equals the first: `max_by_key` takes the last.
        .rev()
        .max_by_key(worth);
    let mark = |(start, end)| Mark { start, end };
    Ok(best.map(|(sentence, marks)| (sentence, marks.into_iter().map(mark).collect())))
}

fn call(connection: &Connection, number: i64) -> rusqlite::Result<Call> {
    let mut speakers = connection.prepare_cached(
        "SELECT name, affiliation FROM speakers WHERE call_number = ?1 ORDER BY speaker",
    )?;
    let speakers = speakers
        .query_map([number], |row| Ok(Speaker { name: row.get(0)?, affiliation: row.get(1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    connection
        .prepare_cached("SELECT call_id, title, started, url FROM calls WHERE number = ?1")?
        .query_row([number], |row| {
            Ok(Call {
                id: row.get(0)?,
                title: row.get(1)?,
                started: row.get(2)?,
                url: row.get(3)?,
                speakers,
            })
        })
}

impl Call {
    fn name(&self, speaker: usize) -> String {
        self.speakers.get(speaker).map(|it| it.name.clone()).unwrap_or_default()
    }

    fn others(&self, speaker: usize) -> Vec<String> {
        let own = self.name(speaker);
        let mut others: Vec<String> = Vec::new();
        for Speaker { name, .. } in &self.speakers {
            if *name != own && !others.contains(name) {
                others.push(name.clone());
            }
        }
        others
    }

    fn said(&self, sentence: Sentence) -> Said {
        let Sentence { speaker, start, text, .. } = sentence;
        Said { speaker_name: self.name(speaker), start, sentence: text }
    }
}

fn sentences_between(
    connection: &Connection,
    from: i64,
    to: i64,
) -> rusqlite::Result<Vec<Sentence>> {
    sentences(connection, "id BETWEEN ?1 AND ?2 ORDER BY id", from, to)
}

fn sentences(
    connection: &Connection,
    condition: &str,
    from: i64,
    to: i64,
) -> rusqlite::Result<Vec<Sentence>> {
    let sql = format!("SELECT id, speaker, start_ms, end_ms, text FROM spoken WHERE {condition}");
    let read = |row: &Row<'_>| {
        Ok(Sentence {
            id: row.get(0)?,
            speaker: row.get(1)?,
            start: row.get(2)?,
            end: row.get(3)?,
            text: row.get(4)?,
        })
    };
    connection.prepare_cached(&sql)?.query_map(params![from, to], read)?.collect()
}

/// The address of a moment. Gong's own answers have such addresses, for clips of its library.
fn address(url: &str, start: Option<i64>, end: Option<i64>) -> String {
    let Some(start) = start.filter(|it| *it >= 0) else { return url.to_owned() };
    let end = end.filter(|end| *end > start).unwrap_or(start);
    let (from, to) = (start / 1000, end.saturating_add(999) / 1000);
    let joint = if url.contains('?') { '&' } else { '?' };
    format!(
        "{url}{joint}highlights=%5B%7B%22type%22%3A%22SHARE%22%2C%22from%22%3A{from}%2C%22to%22%3A{to}%7D%5D"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_an_address_whatever_gong_says_it_is() {
        let url = "https://app.gong.io/call?id=1";
        assert_eq!(address(url, None, Some(7)), url);
        assert_eq!(address(url, Some(-1), Some(7)), url);
        for (start, end, span) in [
            (1999, Some(2001), "from%22%3A1%2C%22to%22%3A3%7D"),
            (1999, None, "from%22%3A1%2C%22to%22%3A2%7D"),
            (0, Some(i64::MAX), "from%22%3A0%2C%22to%22%3A9223372036854775%7D"),
        ] {
            let address = address(url, Some(start), end);
            assert!(address.contains(span), "{address}");
        }
    }
}
