//! Fetching from the sandbox: a second opinion on what Gong answers.

use futures_util::TryStreamExt as _;
use gong_auth::{Credentials, Login, Secret};
use gong_client::{
    Body, Client, Limits, Options, Payload, Sending, Transport, TransportError, TransportErrorKind,
};
use gong_sandbox::Sandbox;
use gong_transcript::{Fetched, Format, dialogues, dialogues_of};
use gong_types::{CallId, SearchCalls};
use http::Request;

use crate::{Look, rendered};

struct InMemory(Sandbox);

impl Transport for InMemory {
    fn send(&self, request: Request<Payload>) -> Sending<'_> {
        let lost = |kind| move |error| TransportError::new(kind).caused_by(error);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(lost(TransportErrorKind::Request))?;
            let reply = self.0.answer(Request::from_parts(head, body)).await.into_response();
            let reply = reply.map_err(lost(TransportErrorKind::Reset))?;
            let body = |body: gong_sandbox::ReplyBody| -> Body {
                Box::pin(body.map_err(lost(TransportErrorKind::Body)))
            };
            Ok(reply.map(body))
        })
    }
}

fn sandbox(calls: u64) -> (Sandbox, Client) {
    let sandbox = Sandbox::new(gong_sandbox::Options {
        calls,
        now: Some("2026-06-15T12:00:00Z".parse().unwrap()),
        requests_per_second: 0,
        requests_per_day: 0,
        ..gong_sandbox::Options::default()
    });
    let sandbox = sandbox.unwrap();
    let credentials = Credentials {
        base_url: "http://127.0.0.1:1".parse().unwrap(),
        login: Login::AccessKey {
            access_key: "key".to_owned(),
            secret_key: Secret::from("secret"),
        },
    };
    let options = Options { limits: Limits::NONE, ..Options::default() };
    let transport = InMemory(sandbox.clone());
    let client = Client::with_transport(&credentials, options, transport).unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn all_calls_of_the_company_are_fetched_and_rendered() {
    let (sandbox, client) = sandbox(60);
    let fetched = dialogues_of(&client, SearchCalls::default());
    let fetched: Vec<Fetched> = fetched.try_collect().await.unwrap();
    assert_eq!(sandbox.request_count(), 2);
    let by_search: Vec<CallId> = fetched.iter().map(|it| it.call_id().clone()).collect();

    let again: Vec<Fetched> = dialogues(&client, by_search.clone()).try_collect().await.unwrap();
    assert_eq!(sandbox.request_count(), 4);
    let by_id: Vec<CallId> = again.iter().map(|it| it.call_id().clone()).collect();
    assert_eq!(by_id, by_search);

    let (mut ready, mut not_ready, mut known, mut unknown) = (Vec::new(), 0, 0, 0);
    for fetched in fetched {
        match fetched {
            Fetched::Ready(dialogue) => {
                for turn in &dialogue.turns {
                    *(if turn.speaker.is_known { &mut known } else { &mut unknown }) += 1;
                }
                ready.push(dialogue);
            }
            Fetched::NotReady(_) => not_ready += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(not_ready > 0, "the sandbox has calls whose transcript is still being made");
    assert!(known > unknown && unknown > 0, "{known} turns by name, {unknown} without");
    for format in Format::ALL {
        let file = rendered(&ready, *format, Look::default());
        assert!(!file.is_empty());
    }
}

#[tokio::test]
async fn an_id_that_nobody_has_is_unknown() {
    let (_, client) = sandbox(10);
    let ids: Vec<CallId> = vec!["99999999999999999999".parse().unwrap()];
    let fetched: Vec<Fetched> = dialogues(&client, ids).try_collect().await.unwrap();
    assert!(matches!(fetched.as_slice(), [Fetched::Unknown(_)]), "{fetched:?}");
}
