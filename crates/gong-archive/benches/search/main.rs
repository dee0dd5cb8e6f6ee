//! Measures how long searches take: `cargo xtask bench archive` runs it over what it made, and reads
//! the line of JSON that it writes.
//!
//! `cargo bench -p gong-archive --bench search -- FOLDER [FILE]`: the folder of an archive, and a file
//! for the text of its transcripts as JSON Lines.

mod mix;

use std::{
    collections::BTreeMap,
    error::Error,
    fs::File,
    io::{self, BufWriter, Write as _},
    ops::ControlFlow,
    path::Path,
    time::{Duration, Instant},
};

use gong_archive::{Archive, Filters, Search, SqlLimits};
use serde_json::json;

use mix::Mix;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo says what it runs: not for us.
    let args: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let folder = args.first().ok_or("say in which folder the archive is")?;
    let archive = Archive::open(Path::new(folder))?;
    if let Some(file) = args.get(1) {
        write_text(&archive, Path::new(file))?;
    }
    let mix = Mix::of(&archive)?;
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut n_found = 0;
    for (kind, words, filters) in mix.searches() {
        let search = Search { words, filters, limit: 20, context: 0 };
        let begin = Instant::now();
        let found = archive.search(&search)?;
        times.entry(kind).or_default().push(begin.elapsed());
        n_found += usize::from(!found.hits.is_empty());
    }
    let mut all: Vec<Duration> = times.values().flatten().copied().collect();
    let n_searches = all.len();
    let kinds: BTreeMap<&str, f64> =
        times.iter_mut().map(|(kind, times)| (*kind, percentile(times, 50))).collect();
    let figures = json!({
        "searches": n_searches,
        "found": n_found,
        "p50": percentile(&mut all, 50),
        "p99": percentile(&mut all, 99),
        "p50OfKinds": kinds,
        "rareWords": mix.rare(),
    });
    writeln!(io::stdout(), "{figures}")?;
    Ok(())
}

/// The time that so many of a hundred do not exceed, in milliseconds.
fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() * percent).div_ceil(100) - 1].as_secs_f64() * 1e3
}

/// Gong's own text of every transcript, one a line.
fn write_text(archive: &Archive, file: &Path) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(file)?);
    for id in Filters::default().calls(archive)? {
        if let Some(text) = archive.text("transcripts", &id)? {
            writeln!(out, "{text}")?;
        }
    }
    out.flush()?;
    Ok(())
}

/// What a statement gives in its only column.
fn texts(archive: &Archive, statement: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let limits = SqlLimits { time: Duration::from_mins(1), ..SqlLimits::default() };
    let mut texts = Vec::new();
    archive.sql(statement, &limits, |row| {
        texts.extend(row.values().filter_map(|it| it.as_str().map(str::to_owned)));
        ControlFlow::Continue(())
    })?;
    Ok(texts)
}
