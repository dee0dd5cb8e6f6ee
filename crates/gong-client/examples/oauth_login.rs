//! Logs a company in to an app: `cargo run -p gong-client --example oauth_login`.
//!
//! `GONG_CLIENT_ID` and `GONG_OAUTH_CLIENT_SECRET` are those of the app.

use std::{error::Error, io::Write as _};

use gong_auth::{Authorization, Credentials, Login, OAuthApp};
use gong_client::{Client, Options, ask_for_tokens};
use gong_types::ListWorkspaces;
use jiff::Timestamp;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let of = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let secret = of("GONG_OAUTH_CLIENT_SECRET")?;
    let mut app = OAuthApp::new(of("GONG_CLIENT_ID")?, secret.as_str());
    app.scopes = vec!["api:workspaces:read".to_owned()];
    let authorization = Authorization::begin(app, &[])?;
    let mut out = std::io::stdout();
    writeln!(out, "open this, approve, and paste the address that the browser ends at:")?;
    writeln!(out, "{}", authorization.address())?;
    let mut address = String::new();
    std::io::stdin().read_line(&mut address)?;
    let client = logged_in(&authorization, address.trim()).await?;
    let workspaces = client.send(&ListWorkspaces).await?;
    writeln!(out, "logged in; {} workspaces", workspaces.items.len())?;
    Ok(())
}

/// A client for the company that approved, when the browser has ended at this address.
///
/// The tokens should be kept now: [`gong_auth::Store`] does, and [`gong_client::Renewer`] renews them.
pub(crate) async fn logged_in(
    authorization: &Authorization,
    address: &str,
) -> Result<Client, Box<dyn Error>> {
    let request = authorization.accept(address)?;
    let sent = Timestamp::now();
    let tokens = ask_for_tokens(request).await?.tokens(sent)?;
    let base_url = tokens.base_url.ok_or("Gong named no host for this company")?;
    base_url.check(&[])?;
    let credentials = Credentials { base_url, login: Login::Token(tokens.access_token) };
    Ok(Client::new(&credentials, Options::default())?)
}
