//! How `gong` ends when the archive fails: what each error means, and what to do about it.

use std::io::ErrorKind;

use gong_archive::Error;

/// The code, the exit code, and what to do; `None` if a later cause says it.
pub(super) fn explain(error: &Error) -> Option<(&'static str, u8, Option<String>)> {
    let (code, exit, hint) = match error {
        Error::Words { hint, .. } => return Some(("usage.words", 2, Some(hint.clone()))),
        Error::Statement { hint, .. } => return Some(("usage.sql", 2, hint.clone())),
        Error::Absent { .. } => ("archive.absent", 3, "run `gong sync --since 90d` to make one"),
        Error::Foreign { .. } => {
            ("archive.foreign", 1, "move the file away, or set GONG_DATA_DIR to another folder")
        }
        Error::Damaged { .. } => {
            ("archive.damaged", 1, "run `gong archive rebuild`, then `gong sync`")
        }
        Error::Newer { .. } => ("archive.newer", 1, "use the newer gong that made it"),
        Error::Older { .. } => ("archive.older", 1, "run `gong sync` to bring it up to date"),
        Error::Unsafe { .. } => {
            ("archive.unsafe", 1, "see who owns it, or set GONG_DATA_DIR to a folder of your own")
        }
        Error::OtherCompany { .. } => (
            "archive.other_company",
            8,
            "give each company a profile, which has an archive of its own: `gong auth login --profile \
             NAME`, or set GONG_DATA_DIR to another folder",
        ),
        Error::Read { .. } => {
            ("archive.read", 8, "close what reads the archive, and run the same command again")
        }
        Error::Vague => {
            ("usage.vague", 2, "give the whole address, or the number with its country")
        }
        Error::Locked { .. } => {
            ("archive.locked", 8, "wait until it is done; the archive can be read meanwhile")
        }
        Error::Full { .. } => (
            "archive.full",
            1,
            "make room on the disk and run the command again: it goes on where it stopped",
        ),
        Error::Disk { .. } => (
            "archive.disk",
            1,
            "see whether the disk is full or failing, and run the command again: it goes on where it \
             stopped",
        ),
        Error::ReadOnly { .. } => {
            ("archive.read_only", 1, "see who owns the folder, or set GONG_DATA_DIR to another one")
        }
        Error::Unreadable { .. } => (
            "archive.unreadable",
            1,
            "see who owns the folder and its files with `ls -ld`, or set GONG_DATA_DIR to another one",
        ),
        Error::NoPlace { .. } => {
            ("usage.place", 2, "choose another with --out; see gong export --help")
        }
        Error::Place { place, source } if place.starts_with("s3://") => of_store(source.kind()),
        Error::Place { .. } => {
            ("export.place", 1, "see who owns it with `ls -ld`, or choose another with --out")
        }
        Error::PlaceFull { .. } => {
            ("export.full", 1, "make room and run the same command again; no file is half-written")
        }
        Error::Narrower { .. } => (
            "export.narrower",
            8,
            "choose another place with --out, or add --yes if they may go from this one",
        ),
        Error::OthersPlace { .. } => (
            "export.other_archive",
            8,
            "choose another place with --out, or add --yes to take this one over",
        ),
        Error::OthersFile { .. } => (
            "export.file_exists",
            8,
            "choose another place with --out, or add --yes to replace what is there",
        ),
        Error::PlaceTaken { .. } => ("export.taken", 8, "wait until the other export is done"),
        _ => return None,
    };
    Some((code, exit, Some(hint.to_owned())))
}

/// The same of a store, by what it answered.
fn of_store(answer: ErrorKind) -> (&'static str, u8, &'static str) {
    match answer {
        ErrorKind::PermissionDenied => (
            "export.store.refused",
            4,
            "see that AWS_ACCESS_KEY_ID is a key that may list, write, and delete there",
        ),
        ErrorKind::NotFound => (
            "export.store.absent",
            3,
            "see how the bucket is written, and AWS_REGION and AWS_ENDPOINT_URL",
        ),
        ErrorKind::NotConnected => (
            "export.store.network",
            6,
            "see AWS_ENDPOINT_URL and AWS_REGION, or run the same command again later",
        ),
        _ => {
            ("export.store", 1, "see AWS_REGION and AWS_ENDPOINT_URL, or choose another with --out")
        }
    }
}
