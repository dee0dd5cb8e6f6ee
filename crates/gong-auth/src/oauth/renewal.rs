//! Renewing a login: a refresh token works once, so it is sent once, by one process, whatever
//! happens.

use std::{fmt, path::PathBuf, time::Duration};

use jiff::Timestamp;

use crate::{
    base_url::BaseUrl,
    credentials::{Credentials, Login, short_name},
    error::{Ended, Error, Result},
    helper::HelperEnv,
    oauth::{
        lock::lock,
        stored::OAuth,
        token::{INVALID_GRANT, NotAnswered, TokenReply, TokenRequest, Tokens, Verdict},
    },
    profile::{Profile, SecretSource},
    store::Store,
};

/// How long to wait for another process that renews the same login: longer than a request may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Renews the login of a profile.
///
/// A refresh token works once. So a renewal holds a lock that all processes share, takes what
/// another process got meanwhile, notes in the credentials file that it has begun, sends the refresh
/// token once, and keeps the new tokens before they are used. If it ends in between, by a lost
/// answer or a kill, the note stays, and the token is never sent again: then somebody has to log in
/// again ([`Error::LoginEnded`]).
#[derive(Debug, Clone)]
pub struct Renewal {
    /// Where the login is kept.
    pub store: Store,
    /// The profile that it belongs to.
    pub profile: String,
    /// Hosts, other than Gong's, that may be told secrets: `host` or `host:port`.
    pub allow_hosts: Vec<String>,
    /// What a program that prints a secret may see of the environment.
    pub helper_env: HelperEnv,
}

/// Where the tokens are kept.
struct Places {
    access_token: SecretSource,
    refresh_token: Option<SecretSource>,
}

impl Renewal {
    /// The login in the place of `stale`, which Gong does not accept any more, or soon will not.
    ///
    /// Blocks: for the lock, for the disk, and for `send`, which must send the request at most once.
    /// It is not called if another process has renewed the login.
    pub fn run(
        &self,
        stale: &Credentials,
        now: Timestamp,
        send: impl FnOnce(&TokenRequest) -> Result<TokenReply, NotAnswered>,
    ) -> Result<Credentials> {
        let path = self.lock_path();
        let unwritable = |source| Error::Unwritable { path: path.clone(), source };
        let Some(lock) = lock(&path, PATIENCE).map_err(unwritable)? else {
            return Err(Error::Busy { profile: self.profile.clone(), waited: PATIENCE });
        };
        let profile = self.store.profile(&self.profile)?.unwrap_or_default();
        let (Some(oauth), Some(access_token)) = (&profile.oauth, &profile.access_token) else {
            return Err(self.ended(Ended::NoLogin));
        };
        let stored = Credentials {
            base_url: match &profile.base_url {
                Some(text) => text.parse()?,
                None => BaseUrl::default(),
            },
            login: Login::Token(self.store.secret(
                "access_token",
                access_token,
                &self.helper_env,
            )?),
        };
        stored.base_url.check(&self.allow_hosts)?;
        if stored.authorization().expose() != stale.authorization().expose() && !oauth.is_due(now) {
            return Ok(stored);
        }
        let request = self.request(oauth)?;
        if !self.begin(oauth, now)? {
            // Somebody logged in or out in this moment.
            drop(lock);
            return self.run(stale, now, send);
        }
        let places = Places {
            access_token: access_token.clone(),
            refresh_token: oauth.refresh_token.clone(),
        };
        let reply = match send(&request) {
            Ok(reply) => reply,
            Err(NotAnswered { nothing_was_sent: true, source }) => {
                self.end(now, |_| {})?;
                return Err(Error::TokenNotAsked { source });
            }
            Err(NotAnswered { source, .. }) => {
                return Err(self.ended(Ended::Unanswered).caused_by(source));
            }
        };
        match reply.verdict(now) {
            Verdict::Granted(tokens) => self
                .keep(&tokens, now, &stored, &places)
                .map_err(|error| self.ended(Ended::NotKept).caused_by(error)),
            Verdict::Refused => {
                self.end(now, |profile| {
                    if let Some(oauth) = &mut profile.oauth {
                        oauth.refresh_token = None;
                    }
                })?;
                Err(self.ended(Ended::Refused).caused_by(reply.refused(Some(INVALID_GRANT))))
            }
            Verdict::NotTried(code) => {
                self.end(now, |_| {})?;
                Err(reply.refused(Some(code)))
            }
            Verdict::Later => {
                self.end(now, |_| {})?;
                Err(reply.refused(None))
            }
            Verdict::Unclear(problem) => {
                let error = Error::TokenAnswer { status: reply.status, problem };
                Err(self.ended(Ended::Unanswered).caused_by(error))
            }
        }
    }

