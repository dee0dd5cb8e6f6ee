//! The progress line: how far long work is, and why it waits. Nothing unless stderr is a terminal.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{Timestamp, Zoned};

use crate::output::clean_line;

/// Work that is shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);

/// The line, and the line with a note below it: more than a narrow terminal shows in one.
const ALONE: &str = "{wide_msg}";
const NOTED: &str = "{wide_msg}\n{prefix}";

/// One line that says how far the work is. Clones are the same line.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    work: Arc<Mutex<Work>>,
}

impl Progress {
    pub(super) fn drawn() -> Self {
        Self::on(ProgressDrawTarget::stderr())
    }

    /// One that is never seen.
    pub(crate) fn hidden() -> Self {
        Self::on(ProgressDrawTarget::hidden())
    }

    fn on(target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, target);
        Self { bar, work: Arc::default() }
    }

    /// Begins a piece of work; `what` names the things that are counted: `calls`.
    pub(crate) fn start(&self, what: &str) {
        self.finish();
        self.lock().what = clean_line(what).into_owned();
    }

    /// How many there are in all, as far as that is known.
    pub(crate) fn set_total(&self, total: impl Into<Option<u64>>) {
        let total = total.into();
        self.change(|work| work.total = total);
    }

    /// So many more are done.
    pub(crate) fn add(&self, done: u64) {
        self.change(|work| {
            work.done = work.done.saturating_add(done);
            work.waiting = None;
        });
    }

    /// So many are done in all.
    pub(crate) fn set_done(&self, done: u64) {
        self.change(|work| {
            work.done = done;
            work.waiting = None;
        });
    }

    /// What else is to be said of it, in a line of its own below.
    pub(crate) fn set_note(&self, note: &str) {
        let note = clean_line(note).into_owned();
        self.change(|work| work.note = note);
    }

    /// Why nothing happens now, and until when, if that is known.
    pub(crate) fn waiting(&self, reason: &str, until: Option<Timestamp>) {
        let reason = clean_line(reason).into_owned();
        self.change(|work| work.waiting = Some((reason, until)));
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        let work = std::mem::take(&mut *self.lock());
        if work.is_seen {
            self.bar.finish_and_clear();
        }
    }

    /// Does something with the terminal while the line is away.
    pub(crate) fn beside<T>(&self, what: impl FnOnce() -> T) -> T {
        // The lock is not held while it is done, as that may change the line.
        let is_seen = self.lock().is_seen;
        if is_seen { self.bar.suspend(what) } else { what() }
    }

    fn change(&self, change: impl FnOnce(&mut Work)) {
        let mut work = self.lock();
        change(&mut work);
        if self.bar.is_hidden() {
            return;
        }
        let elapsed = work.since.elapsed();
        if elapsed < PATIENCE && work.waiting.is_none() {
            return;
        }
        let is_first = !std::mem::replace(&mut work.is_seen, true);
        let line = work.line(elapsed, &Zoned::now());
        let note = work.note.clone();
        drop(work);
        let template = if note.is_empty() { ALONE } else { NOTED };
        self.bar.set_style(ProgressStyle::with_template(template).expect("a fixed template"));
        if is_first {
            self.bar.reset();
        }
        self.bar.set_prefix(note);
        self.bar.set_message(line);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone)]
struct Work {
    what: String,
    done: u64,
    total: Option<u64>,
    since: Instant,
    /// What stands below the line.
    note: String,
    waiting: Option<(String, Option<Timestamp>)>,
    /// Whether there is a line on the terminal.
    is_seen: bool,
}

impl Default for Work {
    fn default() -> Self {
        let since = Instant::now();
        let (what, note) = (String::new(), String::new());
        Self { what, done: 0, total: None, since, note, waiting: None, is_seen: false }
    }
}

impl Work {
    fn line(&self, elapsed: Duration, now: &Zoned) -> String {
        let mut parts = Vec::new();
        match self.total {
            Some(total) if total > 0 && total >= self.done => parts.push(format!(
                "{} of {} {} ({} %)",
                grouped(self.done),
                grouped(total),
                self.what,
                u128::from(self.done) * 100 / u128::from(total),
            )),
            _ if self.done > 0 || !self.what.is_empty() => {
                parts.push(format!("{} {}", grouped(self.done), self.what));
            }
            _ => {}
        }
        let millis = elapsed.as_millis();
        if let Some(rate) = (u128::from(self.done) * 1000).checked_div(millis)
            && self.done > 0
        {
            parts.push(if rate > 0 {
                format!("{rate} a second")
            } else {
                "less than 1 a second".into()
            });
            // With nothing left to count, what is still done cannot be foretold.
            let left = self.total.and_then(|total| total.checked_sub(self.done));
            if let Some(left) = left.filter(|left| *left > 0) {
                let left = (u128::from(left) * millis).div_ceil(u128::from(self.done) * 1000);
                parts.push(format!("{} left", spoken(left)));
            }
        }
        if let Some((reason, until)) = &self.waiting {
            let until = until.map(|until| {
                let until = until.to_zoned(now.time_zone().clone());
                let format = if until.date() == now.date() { "%H:%M:%S" } else { "%Y-%m-%d %H:%M" };
                format!(" until {}", until.strftime(format))
            });
            parts.push(format!("waiting{}: {reason}", until.unwrap_or_default()));
        }
        parts.join(", ").trim().to_owned()
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn spoken(seconds: u128) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is_and_why_it_waits() {
        let now: Zoned = "2026-07-01T12:00:00-04:00[America/New_York]".parse().unwrap();
        let soon = "2026-07-01T16:05:00Z".parse().ok();
        let tomorrow = "2026-07-02T04:00:00Z".parse().ok();
        let limit = "Gong allows 3 requests a second";
        let quota = "the daily 10,000 are used up";
        let mut lines = Vec::new();
        for (done, total, seconds, waiting) in [
            (0, None, 1, None),
            (500, None, 2, None),
            (500, Some(1_234_567), 2, None),
            (1, Some(10), 90, None),
            (10, Some(10), 1, None),
            (12, Some(10), 1, None),
            (0, Some(0), 1, None),
            (100, Some(300), 0, Some((limit, None))),
            (100, Some(300), 10, Some((limit, soon))),
            (100, Some(30_000), 20_000, Some((quota, tomorrow))),
        ] {
            let waiting = waiting.map(|(reason, until)| (reason.to_owned(), until));
            let work = Work { what: "calls".into(), done, total, waiting, ..Work::default() };
            lines.push(work.line(Duration::from_secs(seconds), &now));
        }
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn an_unseen_line_still_lets_others_print() {
        let progress = Progress::hidden();
        progress.start("calls");
        progress.set_total(u64::MAX);
        progress.add(u64::MAX);
        progress.add(1);
        progress.waiting("no\u{1b}[2J\nreason", None);
        assert!(!progress.lock().line(Duration::MAX, &Zoned::now()).contains(['\u{1b}', '\n']));
        assert_eq!(progress.beside(|| 7), 7);
        progress.finish();
    }
}
