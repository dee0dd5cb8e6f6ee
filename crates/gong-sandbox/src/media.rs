//! The media host: recordings behind addresses that are signed and die, as an object store serves
//! them. It is no part of the API: no credentials, no limits.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use self::{
    range::{Wanted, wanted},
    recording::Recording,
};
use crate::{
    answer::Answer,
    ask::{Ask, Parameters, parameters},
    clock::{http_date, later},
    cursor::Signer,
    reply::Reply,
    routes::Operation,
    sandbox::State,
};

mod range;
mod recording;

/// Where a recording is.
pub(crate) static PAGE: Operation =
    Operation { id: "media", method: Method::GET, path: "/media/{file}", scope: None };

/// Whether a path is on the media host.
pub(crate) fn is_here(path: &str) -> bool {
    path.starts_with("/media/")
}

/// What the media host knows of itself.
#[derive(Debug, Default)]
pub(crate) struct Host {
    /// The base address, once the sandbox is served.
    pub(crate) base: OnceLock<String>,
    /// How many requests showed credentials that were never meant for it.
    pub(crate) n_leaks: AtomicU64,
}

/// Puts signed addresses into the `media` block of a call, if it has one.
pub(crate) fn sign(stamp: &Stamp<'_>, call: &mut Value) {
    let Some(id) = call["metaData"]["id"].as_str().map(str::to_owned) else { return };
    let Some(media) = call.get_mut("media").and_then(Value::as_object_mut) else { return };
    for (member, ending) in [("audioUrl", "wav"), ("videoUrl", "mp4")] {
        if let Some(address) = media.get_mut(member).filter(|address| address.is_string()) {
            *address = Value::String(stamp.address_of(&format!("{id}.{ending}")));
        }
    }
}

/// What addresses are signed with.
pub(crate) struct Stamp<'a> {
    pub(crate) host: &'a Host,
    pub(crate) signer: &'a Signer,
    pub(crate) life: Duration,
    pub(crate) now: Timestamp,
}

impl<'a> Stamp<'a> {
    pub(crate) fn of(ask: &Ask<'a>) -> Self {
        let (life, now) = (ask.options.media_life, ask.moment.wall);
        Self { host: ask.media, signer: ask.signer, life, now }
    }

    fn address_of(&self, file: &str) -> String {
        let base = self.host.base.get().map_or("https://media.example", String::as_str);
        let date = self.now.strftime(DATE).to_string();
        let life = self.life.as_secs().max(1).to_string();
        let signature = self.signer.signature(&signed(file, &date, &life));
        format!(
            "{base}/media/{file}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}\
             &X-Amz-Expires={life}&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
        )
    }
}

const DATE: &str = "%Y%m%dT%H%M%SZ";

/// What a signature is for.
fn signed(file: &str, date: &str, life: &str) -> String {
    format!("media\n{file}\n{date}\n{life}")
}

/// Answers a request for a recording.
pub(crate) fn answer(state: &State, file: &str, head: &Parts, now: Timestamp) -> Answer {
    let reply = match find(state, file, head, now) {
        Ok(recording) => serve(&recording, &head.headers, state.options.media_ranges),
        Err(refusal) => refusal.into_reply(),
    };
    Answer::File(Box::new(reply))
}

/// The recording, if the address is good.
fn find(state: &State, file: &str, head: &Parts, now: Timestamp) -> Result<Recording, Refusal> {
    if head.headers.contains_key(header::AUTHORIZATION) {
        state.media.n_leaks.fetch_add(1, Ordering::Relaxed);
        return Err(TWO_CREDENTIALS);
    }
    let parameters = parameters(head.uri.query().unwrap_or_default());
    let (date, life) = read(&parameters).ok_or(NOT_SIGNED)?;
    let signature = parameters.get("X-Amz-Signature").ok_or(NOT_SIGNED)?;
    if state.signer.signature(&signed(file, date, life)) != signature {
        return Err(BAD_SIGNATURE);
    }
    let begin = jiff::civil::DateTime::strptime(DATE, date).ok();
    let begin = begin.and_then(|begin| begin.to_zoned(TimeZone::UTC).ok()).ok_or(NOT_SIGNED)?;
    let life = life.parse().map(Duration::from_secs).map_err(|_| NOT_SIGNED)?;
    if later(begin.timestamp(), life) <= now {
        return Err(EXPIRED);
    }
    let call = file.split_once('.').and_then(|(id, _)| state.data.find(id));
    let modified =
        call.map_or_else(|| state.data.now(), |number| state.data.facts(number).ready_at);
    Ok(Recording::new(state.options.seed, file, state.options.media_bytes, modified))
}

