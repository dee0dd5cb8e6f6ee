//! Users: the people of the company.

use gong_types::{Record, User};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    Saved,
    record::{self, Incoming, maybe, plain, quarantine, shown},
};
use crate::{moment, tombstones};

pub(super) const KIND: &str = "users";

pub(super) fn save(
    connection: &Connection,
    record: &Record<User>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    let (user, problem) = match record::read(record) {
        Ok(read) => read,
        Err(error) => return quarantine(connection, KIND, record.text(), &error.to_string(), now),
    };
    for (kind, value) in [
        (tombstones::USER, Some(user.id.as_str())),
        (tombstones::EMAIL, user.email_address.as_deref()),
        (tombstones::PHONE, user.phone_number.as_deref()),
    ] {
        if tombstones::is_buried(connection, kind, value.unwrap_or_default())? {
            return Ok(Saved::LeftOut);
        }
    }
    let incoming = Incoming {
        kind: KIND,
        id: user.id.as_str(),
        text: record.text(),
        problem: problem.as_deref(),
        now,
    };
    record::save(connection, &incoming, || {
        let name = Some(user.name()).filter(|name| !name.is_empty());
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO users
                   (user_id, email, name, title, phone, is_active, manager_id, created)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                user.id.as_str(),
                maybe(user.email_address.as_deref()),
                name.as_deref().map(plain),
                maybe(user.title.as_deref()),
                maybe(user.phone_number.as_deref()),
                user.active,
                shown(user.manager_id.as_ref()),
                user.created.map(moment::text),
            ])?;
        Ok(())
    })
}
