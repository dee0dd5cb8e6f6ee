//! Writes what was said in a month as Markdown, and holds no more than a page of it in memory:
//! `cargo run -p gong-transcript --example stream_transcripts_of_a_month 2026-06`.
//!
//! `gong sandbox serve` prints the variables that it wants.

use std::{error::Error, io::Write, pin::pin};

use futures_util::TryStreamExt as _;
use gong_auth::{Credentials, Login};
use gong_client::{Client, Options};
use gong_transcript::{Fetched, Format, Look, Renderer, dialogues_of};
use gong_types::SearchCalls;
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let of = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let login = Login::AccessKey {
        access_key: of("GONG_ACCESS_KEY")?,
        secret_key: of("GONG_ACCESS_KEY_SECRET")?.as_str().into(),
    };
    let credentials = Credentials { base_url: of("GONG_BASE_URL")?.parse()?, login };
    let client = Client::new(&credentials, Options::default())?;
    let month = std::env::args().nth(1).ok_or("give a month, such as 2026-06")?;
    let first: Date = format!("{month}-01").parse()?;
    stream_transcripts(&client, first, std::io::stdout()).await?;
    Ok(())
}

/// Writes the dialogues of the month that begins with `first`, in UTC; gives how many calls have
/// none, or not yet.
pub(crate) async fn stream_transcripts(
    client: &Client,
    first: Date,
    out: impl Write,
) -> Result<usize, Box<dyn Error>> {
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).map(|it| it.timestamp());
    let search = SearchCalls {
        from: Some(midnight(first)?),
        to: Some(midnight(first.checked_add(1.month())?)?),
        ..SearchCalls::default()
    };
    let mut fetched = pin!(dialogues_of(client, search));
    let mut renderer = Renderer::new(out, Format::Markdown, Look::default());
    let mut silent = 0;
    while let Some(fetched) = fetched.try_next().await? {
        match fetched {
            Fetched::Ready(dialogue) => renderer.push(&dialogue)?,
            _ => silent += 1,
        }
    }
    renderer.finish()?;
    Ok(silent)
}
