//! Exports read by other implementations: two for tables, one for front matter.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use gong_archive::{ExportFormat, Partition};
use serde::Deserialize;
use serde_json::Value;

use super::made::{World, call, transcript};

/// What is installed, once for each build folder.
const PACKAGES: &[&str] = &["pyarrow", "duckdb", "pyyaml"];
/// How long the installation may take, in seconds.
const PATIENCE: &str = "240";

/// What the script found; see `readback.py`.
#[derive(Debug, Deserialize)]
struct Found {
    tables: BTreeMap<String, Table>,
    /// Milliseconds since 1970.
    started: BTreeMap<String, i64>,
    characters: usize,
    titles: BTreeMap<String, Option<String>>,
}

#[derive(Debug, Deserialize)]
struct Table {
    rows: usize,
    ids: Vec<String>,
}

/// A Python with the packages, or why there is none.
fn python() -> Result<PathBuf, &'static str> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = target.join("readback");
    let python = folder.join("bin/python");
    let imports = |python: &Path| {
        run(Command::new(python).args(["-c", "import pyarrow.parquet, duckdb, yaml"]))
    };
    if imports(&python) {
        return Ok(python);
    }
    // Another name first, so that half an installation is never taken for one.
    let mut steps = Command::new("timeout");
    let script = format!(
        "rm -rf '{0}'; python3 -m venv '{0}' && '{0}/bin/python' -m pip install \
         --disable-pip-version-check --only-binary :all: --retries 1 {1}",
        folder.display(),
        PACKAGES.join(" ")
    );
    if !run(steps.args([PATIENCE, "sh", "-c", &script])) {
        return Err("pyarrow and DuckDB could not be installed");
    }
    if imports(&python) { Ok(python) } else { Err("pyarrow and DuckDB could not be imported") }
}

fn run(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|it| it.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn other_implementations_read_the_same() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => {
            // Past the test runner, which would keep it to itself.
            writeln!(std::io::stderr(), "skipped: exports read by others: {reason}").unwrap();
            return;
        }
    };
    let mut world = World::of_company(30).await;
    let longest = "18446744073709551615";
    let title = "\"Quoted\": 'x' # no\u{85}\u{2028}comment\u{7f}\\ \u{1f600} - {a: [b]} %\t|";
    world.keep(
        &call(longest, "1999-12-31T23:59:59.999Z", title, &[]),
        Some(&transcript(longest, &["Ein Satz.", "価格\u{0}"])),
    );
    world.calls.push(longest.to_owned());
    world.exported(ExportFormat::Parquet, Partition::Month).await;
    world.exported(ExportFormat::Markdown, Partition::Month).await;

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readback.py");
    let run = Command::new(python).arg(script).arg(world.out()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let found: Found = serde_json::from_slice(&run.stdout).unwrap();

    let archive = world.archive();
    let (mut parties, mut sentences, mut characters) = (0, 0, 0);
    for id in &world.calls {
        let call: Value =
            serde_json::from_str(&archive.text("calls", id).unwrap().unwrap()).unwrap();
        parties += call["parties"].as_array().map_or(0, Vec::len);
        let started: jiff::Timestamp =
            call["metaData"]["started"].as_str().unwrap().parse().unwrap();
        assert_eq!(found.started[id], started.as_millisecond());
        assert_eq!(found.titles[id].as_deref(), call["metaData"]["title"].as_str());
        let transcript = archive.text("transcripts", id).unwrap();
        let transcript: Value =
            serde_json::from_str(transcript.as_deref().unwrap_or("{}")).unwrap();
        for monologue in transcript["transcript"].as_array().into_iter().flatten() {
            for sentence in monologue["sentences"].as_array().into_iter().flatten() {
                sentences += 1;
                characters += sentence["text"].as_str().unwrap().chars().count();
            }
        }
    }
    world.calls.sort();
    assert_eq!(found.tables["calls"].ids, world.calls);
    let rows = |name: &str| found.tables[name].rows;
    assert_eq!(rows("calls"), world.calls.len());
    assert_eq!(rows("parties"), parties);
    assert_eq!(rows("sentences"), sentences);
    assert_eq!(found.characters, characters);
}
