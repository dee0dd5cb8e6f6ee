//! Calls: the extensive record of a call, read into the tables.

use gong_types::{Call, CallDetails, Party, PartyMethod, Record};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::value::RawValue;

use super::{
    Saved, content, crm, delete,
    record::{self, Kept, NO_ID, compare, is_id, keep, maybe, plain, quarantine, shown},
    transcripts,
};
use crate::{kept, moment, number, tombstones};

pub(crate) fn save(
    connection: &Connection,
    record: &Record<CallDetails>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    let aside = |problem: &str| quarantine(connection, "calls", record.text(), problem, now);
    let (details, problem) = match record::read(record) {
        Ok(read) => read,
        Err(error) => return aside(&error.to_string()),
    };
    let id = details.meta_data.id.as_str();
    if !is_id(id) {
        return aside(NO_ID);
    }
    if tombstones::leaves_out(connection, &details)?
        || tombstones::names_buried(connection, record.text())?
    {
        // Somebody who was purged may have come into a call that is there.
        delete::call(connection, id)?;
        return Ok(Saved::LeftOut);
    }
    let hash = kept::hash(record.text());
    let saved = compare(connection, "calls", id, &hash)?;
    if saved == Saved::Same {
        return Ok(saved);
    }
    let (text, problem) = (record.text(), problem.as_deref());
    keep(connection, &Kept { kind: "calls", id, hash: &hash, text, problem, now })?;
    let Some(number) = place(connection, &details.meta_data, now)? else {
        return Ok(Saved::LeftOut);
    };
    write(connection, number, &details)?;
    parties(connection, id, details.parties.as_deref().unwrap_or_default())?;
    let linked = crm::Linked::of(connection, id)?;
    crm::write(connection, id, &details)?;
    content::write(connection, id, details.content.as_ref())?;
    if saved == Saved::Changed {
        linked.remove_orphans(connection)?;
        transcripts::name_again(connection, number, &details)?;
    }
    Ok(saved)
}

/// Fills what the call is linked to with what its kept text says, where nothing else says it.
pub(super) fn fill_links(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    let Some(text) = crate::archive::text(connection, "calls", id)? else { return Ok(()) };
    let Ok(text) = RawValue::from_string(text) else { return Ok(()) };
    let Ok((details, _)) = record::read(&Record::<CallDetails>::from(text)) else { return Ok(()) };
    crm::fill(connection, &details)?;
    content::fill_trackers(connection, details.content.as_ref())
}

/// The number of the call: a new one, or its own, which changes when it started at another time.
/// Nothing if it turned out that the call is not to be kept.
fn place(connection: &Connection, call: &Call, now: Timestamp) -> rusqlite::Result<Option<i64>> {
    let id = call.id.as_str();
    let own: Option<i64> = connection
        .prepare_cached("SELECT number FROM calls WHERE call_id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    match own {
        Some(own) if number::fits(own, call.started) => Ok(Some(own)),
        Some(own) => {
            let transcript = crate::archive::text(connection, "transcripts", id)?;
            transcripts::delete(connection, own)?;
            let number = number::free(connection, call.started)?;
            connection.execute("UPDATE calls SET number = ?2 WHERE number = ?1", [own, number])?;
            if let Some(text) = transcript
                && transcripts::write_again(connection, &text, now)? == Saved::LeftOut
            {
                return Ok(None);
            }
            Ok(Some(number))
        }
        None => {
            let number = number::free(connection, call.started)?;
            connection
                .prepare_cached("INSERT INTO calls (number, call_id) VALUES (?1, ?2)")?
                .execute(params![number, id])?;
            connection
                .prepare_cached("INSERT INTO call_states (number) VALUES (?1)")?
                .execute([number])?;
            Ok(Some(number))
        }
    }
}

fn write(connection: &Connection, number: i64, details: &CallDetails) -> rusqlite::Result<()> {
    let call = &details.meta_data;
    let content = details.content.as_ref();
    let outcome = content.and_then(|it| it.call_outcome.as_ref()?.name.as_deref());
    let brief = content.and_then(|it| it.brief.as_deref());
    connection
        .prepare_cached(
            "UPDATE calls SET
               title = ?2, started = ?3, scheduled = ?4, duration_seconds = ?5, host_user_id = ?6,
               workspace_id = ?7, direction = ?8, scope = ?9, system = ?10, media = ?11,
               language = ?12, purpose = ?13, meeting_url = ?14, url = ?15, is_private = ?16,
               outcome = ?17, brief = ?18
             WHERE number = ?1",
        )?
        .execute(params![
            number,
            maybe(call.title.as_deref()),
            call.started.map(moment::text),
            call.scheduled.map(moment::text),
            call.duration,
            shown(call.primary_user_id.as_ref()),
            shown(call.workspace_id.as_ref()),
            shown(call.direction.as_ref()),
            shown(call.scope.as_ref()),
            maybe(call.system.as_deref()),
            shown(call.media.as_ref()),
            maybe(call.language.as_deref()),
            maybe(call.purpose.as_deref()),
            maybe(call.meeting_url.as_deref()),
            maybe(call.url.as_deref()),
            call.is_private,
            outcome.map(plain),
            brief.map(plain),
        ])?;
    Ok(())
}

fn parties(connection: &Connection, id: &str, parties: &[Party]) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM parties WHERE call_id = ?1")?.execute([id])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO parties (call_id, position, party_id, speaker_id, user_id, name, email, phone,
           title, affiliation, was_invited, attended)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    for (position, party) in (0_i64..).zip(parties) {
        let has = |method: &PartyMethod| party.methods.as_ref().map(|it| it.contains(method));
        insert.execute(params![
            id,
            position,
            shown(party.id.as_ref()),
            shown(party.speaker_id.as_ref()),
            shown(party.user_id.as_ref()),
            maybe(party.name.as_deref()),
            maybe(party.email_address.as_deref()),
            maybe(party.phone_number.as_deref()),
            maybe(party.title.as_deref()),
            shown(party.affiliation.as_ref()),
            has(&PartyMethod::Invitee),
            has(&PartyMethod::Attendee),
        ])?;
    }
    Ok(())
}
