//! `gong crm request`: what became of an upload or of a deletion, which Gong deals with later.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use gong_client::Content;
use gong_types::{
    AcceptedCrmRequest, CrmRequest, Endpoint, GetRequestStatus, IntegrationId, LineError, Record,
    RequestStatus,
};

use super::Which;
use crate::{
    context::{Context, waiting::duration},
    exit::{Failure, resumed_by},
    output::{Cell, Look, View},
    request_key,
};

/// Show what became of an upload or of a deletion
///
/// Of an upload that failed in part, what was wrong with which line of the file is shown; the other
/// lines are stored.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong crm request accounts-2026-06-15\n  \
    gong crm request accounts-2026-06-15 --wait=30m")]
pub(crate) struct Request {
    /// The name that the request was given
    #[arg(value_name = "REQUEST-ID", value_parser = request_key::parse)]
    id: String,

    #[command(flatten)]
    which: Which,

    /// Wait until it is done, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", require_equals = true, value_parser = duration)]
    wait: Option<Duration>,
}

/// Runs it.
pub(super) async fn run(ctx: &mut Context, args: Request) -> Result<()> {
    let Some(integration_id) = args.which.id(ctx).await? else { return Ok(()) };
    let get = GetRequestStatus { integration_id, client_request_id: args.id };
    let Some(now) = ctx.read(&get).await? else { return Ok(()) };
    show(ctx, &get, now, args.wait).await
}

/// The request under the name that it was given, else under a new one; under the one that it had
/// before if it is not known what became of it.
pub(super) async fn named<E: Endpoint>(
    ctx: &mut Context,
    given: Option<String>,
    content: Option<&Content>,
    request: impl Fn(String) -> E,
) -> Result<E> {
    if let Some(name) = given {
        return Ok(request(name));
    }
    let new = request(request_key::new()?);
    let before = ctx.key_before(&new, content).await?;
    Ok(before.map_or(new, request))
}

/// Shows that Gong took a request in, and how to ask what became of it; or waits for it, and shows
/// that.
pub(super) async fn follow(
    ctx: &mut Context,
    taken: &Record<AcceptedCrmRequest>,
    integration_id: IntegrationId,
    client_request_id: String,
    wait: Option<Duration>,
) -> Result<()> {
    let Some(patience) = wait else {
        ctx.output.one(taken)?;
        ctx.ui.hint(&format!(
            "what became of it: gong crm request {client_request_id} --integration {integration_id}"
        ));
        return Ok(());
    };
    let get = GetRequestStatus { integration_id, client_request_id };
    let now = ctx.read(&get).await.map_err(|error| resumed_by(error, || waiting(&get)))?;
    let Some(now) = now else { return Ok(()) };
    show(ctx, &get, now, Some(patience)).await
}

/// Waits if that is wanted, and shows what became of the request.
async fn show(
    ctx: &mut Context,
    get: &GetRequestStatus,
    mut now: Record<CrmRequest>,
    wait: Option<Duration>,
) -> Result<()> {
    if let Some(patience) = wait
        && !is_over(&now.read()?)
    {
        let client = ctx.client().await?;
        let (reason, resume) = ("Gong is at it", format!("to wait again: {}", waiting(get)));
        let over = ctx.wait_for(patience, reason, &resume, async || {
            now = client.send(get).await?;
            Ok(is_over(&now.read()?).then_some(()))
        });
        over.await?;
    }
    ctx.output.one(&now)?;
    let now = now.read()?;
    let (good, bad) =
        (now.total_success_count.unwrap_or_default(), now.total_error_count.unwrap_or_default());
    match &now.status {
        Some(RequestStatus::Done) => {
            ctx.ui.status(&match good {
                0 => "done".to_owned(),
                1 => "done: 1 object".to_owned(),
                good => format!("done: {good} objects"),
            });
            Ok(())
        }
        Some(RequestStatus::Failed) => {
            let errors = now.errors.unwrap_or_default();
            for error in &errors {
                ctx.ui.warn(&said(error));
            }
            let listed = i64::try_from(errors.len()).unwrap_or(i64::MAX);
            if bad > listed {
                ctx.ui.warn(&format!("and {} more, which Gong does not tell", bad - listed));
            }
            let message = format!("objects stored: {good}; refused: {bad}");
            let hint = Some("mend those lines and send them in a new file".to_owned());
            Err(match good {
                0 => Failure::Undone { message: format!("it failed: {message}"), hint },
                _ => Failure::Partial { message, hint },
            }
            .into())
        }
        status => {
            let status = status.as_ref().map_or("no status", RequestStatus::as_str);
            if wait.is_some() {
                let message = format!("Gong is not done with it: {status}");
                return Err(Failure::Partial { message, hint: Some(waiting(get)) }.into());
            }
            ctx.ui.status(&format!("Gong is not done with it: {status}"));
            ctx.ui.hint(&format!("to wait for it: {}", waiting(get)));
            Ok(())
        }
    }
}

/// The command that waits until a request is done.
fn waiting(get: &GetRequestStatus) -> String {
    let GetRequestStatus { integration_id, client_request_id } = get;
    format!("gong crm request {client_request_id} --integration {integration_id} --wait")
}

fn is_over(request: &CrmRequest) -> bool {
    matches!(request.status, Some(RequestStatus::Done | RequestStatus::Failed))
}

/// What was wrong, in words.
fn said(error: &LineError) -> String {
    let description = error.description.as_deref().unwrap_or("Gong does not say what");
    match error.line {
        Some(0) | None => format!("the whole file: {description}"),
        Some(line) => format!("line {line}: {description}"),
    }
}

impl View for CrmRequest {
    const COLUMNS: &'static [&'static str] = &["STATUS", "STORED", "REFUSED", "LINE", "PROBLEM"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let number = |number: Option<i64>| number.map_or_else(Cell::empty, Cell::number);
        vec![
            Cell::maybe(self.status.as_ref().map(RequestStatus::as_str)),
            number(self.total_success_count),
            number(self.total_error_count),
            Cell::empty(),
            Cell::empty(),
        ]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let rows: Vec<_> = self
            .errors
            .iter()
            .flatten()
            .map(|error| {
                let mut cells = self.cells(look);
                cells[3] = error.line.map_or_else(Cell::empty, Cell::number);
                cells[4] = Cell::maybe(error.description.as_deref());
                cells
            })
            .collect();
        if rows.is_empty() { vec![self.cells(look)] } else { rows }
    }
}

impl View for AcceptedCrmRequest {
    const COLUMNS: &'static [&'static str] = &["REQUEST"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::maybe(self.client_request_id.as_deref())]
    }
}
