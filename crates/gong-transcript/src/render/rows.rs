//! Rows: a sentence a line, as JSON Lines and as CSV.

use std::io;

use crate::{Dialogue, Line};

/// The first line of a CSV file: the members of [`Line`].
pub(super) const HEADER: &str = "callId,speakerId,speakerName,start,end,text,topic\n";

pub(super) fn write_jsonl(dialogue: &Dialogue, out: &mut impl io::Write) -> io::Result<()> {
    for line in dialogue.lines() {
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

pub(super) fn write_csv(dialogue: &Dialogue, out: &mut impl io::Write) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    for line in dialogue.lines() {
        let Line { call_id, speaker_id, speaker_name, start, end, text, topic } = line;
        let time = |time: Option<i64>| time.map(|time| time.to_string()).unwrap_or_default();
        rows.write_record([
            call_id.as_str(),
            speaker_id.map(gong_types::SpeakerId::as_str).unwrap_or_default(),
            speaker_name,
            &time(start),
            &time(end),
            text.unwrap_or_default(),
            topic.unwrap_or_default(),
        ])?;
    }
    rows.flush()
}
