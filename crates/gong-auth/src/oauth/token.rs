//! Tokens: the request for them as a plain value, and the answer, read without trust.

use std::{error::Error as StdError, fmt};

use jiff::{SignedDuration, Timestamp};
use secrecy::zeroize::Zeroizing;
use serde_json::Value;

use crate::{
    base_url::BaseUrl,
    error::{Error, Result},
    secret::Secret,
};

/// A request for tokens. It is a `POST` without a body, accepts JSON, and must be sent once.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The host that it goes to.
    pub host: BaseUrl,
    /// The whole address. What is in its query is good for one login, so it is a secret.
    pub address: Secret,
    /// The value of the `Authorization` header.
    pub authorization: Secret,
}

/// What was answered to a request for tokens.
#[derive(Clone)]
pub struct TokenReply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}

/// Why there is no answer to a request for tokens.
#[derive(Debug, thiserror::Error)]
#[error("there was no answer to a request for tokens")]
pub struct NotAnswered {
    /// Whether it is certain that the server got no part of the request.
    pub nothing_was_sent: bool,
    /// What happened. It must not quote the address.
    pub source: Box<dyn StdError + Send + Sync>,
}

/// What it means for a code, which works once.
impl From<NotAnswered> for Error {
    fn from(NotAnswered { nothing_was_sent, source }: NotAnswered) -> Self {
        if nothing_was_sent { Self::TokenNotAsked { source } } else { Self::TokenLost { source } }
    }
}

/// What Gong gives for a code or a refresh token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tokens {
    /// What is sent with requests.
    pub access_token: Secret,
    /// What renews the access token, once.
    pub refresh_token: Option<Secret>,
    /// When the access token ends, if Gong said so.
    pub expires_at: Option<Timestamp>,
    /// What the tokens allow, separated by spaces.
    pub scope: Option<String>,
    /// The host of the company, if Gong named it. Not yet checked.
    pub base_url: Option<BaseUrl>,
}

/// The error code of OAuth for a code or refresh token that is of no use.
pub(crate) const INVALID_GRANT: &str = "invalid_grant";
/// The other error codes: they are about the app or the request.
const NOT_TRIED: [&str; 5] = [
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// What an answer means for the code or refresh token that was sent.
pub(crate) enum Verdict {
    /// It was used, and these came for it.
    Granted(Box<Tokens>),
    /// It is of no use any more, or never was.
    Refused,
    /// It was not looked at, because the app or the request is wrong. The error code of OAuth.
    NotTried(&'static str),
    /// It was not looked at, because there were too many requests.
    Later,
    /// Nobody knows.
    Unclear(&'static str),
}

impl TokenReply {
    /// The tokens of an answer to a code. `now` is when the request was sent.
    pub fn tokens(&self, now: Timestamp) -> Result<Tokens> {
        let code = match self.verdict(now) {
            Verdict::Granted(tokens) => return Ok(*tokens),
            Verdict::Unclear(problem) => {
                return Err(Error::TokenAnswer { status: self.status, problem });
            }
            Verdict::Refused => Some(INVALID_GRANT),
            Verdict::NotTried(code) => Some(code),
            Verdict::Later => None,
        };
        Err(self.refused(code))
    }

    pub(crate) fn refused(&self, code: Option<&str>) -> Error {
        Error::TokenRefused { status: self.status, code: code.map(str::to_owned) }
    }

    pub(crate) fn verdict(&self, now: Timestamp) -> Verdict {
        let object = serde_json::from_slice::<Value>(&self.body).ok();
        let object = object.as_ref().and_then(Value::as_object);
        let text = |name| object.and_then(|it| it.get(name)).and_then(Value::as_str);
        match self.status {
            200..=299 if object.is_none() => Verdict::Unclear("is no JSON object"),
            200..=299 => match text("access_token").filter(|it| is_token(it)) {
                _ if text("token_type").is_some_and(|it| !it.eq_ignore_ascii_case("bearer")) => {
                    Verdict::Unclear("has a token of an unknown kind")
                }
                None => Verdict::Unclear("has no access token"),
                Some(token) => Verdict::Granted(Box::new(Tokens {
                    access_token: Secret::from(token),
                    refresh_token: text("refresh_token")
                        .filter(|it| is_token(it))
                        .map(Secret::from),
                    expires_at: seconds(object.and_then(|it| it.get("expires_in")))
                        .and_then(|it| now.checked_add(it).ok()),
                    scope: text("scope").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()),
                    base_url: text("api_base_url_for_customer").and_then(|it| it.parse().ok()),
                })),
            },
            // The page of a proxy has these statuses, too, so only the code tells.
            400 | 401 => match text("error") {
                Some(INVALID_GRANT) => Verdict::Refused,
                code => NOT_TRIED
                    .into_iter()
                    .find(|known| code == Some(known))
                    .map_or(Verdict::Unclear("is a refusal that does not say why"), |known| {
                        Verdict::NotTried(known)
                    }),
            },
            429 => Verdict::Later,
            _ => Verdict::Unclear("is neither tokens nor a refusal"),
        }
    }
}

/// Whether it can stand in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_graphic())
}

/// A number of seconds, also one that is written as a text.
fn seconds(value: Option<&Value>) -> Option<SignedDuration> {
    let value = value?;
    let seconds = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(SignedDuration::from_secs(seconds.max(0)))
}

/// The name of an error, cut down to what such a name has.
pub(crate) fn code(text: &str) -> String {
    text.chars().filter(|it| it.is_ascii_alphanumeric() || "_-.".contains(*it)).take(64).collect()
}

/// The body is not shown.
impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenReply").field("status", &self.status).finish_non_exhaustive()
    }
}
