//! A batch: what is written in one transaction, records and the state that says they are there.

mod activity;
mod calls;
mod content;
mod crm;
mod delete;
mod record;
mod reviews;
mod settings;
mod shared;
#[cfg(test)]
mod tests;
mod transcripts;
mod users;

use std::path::PathBuf;

use gong_types::{
    AnsweredScorecard, CallDetails, CallTranscript, KeywordTracker, Record, Scorecard, User,
    UserPeriodActivity, Workspace,
};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use self::{
    calls::save as save_call,
    delete::{
        calls as delete_calls, names_id, older as delete_older, record as delete_record,
        unread as delete_unread,
    },
    shared::SHARED,
    transcripts::save as save_transcript,
};
use crate::{
    collection::Collection,
    error::{Error, Result},
    lock::Lock,
};

/// What is written in one transaction. Dropped without [`commit`](Self::commit), nothing of it is.
///
/// `now` is when a record was fetched; of a collection that is listed whole, when the listing began,
/// the same for all of its records.
#[derive(Debug)]
pub struct Batch<'a> {
    pub(crate) transaction: Transaction<'a>,
    path: PathBuf,
    lock: &'a Lock,
    /// Whether the archive was trusted when this began. Until it is committed, it is not: whatever
    /// ended it may have to do with the file.
    was_trusted: bool,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Saved {
    /// It was not there before.
    New,
    /// It was there, with another text.
    Changed,
    /// It was there just so.
    Same,
    /// It is not to be kept: it was purged, is private, or has nothing in it.
    LeftOut,
    /// It could not be read, and was put aside as it is.
    Quarantined,
}

impl<'a> Batch<'a> {
    pub(crate) fn begin(
        connection: &'a mut Connection,
        path: PathBuf,
        lock: &'a Lock,
    ) -> Result<Self> {
        let was_trusted = lock.distrust();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| Error::of(error, &path))?;
        Ok(Self { transaction, path, lock, was_trusted })
    }

    /// Writes a call of the extensive operation.
    pub fn call(&mut self, record: &Record<CallDetails>, now: Timestamp) -> Result<Saved> {
        self.named(calls::save(&self.transaction, record, now))
    }

    /// Writes what was said in a call. A transcript of a call that is not there is left out, and so
    /// is one that Gong has not made yet.
    pub fn transcript(&mut self, record: &Record<CallTranscript>, now: Timestamp) -> Result<Saved> {
        self.named(transcripts::save(&self.transaction, record, now))
    }

    /// Writes somebody of the company.
    pub fn user(&mut self, record: &Record<User>, now: Timestamp) -> Result<Saved> {
        self.named(users::save(&self.transaction, record, now))
    }

    /// Writes a workspace.
    pub fn workspace(&mut self, record: &Record<Workspace>, now: Timestamp) -> Result<Saved> {
        self.named(settings::workspace(&self.transaction, record, now))
    }

    /// Writes a tracker of the settings. Those that go by meaning come with the calls they hit.
    pub fn tracker(&mut self, record: &Record<KeywordTracker>, now: Timestamp) -> Result<Saved> {
        self.named(settings::tracker(&self.transaction, record, now))
    }

    /// Writes a scorecard and its questions.
    pub fn scorecard(&mut self, record: &Record<Scorecard>, now: Timestamp) -> Result<Saved> {
        self.named(settings::scorecard(&self.transaction, record, now))
    }

    /// Writes a scorecard that was filled in, with its answers.
    pub fn answered_scorecard(
        &mut self,
        record: &Record<AnsweredScorecard>,
        now: Timestamp,
    ) -> Result<Saved> {
        self.named(reviews::save(&self.transaction, record, now))
    }

    /// Writes what a user did, a row a day: the parts of the record must be days.
    pub fn activity(
        &mut self,
        record: &Record<UserPeriodActivity>,
        now: Timestamp,
    ) -> Result<Saved> {
        self.named(activity::save(&self.transaction, record, now))
    }

    /// Removes what the listing that began at `listed` did not have: everything of the collection
    /// that was last written before. Gives how many.
    ///
    /// Trackers and scorecards stay as long as a call was hit by one or scored with one.
    pub fn remove_unlisted(&mut self, collection: Collection, listed: Timestamp) -> Result<usize> {
        self.named(delete::unlisted(&self.transaction, collection, listed))
    }

    /// Removes calls and everything that is known of them: rows, sentences, what the index holds,
    /// kept texts, scorecards that were filled in for them, and accounts, opportunities, and trackers
    /// that no other call has. Gives how many were there.
    pub fn delete_calls<'id>(&mut self, ids: impl IntoIterator<Item = &'id str>) -> Result<u64> {
        self.named(delete::calls(&self.transaction, ids))
    }

    /// Makes all of it last.
    pub fn commit(self) -> Result<()> {
        let Self { transaction, path, lock, was_trusted } = self;
        transaction.commit().map_err(|error| Error::of(error, &path))?;
        if was_trusted {
            lock.trust();
        }
        Ok(())
    }

    fn named<T>(&self, done: rusqlite::Result<T>) -> Result<T> {
        done.map_err(|error| Error::of(error, &self.path))
    }
}
