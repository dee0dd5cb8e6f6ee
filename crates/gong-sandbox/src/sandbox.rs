//! The sandbox: takes a request through limits, faults, guard, and routes, and makes the reply.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header, request::Parts};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use crate::{
    Entry, Error, Options, OverLimit,
    answer::Answer,
    ask::{Ask, Problem, parameters},
    clock::{Clock, Moment},
    company::Company,
    cursor::Signer,
    data::Data,
    faults::{Fault, Faults, Met},
    guard::{self, EXPIRED, missing_scope},
    import::Imported,
    limits::{Limits, Refusal},
    log::Log,
    media,
    oauth::{self, TokenRequests},
    paging::{INVALID_CURSOR, Tweak},
    reply::Reply,
    routes::{self, Operation, Route},
    server::{self, Running},
    store::Store,
    upload::{self, Arriving, Sent, Stopped, Upload},
    webhook,
};

/// A fake Gong. A clone is the same sandbox.
#[derive(Clone)]
pub struct Sandbox {
    pub(crate) state: Arc<State>,
}

pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) data: Box<dyn Data>,
    pub(crate) clock: Clock,
    pub(crate) signer: Signer,
    limits: Mutex<Limits>,
    faults: Mutex<Faults>,
    /// `Authorization` headers that are no longer good.
    expired: Mutex<HashSet<HeaderValue>>,
    pub(crate) store: Store,
    pub(crate) media: media::Host,
    pub(crate) webhook_key: webhook::Key,
    log: Log,
    n_answers: AtomicU64,
}

impl Sandbox {
    /// Makes the company, or reads it; nothing is listened to yet.
    pub fn new(options: Options) -> Result<Self, Error> {
        if options.page_size == 0 {
            return Err(Error::BadOption { option: "page_size", problem: "must not be 0" });
        }
        if options.calls > MOST_CALLS {
            return Err(Error::BadOption {
                option: "calls",
                problem: "must not be over 1,000,000",
            });
        }
        let now = options.now.unwrap_or_else(Timestamp::now);
        let data: Box<dyn Data> = match &options.import {
            Some(directory) => Box::new(Imported::read(directory, now)?),
            None => Box::new(Company::new(options.seed, options.calls, now)),
        };
        let limits = Limits::new(
            options.limit_reading,
            options.requests_per_second,
            options.requests_per_day,
        );
        let state = State {
            data,
            clock: Clock::starting_at(now),
            signer: Signer::new(options.seed),
            limits: Mutex::new(limits),
            faults: Mutex::new(Faults::new(options.faults.clone())),
            expired: Mutex::default(),
            store: Store::default(),
            media: media::Host::default(),
            webhook_key: webhook::Key::default(),
            log: Log::default(),
            n_answers: AtomicU64::new(0),
            options,
        };
        Ok(Self { state: Arc::new(state) })
    }

    /// Makes the sandbox and serves it on a loopback address until it is stopped or dropped.
    pub async fn start(options: Options) -> Result<Running, Error> {
        server::start(options).await
    }

    /// Answers a request in memory. All waiting is done by tokio's clock, which tests can drive.
    pub async fn answer(&self, request: Request<Bytes>) -> Reply {
        let (head, body) = request.into_parts();
        self.answer_to(head, Sent::Whole(body)).await
    }

    /// Whether a request brings a file, which is better not read before it is answered.
    pub(crate) fn brings_file(head: &Parts) -> bool {
        let route = routes::find(&head.method, head.uri.path());
        route.operation().is_some_and(|operation| operation.file().is_some())
    }

    /// Answers a request whose body may still be on its way.
    pub(crate) async fn answer_to(&self, head: Parts, sent: Sent) -> Reply {
        if let Some(page) = head.uri.path().strip_prefix("/sandbox/") {
            return if page == "webhook" {
                self.deliver(&head).await
            } else {
                self.show(page, &head)
            };
        }
        let state = &*self.state;
        let request_id = state.next_request_id();
        let (ticket, moment, verdict) = state.arrive(&head, &sent, &request_id);
        let (answer, fault) = match verdict {
            Ok(()) => state.decide(&head, sent, moment, ticket).await,
            Err(refusal) => {
                let is_whole = Arriving::new(sent, None).drain().await;
                let refused = Answer::over_limit(refusal, "API request limit exceeded");
                (if is_whole { refused } else { Answer::Nothing }, None)
            }
        };
        if !state.options.latency.is_zero() {
            sleep(state.options.latency).await;
        }
        let reply = answer.into_reply(&request_id, state.clock.read().wall, fault.as_ref());
        state.log.close(ticket, (!reply.is_no_answer()).then(|| reply.status.as_u16()));
        reply
    }

    /// The requests so far, oldest first; at most the last 10,000.
    pub fn log(&self) -> Vec<Entry> {
        self.state.log.entries()
    }

    /// How many requests came, refused ones too.
    pub fn request_count(&self) -> u64 {
        self.state.log.count()
    }

    /// The files that were uploaded whole and accepted, oldest first.
    pub fn uploads(&self) -> Vec<Upload> {
        lock(&self.state.store.uploads).clone()
    }

