//! Faults in the middle of an export: kills, a full disk, and another export.

use std::{
    cell::Cell,
    collections::HashMap,
    future::{pending, poll_fn},
    io::{BufReader, Read as _, Write as _},
    path::Path,
    pin::pin,
    process::{Child, Command, Stdio},
    task::Poll,
};

use futures_util::future::Either;
use gong_archive::{
    Archive, Error, Export, ExportFormat, ExportPlace, ExportProgress, ExportScope, Filters,
    Partition,
};
use gong_transcript::Formulas;

use super::made::{World, call, files, now, transcript};

/// Tells a process of this test where the archive is and what to do; see [`exports_until_killed`].
const CHILD_VARIABLE: &str = "GONG_ARCHIVE_TEST_EXPORTS";
/// How many exports are killed; another number with this variable.
const KILLS: usize = 40;
const KILLS_VARIABLE: &str = "GONG_EXPORT_KILLS";

fn export(out: &Path, formulas: Formulas) -> Export {
    Export {
        format: ExportFormat::Csv,
        place: ExportPlace::Folder(out.to_owned()),
        partition: Partition::Month,
        filters: Filters::default(),
        scope: ExportScope::Everything,
        may_narrow: false,
        may_take_over: false,
        formulas,
    }
}

/// Run by the tests below in a process of its own: exports defused and raw by turns, for ever or
/// until one fails, which it says. It says `>` whenever it comes further.
#[test]
fn exports_until_killed() {
    let Ok(folder) = std::env::var(CHILD_VARIABLE) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let archive = Archive::open(&Path::new(&folder).join("archive")).unwrap();
    for formulas in [Formulas::Defused, Formulas::Raw].into_iter().cycle() {
        let export = export(&Path::new(&folder).join("out"), formulas);
        let mut tell = |_| {
            std::io::stdout().write_all(b">").unwrap();
            std::io::stdout().flush().unwrap();
        };
        let exported = runtime.block_on(archive.export(&export, now(), &mut tell, pending()));
        if let Err(error) = exported {
            std::fs::write(Path::new(&folder).join("error"), format!("{error:?}")).unwrap();
            return;
        }
    }
}

/// A shell command that becomes a process that exports.
fn exporter(world: &World, before: &str) -> Command {
    let mut command = Command::new("bash");
    let test = std::env::current_exe().unwrap();
    command
        .args([
            "-c",
            &format!(
                "{before} exec \"$0\" --exact export::faults::exports_until_killed --nocapture"
            ),
        ])
        .arg(test)
        .env(CHILD_VARIABLE, world.out().parent().unwrap())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Calls whose texts differ raw and defused, in three months.
fn world() -> World {
    let world = World::new();
    world.keep_all((0..12).map(|at| {
        let id = at.to_string();
        let lines: Vec<String> = (0..600).map(|it| format!("={it} and what was said")).collect();
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        let started = format!("2026-0{}-19T10:30:46Z", 4 + at % 3);
        (call(&id, &started, "=1", &[]), Some(transcript(&id, &texts)))
    }));
    world
}

fn read(out: &Path) -> HashMap<String, Vec<u8>> {
    files(out).into_iter().map(|it| (it.clone(), std::fs::read(out.join(it)).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_export_leaves_each_file_as_it_was_or_as_it_is_to_be() {
    let world = world();
    let kills = std::env::var(KILLS_VARIABLE).map_or(KILLS, |it| it.parse().unwrap());
    let mut whole = Vec::new();
    for formulas in [Formulas::Defused, Formulas::Raw] {
        world.export(&export(&world.out(), formulas)).await.unwrap();
        whole.push(read(&world.out()));
    }
    assert_eq!(whole[0].len(), 9);
    let mut drafts = 0;
    for round in 0..kills {
        let mut child = exporter(&world, "").spawn().unwrap();
        let said = BufReader::with_capacity(1, child.stdout.take().unwrap()).bytes();
        let come_further = said.filter(|it| matches!(it, Ok(b'>')));
        assert_eq!(come_further.take(round % 25 + 1).count(), round % 25 + 1);
        kill(child);
        let found = read(&world.out());
        let (left, done): (Vec<_>, Vec<_>) =
            found.iter().partition(|it| it.0.starts_with(".gong-export-"));
        drafts += usize::from(!left.is_empty());
        assert_eq!(done.len(), 9, "round {round}");
        for (name, bytes) in &done {
            assert!(whole.iter().any(|it| it[*name] == **bytes), "round {round}: {name}");
        }
    }
    assert!(drafts > 0, "kills came in the middle");
    world.export(&export(&world.out(), Formulas::Raw)).await.unwrap();
    assert_eq!(read(&world.out()), whole[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_space_nothing_is_half_written() {
    let world = world();
    world.export(&export(&world.out(), Formulas::Raw)).await.unwrap();
    let before = read(&world.out());
    let folder = world.out().parent().unwrap().to_owned();
    // No file may grow over 100 KiB, as when the disk is full; the archive has its log already.
    let run = exporter(&world, "trap '' XFSZ; ulimit -f 100;").output().unwrap();
    assert!(run.status.success(), "{run:?}");
    let error = std::fs::read_to_string(folder.join("error")).unwrap();
    assert!(error.starts_with("PlaceFull") || error.starts_with("Full"), "{error}");
    let after = read(&world.out());
    assert_eq!(after.len(), before.len());
    for (name, bytes) in after {
        assert!(bytes == before[&name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exports_do_not_write_to_one_folder_at_once() {
    let world = world();
    let first = world.archive();
    let wanted = export(&world.out(), Formulas::Raw);
    let mut refused = 0;
    let mut progress = Vec::new();
    let whole = first
        .export(
            &wanted,
            now(),
            &mut |it| {
                progress.push(it);
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let second = std::thread::scope(|scope| {
                    let archive = world.archive();
                    let export = &wanted;
                    let run = move || {
                        runtime.block_on(archive.export(export, now(), &mut |_| {}, pending()))
                    };
                    scope.spawn(run).join().unwrap()
                });
                assert!(matches!(second, Err(Error::PlaceTaken { .. })), "{second:?}");
                refused += 1;
            },
            pending(),
        )
        .await
        .unwrap();
    assert!(refused > 0);
    let last = progress.last().unwrap();
    assert_eq!((last.done, last.files, last.rows), (whole.written, whole.written, whole.rows));
    world.export(&wanted).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_given_up_leaves_nothing() {
    let world = world();
    let wanted = export(&world.out(), Formulas::Raw);
    for is_dropped in [true, false] {
        let archive = world.archive();
        let n_done = Cell::new(0);
        let mut count = |it: ExportProgress| n_done.set(it.done);
        let enough = poll_fn(|_| if n_done.get() < 3 { Poll::Pending } else { Poll::Ready(()) });
        if is_dropped {
            let exporting = pin!(archive.export(&wanted, now(), &mut count, pending()));
            let ended = futures_util::future::select(exporting, enough).await;
            assert!(matches!(ended, Either::Right(_)), "it was given up");
        } else {
            let stopped = archive.export(&wanted, now(), &mut count, enough).await;
            assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
        }
        assert!(files(&world.out()).is_empty());
    }
}
