//! OAuth: asks nobody, hands out codes and tokens, and burns each of them when it is first shown.

use std::collections::{HashMap, HashSet};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, request::Parts};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use self::arguments::Arguments;
use crate::{
    answer::Answer,
    ask::Problem,
    clock::later,
    cursor::Signer,
    guard,
    options::OAuthApp,
    routes::{self, Operation},
};

mod arguments;

/// The two pages, which are Gong's, but not of its API.
pub(crate) static PAGES: [Operation; 2] = [
    Operation {
        id: "oauth-authorize",
        method: Method::GET,
        path: "/oauth2/authorize",
        scope: None,
    },
    Operation {
        id: "oauth-token",
        method: Method::POST,
        path: "/oauth2/generate-customer-token",
        scope: None,
    },
];

/// Whether a path is outside of the API, so that its limits do not count it.
pub(crate) fn is_here(path: &str) -> bool {
    path.starts_with("/oauth2/")
}

/// What the token page did so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TokenRequests {
    /// Codes that were turned into tokens.
    pub exchanged: u64,
    /// Refresh tokens that were turned into new tokens.
    pub refreshed: u64,
    /// Refresh tokens that were shown again after they were burned.
    pub burned_again: u64,
    /// Requests that were refused, for whatever reason.
    pub refused: u64,
}

/// What was handed out.
#[derive(Debug, Default)]
pub(crate) struct Issued {
    codes: HashMap<String, Code>,
    access: HashMap<String, AccessToken>,
    /// The scopes of the refresh tokens that are still good.
    refresh: HashMap<String, Vec<String>>,
    burned: HashSet<String>,
    n_secrets: u64,
    pub(crate) requests: TokenRequests,
}

#[derive(Debug)]
struct Code {
    redirect_uri: String,
    scopes: Vec<String>,
    challenge: Option<String>,
    expires: Timestamp,
}

/// A token that the API lets in.
#[derive(Debug)]
pub(crate) struct AccessToken {
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Timestamp,
}

impl Issued {
    pub(crate) fn access_token(&self, text: &str) -> Option<&AccessToken> {
        self.access.get(text)
    }

    fn new_secret(&mut self, signer: &Signer) -> String {
        self.n_secrets += 1;
        signer.secret(self.n_secrets)
    }
}

/// A request to one of the pages.
pub(crate) struct Visit<'a> {
    pub(crate) app: &'a OAuthApp,
    pub(crate) signer: &'a Signer,
    /// The user on whose behalf the tokens are.
    pub(crate) user_id: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) head: &'a Parts,
    pub(crate) body: &'a Bytes,
}

