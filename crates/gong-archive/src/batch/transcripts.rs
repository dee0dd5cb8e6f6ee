//! Transcripts: sentences, who spoke them, and what the index holds of them.

use std::{collections::HashMap, sync::Arc};

use gong_transcript::{Dialogue, Speaker};
use gong_types::{CallDetails, CallTranscript, Record};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::value::RawValue;

use super::{
    Saved, delete,
    record::{self, Kept, NO_ID, compare, is_id, keep, plain, quarantine, shown},
};
use crate::{archive, kept, number, tombstones, words};

const KIND: &str = "transcripts";

pub(crate) fn save(
    connection: &Connection,
    record: &Record<CallTranscript>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    let (transcript, problem) = match record::read(record) {
        Ok(read) => read,
        Err(error) => return quarantine(connection, KIND, record.text(), &error.to_string(), now),
    };
    if transcript.transcript.is_none() {
        return Ok(Saved::LeftOut);
    }
    let id = transcript.call_id.as_str();
    if !is_id(id) {
        return quarantine(connection, KIND, record.text(), NO_ID, now);
    }
    let number: Option<i64> = connection
        .prepare_cached("SELECT number FROM calls WHERE call_id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(number) = number else { return Ok(Saved::LeftOut) };
    if tombstones::names_buried(connection, record.text())? {
        // As if it had been there when they were purged. The call itself may name nobody.
        tombstones::bury(connection, tombstones::CALL, id, now)?;
        delete::call(connection, id)?;
        return Ok(Saved::LeftOut);
    }
    let hash = kept::hash(record.text());
    let saved = compare(connection, KIND, id, &hash)?;
    if saved != Saved::Same {
        if saved == Saved::Changed {
            delete(connection, number)?;
        }
        let details = details(connection, id)?;
        let dialogue = Dialogue::of(record.clone(), transcript, details.as_ref());
        let left = write(connection, number, &dialogue, details.as_ref())?;
        let (id, problem) = (dialogue.call_id.as_str(), problem.as_deref());
        keep(connection, &Kept { kind: KIND, id, hash: &hash, text: &left, problem, now })?;
    }
    connection
        .prepare_cached("UPDATE calls SET transcript = 'present' WHERE number = ?1")?
        .execute([number])?;
    connection
        .prepare_cached("UPDATE call_states SET ask_after = NULL WHERE number = ?1")?
        .execute([number])?;
    Ok(saved)
}

/// Writes a transcript again that was deleted because its call got another number.
pub(super) fn write_again(
    connection: &Connection,
    text: &str,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    let raw = RawValue::from_string(text.to_owned())
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    save(connection, &Record::from(raw), now)
}

/// Removes the sentences of a call, and what the index and the kept texts hold of them.
pub(crate) fn delete(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    let (first, last) = number::sentences_of(number);
    let mut unindex = connection.prepare_cached(
        "INSERT INTO monologue_words (monologue_words, rowid, text) VALUES ('delete', ?1, ?2)",
    )?;
    let mut monologues = connection.prepare_cached(
        "SELECT min(id), index_text(group_concat(text, ' ' ORDER BY id)) FROM spoken
         WHERE id BETWEEN ?1 AND ?2 GROUP BY monologue",
    )?;
    let mut rows = monologues.query([first, last])?;
    while let Some(row) = rows.next()? {
        unindex.execute(params![row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?])?;
    }
    let run = |sql: &str| connection.prepare_cached(sql)?.execute([number]);
    connection
        .prepare_cached("DELETE FROM spoken WHERE id BETWEEN ?1 AND ?2")?
        .execute([first, last])?;
    run("DELETE FROM speakers WHERE call_number = ?1")?;
    run("DELETE FROM kept WHERE kind = 'transcripts'
         AND id = (SELECT call_id FROM calls WHERE number = ?1)")?;
    Ok(())
}

/// Gives the speakers the names that the parties of a changed call give them.
pub(super) fn name_again(
    connection: &Connection,
    number: i64,
    details: &CallDetails,
) -> rusqlite::Result<()> {
    let Some(text) = archive::text(connection, KIND, details.meta_data.id.as_str())? else {
        return Ok(());
    };
    let raw = RawValue::from_string(text)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let record = Record::from(raw);
    let (transcript, _) = record::read(&record)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let dialogue = Dialogue::of(record, transcript, Some(details));
    connection.prepare_cached("DELETE FROM speakers WHERE call_number = ?1")?.execute([number])?;
    speakers(connection, number, &dialogue, Some(details))?;
    Ok(())
}

/// The call as it was listed.
fn details(connection: &Connection, id: &str) -> rusqlite::Result<Option<CallDetails>> {
    let Some(text) = archive::text(connection, "calls", id)? else { return Ok(None) };
    let raw = RawValue::from_string(text).ok();
    Ok(raw.and_then(|raw| record::read(&Record::<CallDetails>::from(raw)).ok()).map(|it| it.0))
}

/// Writes the sentences, and gives the text of the transcript without them.
fn write(
    connection: &Connection,
    number: i64,
    dialogue: &Dialogue,
    details: Option<&CallDetails>,
) -> rusqlite::Result<String> {
    let speakers = speakers(connection, number, dialogue, details)?;
    let (first, last) = number::sentences_of(number);
    let mut insert = connection.prepare_cached(
        "INSERT INTO spoken (id, speaker, monologue, start_ms, end_ms, topic, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut index =
        connection.prepare_cached("INSERT INTO monologue_words (rowid, text) VALUES (?1, ?2)")?;
    let mut sentences = Vec::new();
    let mut id = first;
    for (monologue, turn) in (0_i64..).zip(&dialogue.turns) {
        let speaker = speakers[&Arc::as_ptr(&turn.speaker)];
        let mut words = String::new();
        let begins = id;
        for sentence in &turn.sentences {
            if id > last {
                break;
            }
            let text = plain(sentence.text.as_deref().unwrap_or_default());
            let topic = turn.topic.as_deref().map(plain);
            insert.execute(params![
                id,
                speaker,
                monologue,
                sentence.start,
                sentence.end,
                topic,
                text
            ])?;
            if !words.is_empty() || id > begins {
                words.push(' ');
            }
            words.push_str(&text);
            sentences.push(kept::Sentence { start: sentence.start, end: sentence.end, text });
            id += 1;
        }
        if id > begins {
            index.execute(params![begins, words::index_text(&words)])?;
        }
    }
    Ok(kept::without_sentences(dialogue.record.text(), &sentences))
}

/// Writes who speaks, and gives the place of each in the order of their first words.
fn speakers(
    connection: &Connection,
    number: i64,
    dialogue: &Dialogue,
    details: Option<&CallDetails>,
) -> rusqlite::Result<HashMap<*const Speaker, i64>> {
    let parties = details.and_then(|it| it.parties.as_deref()).unwrap_or_default();
    let mut insert = connection.prepare_cached(
        "INSERT INTO speakers (call_number, speaker, speaker_id, name, affiliation, user_id, email)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut places = HashMap::new();
    for turn in &dialogue.turns {
        let next = i64::try_from(places.len()).unwrap_or(i64::MAX);
        let speaker = &*turn.speaker;
        if places.contains_key(&Arc::as_ptr(&turn.speaker)) {
            continue;
        }
        places.insert(Arc::as_ptr(&turn.speaker), next);
        let party = parties
            .iter()
            .find(|party| party.speaker_id.is_some() && party.speaker_id == speaker.id);
        insert.execute(params![
            number,
            next,
            shown(speaker.id.as_ref()),
            plain(&speaker.name),
            shown(party.and_then(|it| it.affiliation.as_ref())),
            shown(party.and_then(|it| it.user_id.as_ref())),
            party.and_then(|it| it.email_address.as_deref()).map(plain),
        ])?;
    }
    Ok(places)
}
