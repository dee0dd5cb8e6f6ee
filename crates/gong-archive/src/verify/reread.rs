//! Reading again: whether the rows of a call are what Gong's text of it says.

use gong_types::Record;
use jiff::Timestamp;
use rusqlite::{Connection, types::Value};
use serde_json::value::RawValue;

use super::Finding;
use crate::{archive::text, batch, number, schema};

/// How many calls are read again.
const SAMPLE: i64 = 200;
/// The tables with rows of one call, each with what tells them and what is our own number in them.
const TABLES: [(&str, &str); 12] = [
    ("calls", "call_id = ?1"),
    ("parties", "call_id = ?1"),
    ("call_accounts", "call_id = ?1"),
    ("call_opportunities", "call_id = ?1"),
    ("tracker_hits", "call_id = ?1"),
    ("topics", "call_id = ?1"),
    ("highlights", "call_id = ?1"),
    ("key_points", "call_id = ?1"),
    ("outline", "call_id = ?1"),
    ("speakers", "call_number = (SELECT number FROM calls WHERE call_id = ?1)"),
    ("spoken", "id BETWEEN ?2 AND ?3"),
    ("sentences", "call_id = ?1"),
];
/// Columns that are ours and not Gong's.
const OWN: [&str; 4] = ["number", "call_number", "id", "transcript"];

/// Reads calls again, each into an empty archive in memory, and compares the rows.
pub(super) fn sample(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    // Text and rows of a call are those of one moment, though a sync goes on.
    let moment = connection.unchecked_transaction()?;
    let findings = compare(&moment)?;
    moment.commit()?;
    Ok(findings)
}

fn compare(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    let calls: Vec<String> = connection
        .prepare("SELECT call_id FROM calls ORDER BY random() LIMIT ?1")?
        .query_map([SAMPLE], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut fresh = schema::in_memory()?;
    let mut findings = Vec::new();
    for call_id in calls {
        let transaction = fresh.transaction()?;
        if !read(connection, &transaction, &call_id)? {
            continue;
        }
        for (table, of_call) in TABLES {
            let there = rows(connection, table, of_call, &call_id)?;
            if there != rows(&transaction, table, of_call, &call_id)? {
                let table = table.to_owned();
                findings.push(Finding::Rows { call_id: call_id.clone(), table });
            }
        }
        // Nothing of it is kept.
        drop(transaction);
    }
    Ok(findings)
}

/// Reads the texts of a call into an empty archive. Gives whether they could be read at all: that they
/// cannot is another finding.
fn read(from: &Connection, into: &Connection, call_id: &str) -> rusqlite::Result<bool> {
    for kind in ["calls", "transcripts"] {
        let Ok(text) = text(from, kind, call_id) else { return Ok(false) };
        let Some(text) = text else { return Ok(kind == "transcripts") };
        let Ok(raw) = RawValue::from_string(text) else { return Ok(false) };
        let now = Timestamp::UNIX_EPOCH;
        if kind == "calls" {
            batch::save_call(into, &Record::from(raw), now)?;
        } else {
            batch::save_transcript(into, &Record::from(raw), now)?;
        }
    }
    Ok(true)
}

fn rows(
    connection: &Connection,
    table: &str,
    of_call: &str,
    call_id: &str,
) -> rusqlite::Result<Vec<Vec<Value>>> {
    let number = "SELECT coalesce((SELECT number FROM calls WHERE call_id = ?1), -1)";
    let number: i64 = connection.query_row(number, [call_id], |row| row.get(0))?;
    let (first, last) = number::sentences_of(number);
    let order = if table == "spoken" { "id" } else { "1, 2" };
    let mut statement =
        connection.prepare(&format!("SELECT * FROM {table} WHERE {of_call} ORDER BY {order}"))?;
    let own: Vec<bool> = statement.column_names().map(|name| OWN.contains(&name)).collect();
    let n = statement.parameter_count();
    let parameters: Vec<Value> =
        [Value::from(call_id.to_owned()), first.into(), last.into()].into_iter().take(n).collect();
    statement
        .query_map(rusqlite::params_from_iter(parameters), |row| {
            (0..own.len()).filter(|at| !own[*at]).map(|at| row.get(at)).collect()
        })?
        .collect()
}
