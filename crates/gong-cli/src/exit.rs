//! How `gong` ends: every error turned into a code, words, and what to do next.

use std::{
    ffi::OsString,
    fmt,
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use gong_client::DownloadError;
use jiff::{Timestamp, ToSpan as _};
use serde::Serialize;

mod archive;

use crate::{
    commands::webhooks,
    company, outcome, output,
    ui::{self, Ui},
};

/// The exit codes, a public contract.
pub(crate) const CODES: &[(u8, &str)] = &[
    (0, "Done; an empty list is done"),
    (1, "Failed in another way"),
    (2, "Wrong usage"),
    (3, "Not found"),
    (4, "Not logged in, refused, or a scope is missing; its name is printed"),
    (5, "The limit or the quota of the day is used up: come back at the printed time"),
    (6, "Network, time-out or server error after the retries"),
    (7, "Done in part: what is missing is listed"),
    (8, "Refused to go on: a confirmation or a lock is in the way"),
    (130, "Interrupted with Ctrl-C; what resumes it is printed"),
    (143, "Stopped by SIGTERM, in the same good order; 129 by SIGHUP"),
];

/// Why a command of this crate could not do what it was asked, where no library says so already.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments do not make sense together.
    #[error("{message}")]
    Usage { message: String, hint: Option<String> },
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// Some of what was asked for is missing.
    #[error("{message}")]
    Partial { message: String, hint: Option<String> },
    /// Gong was asked for something, and did nothing of it.
    #[error("{message}")]
    Undone { message: String, hint: Option<String> },
    /// Nobody said yes.
    #[error("{message}")]
    Unconfirmed { message: String, hint: String },
    /// The requests that may be used are used up.
    #[error("{message}")]
    Limit { message: String, until: Timestamp },
    /// Something on this machine is in the way.
    #[error("{message}")]
    Local { message: String, hint: String },
    /// Ctrl-C, or a polite kill.
    #[error("interrupted")]
    Interrupted { signal: u8, hint: Option<String> },
}

impl Failure {
    /// Says what resumes the work, if this is an interruption.
    pub(crate) fn resumed_by(self, how: impl FnOnce() -> String) -> Self {
        match self {
            Self::Interrupted { signal, hint: None } => {
                Self::Interrupted { signal, hint: Some(how()) }
            }
            other => other,
        }
    }

    /// Wrong usage, with what to do instead.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }
}

/// An error with advice of the command that met it.
#[derive(Debug, thiserror::Error)]
#[error("{error:#}")]
struct Advised {
    error: anyhow::Error,
    hint: String,
}

/// Says what resumes the work, if this is an interruption of which nobody said it yet.
pub(crate) fn resumed_by(error: anyhow::Error, how: impl FnOnce() -> String) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) => failure.resumed_by(how).into(),
        Err(error) => error,
    }
}

/// Adds a hint, such as a command that can be pasted, if this is what Gong answered with `status`.
pub(crate) fn advise(error: anyhow::Error, status: u16, hint: impl Into<String>) -> anyhow::Error {
    let answered = error.downcast_ref().and_then(gong_client::Error::status);
    if answered.is_some_and(|it| it.as_u16() == status) {
        return Advised { error, hint: hint.into() }.into();
    }
    error
}

/// An error as people and scripts see it.
#[derive(Debug, Serialize)]
struct Report {
    code: &'static str,
    message: String,
    hint: Option<String>,
    status: Option<u16>,
    request_id: Option<String>,
    retryable: bool,
    retry_at: Option<Timestamp>,
    #[serde(skip)]
    exit: u8,
}

/// Shows what went wrong and gives the code to end with.
pub(crate) fn report(error: &anyhow::Error, ui: &Ui) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let report = Report::of(error);
    if ui.is_for_people() {
        ui.error(&report.message);
        if let Some(hint) = &report.hint {
            ui.hint(hint);
        }
        if let Some(request_id) = &report.request_id {
            ui.note(&format!("Gong's request id: {request_id}"));
        }
    } else {
        ui.line(&one_line(&report));
    }
    ExitCode::from(report.exit)
}

/// The same where the [`Ui`] is out of reach, just before the process ends.
pub(crate) fn report_to_the_last(error: &anyhow::Error, is_for_people: bool) {
    let report = Report::of(error);
    if !is_for_people {
        return ui::say_to_the_last(&one_line(&report));
    }
    ui::say_to_the_last(&format!("error: {}", report.message));
    ui::say_to_the_last(&format!("hint: {}", report.hint.unwrap_or_default()));
}

