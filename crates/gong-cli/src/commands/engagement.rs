//! `gong engagement`: what people did with content of the company, told to Gong.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    Acknowledgement, CustomAction, Endpoint, Record, ShareContent, ViewContent, When, WorkspaceId,
};
use serde_json::{Value, json};

use crate::{body::BodyArgs, context::Context, exit::Failure, request_key};

const VIEWED: &str = include_str!("skeletons/view-content.jsonc");
const SHARED: &str = include_str!("skeletons/share-content.jsonc");
const ACTION: &str = include_str!("skeletons/custom-action.jsonc");

/// Engagement.
#[derive(Debug, Subcommand)]
pub(crate) enum Engagement {
    Viewed(Viewed),
    Shared(Shared),
    Action(Action),
}

/// Tell Gong that somebody viewed content
///
/// Gong shows it in the time line of the account. It prefers gong interactions add by now.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong engagement viewed --system 'Acme Viewer' --at 2026-06-15T10:00 --content-id price-list \\\n      \
      --url https://docs.company.example/prices --title 'Price list' --viewer sam@customer.example\n  \
    gong engagement viewed --skeleton")]
pub(crate) struct Viewed {
    /// The e-mail address of who viewed it
    #[arg(long, value_name = "EMAIL", conflicts_with = "tracking_id")]
    viewer: Option<String>,

    /// What Gong's tracking knows the person by, in the place of --viewer
    #[arg(long, value_name = "ID")]
    tracking_id: Option<String>,

    #[command(flatten)]
    facts: Facts,
}

/// Tell Gong that a user shared content
///
/// Gong shows it in the time line of the account. It prefers gong interactions add by now.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong engagement shared --system 'Acme Viewer' --at 2026-06-15T10:00 --content-id price-list \\\n      \
      --url https://docs.company.example/prices --title 'Price list' \\\n      \
      --sharer jane@company.example --recipient sam@customer.example\n  \
    gong engagement shared --skeleton")]
pub(crate) struct Shared {
    /// The e-mail address of the user who shared it
    #[arg(long, value_name = "EMAIL")]
    sharer: Option<String>,

    /// The e-mail address of somebody it was shared with
    #[arg(long, value_name = "EMAIL")]
    recipient: Vec<String>,

    #[command(flatten)]
    facts: Facts,
}

/// Tell Gong that somebody did something else with content
///
/// Gong shows it in the time line of the account. It prefers gong interactions add by now.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong engagement action --system 'Acme Viewer' --at 2026-06-15T10:00 --name 'Contract Signed' \\\n      \
      --actor sam@customer.example\n  \
    gong engagement action --skeleton")]
pub(crate) struct Action {
    /// What to call it, such as 'Contract Signed'
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,

    /// The e-mail address of who did it
    #[arg(long, value_name = "EMAIL")]
    actor: Option<String>,

    #[command(flatten)]
    facts: Facts,
}

/// What is told of every event.
#[derive(Debug, Args)]
struct Facts {
    /// The name of the system that tells of it, always the same
    #[arg(long, value_name = "NAME")]
    system: Option<String>,

    /// When it happened: 2026-06-15T10:00 in the zone, now, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    at: Option<When>,

    /// The id of the event, by which Gong knows a repeat [default: a new one]
    #[arg(long, value_name = "ID")]
    event_id: Option<String>,

    /// The id of the content
    #[arg(long, value_name = "ID")]
    content_id: Option<String>,

    /// The address of the content
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// The title of the content
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// The workspace that it belongs to; Gong chooses one otherwise
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,

    #[command(flatten)]
    body: BodyArgs,
}

impl Facts {
    /// What the options say.
    fn options(&self, ctx: &Context, own: Value) -> Result<Value> {
        let mut options = json!({
            "reportingSystem": self.system,
            "eventTimestamp": ctx.moment(self.at.as_ref())?,
            "eventId": self.event_id,
            "contentId": self.content_id,
            "contentUrl": self.url,
            "contentTitle": self.title,
            "workspaceId": self.workspace,
        });
        if let (Some(options), Value::Object(own)) = (options.as_object_mut(), own) {
            options.extend(own);
        }
        Ok(options)
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Engagement) -> Result<()> {
    // An event that has no id would count twice if it had to be sent again.
    let made = request_key::new()?;
    let otherwise = json!({ "eventId": made });
    match args {
        Engagement::Viewed(args) => {
            let own = json!({
                "viewer": { "email": args.viewer },
                "trackingId": args.tracking_id,
            });
            let options = args.facts.options(ctx, own)?;
            let Some(view) =
                ctx.body_or::<ViewContent>(&args.facts.body, options, otherwise, VIEWED)?
            else {
                return Ok(());
            };
            if view.viewer.is_none() && view.tracking_id.is_none() && view.crm_context.is_none() {
                let hint = "add --viewer EMAIL or --tracking-id ID; an account of the CRM goes into \
                            --input";
                return Err(Failure::usage("who viewed it is missing", hint).into());
            }
            tell(ctx, view, &made, |it| it.event_id.get_or_insert_default()).await
        }
        Engagement::Shared(args) => {
            let recipients: Vec<_> =
                args.recipient.iter().map(|email| json!({ "email": email })).collect();
            let own = json!({
                "sharer": { "email": args.sharer },
                "recipients": (!recipients.is_empty()).then_some(recipients),
            });
            let options = args.facts.options(ctx, own)?;
            let share =
                ctx.body_or::<ShareContent>(&args.facts.body, options, otherwise, SHARED)?;
            match share {
                Some(share) => {
                    tell(ctx, share, &made, |it| it.event_id.get_or_insert_default()).await
                }
                None => Ok(()),
            }
        }
        Engagement::Action(args) => {
            let own = json!({ "actionName": args.name, "actor": { "email": args.actor } });
            let options = args.facts.options(ctx, own)?;
            let action =
                ctx.body_or::<CustomAction>(&args.facts.body, options, otherwise, ACTION)?;
            match action {
                Some(action) => {
                    tell(ctx, action, &made, |it| it.event_id.get_or_insert_default()).await
                }
                None => Ok(()),
            }
        }
    }
}

/// Sends an event and says by which id Gong knows it. `made` is an id that was made up: if the same
/// event was sent before without an answer, it goes with the id that it had then, and counts once.
pub(super) async fn tell<E>(
    ctx: &mut Context,
    mut event: E,
    made: &str,
    id_of: impl Fn(&mut E) -> &mut String,
) -> Result<()>
where
    E: Endpoint<Response = Record<Acknowledgement>>,
{
    if id_of(&mut event) == made
        && let Some(before) = ctx.key_before(&event, None).await?
    {
        *id_of(&mut event) = before;
    }
    let id = id_of(&mut event).clone();
    let sent = ctx.write_unasked(&event, None).await;
    let is_unknown = |error: &anyhow::Error| {
        let client = error.downcast_ref::<gong_client::Error>();
        client.is_some_and(gong_client::Error::is_outcome_unknown)
    };
    if sent.as_ref().is_err_and(is_unknown) {
        ctx.ui.hint(&format!("sent again with --event-id {id}, the event counts once"));
    }
    if let Some(answer) = sent? {
        ctx.output.one(&answer)?;
        ctx.ui.status(&format!("Gong knows of the event {id}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeletons_are_whole() {
        crate::body::assert_whole::<ViewContent>(VIEWED);
        crate::body::assert_whole::<ShareContent>(SHARED);
        crate::body::assert_whole::<CustomAction>(ACTION);
    }
}
