//! Measures how fast an archive is exported, and how much memory that takes: `cargo xtask bench
//! archive` runs it over what it made, and reads the line of JSON that it writes for a format.
//!
//! `cargo bench -p gong-archive --bench export -- FOLDER OF THE ARCHIVE [FORMAT]`: each format, or this
//! one, into a folder that is thrown away. The peak of memory is that of all formats up to then.

use std::{
    error::Error,
    fs,
    future::pending,
    io::{self, Write as _},
    path::Path,
    time::Instant,
};

use gong_archive::{Archive, Export, ExportFormat, ExportPlace, ExportScope, Filters, Partition};
use gong_transcript::Formulas;
use jiff::Timestamp;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, args): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|it| it.starts_with("--"));
    if !flags.iter().any(|it| it == "--bench") {
        // Built with the tests, and started among them.
        return Ok(());
    }
    let folder = args.first().ok_or("say which archive")?;
    let archive = Archive::open(Path::new(folder))?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for &format in ExportFormat::ALL {
        if args.get(1).is_some_and(|it| it != format.as_str()) {
            continue;
        }
        let out = tempfile::tempdir_in(folder)?;
        let now: Timestamp = "2026-06-01T12:00:00Z".parse()?;
        let export = Export {
            format,
            place: ExportPlace::Folder(out.path().to_owned()),
            partition: Partition::None,
            filters: Filters::default(),
            scope: ExportScope::Everything,
            may_narrow: false,
            may_take_over: false,
            formulas: Formulas::default(),
        };
        let begin = Instant::now();
        let mut progress = |_| {};
        let exporting = archive.export(&export, now, &mut progress, pending());
        let exported = runtime.block_on(exporting)?;
        let figures = json!({
            "format": format.as_str(),
            "calls": exported.calls,
            "rows": exported.rows,
            "bytes": exported.bytes,
            "seconds": begin.elapsed().as_secs_f64(),
            "peakBytes": peak()?,
        });
        writeln!(io::stdout(), "{figures}")?;
    }
    Ok(())
}

/// The most memory that this process had, in bytes.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kibibytes.ok_or("the system does not tell the peak of memory")?.trim().parse::<u64>()?
        * 1024)
}
