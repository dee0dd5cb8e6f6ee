//! What a sync would list: the same plan, for who wants to see it first.

use gong_types::SearchCalls;
use jiff::Timestamp;

use super::{SyncOptions, begins, listing, state};
use crate::{
    archive::Archive,
    collection::Collection,
    error::{Error, Result},
    plan::{self, Known, Planned, Window},
    tombstones,
};

/// A span of time whose calls a sync would list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlannedListing {
    /// The request for the first page. Those for the others have Gong's cursor in addition.
    pub request: SearchCalls,
    /// About how many requests it takes; `None` if Gong has never said how many calls there are.
    pub requests: Option<u64>,
}

/// The spans of time whose calls a sync would list, in its order, which begins with the newest. Without
/// an archive, those of a first sync. `now` is the moment at which it would begin.
///
/// Nothing is sent and nothing is written.
pub fn planned(
    archive: Option<&Archive>,
    options: &SyncOptions,
    now: Timestamp,
) -> Result<Vec<PlannedListing>> {
    if !options.wants(Collection::Calls) {
        return Ok(Vec::new());
    }
    let (mut known, mut kept_from) = (Known::default(), None);
    if let Some(archive) = archive {
        let of = |error| Error::of(error, &archive.path());
        known = state::known(&archive.connection).map_err(of)?;
        kept_from = tombstones::kept_from(&archive.connection).map_err(of)?;
        if options.include_private == Some(true)
            && !state::includes_private(&archive.connection).map_err(of)?
        {
            known.windows.iter_mut().for_each(Window::forget);
        }
    }
    let since = begins(options, kept_from.as_deref(), &known);
    let listings = plan::plan(&known, since, now).listings;
    Ok(listings.iter().map(PlannedListing::of).collect())
}

impl PlannedListing {
    fn of(planned: &Planned) -> Self {
        let Window { total, seen, listed_to, .. } = planned.window;
        let seen = if listed_to.is_some() { seen } else { 0 };
        let pages = total.map(|total| total.saturating_sub(seen).div_ceil(100).max(1));
        Self {
            request: listing::search(planned.from(), planned.ends),
            requests: if planned.is_look { Some(1) } else { pages },
        }
    }
}
