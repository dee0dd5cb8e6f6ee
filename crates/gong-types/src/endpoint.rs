//! An endpoint is a value: how a request struct says where it goes and what comes back.

use std::{collections::BTreeMap, fmt};

use http::Method;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use crate::page::Answer;

/// One operation of Gong's API with its parameters filled in.
///
/// The fields of the implementing struct are the parameters; [`request`](Self::request) says where
/// they go. Sending is somebody else's job.
pub trait Endpoint {
    /// What a successful answer holds.
    type Response: Answer;

    /// The request as plain data.
    fn request(&self) -> Request;
}

/// What a request does to the company, which decides whether it may be sent again, whether a person
/// is asked first, and whether it is offered to an AI agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing and costs nothing but one request of the quota.
    Reads,
    /// Changes nothing but spends paid credits.
    Costs,
    /// Creates or changes something.
    Writes,
    /// Deletes something, or cannot be undone.
    Erases,
}

/// When a request may be sent again although nobody knows what became of it: its answer was lost, or
/// the server failed. What Gong certainly did not act on may always be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    /// Always: it changes nothing.
    Freely,
    /// With the same [`Request::key`], by which Gong knows a repeat.
    WithKey,
    /// As it is: it sets a state, and setting it twice is setting it once.
    SameState,
    /// Once, if [`Request::look`] shows that it was not carried out.
    AfterLook,
    /// Never: it would create, spend, or erase twice.
    Never,
}

/// How to learn what became of a request whose answer was lost.
#[derive(Debug, Clone)]
pub struct Look {
    /// What to ask.
    pub request: Box<Request>,
    /// The answer that the lost request had, or one like it, if the answer to the look shows that it
    /// was carried out. It is given the request whose answer was lost and the text of the answer.
    pub shows: fn(&Request, &str) -> Option<String>,
}

/// The one part of a multipart body. Its bytes are no part of a request: whoever sends it gives them
/// to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// The name of the part.
    pub part: &'static str,
    /// The most bytes that Gong takes.
    pub limit: Option<u64>,
    /// The media type, where Gong wants a certain one; otherwise it is `application/octet-stream`.
    pub media_type: Option<&'static str>,
}

/// Where a list operation wants the cursor of the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CursorPlace {
    Query,
    Body,
}

/// A request as plain data: built without I/O, compared in tests, sent by a client.
#[derive(Debug, Clone)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The path from `/v2/` on, with its placeholders filled in and escaped.
    pub path: String,
    /// Query parameters in order, not yet escaped.
    pub query: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Box<RawValue>>,
    /// The member of the answer that holds what was asked for; `None` is the whole answer.
    pub answer: Option<String>,
    /// What it does to the company.
    pub effect: Effect,
    /// When it may be sent again although nobody knows what became of it.
    pub resend: Resend,
    /// What tells Gong that it has seen this request before: a value that stands in the query or the
    /// body, too, and is never used for another request.
    pub key: Option<String>,
    /// How to learn what became of it.
    pub look: Option<Look>,
    /// The part of a multipart body, in the place of `body`.
    pub upload: Option<Upload>,
    cursor: CursorPlace,
}

impl Request {
    /// A read with its parameters in the query.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path, Effect::Reads)
    }

    /// A read that Gong wants as a POST with the parameters in the body.
    pub fn search(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path, Effect::Reads)
    }

    /// A request of any method and effect. The cursor of a POST goes into the body, that of any
    /// other method into the query. A read may be sent again freely, anything else never until
    /// [`Self::resend`], [`Self::key`] or [`Self::look`] says otherwise.
    pub fn new(method: Method, path: impl Into<String>, effect: Effect) -> Self {
        let cursor = if method == Method::POST { CursorPlace::Body } else { CursorPlace::Query };
        let resend = if effect == Effect::Reads { Resend::Freely } else { Resend::Never };
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            answer: None,
            effect,
            resend,
            key: None,
            look: None,
            upload: None,
            cursor,
        }
    }

    /// Sends the members of `parameters` in the query. Members that are `None` are left out; a list
    /// becomes a parameter for each item.
    ///
    /// # Panics
    ///
    /// If `parameters` cannot be made JSON: a map whose keys are no texts, or a `Serialize` that fails.
    #[must_use]
    pub fn query(mut self, parameters: &impl Serialize) -> Self {
        if let Value::Object(members) = to_value(parameters) {
            for (name, value) in members {
                match value {
                    Value::Array(items) => {
                        self.query.extend(items.iter().map(|item| (name.clone(), plain(item))));
                    }
                    value => self.query.push((name, plain(&value))),
                }
            }
        }
        self
    }

    /// Sends one parameter in the query.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a call reads better without a borrow")]
    pub fn parameter(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Sends `body` as JSON. Members that are `None` are left out, empty lists are not: to Gong an
    /// empty list of ids is an error, and leaving it out would mean "all".
    ///
    /// # Panics
    ///
    /// If `body` cannot be made JSON: a map whose keys are no texts, or a `Serialize` that fails.
    #[must_use]
    pub fn body(mut self, body: &impl Serialize) -> Self {
        self.body = Some(to_raw(&to_value(body)));
        self
    }

    /// Names the member of the answer that holds what was asked for.
    #[must_use]
    pub fn answer(mut self, member: impl Into<String>) -> Self {
        self.answer = Some(member.into());
        self
    }

    /// Says when it may be sent again although nobody knows what became of it.
    #[must_use]
    pub fn resend(mut self, resend: Resend) -> Self {
        self.resend = resend;
        self
    }

    /// Names the value by which Gong knows a repeat of this request, which may then be sent again.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self.resend(Resend::WithKey)
    }

    /// Says how to learn what became of it. It may then be sent again if the look shows nothing.
    #[must_use]
    pub fn look(mut self, request: Self, shows: fn(&Self, &str) -> Option<String>) -> Self {
        self.look = Some(Look { request: Box::new(request), shows });
        self.resend(Resend::AfterLook)
    }

    /// Sends a file as a part of a multipart body.
    #[must_use]
    pub fn upload(mut self, upload: Upload) -> Self {
        self.upload = Some(upload);
        self
    }

    /// The same request for the page that `cursor` stands for.
    #[must_use]
    pub fn after(&self, cursor: &str) -> Self {
        let mut next = self.clone();
        match self.cursor {
            CursorPlace::Query => {
                next.query.retain(|(name, _)| name != "cursor");
                next.query.push(("cursor".to_owned(), cursor.to_owned()));
            }
            CursorPlace::Body => next.body = Some(with_cursor(self.body.as_deref(), cursor)),
        }
        next
    }
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        let body = |request: &Self| request.body.as_ref().map(|body| body.get().to_owned());
        self.method == other.method
            && self.path == other.path
            && self.query == other.query
            && body(self) == body(other)
            && self.answer == other.answer
            && self.effect == other.effect
            && self.resend == other.resend
            && self.key == other.key
            && self.upload == other.upload
    }
}

