//! Writes whose answer is lost: what the client looks at, what it says, and what the journal keeps.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use futures_util::FutureExt as _;
use gong_client::{
    Client, Error, Event, Journal, Limits, Options, Payload, Sending, Transport, Unfinished,
};
use gong_types::{Effect, Request, Resend, Whole};
use http::{Method, Response};

use crate::world::{Canned, Recorder, answer, credentials};

fn create() -> Request {
    Request::new(Method::POST, "/v2/meetings", Effect::Writes).body(&[("title", "Lunch")])
}

fn keyed() -> Request {
    create().key("k1")
}

fn looked_after() -> Request {
    create().look(Request::get("/v2/look"), |request, text| {
        text.contains("Lunch").then(|| format!("{{\"meant\":\"{request}\"}}"))
    })
}

fn failed() -> Response<Bytes> {
    answer(500, r#"{"requestId":"abc","errors":["Internal server error occurred"]}"#)
}

fn refused(status: u16, text: &str) -> Response<Bytes> {
    answer(status, format!("{{\"requestId\":\"def\",\"errors\":[\"{text}\"]}}"))
}

/// What came of it, the lines of what was sent, and what was told.
struct Outcome {
    result: Result<String, Error>,
    sent: Vec<String>,
    events: Vec<Event>,
}

async fn send(request: &Request, answers: Vec<Response<Bytes>>) -> Outcome {
    send_with(request, answers, Options::default()).await
}

async fn send_with(request: &Request, answers: Vec<Response<Bytes>>, options: Options) -> Outcome {
    let transport = Canned::new(answers);
    let sent = transport.sent.clone();
    let recorder = Arc::new(Recorder::default());
    let options =
        Options { limits: Limits::NONE, seed: Some(1), watch: Some(recorder.clone()), ..options };
    let client = Client::with_transport(&credentials(), options, transport).unwrap();
    let result = client.call::<Whole>(request).await.map(|whole| whole.text.get().to_owned());
    let line =
        |request: &http::Request<Bytes>| format!("{} {}", request.method(), request.uri().path());
    let sent = sent.lock().unwrap().iter().map(line).collect();
    Outcome { result, sent, events: recorder.events() }
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_is_lost_says_that_nobody_knows() {
    let Outcome { result, sent, .. } = send(&create(), vec![failed()]).await;
    let error = result.unwrap_err();
    assert_eq!(sent, ["POST /v2/meetings"]);
    assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error:?}");
    assert_eq!((error.status().unwrap().as_u16(), error.request_id()), (500, Some("abc")));
    assert_eq!(error.to_string(), "POST /v2/meetings: nobody knows whether Gong did this");
    let source = std::error::Error::source(&error).unwrap().to_string();
    let told = "500 Internal Server Error: Internal server error occurred";
    assert_eq!(source, format!("POST /v2/meetings: {told}"));
}

#[tokio::test(start_paused = true)]
async fn what_a_read_fails_with_is_never_unknown() {
    let error = send(&Request::get("/v2/x"), vec![failed()]).await.result.unwrap_err();
    assert!(!error.is_outcome_unknown() && error.is_retryable(), "{error:?}");
    let odd = Request::get("/v2/x").resend(Resend::Never);
    assert!(!send(&odd, vec![failed()]).await.result.unwrap_err().is_outcome_unknown());
}

#[tokio::test(start_paused = true)]
async fn a_success_that_tells_nothing_leaves_the_outcome_of_a_write_open() {
    for body in ["", "<html>", "{\"meetingId\":"] {
        let error = send(&create(), vec![answer(200, body)]).await.result.unwrap_err();
        assert!(error.is_outcome_unknown(), "{body}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_that_shows_it_is_the_answer() {
    let looks = vec![failed(), answer(200, r#"{"meetings":["Lunch"]}"#)];
    let Outcome { result, sent, .. } = send(&looked_after(), looks).await;
    assert_eq!(result.unwrap(), r#"{"meant":"POST /v2/meetings"}"#);
    assert_eq!(sent, ["POST /v2/meetings", "GET /v2/look"]);
}

#[tokio::test(start_paused = true)]
async fn after_a_look_that_shows_nothing_it_is_sent_once_more() {
    let nothing = || answer(200, r#"{"meetings":[]}"#);
    let none = || refused(404, "there is no such call");
    for nothing in [nothing, none] {
        let answers = vec![failed(), nothing(), answer(200, r#"{"id":"7"}"#)];
        let Outcome { result, sent, .. } = send(&looked_after(), answers).await;
        assert_eq!(result.unwrap(), r#"{"id":"7"}"#);
        assert_eq!(sent, ["POST /v2/meetings", "GET /v2/look", "POST /v2/meetings"]);

        let answers = vec![failed(), nothing(), failed(), nothing()];
        let Outcome { result, sent, .. } = send(&looked_after(), answers).await;
        assert!(result.unwrap_err().is_outcome_unknown());
        assert_eq!(sent.len(), 4, "{sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_waits_as_long_as_gong_says() {
    let busy = |seconds: &str| {
        let mut answer = answer(503, r#"{"requestId":"abc","errors":["Maintenance"]}"#);
        answer.headers_mut().insert("retry-after", seconds.parse().unwrap());
        answer
    };
    let started = tokio::time::Instant::now();
    let looks = vec![busy("7"), answer(200, r#"{"meetings":["Lunch"]}"#)];
    let Outcome { result, sent, .. } = send(&looked_after(), looks).await;
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(sent, ["POST /v2/meetings", "GET /v2/look"]);
    assert!(started.elapsed().as_secs() >= 7, "{:?}", started.elapsed());

    let Outcome { result, sent, .. } = send(&looked_after(), vec![busy("3600")]).await;
    assert!(result.unwrap_err().is_outcome_unknown());
    assert_eq!(sent, ["POST /v2/meetings"]);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_allows_nothing() {
    let page = answer(200, "<html>sign in</html>");
    for (failure, n_looks) in [(refused(403, "Access denied"), 1), (failed(), 4), (page, 2)] {
        let Outcome { result, sent, .. } = send(&looked_after(), vec![failed(), failure]).await;
        assert!(result.unwrap_err().is_outcome_unknown());
        assert_eq!(sent.len(), 1 + n_looks, "{sent:?}");
        assert_eq!(sent.iter().filter(|it| it.starts_with("POST")).count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_after_a_try_of_our_own_is_the_answer() {
    let used = || refused(409, "clientUniqueId was already used");
    let Outcome { result, sent, events } = send(&keyed(), vec![failed(), used()]).await;
    assert!(result.unwrap().contains("\"requestId\":\"def\""));
    assert_eq!(sent.len(), 2);
    let done = |event: &Event| matches!(event, Event::AlreadyDone { status, .. } if status.as_u16() == 409);
    assert!(events.iter().any(done), "{events:?}");

    let Outcome { result, sent, events } = send(&keyed(), vec![used()]).await;
    let error = result.unwrap_err();
    assert!(
        matches!(error, Error::Refused { .. }),
        "a conflict on the first try is one: {error:?}"
    );
    assert_eq!((sent.len(), events.iter().any(done)), (1, false));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_about_recording_or_consent_is_none_about_a_repeat() {
    for (text, is_done) in [
        ("Recording is not enabled for this user", false),
        ("The consent page is disabled", false),
        ("This recording was already uploaded", true),
        ("Conflict", true),
    ] {
        let Outcome { result, .. } = send(&keyed(), vec![failed(), refused(409, text)]).await;
        assert_eq!(result.is_ok(), is_done, "{text}: {result:?}");
        assert!(result.is_ok() || result.unwrap_err().is_outcome_unknown());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_after_a_try_of_our_own_is_deleted() {
    let delete = |method| Request::new(method, "/v2/x", Effect::Erases).resend(Resend::SameState);
    let gone = || refused(404, "The given meeting ID was not found.");
    assert!(send(&delete(Method::DELETE), vec![failed(), gone()]).await.result.is_ok());
    assert!(send(&delete(Method::DELETE), vec![gone()]).await.result.unwrap_err().is_not_found());
    let put = send(&delete(Method::PUT), vec![failed(), gone()]).await.result;
    assert!(put.unwrap_err().is_outcome_unknown(), "of a change it says nothing");
}

fn journaled(path: &Path) -> Options {
    Options { journal: Some(path.to_owned()), ..Options::default() }
}

fn unfinished(path: &Path) -> Vec<Unfinished> {
    Journal::open(path).unwrap().unfinished().unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_unknown_is_in_the_journal_and_is_not_sent_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let ok = || answer(200, "{}");
    assert!(send_with(&create(), vec![ok()], journaled(&path)).await.result.is_ok());
    let refusal = refused(400, "no");
    assert!(send_with(&create(), vec![refusal], journaled(&path)).await.result.is_err());
    assert_eq!(unfinished(&path), [], "what is answered is struck out");

    assert!(send_with(&create(), vec![failed()], journaled(&path)).await.result.is_err());
    let left = unfinished(&path);
    assert_eq!((left.len(), left[0].request.as_str()), (1, "POST /v2/meetings"));

    let Outcome { result, sent, .. } = send_with(&create(), vec![ok()], journaled(&path)).await;
    let error = result.unwrap_err();
    assert!(matches!(&error, Error::Unfinished { when, .. } if *when == left[0].when), "{error:?}");
    assert!(error.is_outcome_unknown());
    assert_eq!(sent, [""; 0]);
    let other = create().body(&[("title", "Dinner")]);
    assert!(send_with(&other, vec![ok()], journaled(&path)).await.result.is_ok());

    let resend = Options { resend: true, ..journaled(&path) };
    assert!(send_with(&create(), vec![ok()], resend).await.result.is_ok());
    assert_eq!(unfinished(&path), []);
}

#[tokio::test(start_paused = true)]
async fn a_key_of_the_journal_makes_a_conflict_an_answer() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    assert!(send_with(&keyed(), vec![failed()], journaled(&path)).await.result.is_err());
    let key = Journal::open(&path).unwrap().key_of(&create().key("k2"), None).unwrap();
    assert_eq!(key.as_deref(), Some("k1"));
    let used = || refused(409, "already used");
    let outcome = send_with(&keyed(), vec![used()], journaled(&path)).await;
    assert!(outcome.result.is_ok(), "an earlier process did it: {:?}", outcome.result);
    assert_eq!(unfinished(&path), []);
    assert!(send_with(&keyed(), vec![used()], journaled(&path)).await.result.is_err());
}

#[tokio::test(start_paused = true)]
async fn reads_leave_no_trace() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let read = Request::get("/v2/x");
    assert!(send_with(&read, vec![answer(200, "{}")], journaled(&path)).await.result.is_ok());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    let costs = Request::new(Method::GET, "/v2/x", Effect::Costs);
    assert!(send_with(&costs, vec![failed()], journaled(&path)).await.result.is_err());
    assert_eq!(unfinished(&path).len(), 1, "what costs does");
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_lets_nothing_go() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    std::fs::create_dir(&path).unwrap();
    let outcome = send_with(&create(), vec![answer(200, "{}")], journaled(&path)).await;
    assert!(matches!(outcome.result, Err(Error::Journal { .. })), "{:?}", outcome.result);
    assert_eq!(outcome.sent, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_damaged_journal_is_put_aside_only_when_a_person_wants_to_send() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    std::fs::write(&path, "gong-journal 1 nonsense\n").unwrap();
    let outcome = send_with(&keyed(), vec![answer(200, "{}")], journaled(&path)).await;
    assert!(matches!(outcome.result, Err(Error::Journal { .. })), "{:?}", outcome.result);
    assert_eq!(outcome.sent, [""; 0]);
    let resend = Options { resend: true, ..journaled(&path) };
    let outcome = send_with(&keyed(), vec![answer(200, "{}")], resend).await;
    assert!(outcome.result.is_ok());
    assert!(outcome.events.contains(&Event::JournalPutAside { path }));
}

/// Never answers.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: http::Request<Payload>) -> Sending<'_> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_given_up_under_way_is_unknown() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let options = Options { limits: Limits::NONE, ..journaled(&path) };
    let client = Client::with_transport(&credentials(), options, Silent).unwrap();
    let request = create();
    let mut sending = Box::pin(client.call::<Whole>(&request));
    assert!((&mut sending).now_or_never().is_none());
    assert_eq!(unfinished(&path), [], "it is still under way");
    drop(sending);
    assert_eq!(unfinished(&path).len(), 1);
}
