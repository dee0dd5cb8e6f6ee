//! What every command needs: where output goes, what time it is, and a client when it is asked for.

use std::{io::IsTerminal as _, path::PathBuf, rc::Rc, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use gong_auth::{Credentials, Resolved, Secret};
use gong_client::{Client, Downloads, Limits};
use gong_sandbox::{Running, Sandbox};
use gong_transcript::Formulas;
use jiff::{Timestamp, Unit, tz::TimeZone};

use self::writing::Written;
use crate::{
    args::Globals,
    env::{Env, Var},
    exit::Failure,
    interrupt::Interrupt,
    output::{Output, Settings},
    ui::{Ui, UiSettings},
};

mod archive;
mod asking;
pub(crate) mod journal;
pub(crate) mod lists;
mod login;
pub(crate) mod waiting;
mod watch;
pub(crate) mod writing;
mod zone;

/// What a command has to work with. Nothing is read or opened before it is asked for.
pub(crate) struct Context {
    pub(crate) globals: Globals,
    pub(crate) env: Env,
    pub(crate) ui: Rc<Ui>,
    pub(crate) output: Output,
    /// The moment that the command began, or the one that `GONG_NOW` pretends.
    pub(crate) now: Timestamp,
    /// The zone that dates are read and shown in.
    pub(crate) zone: TimeZone,
    /// The zone of the company, once Gong told it.
    company_zone: Option<TimeZone>,
    interrupt: Option<Interrupt>,
    connection: Option<Connection>,
    /// Whether the command itself says what is in the journal.
    pub(crate) lists_unfinished: bool,
    /// The last request that did something.
    written: Option<Written>,
    /// Whether a request was printed in the place of being sent.
    has_shown_request: bool,
}

/// A client, and what it was made of.
struct Connection {
    client: Client,
    /// Where the client writes down what it sends.
    journal: Option<PathBuf>,
    /// Keeps the sandbox of `--sandbox` running.
    _sandbox: Option<Running>,
}

impl Context {
    /// The way to stderr.
    pub(crate) fn ui(globals: &Globals, env: &Env) -> Ui {
        let stderr_is_terminal = std::io::stderr().is_terminal();
        Ui::new(UiSettings {
            quiet: globals.quiet,
            color: has_color(globals, env, stderr_is_terminal),
            stderr_is_terminal,
            stdin_is_terminal: std::io::stdin().is_terminal(),
            assume_yes: globals.yes,
            log_format: globals.log_format,
        })
    }

    /// Checks everything that can be wrong before a request is sent.
    pub(crate) fn new(globals: Globals, env: Env, ui: Rc<Ui>) -> Result<Self> {
        let now = match env.get(Var::GONG_NOW) {
            // Gong has no finer times.
            None => Timestamp::now().round(Unit::Millisecond)?,
            Some(text) => text.parse().map_err(|_| {
                Failure::usage(
                    format!("{text:?} in GONG_NOW is no moment"),
                    "write it as 2026-06-01T12:00:00Z",
                )
            })?,
        };
        let zone = zone::of_person(&globals, &env)?;
        let stdout_is_terminal = std::io::stdout().is_terminal();
        let columns = env.get(Var::COLUMNS).and_then(|it| it.parse().ok());
        let mut output = Output::new(Settings {
            format: globals.output,
            fields: globals.fields.clone(),
            jq: globals.jq.clone(),
            color: has_color(&globals, &env, stdout_is_terminal),
            formulas: if globals.csv_raw { Formulas::Raw } else { Formulas::Defused },
            zone: zone.clone(),
            stdout_is_terminal,
            width: terminal_size::terminal_size().map(|(width, _)| width.0.into()).or(columns),
        })?;
        if stdout_is_terminal && ui.is_for_people() {
            output.share_terminal(ui.progress().clone());
        }
        Ok(Self {
            globals,
            env,
            ui,
            output,
            now,
            zone,
            company_zone: None,
            interrupt: None,
            connection: None,
            lists_unfinished: false,
            written: None,
            has_shown_request: false,
        })
    }

    /// Lets Ctrl-C stop what this context does.
    pub(crate) fn listen_to(&mut self, interrupt: Interrupt) {
        self.interrupt = Some(interrupt);
    }

    /// Waits for Ctrl-C.
    pub(crate) async fn interrupted(interrupt: Option<Interrupt>) -> Failure {
        match interrupt {
            Some(interrupt) => interrupt.wait().await,
            None => std::future::pending().await,
        }
    }

    /// The limits that count: flag, environment, profile, Gong's own.
    fn limits(&self, profile: (Option<u32>, Option<u32>)) -> Result<Limits> {
        let of_env = |var: Var| -> Result<Option<u32>> {
            self.env
                .get(var)
                .map(|text| {
                    text.trim().parse().map_err(|_| {
                        let message =
                            format!("{text:?} in {} is no number of requests", var.name());
                        Failure::usage(message, "write a whole number; 0 is no limit").into()
                    })
                })
                .transpose()
        };
        let usual = Limits::default();
        Ok(Limits {
            per_second: self
                .globals
                .rps
                .or(of_env(Var::GONG_REQUESTS_PER_SECOND)?)
                .or(profile.0)
                .unwrap_or(usual.per_second),
            per_day: self
                .globals
                .daily
                .or(of_env(Var::GONG_REQUESTS_PER_DAY)?)
                .or(profile.1)
                .unwrap_or(usual.per_day),
        })
    }

    /// The client, made when it is first asked for.
    pub(crate) async fn client(&mut self) -> Result<Client> {
        Ok(self.connection().await?.client.clone())
    }

    async fn connection(&mut self) -> Result<&mut Connection> {
        if self.connection.is_none() {
            let connection = if self.is_sandboxed() {
                self.sandbox().await?
            } else {
                Box::pin(self.connect()).await?
            };
            self.connection = Some(connection);
        }
        self.connection.as_mut().context("a connection was just made")
    }

    async fn connect(&self) -> Result<Connection> {
        let resolved = self.in_time().await?;
        let client = self.client_of(&resolved)?;
        let journal = self.journal_of(&resolved.credentials);
        self.tell_unfinished(journal.as_deref());
        Ok(Connection { client, journal, _sandbox: None })
    }

    /// A client for a login that is kept, or given from outside.
    pub(crate) fn client_of(&self, resolved: &Resolved) -> Result<Client> {
        let limits = self.limits((resolved.requests_per_second, resolved.requests_per_day))?;
        let options = self.counted(&resolved.credentials, limits);
        let renewer = self.renewer(resolved)?;
        let renew = renewer.map(|it| Arc::new(it) as Arc<dyn gong_client::Renew>);
        let options = gong_client::Options { renew, ..options };
        Ok(Client::new(&resolved.credentials, options)?)
    }

    /// A client for a new login.
    pub(crate) fn client_for(&self, credentials: &Credentials) -> Result<Client> {
        let options = self.counted(credentials, self.limits((None, None))?);
        Ok(Client::new(credentials, options)?)
    }

    /// Options with the ledger and the journal that all processes share for these credentials.
    fn counted(&self, credentials: &Credentials, limits: Limits) -> gong_client::Options {
        let folder = self.env.state_dir();
        let ledger =
            folder.map(|folder| folder.join(format!("requests-{}", credentials.fingerprint())));
        // Without limits there is nothing to count.
        let ledger = ledger.filter(|_| limits != Limits::NONE);
        let journal = self.journal_of(credentials);
        gong_client::Options { ledger, journal, limits, ..self.options() }
    }

    /// What fetches recordings, without a login.
    pub(crate) fn downloads(&self) -> Downloads {
        Downloads { watch: self.options().watch, ..Downloads::default() }
    }

    fn options(&self) -> gong_client::Options {
        gong_client::Options {
            max_wait: Duration::from_secs(self.globals.max_wait),
            resend: self.globals.resend,
            watch: Some(watch::over(self.ui.progress().clone())),
            ..gong_client::Options::default()
        }
    }

    /// The moment that it is for Gong, as far as nobody has asked it.
    pub(crate) fn now_of_gong(&self) -> Result<Timestamp> {
        if !self.is_sandboxed() || self.env.get(Var::GONG_NOW).is_some() {
            return Ok(self.now);
        }
        // The same company all day: an archive of it would otherwise see every call move.
        Ok(self.now.to_zoned(TimeZone::UTC).start_of_day()?.timestamp())
    }

    /// A sandbox inside this process. It touches no profile, ledger or archive of the user.
    async fn sandbox(&self) -> Result<Connection> {
        let limits = self.limits((None, None))?;
        let sandbox = Sandbox::start(gong_sandbox::Options {
            now: Some(self.now_of_gong()?),
            requests_per_second: limits.per_second,
            requests_per_day: limits.per_day,
            ..gong_sandbox::Options::default()
        })
        .await?;
        let credentials = Credentials {
            base_url: sandbox.url().parse()?,
            login: gong_auth::Login::AccessKey {
                access_key: "sandbox".to_owned(),
                secret_key: Secret::from("sandbox"),
            },
        };
        let client = Client::new(&credentials, gong_client::Options { limits, ..self.options() })?;
        Ok(Connection { client, journal: None, _sandbox: Some(sandbox) })
    }

    /// With `--dry-run`, prints the requests instead of sending them and says so.
    pub(crate) fn is_dry_run(&mut self, requests: &[gong_types::Request]) -> Result<bool> {
        if !self.globals.dry_run {
            return Ok(false);
        }
        self.show_requests(requests)?;
        self.ui.status("nothing was sent");
        Ok(true)
    }

    /// Prints requests in the place of sending them.
    pub(crate) fn show_requests(&mut self, requests: &[gong_types::Request]) -> Result<()> {
        let base = if self.is_sandboxed() {
            "http://127.0.0.1".to_owned()
        } else {
            // What would be sent can be seen without a login, and without fetching a secret.
            let given = self.given();
            let profile = self.store()?.profile(&self.profile_name()).ok().flatten();
            let url = given.base_url.map(|url| url.value);
            let base_url = match url.or_else(|| profile?.base_url) {
                Some(url) => url.parse()?,
                None => gong_auth::BaseUrl::default(),
            };
            base_url.check(&given.allow_hosts)?;
            base_url.to_string()
        };
        for request in requests {
            if std::mem::replace(&mut self.has_shown_request, true) {
                self.output.text("\n")?;
            }
            self.output.text(&as_http(request, base.trim_end_matches('/')))?;
        }
        Ok(self.output.flush()?)
    }
}

/// Whether to use colors on something that is a terminal or not.
fn has_color(globals: &Globals, env: &Env, is_terminal: bool) -> bool {
    globals.color.is_on(is_terminal && env.get(Var::NO_COLOR).is_none())
}

/// A request as it would go over the wire, without its secrets.
fn as_http(request: &gong_types::Request, base: &str) -> String {
    let mut address = format!("{base}{}", request.path);
    if !request.query.is_empty() {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&request.query)
            .finish();
        address = format!("{address}?{query}");
    }
    let mut text = format!("{} {address}\nAuthorization: ****\n", request.method);
    if let Some(body) = &request.body {
        text.push_str("Content-Type: application/json\n\n");
        text.push_str(body.get());
        text.push('\n');
    }
    if let Some(upload) = &request.upload {
        text.push_str("Content-Type: multipart/form-data\n\n(the file, as the part ");
        text.push_str(upload.part);
        text.push_str(")\n");
    }
    text
}
