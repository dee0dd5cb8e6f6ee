//! A dialogue: what was said in one call, with the names of who said it.

use std::sync::Arc;

use gong_types::{CallDetails, CallId, CallTranscript, DecodeError, Record, Sentence, SpeakerId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    members::Members,
    speakers::{Speaker, speakers},
};

/// What was said in one call, and by whom.
///
/// Turns and sentences are in Gong's order, even where their times are not.
#[derive(Debug, Clone)]
pub struct Dialogue {
    /// Which call.
    pub call_id: CallId,
    /// Its title, if its details were given.
    pub title: Option<String>,
    /// When it started, if its details were given.
    pub started: Option<Timestamp>,
    /// What was said, a turn for each monologue of Gong's; never merged, even if the next is by the
    /// same speaker.
    pub turns: Vec<Turn>,
    /// Gong's own text of the transcript.
    pub record: Record<CallTranscript>,
}

/// What one speaker said at a stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Who spoke.
    pub speaker: Arc<Speaker>,
    /// What it was about; none most of the time.
    pub topic: Option<String>,
    /// The sentences. Their times can be missing, negative, overlapping or out of order.
    pub sentences: Vec<Sentence>,
}

/// One sentence with everything that is known about it, for tables and JSON Lines.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line<'a> {
    /// Which call.
    pub call_id: &'a CallId,
    /// Who spoke, as Gong has it.
    pub speaker_id: Option<&'a SpeakerId>,
    /// Who spoke.
    pub speaker_name: &'a str,
    /// Where it begins in the recording, in milliseconds.
    pub start: Option<i64>,
    /// Where it ends in the recording, in milliseconds.
    pub end: Option<i64>,
    /// What was said.
    pub text: Option<&'a str>,
    /// What it was about.
    pub topic: Option<&'a str>,
}

impl Dialogue {
    /// Joins a transcript with the parties of its call. Without details, or where they name nobody,
    /// the speakers are `Speaker 1 (unknown)` and so on.
    ///
    /// Fails if the transcript does not have the shape that Gong documents.
    pub fn new(
        record: Record<CallTranscript>,
        details: Option<&CallDetails>,
    ) -> Result<Self, DecodeError> {
        let transcript = record.read()?;
        Ok(Self::of(record, transcript, details))
    }

    /// Joins a transcript that was read from `record`, as [`new`](Self::new) does.
    pub fn of(
        record: Record<CallTranscript>,
        transcript: CallTranscript,
        details: Option<&CallDetails>,
    ) -> Self {
        let CallTranscript { call_id, transcript, .. } = transcript;
        let monologues = transcript.unwrap_or_default();
        let parties = details.and_then(|details| details.parties.as_deref()).unwrap_or_default();
        let heard = monologues.iter().map(|monologue| monologue.speaker_id.as_ref());
        let speakers = speakers(heard, parties);
        let turns = monologues.into_iter().map(|monologue| Turn {
            speaker: Arc::clone(&speakers[&monologue.speaker_id]),
            topic: monologue.topic,
            sentences: monologue.sentences.unwrap_or_default(),
        });
        Self {
            call_id,
            title: details.and_then(|details| details.meta_data.title.clone()),
            started: details.and_then(|details| details.meta_data.started),
            turns: turns.collect(),
            record,
        }
    }

    /// The sentences, one by one.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.turns.iter().flat_map(|turn| {
            turn.sentences.iter().map(|sentence| Line {
                call_id: &self.call_id,
                speaker_id: turn.speaker.id.as_ref(),
                speaker_name: &turn.speaker.name,
                start: sentence.start,
                end: sentence.end,
                text: sentence.text.as_deref(),
                topic: turn.topic.as_deref(),
            })
        })
    }

    /// Gong's own transcript with a `speakerName` in each monologue; all else is as Gong wrote it.
    ///
    /// Fails only for an object key that is no text, such as half a surrogate pair.
    pub fn joined(&self) -> Result<Record<CallTranscript>, serde_json::Error> {
        let Members(members) = serde_json::from_str(self.record.text())?;
        let joined = object(&members, |json, name, value| {
            if name == "transcript" && value.get().starts_with('[') {
                let monologues: Vec<Members<'_>> = serde_json::from_str(value.get())?;
                json.push('[');
                for (at, (monologue, turn)) in monologues.iter().zip(&self.turns).enumerate() {
                    if at > 0 {
                        json.push(',');
                    }
                    json.push_str(&named(monologue, &turn.speaker.name)?);
                }
                json.push(']');
            } else {
                json.push_str(value.get());
            }
            Ok(())
        })?;
        RawValue::from_string(joined).map(Record::from)
    }
}

/// A monologue with the name behind the speaker's id; a name of Gong's own would stay.
fn named(Members(members): &Members<'_>, name: &str) -> Result<String, serde_json::Error> {
    let name = serde_json::value::to_raw_value(name)?;
    let mut members: Vec<(String, &RawValue)> = members.clone();
    if !members.iter().any(|(member, _)| member == "speakerName") {
        let behind = members.iter().position(|(member, _)| member == "speakerId");
        let place = behind.map_or(members.len(), |at| at + 1);
        members.insert(place, ("speakerName".to_owned(), &name));
    }
    object(&members, |json, _, value| {
        json.push_str(value.get());
        Ok(())
    })
}

/// Writes an object whose values `write` writes.
fn object<'a>(
    members: &[(String, &'a RawValue)],
    mut write: impl FnMut(&mut String, &str, &'a RawValue) -> Result<(), serde_json::Error>,
) -> Result<String, serde_json::Error> {
    let mut json = "{".to_owned();
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        json.push_str(&serde_json::to_string(name)?);
        json.push(':');
        write(&mut json, name, value)?;
    }
    json.push('}');
    Ok(json)
}