/// The request line without the values of the query, which may name people.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// The value without members that are null, at any depth.
fn to_value(parameters: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(parameters)
        .expect("request structs have text keys and no failing serializer");
    drop_nulls(&mut value);
    value
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn to_raw(value: &impl Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("JSON values are always serializable")
}

/// Puts the cursor at the top level of a body and leaves every other member's text as it is, so that
/// ids too large for a number survive. A body that is no object has no place for it and stays as it
/// is: whoever walks the pages notices that the cursor stands still.
fn with_cursor(body: Option<&RawValue>, cursor: &str) -> Box<RawValue> {
    let members = match body {
        None => Ok(BTreeMap::new()),
        Some(body) => serde_json::from_str(body.get()).map_err(|_| body.to_owned()),
    };
    let mut members: BTreeMap<String, Box<RawValue>> = match members {
        Ok(members) => members,
        Err(body) => return body,
    };
    members.insert("cursor".to_owned(), to_raw(&cursor));
    to_raw(&members)
}

/// An object with one member, for bodies such as `{"filter": …}`.
pub(crate) fn wrap(name: &str, value: &impl Serialize) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), to_value(value))]))
}

/// Escapes one segment of a path. `.` and `..` cannot be escaped, for `%2e` means the same; whoever
/// sends a request has to refuse them.
pub(crate) fn segment(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
        path
    })
}

fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Filter {
        from: Option<&'static str>,
        ids: Vec<&'static str>,
        nested: Option<Nested>,
    }

    #[derive(Serialize)]
    struct Nested {
        inner: Option<bool>,
    }

    fn body_of(request: &Request) -> &str {
        request.body.as_ref().unwrap().get()
    }

    #[test]
    fn drops_what_is_none_but_keeps_an_empty_list() {
        let filter = Filter { from: None, ids: Vec::new(), nested: Some(Nested { inner: None }) };
        let request = Request::search("/v2/x").body(&wrap("filter", &filter));
        assert_eq!(body_of(&request), r#"{"filter":{"ids":[],"nested":{}}}"#);
    }

    #[test]
    fn drops_what_is_none_inside_of_lists_too() {
        let request = Request::search("/v2/x").body(&[Nested { inner: None }]);
        assert_eq!(body_of(&request), "[{}]");
    }

    #[test]
    fn a_parameter_beside_a_body_goes_into_the_query() {
        let request = Request::search("/v2/x").parameter("id", 7).body(&["a"]);
        assert_eq!(request.query, [("id".to_owned(), "7".to_owned())]);
    }

    #[test]
    fn the_cursor_of_a_get_goes_into_the_query_once() {
        let request = Request::get("/v2/x").after("one").after("two");
        assert_eq!(request.query, [("cursor".to_owned(), "two".to_owned())]);
    }

    #[test]
    fn the_cursor_of_a_post_goes_to_the_top_of_the_body() {
        let mut request = Request::search("/v2/x");
        request.body = Some(
            serde_json::from_str(r#"{"filter": {"id": 123456789012345678901234567890}}"#).unwrap(),
        );
        let next = request.after("one").after("two");
        assert_eq!(
            body_of(&next),
            r#"{"cursor":"two","filter":{"id": 123456789012345678901234567890}}"#
        );
    }

    #[test]
    fn a_body_that_has_no_place_for_a_cursor_is_not_lost() {
        let request = Request::search("/v2/x").body(&["a"]);
        assert_eq!(body_of(&request.after("one")), r#"["a"]"#);
        assert_eq!(body_of(&Request::search("/v2/x").after("one")), r#"{"cursor":"one"}"#);
    }

    #[test]
    fn the_cursor_makes_another_request() {
        let request = Request::get("/v2/x");
        let (one, again, other) =
            (request.after("one"), request.after("one"), request.after("two"));
        assert_ne!(request, one);
        assert_ne!(other, one);
        assert_eq!(again, one);
    }

    #[test]
    fn a_list_in_the_query_repeats_its_name() {
        let filter = Filter { from: Some("a+b"), ids: vec!["1", "2"], nested: None };
        let request = Request::get("/v2/x").query(&filter);
        let pairs: Vec<_> =
            request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs, ["from=a+b", "ids=1", "ids=2"]);
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(segment("../a b?c"), "..%2Fa%20b%3Fc");
        assert_eq!(segment("a\\..\n%2e"), "a%5C..%0A%252e");
        // A client refuses this one.
        assert_eq!(segment(".."), "..");
    }
}
