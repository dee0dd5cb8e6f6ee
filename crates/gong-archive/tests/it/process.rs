//! A process of this test binary: it runs one test, is told things, says things, and may be killed.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// A folder in memory where there is such a place, as nothing outlives a process less there than on a
/// disk; on a disk otherwise.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { env::temp_dir() };
    tempfile::tempdir_in(place).unwrap()
}

/// What a line begins with that a process of ours says, unlike those of the test runner.
const MARK: char = '>';

/// A process that runs one test. It ends with this.
pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    says: Receiver<String>,
}

impl Process {
    /// Runs `test` with these variables.
    pub(crate) fn start<'a>(
        test: &str,
        variables: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
    ) -> Self {
        Self::start_as(Command::new(env::current_exe().unwrap()), test, variables)
    }

    /// The same where no file can grow over so many blocks of 512 bytes, as on a disk that is full.
    pub(crate) fn start_with_room<'a>(
        blocks: usize,
        test: &str,
        variables: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
    ) -> Self {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &script]).arg(env::current_exe().unwrap());
        Self::start_as(command, test, variables)
    }

    fn start_as<'a>(
        mut command: Command,
        test: &str,
        variables: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
    ) -> Self {
        let mut child = command
            .args(["--exact", test, "--nocapture"])
            .envs(variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (say, says) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The runner may have begun the line.
                if let Some((_, said)) = line.split_once(MARK) {
                    // Who does not want to know any more has dropped the other end.
                    let _ = say.send(said.to_owned());
                }
            }
        });
        Self { child, stdin, says }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to go on.
    pub(crate) fn tell(&mut self) {
        self.stdin.write_all(b"\n").unwrap();
    }

    /// The next thing that it says, or nothing if it ended.
    pub(crate) fn hear(&self) -> Option<String> {
        self.says.recv().ok()
    }

    /// The next thing that it says in this time. Nothing if it said nothing, or ended.
    pub(crate) fn hear_within(&self, time: Duration) -> Option<String> {
        self.says.recv_timeout(time).ok()
    }

    /// Kills it, wherever it is.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says something to the process that started this one.
pub(crate) fn say(what: &str) {
    let mut output = std::io::stdout();
    output.write_all(format!("{MARK}{what}\n").as_bytes()).unwrap();
    output.flush().unwrap();
}
