//! The tries of one request: what is sent, the same each time, and what is known of the earlier ones.

use std::sync::Arc;

use bytes::Bytes;
use gong_types::{Effect, Request, Resend};
use http::{HeaderValue, Method, StatusCode, header};

use super::Inner;
use crate::{
    content::Content,
    error::{Error, Result},
    journal::{Begun, End, Entry, Journal},
    multipart::Multipart,
    renewal::InUse,
    retry::{Policy, Retry},
    transport::Payload,
    watch::Event,
};

/// The tries of one request.
pub(super) struct Tries<'a> {
    pub(super) request: &'a Request,
    /// Its name in events and errors.
    pub(super) line: String,
    pub(super) retry: Retry,
    /// How many there were.
    pub(super) n_sent: u32,
    /// Whether the login was renewed between two of them.
    pub(super) is_renewed: bool,
    /// Whether Gong said that an earlier one did what was asked.
    pub(super) is_done: bool,
    /// Whether an earlier process sent the very same, and nobody knows what became of it.
    was_sent: bool,
    entry: Option<Entry>,
    body: Body,
}

enum Body {
    None,
    Json(Bytes),
    Upload(Multipart),
}

impl<'a> Tries<'a> {
    /// Fails if the request cannot be sent, or must not be.
    pub(super) fn new(
        inner: &Inner,
        request: &'a Request,
        content: Option<&Content>,
    ) -> Result<Self> {
        if leaves_its_place(&request.path) {
            return Err(Error::Unusable { problem: "the path has a segment `.` or `..`" });
        }
        let body = Body::new(inner, request, content)?;
        let journal = inner.journal(request)?;
        let begun = journal.map(|journal| begin(inner, journal, request, content)).transpose()?;
        Ok(Self {
            request,
            line: request.to_string(),
            retry: Retry::new(Policy::of(request), inner.options.max_wait),
            n_sent: 0,
            is_renewed: false,
            is_done: false,
            was_sent: begun.as_ref().is_some_and(|begun| begun.was_sent),
            entry: begun.map(|begun| begun.entry),
            body,
        })
    }

    /// The next try, as it is sent with this login. Nothing is sent or written down yet.
    pub(super) fn prepare(&self, inner: &Inner, login: &InUse) -> Result<http::Request<Payload>> {
        let request = self.request;
        let mut url = login.credentials.base_url.join(&request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(url.as_str())
            .header(header::AUTHORIZATION, login.header()?)
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .header(header::USER_AGENT, inner.user_agent.clone());
        let payload = match &self.body {
            Body::None => Payload::Bytes(Bytes::new()),
            Body::Json(body) => {
                let json = HeaderValue::from_static("application/json");
                builder = builder.header(header::CONTENT_TYPE, json);
                Payload::Bytes(body.clone())
            }
            Body::Upload(multipart) => {
                builder = builder
                    .header(header::CONTENT_TYPE, &multipart.media_type)
                    .header(header::CONTENT_LENGTH, multipart.length);
                multipart.payload()
            }
        };
        builder
            .body(payload)
            .map_err(|_| Error::Unusable { problem: "the path or query cannot be sent" })
    }

    /// A try is about to go.
    pub(super) fn sends(&mut self) -> Result<()> {
        self.entry.as_mut().map_or(Ok(()), Entry::sent)?;
        self.n_sent += 1;
        Ok(())
    }

    /// The next try has to wait.
    pub(super) fn waits(&mut self) -> Result<()> {
        match &mut self.entry {
            Some(entry) if !self.retry.is_unknown() => entry.waits(),
            _ => Ok(()),
        }
    }

    /// Whether this refusal says that an earlier try did what was asked.
    pub(super) fn is_already_done(&self, status: StatusCode, messages: &[String]) -> bool {
        if !self.was_sent && !self.retry.is_unknown() {
            return false;
        }
        let request = self.request;
        match request.resend {
            // Gong also says 409 when it will not record or show a call at all.
            Resend::WithKey => {
                status == StatusCode::CONFLICT && !messages.iter().any(|it| says_not_allowed(it))
            }
            Resend::SameState => {
                status == StatusCode::NOT_FOUND && request.method == Method::DELETE
            }
            Resend::Freely | Resend::AfterLook | Resend::Never => false,
        }
    }

    /// Why what was to be uploaded could not be read.
    pub(super) fn unread(&self, source: std::io::Error) -> Error {
        match &self.body {
            Body::Upload(multipart) => multipart.content().failure(source),
            Body::None | Body::Json(_) => Error::Content { name: self.line.clone(), source },
        }
    }

    /// Tells the journal how it ended, and the error whether Gong may have acted.
    pub(super) fn close<T>(self, outcome: Result<T>) -> Result<T> {
        let is_unknown = self.retry.is_unknown() && self.request.effect != Effect::Reads;
        let (end, outcome) = match outcome {
            outcome if self.is_done || outcome.is_ok() => (End::Done, outcome),
            Err(error) if is_unknown => {
                let error = Error::Unknown { request: self.line, source: Box::new(error) };
                (End::Unknown, Err(error))
            }
            outcome => (End::NotDone, outcome),
        };
        if let Some(entry) = self.entry {
            entry.close(end);
        }
        outcome
    }
}

impl Body {
    fn new(inner: &Inner, request: &Request, content: Option<&Content>) -> Result<Self> {
        match (&request.upload, content) {
            (None, None) => Ok(request.body.as_ref().map_or(Self::None, |body| {
                Self::Json(Bytes::copy_from_slice(body.get().as_bytes()))
            })),
            (Some(upload), Some(content)) => {
                let boundary = inner.chance().jitter.boundary();
                Multipart::new(upload, content, &boundary).map(Self::Upload)
            }
            (Some(_), None) => Err(Error::Unusable { problem: "this request needs a file" }),
            (None, Some(_)) => Err(Error::Unusable { problem: "this request takes no file" }),
        }
    }
}

fn begin(
    inner: &Inner,
    journal: &Arc<Journal>,
    request: &Request,
    content: Option<&Content>,
) -> Result<Begun> {
    let begun = journal.begin(request, content, inner.options.resend)?;
    if begun.is_put_aside {
        tracing::warn!(path = %journal.path().display(), "the journal was damaged and is put aside");
        inner.tell(|| Event::JournalPutAside { path: journal.path() });
    }
    Ok(begun)
}

/// Whether a segment of the path leads elsewhere, as an id that is `..` would. A URL takes `%2e` for a
/// dot and `\\` for a slash, and passes over line breaks.
fn leaves_its_place(path: &str) -> bool {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let path = path.replace(['\t', '\n', '\r'], "").to_ascii_lowercase().replace("%2e", ".");
    path.split(['/', '\\']).any(|segment| segment == "." || segment == "..")
}

/// Whether a 409 is about a setting of the company and not about a repeat.
fn says_not_allowed(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let is_about_setting = ["recording", "consent"].iter().any(|it| message.contains(it));
    is_about_setting && !message.contains("already")
}
