//! The Rust example of the README, as it stands there: compiled, and run against a sandbox.
#![expect(clippy::print_stdout, reason = "an example prints")]

use futures_util::TryStreamExt as _;
use gong_auth::{Given, Store, resolve};
use gong_client::{Client, Options};
use gong_types::ListCalls;

/// Lists the calls since June with the credentials in this file.
async fn list_calls(credentials_file: &str) -> Result<(), Box<dyn std::error::Error>> {
    let resolved = resolve(&Given::default(), &Store::new(credentials_file))?;
    let client = Client::new(&resolved.credentials, Options::default())?;
    let since = "2026-06-01T00:00:00Z".parse()?;

    let mut calls =
        std::pin::pin!(client.items(&ListCalls { from: Some(since), ..ListCalls::default() }));
    while let Some(record) = calls.try_next().await? {
        let call = record.read()?;
        println!("{}  {}", call.id, call.title.unwrap_or_default());
    }
    Ok(())
}

#[test]
fn the_rust_example_lists_calls() {
    let environment = crate::environment::Environment::small();
    let file = environment.write(
        "credentials.json",
        &format!(
            r#"{{"base_url": "{}", "access_key": "key", "secret_key": "secret"}}"#,
            environment.sandbox_url()
        ),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(list_calls(file.to_str().unwrap())).unwrap();
    assert_eq!(environment.requests(), 1);
}
