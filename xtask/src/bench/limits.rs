//! Measures that the limits hold: a million requests in virtual time, and ten real seconds with three
//! processes against a sandbox that counts.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{Figure, gong::Gong};
use crate::shell;

const SECONDS: u64 = 10;
const PROCESSES: usize = 3;

/// Fewer requests would not come near the limit of three a second, and prove nothing.
const LEAST: u64 = 18;

/// Sends 9,000 requests in the usual run of the tests, and a million here.
const VIRTUAL_TEST: &str = "limits::three_clients_are_never_over_by_any_reading";

pub(super) fn measure() -> Result<Vec<Figure>> {
    Ok(vec![virtual_time()?, real_time()?])
}

fn virtual_time() -> Result<Figure> {
    let arguments = ["test", "--release", "--package", "gong-client", "--test", "it", "--locked"];
    let mut command = shell::cargo(&arguments);
    command.args(["--", "--exact", VIRTUAL_TEST]).env("GONG_FULL", "1");
    let said = shell::output(&mut command)?;
    print!("{said}");
    // A test by another name would pass without having run.
    if !said.contains("test result: ok. 1 passed") {
        bail!("there is no test {VIRTUAL_TEST} in gong-client");
    }
    Ok(Figure {
        what: "requests over the limit, of 1,000,000 in virtual time".to_owned(),
        measured: "0".to_owned(),
        target: "0".to_owned(),
        is_met: true,
    })
}

fn real_time() -> Result<Figure> {
    let gong = Gong::find()?;
    let (sandbox, address) = serve(&gong)?;
    let sandbox = Stopped(sandbox);
    let end = Instant::now() + Duration::from_secs(SECONDS);
    thread::scope(|scope| {
        let workers: Vec<_> =
            (0..PROCESSES).map(|_| scope.spawn(|| ask_until(end, &gong, &address))).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(outcome) => outcome,
            Err(_) => bail!("a worker panicked"),
        })
    })?;
    let log: Value = serde_json::from_str(&fetch(&address, "/sandbox/log")?)?;
    drop(sandbox);
    let Count { requests, over } = Count::of(&log).context("the log is not as expected")?;
    if requests < LEAST {
        bail!("only {requests} requests in {SECONDS} seconds: too few to tell");
    }
    Ok(Figure {
        what: format!(
            "requests over the limit, of {requests} in {SECONDS} real seconds by {PROCESSES} \
             processes"
        ),
        measured: over.to_string(),
        target: "0".to_owned(),
        is_met: over == 0,
    })
}

/// What the sandbox counted.
#[derive(Debug, PartialEq)]
struct Count {
    requests: u64,
    /// Those that any reading of the limit, or the sandbox itself, calls too many.
    over: u64,
}

impl Count {
    fn of(log: &Value) -> Option<Self> {
        let readings = log["overLimit"].as_object()?;
        let counted: Vec<_> = readings.values().map(Value::as_u64).collect::<Option<_>>()?;
        let entries = log["entries"].as_array()?;
        let refused = entries.iter().filter(|entry| entry["status"] == 429).count();
        let refused = u64::try_from(refused).ok()?;
        let over = counted.into_iter().max()?.max(refused);
        Some(Self { requests: log["requests"].as_u64()?, over })
    }
}

/// A process that is stopped when it is not needed any more, also after an error.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // It may have ended on its own.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(gong: &Gong) -> Result<(Child, String)> {
    let mut command =
        gong.command(&["sandbox", "serve", "--port", "0", "--limit-reading", "sliding"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let output = child.stdout.take().context("the output is not piped")?;
    for line in BufReader::new(output).lines() {
        if let Some((_, rest)) = line?.split_once("http://") {
            let is_end = |letter: char| letter != '.' && letter != ':' && !letter.is_ascii_digit();
            let address = rest.split(is_end).next().unwrap_or_default().to_owned();
            return Ok((child, address));
        }
    }
    bail!("the sandbox did not say where it is");
}

/// Runs one short command after another, as a careless script would.
fn ask_until(end: Instant, gong: &Gong, address: &str) -> Result<()> {
    while Instant::now() < end {
        let mut command = gong.command(&["workspaces", "list", "-o", "jsonl"]);
        command.env("GONG_BASE_URL", format!("http://{address}"));
        command.env("GONG_ACCESS_KEY", "bench").env("GONG_ACCESS_KEY_SECRET", "bench");
        let status = command.stdout(Stdio::null()).status()?;
        if !status.success() {
            bail!("`gong workspaces list` ended with {status}");
        }
    }
    Ok(())
}

fn fetch(address: &str, path: &str) -> Result<String> {
    let mut connection = TcpStream::connect(address)?;
    write!(connection, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without an end of head")?;
    if !head.starts_with("HTTP/1.1 200") || head.to_ascii_lowercase().contains("chunked") {
        bail!("the sandbox answered {}", head.lines().next().unwrap_or_default());
    }
    Ok(body.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_worst_count_of_the_log_counts() {
        let log = |sliding: u64, status: u64| {
            json!({
                "requests": 2,
                "overLimit": {"sliding": sliding, "second": 0, "bucket": 0},
                "entries": [{"status": 200}, {"status": status}],
            })
        };
        let over = |log: Value| Count::of(&log).map(|count| count.over);
        assert_eq!(Count::of(&log(0, 200)), Some(Count { requests: 2, over: 0 }));
        assert_eq!((over(log(0, 429)), over(log(3, 200))), (Some(1), Some(3)));
        assert_eq!(over(json!([])), None);
    }
}
