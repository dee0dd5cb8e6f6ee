//! Comparing: whether Gong still says of some calls what the archive holds.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use gong_client::Client;
use gong_types::{CallId, ContentSelector, GetTranscripts, SearchCalls};
use rusqlite::OptionalExtension as _;

use crate::{
    archive::Archive,
    error::{Error, Result},
    kept,
};

/// The most ids that one request takes.
const TOGETHER: usize = 100;

/// How a sample of the archive compares with Gong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// How many calls were asked for.
    pub calls: u64,
    /// How many transcripts.
    pub transcripts: u64,
    /// The calls that Gong no longer has, or no longer shows.
    pub gone: Vec<String>,
    /// The calls of which Gong says something else now; the next sync that lists them takes it.
    pub changed: Vec<String>,
    /// The calls whose transcript is another now, or is not there any more.
    pub changed_transcripts: Vec<String>,
}

impl Archive {
    /// Asks Gong for this many calls, chosen by chance, and for their transcripts, and compares them
    /// with what is here: two requests for each hundred.
    pub async fn verify_against(&self, client: &Client, calls: usize) -> Result<Comparison> {
        let ids = self.chosen(calls)?;
        let mut comparison = Comparison::default();
        for ids in ids.chunks(TOGETHER) {
            self.compare(client, ids, &mut comparison).await?;
        }
        Ok(comparison)
    }

    async fn compare(&self, client: &Client, ids: &[CallId], to: &mut Comparison) -> Result<()> {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let calls = SearchCalls {
            call_ids: Some(ids.to_vec()),
            select: Some(ContentSelector::everything()),
            ..SearchCalls::default()
        };
        let mut hashes = HashMap::new();
        let mut items = Box::pin(client.items(&calls));
        while let Some(record) = none_if_no_match(items.try_next().await)? {
            if let Ok(call) = record.read() {
                hashes.insert(call.meta_data.id.as_str().to_owned(), kept::hash(record.text()));
            }
        }
        to.calls += count(ids.len());
        let mut spoken = Vec::new();
        for id in ids.iter().map(CallId::as_str) {
            match hashes.get(id) {
                None => to.gone.push(id.to_owned()),
                Some(hash) if self.hash("calls", id)?.as_deref() != Some(&hash[..]) => {
                    to.changed.push(id.to_owned());
                }
                Some(_) => {}
            }
            if hashes.contains_key(id) && self.hash("transcripts", id)?.is_some() {
                spoken.extend(id.parse::<CallId>().ok());
            }
        }
        if spoken.is_empty() {
            return Ok(());
        }
        to.transcripts += count(spoken.len());
        let mut hashes = HashMap::new();
        let transcripts = GetTranscripts { call_ids: Some(spoken.clone()), ..Default::default() };
        let mut items = Box::pin(client.items(&transcripts));
        while let Some(record) = none_if_no_match(items.try_next().await)? {
            if let Ok(transcript) = record.read() {
                hashes.insert(transcript.call_id.as_str().to_owned(), kept::hash(record.text()));
            }
        }
        for id in spoken.iter().map(CallId::as_str) {
            let now = hashes.get(id).map(|hash| &hash[..]);
            if self.hash("transcripts", id)?.as_deref() != now {
                to.changed_transcripts.push(id.to_owned());
            }
        }
        Ok(())
    }

    fn chosen(&self, calls: usize) -> Result<Vec<CallId>> {
        let of = |error| Error::of(error, &self.path());
        let limit = i64::try_from(calls).unwrap_or(i64::MAX);
        let mut chosen = self
            .connection
            .prepare("SELECT call_id FROM calls ORDER BY random() LIMIT ?1")
            .map_err(of)?;
        let ids = chosen.query_map([limit], |row| row.get::<_, String>(0)).map_err(of)?;
        let ids: Vec<String> = ids.collect::<rusqlite::Result<_>>().map_err(of)?;
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// The hash of Gong's text of a record, as it came.
    fn hash(&self, kind: &str, id: &str) -> Result<Option<Vec<u8>>> {
        self.connection
            .prepare_cached("SELECT hash FROM kept WHERE kind = ?1 AND id = ?2")
            .and_then(|mut it| it.query_row([kind, id], |row| row.get(0)).optional())
            .map_err(|error| Error::of(error, &self.path()))
    }
}

/// That none of them matched is no failure: Gong has none of them.
fn none_if_no_match<T>(answer: gong_client::Result<Option<T>>) -> Result<Option<T>> {
    match answer {
        Err(error) if error.is_no_match() => Ok(None),
        answer => Ok(answer?),
    }
}