    /// What to send. Fails if the refresh token must not be sent, or there is none.
    fn request(&self, oauth: &OAuth) -> Result<TokenRequest> {
        if let Some(since) = oauth.renewing_since {
            return Err(self.ended(Ended::Interrupted { since }));
        }
        let refresh_token = match &oauth.refresh_token {
            None => return Err(self.ended(Ended::NoRefreshToken)),
            // Where would the next one go?
            Some(SecretSource::Command(_)) => return Err(self.ended(Ended::NotKept)),
            Some(source) => self.store.secret("refresh_token", source, &self.helper_env)?,
        };
        let client_secret = match &oauth.client_secret {
            None => return Err(self.ended(Ended::NoLogin)),
            Some(source) => self.store.secret("client_secret", source, &self.helper_env)?,
        };
        let arguments = [("refresh_token", refresh_token.expose())];
        oauth.app(client_secret).token_request("refresh_token", &arguments, &self.allow_hosts)
    }

    /// Notes that the refresh token of `read` is about to be sent. False if it is another by now.
    fn begin(&self, read: &OAuth, now: Timestamp) -> Result<bool> {
        self.store.alter(&self.profile, |profile| {
            let Some(oauth) = &mut profile.oauth else { return Ok(false) };
            let is_same = match (&oauth.refresh_token, &read.refresh_token) {
                (Some(kept), Some(read)) => kept.is_same(read),
                _ => false,
            };
            oauth.renewing_since = Some(now);
            Ok(is_same)
        })
    }

    /// Changes the profile and takes the note back, unless somebody logged in or out meanwhile.
    fn end(&self, since: Timestamp, change: impl FnOnce(&mut Profile)) -> Result<bool> {
        self.store.alter(&self.profile, |profile| {
            let Some(oauth) = profile.oauth.as_mut().filter(|it| it.renewing_since == Some(since))
            else {
                return Ok(false);
            };
            oauth.renewing_since = None;
            change(profile);
            Ok(true)
        })
    }

    /// Keeps the tokens, and gives the login that they make.
    fn keep(
        &self,
        tokens: &Tokens,
        since: Timestamp,
        old: &Credentials,
        places: &Places,
    ) -> Result<Credentials> {
        let told = tokens.base_url.clone().filter(|it| it.check(&self.allow_hosts).is_ok());
        let base_url = told.unwrap_or_else(|| old.base_url.clone());
        // The keyring first: as long as the note is there, nobody uses what is in it.
        let refresh_token = match (&places.refresh_token, &tokens.refresh_token) {
            (Some(place), Some(token)) => Some(self.store.replaced(place, token)?),
            _ => None,
        };
        let access_token = self.store.replaced(&places.access_token, &tokens.access_token)?;
        self.end(since, |profile| {
            if base_url != old.base_url {
                profile.base_url = Some(base_url.to_string());
            }
            profile.access_token = Some(access_token);
            if let Some(oauth) = &mut profile.oauth {
                oauth.take(tokens, refresh_token);
            }
        })?;
        Ok(Credentials { base_url, login: Login::Token(tokens.access_token.clone()) })
    }

    /// Beside the credentials file; named so that any profile's name will do.
    fn lock_path(&self) -> PathBuf {
        let file = self.store.path().file_name().unwrap_or_default().to_string_lossy();
        self.store.path().with_file_name(format!("{file}.{}.lock", short_name(&self.profile)))
    }

    fn ended(&self, why: Ended) -> Error {
        Error::LoginEnded { profile: self.profile.clone(), why, source: None }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("Gong does not accept its refresh token any more"),
            Self::Unanswered => f.write_str(
                "the answer was lost, and a refresh token that works once may not be sent again",
            ),
            Self::Interrupted { since } => write!(
                f,
                "a renewal that began at {since:.0} was cut off, and a refresh token that works \
                 once may not be sent again"
            ),
            Self::NoRefreshToken => f.write_str("there is no refresh token"),
            Self::NotKept => f.write_str("new tokens cannot be kept"),
            Self::NoLogin => f.write_str("the profile has no login with OAuth any more"),
        }
    }
}
