//! `gong calls search`: filters that Gong has, and filters that it lacks.

use anyhow::Result;
use clap::Args;
use gong_types::{
    CallDetails, CallId, ContentSelector, Direction, Include, LinkedObjectType, Party, Scope,
    SearchCalls, WorkspaceId,
};

use crate::{
    context::Context,
    output::{Cell, Look, View},
    period_args::Dates,
};

/// Find calls by who took part, what they are about, and more
///
/// All filters must hold. Gong itself filters by dates, host, ids and workspace; the other filters
/// are applied here to what Gong sends, so give dates with them. Text is found anywhere, in capitals
/// or not.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls search --last 30d --account kestrel\n  \
    gong calls search --last 7d --domain kestrel.example --include parties -o jsonl\n  \
    gong calls search --on last-month --scope external --min-minutes 30 --tracker pricing")]
pub(crate) struct Search {
    /// Only calls that this user hosted: an id or an e-mail address
    #[arg(long, value_name = "USER", help_heading = "Filters that Gong applies")]
    host: Vec<String>,

    /// Only these calls: ids or addresses
    #[arg(long, value_name = "ID", help_heading = "Filters that Gong applies")]
    id: Vec<CallId>,

    /// Only calls of this workspace
    #[arg(long, value_name = "ID", help_heading = "Filters that Gong applies")]
    workspace: Option<WorkspaceId>,

    /// Somebody with this name or e-mail address took part or was invited
    #[arg(long, value_name = "TEXT", help_heading = "Filters that are applied here")]
    participant: Vec<String>,

    /// Somebody with an e-mail address of this domain took part or was invited
    #[arg(long, value_name = "DOMAIN", help_heading = "Filters that are applied here")]
    domain: Vec<String>,

    /// The CRM account has this in its name
    #[arg(long, value_name = "TEXT", help_heading = "Filters that are applied here")]
    account: Option<String>,

    /// The title has this in it
    #[arg(long, value_name = "TEXT", help_heading = "Filters that are applied here")]
    title: Option<String>,

    /// Internal, External or Unknown
    #[arg(long, value_name = "SCOPE", help_heading = "Filters that are applied here", value_parser = scope)]
    scope: Option<Scope>,

    /// Inbound, Outbound, Conference or Unknown
    #[arg(long, value_name = "DIRECTION", help_heading = "Filters that are applied here", value_parser = direction)]
    direction: Option<Direction>,

    /// It lasted at least so many minutes
    #[arg(long, value_name = "N", help_heading = "Filters that are applied here")]
    min_minutes: Option<u32>,

    /// A tracker with this in its name was hit
    #[arg(long, value_name = "TEXT", help_heading = "Filters that are applied here")]
    tracker: Vec<String>,

    /// What to show of each call: parties, content, trackers, topics, brief, outline, highlights,
    /// key-points, outcome, structure, interaction, context, comments, media [default: parties]
    #[arg(long, value_name = "BLOCK", value_delimiter = ',')]
    include: Vec<Include>,

    #[command(flatten)]
    dates: Dates,
}

fn scope(text: &str) -> Result<Scope, String> {
    known(text, Scope::KNOWN).map(Scope::from)
}

fn direction(text: &str) -> Result<Direction, String> {
    known(text, Direction::KNOWN).map(Direction::from)
}

