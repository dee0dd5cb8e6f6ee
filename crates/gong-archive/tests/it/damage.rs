//! Damage: pages that are flipped, zeroed, or cut off are told, and never read as something else.

use std::{collections::BTreeMap, fs, path::Path};

use gong_archive::{Archive, Error, Writer, rebuild};
use rusqlite::Connection;

use crate::{
    company::{NOW, company},
    verify::fill,
};

/// How many places are damaged, unless `GONG_ARCHIVE_TEST_DAMAGES` says otherwise.
const DAMAGES: usize = 150;
const PAGE: usize = 4096;

/// A text that was read, unless that failed.
type Text = Result<Option<String>, ()>;

/// All texts of an archive, by kind and id.
fn texts(archive: &Archive, ids: &[String]) -> BTreeMap<(String, String), Text> {
    let mut texts = BTreeMap::new();
    for kind in ["calls", "transcripts"] {
        for id in ids {
            let text = archive.text(kind, id).map_err(drop);
            texts.insert((kind.to_owned(), id.clone()), text);
        }
    }
    texts
}

fn ids(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut ids = connection.prepare("SELECT call_id FROM calls").unwrap();
    ids.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_gives_the_truth_or_an_error() {
    let n_damages =
        std::env::var("GONG_ARCHIVE_TEST_DAMAGES").map_or(DAMAGES, |it| it.parse().unwrap());
    let (_running, client) = company(12).await;
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &client).await;
    let whole = fs::read(folder.path().join("archive.db")).unwrap();
    let ids = ids(&folder.path().join("archive.db"));
    let truth = texts(&Archive::open(folder.path()).unwrap(), &ids);
    let n_texts = u64::try_from(truth.len()).unwrap();
    assert!(n_texts > 10 && truth.values().all(Result::is_ok));

    let (mut n_refused, mut n_found) = (0, 0);
    // What was saved, by the kind of damage.
    let mut n_saved = [0; 4];
    for n in 0..n_damages {
        let mut bytes = whole.clone();
        let at = n.wrapping_mul(2_654_435_761) % bytes.len();
        let page = at / PAGE * PAGE;
        match n % 4 {
            0 => bytes[at] ^= 1 << (n % 8),
            1 => bytes[page..(page + PAGE)].fill(0),
            2 => bytes.truncate(page.max(PAGE)),
            _ => bytes[at..].iter_mut().take(64).for_each(|byte| *byte = !*byte),
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("archive.db"), &bytes).unwrap();
        set_private(folder.path());
        match Archive::open(folder.path()) {
            Err(error) => {
                n_refused += 1;
                let is_told = matches!(
                    error,
                    Error::Foreign { .. }
                        | Error::Damaged { .. }
                        | Error::Newer { .. }
                        | Error::Absent { .. }
                        | Error::Older { .. }
                );
                assert!(is_told, "{n}: {error:?}");
            }
            Ok(archive) => {
                let findings = archive.verify().unwrap_or_default();
                let read = texts(&archive, &ids);
                let wrong = read.iter().filter(|(key, text)| text.is_ok() && *text != &truth[*key]);
                let n_wrong = wrong.count();
                // Rows that are gone, or letters that are others, show when the file is verified.
                assert!(n_wrong == 0 || !findings.is_empty(), "{n}: {n_wrong} wrong, not found");
                n_found += usize::from(!findings.is_empty());
            }
        }
        // Each kind of damage in turn.
        if n % 5 == 0 {
            let Ok(rebuilt) = rebuild(folder.path(), NOW.parse().unwrap()) else { continue };
            assert!(rebuilt.lost <= n_texts, "{n}: {rebuilt:?}");
            assert_eq!(fs::read(&rebuilt.damaged).unwrap(), bytes, "{n}");
            let mut writer = Writer::open(folder.path()).unwrap();
            assert_eq!(writer.verify().unwrap(), [], "{n}");
            for (key, text) in texts(writer.archive(), &ids) {
                let text = text.unwrap();
                assert!(text.is_none() || Ok(&text) == truth[&key].as_ref(), "{n}: {key:?}");
            }
            n_saved[n % 4] += rebuilt.calls;
        }
    }
    assert!(n_refused > 5 && n_found > 5, "{n_refused} {n_found}");
    // Of few, all may be cut off before the first call.
    let is_enough = n_damages >= DAMAGES;
    assert!(!is_enough || n_saved.iter().all(|n_calls| *n_calls > 0), "{n_saved:?}");
}

fn set_private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(folder.join("archive.db"), mode).unwrap();
}
