//! `cargo xtask bench archive`: how fast calls become an archive, how large it is, and how
//! fast it is searched and exported.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Figure, MEBIBYTE, export, mebibytes, search};
use crate::shell;

const CALLS: u64 = 20_000;
const WORDS_A_CALL: u64 = 3_000;
const LEAST_WORDS_A_SECOND: f64 = 500_000.0;
const MOST_MEMORY: u64 = 128 * MEBIBYTE;
const MOST_BYTES_A_BYTE: f64 = 1.2;
/// How much more a word may cost in the whole than in the first calls.
const MOST_GROWTH: f64 = 1.2;

/// The archive stays in the target folder, to be searched and looked at, until the next run.
pub(super) fn measure() -> Result<Vec<Figure>> {
    let folder = shell::target()?.join("bench-archive");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut figures = ingest(&folder)?;
    figures.extend(search::measure(&folder)?);
    figures.extend(export::measure(&folder)?);
    Ok(figures)
}

fn ingest(folder: &Path) -> Result<Vec<Figure>> {
    let arguments = ["bench", "--package", "gong-archive", "--bench", "ingest", "--locked", "--"];
    let mut command = shell::cargo(&arguments);
    command.args([CALLS.to_string(), WORDS_A_CALL.to_string()]).arg(folder);
    let said = shell::output(&mut command)?;
    let last = said.lines().last().context("the measurement said nothing")?;
    let measured: Value = serde_json::from_str(last)?;
    figures(&measured).context("the measurement is not as expected")
}

fn figures(measured: &Value) -> Option<Vec<Figure>> {
    let number = |name: &str| measured[name].as_f64();
    // What other programs do meanwhile makes no word more costly.
    let cost = |sum: &Value| Some(sum["busySeconds"].as_f64()? / sum["words"].as_f64()?);
    let words_a_second = number("words")? / number("seconds")?;
    let peak = measured["peakBytes"].as_u64()?;
    let size = number("databaseBytes")? / number("jsonBytes")?;
    let first = cost(&measured["points"][0])?.midpoint(cost(&measured["again"])?);
    let growth = cost(measured)? / first;
    let millions = number("words")? / 1e6;
    Some(vec![
        Figure {
            what: format!(
                "words a second into the archive, {millions:.0} million of {CALLS} calls"
            ),
            measured: format!("{words_a_second:.0}"),
            target: format!("≥ {LEAST_WORDS_A_SECOND:.0}"),
            is_met: words_a_second >= LEAST_WORDS_A_SECOND,
        },
        Figure {
            what: "peak memory of that".to_owned(),
            measured: mebibytes(peak),
            target: format!("≤ {}", mebibytes(MOST_MEMORY)),
            is_met: peak <= MOST_MEMORY,
        },
        Figure {
            what: "size of the archive, by the JSON text of the transcripts".to_owned(),
            measured: format!("{size:.2}"),
            target: format!("≤ {MOST_BYTES_A_BYTE}"),
            is_met: size <= MOST_BYTES_A_BYTE,
        },
        Figure {
            what: "cost of a word in all calls, by that in the first 2,000".to_owned(),
            measured: format!("{growth:.2}"),
            target: format!("≤ {MOST_GROWTH}"),
            is_met: growth <= MOST_GROWTH,
        },
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_slow_large_or_growing_archive_misses_its_targets() {
        let measured = |seconds: f64, peak: u64, bytes: u64| {
            json!({"words": 60_000_000, "seconds": seconds, "busySeconds": seconds,
                "peakBytes": peak, "jsonBytes": 1000, "databaseBytes": bytes,
                "points": [{"words": 6_000_000, "busySeconds": 8.0}],
                "again": {"words": 3_000_000, "busySeconds": 6.0}})
        };
        let met = |measured| -> Vec<bool> {
            figures(&measured).unwrap().iter().map(|it| it.is_met).collect()
        };
        assert_eq!(met(measured(100.0, MOST_MEMORY, 1200)), [true; 4]);
        assert_eq!(met(measured(130.0, MOST_MEMORY + 1, 1201)), [false; 4]);
        assert!(figures(&json!({})).is_none());
    }
}
