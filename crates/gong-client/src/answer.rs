//! Reading an answer: text out of bytes, an answer out of text, and words out of an error.

use std::borrow::Cow;

use bytes::Bytes;
use gong_types::{Answer, DecodeError, Request};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, error::Category};

/// An answer as it came, after decompression.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Raw {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, which may be anything.
    pub body: Bytes,
}

/// Why a body is not the answer that was asked for.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// It begins like JSON and ends too early.
    CutShort,
    /// It is not JSON, or is empty.
    NotJson,
    /// It is JSON of another kind.
    Undecodable { request_id: Option<String>, source: DecodeError },
}

/// Reads a body as what `request` asks for.
pub(crate) fn decode<A: Answer>(request: &Request, raw: &Raw) -> Result<A, Unreadable> {
    let text = text(&raw.body);
    A::decode(&text, request.answer.as_deref()).map_err(|source| match check(&text) {
        Ok(()) => Unreadable::Undecodable { request_id: request_id(&raw.headers, &text), source },
        Err(unreadable) => unreadable,
    })
}

/// Takes a body as it is, unless its headers promise JSON and it is none, or it is a web page: Gong
/// sends none, so it says nothing about the request.
pub(crate) fn as_it_is(_: &Request, raw: &Raw) -> Result<Raw, Unreadable> {
    check_promise(raw).map(|()| raw.clone())
}

/// Takes a body as it is if it is JSON.
pub(crate) fn as_json(_: &Request, raw: &Raw) -> Result<Raw, Unreadable> {
    check(&text(&raw.body)).map(|()| raw.clone())
}

fn check_promise(raw: &Raw) -> Result<(), Unreadable> {
    if raw.body.is_empty() {
        return Ok(());
    }
    let text = text(&raw.body);
    let promise = raw.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let promise = promise.unwrap_or_default().to_ascii_lowercase();
    if promise.contains("text/html") || text.trim_start().starts_with('<') {
        return Err(Unreadable::NotJson);
    }
    if promise.contains("json") { check(&text) } else { Ok(()) }
}

/// What Gong says in the body of an error.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) messages: Vec<String>,
    pub(crate) request_id: Option<String>,
}

/// Reads the body of an error; `None` if it is not Gong's.
pub(crate) fn refusal(raw: &Raw) -> Option<Refusal> {
    let body: Value = serde_json::from_str(&text(&raw.body)).ok()?;
    let errors = body.get("errors").and_then(Value::as_array);
    let id = body.get("requestId").and_then(Value::as_str);
    if errors.is_none() && id.is_none() {
        return None;
    }
    let messages = errors.into_iter().flatten().map(|error| match error {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let request_id = id.map(str::to_owned).or_else(|| trace_id(&raw.headers));
    Some(Refusal { messages: messages.collect(), request_id })
}

/// The host that a redirect points to.
pub(crate) fn redirect_host(headers: &HeaderMap, base: &url::Url) -> Option<String> {
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    let target = base.join(location).ok()?;
    let host = target.host_str()?;
    Some(match target.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// When an answer was sent, by the clock of the server.
pub(crate) fn sent_at(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?.trim();
    Timestamp::try_from(httpdate::parse_http_date(date).ok()?).ok()
}

/// The text of a body, without a byte order mark; bytes that are no text become U+FFFD.
fn text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body))
}

fn check(text: &str) -> Result<(), Unreadable> {
    let begins_like_json = text.trim_start().starts_with(['{', '[']);
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) if begins_like_json && error.classify() == Category::Eof => {
            Err(Unreadable::CutShort)
        }
        Err(_) => Err(Unreadable::NotJson),
    }
}

fn request_id(headers: &HeaderMap, text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "requestId")]
        request_id: Option<String>,
    }
    let named = serde_json::from_str::<Named>(text).ok();
    named.and_then(|it| it.request_id).or_else(|| trace_id(headers))
}

fn trace_id(headers: &HeaderMap) -> Option<String> {
    headers.get("x-traceid")?.to_str().ok().map(str::to_owned)
}
