//! An archive of calls that are written down by hand.

use gong_archive::{Archive, Writer};
use gong_types::Record;
use jiff::Timestamp;
use serde_json::{Value, json, value::to_raw_value};
use tempfile::TempDir;

use crate::company::NOW;

/// A call with its people and what they say: a speaker and a line each, `|` between sentences.
pub(crate) struct Talk {
    pub(crate) id: u64,
    pub(crate) started: &'static str,
    pub(crate) details: Value,
    pub(crate) lines: Vec<(&'static str, String)>,
}

impl Talk {
    /// A call of Ann, who is one of us, and Bob, who is not.
    pub(crate) fn new(id: u64, started: &'static str, lines: &[(&'static str, &str)]) -> Self {
        let lines = lines.iter().map(|(who, line)| (*who, (*line).to_owned())).collect();
        Self { id, started, details: json!({}), lines }
    }

    fn call(&self) -> Value {
        let id = self.id.to_string();
        let mut call = json!({
            "metaData": {
                "id": id, "title": format!("Call {id}"), "started": self.started,
                "url": format!("https://us-1.app.gong.io/call?id={id}"), "language": "eng",
                "primaryUserId": "71",
            },
            "parties": [
                { "id": "1", "speakerId": "1", "userId": "71", "name": "Ann Archer",
                  "emailAddress": "ann@us.example", "affiliation": "Internal" },
                { "id": "2", "speakerId": "2", "name": "Bob Baker",
                  "emailAddress": "bob@them.example", "affiliation": "External" },
            ],
        });
        merge(&mut call, &self.details);
        call
    }

    fn transcript(&self) -> Value {
        let mut at = 0;
        let turns = self.lines.iter().map(|(who, line)| {
            let sentences = line.split('|').map(|text| {
                at += 10_000;
                json!({ "start": at, "end": at + 4_500, "text": text })
            });
            let speaker = if *who == "Ann" { "1" } else { "2" };
            json!({ "speakerId": speaker, "sentences": sentences.collect::<Vec<_>>() })
        });
        json!({ "callId": self.id.to_string(), "transcript": turns.collect::<Vec<_>>() })
    }
}

/// An archive of these calls.
pub(crate) fn archive(talks: &[Talk]) -> (TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    let mut batch = writer.batch().unwrap();
    for talk in talks {
        batch.call(&record(&talk.call()), now).unwrap();
        batch.transcript(&record(&talk.transcript()), now).unwrap();
    }
    batch.commit().unwrap();
    drop(writer);
    let archive = Archive::open(folder.path()).unwrap();
    (folder, archive)
}

fn record<T>(value: &Value) -> Record<T> {
    Record::from(to_raw_value(value).unwrap())
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
