//! Fetching by a transport that plays Gong: what is asked, and what is made of the answers.

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use gong_auth::{Credentials, Login, Secret};
use gong_client::{Body, Client, Error, Limits, Options, Payload, Sending, Transport};
use gong_transcript::{Fetched, dialogues, dialogues_of};
use gong_types::{CallId, SearchCalls};
use http::{Request, Response};
use serde_json::{Value, json};

/// A Gong with these calls and no others.
#[derive(Clone, Default)]
struct Fake {
    /// The details that it has, by id.
    details: Vec<(String, Value)>,
    /// The transcripts that it has, by id.
    transcripts: Vec<(String, Value)>,
    /// The paths whose requests are refused.
    refused: BTreeSet<&'static str>,
    /// What it was asked: the path and how many ids.
    asked: Arc<Mutex<Vec<(String, usize)>>>,
}

impl Fake {
    fn with_call(mut self, id: &str, has_transcript: bool) -> Self {
        let details = json!({
            "metaData": { "id": id, "title": format!("Call {id}") },
            "parties": [{ "speakerId": "1", "name": "Anna" }],
        });
        self.details.push((id.to_owned(), details));
        if has_transcript {
            let transcript = json!({ "callId": id, "transcript": [
                { "speakerId": "1", "sentences": [{ "start": 0, "end": 1, "text": id }] },
            ]});
            self.transcripts.push((id.to_owned(), transcript));
        }
        self
    }

    fn answer(&self, request: &Request<Bytes>) -> (u16, Value) {
        let path = request.uri().path().to_owned();
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let ids = body["filter"]["callIds"].as_array();
        self.asked.lock().unwrap().push((path.clone(), ids.map_or(0, Vec::len)));
        if self.refused.contains(path.as_str()) {
            return (403, json!({ "requestId": "r", "errors": ["Access denied"] }));
        }
        let (records, member) = match path.as_str() {
            "/v2/calls/extensive" => {
                let exposed = &body["contentSelector"]["exposedFields"];
                assert_eq!(*exposed, json!({ "parties": true }));
                (&self.details, "calls")
            }
            "/v2/calls/transcript" => (&self.transcripts, "callTranscripts"),
            other => panic!("nobody should ask for {other}"),
        };
        let is_asked = |id: &str| ids.is_none_or(|ids| ids.contains(&json!(id)));
        let found: Vec<&Value> =
            records.iter().filter(|(id, _)| is_asked(id)).map(|(_, record)| record).collect();
        let start: usize = body["cursor"].as_str().map_or(0, |cursor| cursor.parse().unwrap());
        let page: Vec<&&Value> = found.iter().skip(start).take(100).collect();
        if page.is_empty() {
            let error = "No calls found corresponding to the provided filters";
            return (404, json!({ "requestId": "r", "errors": [error] }));
        }
        let next = start + page.len();
        let mut answer = json!({
            "requestId": "r",
            "records": { "totalRecords": found.len(), "currentPageSize": page.len() },
            member: page,
        });
        if next < found.len() {
            answer["records"]["cursor"] = json!(next.to_string());
        }
        (200, answer)
    }

    fn client(&self) -> Client {
        let credentials = Credentials {
            base_url: "https://us-1.api.gong.io".parse().unwrap(),
            login: Login::Token(Secret::from("token")),
        };
        let options = Options { limits: Limits::NONE, ..Options::default() };
        Client::with_transport(&credentials, options, self.clone()).unwrap()
    }

    fn asked(&self) -> Vec<(String, usize)> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked
    }
}

impl Transport for Fake {
    fn send(&self, request: Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap();
            let (status, body) = self.answer(&Request::from_parts(head, body));
            let body = Bytes::from(body.to_string());
            let body: Body = Box::pin(stream::once(async { Ok(body) }));
            let response = Response::builder()
                .status(status)
                .header("content-type", "application/json")
                .body(body)
                .unwrap();
            Ok(response)
        })
    }
}

fn ids(ids: impl IntoIterator<Item = impl ToString>) -> Vec<CallId> {
    ids.into_iter().map(|id| id.to_string().parse().unwrap()).collect()
}

/// What came, a word and the id for each call.
async fn outcomes(fetched: impl Stream<Item = Result<Fetched, Error>>) -> Vec<String> {
    let outcome = |fetched: Fetched| match fetched {
        Fetched::Ready(dialogue) => {
            let line = dialogue.lines().next().unwrap();
            assert_eq!(line.text, Some(dialogue.call_id.as_str()));
            format!("{}: {}", dialogue.call_id, line.speaker_name)
        }
        Fetched::NotReady(call_id) => format!("{call_id}: not ready"),
        Fetched::Unknown(call_id) => format!("{call_id}: unknown"),
        Fetched::Unreadable { call_id, error } => format!("{call_id}: {error}"),
        other => panic!("{other:?}"),
    };
    fetched.map_ok(outcome).try_collect().await.unwrap()
}

