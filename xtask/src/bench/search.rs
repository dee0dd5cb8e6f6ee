//! The second part of `cargo xtask bench archive`: how long searches take in what the first one made.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{Figure, gong::Gong};
use crate::shell;

const MOST_P50: f64 = 10.0;
const MOST_P99: f64 = 80.0;
/// How many times as long ripgrep takes for a rare word, at the least.
const LEAST_TIMES: f64 = 5.0;
/// How often each program is run for each word; the middle time counts.
const RUNS: usize = 3;

/// Searches the archive in `folder`, and the same text with ripgrep if there is one.
pub(super) fn measure(folder: &Path) -> Result<Vec<Figure>> {
    let text = folder.with_extension("jsonl");
    let arguments = ["bench", "--package", "gong-archive", "--bench", "search", "--locked", "--"];
    let mut command = shell::cargo(&arguments);
    let said = shell::output(command.arg(folder).arg(&text))?;
    let last = said.lines().last().context("the measurement said nothing")?;
    let measured: Value = serde_json::from_str(last)?;
    println!("{}", measured["p50OfKinds"]);
    let mut figures = figures(&measured).context("the measurement is not as expected")?;
    if shell::has("rg") {
        let words = measured["rareWords"].as_array().context("there are no rare words")?;
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        figures.push(against_ripgrep(folder, &text, &words)?);
    } else {
        println!("not compared with ripgrep: there is no `rg` here");
    }
    Ok(figures)
}

fn figures(measured: &Value) -> Option<Vec<Figure>> {
    let n_searches = measured["searches"].as_u64()?;
    let figure = |what: &str, name: &str, most: f64| {
        let millis = measured[name].as_f64()?;
        Some(Figure {
            what: format!("{what} of {n_searches} searches"),
            measured: format!("{millis:.1} ms"),
            target: format!("≤ {most} ms"),
            is_met: millis <= most,
        })
    };
    Some(vec![figure("median", "p50", MOST_P50)?, figure("99th percentile", "p99", MOST_P99)?])
}

/// Whole process against whole process.
fn against_ripgrep(folder: &Path, text: &Path, words: &[&str]) -> Result<Figure> {
    let gong = Gong::find()?;
    let parent = folder.parent().context("the archive is in no folder")?;
    let name = folder.file_name().and_then(|it| it.to_str()).context("the folder has no name")?;
    let (mut ours, mut theirs) = (0.0, 0.0);
    for word in words {
        ours += median_millis(|| {
            let mut command = gong.command(&["--profile", name, "search", word, "-o", "jsonl"]);
            command.env("GONG_DATA_DIR", parent);
            command
        })?;
        theirs += median_millis(|| {
            let mut command = Command::new("rg");
            command.args(["--no-config", "--ignore-case", "--count", word]).arg(text);
            command
        })?;
    }
    let times = theirs / ours;
    Ok(Figure {
        what: format!("ripgrep over the same text as JSON Lines, by gong, {} words", words.len()),
        measured: format!("{times:.1} times as long"),
        target: format!("≥ {LEAST_TIMES} times"),
        is_met: times >= LEAST_TIMES,
    })
}

fn median_millis(command: impl Fn() -> Command) -> Result<f64> {
    let mut millis = Vec::new();
    for _ in 0..RUNS {
        let mut command = command();
        let begin = Instant::now();
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        millis.push(begin.elapsed().as_secs_f64() * 1e3);
        if !status.success() {
            bail!("`{command:?}` failed");
        }
    }
    millis.sort_by(f64::total_cmp);
    Ok(millis[RUNS / 2])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_slow_search_misses_its_targets() {
        let met = |p50: f64, p99: f64| -> Vec<bool> {
            let measured = json!({ "searches": 200, "p50": p50, "p99": p99 });
            figures(&measured).unwrap().iter().map(|it| it.is_met).collect()
        };
        assert_eq!(met(10.0, 80.0), [true; 2]);
        assert_eq!(met(10.1, 80.1), [false; 2]);
        assert!(figures(&json!({})).is_none());
    }
}