    /// How many requests for recordings showed credentials, which are not meant for that host.
    pub fn leaked_credentials(&self) -> u64 {
        self.state.media.n_leaks.load(Ordering::Relaxed)
    }

    /// Says where recordings are from now on.
    pub(crate) fn serve_media_at(&self, base: String) {
        // Only the first server of a sandbox is told of.
        let _ = self.state.media.base.set(base);
    }

    /// The steps of the fault script that no request has met yet, as they were written.
    pub fn unused_faults(&self) -> Vec<String> {
        lock(&self.state.faults).unused()
    }

    /// How many requests were over the limit, by each reading of it.
    pub fn over_limit(&self) -> OverLimit {
        lock(&self.state.limits).over()
    }

    /// How many credits were spent on questions and briefs about customers.
    pub fn credits_spent(&self) -> u64 {
        lock(&self.state.store.credits).spent
    }

    /// What came of the requests for tokens so far.
    pub fn token_requests(&self) -> TokenRequests {
        lock(&self.state.store.oauth).requests
    }

    /// What the sandbox tells of itself under `/sandbox/`.
    fn show(&self, page: &str, head: &Parts) -> Reply {
        let over = self.over_limit();
        let shown = match page {
            "log" => json!({
                "requests": self.request_count(),
                "overLimit": {
                    "sliding": over.sliding,
                    "second": over.second,
                    "bucket": over.bucket,
                    "utcDay": over.utc_day,
                    "rollingDay": over.rolling_day,
                },
                "entries": self.state.log.to_json(),
            }),
            "faults" => json!({ "unused": self.unused_faults() }),
            "webhook-key" => json!({ "publicKey": self.webhook_key() }),
            _ => {
                json!({ "errors": ["The sandbox has only log, faults, webhook, and webhook-key here"] })
            }
        };
        let status = match page {
            "log" | "faults" | "webhook-key" if head.method == http::Method::GET => StatusCode::OK,
            "log" | "faults" | "webhook-key" => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::NOT_FOUND,
        };
        Reply::new(status, "application/json", Bytes::from(shown.to_string()).into())
    }
}

impl State {
    /// Takes note of a request and asks the limits; both see requests in the same order.
    fn arrive(
        &self,
        head: &Parts,
        sent: &Sent,
        request_id: &str,
    ) -> (u64, Moment, Result<(), Refusal>) {
        let mut limits = lock(&self.limits);
        let moment = self.clock.read();
        let path = head.uri.path();
        let is_counted = !oauth::is_here(path) && !media::is_here(path);
        let verdict = if is_counted { limits.arrive(moment) } else { Ok(()) };
        let ticket = self.log.open(Entry {
            arrived: moment.elapsed,
            time: moment.wall,
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            body_bytes: u64::try_from(sent.len()).unwrap_or(u64::MAX),
            is_authorized: head.headers.contains_key(header::AUTHORIZATION),
            request_id: request_id.to_owned(),
            status: None,
            fault: None,
        });
        (ticket, moment, verdict)
    }

    async fn decide(
        &self,
        head: &Parts,
        sent: Sent,
        moment: Moment,
        ticket: u64,
    ) -> (Answer, Option<Fault>) {
        let route = routes::find(&head.method, head.uri.path());
        let (body, file) = match sent {
            Sent::Whole(body) if !Sandbox::brings_file(head) => (body, None),
            sent => (Bytes::new(), Some(sent)),
        };
        let met = self.meet(head, &body, &route);
        let fault = met.fault.map(|(fault, text)| {
            self.log.note_fault(ticket, text);
            fault
        });
        let until_lost = match fault {
            Some(Fault::Cut { after }) => Some(after),
            _ => None,
        };
        let mut file = file.map(|sent| Arriving::new(sent, until_lost));
        if let Some(fault) = &fault {
            if let Fault::Stall { wait, after: 0 } = fault {
                sleep(*wait).await;
            }
            if until_lost.is_some() && file.is_none() {
                return (Answer::Nothing, Some(fault.clone()));
            }
            if let Some(answer) = self.instead(fault, head, moment) {
                return (self.read_out(answer, file, ticket).await, Some(fault.clone()));
            }
        }
        if let Route::Operation(page, Some(file)) = route
            && media::is_here(page.path)
        {
            return (media::answer(self, file, head, moment.wall), fault);
        }
        if let Some(page) = route.operation().filter(|page| oauth::is_here(page.path)) {
            return (self.visit(page, head, &body, moment), fault);
        }
        let answer = match self.serve(head, &body, file.as_mut(), moment, &route, met.tweak).await {
            Ok(members) => {
                let success = route.operation().map_or(StatusCode::OK, Operation::success);
                Answer::Members(success, members)
            }
            Err(Stopped::Problem(problem)) => Answer::Problem(problem),
            Err(Stopped::Lost) => Answer::Nothing,
        };
        (self.read_out(answer, file, ticket).await, fault)
    }