fn known(text: &str, all: &[&'static str]) -> Result<&'static str, String> {
    let found = all.iter().find(|value| value.eq_ignore_ascii_case(text));
    found.copied().ok_or_else(|| format!("choose from {}", all.join(", ")))
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Search) -> Result<()> {
    let period = ctx.period(args.dates.clone())?;
    let filter = Filter::of(&args);
    let mut include = if args.include.is_empty() { vec![Include::Parties] } else { args.include };
    include.extend(filter.needs());
    let hosts = ctx.users_named(&args.host).await?;
    let search = SearchCalls {
        from: period.from,
        to: period.to,
        workspace_id: args.workspace,
        call_ids: (!args.id.is_empty()).then_some(args.id),
        primary_user_ids: (!hosts.is_empty()).then_some(hosts),
        select: Some(include.into_iter().collect::<ContentSelector>()),
    };
    if filter.is_empty() {
        ctx.show_all(&search, "calls").await
    } else {
        ctx.show_those(&search, "calls", Some(|call: &CallDetails| filter.keeps(call))).await
    }
}

/// What Gong cannot filter by. Text is in lower case.
struct Filter {
    participants: Vec<String>,
    domains: Vec<String>,
    account: Option<String>,
    title: Option<String>,
    scope: Option<Scope>,
    direction: Option<Direction>,
    min_seconds: Option<i64>,
    trackers: Vec<String>,
}

impl Filter {
    fn of(args: &Search) -> Self {
        let lower = |text: &String| text.trim().to_lowercase();
        Self {
            participants: args.participant.iter().map(lower).collect(),
            domains: args
                .domain
                .iter()
                .map(|it| lower(it).trim_start_matches('@').to_owned())
                .collect(),
            account: args.account.as_ref().map(lower),
            title: args.title.as_ref().map(lower),
            scope: args.scope.clone(),
            direction: args.direction.clone(),
            min_seconds: args.min_minutes.map(|minutes| i64::from(minutes) * 60),
            trackers: args.tracker.iter().map(lower).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.participants.is_empty()
            && self.domains.is_empty()
            && self.account.is_none()
            && self.title.is_none()
            && self.scope.is_none()
            && self.direction.is_none()
            && self.min_seconds.is_none()
            && self.trackers.is_empty()
    }

    /// The blocks without which it cannot decide.
    fn needs(&self) -> Vec<Include> {
        let parties = !self.participants.is_empty() || !self.domains.is_empty();
        [
            (parties, Include::Parties),
            (self.account.is_some(), Include::Context),
            (!self.trackers.is_empty(), Include::Trackers),
        ]
        .into_iter()
        .filter_map(|(is_needed, block)| is_needed.then_some(block))
        .collect()
    }

    fn keeps(&self, call: &CallDetails) -> bool {
        let facts = &call.meta_data;
        let parties = || call.parties.iter().flatten();
        self.participants.iter().all(|text| parties().any(|party| is_called(party, text)))
            && self.domains.iter().all(|domain| parties().any(|party| is_of(party, domain)))
            && self.account.as_ref().is_none_or(|text| accounts(call).any(|it| has(it, text)))
            && self
                .title
                .as_ref()
                .is_none_or(|text| facts.title.as_deref().is_some_and(|title| has(title, text)))
            && self.scope.as_ref().is_none_or(|scope| facts.scope.as_ref() == Some(scope))
            && self
                .direction
                .as_ref()
                .is_none_or(|direction| facts.direction.as_ref() == Some(direction))
            && self
                .min_seconds
                .is_none_or(|least| facts.duration.is_some_and(|seconds| seconds >= least))
            && self.trackers.iter().all(|text| is_tracked(call, text))
    }
}

fn has(text: &str, lower: &str) -> bool {
    text.to_lowercase().contains(lower)
}

fn is_called(party: &Party, lower: &str) -> bool {
    [&party.name, &party.email_address].into_iter().flatten().any(|text| has(text, lower))
}

/// Whether the party's address is of the domain, or of one below it.
fn is_of(party: &Party, domain: &str) -> bool {
    party.email_address.as_deref().and_then(|address| address.rsplit_once('@')).is_some_and(
        |(_, host)| {
            let host = host.to_lowercase();
            host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
        },
    )
}

fn accounts(call: &CallDetails) -> impl Iterator<Item = &str> {
    call.context
        .iter()
        .flatten()
        .flat_map(|context| context.objects.iter().flatten())
        .filter(|object| object.object_type == Some(LinkedObjectType::Account))
        .filter_map(|account| account.field("Name"))
}

fn is_tracked(call: &CallDetails, lower: &str) -> bool {
    let trackers = call.content.iter().flat_map(|content| content.trackers.iter().flatten());
    trackers
        .filter(|tracker| tracker.count.is_some_and(|count| count > 0))
        .any(|tracker| tracker.name.as_deref().is_some_and(|name| has(name, lower)))
}

impl View for CallDetails {
    const COLUMNS: &'static [&'static str] = &["ID", "STARTED", "MINUTES", "TITLE", "WHO", "URL"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let mut cells = self.meta_data.cells(look);
        let parties = self.parties.iter().flatten();
        let names = parties.filter_map(|party| {
            party
                .name
                .as_deref()
                .or(party.email_address.as_deref())
                .or(party.phone_number.as_deref())
        });
        cells.insert(4, Cell::text(names.collect::<Vec<_>>().join(", ")));
        cells
    }
}
