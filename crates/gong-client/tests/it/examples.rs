//! The examples of this crate, run against a sandbox.

use gong_auth::{Authorization, Credentials, Login, OAuthApp};
use gong_client::{Client, Content, Limits, Options};
use gong_sandbox::{Running, Sandbox};
use gong_types::{ListUsers, ListWorkspaces};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::Url;

#[path = "../../examples/list_calls.rs"]
#[expect(dead_code, reason = "the test calls what main calls")]
mod list_calls;
#[path = "../../examples/oauth_login.rs"]
#[expect(dead_code, reason = "the test calls what main calls")]
mod oauth_login;
#[path = "../../examples/upload_a_call.rs"]
#[expect(dead_code, reason = "the test calls what main calls")]
mod upload_a_call;

const NOW: &str = "2026-06-15T16:00:00Z";

fn options() -> gong_sandbox::Options {
    gong_sandbox::Options {
        calls: 100,
        now: Some(NOW.parse().unwrap()),
        requests_per_second: 0,
        ..gong_sandbox::Options::default()
    }
}

async fn world(options: gong_sandbox::Options) -> (Running, Client) {
    let sandbox = Sandbox::start(options).await.unwrap();
    let login = Login::AccessKey { access_key: "key".to_owned(), secret_key: "secret".into() };
    let credentials = Credentials { base_url: sandbox.url().parse().unwrap(), login };
    let options = Options { limits: Limits::NONE, ..Options::default() };
    let client = Client::new(&credentials, options).unwrap();
    (sandbox, client)
}

/// Where a browser ends that opens this address.
async fn approved(address: &Url) -> String {
    let port = address.port().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let target = &address[url::Position::BeforePath..];
    let head =
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let location = text.lines().find_map(|line| line.strip_prefix("location: "));
    location.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn calls_are_listed() {
    let (_sandbox, client) = world(options()).await;
    let mut out = Vec::new();
    let since = "2026-06-08T16:00:00Z".parse().unwrap();
    list_calls::list_calls(&client, since, &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    let is_id = |id: &str| id.bytes().all(|it| it.is_ascii_digit());
    let ids = text.lines().filter_map(|line| line.split_once("  ")).filter(|(id, _)| is_id(id));
    assert!(ids.count() > 5, "{text}");
}

#[tokio::test]
async fn a_call_is_uploaded_and_not_twice() {
    let (sandbox, client) = world(options()).await;
    let users = client.send(&ListUsers::default()).await.unwrap();
    let users = users.items.iter().map(|it| it.read().unwrap());
    let is_recorded = |user: &gong_types::User| {
        let settings = user.settings.as_ref();
        settings.is_some_and(|it| {
            it.web_conferences_recorded == Some(true)
                && it.prevent_web_conference_recording != Some(true)
        })
    };
    let user = users.filter(is_recorded).find(|it| it.active == Some(true)).unwrap();
    let recording = Content::bytes("call.wav", &b"RIFF\x24\0\0\0WAVEfmt and so on"[..]);
    let added = upload_a_call::upload_a_call(&client, user.id.as_str(), &recording).await;
    assert!(!added.unwrap().as_str().is_empty());
    assert_eq!(sandbox.sandbox().uploads().len(), 1);
    let again = upload_a_call::upload_a_call(&client, user.id.as_str(), &recording).await;
    assert!(again.unwrap_err().to_string().contains("409"));
}

#[tokio::test]
async fn a_company_logs_in() {
    let app = gong_sandbox::OAuthApp::default();
    let options = gong_sandbox::Options { oauth: Some(app), ..options() };
    let (sandbox, _) = world(options).await;
    let url = sandbox.url();
    let mut app = OAuthApp::new("sandbox-client", "sandbox-secret");
    app.authorize_url = format!("{url}/oauth2/authorize");
    app.token_url = format!("{url}/oauth2/generate-customer-token");
    app.scopes = vec!["api:workspaces:read".to_owned()];
    let authorization = Authorization::begin(app, &[]).unwrap();
    let address = approved(&authorization.address()).await;
    let client = oauth_login::logged_in(&authorization, &address).await.unwrap();
    assert!(!client.send(&ListWorkspaces).await.unwrap().items.is_empty());
}
