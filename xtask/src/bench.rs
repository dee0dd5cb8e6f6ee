//! `cargo xtask bench`: measures the release build against its targets.

use std::fs;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::shell;

mod archive;
mod crash;
mod export;
mod gong;
mod limits;
mod media;
mod rival;
mod search;
mod server;

use gong::{Gong, Run};
use server::Server;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure this instead of speed and memory
    what: Option<What>,
    /// Measure the release build that is there, whatever has changed since
    #[arg(long)]
    built: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// That no sync that is killed loses anything, and that syncs catch up with whatever happens
    Crash,
    /// How fast calls become an archive, how large it is, and how fast it is searched and exported
    Archive,
    /// That no limit is ever exceeded, in a million virtual requests and in ten real seconds
    Limits,
    /// That memory stays flat while a recording of 1.5 GB goes up and down
    Media,
}

/// A figure with its target.
#[derive(Debug)]
struct Figure {
    what: String,
    measured: String,
    target: String,
    is_met: bool,
}

const MEBIBYTE: u64 = 1024 * 1024;

pub(crate) fn run(args: &Args) -> Result<()> {
    if !args.built {
        let build = ["build", "--release", "--package", "gong-cli", "--locked"];
        shell::run(&mut shell::cargo(&build))?;
    }
    let figures = match args.what {
        None => speed_and_memory()?,
        Some(What::Crash) => crash::measure()?,
        Some(What::Archive) => archive::measure()?,
        Some(What::Limits) => limits::measure()?,
        Some(What::Media) => media::measure()?,
    };
    println!("\n{}", table(&figures));
    match figures.iter().filter(|figure| !figure.is_met).count() {
        0 => Ok(()),
        count => bail!("{count} of {} targets are missed", figures.len()),
    }
}

fn speed_and_memory() -> Result<Vec<Figure>> {
    let gong = Gong::find()?;
    let mut figures = vec![size(&gong)?];
    figures.extend(startup(&gong)?);
    figures.extend(listing(&gong)?);
    figures.push(transcripts(&gong)?);
    Ok(figures)
}

fn size(gong: &Gong) -> Result<Figure> {
    let bytes = fs::metadata(&gong.program)?.len();
    Ok(Figure {
        what: "size of the release binary".to_owned(),
        measured: mebibytes(bytes),
        target: "≤ 16 MiB".to_owned(),
        is_met: bytes <= 16 * MEBIBYTE,
    })
}

fn startup(gong: &Gong) -> Result<Vec<Figure>> {
    let run = Run::of(&["--version"]);
    let millis = gong.median_millis(&run, 50)?;
    let peak = gong.peak_memory(&run)?;
    Ok(vec![
        Figure {
            what: "start of `gong --version`, median of 50".to_owned(),
            measured: format!("{millis:.2} ms"),
            target: "≤ 5 ms".to_owned(),
            is_met: millis <= 5.0,
        },
        Figure {
            what: "its peak memory".to_owned(),
            measured: mebibytes(peak),
            target: "≤ 12 MiB".to_owned(),
            is_met: peak <= 12 * MEBIBYTE,
        },
    ])
}

fn listing(gong: &Gong) -> Result<Vec<Figure>> {
    let mut run =
        Run::of(&["calls", "list", "--from", "2025-01-01", "--to", "2025-06-30", "-o", "jsonl"]);
    let server = Server::start(10_000)?;
    run.base_url = Some(server.base_url());
    expect("lines of 10,000 calls", gong.lines(&run)?, 10_000)?;
    expect("requests for 10,000 calls", server.take_requests(), 100)?;
    let millis = gong.median_millis(&run, 15)?;
    let small_peak = gong.peak_memory(&run)?;
    let mut figures = vec![Figure {
        what: "list of 10,000 calls as JSON Lines, median of 15".to_owned(),
        measured: format!("{millis:.1} ms"),
        target: "≤ 70 ms".to_owned(),
        is_met: millis <= 70.0,
    }];
    match rival::millis(&server.base_url())? {
        Some(loop_millis) => figures.push(Figure {
            what: "the same as a loop of curl and jq".to_owned(),
            measured: format!("{loop_millis:.0} ms, {:.0} times as long", loop_millis / millis),
            target: "≥ 60 times as long".to_owned(),
            is_met: loop_millis >= 60.0 * millis,
        }),
        None => println!("curl, jq, or bash is missing: no loop to compare with"),
    }
    drop(server);

    let server = Server::start(1_000_000)?;
    run.base_url = Some(server.base_url());
    let large_peak = gong.peak_memory(&run)?;
    expect("requests for 1,000,000 calls", server.take_requests(), 10_000)?;
    figures.push(Figure {
        what: "peak memory for 10,000 calls".to_owned(),
        measured: mebibytes(small_peak),
        target: "≤ 32 MiB".to_owned(),
        is_met: small_peak <= 32 * MEBIBYTE,
    });
    figures.push(Figure {
        what: "peak memory for 1,000,000 calls".to_owned(),
        measured: mebibytes(large_peak),
        target: "≤ 32 MiB, and ≤ 1.2 times that for 10,000".to_owned(),
        is_met: large_peak <= 32 * MEBIBYTE && large_peak * 10 <= small_peak * 12,
    });
    Ok(figures)
}

fn transcripts(gong: &Gong) -> Result<Figure> {
    let server = Server::start(10_000)?;
    let mut run = Run::of(&["calls", "transcript", "-", "-o", "jsonl"]);
    run.base_url = Some(server.base_url());
    let ids: Vec<_> = server::ids(10_000).map(|id| id.to_string()).collect();
    run.input = Some(ids.join("\n"));
    let lines = gong.lines(&run)?;
    expect("sentences of 10,000 calls", lines, 10_000 * server::SENTENCES)?;
    let requests = server.take_requests();
    Ok(Figure {
        what: "requests for the transcripts of 10,000 calls, with names".to_owned(),
        measured: requests.to_string(),
        target: "200".to_owned(),
        is_met: requests == 200,
    })
}

/// A measurement of the wrong thing is worse than none.
fn expect(what: &str, found: u64, wanted: u64) -> Result<()> {
    if found != wanted {
        bail!("{what}: {found}, expected {wanted}");
    }
    Ok(())
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes * 10 / MEBIBYTE;
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

fn table(figures: &[Figure]) -> String {
    let mut rows =
        vec!["| what | measured | target | |".to_owned(), "|---|---|---|---|".to_owned()];
    rows.extend(figures.iter().map(|Figure { what, measured, target, is_met }| {
        let verdict = if *is_met { "ok" } else { "over" };
        format!("| {what} | {measured} | {target} | {verdict} |")
    }));
    rows.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_a_row_that_says_whether_it_is_met() {
        let figure = |is_met| Figure {
            what: "size".to_owned(),
            measured: mebibytes(17 * MEBIBYTE / 2),
            target: "≤ 16 MiB".to_owned(),
            is_met,
        };
        let table = table(&[figure(true), figure(false)]);
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            ["| size | 8.5 MiB | ≤ 16 MiB | ok |", "| size | 8.5 MiB | ≤ 16 MiB | over |"]
        );
    }

    #[test]
    fn a_measurement_of_the_wrong_thing_is_an_error() {
        assert!(expect("lines", 10, 10).is_ok());
        assert_eq!(expect("lines", 9, 10).unwrap_err().to_string(), "lines: 9, expected 10");
    }
}
