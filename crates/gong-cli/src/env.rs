//! The environment: every variable that `gong` reads, in one table that is also its documentation.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, process::Command};

use gong_auth::{HELPER_VARIABLES, HelperEnv};

use crate::exit::Failure;

/// Declares the variables, so that none is read that is not documented.
macro_rules! variables {
    ($($name:ident = $doc:literal,)*) => {
        /// A variable that `gong` reads.
        #[expect(non_camel_case_types, reason = "they are spelled as the variables are")]
        #[expect(clippy::upper_case_acronyms, reason = "they are spelled as the variables are")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Var { $($name,)* }

        impl Var {
            /// All of them, with what they are for.
            pub(crate) const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, $doc),)*];

            /// The name.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

variables! {
    GONG_ACCESS_KEY = "The access key. Goes before the credentials file",
    GONG_ACCESS_KEY_SECRET = "The secret half of the access key",
    GONG_SECRET_KEY = "Another name of `GONG_ACCESS_KEY_SECRET`, which goes first",
    GONG_ACCESS_TOKEN = "An OAuth access token, instead of an access key",
    GONG_OAUTH_CLIENT_SECRET = "The secret of the app, for `gong auth login --oauth`",
    GONG_STORE = "Where `gong auth login` keeps secrets: `keyring` or `file`; as `--store`",
    GONG_WEBHOOK_KEY = "The public key of an automation rule, for `gong webhooks`; as `--key`",
    GONG_BASE_URL = "The host of the company, such as `https://us-12345.api.gong.io`; as `--base-url`",
    GONG_PROFILE = "The profile to use; as `--profile`",
    GONG_ALLOW_HOST = "Hosts, separated by commas, that may be sent credentials though they are not Gong's; as `--allow-host`",
    GONG_CONFIG_DIR = "The folder of `credentials.json`, instead of `~/.config/gong`",
    GONG_STATE_DIR = "The folder of what `gong` remembers: how many requests were sent, which were not answered, and the time zone of the company; instead of `~/.local/state/gong`",
    GONG_DATA_DIR = "The folder of the archives, one folder a profile; instead of `~/.local/share/gong`",
    GONG_SANDBOX = "`1` runs every command on a sandbox inside the process; as `--sandbox`",
    GONG_REQUESTS_PER_SECOND = "How many requests a second the company may send, 3 unless Gong raised it; 0 is no limit; as `--rps`",
    GONG_REQUESTS_PER_DAY = "How many requests a day the company may send, 10,000 unless Gong raised it; 0 is no limit; as `--daily`",
    GONG_TZ = "The time zone that dates are read and shown in, such as `Europe/Berlin`; as `--tz`",
    GONG_NOW = "Pretends that it is this moment, such as `2026-06-01T12:00:00Z`, for reports that can be repeated",
    GONG_LOG = "What to log on stderr, such as `debug` or `gong_client=trace`; goes before `-v`",
    NO_COLOR = "Any value turns colors off; as `--color never`",
    COLUMNS = "The width of tables, where the terminal does not tell it",
    HOME = "The home folder",
    XDG_CONFIG_HOME = "The folder of settings, instead of `~/.config`",
    XDG_DATA_HOME = "The folder of data, instead of `~/.local/share`",
    XDG_STATE_HOME = "The folder of state, instead of `~/.local/state`",
    AWS_ACCESS_KEY_ID = "The key for `gong export --out s3://…`",
    AWS_SECRET_ACCESS_KEY = "The secret half of that key",
    AWS_SESSION_TOKEN = "The token of a key that lasts for a while only",
    AWS_REGION = "The region of the bucket, `us-east-1` if nothing is said",
    AWS_ENDPOINT_URL = "The address of a store that speaks S3, instead of Amazon's",
    HTTPS_PROXY = "The proxy for Gong; never used for a sandbox",
    NO_PROXY = "Hosts that are reached without the proxy",
}

