//! Reading answers: finds the records in files that have the shape of Gong's answers.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::Error;

/// All records that were found, in the order of the files.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) calls: HashMap<String, Call>,
    pub(super) transcripts: HashMap<String, Value>,
    pub(super) users: Vec<Value>,
    pub(super) workspaces: Vec<Value>,
    has_any: bool,
}

/// A call as far as the files know it.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) started: Timestamp,
    pub(super) meta_data: Value,
    pub(super) blocks: Map<String, Value>,
}

/// The `.json` files of a directory, by name.
pub(super) fn files(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |source| Error::Unreadable { path: directory.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

impl Answers {
    pub(super) fn is_empty(&self) -> bool {
        !self.has_any
    }

    /// Adds what a file holds; a file with nothing of Gong's in it is passed over.
    pub(super) fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let bytes =
            fs::read(path).map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        let answer: Value = serde_json::from_slice(&bytes)
            .map_err(|source| Error::NotJson { path: path.to_owned(), source })?;
        self.add(answer).map_err(|Misfit { place, problem }| Error::BadImport {
            path: path.to_owned(),
            place,
            problem,
        })
    }

    fn add(&mut self, mut answer: Value) -> Result<(), Misfit> {
        for (place, call) in records(&mut answer, "calls")? {
            self.add_call(call, &place)?;
        }
        for (place, mut record) in records(&mut answer, "callTranscripts")? {
            let id = id_of(&record, "callId", &place)?;
            let transcript = record["transcript"].take();
            if !transcript.is_array() {
                return Err(Misfit::at(format!("{place}.transcript"), "is not a list"));
            }
            self.transcripts.insert(id, transcript);
        }
        for (place, user) in records(&mut answer, "users")? {
            let id = id_of(&user, "id", &place)?;
            if !self.users.iter().any(|other| other["id"].as_str() == Some(&id)) {
                self.users.push(user);
            }
        }
        for (place, workspace) in records(&mut answer, "workspaces")? {
            id_of(&workspace, "id", &place)?;
            if !self.workspaces.contains(&workspace) {
                self.workspaces.push(workspace);
            }
        }
        for name in ["calls", "callTranscripts", "users", "workspaces"] {
            self.has_any |= answer.get(name).is_some();
        }
        Ok(())
    }

    /// An extensive call has its flat members inside; what one file knows of a call and another
    /// does not is put together.
    fn add_call(&mut self, mut call: Value, place: &str) -> Result<(), Misfit> {
        let mut blocks = Map::new();
        let (meta_data, place) = if call.get("metaData").is_some() {
            let meta_data = call["metaData"].take();
            if let Value::Object(mut members) = call {
                members.shift_remove("metaData");
                blocks = members;
            }
            (meta_data, format!("{place}.metaData"))
        } else {
            (call, place.to_owned())
        };
        let id = id_of(&meta_data, "id", &place)?;
        let started = meta_data["started"].as_str().and_then(|text| text.parse().ok());
        let started =
            started.ok_or_else(|| Misfit::at(format!("{place}.started"), "is not a date-time"))?;
        let known = self.calls.entry(id).or_insert(Call { started, meta_data, blocks: Map::new() });
        for (name, block) in blocks {
            known.blocks.insert(name, block);
        }
        Ok(())
    }
}

/// What does not fit the shape of Gong's answers, and where.
struct Misfit {
    place: String,
    problem: &'static str,
}

impl Misfit {
    fn at(place: String, problem: &'static str) -> Self {
        Self { place, problem }
    }
}

/// Takes the records of a list out of an answer, each with its place.
fn records(answer: &mut Value, name: &str) -> Result<Vec<(String, Value)>, Misfit> {
    match answer.get_mut(name).map(Value::take) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            let numbered = items.into_iter().enumerate();
            Ok(numbered.map(|(number, item)| (format!("{name}[{number}]"), item)).collect())
        }
        Some(_) => Err(Misfit::at(name.to_owned(), "is not a list")),
    }
}

/// The id of a record, which is text; a number would lose digits before it got here.
fn id_of(record: &Value, name: &str, place: &str) -> Result<String, Misfit> {
    let id = record.get(name).and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| Misfit::at(format!("{place}.{name}"), "is not text"))
}
