//! `gong archive purge`: what is asked for goes from the archive, to the last byte, and stays away.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, builder::NonEmptyStringValueParser};
use gong_archive::{Archive, Purged, Target, Writer};
use gong_types::{CallId, When};
use serde::{Deserialize, Serialize};

use crate::{
    context::{Context, lists::counted},
    exit::Failure,
    ids::{self, IdArg},
    output::{Cell, Look, View},
};

/// Remove calls, or a person, from the archive for good
///
/// Rows, Gong's text, the index and the log of the database are overwritten, and a later sync does
/// not bring it back. What would go is shown first, and it must be said again: at a terminal it is
/// asked for, elsewhere --confirm must say it. --yes is not enough.
///
/// Nothing goes at Gong, for which there is gong privacy, and nothing goes from exports, of which
/// those that hold it are listed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong archive purge --email sam.buyer@customer.example --dry-run\n  \
    gong archive purge --call 7782342274025937895 --confirm 7782342274025937895\n  \
    gong archive purge --before 2020-01-01 --confirm 2020-01-01")]
pub(crate) struct Purge {
    #[command(flatten)]
    what: What,

    /// The same again, to confirm that it is to go; of more than 20 calls, how many
    #[arg(long, value_name = "AGAIN")]
    confirm: Option<String>,
}

/// What is to go.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// These calls: ids or addresses, or - for those on stdin, one a line or in a JSON array
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    call: Vec<IdArg>,

    /// Every call that a person with this address took part in, and all that names the address
    #[arg(long, value_name = "ADDRESS", value_parser = NonEmptyStringValueParser::new())]
    email: Option<String>,

    /// The same for a phone number, with + and the code of its country
    #[arg(long, value_name = "NUMBER", value_parser = NonEmptyStringValueParser::new())]
    phone: Option<String>,

    /// Every call with this account of the CRM, by its id
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    account: Option<String>,

    /// Every call that started before this moment, or does not say when
    #[arg(long, value_name = "WHEN")]
    before: Option<When>,
}

/// How many ids are told.
const MOST_IDS: usize = 20;

/// Runs it.
pub(super) fn run(ctx: &mut Context, args: Purge) -> Result<()> {
    let (target, whom) = target(ctx, args.what)?;
    let folder = ctx.archive_folder()?;
    if args.confirm.is_some() && !ctx.globals.dry_run {
        // Who confirms something else is told before anything is looked for.
        ctx.confirm_erasing(&whom, args.confirm.as_deref())?;
    }
    let archive = Archive::open(&folder)?;
    if let Target::Account(account) = &target {
        refuse_name(&archive, account)?;
    }
    let would = archive.would_purge(&target)?;
    let path = archive.path();
    drop(archive);
    if ctx.globals.dry_run {
        ctx.show_own(&Report::of(&would))?;
        tell_exports(ctx, &would);
        ctx.ui.status(&format!("nothing was removed; {}", standing(ctx, &target, &whom, &would)));
        return Ok(());
    }
    ctx.ui.needs(&standing(ctx, &target, &whom, &would));
    if args.confirm.is_none() {
        ctx.confirm_erasing(&whom, None)?;
    }
    ctx.goes_on_with("what was begun is finished by whatever writes next, such as `gong sync`");
    let purged = Writer::open(&folder)?.purge(&target, ctx.now)?;
    ctx.show_own(&Report::of(&purged))?;
    tell_exports(ctx, &purged);
    ended(&purged, &path)
}

/// Fails if something may be left.
fn ended(purged: &Purged, database: &Path) -> Result<()> {
    let list = |paths: &[PathBuf]| shown(paths).join(", ");
    let is_ours = |it: &PathBuf| {
        ["", "-wal", "-shm"].iter().any(|end| {
            let mut ours = database.as_os_str().to_owned();
            ours.push(end);
            ours == it.as_os_str()
        })
    };
    let message = match (&*purged.traces, &*purged.closed) {
        ([], []) => return Ok(()),
        ([], closed) => {
            format!("the archive has it no more, but {} cannot be looked into", list(closed))
        }
        (traces, []) => format!("some of it is still in {}", list(traces)),
        (traces, closed) => format!(
            "some of it is still in {}, and {} cannot be looked into",
            list(traces),
            list(closed)
        ),
    };
    let hint = if purged.traces.iter().any(is_ours) {
        "close what else reads the archive, and run the same command again"
    } else {
        "no sync made these: look for it there yourself, or remove them"
    };
    Err(Failure::Partial { message, hint: Some(hint.to_owned()) }.into())
}

/// Whoever gives the name of an account, as to a search, must not believe that it is gone. Its calls
/// may name other accounts with the same words, so an id says which is meant.
fn refuse_name(archive: &Archive, account: &str) -> Result<()> {
    let ids = archive.accounts(account)?;
    if ids.is_empty() || ids.iter().any(|it| it == account) {
        return Ok(());
    }
    let more = if ids.len() > MOST_IDS { ", and others" } else { "" };
    let ids: Vec<_> = ids.into_iter().take(MOST_IDS).collect();
    let message = format!("no account has the id {account}, and some have it in their names");
    let hint = format!("give the id of the one you mean: {}{more}", ids.join(", "));
    Err(Failure::usage(message, hint).into())
}