    /// Reads what is left of a file before the answer goes out.
    async fn read_out(&self, answer: Answer, file: Option<Arriving>, ticket: u64) -> Answer {
        let Some(mut file) = file else { return answer };
        let is_whole = matches!(answer, Answer::Nothing) || file.drain().await;
        self.log.note_body(ticket, file.n_bytes());
        if is_whole { answer } else { Answer::Nothing }
    }

    /// The answer of a page of OAuth.
    fn visit(&self, page: &Operation, head: &Parts, body: &Bytes, moment: Moment) -> Answer {
        let Some(app) = &self.options.oauth else { return oauth::no_app() };
        let user = self.data.users().first().and_then(|user| user["id"].as_str());
        let (signer, now, user_id) = (&self.signer, moment.wall, user.unwrap_or("0"));
        let visit = oauth::Visit { app, signer, user_id, now, head, body };
        visit.answer(page, &mut lock(&self.store.oauth))
    }

    fn meet(&self, head: &Parts, body: &Bytes, route: &Route<'_>) -> Met {
        let mut faults = lock(&self.faults);
        if faults.is_empty() {
            return Met::default();
        }
        let template = route.operation().map(|operation| operation.path);
        let page = self.page_of(head, body);
        faults.meet(&head.method, template, head.uri.path(), page)
    }

    /// The page that a request asks for.
    fn page_of(&self, head: &Parts, body: &Bytes) -> u64 {
        let in_query = parameters(head.uri.query().unwrap_or_default());
        let in_body = serde_json::from_slice::<Value>(body).unwrap_or_default();
        let cursor = in_query.get("cursor").or_else(|| in_body["cursor"].as_str());
        let cursor = cursor.and_then(|cursor| self.signer.read(cursor));
        cursor.map_or(0, |cursor| cursor.page_number)
    }

    /// The answer of a fault that leaves nothing for the routes to do.
    fn instead(&self, fault: &Fault, head: &Parts, moment: Moment) -> Option<Answer> {
        let unauthorized = |text: String| Problem::new(StatusCode::UNAUTHORIZED, text);
        let problem = match fault {
            Fault::CursorExpire => Problem::bad_request(INVALID_CURSOR),
            Fault::Unauthorized => unauthorized("Invalid credentials".to_owned()),
            Fault::MissingScope { scope } => unauthorized(missing_scope(scope)),
            Fault::TokenExpire => {
                let header = head.headers.get(header::AUTHORIZATION);
                lock(&self.expired).extend(header.cloned());
                unauthorized(EXPIRED.to_owned())
            }
            Fault::DayExhausted => {
                let refusal = lock(&self.limits).exhaust_day(moment);
                return Some(Answer::over_limit(refusal, "API request limit exceeded"));
            }
            _ => return Answer::instead(fault),
        };
        Some(Answer::Problem(problem))
    }

    async fn serve(
        &self,
        head: &Parts,
        body: &Bytes,
        file: Option<&mut Arriving>,
        moment: Moment,
        route: &Route<'_>,
        tweak: Tweak,
    ) -> Result<Map<String, Value>, Stopped> {
        let (operation, id) = match *route {
            Route::Operation(operation, id) => (operation, id),
            Route::WrongMethod => return Err(Problem::wrong_method().into()),
            Route::Unknown => return Err(Problem::new(StatusCode::NOT_FOUND, "Not Found").into()),
        };
        let unauthorized = |text| Problem::new(StatusCode::UNAUTHORIZED, text);
        let pass = guard::admit(
            &self.options.access,
            &lock(&self.store.oauth),
            moment.wall,
            &head.headers,
        )
        .map_err(unauthorized)?;
        let header = head.headers.get(header::AUTHORIZATION);
        if header.is_some_and(|header| lock(&self.expired).contains(header)) {
            return Err(unauthorized(EXPIRED).into());
        }
        let data = lock(&self.store.calls).over(&*self.data, moment.wall);
        let ask = Ask {
            data: &data,
            base: &*self.data,
            options: &self.options,
            store: &self.store,
            signer: &self.signer,
            media: &self.media,
            moment,
            pass,
            operation: operation.id,
            path: head.uri.path(),
            id,
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            body,
            tweak,
        };
        if let Some(scope) = operation.scope {
            ask.need_scope(scope)?;
        }
        match file {
            Some(file) => upload::receive(operation, &ask, file).await,
            None => Ok(routes::answer(operation, &ask)?),
        }
    }

    /// An id of 18 or 19 lower-case letters and digits, never twice.
    fn next_request_id(&self) -> String {
        let number = self.n_answers.fetch_add(1, Ordering::Relaxed);
        let mut mixed = u128::from(mix(self.options.seed ^ mix(number)));
        mixed = mixed << 64 | u128::from(mix(number.wrapping_add(self.options.seed)));
        let n_digits = if mixed % 4 == 0 { 18 } else { 19 };
        let mut id = String::with_capacity(n_digits);
        for _ in 0..n_digits {
            let digit = u32::try_from(mixed % 36).unwrap_or(0);
            id.push(char::from_digit(digit, 36).unwrap_or('0'));
            mixed /= 36;
        }
        id
    }
}

/// How many calls a made-up company can have.
const MOST_CALLS: u64 = 1_000_000;

/// A number that looks nothing like the one it is made from.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
