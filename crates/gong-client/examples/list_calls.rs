//! Lists the calls of the last seven days: `cargo run -p gong-client --example list_calls`.
//!
//! `gong sandbox serve` prints the variables that it wants.

use std::{error::Error, io::Write, pin::pin};

use futures_util::TryStreamExt as _;
use gong_auth::{Credentials, Login};
use gong_client::{Client, Options};
use gong_types::ListCalls;
use jiff::{Timestamp, ToSpan as _};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let of = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let login = Login::AccessKey {
        access_key: of("GONG_ACCESS_KEY")?,
        secret_key: of("GONG_ACCESS_KEY_SECRET")?.as_str().into(),
    };
    let credentials = Credentials { base_url: of("GONG_BASE_URL")?.parse()?, login };
    let client = Client::new(&credentials, Options::default())?;
    let since = Timestamp::now().checked_sub((7 * 24).hours())?;
    list_calls(&client, since, &mut std::io::stdout()).await
}

/// Prints the id and the title of every call since then, a page at a time.
pub(crate) async fn list_calls(
    client: &Client,
    since: Timestamp,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let list = ListCalls { from: Some(since), ..ListCalls::default() };
    let mut calls = pin!(client.items(&list));
    while let Some(record) = calls.try_next().await? {
        let call = record.read()?;
        writeln!(out, "{}  {}", call.id, call.title.unwrap_or_default())?;
    }
    Ok(())
}
