//! Archives to export: of the sandbox's company, and of records made for one test.

use std::{future::pending, path::Path};

use futures_util::TryStreamExt as _;
use gong_archive::{
    Archive, Error, Export, ExportFormat, ExportPlace, ExportScope, Exported, Filters, Partition,
    Result, Saved, Writer,
};
use gong_transcript::Formulas;
use gong_types::{ContentSelector, GetTranscripts, ListUsers, Record, SearchCalls};
use jiff::Timestamp;
use serde_json::{Value, json, value::RawValue};
use tempfile::TempDir;

use crate::company::{NOW, company};

/// An archive, and a folder to export to.
pub(super) struct World {
    folder: TempDir,
    /// The ids of the calls of the company.
    pub(super) calls: Vec<String>,
}

impl World {
    /// With nothing in the archive.
    pub(super) fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), calls: Vec::new() };
        drop(world.writer());
        world
    }

    /// With this many calls of the sandbox's company.
    pub(super) async fn of_company(calls: u64) -> Self {
        let mut world = Self::new();
        let (_running, client) = company(calls).await;
        let search =
            SearchCalls { select: Some(ContentSelector::everything()), ..SearchCalls::default() };
        let calls: Vec<_> = client.items(&search).try_collect().await.unwrap();
        let transcripts: Vec<_> =
            client.items(&GetTranscripts::default()).try_collect().await.unwrap();
        let users: Vec<_> = client.items(&ListUsers::default()).try_collect().await.unwrap();
        let mut writer = world.writer();
        let mut batch = writer.batch().unwrap();
        for user in &users {
            batch.user(user, now()).unwrap();
        }
        for call in &calls {
            if batch.call(call, now()).unwrap() == Saved::New {
                world.calls.push(call.read().unwrap().meta_data.id.as_str().to_owned());
            }
        }
        for transcript in &transcripts {
            batch.transcript(transcript, now()).unwrap();
        }
        batch.commit().unwrap();
        drop(writer);
        world
    }

    pub(super) fn writer(&self) -> Writer {
        // A process that another test is just starting has the lock until it is itself.
        let mut tries = 0..100;
        loop {
            match Writer::open(&self.folder.path().join("archive")) {
                Err(Error::Locked { .. }) if tries.next().is_some() => {}
                writer => return writer.unwrap(),
            }
        }
    }

    pub(super) fn archive(&self) -> Archive {
        Archive::open(&self.folder.path().join("archive")).unwrap()
    }

    /// Keeps a call, and what was said in it.
    pub(super) fn keep(&self, call: &Value, transcript: Option<&Value>) {
        self.keep_all([(call.clone(), transcript.cloned())]);
    }

    /// Keeps calls, and what was said in them.
    pub(super) fn keep_all(&self, calls: impl IntoIterator<Item = (Value, Option<Value>)>) {
        let mut writer = self.writer();
        let mut batch = writer.batch().unwrap();
        for (call, transcript) in calls {
            batch.call(&record(&call), now()).unwrap();
            if let Some(transcript) = transcript {
                batch.transcript(&record(&transcript), now()).unwrap();
            }
        }
        batch.commit().unwrap();
    }

    pub(super) fn delete(&self, call_id: &str) {
        let mut writer = self.writer();
        let mut batch = writer.batch().unwrap();
        assert_eq!(batch.delete_calls([call_id]).unwrap(), 1);
        batch.commit().unwrap();
    }

    /// Where exports go.
    pub(super) fn out(&self) -> std::path::PathBuf {
        self.folder.path().join("out")
    }

    pub(super) fn whole(&self, format: ExportFormat, partition: Partition) -> Export {
        Export {
            format,
            place: ExportPlace::Folder(self.out()),
            partition,
            filters: Filters::default(),
            scope: ExportScope::Everything,
            may_narrow: false,
            may_take_over: false,
            formulas: Formulas::Raw,
        }
    }

    pub(super) async fn export(&self, export: &Export) -> Result<Exported> {
        self.archive().export(export, now(), &mut |_| {}, pending()).await
    }

    /// Exports all of it in this format.
    pub(super) async fn exported(&self, format: ExportFormat, partition: Partition) -> Exported {
        self.export(&self.whole(format, partition)).await.unwrap()
    }
}

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn record<T>(value: &Value) -> Record<T> {
    Record::from(RawValue::from_string(value.to_string()).unwrap())
}

/// A call of two people.
pub(super) fn call(id: &str, started: &str, title: &str, accounts: &[&str]) -> Value {
    let accounts: Vec<Value> = accounts
        .iter()
        .map(|id| {
            json!({
                "objectType": "Account", "objectId": id,
                "fields": [{ "name": "Name", "value": format!("Account {id}") }],
            })
        })
        .collect();
    json!({
        "metaData": {
            "id": id, "title": title, "started": started, "duration": 1800,
            "primaryUserId": "4297232893451866744", "language": "eng", "isPrivate": false,
            "url": format!("https://app.gong.io/call?id={id}"),
        },
        "context": [{ "system": "Salesforce", "objects": accounts }],
        "parties": [
            {
                "id": "1", "speakerId": "18446744073709551615", "name": "Dana Host",
                "emailAddress": "dana@kestrel.example", "userId": "4297232893451866744",
                "affiliation": "Internal", "methods": ["Invitee", "Attendee"],
            },
            {
                "id": "2", "speakerId": "2", "name": "Sam Guest", "phoneNumber": "+49 30 1234",
                "affiliation": "External", "methods": ["Attendee"],
            },
        ],
        "content": { "brief": "They talked." },
    })
}

/// What two people said in a call.
pub(super) fn transcript(id: &str, texts: &[&str]) -> Value {
    let monologues: Vec<Value> = (0_i64..)
        .zip(texts)
        .map(|(at, text)| {
            json!({
                "speakerId": if at % 2 == 0 { "18446744073709551615" } else { "2" },
                "topic": null,
                "sentences": [{ "start": at * 1000, "end": at * 1000 + 900, "text": text }],
            })
        })
        .collect();
    json!({ "callId": id, "transcript": monologues })
}

/// All files below a folder but the markers of archives, by name, with `/` between folders.
pub(super) fn files(folder: &Path) -> Vec<String> {
    let mut files = all_files(folder);
    files.retain(|it| !it.starts_with("_gong-"));
    files
}

/// All files below a folder.
pub(super) fn all_files(folder: &Path) -> Vec<String> {
    fn add(folder: &Path, before: &str, names: &mut Vec<String>) {
        let Ok(entries) = folder.read_dir() else { return };
        for entry in entries.map(std::result::Result::unwrap) {
            let name = format!("{before}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                add(&entry.path(), &format!("{name}/"), names);
            } else {
                names.push(name);
            }
        }
    }
    let mut names = Vec::new();
    add(folder, "", &mut names);
    names.sort();
    names
}