/// Shows what is wrong with the command line, or the help that was asked for.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return match error.print() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                ui::say_to_the_last(&format!("error: could not write the help: {error}"));
                ExitCode::FAILURE
            }
            _ => ExitCode::SUCCESS,
        };
    }
    if io::stderr().is_terminal() {
        if is_colorless(&std::env::args_os().collect::<Vec<_>>()) {
            ui::say_to_the_last(error.render().to_string().trim_end());
        } else {
            // There is nowhere to say that stderr is closed.
            let _ = error.print();
        }
        return ExitCode::from(2);
    }
    let text = error.render().to_string();
    let mut parts = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>());
    let message = parts.next().unwrap_or_default().join(" ");
    let hint = parts.next().unwrap_or_default().join(" ");
    let report = Report {
        code: "usage",
        message: message.strip_prefix("error: ").unwrap_or(&message).to_owned(),
        hint: Some(hint).filter(|hint| !hint.is_empty() && !hint.starts_with("For more")),
        status: None,
        request_id: None,
        retryable: false,
        retry_at: None,
        exit: 2,
    };
    ui::say_to_the_last(&one_line(&report));
    ExitCode::from(2)
}

/// Whether a command line that could not be read asks for no colors.
fn is_colorless(args: &[OsString]) -> bool {
    args.iter().any(|arg| arg == "--color=never")
        || args.windows(2).any(|pair| pair[0] == "--color" && pair[1] == "never")
}

fn one_line(report: &Report) -> String {
    serde_json::to_string(&Wrapped { error: report }).unwrap_or_default()
}

/// What went wrong and what to do about it, in words.
pub(crate) fn explain(error: &anyhow::Error) -> (String, Option<String>) {
    let report = Report::of(error);
    (report.message, report.hint)
}

#[derive(Serialize)]
struct Wrapped<'a> {
    error: &'a Report,
}

/// The reader of our output went away, which is its right.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    // A connection to Gong can end like a pipe; that is no success.
    let is_elsewhere = |cause: &(dyn std::error::Error + 'static)| {
        cause.is::<gong_client::Error>()
            || cause.is::<gong_archive::Error>()
            || cause.is::<gong_auth::Error>()
            || cause.downcast_ref().is_some_and(|it| !matches!(it, DownloadError::Output { .. }))
    };
    if error.chain().any(is_elsewhere) {
        return false;
    }
    error.chain().any(|cause| {
        cause.downcast_ref::<output::Error>().is_some_and(output::Error::is_closed_pipe)
            || cause
                .downcast_ref::<io::Error>()
                .is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
    })
}

impl Report {
    fn of(error: &anyhow::Error) -> Self {
        let report = Self::of_any_company(error);
        Self { hint: report.hint.map(|hint| company::keep(&hint).into_owned()), ..report }
    }

    fn of_any_company(error: &anyhow::Error) -> Self {
        if let Some(Advised { error, hint }) = error.downcast_ref() {
            let report = Self::of_any_company(error);
            let both = report.hint.map_or_else(|| hint.clone(), |first| format!("{first}; {hint}"));
            return Self { hint: Some(both), ..report };
        }
        let plain = |code, exit| Self {
            code,
            message: Chain(error).to_string(),
            hint: None,
            status: None,
            request_id: None,
            retryable: false,
            retry_at: None,
            exit,
        };
        for cause in error.chain() {
            if let Some(failure) = cause.downcast_ref::<Failure>() {
                let (code, exit, hint) = of_failure(failure);
                let retry_at = match failure {
                    Failure::Limit { until, .. } => Some(*until),
                    _ => None,
                };
                return Self { hint, retry_at, retryable: retry_at.is_some(), ..plain(code, exit) };
            }
            if let Some(error) = cause.downcast_ref::<gong_client::Error>() {
                return of_client(error, plain("failed", 1));
            }
            if let Some((code, exit, hint)) = cause.downcast_ref().and_then(of_download) {
                let retryable = matches!(code, "network" | "network.server");
                return Self { hint: hint.map(str::to_owned), retryable, ..plain(code, exit) };
            }
            if let Some(gong_archive::Error::Gong(error)) = cause.downcast_ref() {
                return of_client(error, plain("failed", 1));
            }
            if let Some((code, exit, hint)) = cause.downcast_ref().and_then(archive::explain) {
                return Self { hint, retryable: exit == 6, ..plain(code, exit) };
            }
            if let Some(error) = cause.downcast_ref::<gong_auth::Error>() {
                return of_auth(error, plain("failed", 1));
            }
            if let Some(error) = cause.downcast_ref::<gong_auth::WebhookError>() {
                let (code, hint) = webhooks::explain(*error);
                let exit = if *error == gong_auth::WebhookError::BadKey { 2 } else { 4 };
                return Self { hint: Some(hint.to_owned()), ..plain(code, exit) };
            }
            if let Some(error) = cause.downcast_ref::<output::Error>() {
                let (code, exit) = if error.is_usage() { ("usage", 2) } else { ("output", 1) };
                return Self { hint: error.hint(), ..plain(code, exit) };
            }
            if cause.is::<gong_types::PeriodError>() || cause.is::<gong_types::DateError>() {
                let hint = "see `gong help dates`".to_owned();
                return Self { hint: Some(hint), ..plain("usage.dates", 2) };
            }
            if cause.is::<gong_types::InvalidId>() {
                return plain("usage.id", 2);
            }
            if let Some(error) = cause.downcast_ref::<gong_sandbox::Error>() {
                let is_usage = !matches!(error, gong_sandbox::Error::Listen { .. });
                return plain("sandbox", if is_usage { 2 } else { 1 });
            }
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                let hint = match io.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                        Some("make room on the disk and run the command again".to_owned())
                    }
                    _ => None,
                };
                return Self { hint, ..plain("io", 1) };
            }
        }
        plain("failed", 1)
    }
}

