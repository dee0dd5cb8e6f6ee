//! What was found, as a table and a CSV file show it.

use gong_archive::Hit;
use jiff::Timestamp;
use serde::Deserialize;

use crate::output::{Cell, Look, View};

/// A sentence that was found, who said it to whom, and where.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Passage {
    call_id: String,
    title: Option<String>,
    started: Option<String>,
    speaker_name: String,
    affiliation: Option<String>,
    to: Vec<String>,
    start: Option<i64>,
    sentence: String,
    url: Option<String>,
}

impl Passage {
    pub(super) fn of(hit: &Hit) -> Self {
        Self {
            call_id: hit.call_id.clone(),
            title: hit.title.clone(),
            started: hit.started.clone(),
            speaker_name: hit.speaker_name.clone(),
            affiliation: hit.affiliation.clone(),
            to: hit.to.clone(),
            start: hit.start,
            sentence: hit.sentence.clone(),
            url: hit.url.clone(),
        }
    }

    /// When the call started.
    pub(super) fn time(&self, look: &Look) -> String {
        let started: Option<Timestamp> = self.started.as_deref().and_then(|it| it.parse().ok());
        look.time(started).text
    }

    /// Where in the recording it is said, as players show it.
    pub(super) fn at(&self) -> String {
        let Some(seconds) = self.start.map(|it| it.max(0) / 1000) else { return String::new() };
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 {
            format!("{hours}:{minutes:02}:{seconds:02}")
        } else {
            format!("{minutes:02}:{seconds:02}")
        }
    }
}

impl View for Passage {
    const COLUMNS: &'static [&'static str] =
        &["STARTED", "AT", "SPEAKER", "SENTENCE", "TO", "TITLE", "SIDE", "CALL", "URL"];
    const FOR_PEOPLE: usize = 6;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.time(look)),
            Cell::text(self.at()),
            Cell::text(self.speaker_name.as_str()),
            Cell::text(self.sentence.as_str()),
            Cell::text(self.to.join(", ")),
            Cell::maybe(self.title.as_deref()),
            Cell::maybe(self.affiliation.as_deref()),
            Cell::text(self.call_id.as_str()),
            Cell::maybe(self.url.as_deref()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_as_players_show_it() {
        let json = r#"{"callId":"1","title":null,"started":null,"speakerName":"Ada","affiliation":
            null,"to":[],"start":null,"end":null,"sentence":"Yes.","url":null}"#;
        let mut passage: Passage = serde_json::from_str(json).unwrap();
        for (start, at) in [
            (None, ""),
            (Some(-5), "00:00"),
            (Some(754_999), "12:34"),
            (Some(3_661_000), "1:01:01"),
        ] {
            passage.start = start;
            assert_eq!(passage.at(), at);
        }
    }
}
