//! `gong doctor`: what works, what does not, and what to do about it.

use anyhow::Result;
use clap::Args;
use futures_util::StreamExt as _;
use gong_archive::Archive;
use gong_auth::Credentials;
use gong_client::{Client, Unfinished};
use gong_types::{
    AggregateActivity, CallDetails, ContentSelector, Endpoint, GetTranscripts, ListCalls,
    ListUsers, ListWorkspaces, SearchCalls,
};
use jiff::{ToSpan as _, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    commands::search,
    company,
    context::{Context, journal::unfinished, lists::counted},
    exit::Failure,
    outcome,
    output::{Cell, Look, Mark, View},
};

/// What works, what does not, and what to do about it
///
/// Looks at the credentials, lists requests of which nobody knows whether Gong did them, and asks Gong
/// one small question for each thing that a key may be allowed: about six requests.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  gong doctor\n  gong doctor -o json\n  gong doctor --forget")]
pub(crate) struct Doctor {
    /// Do not ask Gong
    #[arg(long)]
    offline: bool,

    /// Forget the requests of which nobody knows whether Gong did them, and do nothing else
    #[arg(long)]
    forget: bool,
}

/// One thing that was looked at, in our own words.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Check {
    what: String,
    works: bool,
    /// What was seen.
    found: String,
    /// What to do about it.
    hint: Option<String>,
}

impl Check {
    fn good(what: &str, found: impl Into<String>) -> Self {
        Self {
            what: what.to_owned(),
            works: true,
            found: company::keep(&found.into()).into_owned(),
            hint: None,
        }
    }

    fn bad(what: &str, found: impl Into<String>, hint: Option<String>) -> Self {
        let hint = hint.map(|hint| company::keep(&hint).into_owned());
        Self { what: what.to_owned(), works: false, found: found.into(), hint }
    }

    /// A request of which nobody knows whether Gong did it.
    fn of(unfinished: &Unfinished) -> Self {
        let Unfinished { request, when, .. } = unfinished;
        let hint = format!("{}; then `gong doctor --forget`", outcome::look_for(request));
        let found = format!("{request} was sent at {when:.0}; nobody knows whether Gong did it");
        Self::bad("answers", found, Some(hint))
    }
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Doctor) -> Result<()> {
    if args.forget {
        return forget(ctx);
    }
    ctx.lists_unfinished = true;
    let mut checks = vec![Check::good("version", env!("CARGO_PKG_VERSION"))];
    let is_ready = ctx.is_sandboxed() || credentials(ctx, &mut checks);
    checks.push(archive(ctx));
    checks.push(Check::good("time zone", ctx.zone.iana_name().unwrap_or("of the machine")));
    if is_ready && !args.offline && !ctx.globals.dry_run {
        let client = ctx.client().await?;
        let now = ctx.now;
        let asked = operations(&client, now);
        checks.extend(ctx.or_interrupted(asked).await?);
        let quota = client.quota()?;
        let left = quota.left.map_or("no limit".to_owned(), |left| format!("{left} left"));
        let found = format!("{} used in 24 hours by gong here, {left}", quota.used);
        checks.push(Check::good("requests", found));
    }
    ctx.show_own_list(&checks)?;
    ctx.output.flush()?;
    let bad = checks.iter().filter(|check| !check.works).count();
    if bad == 0 {
        return Ok(());
    }
    if !is_ready {
        ctx.resolved()?;
    }
    let message = format!("{bad} of {} checks failed", checks.len());
    Err(Failure::Partial { message, hint: Some("the hints are in the last column".to_owned()) }
        .into())
}

fn credentials(ctx: &Context, checks: &mut Vec<Check>) -> bool {
    if let Ok(store) = ctx.store() {
        let found = if store.path().exists() { "there" } else { "not there" };
        checks.push(Check::good("file", format!("{} is {found}", store.path().display())));
    }
    match ctx.resolved() {
        Ok(resolved) => {
            let found =
                format!("profile {} for {}", resolved.profile, resolved.credentials.base_url);
            checks.push(Check::good("credentials", found));
            checks.extend(answers(ctx, &resolved.credentials));
            true
        }
        Err(error) => {
            let hint = error.downcast_ref::<gong_auth::Error>().and_then(gong_auth::Error::hint);
            checks.push(Check::bad("credentials", format!("{error:#}"), hint));
            false
        }
    }
}

