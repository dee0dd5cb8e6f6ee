//! The run of a sync: fetches within the budget, and writes each answer in one transaction.

use gong_client::{Client, Reason};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::{Ended, Problem, Step, SyncOptions, Synced, budget::Budget, state, transcripts};
use crate::{
    batch::Batch,
    collection::Collection,
    error::{Error, Result},
    plan::Planned,
    progress::{Progress, Standing},
    writer::Writer,
};

/// How many failures of Gong's own in a row are taken for those of single records; more are those of
/// Gong as a whole.
const FAILURES: u32 = 16;

/// A sync while it runs.
pub(super) struct Run<'a> {
    pub(super) writer: &'a mut Writer,
    pub(super) client: &'a Client,
    pub(super) options: &'a SyncOptions,
    progress: &'a dyn Progress,
    pub(super) budget: Budget,
    pub(super) synced: Synced,
    pub(super) standing: Standing,
    pub(super) private: Private,
    /// How many answers were read.
    pub(super) n_answers: u64,
    /// How many failures of Gong's own there were since the last of them.
    n_failures: u32,
    /// How many pages of calls came.
    pub(super) n_pages: u64,
    /// The listings that Gong failed at.
    pub(super) failed: Vec<(Planned, gong_client::Error)>,
    /// How many calls are missing of how many, where it is too many to remove them.
    pub(super) held_back: Option<(u64, u64)>,
    /// Set when no more requests may be sent.
    pub(super) ended: Option<Ended>,
}