fn of_failure(failure: &Failure) -> (&'static str, u8, Option<String>) {
    match failure {
        Failure::Usage { hint, .. } => ("usage", 2, hint.clone()),
        Failure::NotFound(_) => ("not_found", 3, None),
        Failure::Partial { hint, .. } => ("partial", 7, hint.clone()),
        Failure::Undone { hint, .. } => ("undone", 1, hint.clone()),
        Failure::Unconfirmed { hint, .. } => ("unconfirmed", 8, Some(hint.clone())),
        Failure::Limit { until, .. } => ("limit", 5, Some(come_back(*until))),
        Failure::Local { hint, .. } => ("local", 1, Some(hint.clone())),
        Failure::Interrupted { signal, hint } => {
            let again = || Some("run the same command again".to_owned());
            ("interrupted", 128 + signal, hint.clone().or_else(again))
        }
    }
}

fn come_back(until: Timestamp) -> String {
    // Not a moment early.
    let until = until.checked_add(999.milliseconds()).unwrap_or(until);
    format!("come back at {until:.0}")
}

fn of_auth(error: &gong_auth::Error, plain: Report) -> Report {
    use gong_auth::Error;
    let (code, exit) = match error {
        Error::Unwritable { .. } => ("auth.file", 1),
        Error::TokenNotAsked { .. } | Error::TokenLost { .. } => ("network", 6),
        Error::Busy { .. } => ("auth.busy", 8),
        error if error.is_base_url() => ("usage.base_url", 2),
        _ => ("auth.login", 4),
    };
    Report { code, exit, hint: error.hint(), ..plain }
}

/// What a download came to grief of; `None` if a later cause says it.
fn of_download(error: &DownloadError) -> Option<(&'static str, u8, Option<&'static str>)> {
    let again = Some("run the same command again: it goes on where it broke off");
    Some(match error {
        DownloadError::Exists { .. } => {
            ("exists", 8, Some("add --force to replace it, or --to for another name"))
        }
        DownloadError::Busy { .. } => ("busy", 8, Some("wait until it is done")),
        DownloadError::Lost { .. } => ("network", 6, again),
        DownloadError::NotResumed { .. } => {
            ("network", 6, Some("leave out --to -, for a file can be gone on with"))
        }
        DownloadError::Refused { .. } if error.is_retryable() => ("network.server", 6, again),
        DownloadError::Refused { status, .. } if status.as_u16() == 404 => ("not_found", 3, None),
        DownloadError::NotMedia { .. } | DownloadError::Redirected { .. } => {
            ("network.not_media", 6, Some("a proxy or a login page may be in the way"))
        }
        DownloadError::Address { .. }
        | DownloadError::File { .. }
        | DownloadError::Output { .. } => return None,
        DownloadError::Refused { .. } => {
            ("media", 1, Some("its address was new; perhaps a proxy changes what is sent"))
        }
        _ => ("media", 1, None),
    })
}

