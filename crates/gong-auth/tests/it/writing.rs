//! Writing the credentials file: nothing is lost, by us, by others at the same time, or by failing.

use std::{fs, path::Path, process::Command, thread};

use gong_auth::{Error, Profile, SecretSource, Store};

use crate::store::store_with;

fn profile_with(key: &str) -> Profile {
    Profile { access_key: Some(key.into()), secret_key: Some("SK".into()), ..Profile::default() }
}

fn names_in(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_saved_profile_is_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("gong/credentials.json"));
    let profile = Profile {
        base_url: Some("https://eu-2086.api.gong.io".to_owned()),
        access_key: Some("AK \"\\ \u{1f511}".into()),
        secret_key: Some(SecretSource::Command(vec!["pass".to_owned(), "gong".to_owned()])),
        requests_per_second: Some(4),
        requests_per_day: Some(9),
        time_zone: Some("UTC".to_owned()),
        ..Profile::default()
    };
    store.save("eu", &profile).unwrap();
    let read = store.profile("eu").unwrap().unwrap();
    assert_eq!(format!("{read:?}"), format!("{profile:?}"));
    let expected = r#"{
  "profiles": {
    "eu": {
      "base_url": "https://eu-2086.api.gong.io",
      "access_key": "AK \"\\ 🔑",
      "secret_key": {
        "command": [
          "pass",
          "gong"
        ]
      },
      "requests_per_second": 4,
      "requests_per_day": 9,
      "time_zone": "UTC"
    }
  }
}
"#;
    assert_eq!(fs::read_to_string(store.path()).unwrap(), expected);
}

#[test]
fn the_default_profile_is_written_in_the_plain_form() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("credentials.json"));
    store.save("default", &profile_with("AK")).unwrap();
    let expected = "{\n  \"access_key\": \"AK\",\n  \"secret_key\": \"SK\"\n}\n";
    assert_eq!(fs::read_to_string(store.path()).unwrap(), expected);
}

#[test]
fn keeps_members_that_we_do_not_know() {
    let (_directory, store) = store_with(
        r#"{ "$schema": "x", "access_key": "A", "note": {"a": [1, null, "z"]},
             "profiles": { "eu": { "vault": 18446744073709551615, "access_key": "B" } } }"#,
    );
    store.save("default", &profile_with("A2")).unwrap();
    store.save("eu", &profile_with("B2")).unwrap();
    store.save("new", &store.profile("eu").unwrap().unwrap()).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(text.starts_with("{\n  \"$schema\": \"x\""), "{text}");
    assert!(text.contains(r#""z""#) && text.contains("A2") && text.contains("B2"), "{text}");
    assert_eq!(text.matches("\"vault\": 18446744073709551615").count(), 2, "{text}");

    store.remove("default").unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(text.contains("note") && text.contains("B2") && !text.contains("A2"), "{text}");
}

#[test]
fn a_member_that_is_none_is_taken_out() {
    let (_directory, store) = store_with(r#"{ "access_token": "OLD", "time_zone": "UTC" }"#);
    store.save("default", &profile_with("A")).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(!text.contains("OLD") && !text.contains("UTC"), "{text}");
}

#[test]
fn logging_out_of_the_last_profile_takes_the_file_away() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("credentials.json"));
    store.save("default", &profile_with("A")).unwrap();
    store.save("eu", &profile_with("B")).unwrap();
    assert!(store.remove("eu").unwrap());
    assert!(!store.remove("eu").unwrap());
    assert!(store.remove("default").unwrap());
    assert!(!store.remove("default").unwrap());
    assert_eq!(names_in(directory.path()), ["credentials.json.lock"]);
}

#[test]
fn a_profiles_name_is_plain() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("credentials.json"));
    let long = "a".repeat(65);
    for name in ["", " ", "a b", "a/b", "..\\b", "a\n", "é", "$(id)", long.as_str()] {
        assert!(
            matches!(store.save(name, &Profile::default()), Err(Error::BadProfileName)),
            "{name:?}"
        );
    }
    assert!(store.save("eu-2.test_x@y", &profile_with("A")).is_ok());
}