/// Whether the archive can be read, and what it covers.
fn archive(ctx: &Context) -> Check {
    let read = || anyhow::Ok(Archive::open(&ctx.archive_folder()?)?.coverage()?);
    match read() {
        Ok(coverage) => Check::good("archive", search::covered(ctx, &coverage)),
        Err(error) if matches!(error.downcast_ref(), Some(gong_archive::Error::Absent { .. })) => {
            Check::good("archive", "none yet; `gong sync` makes one")
        }
        Err(error) => {
            let (found, hint) = crate::exit::explain(&error);
            Check::bad("archive", found, hint)
        }
    }
}

/// Whether every request that was sent was answered.
fn answers(ctx: &Context, credentials: &Credentials) -> Vec<Check> {
    let Some(path) = ctx.journal_of(credentials) else { return Vec::new() };
    let unfinished = match unfinished(&path) {
        Ok((_, unfinished)) => unfinished,
        Err(error) => {
            let (found, hint) = crate::exit::explain(&error);
            return vec![Check::bad("answers", found, hint)];
        }
    };
    if unfinished.is_empty() {
        return vec![Check::good("answers", "nothing was sent without an answer")];
    }
    unfinished.iter().map(Check::of).collect()
}

/// Strikes out what has no answer, and shows it for the last time.
fn forget(ctx: &mut Context) -> Result<()> {
    let path = if ctx.is_sandboxed() { None } else { ctx.journal_of(&ctx.resolved()?.credentials) };
    let mut forgotten = Vec::new();
    if let Some(path) = path
        && let (Some(journal), unfinished) = unfinished(&path)?
    {
        for request in &unfinished {
            if !ctx.globals.dry_run {
                journal.forget(request)?;
            }
            forgotten.push(Check::of(request));
        }
    }
    ctx.show_own_list(&forgotten)?;
    let count = counted(u64::try_from(forgotten.len())?, "requests");
    let done = if ctx.globals.dry_run { "would be forgotten" } else { "forgotten" };
    ctx.ui.status(&format!("{done}: {count}"));
    Ok(())
}

/// Asks one small question for each thing that a key may be allowed.
async fn operations(client: &Client, now: jiff::Timestamp) -> Result<Vec<Check>> {
    let day = now.to_zoned(TimeZone::UTC).date();
    let (from, to) = (Some(now.checked_sub(24.hours())?), Some(now));
    let search = SearchCalls {
        from,
        to,
        select: Some(ContentSelector::parties()),
        ..SearchCalls::default()
    };
    let stats = AggregateActivity {
        from: day.checked_sub(3.days())?,
        to: day.checked_sub(2.days())?,
        user_ids: None,
    };
    Ok(vec![
        check(client, "workspaces", &ListWorkspaces).await,
        check(client, "users", &ListUsers::default()).await,
        check(client, "calls", &ListCalls { from, to, workspace_id: None }).await,
        check::<_, CallDetails>(client, "parties and content", &search).await,
        check(client, "transcripts", &GetTranscripts { from, to, ..GetTranscripts::default() })
            .await,
        check(client, "activity", &stats).await,
    ])
}

async fn check<E, T>(client: &Client, what: &str, endpoint: &E) -> Check
where
    E: Endpoint<Response = gong_types::Page<T>>,
{
    let mut pages = std::pin::pin!(client.pages(endpoint));
    match pages.next().await {
        None => Check::good(what, "allowed; nothing in the last day"),
        Some(Ok(page)) => {
            let total = page.records.and_then(|records| records.total_records);
            let count = total.map_or(page.items.len().to_string(), |total| total.to_string());
            Check::good(what, format!("allowed; {count} found"))
        }
        Some(Err(error)) if error.is_not_found() => Check::good(what, "allowed; nothing found"),
        Some(Err(error)) => {
            let (found, hint) = crate::exit::explain(&error.into());
            Check::bad(what, found, hint)
        }
    }
}

impl View for Check {
    const COLUMNS: &'static [&'static str] = &["WHAT", "WORKS", "FOUND", "HINT"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let mark = if self.works { Mark::None } else { Mark::Warn };
        vec![
            Cell::text(self.what.as_str()),
            Cell::text(if self.works { "yes" } else { "NO" }).marked(mark),
            Cell::text(self.found.as_str()),
            Cell::maybe(self.hint.as_deref()),
        ]
    }
}
