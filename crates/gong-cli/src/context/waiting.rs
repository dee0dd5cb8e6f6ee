//! Waiting for what Gong does in its own time: looks again and again, with growing pauses.

use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::SignedDuration;

use super::Context;
use crate::exit::Failure;

/// The first pause between two looks; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Context {
    /// Looks until `look` finds something, and no longer than `patience`; `None` if time ran out.
    /// `reason` says meanwhile what is waited for, such as `Gong is storing the objects`.
    pub(crate) async fn wait_for<T>(
        &self,
        patience: Duration,
        reason: &str,
        mut look: impl AsyncFnMut() -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        let progress = self.ui.progress();
        let work = async {
            let since = Instant::now();
            let mut pause = FIRST_PAUSE;
            loop {
                if let Some(found) = look().await? {
                    return Ok(Some(found));
                }
                let left = patience.saturating_sub(since.elapsed());
                if left.is_zero() {
                    return Ok(None);
                }
                progress.waiting(reason, None);
                tokio::time::sleep(left.min(pause)).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        };
        progress.start("looks");
        let found = self.or_interrupted(work).await;
        progress.finish();
        found
    }
}

/// Says of an interruption while waiting with which command the waiting goes on.
pub(crate) fn goes_on_with(error: anyhow::Error, command: &str) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) => {
            failure.resumed_by(|| format!("Gong goes on; to wait again: {command}")).into()
        }
        Err(error) => error,
    }
}

/// Reads how long to wait, such as `90s`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write it as 90s, 10m or 1h".to_owned();
    let length: SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(length).map_err(|_| wrong())
}