#[tokio::test]
async fn each_call_has_its_outcome_in_the_order_asked_for() {
    let mut gong = Fake::default().with_call("1", true).with_call("2", false).with_call("3", true);
    gong.details.retain(|(id, _)| id != "3");
    let gong = gong.with_call("4", true).with_call("5", true);
    let mut gong = gong.with_call("6", true);
    gong.transcripts[2].1["transcript"] = json!(null);
    gong.transcripts[3].1["transcript"] = json!("soon");
    gong.details[4].1["parties"] = json!(7);
    let fetched = dialogues(&gong.client(), ids([9, 6, 5, 4, 3, 2, 1, 2, 9]));
    insta::assert_snapshot!(outcomes(fetched).await.join("\n"));
    assert_eq!(
        gong.asked(),
        [("/v2/calls/extensive".to_owned(), 7), ("/v2/calls/transcript".to_owned(), 7)]
    );
}

#[tokio::test]
async fn a_hundred_calls_cost_two_requests() {
    let gong = (1..=250).fold(Fake::default(), |gong, id| gong.with_call(&id.to_string(), true));
    let backwards = ids((1..=250).rev());
    let outcomes = outcomes(dialogues(&gong.client(), backwards)).await;
    let expected: Vec<String> = (1..=250).rev().map(|id| format!("{id}: Anna")).collect();
    assert_eq!(outcomes, expected);
    let n_ids: Vec<usize> = gong.asked().into_iter().map(|(_, n_ids)| n_ids).collect();
    assert_eq!(n_ids, [50, 100, 100, 50, 100, 100]);
}

#[tokio::test]
async fn a_search_is_followed_to_its_end() {
    let gong =
        (1..=250).fold(Fake::default(), |gong, id| gong.with_call(&id.to_string(), id % 50 != 0));
    let outcomes = outcomes(dialogues_of(&gong.client(), SearchCalls::default())).await;
    assert_eq!(outcomes.len(), 250);
    assert_eq!(outcomes[48..51], ["49: Anna", "50: not ready", "51: Anna"]);
    let n_ids: Vec<usize> = gong.asked().into_iter().map(|(_, n_ids)| n_ids).collect();
    assert_eq!(n_ids, [0, 0, 0, 50, 100, 100]);
}

#[tokio::test]
async fn nothing_is_asked_for_no_calls() {
    let gong = Fake::default();
    assert_eq!(outcomes(dialogues(&gong.client(), Vec::new())).await, [""; 0]);
    assert_eq!(gong.asked(), []);
    let none = dialogues_of(&gong.client(), SearchCalls::default());
    assert_eq!(outcomes(none).await, [""; 0]);
    assert_eq!(gong.asked().len(), 1);
}

#[tokio::test]
async fn calls_that_gong_does_not_find_are_unknown() {
    let gong = Fake::default();
    assert_eq!(
        outcomes(dialogues(&gong.client(), ids([1, 2]))).await,
        ["1: unknown", "2: unknown"]
    );
}

#[tokio::test]
async fn an_error_is_the_end() {
    for path in ["/v2/calls/extensive", "/v2/calls/transcript"] {
        let mut gong =
            (1..=250).fold(Fake::default(), |gong, id| gong.with_call(&id.to_string(), true));
        gong.refused.insert(path);
        let client = gong.client();
        let fetched: Vec<_> = dialogues(&client, ids(1..=250)).collect().await;
        let [Err(error)] = fetched.as_slice() else { panic!("{fetched:?}") };
        assert!(error.to_string().contains("Access denied"), "{error}");
        let fetched: Vec<_> = dialogues_of(&client, SearchCalls::default()).collect().await;
        assert!(matches!(fetched.as_slice(), [Err(_)]), "{fetched:?}");
    }
}

#[tokio::test]
async fn a_record_without_an_id_is_no_call_without_a_transcript() {
    let mut gong = Fake::default().with_call("1", true);
    gong.transcripts[0].1.as_object_mut().unwrap().remove("callId");
    let client = gong.client();
    let mut fetched = pin!(dialogues(&client, ids([1])));
    let error = fetched.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Undecodable { .. }), "{error:?}");
    assert!(fetched.next().await.is_none());
}
