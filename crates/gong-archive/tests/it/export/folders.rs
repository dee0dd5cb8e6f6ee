//! Folders that are exported to: nothing leaves them, and nobody else reads them.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use gong_archive::{Error, Export, ExportFormat, ExportPlace, Partition};
use unicode_normalization::char::is_combining_mark;

use super::made::{World, all_files, call, files};

/// Titles that try to be more than a name.
const HOSTILE: &[&str] = &[
    "..",
    ".",
    "/",
    "../../etc/passwd",
    "\\\\host\\share",
    "C:\\",
    "CON",
    "con",
    "aux.txt",
    "NUL",
    "a\u{0}b",
    "trailing. ",
    "trailing.",
    " ",
    "",
    "~",
    "$(rm -rf /)",
    "`id`",
    "%2e%2e%2f",
    "{}",
    "-rf",
    "--help",
    "a\nb",
    "a\rb",
    "a\tb",
    "\u{202e}gpj.exe",
    "e\u{301}",
    "é",
    "É",
    "ﬁ",
    "ß",
    "K",
    "k",
    "I",
    "İ",
    "ı",
    "a/b/c",
    "a\\b",
    "a:b",
    "a|b",
    "a*b",
    "a?b",
    "a<b>",
    "a\"b",
    "a'b",
    "\u{feff}x",
    "\u{200b}",
    "\u{1f600}",
    "価格",
    "עברית",
    "....",
    "..\\..",
    "/dev/null",
    "lpt1",
];

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_hostile_titles_are_three_hundred_files_in_the_folder() {
    let world = World::new();
    world.keep_all((0..300_usize).map(|at| {
        let shape = HOSTILE[at % HOSTILE.len()];
        let title = match at / HOSTILE.len() {
            0 => shape.to_owned(),
            1 => shape.repeat(300),
            2 => format!("{shape}{shape}"),
            3 => format!("../{shape}"),
            4 => format!("{shape}/"),
            _ => format!("{}{shape}", "x".repeat(59)),
        };
        (call(&at.to_string(), "2026-05-19T10:30:46Z", &title, &[shape]), None)
    }));
    for partition in [Partition::None, Partition::Account] {
        std::fs::create_dir_all(world.out()).unwrap();
        let outside = files(world.out().parent().unwrap());
        let exported = world.exported(ExportFormat::Markdown, partition).await;
        assert_eq!(exported.written, 300);
        let names = files(&world.out());
        assert_eq!(names.len(), 300);
        let folded: std::collections::HashSet<_> =
            names.iter().map(|it| it.to_lowercase()).collect();
        assert_eq!(folded.len(), 300, "no two differ in case alone");
        for name in &names {
            let is_plain =
                |it: char| it.is_alphanumeric() || is_combining_mark(it) || "-_=%./".contains(it);
            assert!(name.chars().all(is_plain) && name.len() < 255, "{name}");
        }
        std::fs::remove_dir_all(world.out()).unwrap();
        let left: Vec<_> = outside.into_iter().filter(|it| !it.starts_with("out/")).collect();
        let archive = |it: &String| it.starts_with("archive/");
        assert!(
            files(world.out().parent().unwrap()).iter().all(|it| archive(it) || left.contains(it))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_folders_are_for_their_owner_alone() {
    let world = World::of_company(3).await;
    for &format in ExportFormat::ALL {
        world.exported(format, Partition::Month).await;
    }
    let mode = |name: &str| {
        std::fs::metadata(world.out().join(name)).unwrap().permissions().mode() & 0o777
    };
    for name in all_files(&world.out()) {
        assert_eq!(mode(&name), 0o600, "{name}");
        let mut folder = name.as_str();
        while let Some((above, _)) = folder.rsplit_once('/') {
            assert_eq!(mode(above), 0o700, "{above}");
            folder = above;
        }
    }
    assert_eq!(mode(""), 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_replaced_or_refused_and_never_followed() {
    let world = World::new();
    world.keep(&call("1", "2026-05-19T10:30:46Z", "One", &[]), None);
    let elsewhere = tempfile::tempdir().unwrap();
    let precious = elsewhere.path().join("precious");
    std::fs::write(&precious, "precious").unwrap();
    std::fs::create_dir_all(world.out()).unwrap();
    // A file that is a link is replaced.
    symlink(&precious, world.out().join("calls.csv")).unwrap();
    world.exported(ExportFormat::Csv, Partition::None).await;
    assert!(world.out().join("calls.csv").symlink_metadata().unwrap().is_file());
    // A folder that is one is refused.
    symlink(elsewhere.path(), world.out().join("parties")).unwrap();
    let export = world.whole(ExportFormat::Csv, Partition::Month);
    let error = world.export(&export).await.unwrap_err();
    assert!(matches!(error, Error::Place { .. }), "{error:?}");
    assert_eq!(files(elsewhere.path()), ["precious"]);
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_where_the_folder_should_be_is_an_error() {
    let world = World::new();
    std::fs::write(world.out(), "a file").unwrap();
    for out in [world.out(), world.out().join("below")] {
        let place = ExportPlace::Folder(out);
        let export = Export { place, ..world.whole(ExportFormat::Csv, Partition::None) };
        for error in [
            world.export(&export).await.unwrap_err(),
            world.archive().would_export(&export).await.unwrap_err(),
        ] {
            assert!(matches!(error, Error::NoPlace { .. }), "{error:?}");
            assert!(error.to_string().ends_with(": it is a file, or below one"), "{error}");
        }
    }
    assert_eq!(std::fs::read_to_string(world.out()).unwrap(), "a file");
}
