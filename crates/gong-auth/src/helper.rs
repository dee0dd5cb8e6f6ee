//! Programs that print a secret: found without the working directory, run without a shell, and
//! not trusted.

use std::{
    ffi::{OsStr, OsString},
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use secrecy::zeroize::Zeroizing;

use crate::{
    error::{Error, Result},
    secret::Secret,
};

/// How long a program may take. A person may have to touch a key in that time.
const TIME: Duration = Duration::from_secs(10);
/// How much a program may print.
const LARGEST: u64 = 64 << 10;

/// The variables that password managers need, and that carry none of our secrets: what to put into
/// [`HelperEnv`] from the process's own environment.
pub const HELPER_VARIABLES: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TERM",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "GNUPGHOME",
    "GPG_TTY",
    "PASSWORD_STORE_DIR",
    "SSH_AUTH_SOCK",
    "APPDATA",
    "LOCALAPPDATA",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERPROFILE",
];

/// The whole environment of a program that prints a secret.
///
/// A variable whose name begins with `GONG_` is never passed on. Of `PATH` only absolute entries
/// are, and there plain program names are looked up.
#[derive(Debug, Clone, Default)]
pub struct HelperEnv {
    /// Names and values.
    pub variables: Vec<(OsString, OsString)>,
}

impl HelperEnv {
    fn path(&self) -> Vec<PathBuf> {
        let all = self.variables.iter().find(|(name, _)| is_path(name)).map(|(_, value)| value);
        let all = all.map(OsString::as_os_str).unwrap_or_default();
        std::env::split_paths(all).filter(|it| it.is_absolute()).collect()
    }

    /// The program's file: an absolute path as it is, a plain name from `PATH`, nothing else.
    fn find(&self, program: &str) -> Option<PathBuf> {
        let path = Path::new(program);
        if path.is_absolute() {
            return Some(path.to_owned());
        }
        let is_name = path.file_name() == Some(OsStr::new(program)) && !program.contains('\\');
        let files = self.path().into_iter().filter(|_| is_name).flat_map(|directory| {
            [directory.join(program), directory.join(format!("{program}.exe"))]
        });
        files.into_iter().find(|it| is_program(it))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        for (name, value) in &self.variables {
            if !is_ours(name) && !is_path(name) {
                command.env(name, value);
            }
        }
        // The entries came from splitting, so they can be joined again.
        if let Ok(path) = std::env::join_paths(self.path()) {
            command.env("PATH", path);
        }
        command
    }
}

fn is_path(name: &OsStr) -> bool {
    if cfg!(windows) { name.eq_ignore_ascii_case("PATH") } else { name == "PATH" }
}

fn is_ours(name: &OsStr) -> bool {
    name.to_string_lossy().to_ascii_uppercase().starts_with("GONG_")
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    path.metadata().is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Runs `command` and takes what it prints, less one line break at the end, for the secret `what`.
pub(crate) fn run(command: &[String], what: &'static str, env: &HelperEnv) -> Result<Secret> {
    run_within(TIME, command, what, env)
}

fn run_within(
    limit: Duration,
    command: &[String],
    what: &'static str,
    env: &HelperEnv,
) -> Result<Secret> {
    let (first, arguments) = command.split_first().map_or(("", command), |(it, rest)| (it, rest));
    let program = printable(first);
    let not_run = |source| Error::HelperNotRun { program: program.clone(), what, source };
    let answer = |problem| Error::HelperAnswer { program: program.clone(), what, problem };
    let Some(file) = env.find(first) else {
        return Err(Error::HelperNotFound { program, what });
    };
    let mut child = env
        .command(&file)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::HelperNotFound { program: program.clone(), what },
            _ => not_run(error),
        })?;
    let end = Instant::now() + limit;
    let output = read_in_background(child.stdout.take());
    let complaint = read_in_background(child.stderr.take());
    let ended = wait(&mut child, &output, end);
    if !matches!(ended, Ok(Ended::Itself(..))) {
        // It may have ended in this moment; either way nothing of it stays.
        let _ = child.kill();
        let _ = child.wait();
    }
    let (output, status) = match ended.map_err(not_run)? {
        Ended::Itself(output, status) => (output, status),
        Ended::TooLong => return Err(answer("is over 64 KiB")),
        Ended::TooSlow => return Err(Error::HelperTooSlow { program, what, limit }),
    };
    if !status.success() {
        let complaint = complaint.recv_timeout(Duration::from_millis(200)).unwrap_or_default();
        let text = String::from_utf8_lossy(&complaint);
        let complaint = printable(text.trim().lines().next().unwrap_or_default());
        return Err(Error::HelperFailed { program, what, status: status.to_string(), complaint });
    }
    let text = str::from_utf8(&output).map_err(|_| answer("is not text"))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.contains(['\r', '\n']) {
        return Err(answer("has more than one line"));
    }
    if text.contains(char::is_control) {
        return Err(answer("has a control character in it"));
    }
    if text.trim().is_empty() {
        return Err(answer("is empty"));
    }
    Ok(Secret::from(text))
}

type Bytes = Zeroizing<Vec<u8>>;

/// Reads up to a byte over the limit, and lets the rest pass by, so that the program can end.
///
/// The thread is not waited for: a grandchild may keep the pipe open for long.
fn read_in_background(pipe: Option<impl Read + Send + 'static>) -> Receiver<Bytes> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Bytes::default();
        if let Some(mut pipe) = pipe {
            // A pipe that breaks has given all that it will give.
            let _ = pipe.by_ref().take(LARGEST + 1).read_to_end(&mut bytes);
            let _ = sender.send(bytes);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
    });
    receiver
}

enum Ended {
    Itself(Bytes, ExitStatus),
    TooLong,
    TooSlow,
}

/// Waits for what the program prints and for its end, up to a time.
fn wait(child: &mut Child, output: &Receiver<Bytes>, end: Instant) -> io::Result<Ended> {
    let remaining = end.saturating_duration_since(Instant::now());
    let bytes = match output.recv_timeout(remaining) {
        Ok(bytes) => bytes,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            return Ok(Ended::TooSlow);
        }
    };
    if u64::try_from(bytes.len()).is_ok_and(|it| it > LARGEST) {
        return Ok(Ended::TooLong);
    }
    // It closed its output and is about to end.
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ended::Itself(bytes, status));
        }
        if Instant::now() >= end {
            return Ok(Ended::TooSlow);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Up to 200 characters of a text, without control characters.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(200).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::{Duration, Instant};

    use super::{HelperEnv, run_within};
    use crate::error::Error;

    #[test]
    fn a_program_that_takes_too_long_is_ended_even_if_its_child_lives_on() {
        for script in ["exec sleep 20", "sleep 20", "exec >&-; exec sleep 20", "sleep 20 & echo T"]
        {
            let start = Instant::now();
            let env = HelperEnv { variables: vec![("PATH".into(), "/usr/bin:/bin".into())] };
            let limit = Duration::from_millis(100);
            let command = ["/bin/sh", "-c", script].map(str::to_owned);
            let answer = run_within(limit, &command, "secret_key", &env);
            assert!(matches!(answer, Err(Error::HelperTooSlow { .. })), "{script}: {answer:?}");
            assert!(start.elapsed() < Duration::from_secs(10), "{script}");
        }
    }
}
