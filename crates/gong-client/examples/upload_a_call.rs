//! Tells Gong of a call that was recorded elsewhere, and uploads its recording:
//! `cargo run -p gong-client --example upload_a_call USER-ID FILE`.
//!
//! `gong sandbox serve` prints the variables that it wants.

use std::error::Error;

use gong_auth::{Credentials, Login};
use gong_client::{Client, Content, Options};
use gong_types::{AddCall, CallId, UploadMedia};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let of = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let login = Login::AccessKey {
        access_key: of("GONG_ACCESS_KEY")?,
        secret_key: of("GONG_ACCESS_KEY_SECRET")?.as_str().into(),
    };
    let credentials = Credentials { base_url: of("GONG_BASE_URL")?.parse()?, login };
    // What was sent without an answer is written down, and not sent twice by the next run.
    let journal = Some(std::env::temp_dir().join("upload_a_call.journal"));
    let client = Client::new(&credentials, Options { journal, ..Options::default() })?;
    let mut args = std::env::args().skip(1);
    let (Some(user), Some(file)) = (args.next(), args.next()) else {
        return Err("give the id of the user who called, and the file of the recording".into());
    };
    upload_a_call(&client, &user, &Content::file(file)?).await?;
    Ok(())
}

/// Adds a call of this user, and gives the id that Gong gave it.
pub(crate) async fn upload_a_call(
    client: &Client,
    user: &str,
    recording: &Content,
) -> Result<CallId, Box<dyn Error>> {
    let call: AddCall = serde_json::from_value(json!({
        // Where it was recorded it has this name. Gong takes a call with it only once.
        "clientUniqueId": "pbx-2026-06-15-0017",
        "actualStart": "2026-06-15T09:30:00Z",
        "direction": "Outbound",
        "primaryUser": user,
        "parties": [{ "userId": user }, { "phoneNumber": "+15550100", "name": "Sam Buyer" }],
        "title": "Renewal",
    }))?;
    let added = client.send(&call).await?.read()?;
    let id = added.call_id.ok_or("Gong gave no id")?;
    client.upload(&UploadMedia { id: id.clone() }, recording).await?;
    Ok(id)
}