/// What is to go, and the words that confirm it.
fn target(ctx: &Context, what: What) -> Result<(Target, String)> {
    Ok(match what {
        What { email: Some(email), .. } => (Target::Email(email.clone()), email),
        What { phone: Some(phone), .. } => (Target::Phone(phone.clone()), phone),
        What { account: Some(account), .. } => (Target::Account(account.clone()), account),
        What { before: Some(when), .. } => {
            let moment = ctx.moment(Some(&when))?.unwrap_or(ctx.now);
            if moment > ctx.now {
                let hint = "say a moment that is over, such as 2020-01-01 or 730d";
                return Err(Failure::usage("--before is in the future", hint).into());
            }
            (Target::Before(moment), when.to_string())
        }
        What { call, .. } => {
            let call = ids::collect(call)?;
            let whom = if call.len() > MOST_IDS {
                // An argument holds only so many.
                call.len().to_string()
            } else {
                call.iter().map(CallId::as_str).collect::<Vec<_>>().join(",")
            };
            (Target::Calls(call), whom)
        }
    })
}

/// What the archive has of it; of a moment it says which one is meant.
fn standing(ctx: &Context, target: &Target, whom: &str, would: &Purged) -> String {
    let moment = match target {
        Target::Before(moment) => moment,
        Target::Calls(ids) if ids.len() > MOST_IDS => {
            return format!("of {whom} calls the archive has {}", words(would, ""));
        }
        _ => return format!("of {whom} the archive has {}", words(would, "")),
    };
    let moment = moment.to_zoned(ctx.zone.clone()).strftime("%Y-%m-%d %H:%M %Z");
    let undated = if would.undated > 0 { ", or do not say when" } else { "" };
    format!("the archive has {}", words(would, &format!(" that started before {moment}{undated}")))
}

/// How much it is, in words; `which` says more of the calls.
fn words(purged: &Purged, which: &str) -> String {
    let counts = [
        (purged.calls, "calls"),
        (purged.transcripts, "transcripts"),
        (purged.users, "users"),
        (purged.records, "other records"),
        (purged.quarantined, "records that could not be read"),
    ];
    let counts = counts.into_iter().enumerate().filter(|(n, (count, _))| *n == 0 || *count > 0);
    let said = counts.map(|(n, (count, nouns))| {
        let which = if n == 0 { which } else { "" };
        format!("{}{which}", counted(count, nouns))
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Says which copies are out of reach.
fn tell_exports(ctx: &Context, purged: &Purged) {
    for export in &purged.exports {
        let finished = export.finished.as_deref().unwrap_or("not finished");
        ctx.ui.warn(&format!(
            "{} ({}, {finished}) holds {} of it: that copy is yours to delete",
            export.place,
            export.format,
            counted(export.calls, "calls"),
        ));
    }
    for copy in &purged.copies {
        ctx.ui.status(&format!("removed the copy {}", copy.display()));
    }
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

/// What went, in our own words.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    calls: u64,
    transcripts: u64,
    users: u64,
    records: u64,
    quarantined: u64,
    exports: Vec<PastExport>,
    copies: Vec<String>,
    traces: Vec<String>,
    closed: Vec<String>,
}

/// An export that still holds some of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PastExport {
    place: String,
    format: String,
    finished: Option<String>,
    calls: u64,
}

impl Report {
    fn of(purged: &Purged) -> Self {
        let exports = purged.exports.iter().map(|export| PastExport {
            place: export.place.clone(),
            format: export.format.clone(),
            finished: export.finished.clone(),
            calls: export.calls,
        });
        Self {
            calls: purged.calls,
            transcripts: purged.transcripts,
            users: purged.users,
            records: purged.records,
            quarantined: purged.quarantined,
            exports: exports.collect(),
            copies: shown(&purged.copies),
            traces: shown(&purged.traces),
            closed: shown(&purged.closed),
        }
    }
}

impl View for Report {
    const COLUMNS: &'static [&'static str] =
        &["CALLS", "TRANSCRIPTS", "USERS", "OTHER RECORDS", "PUT ASIDE", "EXPORTS WITH IT"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::number(self.calls),
            Cell::number(self.transcripts),
            Cell::number(self.users),
            Cell::number(self.records),
            Cell::number(self.quarantined),
            Cell::number(self.exports.len()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_left_is_an_error_that_says_where() {
        let place = |name: &str| PathBuf::from("/data/gong/default").join(name);
        let database = place("archive.db");
        let said = |traces: &[&str], closed: &[&str]| {
            let mut purged = Purged::default();
            purged.traces = traces.iter().map(|it| place(it)).collect();
            purged.closed = closed.iter().map(|it| place(it)).collect();
            let error = ended(&purged, &database).unwrap_err();
            let failure: Failure = error.downcast().unwrap();
            let Failure::Partial { message, hint } = failure else { panic!("{failure:?}") };
            format!("{message}\n{}", hint.unwrap_or_default()).replace("/data/gong/default/", "")
        };
        insta::assert_snapshot!(said(&["archive.db-wal"], &["old"]), @r"
        some of it is still in archive.db-wal, and old cannot be looked into
        close what else reads the archive, and run the same command again
        ");
        insta::assert_snapshot!(said(&["archive.db-old", "notes.txt"], &[]), @r"
        some of it is still in archive.db-old, notes.txt
        no sync made these: look for it there yourself, or remove them
        ");
        insta::assert_snapshot!(said(&[], &["old", "notes.txt"]), @r"
        the archive has it no more, but old, notes.txt cannot be looked into
        no sync made these: look for it there yourself, or remove them
        ");
        assert!(ended(&Purged::default(), &database).is_ok());
    }
}
