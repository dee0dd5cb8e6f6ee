//! Asks: a request as the routes see it, the typed reading of its inputs, and how they refuse it.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::{Timestamp, civil::Date, fmt::temporal::DateTimePrinter};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{
    Options,
    clock::{Moment, later},
    cursor::Signer,
    data::Data,
    guard::{Pass, missing_scope},
    media,
    paging::Tweak,
    store::Store,
};

/// A request as the routes see it.
pub(crate) struct Ask<'a> {
    /// What the company holds now.
    pub(crate) data: &'a dyn Data,
    /// What it held in the beginning, which never changes.
    pub(crate) base: &'a dyn Data,
    pub(crate) options: &'a Options,
    pub(crate) store: &'a Store,
    pub(crate) signer: &'a Signer,
    pub(crate) media: &'a media::Host,
    pub(crate) moment: Moment,
    pub(crate) pass: Pass,
    pub(crate) operation: &'static str,
    pub(crate) path: &'a str,
    /// What stands in the path in the place of `{id}`.
    pub(crate) id: Option<&'a str>,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    pub(crate) tweak: Tweak,
}

/// The members of an answer after `requestId`, or why there are none.
pub(crate) type Answered = Result<Map<String, Value>, Problem>;

/// The members of an object that is written as JSON.
pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    /// Members that stand beside `errors`.
    pub(crate) more: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), more: Map::new() }
    }

    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub(crate) fn bad_json(what: impl std::fmt::Display) -> Self {
        Self::bad_request(format!("Json parse error: {what}"))
    }

    pub(crate) fn no_calls() -> Self {
        Self::new(StatusCode::NOT_FOUND, "No calls found corresponding to the provided filters")
    }

    pub(crate) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    pub(crate) fn not_served(operation: &str) -> Self {
        let text = format!("The sandbox does not serve {operation} yet");
        Self::new(StatusCode::NOT_IMPLEMENTED, text)
    }
}

impl Ask<'_> {
    /// Refuses who lacks a scope.
    pub(crate) fn need_scope(&self, scope: &str) -> Result<(), Problem> {
        if self.pass.has_scope(scope) {
            return Ok(());
        }
        Err(Problem::new(StatusCode::UNAUTHORIZED, missing_scope(scope)))
    }

    /// The parameters of the query, decoded; empty ones are as if they were absent.
    pub(crate) fn parameters(&self) -> Parameters {
        parameters(self.query)
    }

    /// Refuses a body that does not say that it is JSON.
    pub(crate) fn need_json_type(&self) -> Result<(), Problem> {
        let is_json = self.headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
            kind.as_bytes().to_ascii_lowercase().starts_with(b"application/json")
        });
        if is_json {
            return Ok(());
        }
        Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"))
    }

    /// The body, which must be a JSON object.
    pub(crate) fn body(&self) -> Result<Map<String, Value>, Problem> {
        if self.options.strict {
            self.need_json_type()?;
        }
        self.body_of_any_type()
    }

    /// The body, which must be a JSON object, whatever it is called.
    pub(crate) fn body_of_any_type(&self) -> Result<Map<String, Value>, Problem> {
        match serde_json::from_slice(self.body) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(Problem::bad_json("the body is not an object")),
            Err(error) => Err(Problem::bad_json(format_args!(
                "unreadable at line {} column {}",
                error.line(),
                error.column()
            ))),
        }
    }
}

impl Ask<'_> {
    /// A moment as Gong prints most of them, with the offset of the company.
    pub(crate) fn local_time(&self, moment: Timestamp) -> String {
        let offset = self.data.zone().to_offset(moment);
        DateTimePrinter::new().timestamp_with_offset_to_string(&moment, offset)
    }

    /// When work is done that is begun now.
    pub(crate) fn done_at(&self) -> Timestamp {
        later(self.moment.wall, self.options.work_time)
    }

    /// A new id of 19 digits, the same for the same seed, noun, and key.
    pub(crate) fn id(&self, noun: &str, key: &str) -> String {
        let seed = self.options.seed.to_le_bytes();
        let digest = Sha256::new().chain_update(seed).chain_update(noun).chain_update([0]);
        let digest = digest.chain_update(key).finalize();
        let number = digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        (LEAST_ID + number % (MOST_ID - LEAST_ID)).to_string()
    }

    /// The user with this id.
    pub(crate) fn user(&self, id: &str) -> Option<&Value> {
        self.data.users().iter().find(|user| user["id"].as_str() == Some(id))
    }

    /// The user with this address, or one of whose aliases it is.
    pub(crate) fn user_at(&self, email: &str) -> Option<&Value> {
        let is_it =
            |text: &Value| text.as_str().is_some_and(|text| text.eq_ignore_ascii_case(email));
        self.data.users().iter().find(|user| {
            is_it(&user["emailAddress"])
                || user["emailAliases"].as_array().is_some_and(|aliases| aliases.iter().any(is_it))
        })
    }

    pub(crate) fn has_workspace(&self, id: &str) -> bool {
        self.data.workspaces().iter().any(|workspace| workspace["id"].as_str() == Some(id))
    }
}

