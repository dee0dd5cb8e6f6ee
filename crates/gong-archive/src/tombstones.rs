//! Tombstones: what was purged and must not come back, as salted hashes that tell nothing.

use gong_types::{CallDetails, CrmContext};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use crate::moment;

/// The setting that holds the salt, in hexadecimal digits.
const SALT: &str = "salt";
/// The setting that says which calls are too old to be kept: those that started before it.
pub(crate) const KEPT_FROM: &str = "kept_from";

pub(crate) const CALL: &str = "call";
pub(crate) const EMAIL: &str = "email";
pub(crate) const PHONE: &str = "phone";
pub(crate) const ACCOUNT: &str = "account";
pub(crate) const USER: &str = "user";

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

/// Whether a call is not to be kept: it, or somebody in it, was purged, or it is too old.
pub(crate) fn leaves_out(connection: &Connection, call: &CallDetails) -> rusqlite::Result<bool> {
    if is_too_old(connection, call.meta_data.started)? {
        return Ok(true);
    }
    if is_empty(connection)? {
        return Ok(false);
    }
    let mut values = vec![(CALL, call.meta_data.id.as_str())];
    values.extend(call.meta_data.primary_user_id.as_ref().map(|it| (USER, it.as_str())));
    add_accounts(&mut values, call.context.as_deref());
    for party in call.parties.iter().flatten() {
        values.extend(party.user_id.as_ref().map(|it| (USER, it.as_str())));
        values.extend(party.email_address.as_deref().map(|it| (EMAIL, it)));
        values.extend(party.phone_number.as_deref().map(|it| (PHONE, it)));
        add_accounts(&mut values, party.context.as_deref());
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

fn add_accounts<'a>(values: &mut Vec<(&'static str, &'a str)>, context: Option<&'a [CrmContext]>) {
    let objects = context.into_iter().flatten().flat_map(|it| it.objects.iter().flatten());
    values.extend(objects.filter_map(|it| it.object_id.as_ref()).map(|it| (ACCOUNT, it.as_str())));
}

/// The moment before which no call is kept, as the archive writes moments.
pub(crate) fn kept_from(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([KEPT_FROM], |row| row.get(0))
        .optional()
}

/// Whether the text of a record that cannot be read holds something that was purged: any of its
/// values may be one, and any address in them.
pub(crate) fn holds_buried(connection: &Connection, text: &str) -> rusqlite::Result<bool> {
    if is_empty(connection)? {
        return Ok(false);
    }
    let separates = |it: char| it.is_whitespace() || "\"\\,;:<>()[]{}".contains(it);
    for word in text.split(separates).map(|it| it.trim_matches(['.', '\''])) {
        let kinds: &[&str] = if word.contains('@') { &[EMAIL] } else { &[CALL, ACCOUNT, USER] };
        for kind in kinds {
            if is_buried(connection, kind, word)? {
                return Ok(true);
            }
        }
    }
    for value in text.split('"') {
        if value.len() < 40 && value.contains(|it: char| it.is_ascii_digit()) {
            let is_phone = value.chars().all(|it| it.is_ascii_digit() || "+-() ./".contains(it));
            if is_phone && is_buried(connection, PHONE, value)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
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
