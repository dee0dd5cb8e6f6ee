//! Runs the release build of `gong` in a home of its own, and measures time and memory.

use std::{
    env,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// The program and the folder that it may write to.
pub(super) struct Gong {
    pub(super) program: PathBuf,
    home: PathBuf,
}

/// One command line.
#[derive(Debug, Clone)]
pub(super) struct Run {
    arguments: Vec<String>,
    /// The server to talk to, with any key and without limits.
    pub(super) base_url: Option<String>,
    /// What comes in on stdin.
    pub(super) input: Option<String>,
}

impl Run {
    pub(super) fn of(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { arguments, base_url: None, input: None }
    }
}

impl Gong {
    /// The release build, with an empty home.
    pub(super) fn find() -> Result<Self> {
        let home = shell::target()?.join("bench-home");
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        fs::create_dir_all(&home)?;
        Ok(Self { program: shell::gong("release")?, home })
    }

    /// The command with nothing of the user's own environment but the path.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        self.isolate(&mut command);
        command
    }

    /// How long a run takes, the middle one of so many, after one that does not count.
    pub(super) fn median_millis(&self, run: &Run, times: usize) -> Result<f64> {
        let mut millis = Vec::new();
        for _ in 0..=times {
            let mut command = self.prepared(run)?;
            let begin = Instant::now();
            let status = command.stdout(Stdio::null()).status()?;
            millis.push(begin.elapsed().as_secs_f64() * 1000.0);
            succeeded(status.success(), run)?;
        }
        millis.remove(0);
        millis.sort_by(f64::total_cmp);
        Ok(millis[millis.len() / 2])
    }

    /// How many lines a run prints.
    pub(super) fn lines(&self, run: &Run) -> Result<u64> {
        let mut child = self.prepared(run)?.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("the output is not piped")?;
        let mut lines = 0;
        for line in BufReader::new(output).split(b'\n') {
            line?;
            lines += 1;
        }
        succeeded(child.wait()?.success(), run)?;
        Ok(lines)
    }

    /// The most memory that a run held at any time, in bytes.
    pub(super) fn peak_memory(&self, run: &Run) -> Result<u64> {
        if shell::has_gnu_time() { self.peak_by_time(run) } else { self.peak_by_watching(run) }
    }

    fn peak_by_time(&self, run: &Run) -> Result<u64> {
        let report = self.home.join("peak");
        let mut command = Command::new("time");
        command.args(["--format", "%M", "--output"]).arg(&report);
        command.arg(&self.program).args(&run.arguments);
        self.isolate(&mut command);
        self.connect(&mut command, run)?;
        succeeded(command.stdout(Stdio::null()).status()?.success(), run)?;
        let text = fs::read_to_string(&report)?;
        let kibibytes: u64 = text.trim().parse().with_context(|| format!("time said {text}"))?;
        Ok(kibibytes * 1024)
    }

    /// Asks Linux again and again; it forgets when the process ends.
    fn peak_by_watching(&self, run: &Run) -> Result<u64> {
        let mut child = self.prepared(run)?.stdout(Stdio::null()).spawn()?;
        let mut peak = 0;
        while child.try_wait()?.is_none() {
            peak = high_water_mark(&child).unwrap_or(peak);
            std::thread::sleep(Duration::from_micros(200));
        }
        succeeded(child.wait()?.success(), run)?;
        if peak == 0 {
            bail!("cannot tell how much memory a process holds: install GNU time");
        }
        Ok(peak)
    }

    fn prepared(&self, run: &Run) -> Result<Command> {
        let mut command = Command::new(&self.program);
        command.args(&run.arguments);
        self.isolate(&mut command);
        self.connect(&mut command, run)?;
        Ok(command)
    }

    fn isolate(&self, command: &mut Command) {
        command.env_clear().env("HOME", &self.home).env("TZ", "UTC");
        command.env("GONG_CONFIG_DIR", self.home.join("config"));
        command.env("GONG_STATE_DIR", self.home.join("state"));
        if let Some(path) = env::var_os("PATH") {
            command.env("PATH", path);
        }
    }

    fn connect(&self, command: &mut Command, run: &Run) -> Result<()> {
        if let Some(base_url) = &run.base_url {
            command.env("GONG_BASE_URL", base_url);
            command.env("GONG_ACCESS_KEY", "bench").env("GONG_ACCESS_KEY_SECRET", "bench");
            command.env("GONG_REQUESTS_PER_SECOND", "0").env("GONG_REQUESTS_PER_DAY", "0");
        }
        let input = match &run.input {
            None => Stdio::null(),
            Some(text) => {
                let file = self.home.join("input");
                fs::write(&file, text)?;
                Stdio::from(File::open(&file)?)
            }
        };
        command.stdin(input);
        Ok(())
    }
}

fn succeeded(is_success: bool, run: &Run) -> Result<()> {
    if !is_success {
        bail!("`gong {}` failed", run.arguments.join(" "));
    }
    Ok(())
}

fn high_water_mark(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes * 1024)
}
