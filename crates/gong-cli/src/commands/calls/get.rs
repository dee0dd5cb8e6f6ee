//! `gong calls get`: calls by id, in the order asked for.

use std::{collections::HashMap, rc::Rc};

use anyhow::Result;
use clap::Args;
use futures_util::{StreamExt as _, TryStreamExt as _};
use gong_types::{CallDetails, CallId, Endpoint as _, GetCall, Include, Record, SearchCalls};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    context::{
        Context,
        lists::{self, push_or_warn},
    },
    exit::Failure,
    ids::{self, IdArg},
    output::{List, View},
};

/// How many ids Gong takes at once.
const BATCH: usize = 100;

/// Show calls with their parties and content
///
/// One id gives one record; several, or ids from stdin, give a list in the order asked for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls get 7782342274025937895\n  \
    gong calls get 'https://app.gong.io/call?id=7782342274025937895' --include interaction\n  \
    gong calls list --on yesterday --jq .id | gong calls get - -o jsonl")]
pub(crate) struct Get {
    /// Ids or addresses of calls, or - to read them from stdin
    #[arg(required = true, value_name = "ID")]
    ids: Vec<IdArg>,

    /// Only the facts of the call, for keys that may not read more
    #[arg(long, conflicts_with = "include")]
    basic: bool,

    /// What to show besides parties and content: interaction, context, comments, media
    #[arg(long, value_name = "BLOCK", value_delimiter = ',')]
    include: Vec<Include>,
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Get) -> Result<()> {
    let is_list = args.ids.len() > 1 || args.ids.contains(&IdArg::Stdin);
    let ids = ids::collect(args.ids)?;
    if args.basic {
        return basic(ctx, &ids, is_list).await;
    }
    let include: Vec<_> =
        [Include::Parties, Include::Content].into_iter().chain(args.include).collect();
    let batches: Vec<_> = ids
        .chunks(BATCH)
        .map(|ids| SearchCalls {
            call_ids: Some(ids.to_vec()),
            select: Some(include.iter().copied().collect()),
            ..SearchCalls::default()
        })
        .collect();
    if ctx.is_dry_run(&batches.iter().map(SearchCalls::request).collect::<Vec<_>>())? {
        return Ok(());
    }
    let client = ctx.client().await?;
    if let ([id], false) = (ids.as_slice(), is_list) {
        let found: Vec<Record<CallDetails>> =
            ctx.or_interrupted(client.items(&batches[0]).map_err(Into::into).try_collect()).await?;
        return match found.iter().find(|record| id_of(record).as_ref() == Some(id)) {
            Some(record) => Ok(ctx.output.one(record)?),
            None => Err(unknown(std::slice::from_ref(id), 1)),
        };
    }
    let (mut missing, mut odd) = (Vec::new(), 0);
    let ui = Rc::clone(&ctx.ui);
    let interrupt = ctx.interrupt();
    let mut list = ctx.output.list::<CallDetails>();
    let outcome = async {
        for (ids, batch) in ids.chunks(BATCH).zip(&batches) {
            let mut found = HashMap::new();
            let mut items = std::pin::pin!(client.items(batch));
            while let Some(record) = items.next().await {
                let record = record?;
                if let Some(id) = id_of(&record) {
                    found.insert(id, record);
                }
            }
            for id in ids {
                match found.remove(id) {
                    Some(record) => drop(push_or_warn(&mut list, &record, &ui, &mut odd)?),
                    None => missing.push(id.clone()),
                }
            }
        }
        anyhow::Ok(())
    };
    let outcome = Context::stopped_by(interrupt, outcome).await;
    end(list, outcome)?;
    finish(&missing, ids.len(), odd)
}

/// Ends the list: whole also after an error, but not as an empty one if nothing came.
pub(super) fn end<T: View + DeserializeOwned>(
    list: List<'_, T>,
    outcome: Result<()>,
) -> Result<()> {
    if outcome.is_err() && list.is_empty() {
        drop(list);
        return outcome;
    }
    let finished = list.finish();
    outcome?;
    finished?;
    Ok(())
}

async fn basic(ctx: &mut Context, ids: &[CallId], is_list: bool) -> Result<()> {
    let requests: Vec<_> = ids.iter().map(|id| GetCall { id: id.clone() }).collect();
    if ctx.is_dry_run(&requests.iter().map(GetCall::request).collect::<Vec<_>>())? {
        return Ok(());
    }
    let client = ctx.client().await?;
    if !is_list {
        let record = ctx.or_interrupted(async { Ok(client.send(&requests[0]).await?) }).await?;
        return Ok(ctx.output.one(&record)?);
    }
    let (mut missing, mut odd) = (Vec::new(), 0);
    let ui = Rc::clone(&ctx.ui);
    let interrupt = ctx.interrupt();
    let mut list = ctx.output.list();
    let outcome = async {
        for request in &requests {
            match client.send(request).await {
                Ok(record) => drop(push_or_warn(&mut list, &record, &ui, &mut odd)?),
                Err(error) if error.is_not_found() => missing.push(request.id.clone()),
                Err(error) => return Err(error.into()),
            }
        }
        anyhow::Ok(())
    };
    let outcome = Context::stopped_by(interrupt, outcome).await;
    end(list, outcome)?;
    finish(&missing, ids.len(), odd)
}

fn finish(missing: &[CallId], asked: usize, odd: u64) -> Result<()> {
    if !missing.is_empty() {
        return Err(unknown(missing, asked));
    }
    lists::missing(odd, "calls")
}

/// Some or all calls do not exist, or the key may not see them.
pub(super) fn unknown(missing: &[CallId], asked: usize) -> anyhow::Error {
    let names: Vec<_> = missing.iter().map(CallId::as_str).collect();
    if missing.len() == asked {
        let message = match names.as_slice() {
            [id] => format!("there is no call {id}, or this key may not see it"),
            _ => format!(
                "none of these calls exist, or this key may not see them: {}",
                names.join(", ")
            ),
        };
        return Failure::NotFound(message).into();
    }
    let message = format!(
        "{} of {asked} calls do not exist, or this key may not see them: {}",
        names.len(),
        names.join(", ")
    );
    Failure::Partial { message, hint: None }.into()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identified {
    meta_data: Inner,
}

#[derive(Deserialize)]
struct Inner {
    id: CallId,
}

/// The id alone, so that an odd member elsewhere does not hide the call.
fn id_of(record: &Record<CallDetails>) -> Option<CallId> {
    record.clone().cast::<Identified>().read().ok().map(|it| it.meta_data.id)
}
