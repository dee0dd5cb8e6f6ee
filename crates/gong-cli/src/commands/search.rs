//! `gong search`: who said these words, to whom, and when.

use anyhow::Result;
use clap::Args;
use gong_archive::{Archive, Coverage, Hit, Said};
use gong_types::Record;

use self::passage::Passage;
use crate::{
    context::{Context, lists::counted},
    exit::Failure,
    filter_args::Filters,
    output::{Format, Mark, clean_line},
    ui::grouped,
};

mod passage;

/// How many are shown where nobody says how many.
const USUAL: u64 = 20;

/// Find what was said, in the archive
///
/// Words must all be said by one person in one go; "a phrase" in double quotes as it stands; pric*
/// any word that begins so. AND, OR, NOT, NEAR, NEAR/5 and parentheses count in capitals. Capitals
/// and accents of what is looked for do not count. The best come first, 20 unless --limit says
/// otherwise.
///
/// It looks into the archive, which gong sync brings up to date, and sends nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong search pricing\n  \
    gong search 'price NEAR month' --external --last 30d\n  \
    gong search '\"next steps\" OR follow-up' --host ada --context 2\n  \
    gong search 'pric* NOT list' -o csv")]
pub(crate) struct Search {
    /// What to look for
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,

    /// Show so many sentences before and after
    #[arg(long, value_name = "N", default_value_t = 0)]
    context: usize,

    #[command(flatten)]
    filters: Filters,
}

/// Runs it.
pub(crate) fn run(ctx: &mut Context, args: Search) -> Result<()> {
    if args.context > 0 && matches!(ctx.globals.output, Format::Csv | Format::Table | Format::Md) {
        let message = "--context has no column in a table";
        return Err(Failure::usage(message, "leave it out, or choose -o text or -o jsonl").into());
    }
    let limit = ctx.globals.limit.unwrap_or(USUAL);
    let search = gong_archive::Search {
        words: args.words.join(" "),
        filters: args.filters.resolve(ctx)?,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        context: args.context,
    };
    ctx.may_end_at_once(true);
    let found = Archive::open(&ctx.archive_folder()?)?.search(&search)?;
    if is_read_by_people(ctx) {
        for (n, hit) in found.hits.iter().enumerate() {
            if n > 0 {
                ctx.output.text("\n")?;
            }
            show(ctx, hit)?;
        }
    } else {
        let mut list = ctx.output.list::<Passage>();
        let mut push_all = || {
            for hit in &found.hits {
                list.push(&Record::from(serde_json::value::to_raw_value(hit)?))?;
            }
            anyhow::Ok(())
        };
        let pushed = push_all();
        let finished = list.finish();
        pushed?;
        finished?;
    }
    ctx.output.flush()?;
    if found.n_matches == 0 {
        ctx.ui.status("nothing was found");
    } else if let Some(cut) = cut(found.hits.len(), found.n_matches, found.is_complete) {
        ctx.ui.status(&cut);
    }
    ctx.ui.status(&covered(ctx, &found.coverage));
    Ok(())
}

/// What is said of a list that was cut.
fn cut(n_shown: usize, n_matches: usize, is_complete: bool) -> Option<String> {
    let matches = counted(u64::try_from(n_matches).unwrap_or(u64::MAX), "passages");
    let shown = match n_shown {
        0 => "none".to_owned(),
        n => format!("the best {}", grouped(u64::try_from(n).unwrap_or(u64::MAX))),
    };
    match (n_shown < n_matches, is_complete) {
        (true, true) => Some(format!("{shown} of {matches}")),
        (true, false) => Some(format!("{shown} of the newest {matches}")),
        (false, false) => Some(format!(
            "only the newest {matches}, and there are more: look at less at a time with --from and --to"
        )),
        (false, true) => None,
    }
}

/// Whether it comes as text: that is what a search at a terminal is for.
fn is_read_by_people(ctx: &Context) -> bool {
    let is_projected = ctx.globals.jq.is_some() || !ctx.globals.fields.is_empty();
    match ctx.globals.output {
        Format::Text => true,
        Format::Auto => ctx.output.is_terminal() && !is_projected,
        _ => false,
    }
}

/// Shows one hit as text: where, who to whom, what, and the address.
fn show(ctx: &mut Context, hit: &Hit) -> Result<()> {
    let look = ctx.output.look();
    let passage = Passage::of(hit);
    let title = hit.title.as_deref().unwrap_or("(no title)").to_owned();
    let at = match passage.at() {
        at if at.is_empty() => at,
        at => format!("at {at}"),
    };
    let place = [title, passage.time(&look), at];
    let place: Vec<_> = place.into_iter().filter(|it| !it.is_empty()).collect();
    // Each on one line, so that nobody can pass for somebody else.
    let mut text = vec![(clean_line(&place.join(", ")).into_owned() + "\n", Mark::None)];
    let line = |said: &Said| {
        let line = format!("{}: {}", said.speaker_name, said.sentence);
        (clean_line(&line).into_owned() + "\n", Mark::Dim)
    };
    text.extend(hit.before.iter().map(line));
    let to = if hit.to.is_empty() { String::new() } else { format!(" to {}", hit.to.join(", ")) };
    let who = format!("{}{to}: ", hit.speaker_name);
    text.push((clean_line(&who).into_owned(), Mark::None));
    for (piece, is_found) in hit.pieces() {
        let mark = if is_found { Mark::Found } else { Mark::None };
        text.push((clean_line(piece).into_owned(), mark));
    }
    text.push(("\n".to_owned(), Mark::None));
    text.extend(hit.after.iter().map(line));
    if let Some(url) = &hit.url {
        text.push((clean_line(url).into_owned() + "\n", Mark::Dim));
    }
    Ok(ctx.output.pieces(text.iter().map(|(text, mark)| (text.as_str(), *mark)))?)
}

/// What was looked into.
pub(crate) fn covered(ctx: &Context, coverage: &Coverage) -> String {
    let day = |moment: &Option<String>| Some(ctx.minute(moment.as_deref()?.parse().ok()?));
    let calls = counted(coverage.n_calls, "calls");
    let expected = match coverage.n_transcripts_expected {
        0 => String::new(),
        count => format!(", {} expected", counted(count, "transcripts")),
    };
    match (day(&coverage.from), day(&coverage.to)) {
        (Some(from), Some(to)) => {
            let unsettled = match coverage.n_unsettled {
                0 => String::new(),
                count => format!(" but for {} not whole yet", counted(count, "spans")),
            };
            format!("{calls}, complete from {from} to {to}{unsettled}{expected}")
        }
        _ => format!("{calls}, not complete yet: `gong sync` goes on{expected}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_was_cut_says_so_whatever_was_asked_for() {
        for (n_shown, n_matches, is_complete, says) in [
            (3, 3, true, None),
            (1, 3, true, Some("the best 1 of 3 passages")),
            (0, 1, true, Some("none of 1 passage")),
            (20, 500, false, Some("the best 20 of the newest 500 passages")),
            (
                10_000,
                10_000,
                false,
                Some(
                    "only the newest 10,000 passages, and there are more: look at less at a time with \
                     --from and --to",
                ),
            ),
        ] {
            assert_eq!(cut(n_shown, n_matches, is_complete).as_deref(), says);
        }
    }
}
