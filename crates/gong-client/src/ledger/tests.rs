//! Tests of the ledger file: damage, sharing, and modes.

use std::{fs, io::Seek as _, time::Duration};

use proptest::prelude::*;

use super::*;
use crate::{
    limits::Limits,
    shared_file::{Found, parse, read, render, try_lock, write},
};

const NOW: i64 = 1_800_000_000_000;
const LIMITS: Limits = Limits { per_second: 3, per_day: 24 };

fn sample() -> Book {
    let mut book = Book::safe_side(NOW, LIMITS);
    book.pause(NOW, Duration::from_secs(90));
    book
}

fn rebuild() -> Book {
    Book::safe_side(NOW, LIMITS)
}

/// Adds a request's worth to the book; returns how many there were and whether it was damaged.
fn add(ledger: &Ledger) -> (u64, bool) {
    let change = |book: &mut Book| {
        let used = book.used();
        book.pause(NOW, Duration::from_secs(used + 1));
        book.uncount(NOW);
        used
    };
    ledger.transact(rebuild, change).unwrap()
}

#[test]
fn a_new_ledger_is_empty_and_not_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&directory.path().join("deep/er/company")).unwrap();
    assert_eq!(add(&ledger), (0, false));
    assert_eq!(
        ledger.transact(rebuild, |book| book.paused_until().is_some()).unwrap(),
        (true, false)
    );
}

#[test]
fn a_ledger_that_only_looks_new_is_damaged() {
    for cut in [0, 1, 20, 40] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("company");
        let ledger = Ledger::open(&path).unwrap();
        add(&ledger);
        fs::write(&path, &fs::read(&path).unwrap()[..cut]).unwrap();
        assert_eq!(add(&Ledger::open(&path).unwrap()), (1, true), "cut to {cut}");
        assert!(!add(&ledger).1, "it was made anew");
        fs::remove_file(&path).unwrap();
        assert!(add(&ledger).1, "it was removed");
    }
}

#[test]
fn a_shorter_book_over_a_longer_one_is_read_back() {
    let mut file = tempfile::tempfile().unwrap();
    write(&mut file, &sample()).unwrap();
    write(&mut file, &Book::default()).unwrap();
    file.rewind().unwrap();
    assert_eq!(read(&mut file).unwrap(), Found::Content(Book::default()));
}

#[test]
fn a_file_that_is_far_too_large_is_damaged() {
    let mut file = tempfile::tempfile().unwrap();
    file.set_len(Book::LARGEST * 1000).unwrap();
    assert_eq!(read::<Book>(&mut file).unwrap(), Found::Damage);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&directory.path().join("state/company")).unwrap();
    add(&ledger);
    ledger.permit_file(0).unwrap();
    for (name, mode) in [
        ("state", 0o700),
        ("state/company", 0o600),
        ("state/company.lock", 0o600),
        ("state/company.0.lock", 0o600),
    ] {
        let found = fs::metadata(directory.path().join(name)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
}

#[test]
fn a_permit_is_locked_for_everyone_else() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&directory.path().join("company")).unwrap();
    let (one, other) = (ledger.permit_file(0).unwrap(), ledger.permit_file(0).unwrap());
    assert!(try_lock(&one).unwrap());
    assert!(!try_lock(&other).unwrap());
    drop(one);
    assert!(try_lock(&other).unwrap());
}

#[test]
fn threads_do_not_lose_each_others_counts() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("company");
    let limits = Limits { per_second: 0, per_day: 0 };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let ledger = Ledger::open(&path).unwrap();
                for _ in 0..100 {
                    let ask = |book: &mut Book| book.ask(NOW, limits, &mut NoLocks);
                    assert!(!ledger.transact(rebuild, ask).unwrap().1);
                }
            });
        }
    });
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.transact(rebuild, |book| book.used()).unwrap(), (400, false));
}

struct NoLocks;

impl crate::limits::Locks for NoLocks {
    fn try_lock(&mut self, _: usize) -> bool {
        true
    }

    fn unlock(&mut self, _: usize) {}
}

proptest! {
    #[test]
    fn any_bytes_are_a_book_or_damage(bytes in prop::collection::vec(any::<u8>(), 1..400)) {
        prop_assert_eq!(parse::<Book>(&bytes), Found::Damage);
    }

    #[test]
    fn one_wrong_byte_is_damage_or_changes_nothing(at in any::<prop::sample::Index>(), byte: u8) {
        let sound = render(&sample()).unwrap().into_bytes();
        let mut bytes = sound.clone();
        *at.get_mut(&mut bytes) = byte;
        let expected = if bytes == sound { Found::Content(sample()) } else { Found::Damage };
        let found = parse(&bytes);
        // The newline at the end, and the case of the checksum, say nothing.
        prop_assert!(found == expected || found == Found::Content(sample()), "{found:?}");
    }

    #[test]
    fn a_book_cut_short_is_damage(at in any::<prop::sample::Index>()) {
        let sound = render(&sample()).unwrap().into_bytes();
        let end = at.index(sound.len() - 1);
        prop_assume!(end > 0);
        prop_assert_eq!(parse::<Book>(&sound[..end]), Found::Damage);
    }
}
