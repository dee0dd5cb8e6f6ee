//! JSON Lines: a call a line, as Gong wrote it, with its transcript.

use rusqlite::Connection;

use super::plan::Named;
use crate::{archive, error::Result};

/// Writes `{"call":…,"transcript":…}`, both Gong's own text; no transcript is `null`.
pub(super) fn write(connection: &Connection, call: &Named, out: &mut Vec<u8>) -> Result<()> {
    let details = archive::text(connection, "calls", &call.id)?;
    let transcript = archive::text(connection, "transcripts", &call.id)?;
    out.extend_from_slice(b"{\"call\":");
    push(details.as_deref(), out);
    out.extend_from_slice(b",\"transcript\":");
    push(transcript.as_deref(), out);
    out.extend_from_slice(b"}\n");
    Ok(())
}

/// JSON on one line: a line end outside of a text is a space, and inside of one there is none.
fn push(json: Option<&str>, out: &mut Vec<u8>) {
    let json = json.unwrap_or("null").bytes();
    out.extend(json.map(|it| if matches!(it, b'\n' | b'\r') { b' ' } else { it }));
}