/// The values that were set when the process began.
#[derive(Clone, Default)]
pub(crate) struct Env {
    values: BTreeMap<&'static str, OsString>,
    helper: HelperEnv,
}

impl Env {
    /// Reads the environment, once. Fails for a variable that must be text and is none: passed over,
    /// a key could go to another host than the one that was meant.
    pub(crate) fn read() -> Result<Self, Failure> {
        let values: BTreeMap<_, _> = Var::ALL
            .iter()
            .filter_map(|(var, _)| Some((var.name(), std::env::var_os(var.name())?)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let is_text = |name: &str| name.starts_with("GONG_") && !name.ends_with("_DIR");
        if let Some((name, _)) =
            values.iter().find(|(name, value)| is_text(name) && value.to_str().is_none())
        {
            return Err(Failure::usage(
                format!("{name} is no UTF-8 text"),
                format!("set {name} again"),
            ));
        }
        let variables = HELPER_VARIABLES
            .iter()
            .filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)))
            .collect();
        Ok(Self { values, helper: HelperEnv { variables } })
    }

    /// The text of a variable; one that is no text counts as not set.
    pub(crate) fn get(&self, var: Var) -> Option<&str> {
        self.values.get(var.name())?.to_str()
    }

    /// The path in a variable.
    pub(crate) fn path(&self, var: Var) -> Option<PathBuf> {
        self.values.get(var.name()).map(PathBuf::from)
    }

    /// Whether a variable says yes.
    pub(crate) fn is_on(&self, var: Var) -> bool {
        self.get(var).is_some_and(|value| !matches!(value, "0" | "false" | "no"))
    }

    /// What a program that prints a secret may see.
    pub(crate) fn helper(&self) -> HelperEnv {
        self.helper.clone()
    }

    /// Hides our variables from another program, and finds it by absolute entries of `PATH` only.
    pub(crate) fn hide_from(&self, command: &mut Command) {
        for (var, _) in Var::ALL.iter().filter(|(var, _)| var.name().starts_with("GONG_")) {
            command.env_remove(var.name());
        }
        let variables = &self.helper.variables;
        let path = variables.iter().find(|(name, _)| name == "PATH").map(|(_, value)| value);
        let path = path.map(OsString::as_os_str).unwrap_or_default();
        let absolute = std::env::split_paths(path).filter(|it| it.is_absolute());
        // The entries came from splitting, so they can be joined again.
        if let Ok(path) = std::env::join_paths(absolute) {
            command.env("PATH", path);
        }
    }

    /// Where `credentials.json` is: `$GONG_CONFIG_DIR`, `$XDG_CONFIG_HOME/gong`, `~/.config/gong`.
    pub(crate) fn config_dir(&self) -> Option<PathBuf> {
        self.folder(Var::GONG_CONFIG_DIR, Var::XDG_CONFIG_HOME, ".config")
    }

    /// Where what `gong` remembers is: `$GONG_STATE_DIR`, `$XDG_STATE_HOME/gong`,
    /// `~/.local/state/gong`.
    pub(crate) fn state_dir(&self) -> Option<PathBuf> {
        self.folder(Var::GONG_STATE_DIR, Var::XDG_STATE_HOME, ".local/state")
    }

    /// Where the archives are: `$GONG_DATA_DIR`, `$XDG_DATA_HOME/gong`, `~/.local/share/gong`.
    pub(crate) fn data_dir(&self) -> Option<PathBuf> {
        self.folder(Var::GONG_DATA_DIR, Var::XDG_DATA_HOME, ".local/share")
    }

    fn folder(&self, own: Var, base: Var, fallback: &str) -> Option<PathBuf> {
        self.path(own).or_else(|| {
            let base = self.path(base).filter(|path| path.is_absolute());
            let base = base.or_else(|| Some(home(self)?.join(fallback)))?;
            Some(base.join("gong"))
        })
    }
}

fn home(env: &Env) -> Option<PathBuf> {
    env.path(Var::HOME).or_else(|| etcetera::home_dir().ok())
}
