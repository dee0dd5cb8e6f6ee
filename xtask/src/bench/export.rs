//! The last part of `cargo xtask bench archive`: how long exports of what the first one made take, and
//! how much memory.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Figure, MEBIBYTE, mebibytes};
use crate::shell;

/// A file a call, a line a call, and tables with a row for each sentence. With each the least rows a
/// second: an hour for a company with a million calls.
const FORMATS: [(&str, f64); 4] =
    [("md", 300.0), ("jsonl", 300.0), ("csv", 100_000.0), ("parquet", 100_000.0)];
const MOST_MEMORY: u64 = 128 * MEBIBYTE;

/// Exports the archive in `folder` into folders that are thrown away.
pub(super) fn measure(folder: &Path) -> Result<Vec<Figure>> {
    let mut all = Vec::new();
    for (format, least) in FORMATS {
        let arguments =
            ["bench", "--package", "gong-archive", "--bench", "export", "--locked", "--"];
        let mut command = shell::cargo(&arguments);
        // A process for each: the peak of memory is that of all a process did.
        let said = shell::output(command.arg(folder).arg(format))?;
        let last = said.lines().last().context("the measurement said nothing")?;
        let measured: Value = serde_json::from_str(last)?;
        all.extend(figures(&measured, least).context("the measurement is not as expected")?);
    }
    Ok(all)
}

fn figures(measured: &Value, least: f64) -> Option<[Figure; 2]> {
    let (format, n_calls) = (measured["format"].as_str()?, measured["calls"].as_u64()?);
    let rows = measured["rows"].as_f64()?;
    let seconds = measured["seconds"].as_f64()?;
    let peak = measured["peakBytes"].as_u64()?;
    Some([
        Figure {
            what: format!("rows a second as {format}, {rows} of {n_calls} calls"),
            measured: format!("{:.0}, in {seconds:.1} s", rows / seconds),
            target: format!("≥ {least}"),
            is_met: rows >= least * seconds,
        },
        Figure {
            what: "peak memory of that".to_owned(),
            measured: mebibytes(peak),
            target: format!("≤ {}", mebibytes(MOST_MEMORY)),
            is_met: peak <= MOST_MEMORY,
        },
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_slow_or_large_export_misses_its_targets() {
        let met = |seconds: f64, peak: u64| {
            let measured = json!({"format": "csv", "calls": 20_000, "rows": 6_000_000,
                "seconds": seconds, "peakBytes": peak});
            figures(&measured, 100_000.0).unwrap().map(|it| it.is_met)
        };
        assert_eq!(met(60.0, MOST_MEMORY), [true; 2]);
        assert_eq!(met(60.1, MOST_MEMORY + 1), [false; 2]);
        assert!(figures(&json!({}), 1.0).is_none());
    }
}
