//! Entities: questions and briefs about customers, which cost credits.

use std::ops::Range;

use http::StatusCode;
use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value, json};

use super::{invented, settings, workspaces};
use crate::{
    ask::{Answered, Ask, Parameters, Problem},
    data::CrmObject,
    sandbox::lock,
};

mod period;

/// How many calls an answer is made from, at most.
const MOST_CALLS: usize = 60;

/// How many mails an answer is made from, at most.
const MOST_MAILS: usize = 500;

/// What was spent.
#[derive(Debug, Default)]
pub(crate) struct Credits {
    pub(crate) spent: u64,
}

/// `GET /v2/entities/ask-entity`: the answer to a question about a customer. Scope
/// `api:ai-ask:read`.
pub(super) fn ask_about(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let entity = Entity::read(ask, &parameters)?;
    let question = needed(&parameters, "question")?;
    spend(ask)?;
    let mut answer = entity.counts();
    let summary = match entity.calls.first() {
        Some(newest) => {
            let brief = newest.brief.as_deref().unwrap_or("Nothing was summed up.");
            let call = entity.calls.len();
            vec![
                json!(format!("In {call} calls {} came up like this: {brief}", entity.object.name)),
                json!(format!("Asked was: {question}")),
            ]
        }
        None => vec![json!("There are no conversations to answer this from.")],
    };
    let section = |items: Vec<Value>, calls: &[Call]| {
        json!({
            "answerItems": items,
            "emailFindings": [{ "emails": entity.mails(ask) }],
            "callFindings": calls.iter().map(Call::finding).collect::<Vec<_>>(),
        })
    };
    let (first, rest) = entity.calls.split_at(entity.calls.len().min(3));
    let mut sections = vec![section(summary, first)];
    if !rest.is_empty() {
        sections.push(section(vec![json!("Older calls say nothing else.")], rest));
    }
    answer.insert("answer".to_owned(), Value::Array(sections));
    Ok(answer)
}

/// `GET /v2/entities/get-brief`: a brief about a customer. Scope `api:ai-briefer:read`.
pub(super) fn brief(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let name = needed(&parameters, "briefName")?;
    let entity = Entity::read(ask, &parameters)?;
    if !settings::has_brief(ask, entity.workspace, name) {
        let text = "Brief not found - could be that the brief is not published";
        return Err(Problem::new(StatusCode::NOT_FOUND, text));
    }
    spend(ask)?;
    let summaries: Vec<_> = entity.calls.iter().filter_map(|call| call.brief.as_deref()).collect();
    let object = &entity.object;
    let calls = entity.calls.iter().map(Call::finding).collect::<Vec<_>>();
    let mut answer = entity.counts();
    let sections = json!([
        {
            "title": "What they want",
            "sectionSummary": summaries.iter().take(3).collect::<Vec<_>>(),
            "conversationFindings": {
                "callFindings": calls,
                "emailFindings": [{ "emails": entity.mails(ask) }],
            },
            "briefSectionType": "Conversations",
        },
        {
            "title": "In the news",
            "sectionSummary": [format!("{} opened a second site.", object.name)],
            "briefSectionType": "Web",
            "webFindings": [{
                "domain": "news.example",
                "title": format!("{} grows", object.name),
                "url": "https://news.example/grows",
            }],
        },
        {
            "sectionSummary": [format!("{} {} is in the CRM.", object.kind, object.id)],
            "briefSectionType": "CrmOrGongData",
        },
        {
            "title": "Tickets",
            "sectionSummary": [],
            "briefSectionType": "McpConnection",
            "mcpResult": {
                "connections": [
                    { "name": "Tickets", "status": "SUCCESS" },
                    { "name": "Wiki", "status": "AUTH_REQUIRED" },
                ],
                "servers": ["Tickets"],
                "mcpStatus": "CONNECTION_ERROR",
                "errorMessage": "One of the connections could not be made",
            },
        },
    ]);
    answer.insert("briefSections".to_owned(), sections);
    Ok(answer)
}

/// Takes a credit, or refuses if there is none left.
fn spend(ask: &Ask<'_>) -> Result<(), Problem> {
    let mut credits = lock(&ask.store.credits);
    if credits.spent >= ask.options.credits {
        return Err(Problem::new(StatusCode::PAYMENT_REQUIRED, "The credits are used up"));
    }
    credits.spent += 1;
    Ok(())
}

