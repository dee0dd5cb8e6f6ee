//! `gong integration-settings`: from where the pages of partners may be shown inside Gong.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    GetIntegrationSettings, IntegrationSettings, IntegrationType, SetIntegrationSettings,
};
use serde_json::json;
use url::{Host, Url};

use crate::{
    body::BodyArgs,
    context::Context,
    exit::Failure,
    output::{Cell, Look, View},
};

const SKELETON: &str = include_str!("skeletons/integration-settings.jsonc");

/// Integration settings.
#[derive(Debug, Subcommand)]
pub(crate) enum SettingsOfIntegrations {
    Get(Get),
    Set(Set),
}

/// Show the id of the settings
///
/// None of Gong's documents has this operation, and Gong does not show what was set.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong integration-settings get")]
pub(crate) struct Get {}

/// Say from where pages may be shown inside Gong
///
/// For partners whose pages are part of Gong. What was set before is replaced, and cannot be seen.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong integration-settings set --dialer https://acme.partner.example --yes\n  \
    gong integration-settings set --email-composer https://mail.partner.example --dry-run")]
pub(crate) struct Set {
    /// The origin of a page to call from
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    dialer: Option<String>,

    /// The origin of a page to write e-mails on
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    email_composer: Option<String>,

    /// The origin of a page that stands on the pages of accounts
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    account_pages: Option<String>,

    #[command(flatten)]
    body: BodyArgs,
}

/// Reads an origin: scheme and host, and nothing behind. Only a page of this machine may do without
/// https.
fn origin(text: &str) -> Result<String, String> {
    let wrong = || "an origin looks like https://acme.partner.example".to_owned();
    let url: Url = text.parse().map_err(|_| wrong())?;
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_web = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if is_web && is_bare && url.username().is_empty() && url.password().is_none() {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(wrong())
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: SettingsOfIntegrations) -> Result<()> {
    match args {
        SettingsOfIntegrations::Get(Get {}) => ctx.show_one(&GetIntegrationSettings).await,
        SettingsOfIntegrations::Set(args) => set(ctx, args).await,
    }
}

async fn set(ctx: &mut Context, args: Set) -> Result<()> {
    let given = [
        (IntegrationType::Dialer, args.dialer),
        (IntegrationType::EmailComposer, args.email_composer),
        (IntegrationType::AccountPages, args.account_pages),
    ];
    let settings: Vec<_> = given
        .into_iter()
        .filter_map(|(kind, origin)| Some((kind, origin?)))
        .map(|(kind, origin)| json!({ "integrationType": kind, "allowedOrigin": origin }))
        .collect();
    let options = json!({ "integrationTypeSettings": (!settings.is_empty()).then_some(settings) });
    let Some(set) = ctx.body::<SetIntegrationSettings>(&args.body, options, SKELETON)? else {
        return Ok(());
    };
    if set.integration_type_settings.is_empty() {
        let hint = "add --dialer ORIGIN, --email-composer ORIGIN or --account-pages ORIGIN";
        return Err(Failure::usage("nothing is to be set", hint).into());
    }
    if let Some(answer) = ctx.write(&set, "Replace the settings of integrations?").await? {
        ctx.output.one(&answer)?;
        ctx.ui.status("the settings are replaced");
    }
    Ok(())
}

impl View for IntegrationSettings {
    const COLUMNS: &'static [&'static str] = &["ID"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::maybe(self.id.as_deref())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skeleton_is_whole() {
        crate::body::assert_whole::<SetIntegrationSettings>(SKELETON);
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        assert_eq!(origin("https://A.example").unwrap(), "https://a.example");
        assert_eq!(origin("https://a.example:81/").unwrap(), "https://a.example:81");
        for text in ["a.example", "https://a.example/page", "https://x@a.example", "mailto:a", ""] {
            assert!(origin(text).is_err(), "{text}");
        }
        assert!(origin("https://:secret@a.example").is_err());
    }

    #[test]
    fn an_origin_is_of_the_web_and_safe_on_its_way() {
        for text in ["http://localhost:81", "http://127.0.0.1:81", "http://[::1]:81"] {
            assert_eq!(origin(text).unwrap(), text);
        }
        for text in ["http://a.example", "gong://a.example/", "file://a.example/", "ws://localhost"]
        {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
