//! Transcripts: which are asked for, a hundred a request, and what becomes of those that do not come.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use gong_client::Client;
use gong_types::{CallId, CallTranscript, GetTranscripts, Record};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{run::refused_with, state};
use crate::{
    batch::{Batch, Saved},
    error::Result,
    moment,
    plan::{Awaited, DAY, next_ask, plus},
};

/// How many transcripts are asked for at once: a page of Gong's.
pub(super) const AT_ONCE: usize = 100;

/// A transcript that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) number: i64,
    id: CallId,
    awaited: Awaited,
}

/// The transcripts that may be asked for now and are not under way, at most [`AT_ONCE`].
pub(super) fn due(
    connection: &Connection,
    under_way: &BTreeSet<i64>,
    now: Timestamp,
) -> rusqlite::Result<Vec<Ask>> {
    let mut rows = connection.prepare_cached(
        "SELECT call_states.number, calls.call_id, calls.started, call_states.asked,
           calls.transcript = 'present', ask_after
         FROM call_states JOIN calls USING (number)
         WHERE ask_after <= ?1 ORDER BY ask_after LIMIT ?2",
    )?;
    let most = i64::try_from(AT_ONCE + under_way.len()).unwrap_or(i64::MAX);
    let rows = rows.query_map(params![moment::text(now), most], |row| {
        let id: String = row.get(1)?;
        Ok(Ask {
            number: row.get(0)?,
            id: id.parse().map_err(|_| rusqlite::Error::InvalidQuery)?,
            awaited: Awaited {
                started: state::moment(row, 2)?,
                asked: row.get(3)?,
                is_present: row.get(4)?,
                due: state::moment(row, 5)?.unwrap_or(now),
            },
        })
    })?;
    let free = rows.filter(|row| row.as_ref().map_or(true, |it| !under_way.contains(&it.number)));
    free.take(AT_ONCE).collect()
}

/// How many transcripts have yet to come.
pub(super) fn n_expected(connection: &Connection) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT count(*) FROM calls WHERE transcript = 'expected'")?
        .query_row([], |row| row.get::<_, i64>(0))
        .map(|count| count.try_into().unwrap_or(0))
}

/// What came of asking.
pub(super) struct Asked {
    pub(super) requests: u64,
    pub(super) outcome: gong_client::Result<Vec<Record<CallTranscript>>>,
}

/// Asks for transcripts.
pub(super) async fn ask(client: Client, asks: Vec<Ask>) -> Asked {
    let ids = asks.into_iter().map(|ask| ask.id).collect();
    let endpoint = GetTranscripts { call_ids: Some(ids), ..GetTranscripts::default() };
    let mut pages = Box::pin(client.pages(&endpoint));
    let mut asked = Asked { requests: 1, outcome: Ok(Vec::new()) };
    loop {
        match (pages.try_next().await, &mut asked.outcome) {
            (Ok(Some(page)), Ok(records)) => {
                let has_next = page.records.as_ref().is_some_and(|it| it.next().is_some());
                asked.requests += u64::from(has_next);
                records.extend(page.items);
            }
            (Err(error), outcome) => {
                *outcome = Err(error);
                return asked;
            }
            (Ok(_), _) => return asked,
        }
    }
}

/// Whether an answer is too large or cannot be read at all. It is asked for in halves then, so that
/// one call does not keep the others back.
pub(super) fn is_about_the_answer(error: &gong_client::Error) -> bool {
    use gong_client::Error;
    matches!(error, Error::TooLarge { .. } | Error::Undecodable { .. })
}

/// Whether Gong refuses what was asked for; it may be one of the ids.
pub(super) fn is_about_the_ids(error: &gong_client::Error) -> bool {
    matches!(refused_with(error), Some(400 | 404)) && error.missing_scope().is_none()
}

/// Has transcripts asked for again tomorrow that Gong has, but whose answer fails or cannot be read;
/// says how many are given up, as nobody mends them.
pub(super) fn put_off(
    connection: &Connection,
    asks: &[Ask],
    now: Timestamp,
) -> rusqlite::Result<u64> {
    let tomorrow = plus(now, DAY);
    // How old the call is says nothing of when it is mended.
    ask_again(connection, asks, |awaited| {
        next_ask(Awaited { started: None, ..awaited }, now).map(|_| tomorrow)
    })
}

/// What became of the transcripts that came.
#[derive(Debug, Default)]
pub(super) struct Came {
    pub(super) n_new: u64,
    pub(super) n_quarantined: u64,
}

/// Writes the transcripts that came.
pub(super) fn write(
    batch: &mut Batch<'_>,
    records: &[Record<CallTranscript>],
    now: Timestamp,
) -> Result<Came> {
    let mut came = Came::default();
    for record in records {
        match batch.transcript(record, now)? {
            Saved::New | Saved::Changed => came.n_new += 1,
            Saved::Quarantined => came.n_quarantined += 1,
            Saved::Same | Saved::LeftOut => {}
        }
    }
    Ok(came)
}

/// Notes when those are asked for again that did not come; says how many are given up. Nothing is
/// left to ask for of those that came.
pub(super) fn postpone(
    connection: &Connection,
    asks: &[Ask],
    now: Timestamp,
) -> rusqlite::Result<u64> {
    ask_again(connection, asks, |awaited| next_ask(awaited, now))
}

fn ask_again(
    connection: &Connection,
    asks: &[Ask],
    next: impl Fn(Awaited) -> Option<Timestamp>,
) -> rusqlite::Result<u64> {
    let mut n_given_up = 0;
    for ask in asks {
        let asked = ask.awaited.asked.saturating_add(1);
        let next = next(Awaited { asked, ..ask.awaited });
        let is_absent = connection
            .prepare_cached(
                "UPDATE call_states SET ask_after = ?2, asked = ?3
                 WHERE number = ?1 AND ask_after IS NOT NULL",
            )?
            .execute(params![ask.number, next.map(moment::text), asked])?
            > 0;
        if is_absent && next.is_none() && !ask.awaited.is_present {
            n_given_up += 1;
            connection
                .prepare_cached("UPDATE calls SET transcript = 'unavailable' WHERE number = ?1")?
                .execute([ask.number])?;
        }
    }
    Ok(n_given_up)
}
