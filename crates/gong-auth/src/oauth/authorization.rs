//! One login in a browser: the address to open, and the address that the browser comes back to.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    error::{Error, Result},
    oauth::{
        app::{OAuthApp, address},
        token::{TokenRequest, code},
    },
    secret::{Secret, random},
};

/// A login that was begun: a person approves it in a browser.
///
/// Its state is random, so that nobody else's answer is taken for its own, and so is its verifier,
/// without which nobody else can use the code (PKCE, S256).
pub struct Authorization {
    app: OAuthApp,
    allow_hosts: Vec<String>,
    authorize_url: Url,
    state: Secret,
    verifier: Secret,
}

impl Authorization {
    /// Begins a login. Fails if the app is not usable; see [`OAuthApp::check`].
    pub fn begin(app: OAuthApp, allow_hosts: &[String]) -> Result<Self> {
        app.check(allow_hosts)?;
        let (_, authorize_url) = address(&app.authorize_url, "authorize_url", allow_hosts)?;
        Ok(Self {
            app,
            allow_hosts: allow_hosts.to_vec(),
            authorize_url,
            state: random::<16>()?,
            verifier: random::<32>()?,
        })
    }

    /// The app that the login is for.
    pub fn app(&self) -> &OAuthApp {
        &self.app
    }

    /// What to open in the browser.
    pub fn address(&self) -> Url {
        let challenge = Sha256::digest(self.verifier.expose().as_bytes());
        let mut url = self.authorize_url.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.app.client_id)
            .append_pair("response_type", "code")
            .append_pair("scope", &self.app.scopes.join(" "))
            .append_pair("redirect_uri", &self.app.redirect_uri())
            .append_pair("state", self.state.expose())
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// Reads the address that the browser came back to: the whole of it, as a person pastes it, or
    /// its path and query, as a server sees it. Gives the request that turns its code into tokens.
    ///
    /// An address that does not belong to this login is [`Error::NotThisLogin`]: it proves nothing,
    /// and the right one may still come. A login that was not approved is [`Error::NotApproved`].
    pub fn accept(&self, redirect: &str) -> Result<TokenRequest> {
        let not_this = |problem| Error::NotThisLogin { problem };
        let redirect = redirect.trim().trim_matches(['"', '\'', '<', '>']);
        let own = self.app.redirect_uri();
        let own = Url::parse(&own).map_err(|_| not_this("there is no address to come back to"))?;
        let url = own.join(redirect).map_err(|_| not_this("it is no address"))?;
        if url.origin() != own.origin() || url.path() != own.path() {
            return Err(not_this("it is another address than the login comes back to"));
        }
        let value = |name: &str| {
            let mut values =
                url.query_pairs().filter(|it| it.0 == name).map(|it| it.1.into_owned());
            match (values.next(), values.next()) {
                (Some(_), Some(_)) => Err(not_this("it says the same thing twice")),
                (first, _) => Ok(first.filter(|it| !it.is_empty())),
            }
        };
        let state = value("state")?.ok_or_else(|| not_this("it has no state"))?;
        if !is_same(&state, self.state.expose()) {
            return Err(not_this("its state is that of another login"));
        }
        if let Some(error) = value("error")? {
            return Err(Error::NotApproved { code: code(&error) });
        }
        let code = value("code")?.ok_or_else(|| not_this("it has no code"))?;
        self.app.token_request(
            "authorization_code",
            &[
                ("code", &code),
                ("client_id", &self.app.client_id),
                ("redirect_uri", &self.app.redirect_uri()),
                ("code_verifier", self.verifier.expose()),
            ],
            &self.allow_hosts,
        )
    }
}

/// Compares without telling by the time it takes how much of it was right.
fn is_same(given: &str, own: &str) -> bool {
    let differences = given.bytes().zip(own.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    given.len() == own.len() && differences == 0
}

/// Neither state nor verifier is shown.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization").field("app", &self.app).finish_non_exhaustive()
    }
}
