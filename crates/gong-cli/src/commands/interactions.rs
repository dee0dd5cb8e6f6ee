//! `gong interactions`: what people did on web sites and in applications, told to Gong.

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use gong_types::{AddInteraction, InteractionDevice, When};
use serde_json::json;

use super::engagement::tell;
use crate::{body::BodyArgs, context::Context, exit::Failure, request_key};

const SKELETON: &str = include_str!("skeletons/interaction.jsonc");

/// Interactions.
#[derive(Debug, Subcommand)]
pub(crate) enum Interactions {
    Add(Add),
}

/// Tell Gong of something that a person did on a web site or in an application
///
/// Gong shows it in the time line of the account that the person works for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong interactions add --type 'page viewed' --at 2026-06-15T10:00 --title 'Price list' \\\n      \
      --url https://company.example/prices --email sam@customer.example --name 'Sam Buyer'\n  \
    gong interactions add --skeleton")]
pub(crate) struct Add {
    /// What was done, such as 'page viewed'
    #[arg(long = "type", value_name = "TEXT")]
    kind: Option<String>,

    /// When it happened: 2026-06-15T10:00 in the zone, now, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    at: Option<When>,

    /// The id of the event, by which Gong knows a repeat [default: a new one]
    #[arg(long, value_name = "ID")]
    event_id: Option<String>,

    /// The title of what the person looked at
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// The address of what the person looked at
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// The e-mail address of the person
    #[arg(long, value_name = "EMAIL", conflicts_with = "tracking_id")]
    email: Option<String>,

    /// The name of the person
    #[arg(long, value_name = "NAME", conflicts_with = "tracking_id")]
    name: Option<String>,

    /// What Gong's tracking knows the person by, in the place of --email and --name
    #[arg(long, value_name = "ID")]
    tracking_id: Option<String>,

    /// What the person used
    #[arg(long, value_name = "DEVICE")]
    device: Option<Device>,

    #[command(flatten)]
    body: BodyArgs,
}

/// What a person used.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Device {
    /// A phone or a tablet
    Mobile,
    /// A computer
    Pc,
}

impl From<Device> for InteractionDevice {
    fn from(device: Device) -> Self {
        match device {
            Device::Mobile => Self::Mobile,
            Device::Pc => Self::Computer,
        }
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Interactions) -> Result<()> {
    let Interactions::Add(args) = args;
    let options = json!({
        "eventId": args.event_id,
        "timestamp": ctx.moment(args.at.as_ref())?,
        "eventType": args.kind,
        "device": args.device.map(InteractionDevice::from),
        "content": { "contentTitle": args.title, "contentUrl": args.url },
        "person": { "email": args.email, "name": args.name },
        "trackingId": args.tracking_id,
    });
    let made = request_key::new()?;
    let otherwise = json!({ "eventId": made });
    let Some(event) = ctx.body_or::<AddInteraction>(&args.body, options, otherwise, SKELETON)?
    else {
        return Ok(());
    };
    if event.person.is_none() && event.tracking_id.is_none() {
        let hint = "add --email EMAIL, or --tracking-id ID";
        return Err(Failure::usage("who did it is missing", hint).into());
    }
    tell(ctx, event, &made, |it| &mut it.event_id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<AddInteraction>(SKELETON);
    }
}