fn read(parameters: &Parameters) -> Option<(&str, &str)> {
    Some((parameters.get("X-Amz-Date")?, parameters.get("X-Amz-Expires")?))
}

/// The recording, or what was asked for of it.
fn serve(recording: &Recording, headers: &HeaderMap, takes_ranges: bool) -> Reply {
    let length = recording.length();
    let tag = recording.tag();
    let modified = http_date(recording.modified());
    let is_this = |name| headers.get(name).is_none_or(|it| it == &*tag || it == &*modified);
    if headers.get(header::IF_MATCH).is_some_and(|it| it != "*") && !is_this(header::IF_MATCH) {
        return CHANGED.into_reply();
    }
    let range = headers.get(header::RANGE).filter(|_| takes_ranges && is_this(header::IF_RANGE));
    let (status, part) = match wanted(range, length) {
        Wanted::All => (StatusCode::OK, 0..length),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let mut reply = OUTSIDE.into_reply();
            set(&mut reply.headers, header::CONTENT_RANGE, &format!("bytes */{length}"));
            return reply;
        }
    };
    let mut reply = Reply::new(status, recording.kind(), recording.bytes(part.clone()));
    let headers = &mut reply.headers;
    if status == StatusCode::PARTIAL_CONTENT {
        let shown = format!("bytes {}-{}/{length}", part.start, part.end - 1);
        set(headers, header::CONTENT_RANGE, &shown);
    }
    set(headers, header::CONTENT_LENGTH, &(part.end - part.start).to_string());
    set(headers, header::ETAG, &tag);
    set(headers, header::LAST_MODIFIED, &modified);
    set(headers, header::ACCEPT_RANGES, if takes_ranges { "bytes" } else { "none" });
    set(headers, header::SERVER, "AmazonS3");
    reply
}

/// How the store refuses.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    text: &'static str,
}

const TWO_CREDENTIALS: Refusal = Refusal {
    status: StatusCode::BAD_REQUEST,
    code: "InvalidArgument",
    text: "Only one auth mechanism allowed",
};
const NOT_SIGNED: Refusal =
    Refusal { status: StatusCode::FORBIDDEN, code: "AccessDenied", text: "Access Denied" };
const BAD_SIGNATURE: Refusal = Refusal {
    status: StatusCode::FORBIDDEN,
    code: "SignatureDoesNotMatch",
    text: "The signature does not match",
};
const EXPIRED: Refusal =
    Refusal { status: StatusCode::FORBIDDEN, code: "AccessDenied", text: "Request has expired" };
const CHANGED: Refusal = Refusal {
    status: StatusCode::PRECONDITION_FAILED,
    code: "PreconditionFailed",
    text: "The object is another one",
};
const OUTSIDE: Refusal = Refusal {
    status: StatusCode::RANGE_NOT_SATISFIABLE,
    code: "InvalidRange",
    text: "The requested range is not satisfiable",
};

impl Refusal {
    fn into_reply(self) -> Reply {
        let Self { status, code, text } = self;
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <Error><Code>{code}</Code><Message>{text}</Message></Error>"
        );
        let mut reply = Reply::new(status, "application/xml", bytes::Bytes::from(body).into());
        set(&mut reply.headers, header::SERVER, "AmazonS3");
        reply
    }
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