fn of_client(error: &gong_client::Error, plain: Report) -> Report {
    use gong_client::Error;
    if let Error::Renewal { source, .. } = error {
        return match source.downcast_ref::<gong_auth::Error>() {
            Some(error) => of_auth(error, plain),
            None => plain,
        };
    }
    let (code, exit, hint) = match error {
        Error::Exhausted { until, .. } => ("limit", 5, Some(come_back(*until))),
        Error::Redirected { host, .. } => {
            let host = host.as_deref().unwrap_or("us-12345.api.gong.io");
            let hint = format!(
                "set the base URL to https://{host}: run `gong auth login --base-url https://{host}`"
            );
            ("auth.wrong_host", 4, Some(hint))
        }
        Error::NotGong { status, .. } if status.as_u16() == 401 => of_refusal(error, *status),
        Error::NotGong { .. } => {
            let hint =
                "a proxy or a login page may be in the way; `gong auth status` shows the base URL";
            ("network.not_gong", 6, Some(hint.to_owned()))
        }
        Error::Lost { .. } | Error::CutShort { .. } => {
            ("network", 6, Some("run `gong doctor` to see what works".to_owned()))
        }
        Error::TooLarge { .. } => {
            ("too_large", 1, Some("ask for less, such as fewer --include blocks".to_owned()))
        }
        Error::Content { .. } => ("usage.file", 2, None),
        Error::Ledger { .. } => {
            let hint = "set GONG_STATE_DIR to a folder that you can write to";
            ("ledger", 1, Some(hint.to_owned()))
        }
        Error::Unknown { request, .. } => {
            ("outcome_unknown", 6, Some(outcome::after_loss(request)))
        }
        Error::Unfinished { request, .. } => {
            let look = outcome::look_for(request);
            let hint = format!("{look}; then send it with --resend, or `gong doctor --forget`");
            ("unfinished", 8, Some(hint))
        }
        Error::Journal { source, .. } if source.kind() == io::ErrorKind::InvalidData => {
            let hint = "what was sent last may be done or not: look, then send with --resend, which \
                        begins a new journal";
            ("journal", 8, Some(hint.to_owned()))
        }
        Error::Journal { .. } => {
            let hint = "set GONG_STATE_DIR to a folder that you can write to";
            ("journal", 1, Some(hint.to_owned()))
        }
        Error::Refused { status, .. } => of_refusal(error, *status),
        _ => ("failed", 1, None),
    };
    Report {
        code,
        exit,
        hint,
        status: error.status().map(|status| status.as_u16()),
        request_id: error.request_id().map(str::to_owned),
        retryable: error.is_retryable(),
        retry_at: error.exhausted_until(),
        ..plain
    }
}

fn of_refusal(
    error: &gong_client::Error,
    status: http::StatusCode,
) -> (&'static str, u8, Option<String>) {
    if let Some(scope) = error.missing_scope() {
        let hint = format!("ask your Gong administrator for the scope {scope}");
        return ("auth.missing_scope", 4, Some(hint));
    }
    match status.as_u16() {
        401 => {
            let hint =
                "check the key with `gong auth status`, or log in again with `gong auth login`";
            ("auth.refused", 4, Some(hint.to_owned()))
        }
        402 => ("credits", 5, Some("the AI credits of the company are used up".to_owned())),
        403 => {
            let hint = "the key may be bound to other addresses, or the feature is not part of the contract";
            ("auth.forbidden", 4, Some(hint.to_owned()))
        }
        404 => ("not_found", 3, None),
        408 => ("network.timeout", 6, Some("try again later".to_owned())),
        400..=499 => ("refused", 1, None),
        _ => ("network.server", 6, Some("Gong has a problem; try again later".to_owned())),
    }
}

/// The whole chain of an error on one line, a cause after what it caused.
struct Chain<'a>(&'a anyhow::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use gong_client::{Error, TransportError, TransportErrorKind};

    use super::*;

    #[test]
    fn never_alone_says_nothing_of_colors() {
        let is_colorless =
            |args: &str| is_colorless(&args.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert!(is_colorless("gong --color never x") && is_colorless("gong --color=never"));
        assert!(!is_colorless("gong never") && !is_colorless("gong --color auto never"));
    }

    #[test]
    fn a_lost_connection_is_no_closed_pipe() {
        let pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
        let source = TransportError::new(TransportErrorKind::Reset).caused_by(pipe());
        let lost = Error::Lost { request: "GET /v2/calls".to_owned(), attempts: 1, source };
        let lost = anyhow::Error::from(lost);
        assert!(lost.chain().any(<dyn std::error::Error>::is::<io::Error>), "{lost:?}");
        assert!(!is_closed_pipe(&lost));
        assert_eq!(Report::of(&lost).exit, 6);
        assert!(is_closed_pipe(&anyhow::Error::from(pipe())));
    }
}
