//! Fetching: asks Gong for transcripts and parties together, in as few requests as possible.

use std::{
    collections::{HashMap, HashSet},
    future::ready,
};

use futures_util::{
    Stream, StreamExt as _, TryStreamExt as _,
    future::try_join,
    stream::{self, TryChunksError},
};
use gong_client::{Client, Error};
use gong_types::{
    CallDetails, CallId, CallTranscript, ContentSelector, DecodeError, Endpoint, GetTranscripts,
    Record, SearchCalls,
};
use serde::Deserialize;

use crate::Dialogue;

/// How many calls Gong sends at once.
const BATCH: usize = 100;

/// What came of asking for one call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fetched {
    /// What was said, with names.
    Ready(Dialogue),
    /// The call exists, but has no transcript. Gong makes it some time after the call, and for
    /// some calls never.
    NotReady(CallId),
    /// There is no such call, or the login may not see it.
    Unknown(CallId),
    /// The answer is not what Gong documents.
    Unreadable {
        /// Which call.
        call_id: CallId,
        /// What is wrong.
        error: DecodeError,
    },
}

impl Fetched {
    /// Which call it is about.
    pub fn call_id(&self) -> &CallId {
        match self {
            Self::Ready(dialogue) => &dialogue.call_id,
            Self::NotReady(call_id) | Self::Unknown(call_id) | Self::Unreadable { call_id, .. } => {
                call_id
            }
        }
    }
}

/// The dialogues of these calls, in the order asked for; an id that comes twice counts once.
///
/// Sends two requests for every hundred calls, both at the same time, and holds no more than those in
/// memory. The stream ends after the first error.
pub fn dialogues(
    client: &Client,
    call_ids: Vec<CallId>,
) -> impl Stream<Item = Result<Fetched, Error>> + use<> {
    let mut seen = HashSet::new();
    let mut unique = call_ids;
    unique.retain(|call_id| seen.insert(call_id.clone()));
    let batches = stream::try_unfold((client.clone(), unique), async |(client, mut batch)| {
        if batch.is_empty() {
            return Ok(None);
        }
        let rest = batch.split_off(batch.len().min(BATCH));
        let (details, transcripts) =
            try_join(details(&client, &batch), transcripts(&client, &batch)).await?;
        Ok(Some((join(&batch, &details, transcripts), (client, rest))))
    });
    one_by_one(batches)
}

/// The dialogues of all calls that `search` finds, in Gong's order; what it selects is ignored.
///
/// Sends two requests for every hundred calls and holds no more than those in memory. The stream ends
/// after the first error.
pub fn dialogues_of(
    client: &Client,
    search: SearchCalls,
) -> impl Stream<Item = Result<Fetched, Error>> + use<> {
    let search = SearchCalls { select: Some(ContentSelector::parties()), ..search };
    let found = client.items(&search).map(|record| identified_details(record?));
    let client = client.clone();
    let batches = found.try_chunks(BATCH).map_err(|TryChunksError(_, error)| error);
    let batches = batches.and_then(move |details| {
        let client = client.clone();
        async move {
            let batch: Vec<CallId> = details.iter().map(|(call_id, _)| call_id.clone()).collect();
            let transcripts = transcripts(&client, &batch).await?;
            Ok(join(&batch, &details.into_iter().collect(), transcripts))
        }
    });
    one_by_one(batches)
}

fn one_by_one(
    batches: impl Stream<Item = Result<Vec<Fetched>, Error>>,
) -> impl Stream<Item = Result<Fetched, Error>> {
    let mut has_failed = false;
    let until_error = batches.take_while(move |batch| {
        let goes_on = !has_failed;
        has_failed = batch.is_err();
        ready(goes_on)
    });
    until_error.map_ok(|batch| stream::iter(batch.into_iter().map(Ok))).try_flatten()
}

/// Records by the ids of their calls, which can be read even where the records cannot.
type ByCall<T> = HashMap<CallId, Record<T>>;

async fn details(client: &Client, call_ids: &[CallId]) -> Result<ByCall<CallDetails>, Error> {
    let search = SearchCalls {
        call_ids: Some(call_ids.to_vec()),
        select: Some(ContentSelector::parties()),
        ..SearchCalls::default()
    };
    client.items(&search).map(|record| identified_details(record?)).try_collect().await
}

async fn transcripts(
    client: &Client,
    call_ids: &[CallId],
) -> Result<ByCall<CallTranscript>, Error> {
    let get = GetTranscripts { call_ids: Some(call_ids.to_vec()), ..GetTranscripts::default() };
    client.items(&get).map(|record| identified_transcript(record?)).try_collect().await
}

fn identified_details(record: Record<CallDetails>) -> Result<(CallId, Record<CallDetails>), Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Which {
        meta_data: Id,
    }

    #[derive(Deserialize)]
    struct Id {
        id: CallId,
    }

    match record.clone().cast::<Which>().read() {
        Ok(which) => Ok((which.meta_data.id, record)),
        Err(source) => Err(undecodable(&SearchCalls::default(), source)),
    }
}

fn identified_transcript(
    record: Record<CallTranscript>,
) -> Result<(CallId, Record<CallTranscript>), Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Which {
        call_id: CallId,
    }

    match record.clone().cast::<Which>().read() {
        Ok(which) => Ok((which.call_id, record)),
        Err(source) => Err(undecodable(&GetTranscripts::default(), source)),
    }
}

/// A record that does not even say which call it is about is the end: passed over, its call would
/// count as one without a transcript.
fn undecodable(endpoint: &impl Endpoint, source: DecodeError) -> Error {
    Error::Undecodable { request: endpoint.request().to_string(), request_id: None, source }
}

fn join(
    call_ids: &[CallId],
    details: &ByCall<CallDetails>,
    mut transcripts: ByCall<CallTranscript>,
) -> Vec<Fetched> {
    let outcomes = call_ids.iter().map(|call_id| {
        let outcome = join_one(call_id, details.get(call_id), transcripts.remove(call_id));
        outcome.unwrap_or_else(|error| Fetched::Unreadable { call_id: call_id.clone(), error })
    });
    outcomes.collect()
}

fn join_one(
    call_id: &CallId,
    details: Option<&Record<CallDetails>>,
    transcript: Option<Record<CallTranscript>>,
) -> Result<Fetched, DecodeError> {
    let Some(record) = transcript else {
        let call_id = call_id.clone();
        return Ok(match details {
            Some(_) => Fetched::NotReady(call_id),
            None => Fetched::Unknown(call_id),
        });
    };
    let details = details.map(Record::read).transpose()?;
    let transcript = record.read()?;
    if transcript.transcript.is_none() {
        return Ok(Fetched::NotReady(call_id.clone()));
    }
    Ok(Fetched::Ready(Dialogue::of(record, transcript, details.as_ref())))
}
