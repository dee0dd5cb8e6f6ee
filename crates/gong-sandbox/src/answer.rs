//! Answers: what was decided, turned into status, headers, and bytes.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    ask::Problem,
    clock::http_date,
    faults::{Fault, RetryAfter, body, shape},
    limits::Refusal,
    reply::{Reply, ReplyBody},
};

/// What was decided on a request.
pub(crate) enum Answer {
    /// All is well: a status of success, and the members after `requestId`.
    Members(StatusCode, Map<String, Value>),
    /// JSON without a `requestId`, as it is outside of the API.
    Bare(StatusCode, Map<String, Value>),
    /// It is refused.
    Problem(Problem),
    /// It is refused, perhaps only for now.
    Wait { problem: Problem, retry_after: Vec<RetryAfter> },
    /// A page for people, as proxies send it.
    Html(StatusCode),
    /// Nothing but a status.
    Empty(StatusCode),
    /// To be asked elsewhere.
    Elsewhere(StatusCode, String),
    /// A body of this size.
    Huge(u64),
    /// A small body that unpacks to this size.
    GzipBomb(u64),
    /// What is no part of the API.
    File(Box<Reply>),
    /// No byte at all.
    Nothing,
}

impl Answer {
    /// A refusal by the limits, in whole seconds, rounded up.
    pub(crate) fn over_limit(refusal: Refusal, text: &str) -> Self {
        let wait = refusal.retry_after;
        let seconds = wait.as_secs() + u64::from(wait > Duration::from_secs(wait.as_secs()));
        Self::Wait {
            problem: Problem::new(StatusCode::TOO_MANY_REQUESTS, text),
            retry_after: vec![RetryAfter::Text(seconds.to_string())],
        }
    }

    /// What a fault answers by itself, if the routes have no part in it.
    pub(crate) fn instead(fault: &Fault) -> Option<Self> {
        match fault {
            Fault::Status { status, .. } if has_no_body(*status) => Some(Self::Empty(*status)),
            Fault::Status { status, retry_after, .. } => {
                let text = status.canonical_reason().unwrap_or("Unknown").to_owned();
                let text = match *status {
                    StatusCode::INTERNAL_SERVER_ERROR => {
                        "Internal server error occurred".to_owned()
                    }
                    StatusCode::TOO_MANY_REQUESTS => "API request limit exceeded".to_owned(),
                    _ => text,
                };
                let problem = Problem::new(*status, text);
                Some(Self::Wait { problem, retry_after: retry_after.clone() })
            }
            Fault::Reset { after: 0 } => Some(Self::Nothing),
            Fault::Html { status } => Some(Self::Html(*status)),
            Fault::Empty => Some(Self::Empty(StatusCode::OK)),
            Fault::GzipBomb { size } => Some(Self::GzipBomb(*size)),
            Fault::Huge { size } => Some(Self::Huge(*size)),
            Fault::Redirect { status, location } => {
                Some(Self::Elsewhere(*status, location.clone()))
            }
            _ => None,
        }
    }

    /// The reply, with what the fault does to bytes that are being sent.
    pub(crate) fn into_reply(
        self,
        request_id: &str,
        now: Timestamp,
        fault: Option<&Fault>,
    ) -> Reply {
        let skew = match fault {
            Some(Fault::DateSkew { seconds } | Fault::Status { skew: seconds, .. }) => *seconds,
            _ => 0,
        };
        let date = moved(now, skew);
        if fault == Some(&Fault::Lost) {
            return Reply::no_answer();
        }
        let mut reply = self.bare(request_id, date, fault);
        if reply.is_no_answer() {
            return reply;
        }
        let headers = &mut reply.headers;
        set(headers, header::DATE, &http_date(date));
        headers.entry(header::SERVER).or_insert(HeaderValue::from_static("cloudflare"));
        if is_from_gong(&reply) {
            let headers = &mut reply.headers;
            set(headers, HeaderName::from_static("x-traceid"), request_id);
            let version = HeaderValue::from_static(concat!("sandbox-", env!("CARGO_PKG_VERSION")));
            headers.insert("x-gong-service-version", version);
        }
        let body = reply.body;
        reply.body = match fault {
            Some(Fault::Reset { after }) => body::torn(body, *after),
            Some(Fault::Truncate { after }) => body::truncated(body, *after),
            Some(Fault::Stall { wait, after }) if *after > 0 => body::stalled(body, *after, *wait),
            Some(Fault::Drip { bytes, wait }) => body::dripped(body, *bytes, *wait),
            _ => body,
        };
        reply
    }

    fn bare(self, request_id: &str, date: Timestamp, fault: Option<&Fault>) -> Reply {
        let json = |status, body: ReplyBody| Reply::new(status, "application/json", body);
        match self {
            Self::Members(status, members) => {
                let mut answer = Map::with_capacity(members.len() + 1);
                answer.insert("requestId".to_owned(), json!(request_id));
                answer.extend(members);
                Self::Bare(status, answer).bare(request_id, date, fault)
            }
            Self::Bare(status, members) => {
                let bytes = match fault {
                    Some(fault) => shape::bend(fault, members),
                    None => to_bytes(&Value::Object(members)),
                };
                json(status, bytes.into())
            }
            Self::Problem(Problem { status, text, more }) => {
                let mut envelope = Map::with_capacity(2 + more.len());
                envelope.insert("requestId".to_owned(), json!(request_id));
                envelope.insert("errors".to_owned(), json!([text]));
                envelope.extend(more);
                json(status, to_bytes(&Value::Object(envelope)).into())
            }
            Self::Wait { problem, retry_after } => {
                let mut reply = Self::Problem(problem).bare(request_id, date, fault);
                for wait in retry_after {
                    let wait = match wait {
                        RetryAfter::Text(text) => text,
                        RetryAfter::Date(seconds) => http_date(moved(date, seconds)),
                    };
                    if let Ok(wait) = HeaderValue::from_str(&wait) {
                        reply.headers.append(header::RETRY_AFTER, wait);
                    }
                }
                reply
            }
            Self::Html(status) => {
                Reply::new(status, "text/html; charset=UTF-8", Bytes::from_static(PAGE).into())
            }
            Self::Empty(status) => json(status, Bytes::new().into()),
            Self::Elsewhere(status, location) => {
                let mut reply = Reply::new(status, "text/html", Bytes::new().into());
                set(&mut reply.headers, header::LOCATION, &location);
                reply
            }
            Self::Huge(size) => json(StatusCode::OK, body::huge(request_id, size)),
            Self::GzipBomb(size) => {
                let mut reply = json(StatusCode::OK, body::gzip_bomb(size));
                let gzip = HeaderValue::from_static("gzip");
                reply.headers.insert(header::CONTENT_ENCODING, gzip);
                reply
            }
            Self::File(reply) => *reply,
            Self::Nothing => Reply::no_answer(),
        }
    }
}

const PAGE: &[u8] = b"<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>\
    <body><h1>Welcome</h1><p>Please accept the terms of use.</p></body></html>\n";

/// Whether HTTP forbids a body with this status.
pub(crate) fn has_no_body(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Whether the answer looks as if Gong gave it, and not something on the way.
fn is_from_gong(reply: &Reply) -> bool {
    let kind = reply.headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind == "application/json")
}

fn set(headers: &mut http::HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn moved(moment: Timestamp, seconds: i64) -> Timestamp {
    let moved = moment.as_second().saturating_add(seconds);
    Timestamp::from_second(moved).unwrap_or(moment)
}

fn to_bytes(value: &Value) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}
