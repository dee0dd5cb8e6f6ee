//! Paging: cuts a listing into pages that are joined by cursors.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    ask::{Ask, Problem},
    clock::later,
    cursor::Cursor,
};

/// What can be listed, place by place, without holding it.
pub(crate) trait Listing {
    /// The places that may hold a record.
    fn places(&self) -> std::ops::Range<u64>;

    /// Whether there is a record at this place.
    fn has(&self, place: u64) -> bool;

    /// How many records there are.
    fn count(&self) -> u64 {
        let n_records = self.places().filter(|place| self.has(*place)).count();
        u64::try_from(n_records).unwrap_or(u64::MAX)
    }

    /// The record at a place that has one; without, the page is one shorter.
    fn record(&self, place: u64) -> Option<Value>;
}

/// What a fault script wants of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tweak {
    /// Whether the first record of the listing is left out.
    pub(crate) hides_first: bool,
    /// How the records moved since the page before.
    pub(crate) shift: Shift,
    /// Whether the cursor leads to this page again.
    pub(crate) loops: bool,
    /// Whether the page comes without its records, which follow on the next.
    pub(crate) is_empty: bool,
    /// What is added to the total.
    pub(crate) total: i64,
}

/// How records moved between two pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shift {
    /// Not at all.
    #[default]
    None,
    /// One came in front, so the last of the page before comes again.
    Inserted,
    /// One in front went away, so one is missed.
    Deleted,
}

/// One page.
pub(crate) struct Page {
    records: Value,
    items: Vec<Value>,
}

impl Page {
    /// Whether nothing was found: the first page is empty and no other follows.
    pub(crate) fn is_nothing(&self) -> bool {
        self.items.is_empty()
            && self.records["currentPageNumber"] == 0
            && self.records.get("cursor").is_none()
    }

    /// The members of the answer that the page makes up.
    pub(crate) fn into_members(self, key: &str) -> Map<String, Value> {
        let mut members = Map::new();
        members.insert("records".to_owned(), self.records);
        members.insert(key.to_owned(), Value::Array(self.items));
        members
    }
}

/// The page that the cursor leads to, or the first.
pub(crate) fn page(
    ask: &Ask<'_>,
    cursor: Option<&str>,
    inputs: &Value,
    listing: &impl Listing,
) -> Result<Page, Problem> {
    let inputs = fingerprint(ask.operation, inputs);
    let this = match cursor {
        Some(text) => read(ask, text, inputs)?,
        None => first(ask, listing, inputs),
    };
    let tweak = ask.tweak;
    let (begin, skipped) = match tweak.shift {
        Shift::Inserted if this.page_number > 0 => (this.previous, 0),
        Shift::Deleted if this.page_number > 0 => (this.position, 1),
        _ => (this.position, 0),
    };
    let mut places = (begin..listing.places().end)
        .filter(|place| listing.has(*place))
        .skip(if this.page_number == 0 { usize::from(tweak.hides_first) } else { skipped })
        .peekable();
    let size = usize::try_from(this.page_size).unwrap_or(usize::MAX);
    let mut taken = Vec::new();
    while taken.len() < size
        && !tweak.is_empty
        && let Some(place) = places.next()
    {
        taken.push(place);
    }
    let next = if tweak.is_empty {
        Some(Cursor { nonce: this.nonce + 1, ..this })
    } else {
        places.peek().map(|place| Cursor {
            page_number: this.page_number + 1,
            position: *place,
            previous: taken.last().copied().unwrap_or(this.previous),
            nonce: 0,
            ..this
        })
    };
    let items: Vec<_> = taken.into_iter().filter_map(|place| listing.record(place)).collect();
    let mut records = json!({
        "totalRecords": this.total.saturating_add_signed(tweak.total),
        "currentPageSize": items.len(),
        "currentPageNumber": this.page_number,
    });
    let next = match (tweak.loops, cursor) {
        (true, Some(text)) => Some(text.to_owned()),
        (true, None) => Some(sign(ask, this)),
        (false, _) => next.map(|next| sign(ask, next)),
    };
    if let Some(next) = next {
        records["cursor"] = Value::String(next);
    }
    Ok(Page { records, items })
}

fn first(ask: &Ask<'_>, listing: &impl Listing, inputs: u64) -> Cursor {
    let total = listing.count().saturating_sub(u64::from(ask.tweak.hides_first));
    Cursor {
        page_size: u64::try_from(ask.options.page_size).unwrap_or(u64::MAX),
        total,
        page_number: 0,
        expires: 0,
        position: listing.places().start,
        previous: listing.places().start,
        inputs,
        nonce: 0,
    }
}

fn read(ask: &Ask<'_>, text: &str, inputs: u64) -> Result<Cursor, Problem> {
    let cursor = ask
        .signer
        .read(text)
        .filter(|cursor| cursor.inputs == inputs && ask.moment.wall.as_second() < cursor.expires);
    cursor.ok_or_else(|| Problem::bad_request(INVALID_CURSOR))
}

fn sign(ask: &Ask<'_>, cursor: Cursor) -> String {
    let expires = later(ask.moment.wall, ask.options.cursor_life).as_second();
    ask.signer.sign(&Cursor { expires, ..cursor })
}

/// The answer to a cursor that is dead, forged, or meant for other inputs.
pub(crate) const INVALID_CURSOR: &str = "Invalid cursor";

/// A hash of an operation and its inputs, the same in whatever order their members come.
fn fingerprint(operation: &str, inputs: &Value) -> u64 {
    let mut hash = Sha256::new();
    hash.update(operation);
    feed(&mut hash, inputs);
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

fn feed(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            hash.update(b"{");
            for (name, member) in members {
                hash.update(Value::from(name.as_str()).to_string());
                feed(hash, member);
            }
            hash.update(b"}");
        }
        Value::Array(items) => {
            hash.update(b"[");
            for item in items {
                feed(hash, item);
                hash.update(b",");
            }
            hash.update(b"]");
        }
        scalar => hash.update(scalar.to_string()),
    }
}