/// New ids have 19 digits, and fit into 63 bits as the ones in some paths must.
const LEAST_ID: u64 = 1_000_000_000_000_000_000;
const MOST_ID: u64 = 9_000_000_000_000_000_000;

/// The parameters of a query, decoded.
pub(crate) struct Parameters(Vec<(String, String)>);

pub(crate) fn parameters(query: &str) -> Parameters {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    Parameters(pairs.filter(|(_, value)| !value.is_empty()).map(own).collect())
}

fn own((name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)) -> (String, String) {
    (name.into_owned(), value.into_owned())
}

impl Parameters {
    /// A parameter that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<&str, Problem> {
        let missing =
            || Problem::bad_request(format!("Required parameter '{name}' is not present"));
        self.get(name).ok_or_else(missing)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(its_name, _)| its_name == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn date_time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        self.get(name).map(|text| parse_date_time(name, text)).transpose()
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::bad_request(format!("{name} must be true or false"))),
        }
    }

    /// All but the cursor, in an order that does not depend on how they were sent.
    pub(crate) fn without_cursor(mut self) -> Value {
        self.0.retain(|(name, _)| name != "cursor");
        self.0.sort();
        self.0.into_iter().map(|(name, value)| Value::from(vec![name, value])).collect()
    }
}

/// An object of a body, with typed readings of its members. A member that is `null` is as if it
/// were absent, one that is unknown is never looked at.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a> {
    members: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    pub(crate) fn of(members: &'a Map<String, Value>) -> Self {
        Self { members }
    }

    /// The object that every list operation wants.
    pub(crate) fn filter(self) -> Result<Self, Problem> {
        self.object("filter")?.ok_or_else(|| Problem::bad_request("filter must not be null"))
    }

    pub(crate) fn object(self, name: &str) -> Result<Option<Self>, Problem> {
        self.member(name, "an object", |value| value.as_object().map(Self::of))
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, Problem> {
        self.member(name, "text", Value::as_str)
    }

    pub(crate) fn flag(self, name: &str) -> Result<bool, Problem> {
        Ok(self.member(name, "true or false", Value::as_bool)?.unwrap_or(false))
    }

    /// A list of texts, which may not be empty.
    pub(crate) fn ids(self, name: &str) -> Result<Option<Vec<&'a str>>, Problem> {
        let texts = self.texts(name)?;
        if texts.as_ref().is_some_and(Vec::is_empty) {
            return Err(Problem::bad_request(format!("{name} must not be empty")));
        }
        Ok(texts)
    }

    pub(crate) fn texts(self, name: &str) -> Result<Option<Vec<&'a str>>, Problem> {
        self.member(name, "a list of texts", |value| {
            value.as_array()?.iter().map(Value::as_str).collect()
        })
    }

    pub(crate) fn date_time(self, name: &str) -> Result<Option<Timestamp>, Problem> {
        self.text(name)?.map(|text| parse_date_time(name, text)).transpose()
    }

    pub(crate) fn date(self, name: &str) -> Result<Option<Date>, Problem> {
        self.text(name)?.map(|text| parse_date(name, text)).transpose()
    }

    fn member<T>(
        self,
        name: &str,
        kind: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .ok_or_else(|| Problem::bad_json(format_args!("{name} must be {kind}"))),
        }
    }
}

/// A date with a time and an offset; a date alone is refused.
pub(crate) fn parse_date_time(name: &str, text: &str) -> Result<Timestamp, Problem> {
    let bytes = text.as_bytes();
    let has_shape = bytes.get(4) == Some(&b'-') && bytes.get(10) == Some(&b'T');
    let has_zone_name = text.contains('[');
    let moment = if has_shape && !has_zone_name { text.parse().ok() } else { None };
    moment.ok_or_else(|| {
        Problem::bad_request(format!("{name} is not a date-time such as 2018-02-18T02:30:00-07:00"))
    })
}

fn parse_date(name: &str, text: &str) -> Result<Date, Problem> {
    let date = if text.len() == 10 { text.parse().ok() } else { None };
    date.ok_or_else(|| Problem::bad_request(format!("{name} is not a date such as 2018-02-18")))
}
