//! `gong sync --watch`: one sync after the other, through outages, until Ctrl-C.

use std::{path::Path, rc::Rc, time::Duration};

use anyhow::Result;
use gong_archive::{Ended, Writer};
use gong_types::Record;
use jiff::Timestamp;

use super::{Report, Round, ended, resume_at, tell_waiting};
use crate::{
    context::{Context, waiting::duration},
    exit::{self, Failure},
};

/// The longest pause after failures, unless a longer one was asked for.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// The signal of Ctrl-C.
const CTRL_C: u8 = 2;

/// The shortest pause: each round takes requests of the day, also when nothing is new.
const SHORTEST_PAUSE: Duration = Duration::from_mins(1);

/// Reads the pause between two syncs, such as `15m`.
pub(super) fn pause(text: &str) -> Result<Duration, String> {
    let pause = duration(text)?;
    if pause < SHORTEST_PAUSE {
        return Err("the shortest pause is 1m, for each round takes requests".to_owned());
    }
    Ok(pause)
}

/// Syncs again and again. What would end a single sync is said, and the next one tries again; only
/// what no waiting mends ends it. Ctrl-C in a pause is its ordinary end; other
/// signals end it as they end any command.
pub(super) async fn run(
    ctx: &mut Context,
    round: &Round,
    folder: &Path,
    pause: Duration,
) -> Result<()> {
    let (interrupt, ui) = (ctx.interrupt(), Rc::clone(&ctx.ui));
    ctx.output.stream();
    let mut list = ctx.output.list::<Report>();
    let mut failures = 0;
    let outcome: Result<()> = loop {
        // Not held in the pauses, so that others may change the archive then.
        let (synced, interruption) = match Writer::open(folder) {
            Ok(mut writer) => round.run(&mut writer).await,
            Err(error) => (Some(Err(error)), None),
        };
        if let Some(failure) = interruption {
            break Err(resumed(failure));
        }
        let synced = match synced.transpose() {
            Ok(synced) => synced,
            Err(error) if !is_passing(&error) => break Err(error.into()),
            Err(error) => {
                failures += 1;
                ui.warn(&exit::explain(&error.into()).0);
                None
            }
        };
        let mut next = longer(pause, failures);
        if let Some(synced) = synced {
            failures = 0;
            next = pause_after(&synced.ended, pause);
            let record = serde_json::value::to_raw_value(&Report::of(&synced))?;
            let shown = list.push(&Record::from(record)).and_then(|()| list.flush());
            if let Err(error) = shown {
                break Err(error.into());
            }
            tell_waiting(&synced, &ui);
            if let Err(error) = ended(&synced, &ui) {
                ui.warn(&exit::explain(&error).0);
            }
        }
        ui.progress().start("");
        ui.progress().waiting("the next sync", Timestamp::now().checked_add(next).ok());
        tokio::select! {
            () = tokio::time::sleep(next) => {}
            failure = Context::interrupted(interrupt.clone()) => break match failure {
                Failure::Interrupted { signal: CTRL_C, .. } => Ok(()),
                failure => Err(resumed(failure)),
            },
        }
        ui.progress().finish();
    };
    ui.progress().finish();
    let finished = list.finish();
    outcome?;
    finished?;
    Ok(())
}

/// An interruption that is no ordinary end.
fn resumed(failure: Failure) -> anyhow::Error {
    failure.resumed_by(|| "`gong sync` goes on where it stopped".to_owned()).into()
}

/// Whether waiting may mend it.
fn is_passing(error: &gong_archive::Error) -> bool {
    match error {
        gong_archive::Error::Gong(error) => {
            error.is_retryable() || error.exhausted_until().is_some()
        }
        gong_archive::Error::Locked { .. } => true,
        _ => false,
    }
}

/// The pause after so many failures in a row.
fn longer(pause: Duration, failures: u32) -> Duration {
    let grown = pause.saturating_mul(1 << failures.min(10));
    grown.min(LONGEST_PAUSE.max(pause))
}

/// Where requests come back later than the next round, the pause lasts until then.
fn pause_after(ended: &Ended, pause: Duration) -> Duration {
    let until = resume_at(ended).map(|until| until.duration_since(Timestamp::now()));
    let until = until.and_then(|it| Duration::try_from(it).ok());
    until.map_or(pause, |until| until.max(pause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_never_shrink() {
        let quarter = Duration::from_mins(15);
        let pauses = [0, 1, 2, 3, 40].map(|failures| longer(quarter, failures).as_secs() / 60);
        assert_eq!(pauses, [15, 30, 60, 60, 60]);
        let day = Duration::from_hours(24);
        assert_eq!(longer(day, 5), day);
        assert_eq!(pause_after(&Ended::Done, quarter), quarter);
    }
}
