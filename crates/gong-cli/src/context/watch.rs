//! What the client tells while it works, as the progress line shows it.

use std::sync::Arc;

use gong_client::{Event, Reason, Watch};
use jiff::Timestamp;

use crate::ui::{Progress, say_to_the_last};

/// In what the progress of a file is counted.
const MEGABYTE: u64 = 1_000_000;

/// Shows on the progress line why nothing happens.
struct Teller(Progress);

/// What a client tells, shown on this line.
pub(super) fn over(progress: Progress) -> Arc<dyn Watch> {
    Arc::new(Teller(progress))
}

impl Teller {
    /// How far a file is on its way.
    fn file(&self, bytes: u64, of: Option<u64>) {
        if let Some(of) = of {
            self.0.set_total(of / MEGABYTE);
        }
        self.0.set_done(bytes / MEGABYTE);
    }
}

impl Watch for Teller {
    fn event(&self, event: &Event) {
        let (reason, wait) = match event {
            Event::Waiting { wait, reason, .. } => (
                match reason {
                    Reason::Pace => "Gong allows so many requests a second",
                    Reason::RetryAfter => "Gong asked for a pause",
                    _ => "the requests of the day are used up",
                }
                .to_owned(),
                Some(*wait),
            ),
            Event::Retrying { why, wait, .. } => (format!("trying again: {why}"), Some(*wait)),
            Event::Restarted { .. } => ("the list is read again from its start".to_owned(), None),
            Event::Downloading { bytes, of } => return self.file(*bytes, *of),
            Event::Uploading { sent, of, .. } => return self.file(*sent, Some(*of)),
            Event::LedgerRebuilt { path } => {
                let place = path.display();
                let said = format!(
                    "warning: the count of requests in {place} was damaged; it is made anew, as if \
                     many had been sent"
                );
                self.0.beside(|| say_to_the_last(&said));
                return;
            }
            Event::JournalPutAside { path } => {
                let place = path.display();
                let said = format!("warning: the journal {place} was damaged; a new one is begun");
                self.0.beside(|| say_to_the_last(&said));
                return;
            }
            _ => return,
        };
        // The pace of every request is no news.
        let is_short = wait.is_some_and(|wait| wait.as_millis() < 1500);
        if !is_short {
            let until = wait.and_then(|wait| Timestamp::now().checked_add(wait).ok());
            self.0.waiting(&reason, until);
        }
    }
}
