//! Who may read the credentials file: modes, links, owners, and things that are no file.
#![cfg(unix)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use gong_auth::{Error, Profile, SecretSource, Store};

use crate::store::{store_with, write_private};

const TEXT: &str = r#"{ "access_key": "A", "secret_key": "S" }"#;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o777
}

fn is_root() -> bool {
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

#[test]
fn only_a_file_that_is_closed_to_others_is_read() {
    let (_directory, store) = store_with(TEXT);
    for mode in 0o400..=0o777 {
        fs::set_permissions(store.path(), fs::Permissions::from_mode(mode)).unwrap();
        let answer = store.load();
        let is_closed = mode % 0o100 == 0;
        if is_closed {
            assert!(answer.is_ok(), "{mode:o}: {answer:?}");
            continue;
        }
        let error = answer.unwrap_err();
        assert!(
            matches!(error, Error::TooOpen { mode: it, .. } if it == mode),
            "{mode:o}: {error}"
        );
        let chmod = format!("run `chmod 600 {}`", store.path().display());
        assert_eq!(error.hint().unwrap(), chmod);
        assert!(store.save("eu", &Profile::default()).is_err(), "{mode:o}");
    }
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(store.load().is_ok(), "what the hint says mends it");
}

#[test]
fn the_hint_quotes_a_path_for_the_shell() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("it's; $(mine).json");
    fs::write(&path, TEXT).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let hint = Store::new(&path).load().unwrap_err().hint().unwrap();
    let command = hint.strip_prefix("run `").unwrap().strip_suffix('`').unwrap();
    assert!(Command::new("/bin/sh").args(["-c", command]).status().unwrap().success());
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_link_is_refused_wherever_it_leads() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("target.json");
    write_private(&target, TEXT.as_bytes());
    for (name, to) in [("a", "target.json"), ("b", "/dev/null"), ("c", "nowhere"), ("d", "d")] {
        let link = directory.path().join(name);
        symlink(to, &link).unwrap();
        let store = Store::new(&link);
        assert!(matches!(store.load(), Err(Error::Symlink { .. })), "{to}");
        assert!(
            matches!(store.save("eu", &Profile::default()), Err(Error::Symlink { .. })),
            "{to}"
        );
        assert!(link.is_symlink(), "{to}");
    }
    assert_eq!(fs::read_to_string(&target).unwrap(), TEXT);
}

#[test]
fn a_directory_that_is_a_link_is_fine() {
    let (directory, _) = store_with(TEXT);
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("gong");
    symlink(directory.path(), &link).unwrap();
    assert_eq!(Store::new(link.join("credentials.json")).names().unwrap(), ["default"]);
}

#[test]
fn a_link_swapped_in_during_the_reading_is_never_followed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("credentials.json");
    let [good, evil, next] = ["good", "evil", "next"].map(|it| directory.path().join(it));
    write_private(&good, br#"{ "access_key": "GOOD" }"#);
    write_private(&evil, br#"{ "access_key": "EVIL" }"#);
    let is_done = AtomicBool::new(false);
    let mut seen = BTreeMap::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                let _ = fs::hard_link(&good, &next).and_then(|()| fs::rename(&next, &path));
                let _ = symlink(&evil, &next).and_then(|()| fs::rename(&next, &path));
            }
        });
        let mut n_reads = 0;
        // The other thread may be slow to start.
        while n_reads < 20_000 || (seen.len() < 2 && n_reads < 10_000_000) {
            n_reads += 1;
            let answer = match Store::new(&path).profile("default") {
                Ok(profile) => format!("{:?}", profile.and_then(|it| it.access_key).map(exposed)),
                Err(Error::Symlink { .. }) => "refused".to_owned(),
                Err(other) => other.to_string(),
            };
            *seen.entry(answer).or_insert(0) += 1;
        }
        is_done.store(true, Ordering::Relaxed);
    });
    // `None` is before there was a file.
    seen.remove("None");
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["Some(\"GOOD\")", "refused"], "{seen:?}");
}

fn exposed(source: SecretSource) -> String {
    match source {
        SecretSource::Plain(secret) => secret.expose().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_of_somebody_else_is_refused() {
    let (_directory, store) = store_with(TEXT);
    let foreign = if is_root() {
        chown(store.path(), Some(12_345), None).unwrap();
        store
    } else {
        // Root's files pass: root could have changed ours, too. Nobody's do not; where there are
        // none to be had, the owner check is shown by the mode of a file of root's.
        let store = Store::new("/etc/passwd");
        assert!(matches!(store.load(), Err(Error::TooOpen { .. })));
        return;
    };
    let error = foreign.load().unwrap_err();
    assert!(matches!(error, Error::ForeignOwner { owner: 12_345, .. }), "{error}");
    assert!(error.hint().unwrap().contains("chown"));
}

#[test]
fn what_is_no_file_is_refused_without_opening_it() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [directory.path(), &pipe, Path::new("/dev/null")] {
        assert!(matches!(Store::new(path).load(), Err(Error::NotAFile { .. })), "{path:?}");
    }
}

#[test]
fn a_file_over_a_mebibyte_is_refused() {
    let fits = format!("{{ \"note\": \"{}\" }}", "x".repeat((1 << 20) - 14));
    assert_eq!(fits.len(), 1 << 20);
    let (_directory, store) = store_with(&fits);
    assert!(store.load().is_ok());
    let (_directory, store) = store_with(fits + " ");
    assert!(matches!(store.load(), Err(Error::TooLarge { .. })));
}

#[test]
fn a_file_that_we_may_not_open_is_unreadable() {
    let (_directory, store) = store_with(TEXT);
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o000)).unwrap();
    // Root may open anything.
    if !is_root() {
        let error = store.load().unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{error}");
        assert!(error.hint().unwrap().contains("ls -ld"));
    }
    let below_a_file = Store::new(store.path().join("x"));
    assert!(matches!(below_a_file.load(), Err(Error::Unreadable { .. })));
}

#[test]
fn all_that_is_written_is_for_the_owner_only_whatever_the_umask() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a/b/credentials.json");
    let status = Command::new("/bin/sh")
        .args(["-c", "umask 000; exec \"$0\" --exact writing::saves_where_it_is_told"])
        .arg(std::env::current_exe().unwrap())
        .env("GONG_AUTH_TEST_SAVES_TO", &path)
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_file_name("credentials.json.lock")), 0o600);
    assert_eq!(mode(&directory.path().join("a/b")), 0o700);
    assert_eq!(mode(&directory.path().join("a")), 0o700);
}
