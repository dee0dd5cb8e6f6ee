//! What a profile keeps of a login with OAuth, beside its access token.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::{
    error::WrongType,
    members::{Members, put},
    oauth::{
        app::{AUTHORIZE_URL, OAuthApp, REDIRECT_PORT, TOKEN_URL},
        token::Tokens,
    },
    profile::{Other, SecretSource},
    secret::Secret,
};

/// How long before its end a token counts as ended: a request takes time, and clocks differ.
const EARLY: SignedDuration = SignedDuration::from_secs(60);

/// The members that we know, in the order in which we write them.
const KNOWN: [&str; 9] = [
    "client_id",
    "client_secret",
    "refresh_token",
    "expires_at",
    "scope",
    "authorize_url",
    "token_url",
    "redirect_port",
    "renewing_since",
];

/// What a profile keeps of a login with OAuth: the app, and how the access token is renewed.
#[derive(Clone, Default)]
pub struct OAuth {
    /// The name of the app at Gong.
    pub client_id: String,
    /// What proves to Gong that it is the app.
    pub client_secret: Option<SecretSource>,
    /// What renews the access token, once; `None` if nothing does any more.
    pub refresh_token: Option<SecretSource>,
    /// When the access token ends, if that is known.
    pub expires_at: Option<Timestamp>,
    /// What the tokens allow, separated by spaces.
    pub scope: Option<String>,
    /// Where a person approves a login, if not at [`AUTHORIZE_URL`].
    pub authorize_url: Option<String>,
    /// Where tokens are given, if not at [`TOKEN_URL`].
    pub token_url: Option<String>,
    /// The port that the browser is sent back to, if not [`REDIRECT_PORT`].
    pub redirect_port: Option<u16>,
    /// When a renewal was begun of which the end is not known: its refresh token may be used up.
    pub renewing_since: Option<Timestamp>,
    /// Members that we do not know; they survive when the file is written again.
    pub other: Other,
}

impl OAuth {
    /// Whether the access token has ended by `now`, or is about to. False if its end is not known.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let end = self.expires_at.and_then(|it| it.checked_sub(EARLY).ok());
        end.is_some_and(|it| it <= now)
    }

    /// What is worth keeping of an app, whose secret is kept as `client_secret`.
    pub fn of(app: &OAuthApp, client_secret: SecretSource) -> Self {
        let unusual = |it: &str, usual: &str| (it != usual).then(|| it.to_owned());
        Self {
            client_id: app.client_id.clone(),
            client_secret: Some(client_secret),
            scope: Some(app.scopes.join(" ")).filter(|it| !it.is_empty()),
            authorize_url: unusual(&app.authorize_url, AUTHORIZE_URL),
            token_url: unusual(&app.token_url, TOKEN_URL),
            redirect_port: Some(app.redirect_port).filter(|it| *it != REDIRECT_PORT),
            ..Self::default()
        }
    }

    /// The app, with its secret.
    pub fn app(&self, client_secret: Secret) -> OAuthApp {
        let usual = OAuthApp::new(self.client_id.as_str(), client_secret);
        let scope = self.scope.as_deref().unwrap_or_default();
        OAuthApp {
            authorize_url: self.authorize_url.clone().unwrap_or(usual.authorize_url),
            token_url: self.token_url.clone().unwrap_or(usual.token_url),
            scopes: scope.split_whitespace().map(str::to_owned).collect(),
            redirect_port: self.redirect_port.unwrap_or(usual.redirect_port),
            ..usual
        }
    }

    /// Takes over what came with new tokens; `refresh_token` is where theirs is kept.
    pub fn take(&mut self, tokens: &Tokens, refresh_token: Option<SecretSource>) {
        self.refresh_token = refresh_token;
        self.expires_at = tokens.expires_at;
        self.scope = tokens.scope.clone().or_else(|| self.scope.take());
        self.renewing_since = None;
    }

    pub(crate) fn read(members: &Members<'_>) -> Result<Self, WrongType> {
        let client_id = members.text("client_id")?;
        Ok(Self {
            client_id: client_id.ok_or_else(|| members.wrong("client_id", "text"))?,
            client_secret: members.secret("client_secret")?,
            refresh_token: members.secret("refresh_token")?,
            expires_at: members.moment("expires_at")?,
            scope: members.text("scope")?,
            authorize_url: members.text("authorize_url")?,
            token_url: members.text("token_url")?,
            redirect_port: members.port("redirect_port")?,
            renewing_since: members.moment("renewing_since")?,
            other: Other(members.others(&KNOWN)),
        })
    }

    /// The object to write, which keeps what `old` has beside the known members.
    pub(crate) fn value(&self, old: Option<&Value>) -> Value {
        let mut object = old.and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
        let secret = |it: &Option<SecretSource>| it.as_ref().map(SecretSource::value);
        let values = [
            Some(json!(self.client_id)),
            secret(&self.client_secret),
            secret(&self.refresh_token),
            self.expires_at.map(|it| json!(it.to_string())),
            self.scope.as_ref().map(|it| json!(it)),
            self.authorize_url.as_ref().map(|it| json!(it)),
            self.token_url.as_ref().map(|it| json!(it)),
            self.redirect_port.map(|it| json!(it)),
            self.renewing_since.map(|it| json!(it.to_string())),
        ];
        put(&mut object, KNOWN, values);
        self.other.add_to(&mut object);
        Value::Object(object)
    }
}

/// No secret is shown, and no address, which may hold a password.
impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("refresh_token", &self.refresh_token)
            .field("expires_at", &self.expires_at)
            .field("scope", &self.scope)
            .field("renewing_since", &self.renewing_since)
            .field("other", &self.other)
            .finish_non_exhaustive()
    }
}
