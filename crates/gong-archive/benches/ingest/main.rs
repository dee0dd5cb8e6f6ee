//! Measures how fast pages of calls and transcripts become an archive: `cargo xtask bench archive`
//! runs it, and reads the line of JSON that it writes.
//!
//! `cargo bench -p gong-archive --bench ingest -- [CALLS] [WORDS A CALL] [FOLDER]`: with a folder the
//! archive stays there.

mod pages;

use std::{
    error::Error,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use gong_archive::{Archive, Writer};
use gong_types::{Answer as _, CallDetails, CallTranscript, Page};
use jiff::Timestamp;
use pages::Pages;
use serde_json::json;

/// As many as Gong sends at once.
const PAGE: u64 = 100;
/// Where the cost of a word is noted first; it must not have grown at the end.
const FEW: u64 = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, args): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|it| it.starts_with("--"));
    if !flags.iter().any(|it| it == "--bench") {
        // Built with the tests, and started among them.
        return Ok(());
    }
    let number = |place: usize, default: u64| args.get(place).map_or(Ok(default), |it| it.parse());
    let (n_calls, n_words) = (number(0, 20_000)?, number(1, 3_000)?);
    let temporary = tempfile::tempdir()?;
    let folder = args.get(2).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let mut figures = ingest(&folder, n_calls, n_words)?;
    // The machine may have become faster or slower meanwhile, and the archive is not to blame for it.
    let again = tempfile::tempdir()?;
    figures["again"] = ingest(again.path(), FEW.min(n_calls), n_words)?;
    writeln!(io::stdout(), "{figures}")?;
    Ok(())
}

/// What was written so far, and how long it took.
#[derive(Clone, Copy, Default)]
struct Sum {
    n_words: u64,
    json_bytes: u64,
    time: Duration,
    /// Of this thread on a processor, in nanoseconds: what others do there does not count.
    busy: u64,
}

fn ingest(folder: &Path, n_calls: u64, n_words: u64) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut pages = Pages::new(n_words);
    let mut sum = Sum::default();
    let mut points = Vec::new();
    let mut writer = Writer::open(folder)?;
    let mut n_done = 0;
    while n_done < n_calls {
        let size = PAGE.min(n_calls - n_done);
        let page = pages.next(n_done..n_done + size);
        n_done += size;
        sum.n_words += page.n_words;
        sum.json_bytes += u64::try_from(page.transcripts.len())?;
        let (begin, was_busy) = (Instant::now(), busy()?);
        write(&mut writer, &page)?;
        sum.time += begin.elapsed();
        sum.busy += busy()? - was_busy;
        if n_done % FEW == 0 {
            points.push(sum);
            let nanos = sum.time.as_secs_f64() * 1e9 / exact(sum.n_words);
            let busy = exact(sum.busy) / exact(sum.n_words);
            writeln!(io::stderr(), "{n_done} calls, {nanos:.0} ns a word, {busy:.0} busy")?;
        }
    }
    let begin = Instant::now();
    drop(writer);
    sum.time += begin.elapsed();
    let database = fs::metadata(Archive::open(folder)?.path())?.len();
    Ok(json!({
        "calls": n_calls,
        "words": sum.n_words,
        "jsonBytes": sum.json_bytes,
        "databaseBytes": database,
        "peakBytes": peak()?,
        "seconds": sum.time.as_secs_f64(),
        "busySeconds": exact(sum.busy) / 1e9,
        "points": points.iter().map(|point| json!({
            "words": point.n_words, "busySeconds": exact(point.busy) / 1e9,
        })).collect::<Vec<_>>(),
    }))
}

/// What a sync does with a page: the calls, then what was said in them.
fn write(writer: &mut Writer, page: &pages::Made) -> Result<(), Box<dyn Error>> {
    let now: Timestamp = "2026-06-01T12:00:00Z".parse()?;
    let calls = Page::<CallDetails>::decode(&page.calls, Some("calls"))?;
    let mut batch = writer.batch()?;
    for call in &calls.items {
        batch.call(call, now)?;
    }
    batch.commit()?;
    let transcripts = Page::<CallTranscript>::decode(&page.transcripts, Some("callTranscripts"))?;
    let mut batch = writer.batch()?;
    for transcript in &transcripts.items {
        batch.transcript(transcript, now)?;
    }
    batch.commit()?;
    Ok(())
}

fn busy() -> Result<u64, Box<dyn Error>> {
    let spent = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(spent.split(' ').next().unwrap_or_default().parse()?)
}

/// The most memory that this process had, in bytes.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kibibytes.ok_or("the system does not tell the peak of memory")?.trim().parse::<u64>()?
        * 1024)
}

/// Counts of this size are whole in a float.
fn exact(count: u64) -> f64 {
    let high = u32::try_from(count >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(count & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}
