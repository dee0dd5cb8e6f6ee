//! The truth of a sandbox, and how an archive differs from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use gong_archive::{Archive, Error, Writer};
use gong_sandbox::{HeldCall, Sandbox};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// What the crate itself finds wrong in an archive: pages, references, texts, rows, and the index.
pub(crate) fn wrong(folder: &Path) -> Vec<String> {
    let found = Writer::open(folder).unwrap().verify().unwrap();
    found.iter().map(ToString::to_string).collect()
}

/// An archive as a test looks at it: past the crate, where it can.
pub(crate) struct Look {
    archive: Archive,
    pub(crate) tables: Connection,
}

impl Look {
    /// Nothing, if there is no archive yet.
    pub(crate) fn at(folder: &Path) -> Option<Self> {
        let archive = match Archive::open(folder) {
            Ok(archive) => archive,
            Err(Error::Absent { .. }) => return None,
            Err(error) => panic!("{error}"),
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let tables = Connection::open_with_flags(folder.join("archive.db"), flags).unwrap();
        Some(Self { archive, tables })
    }

    fn count(&self, sql: &str) -> i64 {
        self.tables.prepare_cached(sql).unwrap().query_row([], |row| row.get(0)).unwrap()
    }

    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        let mut statement = self.tables.prepare_cached(sql).unwrap();
        let texts = statement.query_map([], |row| row.get(0)).unwrap();
        texts.collect::<Result<_, _>>().unwrap()
    }

    /// In how many calls the index finds a word.
    pub(crate) fn n_calls_with(&self, word: &str) -> i64 {
        self.tables
            .prepare_cached(
                "SELECT count(DISTINCT rowid >> 18) FROM monologue_words WHERE monologue_words MATCH ?1",
            )
            .unwrap()
            .query_row([format!("\"{word}\"")], |row| row.get(0))
            .unwrap()
    }

    /// How the archive differs from what can be read in the sandbox now; nothing if it does not.
    pub(crate) fn differences(&self, sandbox: &Sandbox) -> Vec<String> {
        let truth = sandbox.readable_calls().into_iter().filter(|call| !call.is_private());
        let truth: BTreeMap<_, _> = truth.map(|call| (call.id().to_owned(), call)).collect();
        let ids: BTreeSet<_> = self.texts("SELECT call_id FROM calls").into_iter().collect();
        let lost = truth.keys().filter(|id| !ids.contains(*id)).map(|id| format!("{id} is lost"));
        let left =
            ids.iter().filter(|id| !truth.contains_key(*id)).map(|id| format!("{id} is left"));
        let mut found: Vec<_> = lost.chain(left).collect();
        for call in truth.values().filter(|call| ids.contains(call.id())) {
            found.extend(self.difference(call));
        }
        found.extend(self.leftovers(&truth));
        found
    }

    /// What is damaged, or half there, or said to be there and is not; whatever else may be missing.
    pub(crate) fn torn(&self, sandbox: &Sandbox) -> Vec<String> {
        let mut found = self.texts("PRAGMA integrity_check");
        found.retain(|it| it != "ok");
        let rows = |table: &str| self.count(&format!("SELECT count(*) FROM {table}"));
        for (some, others) in [
            ("calls", "call_states"),
            ("calls", "kept WHERE kind = 'calls'"),
            ("calls WHERE transcript = 'present'", "kept WHERE kind = 'transcripts'"),
            ("spoken", "sentences"),
        ] {
            if rows(some) != rows(others) {
                found.push(format!("{some}: {}, but {others}: {}", rows(some), rows(others)));
            }
        }
        let calls = sandbox.readable_calls();
        let ids: BTreeSet<_> = self.texts("SELECT call_id FROM calls").into_iter().collect();
        for call in calls.iter().filter(|call| ids.contains(call.id()) && !call.is_private()) {
            let text = self.archive.text("transcripts", call.id()).unwrap();
            let kept = text.map(|it| serde_json::from_str::<Value>(&it).unwrap());
            if kept.is_some_and(|it| Some(&it["transcript"]) != call.transcript.as_ref()) {
                found.push(format!("{} has half a transcript", call.id()));
            }
        }
        found.extend(self.ahead(&calls, &ids));
        found
    }

