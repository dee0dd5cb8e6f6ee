//! What a sync did, in our own words.

use gong_archive::{Ended, Synced};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::output::{Cell, Look, Mark, View};

/// What a sync did.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    ended: String,
    resume_at: Option<Timestamp>,
    calls_new: u64,
    calls_changed: u64,
    calls_removed: u64,
    transcripts_new: u64,
    transcripts_expected: u64,
    transcripts_given_up: u64,
    others_new: u64,
    quarantined: u64,
    requests: u64,
}

impl Report {
    pub(super) fn of(synced: &Synced) -> Self {
        let ended = match synced.ended {
            Ended::Done => "done",
            Ended::Budget { .. } => "budget",
            Ended::Paused { .. } => "paused",
            Ended::MaxRequests => "maxRequests",
            Ended::Stopped => "stopped",
            Ended::Vanished { .. } => "vanished",
            _ => "otherwise",
        };
        Self {
            ended: ended.to_owned(),
            resume_at: super::resume_at(&synced.ended),
            calls_new: synced.calls_new,
            calls_changed: synced.calls_changed,
            calls_removed: synced.calls_removed,
            transcripts_new: synced.transcripts_new,
            transcripts_expected: synced.transcripts_expected,
            transcripts_given_up: synced.transcripts_given_up,
            others_new: synced.others_new,
            quarantined: synced.quarantined,
            requests: synced.requests,
        }
    }
}

impl View for Report {
    const COLUMNS: &'static [&'static str] = &[
        "ENDED",
        "NEW CALLS",
        "CHANGED CALLS",
        "REMOVED CALLS",
        "NEW TRANSCRIPTS",
        "TRANSCRIPTS TO COME",
        "GIVEN UP",
        "OTHER RECORDS",
        "PUT ASIDE",
        "REQUESTS",
        "GOES ON AT",
    ];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let mark = if self.ended == "done" { Mark::None } else { Mark::Warn };
        let mut cells = vec![Cell::text(self.ended.as_str()).marked(mark)];
        cells.extend(
            [
                self.calls_new,
                self.calls_changed,
                self.calls_removed,
                self.transcripts_new,
                self.transcripts_expected,
                self.transcripts_given_up,
                self.others_new,
                self.quarantined,
                self.requests,
            ]
            .map(Cell::number),
        );
        cells.push(look.time(self.resume_at));
        cells
    }
}
