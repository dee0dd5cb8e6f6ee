//! `gong crm objects`: accounts, contacts, deals and the like, sent and looked up.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_client::Content;
use gong_types::{CrmObjectType, CrmUploadType, GetCrmObjects, UploadCrmObjects};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Which, request};
use crate::{
    choices::{crm_object_type, one_of},
    context::{Context, waiting::duration},
    exit::{Failure, advise},
    ids,
    output::{Cell, Look, View},
    request_key,
};

mod lines;

/// Objects of the CRM.
#[derive(Debug, Subcommand)]
pub(crate) enum Objects {
    Get(Get),
    Upload(Upload),
}

/// Show objects by their ids in the CRM
///
/// To see what Gong made of what it was sent. Objects that Gong does not have are named.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong crm objects get lead-1 lead-2 --type lead\n  \
    gong crm objects get lead-1 --type lead --jq '.[].emailAddress'")]
pub(crate) struct Get {
    /// Ids of objects, at most 100, or - to read them from stdin
    #[arg(required = true, value_name = "CRM-ID")]
    ids: Vec<String>,

    /// What they are: account, contact, deal or lead
    #[arg(long = "type", value_name = "TYPE", value_parser = crm_object_type)]
    kind: CrmObjectType,

    #[command(flatten)]
    which: Which,
}

/// Send a file of objects, to create, change or delete them
///
/// The file has a JSON object on each line, all of one type, 200 MB at most; one with isDeleted is
/// deleted. Every line is looked at before the first byte is sent. Gong takes the file in and deals
/// with it later: gong crm request, or --wait, tells what became of it. Lines that are wrong are
/// refused, the others are stored.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    echo '{\"objectId\":\"a-1\",\"name\":\"Acme\",\"modifiedDate\":\"2026-06-15T09:00:00Z\"}' > a.ldjson && \\\n    \
      gong crm objects upload a.ldjson --type account --request-id accounts-1 --wait --yes")]
pub(crate) struct Upload {
    /// The file
    file: PathBuf,

    /// What they are: account, contact, deal, lead, business-user or stage
    #[arg(long = "type", value_name = "TYPE", value_parser = upload_type)]
    kind: CrmUploadType,

    #[command(flatten)]
    which: Which,

    /// A name for the request, never used before: letters, digits, - and _ [default: a new one]
    #[arg(long, value_name = "NAME", value_parser = request_key::parse)]
    request_id: Option<String>,

    /// Send the file without looking at its lines
    #[arg(long)]
    no_check: bool,

    /// Wait until Gong has dealt with it, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,
}

fn upload_type(given: &str) -> Result<CrmUploadType, String> {
    one_of(given, CrmUploadType::KNOWN).map(CrmUploadType::from)
}

/// Runs one of them.
pub(super) async fn run(ctx: &mut Context, args: Objects) -> Result<()> {
    match args {
        Objects::Get(args) => get(ctx, args).await,
        Objects::Upload(args) => upload(ctx, args).await,
    }
}

async fn get(ctx: &mut Context, args: Get) -> Result<()> {
    let ids = ids::words(args.ids)?;
    if ids.len() > GetCrmObjects::MOST_IDS {
        let message =
            format!("Gong takes {} ids at once, these are {}", GetCrmObjects::MOST_IDS, ids.len());
        return Err(Failure::usage(message, "ask in several commands").into());
    }
    let Some(integration_id) = args.which.id(ctx).await? else { return Ok(()) };
    let get = GetCrmObjects { integration_id, object_type: args.kind, ids };
    let Some(found) = ctx.read(&get).await? else { return Ok(()) };
    let objects = found.read()?;
    let missing: Vec<_> = get
        .ids
        .iter()
        .filter(|id| objects.get(*id).is_none_or(Option::is_none))
        .map(String::as_str)
        .collect();
    let message = format!("Gong has no {} {}", get.object_type, missing.join(", "));
    if missing.len() == get.ids.len() {
        return Err(Failure::NotFound(message).into());
    }
    ctx.output.one(&found)?;
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::Partial { message, hint: None }.into())
}

async fn upload(ctx: &mut Context, args: Upload) -> Result<()> {
    // First, so that a file that changes while its lines are looked at is found out.
    let content = Content::file(&args.file)?;
    check_length(&args.file, &content)?;
    if args.no_check {
        ctx.detail("the lines of the file are not looked at");
    } else {
        let problems = lines::check(&args.file, &args.kind)?;
        problems.refuse(&args.file)?;
        ctx.detail(&format!("all {} lines are well-formed", problems.n_objects));
    }
    let Some(integration_id) = args.which.id(ctx).await? else { return Ok(()) };
    let upload = |client_request_id| UploadCrmObjects {
        integration_id: integration_id.clone(),
        object_type: args.kind.clone(),
        client_request_id,
    };
    let upload = request::named(ctx, args.request_id, Some(&content), upload).await?;
    let question =
        format!("Send the file and change the objects of type {} so?", upload.object_type);
    if !ctx.globals.dry_run {
        // Asked here, so that its name is told only of what is sent.
        ctx.confirm(&question)?;
        ctx.ui.status(&format!("the request is called {}", upload.client_request_id));
    }
    let taken = ctx.write_unasked(&upload, Some(&content)).await.map_err(|error| {
        let look = format!(
            "what became of it: gong crm request {} --integration {integration_id}; without \
             --request-id it gets a new name",
            upload.client_request_id
        );
        advise(error, 409, look)
    })?;
    let Some(taken) = taken else { return Ok(()) };
    ctx.ui.status("Gong took the file in");
    request::follow(ctx, &taken, integration_id, upload.client_request_id, args.wait).await
}

fn check_length(file: &Path, content: &Content) -> Result<()> {
    let length = content.length();
    let (problem, hint) = if length == 0 {
        ("it is empty".to_owned(), "gong crm objects upload --help shows a line of such a file")
    } else if length > UploadCrmObjects::LIMIT {
        let limit = UploadCrmObjects::LIMIT;
        let problem = format!("it has {length} bytes, and Gong takes {limit} at most");
        (problem, "split -C 190m makes smaller files at the ends of lines")
    } else {
        return Ok(());
    };
    let message = format!("{} cannot be sent: {problem}", file.display());
    Err(Failure::usage(message, hint).into())
}

/// What most objects have.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Known {
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email_address: Option<String>,
    modified_date: Option<Timestamp>,
    url: Option<String>,
}

impl View for BTreeMap<String, Option<Box<RawValue>>> {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "EMAIL", "CHANGED", "URL"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); Self::COLUMNS.len()]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let row = |(id, object): (&String, &Option<Box<RawValue>>)| {
            let Some(object) = object else {
                let mut cells = vec![Cell::text(id), Cell::text("(Gong has none)")];
                cells.resize(Self::COLUMNS.len(), Cell::empty());
                return cells;
            };
            let known: Known = serde_json::from_str(object.get()).unwrap_or_default();
            let names = [known.first_name, known.last_name];
            let person = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            vec![
                Cell::text(id),
                Cell::text(known.name.unwrap_or(person)),
                Cell::maybe(known.email_address),
                look.time(known.modified_date),
                Cell::maybe(known.url),
            ]
        };
        self.iter().map(row).collect()
    }
}
