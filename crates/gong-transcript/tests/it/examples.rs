//! The example of this crate, run against a sandbox.

use gong_auth::{Credentials, Login};
use gong_client::{Client, Limits, Options};
use gong_sandbox::Sandbox;
use jiff::civil::date;

#[path = "../../examples/stream_transcripts_of_a_month.rs"]
#[expect(dead_code, reason = "the test calls what main calls")]
mod stream_transcripts_of_a_month;

#[tokio::test]
async fn the_transcripts_of_a_month_are_written() {
    let sandbox = Sandbox::start(gong_sandbox::Options {
        calls: 200,
        now: Some("2026-06-15T16:00:00Z".parse().unwrap()),
        requests_per_second: 0,
        ..gong_sandbox::Options::default()
    });
    let sandbox = sandbox.await.unwrap();
    let login = Login::AccessKey { access_key: "key".to_owned(), secret_key: "secret".into() };
    let credentials = Credentials { base_url: sandbox.url().parse().unwrap(), login };
    let options = Options { limits: Limits::NONE, ..Options::default() };
    let client = Client::new(&credentials, options).unwrap();
    let mut out = Vec::new();
    let june = date(2026, 6, 1);
    let silent =
        stream_transcripts_of_a_month::stream_transcripts(&client, june, &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    let calls = text.lines().filter(|line| line.starts_with("# ")).count();
    assert!(calls > 10 && silent < calls, "{calls} calls and {silent} without a transcript");
}
