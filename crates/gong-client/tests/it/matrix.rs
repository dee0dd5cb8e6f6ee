//! Every operation times every fault: how often it is sent, and what is made of it in the end.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use futures_util::TryStreamExt as _;
use gong_client::{
    Body, Client, Error, Limits, Options, Payload, Sending, Transport, TransportError,
    TransportErrorKind,
};
use gong_sandbox::Sandbox;
use gong_types::{Effect, Operation, Request, Resend, Whole};
use http::StatusCode;

use crate::world::{TestClock, credentials, sandbox_options};

/// What may be done when an answer was lost. Here it is said again, apart from the table that the
/// program goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Read,
    Keyed,
    State,
    Look,
    Never,
}

use Class::{Keyed, Look, Never, Read, State};

/// Whatever is not a read.
const CHANGES: [(&str, Class); 29] = [
    ("calls-add", Keyed),
    ("calls-media-upload", Look),
    ("calls-users-access-add", State),
    ("calls-users-access-remove", State),
    ("tasks-update", State),
    ("entities-ask", Never),
    ("entities-get-brief", Never),
    ("flows-prospects-assign", Never),
    ("flows-prospects-assign-cool-off-override", Never),
    ("flows-prospects-unassign-by-instance-id", State),
    ("flows-prospects-unassign-by-crm-id", State),
    ("flows-prospects-bulk-assign", Never),
    ("crm-integrations-register", Look),
    ("crm-integrations-delete", Keyed),
    ("crm-entity-schema-upload", Look),
    ("crm-entities-upload", Keyed),
    ("data-privacy-erase-email", Never),
    ("data-privacy-erase-phone", Never),
    ("permission-profile-create", Never),
    ("permission-profile-update", State),
    ("meetings-create", Never),
    ("meetings-update", State),
    ("meetings-delete", State),
    ("digital-interactions-add", Keyed),
    ("engagement-content-shared", Keyed),
    ("engagement-content-viewed", Keyed),
    ("engagement-custom-action", Keyed),
    ("integration-settings-set", Look),
    ("targets-assignments-upload", Never),
];

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    /// Gong did not do it.
    Failed,
    /// Nobody knows whether Gong did it.
    Unknown,
}

use End::{Done, Failed, Unknown};

/// What a fault, met once or until the client gives up, costs each class: how often the fault is met,
/// how many requests there are with the looks, and how it ends.
type Row = (&'static str, [(Class, u32, u64, End); 5]);

/// Outcomes that leave open whether Gong acted.
const LOST: [&str; 6] =
    ["status:500", "status:503", "reset@0", "reset@5", "truncate@5", "stall:10m@0"];
const LOST_ONCE: [(Class, u32, u64, End); 5] = [
    (Read, 1, 2, Done),
    (Keyed, 1, 2, Done),
    (State, 1, 2, Done),
    (Look, 1, 3, Done),
    (Never, 1, 1, Unknown),
];
const LOST_FOR_GOOD: [(Class, u32, u64, End); 5] = [
    (Read, 4, 4, Failed),
    (Keyed, 3, 3, Unknown),
    (State, 3, 3, Unknown),
    (Look, 2, 4, Unknown),
    (Never, 1, 1, Unknown),
];

/// What every class has in common: so often is the fault met, so many requests are there.
fn all(met: u32, requests: u64, end: End) -> [(Class, u32, u64, End); 5] {
    [Read, Keyed, State, Look, Never].map(|class| (class, met, requests, end))
}

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> =
        LOST.iter().flat_map(|fault| [(*fault, LOST_ONCE), (*fault, LOST_FOR_GOOD)]).collect();
    rows.push(("status:429;ra=0", all(1, 2, Done)));
    rows.push(("status:429;ra=0", all(11, 11, Failed)));
    for fault in ["status:400", "401", "status:403", "status:404", "status:409", "status:422"] {
        rows.push((fault, all(1, 1, Failed)));
    }
    rows
}

fn class_of(operation: &Operation) -> Class {
    CHANGES.iter().find(|(id, _)| *id == operation.id).map_or(Read, |(_, class)| *class)
}

/// A request to an operation, of its class and with nothing in it.
fn request(operation: &Operation, class: Class) -> Request {
    let path = operation.path.split('/').map(|it| if it.starts_with('{') { "1" } else { it });
    let path = path.collect::<Vec<_>>().join("/");
    let effect = if class == Read { Effect::Reads } else { Effect::Writes };
    let request = Request::new(operation.method().parse().unwrap(), path, effect);
    match class {
        Read | Never => request,
        Keyed => request.key("the-key"),
        State => request.resend(Resend::SameState),
        Look => request.look(Request::get("/v2/look"), |_, _| None),
    }
}

/// Takes requests to a sandbox, some of them only after the connection was refused. Where no fault is
/// met all is well: the requests of these tests have nothing in them.
struct Well {
    sandbox: Sandbox,
    refusals: Arc<AtomicU32>,
}

impl Transport for Well {
    fn send(&self, request: http::Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let refuse = |left: u32| left.checked_sub(1);
            let order = Ordering::SeqCst;
            if self.refusals.fetch_update(order, order, refuse).is_ok() {
                return Err(TransportError::new(TransportErrorKind::Connect));
            }
            let lost = |kind| move |error| TransportError::new(kind).caused_by(error);
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(lost(TransportErrorKind::Request))?;
            let reply = self.sandbox.answer(http::Request::from_parts(head, body)).await;
            let fault = self.sandbox.log().pop().unwrap().fault;
            let is_status =
                fault.is_some_and(|it| it.starts_with("status") || it.starts_with("401"));
            let mut answer = reply.into_response().map_err(lost(TransportErrorKind::Reset))?;
            if !is_status && !answer.status().is_success() {
                *answer.status_mut() = StatusCode::OK;
            }
            Ok(answer
                .map(|body| -> Body { Box::pin(body.map_err(lost(TransportErrorKind::Body))) }))
        })
    }
}

