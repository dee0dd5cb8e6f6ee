//! Markdown: a file a call, for people and for programs that read with them.

use std::fmt::Write as _;

use gong_transcript::{Dialogue, Look, markdown_line, markdown_turns};
use gong_types::{Affiliation, CallDetails, CallTranscript, Content, Record};
use rusqlite::{Connection, types::ValueRef};
use serde_json::value::RawValue;

use super::plan::Named;
use crate::{
    archive,
    error::{Error, Result},
};

/// What was said gets the time in the recording.
const LOOK: Look = Look { timestamps: true, titles: false };

/// Writes the file of a call.
pub(super) fn write(connection: &Connection, call: &Named, out: &mut Vec<u8>) -> Result<()> {
    let details: Option<CallDetails> = read(connection, "calls", &call.id)?
        .and_then(|it| Record::<CallDetails>::from(it).read().ok());
    let mut page = front(connection, call, details.as_ref())?;
    let _ = writeln!(page, "# {}", title(call.title.as_deref(), &format!("Call {}", call.id)));
    if let Some(content) = details.as_ref().and_then(|it| it.content.as_ref()) {
        page.push_str(&summary(content));
    }
    out.extend_from_slice(page.as_bytes());
    out.extend_from_slice(b"\n## Transcript\n");
    let dialogue = read(connection, "transcripts", &call.id)?
        .map(Record::<CallTranscript>::from)
        .and_then(|it| Dialogue::new(it, details.as_ref()).ok());
    match dialogue {
        Some(dialogue) => markdown_turns(&dialogue, LOOK, out).expect("memory takes everything"),
        None => out.extend_from_slice(b"\nThere is none.\n"),
    }
    Ok(())
}

fn read(connection: &Connection, kind: &str, id: &str) -> Result<Option<Box<RawValue>>> {
    let text = archive::text(connection, kind, id)?;
    let raw = text.map(RawValue::from_string).transpose();
    raw.map_err(|error| Error::Encoding(error.into()))
}

/// What a program asks first: facts as YAML, each text in quotes. What is not known is left out.
fn front(
    connection: &Connection,
    call: &Named,
    details: Option<&CallDetails>,
) -> rusqlite::Result<String> {
    let mut page = format!("---\nid: {}\n", yaml(&call.id));
    let mut columns = connection.prepare_cached(
        "SELECT
           calls.title, started, duration_seconds, coalesce(users.name, parties.name), language, url
         FROM calls
         LEFT JOIN users ON users.user_id = host_user_id
         LEFT JOIN parties ON parties.call_id = calls.call_id AND parties.user_id = host_user_id
         WHERE number = ?1 LIMIT 1",
    )?;
    let names = ["title", "started", "duration_seconds", "host", "language", "url"];
    columns.query_row([call.number], |row| {
        for (at, name) in names.iter().enumerate() {
            match row.get_ref(at)? {
                ValueRef::Text(text) => {
                    page.push_str(&fact(name, &String::from_utf8_lossy(text)));
                }
                ValueRef::Integer(number) => {
                    let _ = writeln!(page, "{name}: {number}");
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    let parties = details.and_then(|it| it.parties.as_deref()).unwrap_or_default();
    let parties = parties.iter().map(|party| {
        [
            ("name", party.name.as_deref()),
            ("email", party.email_address.as_deref()),
            ("phone", party.phone_number.as_deref()),
            ("title", party.title.as_deref()),
            ("affiliation", party.affiliation.as_ref().map(Affiliation::as_str)),
        ]
    });
    list(&mut page, "participants", parties);
    let mut accounts = connection.prepare_cached(
        "SELECT account_id, name FROM call_accounts JOIN accounts USING (account_id)
         WHERE call_id = ?1 ORDER BY account_id",
    )?;
    let accounts: Vec<(String, Option<String>)> = accounts
        .query_map([&call.id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let accounts =
        accounts.iter().map(|(id, name)| [("id", Some(id.as_str())), ("name", name.as_deref())]);
    list(&mut page, "accounts", accounts);
    page.push_str("---\n\n");
    Ok(page)
}

fn list<'a, const N: usize>(
    page: &mut String,
    name: &str,
    items: impl Iterator<Item = [(&'a str, Option<&'a str>); N]>,
) {
    let mut begun = false;
    for item in items {
        let facts: Vec<String> =
            item.iter().filter_map(|(name, value)| Some(fact(name, (*value)?))).collect();
        if facts.is_empty() {
            continue;
        }
        if !begun {
            let _ = writeln!(page, "{name}:");
            begun = true;
        }
        let _ = write!(page, "  - {}", facts.join("    "));
    }
}

fn fact(name: &str, value: &str) -> String {
    format!("{name}: {}\n", yaml(value))
}

/// A text as YAML reads it back: in double quotes, with all escaped that some reader takes for a
/// line end or for no character at all.
fn yaml(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for next in text.chars() {
        match next {
            '"' | '\\' => quoted.extend(['\\', next]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                let _ = write!(quoted, "\\x{:02X}", u32::from(next));
            }
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(next));
            }
            _ => quoted.push(next),
        }
    }
    quoted.push('"');
    quoted
}

/// What Gong makes of the call: a few sentences, points, and an outline.
fn summary(content: &Content) -> String {
    let mut page = String::new();
    if let Some(brief) = content.brief.as_deref().map(markdown_line).filter(|it| !it.is_empty()) {
        let _ = writeln!(page, "\n## Summary\n\n{brief}");
    }
    let points = content.key_points.iter().flatten().map(|it| it.text.as_deref());
    section(&mut page, "Key points", points);
    for it in content.highlights.iter().flatten() {
        let items = it.items.iter().flatten().map(|it| it.text.as_deref());
        section(&mut page, &title(it.title.as_deref(), "Highlights"), items);
    }
    let actions = content.points_of_interest.iter().flat_map(|it| it.action_items.iter().flatten());
    section(&mut page, "Action items", actions.map(|it| it.snippet.as_deref()));
    if content.outline.iter().flatten().next().is_some() {
        page.push_str("\n## Outline\n");
        for it in content.outline.iter().flatten() {
            let _ = writeln!(page, "\n### {}\n", title(it.section.as_deref(), "Section"));
            let items = it.items.iter().flatten().filter_map(|it| it.text.as_deref());
            page.extend(items.map(|it| format!("- {}\n", markdown_line(it))));
        }
    }
    page
}

fn section<'a>(page: &mut String, title: &str, items: impl Iterator<Item = Option<&'a str>>) {
    let items: Vec<String> = items.flatten().map(markdown_line).collect();
    if !items.is_empty() {
        let _ = writeln!(page, "\n## {title}\n\n- {}", items.join("\n- "));
    }
}

fn title(title: Option<&str>, otherwise: &str) -> String {
    let title = title.map(markdown_line).filter(|it| !it.is_empty());
    title.unwrap_or_else(|| otherwise.to_owned())
}
