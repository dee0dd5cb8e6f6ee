//! Where tests run `gong`: an empty home, a clean environment, and a sandbox of their own.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use gong_sandbox::{Options, Running, Sandbox};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The moment at which every test happens: a Monday.
pub(crate) const NOW: &str = "2026-06-15T16:00:00Z";

/// A home, and perhaps a sandbox.
pub(crate) struct Environment {
    home: TempDir,
    variables: Vec<(String, String)>,
    sandbox: Option<(Runtime, Running)>,
}

impl Environment {
    /// Without credentials and without a sandbox.
    pub(crate) fn empty() -> Self {
        let variables = [
            ("GONG_NOW", NOW),
            ("GONG_TZ", "UTC"),
            ("GONG_REQUESTS_PER_SECOND", "0"),
            ("GONG_REQUESTS_PER_DAY", "0"),
            ("COLUMNS", "100"),
            // Never the keyring of whoever runs the tests.
            ("GONG_STORE", "file"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { home: TempDir::new().unwrap(), variables: variables.into(), sandbox: None }
    }

    /// With a sandbox that has these options, and credentials for it.
    pub(crate) fn with(options: Options) -> Self {
        let mut environment = Self::empty();
        let runtime = Runtime::new().unwrap();
        let options = Options {
            now: options.now.or(Some(NOW.parse().unwrap())),
            requests_per_second: 0,
            requests_per_day: 0,
            ..options
        };
        let running = runtime.block_on(Sandbox::start(options)).unwrap();
        environment.set("GONG_BASE_URL", &running.url());
        environment.set("GONG_ACCESS_KEY", "test-key");
        environment.set("GONG_ACCESS_KEY_SECRET", "test-secret");
        environment.sandbox = Some((runtime, running));
        environment
    }

    /// With a sandbox of the small company in `tests/company`, whose every word is known.
    pub(crate) fn small() -> Self {
        Self::with(small())
    }

    /// With such a sandbox, and an archive of it.
    pub(crate) fn archived() -> Self {
        let environment = Self::small();
        let synced = environment.run("sync --since 2025-01-01 -q");
        assert!(synced.status.success(), "{synced:?}");
        environment
    }

    /// With a sandbox in which things go wrong.
    pub(crate) fn faulty(script: &str) -> Self {
        Self::with(Options { faults: script.parse().unwrap(), ..small() })
    }

    /// Sets a variable.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a variable away.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// The home folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file below the home folder, readable for its owner alone.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// The sandbox.
    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap().1.sandbox()
    }

    /// Where it is.
    pub(crate) fn sandbox_url(&self) -> String {
        self.sandbox.as_ref().unwrap().1.url()
    }

    /// How many requests the sandbox saw.
    pub(crate) fn requests(&self) -> usize {
        self.sandbox().log().len()
    }

    /// `gong` with these arguments, which are split at blanks outside single quotes.
    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gong"));
        command.env_clear().current_dir(self.home()).stdin(Stdio::null());
        command.env("HOME", self.home()).env("PATH", "/usr/bin:/bin");
        command.envs(self.variables.iter().cloned()).args(split(args));
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs it with what `ulimit` allows.
    pub(crate) fn run_limited(&self, args: &str, limit: &str) -> Output {
        let gong = self.command(args);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")]);
        command.arg(gong.get_program()).args(gong.get_args());
        command.env_clear().current_dir(self.home()).stdin(Stdio::null());
        command.envs(gong.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.output().unwrap()
    }

    /// Runs it with something on stdin.
    pub(crate) fn run_with(&self, args: &str, stdin: &str) -> Output {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command may end without reading all of it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Everything that a user sees of a run, for a snapshot.
    pub(crate) fn seen(&self, args: &str) -> String {
        self.shown(args, &self.run(args))
    }

    /// Everything that a user saw of this run.
    pub(crate) fn shown(&self, args: &str, output: &Output) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let stderr = text(&output.stderr);
        let divider = if stderr.is_empty() { "" } else { "------- stderr -------\n" };
        let code = output.status.code().unwrap_or(-1);
        let shown =
            format!("$ gong {args}\n{}{divider}{stderr}[exit {code}]", text(&output.stdout));
        self.without_places(&shown)
    }

    /// Takes away what is different each time.
    fn without_places(&self, text: &str) -> String {
        let mut text = text.replace(&self.home().display().to_string(), "$HOME");
        if let Some((_, running)) = &self.sandbox {
            text = text.replace(&running.url(), "http://SANDBOX");
            text = text.replace(running.url().trim_start_matches("http://"), "SANDBOX");
        }
        // The name of the ledger comes from the address, whose port is another one each time.
        mask(&mask(&text, "\"requestId\":\"", '"'), "/requests-", ' ')
    }
}

/// The small company.
pub(crate) fn small() -> Options {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/company");
    Options { import: Some(folder), ..Options::default() }
}

/// Hides what stands between `before` and `end`.
fn mask(text: &str, before: &str, end: char) -> String {
    let mut parts = text.split(before);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.find(end).map_or("", |end| &part[end..]);
        masked.push_str(before);
        masked.push_str("ID");
        masked.push_str(rest);
    }
    masked
}

fn split(args: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for it in args.chars() {
        match it {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            it => words.last_mut().unwrap().push(it),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Compares everything that a user sees with the snapshot of this test.
macro_rules! check {
    ($environment:expr, $args:expr) => {
        insta::assert_snapshot!($environment.seen($args))
    };
}

pub(crate) use check;
