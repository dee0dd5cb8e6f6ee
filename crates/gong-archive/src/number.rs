//! Numbers of calls: ours, in order of their start, so that the newest are found first.

use jiff::Timestamp;
use rusqlite::{Connection, params};

/// How many bits of the id of a sentence are its place in its call.
pub(crate) const PLACE_BITS: u32 = 18;
/// The most sentences that one call can have.
pub(crate) const MOST_SENTENCES: i64 = 1 << PLACE_BITS;
/// How many bits of the number of a call tell calls of one minute apart.
const TWIN_BITS: u32 = 12;
/// How many minutes a crowded minute may spill over.
const SPILL: i64 = 60;
/// The last minute that has numbers: ids of sentences must stay positive.
const LAST_MINUTE: i64 = (1 << (62 - PLACE_BITS - TWIN_BITS)) - 1;

/// The number that the first call of a minute gets.
pub(crate) fn first_of(started: Option<Timestamp>) -> i64 {
    let minute = started.map_or(0, |it| it.as_second().div_euclid(60));
    minute.clamp(0, LAST_MINUTE) << TWIN_BITS
}

/// Whether a call of this number may have started before or after this moment.
pub(crate) fn is_around(number: i64, moment: Timestamp) -> bool {
    let first = first_of(Some(moment));
    (first..first_after(moment)).contains(&number)
}

/// A number above those that calls have which started before this moment.
pub(crate) fn first_after(moment: Timestamp) -> i64 {
    first_of(Some(moment)) + ((SPILL + 1) << TWIN_BITS)
}

/// Whether a number fits a call that started then.
pub(crate) fn fits(number: i64, started: Option<Timestamp>) -> bool {
    // A crowded minute may have spilled over into the next.
    let behind = (number >> TWIN_BITS) - (first_of(started) >> TWIN_BITS);
    (0..=SPILL).contains(&behind)
}

/// A number that no call has.
pub(crate) fn free(connection: &Connection, started: Option<Timestamp>) -> rusqlite::Result<i64> {
    let mut first = first_of(started);
    let mut highest = connection
        .prepare_cached("SELECT max(number) FROM calls WHERE number BETWEEN ?1 AND ?2")?;
    loop {
        let last = first + (1 << TWIN_BITS) - 1;
        match highest.query_row(params![first, last], |row| row.get::<_, Option<i64>>(0))? {
            None => return Ok(first),
            Some(number) if number < last => return Ok(number + 1),
            Some(_) => first = last + 1,
        }
    }
}

/// The number of the call that a sentence is of.
pub(crate) fn of_sentence(id: i64) -> i64 {
    id >> PLACE_BITS
}

/// The ids that the sentences of a call can have.
pub(crate) fn sentences_of(number: i64) -> (i64, i64) {
    let first = number << PLACE_BITS;
    (first, first + (MOST_SENTENCES - 1))
}
