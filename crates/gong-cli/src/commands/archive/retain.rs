//! `gong archive retain`: for how long calls are kept.

use anyhow::Result;
use clap::Args;
use gong_archive::Writer;
use serde::{Deserialize, Serialize};

use crate::{
    context::{Context, lists::counted},
    exit::Failure,
    output::{Cell, Look, View},
    ui::Answer,
};

/// Keep calls only for so long
///
/// Calls that started earlier are removed, now and with each sync, and are not fetched again. It asks
/// first if calls would go now. Without a time it says what is set.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong archive retain\n  \
    gong archive retain 730d --yes\n  \
    gong archive retain forever")]
pub(crate) struct Retain {
    /// How long: 730d, 104w, or forever
    #[arg(value_name = "TIME", value_parser = kept)]
    time: Option<Kept>,
}

/// For how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Days(u32),
    Forever,
}

/// Reads `730d`.
fn kept(text: &str) -> Result<Kept, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("forever") {
        return Ok(Kept::Forever);
    }
    let days = |digits: &str, each: u32| digits.parse::<u32>().ok()?.checked_mul(each);
    let days = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(digits), _) => days(digits, 1),
        (_, Some(digits)) => days(digits, 7),
        _ => None,
    };
    days.filter(|days| (1..=36_500).contains(days))
        .map(Kept::Days)
        .ok_or_else(|| "write it as 730d, 104w, or forever".to_owned())
}

/// Runs it.
pub(super) fn run(ctx: &mut Context, args: &Retain) -> Result<()> {
    let folder = ctx.archive_folder()?;
    let archive = gong_archive::Archive::open(&folder)?;
    let Some(time) = args.time else {
        return ctx.show_own(&Report { days: archive.retention()?, removed_calls: 0 });
    };
    let days = match time {
        Kept::Days(days) => Some(days),
        Kept::Forever => None,
    };
    let n_older = match days {
        Some(days) => archive.would_retain(days, ctx.now)?,
        None => 0,
    };
    let older = counted(n_older, "calls");
    if ctx.globals.dry_run {
        ctx.show_own(&Report { days, removed_calls: n_older })?;
        ctx.ui.status(&format!("nothing was changed; {older} would go now"));
        return Ok(());
    }
    if n_older > 0 {
        confirm(ctx, &format!("Remove {older} that are older, now and with each sync?"))?;
    }
    drop(archive);
    let mut writer = Writer::open(&folder)?;
    writer.set_retention(days)?;
    let removed_calls = writer.apply_retention(ctx.now)?;
    ctx.show_own(&Report { days, removed_calls })
}

fn confirm(ctx: &Context, question: &str) -> Result<()> {
    let Answer::Refused(refusal) = ctx.ui.confirm(question)? else { return Ok(()) };
    let message = format!("nothing was changed: {refusal}");
    let hint = "add --yes if you are sure, or --dry-run to see how much would go".to_owned();
    Err(Failure::Unconfirmed { message, hint }.into())
}

/// What is set, in our own words.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// `None` is for ever.
    days: Option<u32>,
    removed_calls: u64,
}

impl View for Report {
    const COLUMNS: &'static [&'static str] = &["KEPT FOR DAYS", "REMOVED CALLS"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let days = self.days.map_or_else(|| Cell::text("forever"), Cell::number);
        vec![days, Cell::number(self.removed_calls)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_days_weeks_or_forever() {
        assert_eq!(kept("730d"), Ok(Kept::Days(730)));
        assert_eq!(kept(" 2w "), Ok(Kept::Days(14)));
        assert_eq!(kept("Forever"), Ok(Kept::Forever));
        for wrong in ["", "d", "0d", "-1d", "730", "2y", "99999999999d", "36501d", "1.5d"] {
            assert!(kept(wrong).is_err(), "{wrong}");
        }
    }
}