    /// The calls that windows say are there, and are not.
    fn ahead(&self, calls: &[HeldCall], ids: &BTreeSet<String>) -> Vec<String> {
        let mut statement = self
            .tables
            .prepare_cached("SELECT starts, ends, listed_to, listed FROM windows")
            .unwrap();
        let moment = |text: Option<String>| text.map(|it| it.parse::<Timestamp>().unwrap());
        let windows = statement
            .query_map([], |row| {
                let of = |place| row.get(place).map(moment);
                Ok((of(0)?.unwrap(), of(1)?.unwrap(), of(2)?, of(3)?))
            })
            .unwrap();
        let mut found = Vec::new();
        for window in windows {
            let (starts, ends, listed_to, listed) = window.unwrap();
            let is_there = |call: &&HeldCall| {
                let started = call.started();
                // Since a window was listed, calls may have come.
                let whole = listed.is_some_and(|it| call.ready_at < it) && started < ends;
                let begun = listed_to.is_some_and(|it| started < it);
                starts <= started && (whole || begun) && !call.is_private()
            };
            let calls = calls.iter().filter(is_there);
            let lost = calls.filter(|call| !ids.contains(call.id()));
            found.extend(lost.map(|call| format!("{} is said to be there", call.id())));
        }
        found
    }

    /// How the archive differs from the truth of one call.
    fn difference(&self, call: &HeldCall) -> Option<String> {
        let id = call.id();
        let text = |kind| self.archive.text(kind, id).unwrap();
        let json = |text: String| serde_json::from_str::<Value>(&text).unwrap();
        let Some(kept) = text("calls").map(json) else { return Some(format!("{id} has no text")) };
        if kept["metaData"] != call.meta_data || kept["parties"] != call.blocks["parties"] {
            return Some(format!("{id} is old"));
        }
        let title: Option<String> = self.column("title", id);
        if title.as_deref() != call.meta_data["title"].as_str() {
            return Some(format!("{id} has an old title"));
        }
        let started: Option<String> = self.column("started", id);
        if started.and_then(|it| it.parse::<Timestamp>().ok()).map(Timestamp::as_millisecond)
            != Some(call.started().as_millisecond())
        {
            return Some(format!("{id} has an old start"));
        }
        let transcript = text("transcripts").map(json).map(|mut it| it["transcript"].take());
        if transcript != call.transcript {
            let state = self.column::<String>("transcript", id);
            return Some(format!("{id} has another transcript: {state}"));
        }
        let is_present = self.column::<String>("transcript", id) == "present";
        (is_present != transcript.is_some()).then(|| format!("{id} is in the wrong state"))
    }

    fn column<T: rusqlite::types::FromSql>(&self, column: &str, id: &str) -> T {
        let sql = format!("SELECT {column} FROM calls WHERE call_id = ?1");
        let mut statement = self.tables.prepare_cached(&sql).unwrap();
        statement.query_row([id], |row| row.get(0)).unwrap()
    }

    /// What there is more or less of than the truth has.
    fn leftovers(&self, truth: &BTreeMap<String, HeldCall>) -> Vec<String> {
        let n = |count: usize| i64::try_from(count).unwrap();
        let transcripts: Vec<_> =
            truth.values().filter_map(|call| call.transcript.as_ref()?.as_array()).collect();
        let monologues = || transcripts.iter().flat_map(|it| it.iter());
        let sentences = |it: &Value| it["sentences"].as_array().map_or(0, Vec::len);
        let parties = truth.values().filter_map(|call| call.blocks["parties"].as_array());
        let expected = [
            ("call_states", n(truth.len())),
            ("parties", n(parties.map(Vec::len).sum())),
            ("kept WHERE kind = 'calls'", n(truth.len())),
            ("kept WHERE kind = 'transcripts'", n(transcripts.len())),
            ("spoken", n(monologues().map(sentences).sum())),
            ("sentences", n(monologues().map(sentences).sum())),
            ("quarantine", 0),
        ];
        { expected.into_iter() }
            .map(|(what, n)| (what, n, self.count(&format!("SELECT count(*) FROM {what}"))))
            .filter(|(_, expected, found)| expected != found)
            .map(|(what, expected, found)| format!("{what}: {found} rows instead of {expected}"))
            .collect()
    }
}
