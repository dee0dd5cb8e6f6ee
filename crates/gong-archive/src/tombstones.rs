//! Tombstones: what was purged and must not come back, as salted hashes that tell nothing.

mod accounts;
pub(crate) mod addresses;
mod phones;

use std::{borrow::Cow, collections::HashSet};

use gong_types::CallDetails;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

pub(crate) use self::{
    accounts::accounts,
    phones::{FEWEST_DIGITS, numbers, strings},
};
use crate::moment;

/// The setting that holds the salt, in hexadecimal digits.
pub(crate) const SALT: &str = "salt";
/// The settings that say which calls are too old to be kept: those that started before the later one.
/// The first goes with the retention that set it, what was purged stays away.
pub(crate) const KEPT_FROM: &str = "kept_from";
pub(crate) const PURGED_BEFORE: &str = "purged_before";

pub(crate) const CALL: &str = "call";
pub(crate) const EMAIL: &str = "email";
pub(crate) const PHONE: &str = "phone";
pub(crate) const ACCOUNT: &str = "account";
pub(crate) const USER: &str = "user";
/// A record that could not be read, by its text.
pub(crate) const UNREAD: &str = "unread";

/// Makes the salt of a new archive. Without it, the hash of an address could be looked up in a list.
pub(crate) fn make_salt(connection: &Connection) -> rusqlite::Result<()> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let salt = format!("{:032x}", u128::from_be_bytes(salt));
    connection
        .execute("INSERT INTO settings (name, value) VALUES (?1, ?2)", params![SALT, salt])
        .map(drop)
}

/// What stands for this value of this kind, such as `call` or `email`.
pub(crate) fn hash(connection: &Connection, kind: &str, value: &str) -> rusqlite::Result<[u8; 32]> {
    let salt: String = connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([SALT], |row| row.get(0))?;
    let mut hasher = Sha256::new();
    for part in [&*salt, kind, &normal(kind, value)] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    Ok(hasher.finalize().into())
}

/// Notes that this value is not to come back.
pub(crate) fn bury(
    connection: &Connection,
    kind: &str,
    value: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO tombstones (hash, purged) VALUES (?1, ?2)")?
        .execute(params![hash(connection, kind, value)?, moment::text(now)])
        .map(drop)
}

/// Whether this value was purged.
pub(crate) fn is_buried(
    connection: &Connection,
    kind: &str,
    value: &str,
) -> rusqlite::Result<bool> {
    // Most archives have none, and a call has dozens of values.
    if value.is_empty() || is_empty(connection)? {
        return Ok(false);
    }
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstones WHERE hash = ?1)")?
        .query_row([hash(connection, kind, value)?], |row| row.get(0))
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM tombstones)")?
        .query_row([], |row| row.get(0))
}

/// Whether a call is not to be kept: it, or somebody in it, was purged, or it is too old. Who and what
/// its text names is told by [`names_buried`].
pub(crate) fn leaves_out(connection: &Connection, call: &CallDetails) -> rusqlite::Result<bool> {
    if is_too_old(connection, call.meta_data.started)? {
        return Ok(true);
    }
    if is_empty(connection)? {
        return Ok(false);
    }
    let mut values = vec![(CALL, call.meta_data.id.as_str())];
    values.extend(call.meta_data.primary_user_id.as_ref().map(|it| (USER, it.as_str())));
    for party in call.parties.iter().flatten() {
        values.extend(party.user_id.as_ref().map(|it| (USER, it.as_str())));
        values.extend(party.email_address.as_deref().map(|it| (EMAIL, it)));
        values.extend(party.phone_number.as_deref().map(|it| (PHONE, it)));
    }
    for (kind, value) in values {
        if is_buried(connection, kind, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether what began then is no longer kept.
pub(crate) fn is_too_old(
    connection: &Connection,
    started: Option<Timestamp>,
) -> rusqlite::Result<bool> {
    let Some(started) = started else { return Ok(false) };
    Ok(kept_from(connection)?.is_some_and(|from| moment::text(started) < from))
}

/// The moment before which no call is kept, as the archive writes moments.
pub(crate) fn kept_from(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT max(value) FROM settings WHERE name IN (?1, ?2)")?
        .query_row([KEPT_FROM, PURGED_BEFORE], |row| row.get(0))
}

/// When the call began that a record is of, or was reviewed if that is not known, though the record
/// cannot be read.
pub(crate) fn began(text: &str) -> Option<Timestamp> {
    let text: serde_json::Value = serde_json::from_str(text).ok()?;
    let began = |at: &str| text.pointer(at)?.as_str()?.parse().ok();
    ["/metaData/started", "/callStartTime", "/reviewTime"].into_iter().find_map(began)
}

/// Whether the text of a record that cannot be read holds something that was purged: any of its
/// values may be one, and any address in them.
pub(crate) fn holds_buried(connection: &Connection, text: &str) -> rusqlite::Result<bool> {
    if is_empty(connection)? {
        return Ok(false);
    }
    for word in text.split(separates).map(|it| it.trim_matches(['.', '\''])) {
        for kind in [CALL, USER] {
            if is_buried(connection, kind, word)? {
                return Ok(true);
            }
        }
    }
    names_buried(connection, text)
}

/// Whether the text of a record names, anywhere in it, an address or a number that was purged, or is
/// about an account that was.
pub(crate) fn names_buried(connection: &Connection, text: &str) -> rusqlite::Result<bool> {
    if is_empty(connection)? {
        return Ok(false);
    }
    for account in accounts(text) {
        if is_buried(connection, ACCOUNT, &account)? {
            return Ok(true);
        }
    }
    for text in addresses::ways(&unescaped(text)) {
        // A text may have the same one thousands of times.
        for address in addresses::candidates(&text).collect::<HashSet<_>>() {
            if is_buried(connection, EMAIL, address)? {
                return Ok(true);
            }
        }
    }
    for text in strings(text) {
        for digits in numbers(&text) {
            if is_buried(connection, PHONE, &digits)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn separates(it: char) -> bool {
    it.is_whitespace() || "\"\\,;:<>()[]{}?&=|".contains(it)
}

/// The text with its escapes of JSON undone, as far as addresses and numbers need it.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        whole.push_str(before);
        let code = escape.strip_prefix('u').and_then(|it| it.get(..4));
        let code = code.and_then(|it| u32::from_str_radix(it, 16).ok());
        rest = if let Some(code) = code {
            // The half of a pair is no character of an address.
            whole.push(char::from_u32(code).unwrap_or(' '));
            &escape[5..]
        } else {
            let escaped = escape.chars().next().unwrap_or(' ');
            whole.push(if "nrtbfu".contains(escaped) { ' ' } else { escaped });
            escape.get(escaped.len_utf8()..).unwrap_or_default()
        };
    }
    whole.push_str(rest);
    whole.into()
}

/// One form for the ways to write a value.
pub(crate) fn normal(kind: &str, value: &str) -> String {
    match kind {
        EMAIL => value.trim().to_lowercase(),
        // `+44…`, `0044…`, and `44…` reach the same person.
        PHONE => {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            digits.strip_prefix("00").unwrap_or(&digits).to_owned()
        }
        _ => value.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_write_a_value_have_one_form() {
        assert_eq!(normal(EMAIL, " Jane@Acme.Example "), "jane@acme.example");
        for phone in ["+44 20 7946 0000", "0044 (20) 7946-0000", "442079460000"] {
            assert_eq!(normal(PHONE, phone), "442079460000");
        }
        assert_eq!(normal(CALL, "7782342274025937895"), "7782342274025937895");
    }
}