impl Visit<'_> {
    pub(crate) fn answer(&self, operation: &Operation, issued: &mut Issued) -> Answer {
        if operation.method == Method::GET {
            return self.authorize(issued);
        }
        match self.token(issued) {
            Ok(members) => Answer::Bare(StatusCode::OK, members),
            Err(refusal) => {
                issued.requests.refused += 1;
                refusal.into()
            }
        }
    }

    /// `GET /oauth2/authorize`: goes back at once, as if a person had approved.
    fn authorize(&self, issued: &mut Issued) -> Answer {
        let arguments = Arguments::of_query(self.head);
        let redirect = match self.redirect_uri(&arguments) {
            Ok(redirect) => redirect,
            // Where it would lead is not known to be the app's, so nobody is sent there.
            Err(refusal) => return refusal.into(),
        };
        let mut back = redirect.clone();
        match self.approve(&arguments, issued) {
            Ok(code) => back.query_pairs_mut().append_pair("code", &code),
            Err(error) => back.query_pairs_mut().append_pair("error", error),
        };
        if let Some(state) = arguments.get("state") {
            back.query_pairs_mut().append_pair("state", state);
        }
        Answer::Elsewhere(StatusCode::FOUND, back.into())
    }

    fn redirect_uri(&self, arguments: &Arguments) -> Result<Url, Refusal> {
        if arguments.get("client_id") != Some(&self.app.client_id) {
            return Err(Refusal::bad_request("invalid_client", "client_id is none we know"));
        }
        let text = arguments.needed("redirect_uri")?;
        let redirect = Url::parse(text).ok().filter(is_loopback);
        redirect.ok_or_else(|| {
            let text = "redirect_uri must be http on a loopback address, without a fragment";
            Refusal::bad_request("invalid_request", text)
        })
    }

    fn approve(&self, arguments: &Arguments, issued: &mut Issued) -> Result<String, &'static str> {
        if arguments.get("response_type") != Some("code") {
            return Err("unsupported_response_type");
        }
        let scopes = scopes(arguments.get("scope").unwrap_or_default());
        if scopes.is_empty() || !scopes.iter().all(|scope| is_scope(scope)) {
            return Err("invalid_scope");
        }
        let challenge = arguments.get("code_challenge");
        if challenge.is_some() && arguments.get("code_challenge_method") != Some("S256") {
            return Err("invalid_request");
        }
        if !self.app.approves {
            return Err("access_denied");
        }
        let code = Code {
            redirect_uri: arguments.get("redirect_uri").unwrap_or_default().to_owned(),
            scopes,
            challenge: challenge.map(str::to_owned),
            expires: later(self.now, CODE_LIFE),
        };
        let text = issued.new_secret(self.signer);
        issued.codes.insert(text.clone(), code);
        Ok(text)
    }

    /// `POST /oauth2/generate-customer-token`: tokens for a code or for a refresh token.
    fn token(&self, issued: &mut Issued) -> Result<Map<String, Value>, Refusal> {
        let arguments = Arguments::of(self.head, self.body)?;
        self.know_the_app(&arguments)?;
        let scopes = match arguments.needed("grant_type")? {
            "authorization_code" => self.exchange(&arguments, issued)?,
            "refresh_token" => refresh(&arguments, issued)?,
            _ => return Err(Refusal::bad_request("unsupported_grant_type", "unknown grant_type")),
        };
        Ok(self.issue(scopes, issued))
    }

    fn know_the_app(&self, arguments: &Arguments) -> Result<(), Refusal> {
        let OAuthApp { client_id, client_secret, .. } = self.app;
        let is_same = arguments.get("client_id").is_none_or(|id| id == client_id);
        if is_same && guard::is_basic(&self.head.headers, client_id, &client_secret.0) {
            return Ok(());
        }
        Err(Refusal {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_client",
            description: "the client id or the client secret is wrong",
        })
    }

    fn exchange(&self, arguments: &Arguments, issued: &mut Issued) -> Result<Vec<String>, Refusal> {
        let text = arguments.needed("code")?;
        let code = issued.codes.remove(text);
        let code = code.filter(|code| self.now < code.expires);
        let code = code.ok_or(Refusal::invalid_grant("the code is unknown, used, or too old"))?;
        if arguments.get("redirect_uri") != Some(&code.redirect_uri) {
            return Err(Refusal::invalid_grant("redirect_uri is not the one of the code"));
        }
        if let Some(challenge) = &code.challenge {
            let verifier = Sha256::digest(arguments.needed("code_verifier")?);
            if BASE64_URL_SAFE_NO_PAD.encode(verifier) != *challenge {
                return Err(Refusal::invalid_grant("code_verifier does not fit code_challenge"));
            }
        }
        issued.requests.exchanged += 1;
        Ok(code.scopes)
    }

    fn issue(&self, scopes: Vec<String>, issued: &mut Issued) -> Map<String, Value> {
        let expires = later(self.now, self.app.token_life);
        let refresh_token = issued.new_secret(self.signer);
        let access_token = self.signer.sign_claims(&json!({
            "uid": self.user_id,
            "exp": expires.as_second(),
            "jti": issued.n_secrets.to_string(),
        }));
        let mut members = Map::new();
        let mut put = |name: &str, value| members.insert(name.to_owned(), value);
        put("access_token", json!(access_token));
        put("refresh_token", json!(refresh_token));
        put("token_type", json!("bearer"));
        put("expires_in", json!(self.app.token_life.as_secs()));
        put("scope", json!(scopes.join(" ")));
        if let Some(url) = base_url(self.head).filter(|_| self.app.tells_base_url) {
            put("api_base_url_for_customer", json!(url));
        }
        issued.refresh.insert(refresh_token, scopes.clone());
        issued.access.insert(access_token, AccessToken { scopes, expires });
        members
    }
}

/// How long a code may be used.
const CODE_LIFE: std::time::Duration = std::time::Duration::from_mins(10);

/// The scopes that a refresh token stands for; it is burned, whatever comes of it.
fn refresh(arguments: &Arguments, issued: &mut Issued) -> Result<Vec<String>, Refusal> {
    let text = arguments.needed("refresh_token")?;
    let Some(scopes) = issued.refresh.remove(text) else {
        issued.requests.burned_again += u64::from(issued.burned.contains(text));
        return Err(Refusal::invalid_grant("the refresh token is unknown or used"));
    };
    issued.burned.insert(text.to_owned());
    issued.requests.refreshed += 1;
    Ok(scopes)
}

/// Why there is no code or no token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    fn bad_request(error: &'static str, description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description }
    }

    fn invalid_grant(description: &'static str) -> Self {
        Self::bad_request("invalid_grant", description)
    }
}

impl From<Refusal> for Answer {
    fn from(Refusal { status, error, description }: Refusal) -> Self {
        let mut members = Map::new();
        members.insert("error".to_owned(), json!(error));
        members.insert("error_description".to_owned(), json!(description));
        Self::Bare(status, members)
    }
}

/// The answer of a sandbox without an app.
pub(crate) fn no_app() -> Answer {
    Answer::Problem(Problem::new(StatusCode::NOT_FOUND, "The sandbox has no OAuth app"))
}

fn scopes(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}

/// Whether some operation asks for this scope.
fn is_scope(scope: &str) -> bool {
    matches!(scope, "api:calls:read:media-url" | "api:crm-calls:manual-association:read")
        || routes::OPERATIONS.iter().any(|operation| operation.scope == Some(scope))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.scheme() == "http"
        && url.fragment().is_none()
        && matches!(host, "127.0.0.1" | "[::1]" | "localhost")
}

/// The base address that the request was sent to, if it tells.
fn base_url(head: &Parts) -> Option<String> {
    if let Some(authority) = head.uri.authority() {
        return Some(format!("{}://{authority}", head.uri.scheme_str().unwrap_or("http")));
    }
    Some(format!("http://{}", host(&head.headers)?))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(http::header::HOST)?.to_str().ok()
}
