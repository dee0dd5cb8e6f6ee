//! What the next export to a place writes again, and what it removes.

use gong_archive::{Error, Export, ExportFormat, ExportScope, Filters, Partition};

use super::{
    made::{World, call, files, now, transcript},
    read::table,
};

const MAY: &str = "2026-05-19T10:30:46Z";
const JUNE: &str = "2026-06-01T10:30:46Z";

/// Three calls of two months.
fn three_calls() -> World {
    let world = World::new();
    world.keep(&call("1", MAY, "One", &["A"]), Some(&transcript("1", &["Hello."])));
    world.keep(&call("2", MAY, "Two", &["B"]), Some(&transcript("2", &["Good day."])));
    world.keep(&call("3", JUNE, "Three", &["A"]), None);
    world
}

fn since_last(world: &World, format: ExportFormat, partition: Partition) -> Export {
    Export { scope: ExportScope::SinceLast, ..world.whole(format, partition) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_is_not_written_again() {
    for &format in ExportFormat::ALL {
        let world = three_calls();
        let export = since_last(&world, format, Partition::Month);
        let first = world.export(&export).await.unwrap();
        assert!(first.written > 1 && first.unchanged == 0 && first.is_recorded, "{first:?}");
        let again = world.export(&export).await.unwrap();
        assert_eq!((again.written, again.unchanged, again.removed), (0, first.written, 0));
        assert_eq!((again.calls, again.rows, again.bytes), (3, 0, 0));
        let whole = world.exported(format, Partition::Month).await;
        assert_eq!((whole.written, whole.bytes), (first.written, first.bytes));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_writes_its_month_again_and_nothing_twice() {
    for format in [ExportFormat::Csv, ExportFormat::Jsonl] {
        let world = three_calls();
        let export = since_last(&world, format, Partition::Month);
        world.export(&export).await.unwrap();
        // A late transcript, and a call that moved to another month.
        world.keep(&call("3", JUNE, "Three", &["A"]), Some(&transcript("3", &["At last."])));
        world.keep(&call("2", "2026-07-01T00:00:00Z", "Two", &["B"]), None);
        let changed = world.export(&export).await.unwrap();
        let tables = if format == ExportFormat::Csv { 3 } else { 1 };
        assert_eq!((changed.written, changed.unchanged), (3 * tables, 0));
        let n_files = files(&world.out()).len();
        // Without a change in May, only the other two months are written.
        world.keep(&call("3", JUNE, "Three, really", &["A"]), None);
        let changed = world.export(&export).await.unwrap();
        assert_eq!((changed.written, changed.unchanged), (tables, 2 * tables));
        assert_eq!(files(&world.out()).len(), n_files);
        if format == ExportFormat::Csv {
            let ids = |name: &str| -> Vec<String> {
                let rows = table(&world.out(), name, format);
                rows.iter().map(|it| it["call_id"].clone().unwrap()).collect()
            };
            assert_eq!(ids("calls"), ["1", "3", "2"]);
            assert_eq!(ids("sentences"), ["1", "3", "2"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_changes_elsewhere_is_a_change() {
    let world = three_calls();
    let export = since_last(&world, ExportFormat::Csv, Partition::Month);
    world.export(&export).await.unwrap();
    // Another call gives account A, which the call of June has as well, another name.
    let mut renames = call("1", MAY, "One", &["A"]);
    renames["context"][0]["objects"][0]["fields"][0]["value"] = "Renamed".into();
    world.keep(&renames, None);
    let changed = world.export(&export).await.unwrap();
    assert_eq!((changed.written, changed.unchanged), (6, 0));
    let names: Vec<_> = table(&world.out(), "calls", ExportFormat::Csv)
        .iter()
        .map(|it| it["account_names"].clone().unwrap())
        .collect();
    assert_eq!(names, [r#"["Renamed"]"#, r#"["Account B"]"#, r#"["Renamed"]"#]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vanished_from_the_archive_vanishes_from_the_export() {
    for &format in ExportFormat::ALL {
        let world = three_calls();
        world.exported(format, Partition::Month).await;
        std::fs::write(world.out().join("notes.md"), "mine").unwrap();
        let before = files(&world.out());
        world.delete("3");
        let exported = world.export(&since_last(&world, format, Partition::Month)).await.unwrap();
        assert_eq!((exported.calls, exported.written), (2, 0));
        let left: Vec<_> = before.into_iter().filter(|it| !it.contains("month=2026-06")).collect();
        assert_eq!(files(&world.out()), left);
        assert!(exported.removed > 0);
        let june = world.out().join("calls/month=2026-06");
        assert!(!june.exists() && !world.out().join("month=2026-06").exists());
        world.delete("1");
        world.delete("2");
        world.exported(format, Partition::Month).await;
        assert_eq!(files(&world.out()), ["notes.md"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn markdown_stays_as_long_as_its_call() {
    let world = three_calls();
    world.exported(ExportFormat::Markdown, Partition::None).await;
    assert_eq!(files(&world.out()), ["1-one.md", "2-two.md", "3-three.md"]);
    world.keep(&call("1", MAY, "Uno", &["A"]), None);
    world.delete("2");
    let june = Filters { from: Some(JUNE.parse().unwrap()), ..Filters::default() };
    let export =
        Export { filters: june, ..since_last(&world, ExportFormat::Markdown, Partition::None) };
    let exported = world.export(&export).await.unwrap();
    assert_eq!((exported.calls, exported.written, exported.removed), (1, 0, 1));
    assert_eq!(files(&world.out()), ["1-one.md", "3-three.md"]);
    let exported =
        world.export(&since_last(&world, ExportFormat::Markdown, Partition::None)).await.unwrap();
    assert_eq!((exported.written, exported.removed), (1, 1));
    assert_eq!(files(&world.out()), ["1-uno.md", "3-three.md"]);
    world.exported(ExportFormat::Markdown, Partition::Account).await;
    let by_account = ["account=A/1-uno.md", "account=A/3-three.md"];
    assert_eq!(files(&world.out()), by_account);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_hold_what_was_asked_for_last() {
    let world = three_calls();
    world.exported(ExportFormat::Csv, Partition::Month).await;
    world.exported(ExportFormat::Csv, Partition::None).await;
    let whole = ["activity.csv", "calls.csv", "parties.csv", "sentences.csv"];
    assert_eq!(files(&world.out()), whole);
    let filters = Filters { account: Some("account a".to_owned()), ..Filters::default() };
    let export = Export { filters, ..world.whole(ExportFormat::Csv, Partition::None) };
    let export = Export { may_narrow: true, ..export };
    world.export(&export).await.unwrap();
    // Days belong to no account.
    assert_eq!(files(&world.out()), whole[1..]);
    assert_eq!(table(&world.out(), "calls", ExportFormat::Csv).len(), 2);
    // Formats do not get into each other's way.
    world.exported(ExportFormat::Jsonl, Partition::None).await;
    assert_eq!(files(&world.out()).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_failed_is_made_up_for() {
    let world = three_calls();
    let export = since_last(&world, ExportFormat::Csv, Partition::Month);
    let in_the_way = world.out().join("sentences");
    std::fs::create_dir_all(world.out()).unwrap();
    std::fs::write(&in_the_way, "a file").unwrap();
    let error = world.export(&export).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot export to /"), "{error}");
    assert_eq!(files(&world.out()), ["sentences"], "nothing is there before all is");
    std::fs::remove_file(&in_the_way).unwrap();
    let exported = world.export(&export).await.unwrap();
    assert_eq!((exported.written, exported.unchanged), (6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_export_that_failed_half_way_wrote_is_written_again() {
    let world = three_calls();
    let june = Filters { from: Some(JUNE.parse().unwrap()), ..Filters::default() };
    let june = Export { filters: june, ..since_last(&world, ExportFormat::Csv, Partition::None) };
    world.export(&june).await.unwrap();
    let in_the_way = world.out().join("sentences.csv");
    std::fs::remove_file(&in_the_way).unwrap();
    let all = since_last(&world, ExportFormat::Csv, Partition::None);
    // It comes there after the export has looked.
    let mut block = |_| std::fs::create_dir_all(&in_the_way).unwrap();
    let stop = std::future::pending();
    world.archive().export(&all, now(), &mut block, stop).await.unwrap_err();
    assert_eq!(table(&world.out(), "calls", ExportFormat::Csv).len(), 3, "it came half-way");
    std::fs::remove_dir(&in_the_way).unwrap();
    let exported = world.export(&june).await.unwrap();
    // There are no days of activity, before or after.
    assert_eq!((exported.written, exported.unchanged), (3, 1));
    assert_eq!(table(&world.out(), "calls", ExportFormat::Csv).len(), 1);
    assert!(in_the_way.is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_somebody_removed_is_written_again() {
    for &format in ExportFormat::ALL {
        let world = three_calls();
        let export = since_last(&world, format, Partition::Month);
        world.export(&export).await.unwrap();
        let before = files(&world.out());
        std::fs::remove_file(world.out().join(&before[0])).unwrap();
        let exported = world.export(&export).await.unwrap();
        assert_eq!(exported.written, 1);
        assert_eq!(files(&world.out()), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_filters_take_no_call_from_a_place_unasked() {
    for &format in ExportFormat::ALL {
        if format == ExportFormat::Markdown {
            continue;
        }
        let world = three_calls();
        let all = since_last(&world, format, Partition::Month);
        world.export(&all).await.unwrap();
        let before = files(&world.out());
        let june = Filters { from: Some(JUNE.parse().unwrap()), ..Filters::default() };
        let june = Export { filters: june, ..all.clone() };
        let error = world.export(&june).await.unwrap_err();
        assert!(matches!(error, Error::Narrower { calls: 2, .. }), "{error:?}");
        assert_eq!(files(&world.out()), before);
        assert_eq!(world.export(&all).await.unwrap().written, 0, "nothing was noted");
        // What the archive has no more may go, and so may what nobody has.
        world.delete("1");
        let error = world.export(&june).await.unwrap_err();
        assert!(matches!(error, Error::Narrower { calls: 1, .. }), "{error:?}");
        std::fs::rename(world.out(), world.out().with_extension("away")).unwrap();
        world.export(&june).await.unwrap();
        let june_alone = files(&world.out());
        std::fs::remove_dir_all(world.out()).unwrap();
        std::fs::rename(world.out().with_extension("away"), world.out()).unwrap();
        // More is welcome, and who says so has less.
        world.export(&all).await.unwrap();
        assert!(files(&world.out()).len() > june_alone.len());
        world.export(&Export { may_narrow: true, ..june }).await.unwrap();
        assert_eq!(files(&world.out()), june_alone);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_exported_is_told_and_nothing_is_written() {
    for &format in ExportFormat::ALL {
        let world = three_calls();
        let all = since_last(&world, format, Partition::Month);
        let told = world.archive().would_export(&all).await.unwrap();
        assert!(!world.out().exists());
        let exported = world.export(&all).await.unwrap();
        assert_eq!((told.calls, told.written), (3, exported.written));
        world.delete("3");
        let before = files(&world.out());
        let told = world.archive().would_export(&all).await.unwrap();
        assert_eq!(files(&world.out()), before);
        let exported = world.export(&all).await.unwrap();
        assert!(told.removed > 0);
        assert_eq!((told.calls, told.written, told.removed), (2, 0, exported.removed));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_on_beside_a_sync_and_leaves_no_name_in_the_archive() {
    let world = three_calls();
    world.keep(&call("4", MAY, "Wholly Unheard Of", &[]), None);
    let sync = world.writer();
    let exported = world.exported(ExportFormat::Markdown, Partition::None).await;
    assert!(exported.is_recorded);
    drop(sync);
    assert!(files(&world.out()).contains(&"4-wholly-unheard-of.md".to_owned()));
    world.delete("4");
    let folder = world.archive().path().parent().unwrap().to_owned();
    for name in files(&folder) {
        let bytes = std::fs::read(folder.join(&name)).unwrap();
        let found = bytes.windows(16).any(|it| it == b"wholly-unheard-o");
        assert!(!found, "{name}");
    }
}
