//! Calls that vanished: which are asked for by their ids before they are removed, and which are too
//! many to be believed.

use futures_util::TryStreamExt as _;
use gong_types::{CallId, SearchCalls};
use rusqlite::{Connection, params};

use super::{
    SyncOptions,
    calls::save_calls,
    listing::{Listed, everything, mark},
    run::Run,
    state,
};
use crate::{
    collection::Collection,
    error::Result,
    moment,
    plan::{Missing, Window, is_confirmed, is_mass},
};

/// The calls that two listings a day apart lacked.
#[derive(Debug, Default)]
struct Vanished {
    /// Those to ask for by id.
    ids: Vec<CallId>,
    /// How many are missing of how many, where it is too many.
    held_back: Option<(u64, u64)>,
}

impl Run<'_> {
    /// Removes what vanished from Gong, if Gong does not have it by its id either.
    pub(super) async fn vanished(&mut self) -> Result<()> {
        let found = find(self.connection(), self.options);
        let found = self.named(found)?;
        for ids in found.ids.chunks(100) {
            let search = SearchCalls { call_ids: Some(ids.to_vec()), ..everything() };
            let mut pages = Box::pin(self.client.pages(&search));
            let mut records = Vec::new();
            loop {
                if !self.may_send()? {
                    return Ok(());
                }
                let page = pages.try_next().await;
                self.answered(1)?;
                let Some(page) = (match page {
                    Ok(page) => page,
                    Err(error) => return self.forgive(Collection::Calls, error),
                }) else {
                    break;
                };
                records.extend(page.items);
                if page.records.is_none_or(|it| it.next().is_none()) {
                    break;
                }
            }
            let now = self.now();
            let there: Vec<_> = records.iter().map(Listed::of).collect();
            // Any of them may be the one whose id cannot be read.
            let is_told = there.iter().all(|it| it.id.is_some());
            let private = self.private;
            let ((_, tally), ()) = self.write(
                |batch| {
                    let is_there =
                        |id: &&CallId| there.iter().any(|it| it.id.as_ref() == Some(*id));
                    let gone = ids.iter().filter(|id| is_told && !is_there(id));
                    let removed = batch.delete_calls(gone.map(CallId::as_str))?;
                    let (saved, mut tally) = save_calls(batch, &records, there, private, now)?;
                    tally.removed += removed;
                    Ok((saved, tally))
                },
                |connection, (saved, _)| {
                    let mut saved = saved.iter();
                    saved.try_for_each(|(it, became)| mark(connection, None, it, *became, now))
                },
            )?;
            self.count(&tally);
            self.tell()?;
        }
        self.held_back = found.held_back;
        Ok(())
    }
}

/// Finds the calls that vanished. Unless that is accepted, none is taken from a window that lacks too
/// many, and none at all if all windows that lack some lack too many together.
fn find(connection: &Connection, options: &SyncOptions) -> rusqlite::Result<Vanished> {
    let is_accepted = options.accept_vanished;
    let calls = state::missing(connection)?;
    let mut found = Vanished::default();
    if calls.is_empty() {
        return Ok(found);
    }
    let (mut all_missing, mut all_of) = (0, 0);
    for window in state::windows(connection)? {
        let is_in = |(_, missing): &&(CallId, Missing)| {
            (window.starts..window.ends).contains(&missing.started)
        };
        let calls: Vec<_> = calls.iter().filter(is_in).collect();
        if calls.is_empty() {
            continue;
        }
        let n_missing = u64::try_from(calls.len()).unwrap_or(u64::MAX);
        let of = count(connection, &window)?;
        (all_missing, all_of) = (all_missing + n_missing, all_of + of);
        if is_mass(n_missing, of) && !is_accepted {
            let (missing, total) = found.held_back.unwrap_or_default();
            found.held_back = Some((missing + n_missing, total + of));
            continue;
        }
        let Some(listed) = window.listed.filter(|_| window.is_sound()) else { continue };
        let confirmed = calls.iter().filter(|(_, missing)| is_confirmed(*missing, listed));
        found.ids.extend(confirmed.map(|(id, _)| id.clone()));
    }
    if is_mass(all_missing, all_of) && !is_accepted {
        return Ok(Vanished { ids: Vec::new(), held_back: Some((all_missing, all_of)) });
    }
    Ok(found)
}

fn count(connection: &Connection, window: &Window) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT count(*) FROM calls WHERE started >= ?1 AND started < ?2")?
        .query_row(params![moment::text(window.starts), moment::text(window.ends)], |row| {
            row.get::<_, i64>(0)
        })
        .map(|count| count.try_into().unwrap_or(0))
}

/// The ids of the private calls.
pub(super) fn private(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached("SELECT call_id FROM calls WHERE is_private = 1")?
        .query_map([], |row| row.get(0))?
        .collect()
}
