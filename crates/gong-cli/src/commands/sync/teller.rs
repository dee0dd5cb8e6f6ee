//! What a sync tells while it works, as the progress line shows it.

use gong_archive::Standing;

use crate::{
    context::lists::counted,
    ui::{Progress, grouped},
};

/// Shows on the progress line how far a sync is.
pub(super) struct Teller {
    pub(super) progress: Progress,
    /// How many calls there are, if Gong was asked.
    pub(super) calls: Option<u64>,
}

impl gong_archive::Progress for Teller {
    fn moved(&self, standing: &Standing) {
        self.progress.set_total(total(standing, self.calls));
        self.progress.set_done(standing.calls_listed);
        self.progress.set_note(&note(standing));
    }
}

/// How many calls the sync lists, if that is known. Gong says it of a window when that is begun, and
/// one follows the other: as long as there are others to come, nobody knows how long it takes.
fn total(standing: &Standing, calls: Option<u64>) -> Option<u64> {
    let is_last = standing.windows_planned.saturating_sub(standing.windows_done) < 2;
    let total = calls.or_else(|| is_last.then_some(standing.calls_to_list));
    total.map(|it| it.max(standing.calls_listed))
}

/// What the line says besides the calls.
fn note(standing: &Standing) -> String {
    let mut parts = Vec::new();
    if standing.windows_planned > 1 {
        let (done, planned) = (grouped(standing.windows_done), grouped(standing.windows_planned));
        parts.push(format!("{done} of {planned} windows"));
    }
    parts.push(counted(standing.transcripts_present, "transcripts"));
    if standing.transcripts_expected > 0 {
        parts.push(format!("{} to come", grouped(standing.transcripts_expected)));
    }
    parts.push(match standing.per_day {
        0 => counted(standing.requests, "requests"),
        per_day => {
            let used = counted(standing.used_today, "requests");
            format!("{used} of {} today", grouped(u64::from(per_day)))
        }
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
            "2 of 6 windows, 1,200 transcripts, 30 to come, 340 requests of 10,000 today"
        );
    }

    #[test]
    fn what_is_left_is_told_when_it_is_known() {
        let mut standing = Standing::default();
        standing.windows_planned = 5;
        standing.windows_done = 1;
        standing.calls_listed = 335;
        standing.calls_to_list = 335;
        assert_eq!(total(&standing, None), None);
        assert_eq!(total(&standing, Some(2780)), Some(2780));
        assert_eq!(total(&standing, Some(300)), Some(335));
        standing.windows_done = 4;
        standing.calls_to_list = 400;
        assert_eq!(total(&standing, None), Some(400));
    }
}
