//! The third part of `cargo xtask bench archive`: how long exports of what the first one made take.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Figure, MEBIBYTE, mebibytes};
use crate::shell;

/// A table of text, a compressed table, and a file a call.
const FORMATS: [&str; 3] = ["csv", "parquet", "md"];
const LEAST_WORDS_A_SECOND: f64 = 500_000.0;
const MOST_MEMORY: u64 = 128 * MEBIBYTE;

/// Exports the archive in `folder`, which holds so many words.
pub(super) fn measure(folder: &Path, n_words: u64) -> Result<Vec<Figure>> {
    let mut all = Vec::new();
    for format in FORMATS {
        let arguments =
            ["bench", "--package", "gong-archive", "--bench", "export", "--locked", "--"];
        let mut command = shell::cargo(&arguments);
        // A process for each: the peak of memory is that of a process.
        let said = shell::output(command.arg(folder).arg(format))?;
        let last = said.lines().last().context("the measurement said nothing")?;
        let measured: Value = serde_json::from_str(last)?;
        all.extend(figures(&measured, n_words).context("the measurement is not as expected")?);
    }
    Ok(all)
}
