//! Places that two archives export to, and files that somebody changed there.

use gong_archive::{Error, Export, ExportFormat, ExportPlace, ExportScope, Partition};

use super::{
    made::{World, all_files, call, files, transcript},
    read::table,
};

/// Two calls of two months, one of which is this.
fn world(month: &str) -> World {
    let world = World::new();
    world.keep(&call("1", "2026-05-19T10:30:46Z", "One", &[]), Some(&transcript("1", &["Hello."])));
    world.keep(&call("2", &format!("{month}-01T10:30:46Z"), "Two", &[]), None);
    world
}

/// An export of one world to the folder of another.
fn to(folder: &World, world: &World, format: ExportFormat) -> Export {
    Export {
        place: ExportPlace::Folder(folder.out()),
        scope: ExportScope::SinceLast,
        ..world.whole(format, Partition::Month)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_archive_replaces_nothing_unasked_and_then_all_tables() {
    for &format in ExportFormat::ALL {
        let (ours, theirs) = (world("2026-06"), world("2026-07"));
        let (our_export, their_export) = (to(&ours, &ours, format), to(&ours, &theirs, format));
        ours.export(&our_export).await.unwrap();
        std::fs::write(ours.out().join("notes.csv"), "mine").unwrap();
        let before = all_files(&ours.out());
        for error in [
            theirs.export(&their_export).await.unwrap_err(),
            theirs.archive().would_export(&their_export).await.unwrap_err(),
        ] {
            assert!(matches!(error, Error::OthersPlace { .. }), "{error:?}");
        }
        assert_eq!(all_files(&ours.out()), before);
        assert_eq!(ours.export(&our_export).await.unwrap().written, 0, "nothing was noted");

        let taking = Export { may_take_over: true, ..their_export.clone() };
        let told = theirs.archive().would_export(&taking).await.unwrap();
        let taken = theirs.export(&taking).await.unwrap();
        assert_eq!((told.written, told.removed), (taken.written, taken.removed));
        let is_there = |name: &str| files(&ours.out()).iter().any(|it| it.contains(name));
        assert!(is_there("month=2026-07") && is_there("notes.csv"));
        // A Markdown file is a thing of its own.
        assert_eq!(is_there("month=2026-06"), format == ExportFormat::Markdown);
        assert_eq!(theirs.export(&their_export).await.unwrap().written, 0, "it is theirs now");

        let error = ours.export(&our_export).await.unwrap_err();
        assert!(matches!(error, Error::OthersPlace { .. }), "{error:?}");
        let taking = Export { may_take_over: true, ..our_export };
        let taken = ours.export(&taking).await.unwrap();
        assert_eq!(taken.unchanged, 0, "what stands there is not what we wrote");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_export_other_formats_to_one_place() {
    let (ours, theirs) = (world("2026-06"), world("2026-07"));
    ours.export(&to(&ours, &ours, ExportFormat::Csv)).await.unwrap();
    theirs.export(&to(&ours, &theirs, ExportFormat::Jsonl)).await.unwrap();
    let again = ours.export(&to(&ours, &ours, ExportFormat::Csv)).await.unwrap();
    assert_eq!(again.written, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_marker_a_place_is_written_anew() {
    let world = world("2026-06");
    let export = to(&world, &world, ExportFormat::Csv);
    let first = world.export(&export).await.unwrap();
    for name in all_files(&world.out()).iter().filter(|it| it.starts_with("_gong-csv-")) {
        std::fs::remove_file(world.out().join(name)).unwrap();
    }
    assert_eq!(world.export(&export).await.unwrap().written, first.written);
    assert_eq!(world.export(&export).await.unwrap().written, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_cut_off_is_written_again() {
    let world = world("2026-06");
    let export = to(&world, &world, ExportFormat::Csv);
    world.export(&export).await.unwrap();
    let sentences = world.out().join("sentences/month=2026-05/part-0.csv");
    let bytes = std::fs::read(&sentences).unwrap();
    std::fs::write(&sentences, &bytes[..bytes.len() - 10]).unwrap();
    assert_eq!(world.export(&export).await.unwrap().written, 1);
    assert_eq!(std::fs::read(&sentences).unwrap(), bytes);
    assert_eq!(table(&world.out(), "sentences", ExportFormat::Csv).len(), 1);
    assert_eq!(world.export(&export).await.unwrap().written, 0);
}
