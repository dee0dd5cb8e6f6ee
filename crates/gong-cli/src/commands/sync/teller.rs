//! What a sync tells while it works, as the progress line shows it.

use gong_archive::Standing;

use crate::{context::lists::counted, ui::Progress};

/// Shows on the progress line how far a sync is.
pub(super) struct Teller(pub(super) Progress);

impl gong_archive::Progress for Teller {
    fn moved(&self, standing: &Standing) {
        self.0.set_total(standing.calls_to_list.max(standing.calls_listed));
        self.0.set_done(standing.calls_listed);
        self.0.set_note(&note(standing));
    }
}

/// What the line says besides the calls.
fn note(standing: &Standing) -> String {
    let mut parts = Vec::new();
    if standing.windows_planned > 1 {
        parts.push(format!("{} of {} windows", standing.windows_done, standing.windows_planned));
    }
    parts.push(counted(standing.transcripts_present, "transcripts"));
    if standing.transcripts_expected > 0 {
        parts.push(format!("{} to come", standing.transcripts_expected));
    }
    let used = counted(standing.used_today, "requests");
    parts.push(match standing.per_day {
        0 => counted(standing.requests, "requests"),
        per_day => format!("{used} of {per_day} today"),
    });
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_used_and_what_is_to_come() {
        let mut standing = Standing::default();
        standing.requests = 7;
        assert_eq!(note(&standing), "0 transcripts, 7 requests");
        standing.windows_planned = 6;
        standing.windows_done = 2;
        standing.transcripts_present = 1200;
        standing.transcripts_expected = 30;
        standing.used_today = 340;
        standing.per_day = 10_000;
        assert_eq!(
            note(&standing),
            "2 of 6 windows, 1200 transcripts, 30 to come, 340 requests of 10000 today"
        );
    }
}
