//! The journal: what earlier commands sent without an answer, and what the user is told of it.

use std::path::{Path, PathBuf};

use anyhow::Result;
use gong_auth::Credentials;
use gong_client::{Content, Journal, Unfinished};
use gong_types::Endpoint;

use super::Context;
use crate::{context::lists::counted, exit, outcome};

/// So many are named; the others are counted.
const MOST_NAMED: usize = 3;

impl Context {
    /// Where the journal of this login is.
    pub(crate) fn journal_of(&self, credentials: &Credentials) -> Option<PathBuf> {
        let folder = self.env.state_dir()?;
        Some(folder.join(format!("journal-{}", credentials.fingerprint())))
    }

    /// The key that the same request had when nobody learned what became of it, so that it is not
    /// done twice. `content` is the file that it uploads.
    pub(crate) async fn key_before<E: Endpoint>(
        &mut self,
        endpoint: &E,
        content: Option<&Content>,
    ) -> Result<Option<String>> {
        if self.globals.dry_run {
            return Ok(None);
        }
        let path = self.connection().await?.journal.clone();
        let Some(journal) = path.as_deref().map_or(Ok(None), opened)? else { return Ok(None) };
        Ok(journal.key_of(&endpoint.request(), content)?)
    }

    /// Says what is in the journal, unless the command does so itself.
    pub(super) fn tell_unfinished(&self, path: Option<&Path>) {
        if self.lists_unfinished {
            return;
        }
        let read = path.map_or(Ok(Vec::new()), |path| Ok(unfinished(path)?.1));
        let unfinished = match read {
            Ok(unfinished) => unfinished,
            Err(error) => {
                let (message, hint) = exit::explain(&error);
                self.ui.warn(&message);
                if let Some(hint) = hint {
                    self.ui.hint(&hint);
                }
                return;
            }
        };
        for Unfinished { request, when, .. } in unfinished.iter().take(MOST_NAMED) {
            let look = outcome::look_for(request);
            self.ui.warn(&format!("outcome unknown: {request} sent at {when:.0}; {look}"));
        }
        if let Some(more) = unfinished.len().checked_sub(MOST_NAMED).filter(|it| *it > 0) {
            let more = u64::try_from(more).unwrap_or(u64::MAX);
            self.ui.warn(&format!("outcome unknown of {} more", counted(more, "requests")));
        }
        if !unfinished.is_empty() {
            self.ui.hint("`gong doctor` lists them, and `gong doctor --forget` ends this warning");
        }
    }
}

/// What is in a journal, and the journal, if it has been begun.
pub(crate) fn unfinished(path: &Path) -> Result<(Option<Journal>, Vec<Unfinished>)> {
    let journal = opened(path)?;
    let unfinished = journal.as_ref().map_or(Ok(Vec::new()), Journal::unfinished)?;
    Ok((journal, unfinished))
}

/// The journal, if it has been begun. Nobody who only looks begins one.
fn opened(path: &Path) -> Result<Option<Journal>> {
    Ok(if path.exists() { Some(Journal::open(path)?) } else { None })
}