fn needed<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Problem> {
    let value = parameters.get(name);
    value.ok_or_else(|| Problem::bad_request(format!("{name} must not be null")))
}

/// What is asked about, and what is known of it.
struct Entity<'a> {
    workspace: &'a str,
    object: CrmObject,
    /// The newest first.
    calls: Vec<Call>,
    n_mails: usize,
}

impl<'a> Entity<'a> {
    fn read(ask: &Ask<'_>, parameters: &'a Parameters) -> Result<Self, Problem> {
        let workspace = needed(parameters, "workspaceId")?;
        if workspace.parse::<u64>().is_err() {
            return Err(Problem::bad_request("workspaceId must be a number"));
        }
        let kind = match needed(parameters, "crmEntityType")? {
            "ACCOUNT" => "Account",
            "CONTACT" => "Contact",
            "DEAL" => "Opportunity",
            "LEAD" => "Lead",
            _ => return Err(Problem::bad_request("crmEntityType is unknown")),
        };
        let id = needed(parameters, "crmEntityId")?;
        let period = needed(parameters, "timePeriod")?;
        workspaces::must_be_known(ask, Some(workspace))?;
        let is_it = |number: &u64| {
            let objects = ask.data.crm_objects(*number);
            objects.into_iter().find(|object| object.kind == kind && object.id == id)
        };
        let of_all = ask.data.started(None, Some(ask.moment.wall)).rev();
        let mut of_it = of_all.filter(|_| ask.pass.sees_calls());
        let newest = of_it.find_map(|number| Some((number, is_it(&number)?)));
        let (newest, object) = newest.ok_or_else(|| {
            Problem::new(StatusCode::NOT_FOUND, format!("Entity {id} was not found"))
        })?;
        let last_activity = ask.data.facts(newest).started;
        let (from, to) = period::read(ask, parameters, period, last_activity)?;
        let in_period = ask.data.started(from, Some(to.unwrap_or(ask.moment.wall))).rev();
        let calls: Vec<_> = in_period
            .filter(|number| {
                let facts = ask.data.facts(*number);
                let is_readable = !facts.is_private && facts.ready_at <= ask.moment.wall;
                is_readable && facts.workspace_id == workspace && is_it(number).is_some()
            })
            .take(MOST_CALLS)
            .map(|number| Call::of(ask, number))
            .collect();
        let n_mails = (calls.len() * 9).min(MOST_MAILS);
        Ok(Self { workspace, object, calls, n_mails })
    }

    fn counts(&self) -> Map<String, Value> {
        Map::from_iter([
            ("numOfCallsSearched".to_owned(), json!(self.calls.len())),
            ("numOfEmailsSearched".to_owned(), json!(self.n_mails)),
        ])
    }

    /// Some of the mails that came after the calls.
    fn mails(&self, ask: &Ask<'_>) -> Vec<Value> {
        let after = self.calls.iter().take(2).zip(0_u64..).map(|(call, number)| {
            json!({
                "id": invented::id(ask, &self.object.id, number),
                "title": format!("Re: {}", call.shown["title"].as_str().unwrap_or("Call")),
                "sentDateTime": call.shown["started"],
            })
        });
        after.collect()
    }
}

/// A call that was read for an answer.
struct Call {
    shown: Value,
    brief: Option<String>,
}

impl Call {
    fn of(ask: &Ask<'_>, number: u64) -> Self {
        let call = ask.data.meta_data(number);
        let brief = ask.data.blocks(number)["content"]["brief"].as_str().map(str::to_owned);
        let shown = ["id", "title", "started", "url"];
        let shown = shown.map(|name| (name.to_owned(), call[name].clone()));
        Self { shown: Value::Object(shown.into_iter().collect()), brief }
    }

    fn finding(&self) -> Value {
        json!({ "call": self.shown })
    }
}

/// A range of moments, whose ends may be open.
type Bounds = (Option<Timestamp>, Option<Timestamp>);

/// Days as moments of the company.
fn bounds(ask: &Ask<'_>, days: Range<Date>) -> Bounds {
    let start = |date: Date| date.to_zoned(ask.data.zone().clone()).ok().map(|day| day.timestamp());
    (start(days.start), start(days.end))
}
