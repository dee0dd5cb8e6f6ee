//! Steps: the points of a sync at which a test can make it fail.

use std::{fmt, sync::Arc};

use crate::error::Result;

/// A point in a sync. Up to three requests are under way at once, and their answers are written one
/// after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A request is about to be sent.
    Fetching,
    /// Its answer is there.
    Fetched,
    /// In the transaction, after the records of the answer were written.
    Recorded,
    /// In the transaction, after the state was written that says that they are there.
    Stated,
    /// After the transaction.
    Committed,
}

type Hook = dyn Fn(Step) -> Result<()> + Send + Sync;

/// What is called at each step of a sync; nothing by default.
#[derive(Clone, Default)]
pub struct Steps(Option<Arc<Hook>>);

impl Steps {
    /// Calls `hook` at each step; the sync ends with the error that it gives.
    pub fn new(hook: impl Fn(Step) -> Result<()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    pub(crate) fn at(&self, step: Step) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |hook| hook(step))
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "Steps" } else { "no steps" })
    }
}
