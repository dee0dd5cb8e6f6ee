//! What can go wrong with credentials, and what mends it.

use std::{error::Error as StdError, io, path::PathBuf, time::Duration};

use jiff::Timestamp;

use crate::{keyring::KeyringError, profile::DEFAULT_PROFILE};

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with credentials. No variant holds a secret, nor any value of the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to log in with.
    #[error("not logged in: no credentials in {}", looked.join(", "))]
    NotLoggedIn {
        /// The profile that was asked for.
        profile: String,
        /// The variables and files that were looked at, in this order.
        looked: Vec<String>,
        /// The profiles that the file has instead.
        others: Vec<String>,
    },
    /// One half of a login is there and the other is not.
    #[error("{given} is set, but {missing} is not")]
    HalfLogin {
        /// What is there, and where.
        given: String,
        /// What is not.
        missing: String,
    },
    /// There are two logins, and no telling which is meant.
    #[error("both {first} and {second} are set")]
    TwoLogins {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A value cannot be what it should be: empty, a placeholder, or with a line break inside.
    #[error("{what} in {origin} {problem}")]
    BadValue {
        /// The member, such as `secret_key`.
        what: &'static str,
        /// The variable, file or command that it came from.
        origin: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A name that cannot be a profile's.
    #[error("a profile's name is 1 to 64 letters, digits, dots, dashes, underscores and at signs")]
    BadProfileName,
    /// The file has no profile of this name.
    #[error("no profile `{profile}` in {}", path.display())]
    NoSuchProfile {
        /// The profile that was asked for.
        profile: String,
        /// The file.
        path: PathBuf,
        /// The profiles that it has.
        names: Vec<String>,
    },
    /// The text cannot be a base URL. It is not quoted, for a password may stand in it.
    #[error("{origin} is not a usable base URL: {problem}")]
    BaseUrl {
        /// The flag, variable or file that it came from.
        origin: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The host is not Gong's, and the user did not allow it.
    #[error("{host} is not a host of Gong, so it is not sent your key")]
    HostNotAllowed {
        /// The host, with its port unless it is the usual one.
        host: String,
    },
    /// A login of the file would be sent to a host that it was not made for.
    #[error("{origin} says {asked}, but the key of profile `{profile}` belongs to {bound}")]
    OtherHost {
        /// The flag or variable that names the other host.
        origin: String,
        /// The other host.
        asked: String,
        /// The profile that the login is from.
        profile: String,
        /// The host that the login belongs to.
        bound: String,
    },
    /// Others than the owner may read or write the file.
    #[error("{} can be read by others (mode {mode:04o})", path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is a symbolic link.
    #[error("{} is a symbolic link", path.display())]
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// The file belongs to somebody else.
    #[error("{} belongs to another user (uid {owner})", path.display())]
    ForeignOwner {
        /// The file.
        path: PathBuf,
        /// The user who owns it.
        owner: u32,
    },
    /// It is a directory, a pipe or a device.
    #[error("{} is not a file", path.display())]
    NotAFile {
        /// What was taken for a file.
        path: PathBuf,
    },
    /// The file is larger than any credentials file: over 1 MiB.
    #[error("{} is too large for a credentials file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is there, but the system does not let us read it.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be written. The old one is as it was.
    #[error("cannot write {}", path.display())]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not JSON.
    #[error("{} is not valid JSON: {problem} at line {line}, column {column}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong there.
        problem: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 is the end of the line before.
        column: usize,
    },
    /// A member of the file has the wrong type.
    #[error("in {}, {member} must be {expected}", path.display())]
    WrongType {
        /// The file.
        path: PathBuf,
        /// Where in the file, such as `profiles.eu.secret_key`.
        member: String,
        /// What it must be.
        expected: &'static str,
    },
    /// The file gives the default profile twice: at the top and under `profiles`.
    #[error("{} has the default profile twice: at the top and as profiles.default", path.display())]
    DefaultTwice {
        /// The file.
        path: PathBuf,
    },
    /// The program that should print a secret is not there, or not at an allowed place.
    #[error("cannot find the program `{program}` that {what} asks for")]
    HelperNotFound {
        /// The program, as the file names it.
        program: String,
        /// The member whose value it should print.
        what: &'static str,
    },
    /// The program that should print a secret could not be run.
    #[error("cannot run `{program}` for {what}")]
    HelperNotRun {
        /// The program.
        program: String,
        /// The member whose value it should print.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The program that should print a secret failed.
    #[error("`{program}` for {what} failed with {status}{}{complaint}", if complaint.is_empty() { "" } else { ": " })]
    HelperFailed {
        /// The program.
        program: String,
        /// The member whose value it should print.
        what: &'static str,
        /// How it ended, such as `exit status: 1`.
        status: String,
        /// The first line that it wrote to stderr; may be empty.
        complaint: String,
    },
    /// The program that should print a secret took too long, and was ended.
    #[error("`{program}` for {what} gave no answer within {} s", limit.as_secs())]
    HelperTooSlow {
        /// The program.
        program: String,
        /// The member whose value it should print.
        what: &'static str,
        /// How long it may take.
        limit: Duration,
    },
    /// What the program printed cannot be a secret.
    #[error("what `{program}` printed for {what} {problem}")]
    HelperAnswer {
        /// The program.
        program: String,
        /// The member whose value it should print.
        what: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The keyring of the operating system is absent, locked, or does not answer.
    #[error("the keyring of the operating system cannot be used")]
    Keyring {
        /// What it said.
        source: KeyringError,
    },
    /// The keyring does not have a secret that the file says is there.
    #[error("the keyring of the operating system has no {what} by the name `{name}`")]
    NotInKeyring {
        /// The member, such as `secret_key`.
        what: &'static str,
        /// The name in the keyring.
        name: String,
    },
    /// The system gave no random numbers, without which a login could be guessed.
    #[error("there are no random numbers for a login")]
    NoRandom {
        /// What the system said.
        source: io::Error,
    },
    /// The address that a browser came back to is not the end of the login that was begun.
    #[error("this is not the address of this login: {problem}")]
    NotThisLogin {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The person, or Gong, did not approve the login.
    #[error("the login was not approved: {code}")]
    NotApproved {
        /// The error code of OAuth, such as `access_denied`.
        code: String,
    },
    /// Gong refused to give tokens.
    #[error("Gong gave no tokens: status {status}{}", code.as_ref().map(|it| format!(", {it}")).unwrap_or_default())]
    TokenRefused {
        /// The HTTP status.
        status: u16,
        /// The error code of OAuth, such as `invalid_grant`, if there was one.
        code: Option<String>,
    },
    /// What came for a code or a refresh token cannot be used.
    #[error("the answer with status {status} to a request for tokens {problem}")]
    TokenAnswer {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There was no connection to where tokens are given, so nothing is lost.
    #[error("could not ask for tokens")]
    TokenNotAsked {
        /// What happened.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A code was sent, and the answer with the tokens did not arrive.
    #[error("the answer with the tokens was lost")]
    TokenLost {
        /// What happened.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Somebody has to log in again.
    #[error("the login of profile `{profile}` cannot be renewed: {why}")]
    LoginEnded {
        /// The profile.
        profile: String,
        /// Why.
        why: Ended,
        /// What happened, if it happened just now.
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// Another process is renewing the login and does not come to an end.
    #[error("another process has been renewing the login of profile `{profile}` for {} s", waited.as_secs())]
    Busy {
        /// The profile.
        profile: String,
        /// How long it was waited for.
        waited: Duration,
    },
}

/// Why a login cannot be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// Gong does not accept the refresh token any more.
    Refused,
    /// The refresh token was sent, and nobody knows what became of it.
    Unanswered,
    /// An earlier renewal was cut off, so the refresh token may be used up.
    Interrupted {
        /// When it began.
        since: Timestamp,
    },
    /// There is nothing to renew it with.
    NoRefreshToken,
    /// New tokens cannot be kept.
    NotKept,
    /// The profile has no login with OAuth, or not any more.
    NoLogin,
}

/// A member of the wrong type, before it is known in which file.
#[derive(Debug)]
pub(crate) struct WrongType {
    pub(crate) member: String,
    pub(crate) expected: &'static str,
}

impl Error {
    /// Whether there are no credentials at all, so that logging in mends it.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::NotLoggedIn { .. })
    }

    /// Whether a base URL is in the way: malformed, not Gong's, or not the one of the login.
    pub fn is_base_url(&self) -> bool {
        matches!(self, Self::BaseUrl { .. } | Self::HostNotAllowed { .. } | Self::OtherHost { .. })
    }

    /// Whether the program that should print a secret did not.
    pub fn is_helper(&self) -> bool {
        matches!(
            self,
            Self::HelperNotFound { .. }
                | Self::HelperNotRun { .. }
                | Self::HelperFailed { .. }
                | Self::HelperTooSlow { .. }
                | Self::HelperAnswer { .. }
        )
    }

    /// Whether somebody has to log in again.
    pub fn is_login_ended(&self) -> bool {
        matches!(self, Self::LoginEnded { .. })
    }

    /// The same with what caused it, where there is room for a cause.
    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        if let Self::LoginEnded { source, .. } = &mut self {
            *source = Some(cause.into());
        }
        self
    }

    /// What mends it, in words and commands that can be pasted.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotLoggedIn { others, .. } if !others.is_empty() => {
                format!("add `--profile NAME` with one of {}, or run `gong auth login`", others.join(", "))
            }
            Self::NotLoggedIn { .. } => {
                "run `gong auth login`, or set GONG_ACCESS_KEY and GONG_ACCESS_KEY_SECRET".to_owned()
            }
            Self::HalfLogin { missing, .. } => format!("set {missing} too"),
            Self::TwoLogins { first, second } => format!("remove {first} or {second}"),
            Self::BadValue { what, origin, .. } => {
                format!("put the real {what} into {origin}, or run `gong auth login`")
            }
            Self::NoSuchProfile { profile, names, .. } => {
                let login = format!("run `gong auth login --profile {}`", quoted(profile.as_ref()));
                match names.as_slice() {
                    [] => login,
                    names => format!("use one of {}, or {login}", names.join(", ")),
                }
            }
            Self::BaseUrl { .. } => {
                "write it as https://us-12345.api.gong.io: Gong shows yours under Company settings > Ecosystem > API"
                    .to_owned()
            }
            Self::HostNotAllowed { host } => {
                format!("if you trust that host with your key, add `--allow-host {host}`")
            }
            Self::OtherHost { origin, asked, .. } => {
                format!("leave out {origin}, or run `gong auth login --base-url {asked} --profile NAME`")
            }
            Self::TooOpen { path, .. } => format!("run `chmod 600 {}`", quoted(path)),
            Self::Symlink { path } => {
                format!("replace the link {} by the file itself", quoted(path))
            }
            Self::ForeignOwner { path, .. } => {
                format!("run `sudo chown \"$(id -un)\" {}`", quoted(path))
            }
            Self::Unreadable { path, source } | Self::Unwritable { path, source }
                if source.kind() == io::ErrorKind::PermissionDenied =>
            {
                format!("run `ls -ld {}` to see who may use it", quoted(path))
            }
            Self::Broken { path, .. } | Self::WrongType { path, .. } | Self::TooLarge { path } => {
                format!("mend {}, or move it away and run `gong auth login`", quoted(path))
            }
            Self::DefaultTwice { .. } => "remove one of the two".to_owned(),
            Self::HelperNotFound { .. } => {
                "give the program's full path, or a plain name that is on your PATH".to_owned()
            }
            Self::HelperFailed { program, .. } | Self::HelperTooSlow { program, .. } => {
                format!("run `{program}` by hand with the arguments from the credentials file")
            }
            Self::HelperAnswer { .. } => {
                "let the program print the secret on one line, and nothing else".to_owned()
            }
            Self::Keyring { .. } => {
                "unlock the keyring, or log in again with `gong auth login --store file`".to_owned()
            }
            Self::NotInKeyring { .. } => "run `gong auth login`".to_owned(),
            Self::LoginEnded { profile, .. } => {
                format!("log in again: {}", login_command(profile))
            }
            Self::NotThisLogin { .. } => {
                "paste the whole address that the browser shows after the login".to_owned()
            }
            Self::NotApproved { .. } => {
                "a technical administrator of Gong has to approve the login, with scopes that the app has".to_owned()
            }
            Self::TokenRefused { status: 429, .. } | Self::Busy { .. } => "try again later".to_owned(),
            Self::TokenRefused { code: Some(code), .. } if code.ends_with("_client") => {
                "check the id and the secret of the app, and log in again: gong auth login --oauth".to_owned()
            }
            Self::TokenRefused { .. } | Self::TokenAnswer { .. } | Self::TokenLost { .. } => {
                "log in again: gong auth login --oauth".to_owned()
            }
            Self::TokenNotAsked { .. } => {
                "nothing is lost: try again when there is a connection".to_owned()
            }
            Self::NoRandom { .. }
            | Self::BadProfileName
            | Self::NotAFile { .. }
            | Self::Unreadable { .. }
            | Self::Unwritable { .. }
            | Self::HelperNotRun { .. } => return None,
        })
    }
}

/// What logs the profile in again.
fn login_command(profile: &str) -> String {
    if profile == DEFAULT_PROFILE {
        return "gong auth login --oauth".to_owned();
    }
    format!("gong auth login --oauth --profile {}", quoted(profile.as_ref()))
}

/// The path as a shell takes it.
fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/._-+@%".contains(it);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