#[test]
fn fifty_writers_and_a_reader_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("credentials.json");
    thread::scope(|scope| {
        for n in 0..50 {
            let path = &path;
            scope.spawn(move || {
                let key = format!("KEY{n}");
                Store::new(path).save(&format!("profile-{n}"), &profile_with(&key)).unwrap();
            });
        }
        let path = &path;
        scope.spawn(move || {
            let mut largest = 0;
            for _ in 0..200 {
                let n_profiles = Store::new(path).load().unwrap().len();
                assert!(n_profiles >= largest, "a reader saw profiles vanish");
                largest = n_profiles;
            }
        });
    });
    let profiles = Store::new(&path).load().unwrap();
    assert_eq!(profiles.len(), 50);
    for n in 0..50 {
        let key = &profiles[&format!("profile-{n}")].access_key;
        assert!(matches!(key, Some(SecretSource::Plain(it)) if it.expose() == format!("KEY{n}")));
    }
    assert_eq!(names_in(directory.path()), ["credentials.json", "credentials.json.lock"]);
}

#[test]
fn what_a_killed_writer_left_is_cleared_away() {
    let (directory, store) = store_with(r#"{ "access_key": "A" }"#);
    fs::write(directory.path().join(".credentials.json-x1.tmp"), "half a secr").unwrap();
    fs::write(directory.path().join(".other.json-x1.tmp"), "somebody else's").unwrap();
    store.save("eu", &profile_with("B")).unwrap();
    let expected = [".other.json-x1.tmp", "credentials.json", "credentials.json.lock"];
    assert_eq!(names_in(directory.path()), expected);
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_of_its_own() {
    let (directory, store) = store_with(r#"{ "access_key": "A" }"#);
    // A directory in the place of the lock: no user, not even root, can open it for writing.
    fs::create_dir(directory.path().join("credentials.json.lock")).unwrap();
    assert!(matches!(store.save("eu", &profile_with("B")), Err(Error::Unwritable { .. })));
    assert!(matches!(store.remove("default"), Err(Error::Unwritable { .. })));
    assert_eq!(fs::read_to_string(store.path()).unwrap(), r#"{ "access_key": "A" }"#);

    let below_a_file = Store::new(store.path().join("credentials.json"));
    assert!(matches!(below_a_file.save("eu", &profile_with("B")), Err(Error::Unwritable { .. })));
    assert!(matches!(below_a_file.load(), Err(Error::Unreadable { .. })));
}

/// Run by the next test in a process of its own, where writing fails: it saves one profile.
#[test]
fn saves_where_it_is_told() {
    if let Some(path) = std::env::var_os("GONG_AUTH_TEST_SAVES_TO") {
        let mut profile = profile_with("NEW");
        profile.time_zone = Some("x".repeat(100_000));
        if let Err(error) = Store::new(path).save("eu", &profile) {
            panic!("{error}: {:?}", std::error::Error::source(&error).map(ToString::to_string));
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_and_a_kill_midway_leave_the_old_file() {
    let saves = |store: &Store, limits: &str| {
        let output = Command::new("/bin/sh")
            .args(["-c", &format!("{limits} exec \"$0\" --exact writing::saves_where_it_is_told")])
            .arg(std::env::current_exe().unwrap())
            .env("GONG_AUTH_TEST_SAVES_TO", store.path())
            .output()
            .unwrap();
        (output.status, String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let old = r#"{ "access_key": "A" }"#;
    let (directory, store) = store_with(old);

    // Files may not grow over 32 KiB: the write fails midway, as on a full disk.
    let (status, output) = saves(&store, "trap '' XFSZ; ulimit -c 0; ulimit -f 64;");
    assert!(!status.success() && output.contains("cannot write"), "{status}: {output}");
    assert_eq!(fs::read_to_string(store.path()).unwrap(), old);
    assert_eq!(names_in(directory.path()), ["credentials.json", "credentials.json.lock"]);

    // The same, but the process is killed there.
    let (status, output) = saves(&store, "ulimit -c 0; ulimit -f 64;");
    assert!(status.code().is_none(), "{status}: {output}");
    assert_eq!(fs::read_to_string(store.path()).unwrap(), old);
    assert_eq!(names_in(directory.path()).len(), 3, "the half-written file is still there");

    let (status, output) = saves(&store, "");
    assert!(status.success(), "{status}: {output}");
    assert!(store.profile("eu").unwrap().is_some());
    assert_eq!(names_in(directory.path()), ["credentials.json", "credentials.json.lock"]);
}
