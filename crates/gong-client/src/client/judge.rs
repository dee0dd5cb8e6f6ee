//! The judgment of one try: an answer, or an error and what the retry decision has to know of it.

use std::fmt;

use gong_types::Request;

use super::{Inner, tries::Tries};
use crate::{
    answer::{self, Raw, Unreadable},
    error::{Error, Result},
    exchange::Exchanged,
    printable,
    renewal::InUse,
    retry::{Outcome, retry_after},
    watch::Event,
};

/// What came of a try.
pub(super) enum Judgment<T> {
    /// What was asked for.
    Done(T),
    /// What was asked for, or an error in reading it; in any case there is nothing left to do.
    AlreadyDone(Result<T>),
    /// Something else: what the retry decision has to know, in a few words, and as an error.
    Failed(Outcome, String, Error),
}

impl Inner {
    pub(super) fn judge<T>(
        &self,
        tries: &Tries<'_>,
        login: &InUse,
        exchanged: Exchanged,
        read: impl Fn(&Request, &Raw) -> Result<T, Unreadable>,
    ) -> Judgment<T> {
        let line = || tries.line.clone();
        let attempts = tries.n_sent;
        let raw = match exchanged {
            Exchanged::Answer(raw) => raw,
            Exchanged::Lost(source) => {
                let outcome =
                    Outcome::Lost { kind: source.kind, nothing_was_sent: source.nothing_was_sent };
                let why = source.to_string();
                let error = Error::Lost { request: line(), attempts, source };
                return Judgment::Failed(outcome, why, error);
            }
            Exchanged::TooLarge => {
                let error = Error::TooLarge { request: line(), limit: self.options.max_body };
                return Judgment::Failed(Outcome::TooLarge, String::new(), error);
            }
            Exchanged::Unread(source) => {
                return Judgment::Failed(Outcome::Unread, String::new(), tries.unread(source));
            }
        };
        let status = raw.status;
        self.hear_time(&raw.headers);
        self.tell(|| Event::Answered {
            request: line(),
            status,
            bytes: u64::try_from(raw.body.len()).unwrap_or(u64::MAX),
        });
        if !status.is_success() {
            let error = refused(tries, login, &raw);
            if let Error::Refused { messages, .. } = &error
                && tries.is_already_done(status, messages)
            {
                self.tell(|| Event::AlreadyDone { request: line(), status });
                let answer = read(tries.request, &raw);
                let answer = answer.map_err(|problem| unreadable(tries, login, &raw, problem));
                return Judgment::AlreadyDone(answer.map_err(|(_, _, error)| error));
            }
            let wait = retry_after(&raw.headers, self.clock.now().into());
            return Judgment::Failed(Outcome::Status(status, wait), status.to_string(), error);
        }
        match read(tries.request, &raw) {
            Ok(answer) => {
                self.chance().tokens.earn();
                Judgment::Done(answer)
            }
            Err(problem) => {
                let (outcome, why, error) = unreadable(tries, login, &raw, problem);
                Judgment::Failed(outcome, why.to_owned(), error)
            }
        }
    }
}

fn unreadable(
    tries: &Tries<'_>,
    login: &InUse,
    raw: &Raw,
    problem: Unreadable,
) -> (Outcome, &'static str, Error) {
    let (request, attempts) = (tries.line.clone(), tries.n_sent);
    match problem {
        Unreadable::CutShort => {
            let error = Error::CutShort { request, attempts };
            (Outcome::CutShort, "the answer was cut short", error)
        }
        Unreadable::NotJson => {
            let error = not_gong(tries, login, raw);
            (Outcome::NotGong, "the answer is not from Gong", error)
        }
        Unreadable::Undecodable { request_id, source } => {
            let error = Error::Undecodable { request, request_id, source };
            (Outcome::Undecodable, "the answer is not what was promised", error)
        }
    }
}

fn refused(tries: &Tries<'_>, login: &InUse, raw: &Raw) -> Error {
    let (request, attempts) = (tries.line.clone(), tries.n_sent);
    let status = raw.status;
    if status.is_redirection() {
        let base = login.credentials.base_url.join("/");
        let host = answer::redirect_host(&raw.headers, &base);
        return Error::Redirected { request, status, host };
    }
    match answer::refusal(raw) {
        Some(answer::Refusal { messages, request_id }) => {
            let messages = messages.iter().map(|message| login.masked(message)).collect();
            Error::Refused { request, status, messages, request_id, attempts }
        }
        None => not_gong(tries, login, raw),
    }
}

fn not_gong(tries: &Tries<'_>, login: &InUse, raw: &Raw) -> Error {
    Error::NotGong {
        request: tries.line.clone(),
        status: raw.status,
        host: login.credentials.base_url.host().to_owned(),
        beginning: {
            // The whole of it first: a login that is cut would not be found.
            let masked = login.masked(&String::from_utf8_lossy(&raw.body));
            printable::beginning(masked.as_bytes())
        },
        attempts: tries.n_sent,
    }
}

/// How an exchange ended, for the log.
pub(super) struct Shown<'a>(pub(super) &'a Exchanged);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Exchanged::Answer(raw) => {
                write!(f, "answered {} with {} bytes", raw.status.as_u16(), raw.body.len())
            }
            Exchanged::Lost(error) => write!(f, "{error}"),
            Exchanged::TooLarge => f.write_str("the answer is too large"),
            Exchanged::Unread(_) => f.write_str("what is uploaded cannot be read"),
        }
    }
}