/// What becomes of private calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Private {
    /// They are copied as others are.
    Copied,
    /// They are not copied, and removed when they turn private.
    LeftOut,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        writer: &'a mut Writer,
        client: &'a Client,
        options: &'a SyncOptions,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            writer,
            client,
            options,
            progress,
            budget: Budget::default(),
            synced: Synced::nothing(),
            standing: Standing::default(),
            private: Private::LeftOut,
            n_answers: 0,
            n_failures: 0,
            n_pages: 0,
            failed: Vec::new(),
            held_back: None,
            ended: None,
        }
    }

    /// What time it is for Gong; for this machine, if Gong does not say.
    pub(super) fn now(&self) -> Timestamp {
        self.client.server_time().unwrap_or_else(Timestamp::now)
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.writer.archive.connection
    }

    pub(super) fn named<T>(&self, done: rusqlite::Result<T>) -> Result<T> {
        self.writer.noted(done.map_err(|error| Error::of(error, &self.writer.archive.path())))
    }

    /// Whether one more request may be sent. It is counted then.
    pub(super) fn may_send(&mut self) -> Result<bool> {
        if self.ended.is_none() {
            self.ended = self.budget.take(self.client, self.options)?;
        }
        if self.ended.is_none() {
            self.options.steps.at(Step::Fetching)?;
        }
        Ok(self.ended.is_none())
    }

    /// Takes note of an answer to what [`may_send`](Self::may_send) allowed.
    pub(super) fn answered(&mut self, requests: u64) -> Result<()> {
        self.budget.answered(requests);
        self.options.steps.at(Step::Fetched)
    }

    /// Writes records, and then the state that says that they are there, in one transaction.
    pub(super) fn write<T, U>(
        &mut self,
        records: impl FnOnce(&mut Batch<'_>) -> Result<T>,
        state: impl FnOnce(&Connection, &T) -> rusqlite::Result<U>,
    ) -> Result<(T, U)> {
        let path = self.writer.archive.path();
        let mut batch = self.writer.batch()?;
        let written = records(&mut batch)?;
        self.options.steps.at(Step::Recorded)?;
        let stated =
            state(&batch.transaction, &written).map_err(|error| Error::of(error, &path))?;
        self.options.steps.at(Step::Stated)?;
        batch.commit()?;
        self.options.steps.at(Step::Committed)?;
        Ok((written, stated))
    }

    /// Takes note of an answer that can be read.
    pub(super) fn read(&mut self) {
        self.n_answers += 1;
        self.n_failures = 0;
    }

    /// Whether Gong failed at what was asked for, while it answers other things.
    pub(super) fn fails_alone(&mut self, error: &gong_client::Error) -> bool {
        if !error.status().is_some_and(|status| status.is_server_error()) || self.n_answers == 0 {
            return false;
        }
        self.n_failures = self.n_failures.saturating_add(1);
        self.n_failures <= FAILURES
    }

    /// Tells how far it is.
    pub(super) fn tell(&mut self) -> Result<()> {
        let quota = self.client.quota()?;
        self.standing.requests = self.budget.requests;
        (self.standing.used_today, self.standing.per_day) = (quota.used, quota.per_day);
        self.progress.moved(&self.standing);
        Ok(())
    }

    /// Decides whether the sync goes on after an error: notes what is the matter of one collection
    /// alone, and when requests can be sent again.
    pub(super) fn forgive(
        &mut self,
        collection: Collection,
        error: gong_client::Error,
    ) -> Result<()> {
        if let gong_client::Error::Exhausted { until, reason, .. } = error {
            self.ended = Some(match reason {
                Reason::RetryAfter => Ended::Paused { resume_at: until },
                _ => Ended::Budget { resume_at: until },
            });
            return Ok(());
        }
        let is_about_it = is_denied(&error)
            || matches!(
                error,
                gong_client::Error::TooLarge { .. }
                    | gong_client::Error::Undecodable { .. }
                    | gong_client::Error::Stuck { .. }
            )
            || matches!(refused_with(&error), Some(400 | 404))
            || self.fails_alone(&error);
        if !is_about_it {
            return Err(error.into());
        }
        let text = error.to_string();
        self.write(
            |_| Ok(()),
            |connection, ()| state::note_problem(connection, collection, &text),
        )?;
        self.tell_problem(collection, error);
        Ok(())
    }

    /// Notes what could not be fetched of a collection; the first one says it.
    pub(super) fn tell_problem(&mut self, collection: Collection, error: gong_client::Error) {
        if !self.synced.problems.iter().any(|it| it.collection == collection) {
            self.synced.problems.push(Problem { collection, error });
        }
    }

    /// Whether a collection may not be read.
    pub(super) fn is_denied(&self, collection: Collection) -> bool {
        let problems = &self.synced.problems;
        problems.iter().any(|it| it.collection == collection && is_denied(&it.error))
    }

    /// What came of it all. Fails if nothing that was asked for is allowed.
    pub(super) fn finish(mut self, skew: SignedDuration) -> Result<Synced> {
        if self.n_answers == 0 && !self.synced.problems.is_empty() {
            return Err(self.synced.problems.swap_remove(0).error.into());
        }
        let vanished = self.held_back.map(|(missing, of)| Ended::Vanished { missing, of });
        self.synced.ended = self.ended.take().or(vanished).unwrap_or(Ended::Done);
        self.synced.requests = self.budget.requests;
        self.synced.transcripts_expected =
            self.named(transcripts::n_expected(self.connection()))?;
        self.synced.skew = skew;
        self.synced.waiting_bytes = self.named(waiting_bytes(self.connection()))?;
        Ok(self.synced)
    }
}

/// Moves what was committed into the database as far as no reader is in the way, and says how many
/// bytes are not.
fn waiting_bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let (log, moved): (i64, i64) =
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get(1)?, row.get(2)?))
        })?;
    let page_size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(u64::try_from((log - moved) * page_size).unwrap_or(0))
}

/// Whether the login may not do this, though it may do other things.
pub(super) fn is_denied(error: &gong_client::Error) -> bool {
    error.missing_scope().is_some() || refused_with(error) == Some(403)
}

/// The status with which Gong itself refused something, and not whatever else answered.
pub(super) fn refused_with(error: &gong_client::Error) -> Option<u16> {
    match error {
        gong_client::Error::Refused { status, .. } => Some(status.as_u16()),
        _ => None,
    }
}