/// What came of one request.
struct Cell {
    /// The requests and looks that arrived, each with the fault that it met.
    faults: Vec<Option<String>>,
    end: End,
}

/// A sandbox in which every operation that `faults` knows something for meets it.
fn sandbox(faults: impl Fn(&Operation) -> Option<String>) -> Sandbox {
    let line = |operation: &Operation| {
        let faults = faults(operation)?;
        Some(format!("{} {}: {faults}\n", operation.method(), operation.path))
    };
    let script: String = Operation::all().iter().filter_map(line).collect();
    let options = gong_sandbox::Options {
        faults: script.parse().unwrap(),
        calls: 1,
        requests_per_second: 0,
        ..sandbox_options()
    };
    Sandbox::new(options).unwrap()
}

/// Sends a request of this class to the operation, after so many connections were refused.
async fn send(sandbox: &Sandbox, operation: &Operation, class: Class, refusals: u32) -> Cell {
    let refusals = Arc::new(AtomicU32::new(refusals));
    let transport = Well { sandbox: sandbox.clone(), refusals: refusals.clone() };
    let options = Options {
        limits: Limits::NONE,
        seed: Some(1),
        // A pause counts by the wall clock, too.
        clock: Some(TestClock::new()),
        ..Options::default()
    };
    let client = Client::with_transport(&credentials(), options, transport).unwrap();
    let n_before = sandbox.log().len();
    let end = match client.call::<Whole>(&request(operation, class)).await {
        Ok(_) => Done,
        Err(error) => {
            assert_eq!(error.is_outcome_unknown(), matches!(error, Error::Unknown { .. }));
            if error.is_outcome_unknown() { Unknown } else { Failed }
        }
    };
    assert_eq!(refusals.load(Ordering::SeqCst), 0, "{}", operation.id);
    let log = sandbox.log();
    Cell { faults: log[n_before..].iter().map(|entry| entry.fault.clone()).collect(), end }
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_sent_as_often_as_its_class_allows_past_every_fault() {
    let mut n_cells = 0;
    for (fault, row) in rows() {
        let expected = |operation: &Operation| {
            let class = class_of(operation);
            *row.iter().find(|(it, ..)| *it == class).unwrap()
        };
        let sandbox = sandbox(|operation| Some(format!("{fault} x{}", expected(operation).1)));
        for operation in Operation::all() {
            let (class, met, requests, end) = expected(operation);
            let what = format!("{}: {fault} x{met}", operation.id);
            let cell = send(&sandbox, operation, class, 0).await;
            assert_eq!(u64::try_from(cell.faults.len()).unwrap(), requests, "{what}");
            assert_eq!(cell.end, end, "{what}");
            let n_met = cell.faults.iter().flatten().count();
            assert_eq!(u32::try_from(n_met).unwrap(), met, "{what}");
            // The last request is the one whose answer counts, or a look at what became of it.
            let is_well = end == Done || class == Look && end == Unknown;
            assert_eq!(cell.faults.last().unwrap().is_none(), is_well, "{what}");
            n_cells += 1;
        }
        assert_eq!(sandbox.unused_faults(), [""; 0], "{fault}");
    }
    let sandbox = sandbox(|_| None);
    for (refusals, requests, end) in [(1, 1, Done), (3, 1, Done), (4, 0, Failed)] {
        for operation in Operation::all() {
            let cell = send(&sandbox, operation, class_of(operation), refusals).await;
            let found = (cell.faults.len(), cell.end);
            assert_eq!(found, (requests, end), "{}: no connection x{refusals}", operation.id);
            n_cells += 1;
        }
    }
    assert_eq!(n_cells, 72 * 23);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_that_gong_knows_is_a_success_only_after_a_try_of_our_own() {
    for (faults, knows) in [("reset@5, status:409", Keyed), ("reset@5, status:404", State)] {
        let is_sent_twice = |operation: &Operation| !matches!(class_of(operation), Never | Look);
        let sandbox = sandbox(|it| is_sent_twice(it).then(|| faults.to_owned()));
        for operation in Operation::all().iter().filter(|it| is_sent_twice(it)) {
            let class = class_of(operation);
            let is_done = class == knows && (class == Keyed || operation.method() == "DELETE");
            let cell = send(&sandbox, operation, class, 0).await;
            let failed = if class == Read { Failed } else { Unknown };
            let expected = if is_done { Done } else { failed };
            assert_eq!((cell.faults.len(), cell.end), (2, expected), "{}: {faults}", operation.id);
        }
        assert_eq!(sandbox.unused_faults(), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_key_what_could_have_one_is_sent_once() {
    for fault in LOST {
        let sandbox = sandbox(|it| (class_of(it) == Keyed).then(|| fault.to_owned()));
        for operation in Operation::all().iter().filter(|it| class_of(it) == Keyed) {
            let cell = send(&sandbox, operation, Never, 0).await;
            assert_eq!((cell.faults.len(), cell.end), (1, Unknown), "{fault}");
        }
    }
}

#[test]
fn the_classes_are_those_of_the_table() {
    for (id, _) in CHANGES {
        assert!(Operation::all().iter().any(|operation| operation.id == id), "{id}");
    }
    for operation in Operation::all() {
        let expected = match operation.resend() {
            Resend::Freely => Read,
            Resend::WithKey => Keyed,
            Resend::SameState => State,
            Resend::AfterLook => Look,
            Resend::Never => Never,
        };
        assert_eq!(class_of(operation), expected, "{}", operation.id);
    }
}
