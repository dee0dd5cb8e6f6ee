//! The credentials file's text: what is read from it, and what is said of one that is not right.

use std::{fs, path::PathBuf};

use gong_auth::{DEFAULT_PROFILE, Error, Given, Profile, SecretSource, Store, resolve};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A store in a directory of its own, whose file has this text.
pub(crate) fn store_with(text: impl AsRef<[u8]>) -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("credentials.json");
    write_private(&path, text.as_ref());
    (directory, Store::new(path))
}

pub(crate) fn write_private(path: &PathBuf, text: &[u8]) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

fn plain(source: Option<&SecretSource>) -> &str {
    match source {
        Some(SecretSource::Plain(secret)) => secret.expose(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_plain_form_is_the_default_profile() {
    let (_directory, store) = store_with(
        r#"{ "base_url": "https://us-12345.api.gong.io", "access_key": "AK", "secret_key": "SK" }"#,
    );
    assert_eq!(store.names().unwrap(), ["default"]);
    let profile = store.profile(DEFAULT_PROFILE).unwrap().unwrap();
    assert_eq!(profile.base_url.as_deref(), Some("https://us-12345.api.gong.io"));
    assert_eq!(plain(profile.access_key.as_ref()), "AK");
    assert_eq!(plain(profile.secret_key.as_ref()), "SK");
    assert!(profile.access_token.is_none());
    assert!(store.profile("eu").unwrap().is_none());
}

#[test]
fn more_profiles_stand_beside_it() {
    let (_directory, store) = store_with(
        r#"{ "profiles": { "eu": { "access_token": "T", "requests_per_second": 5 },
             "us": { "secret_key": {"command": ["pass", "show", "gong"]},
                     "requests_per_day": 20000, "time_zone": "Europe/Berlin", "base_url": null } },
             "access_key": "AK" }"#,
    );
    assert_eq!(store.names().unwrap(), ["default", "eu", "us"]);
    let profiles = store.load().unwrap();
    assert_eq!(profiles.keys().collect::<Vec<_>>(), ["default", "eu", "us"]);
    assert_eq!(plain(profiles["eu"].access_token.as_ref()), "T");
    assert_eq!(profiles["eu"].requests_per_second, Some(5));
    let us = &profiles["us"];
    assert!(matches!(&us.secret_key, Some(SecretSource::Command(words)) if words.len() == 3));
    assert_eq!((us.requests_per_day, &us.base_url), (Some(20_000), &None));
    assert_eq!(us.time_zone.as_deref(), Some("Europe/Berlin"));
}

#[test]
fn the_default_profile_may_stand_among_the_others_but_not_in_both_places() {
    let (_directory, store) = store_with(
        r#"{ "theme": "dark", "profiles": { "eu": {}, "default": { "access_key": "A" } } }"#,
    );
    assert_eq!(store.names().unwrap(), ["default", "eu"]);
    assert!(store.profile("default").unwrap().unwrap().has_login());

    store.save("default", &Profile { access_key: Some("B".into()), ..Profile::default() }).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(!text.contains(r#""A""#) && text.find("profiles") < text.find("access_key"), "{text}");

    let (_directory, store) =
        store_with(r#"{ "access_key": "A", "profiles": { "default": {}, "eu": {} } }"#);
    assert!(matches!(store.profile("default"), Err(Error::DefaultTwice { .. })));
    assert!(matches!(store.save("default", &Profile::default()), Err(Error::DefaultTwice { .. })));
    // The others are not held up.
    assert!(store.profile("eu").unwrap().is_some());
    assert!(store.remove("default").unwrap());
    assert_eq!(store.names().unwrap(), ["eu"]);
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let (_directory, store) = store_with("\u{feff}{ \"access_key\": \"AK\" }\r\n");
    assert_eq!(plain(store.profile("default").unwrap().unwrap().access_key.as_ref()), "AK");
}

#[test]
fn no_file_and_an_empty_one_are_no_profiles() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("deep/down/credentials.json"));
    assert!(store.load().unwrap().is_empty());
    assert!(store.names().unwrap().is_empty());
    assert!(!store.remove("default").unwrap());
    assert!(!directory.path().join("deep").exists(), "reading made a directory");
    for text in ["", " \n", "\u{feff}", "{}", r#"{"profiles": null}"#, r#"{"access_key": null}"#] {
        let (_directory, store) = store_with(text);
        assert!(store.load().unwrap().is_empty(), "{text:?}");
    }
}

#[test]
fn broken_json_is_placed_by_line_and_column() {
    for (text, line, column) in [
        ("{\n  \"access_key\": \"A\",\n  \"secret_key\": s3cr3t\n}", 3, 17),
        ("{ \"access_key\": \"A\"", 1, 19),
        ("{ \"access_key\": \"A\" } s3cr3t", 1, 23),
        ("access_key=A", 1, 1),
        ("{ 'access_key': 'A' }", 1, 3),
        ("{ \"access_key\": \"A\n\" }", 2, 0),
    ] {
        let (_directory, store) = store_with(text);
        match store.load().unwrap_err() {
            Error::Broken { line: l, column: c, path, .. } => {
                assert_eq!((l, c), (line, column), "{text:?}");
                assert_eq!(path, store.path());
            }
            other => panic!("{text:?}: {other}"),
        }
        let before = fs::read(store.path()).unwrap();
        assert!(store.save("eu", &Profile::default()).is_err(), "{text:?}");
        assert_eq!(fs::read(store.path()).unwrap(), before, "{text:?} was overwritten");
    }
    let (_directory, store) = store_with(b"{ \"access_key\": \"\xff\xfe\" }");
    assert!(matches!(store.load(), Err(Error::Broken { .. })));
    let (_directory, store) = store_with("[".repeat(100_000));
    assert!(matches!(store.load(), Err(Error::Broken { .. })));
}

#[test]
fn a_wrong_type_is_named_by_its_member() {
    for (text, name, member) in [
        (r#"["s3cr3t"]"#, "default", "the whole"),
        (r#""s3cr3t""#, "default", "the whole"),
        (r#"{"profiles": ["eu"]}"#, "default", "profiles"),
        (r#"{"profiles": {"eu": "s3cr3t"}}"#, "eu", "profiles.eu"),
        (r#"{"access_key": 123}"#, "default", "access_key"),
        (r#"{"secret_key": ["s3cr3t"]}"#, "default", "secret_key"),
        (r#"{"base_url": {"s3cr3t": 1}}"#, "default", "base_url"),
        (r#"{"profiles": {"eu": {"secret_key": true}}}"#, "eu", "profiles.eu.secret_key"),
        (r#"{"secret_key": {"command": "pass show gong"}}"#, "default", "secret_key"),
        (r#"{"secret_key": {"command": []}}"#, "default", "secret_key"),
        (r#"{"secret_key": {"command": [""]}}"#, "default", "secret_key"),
        (r#"{"secret_key": {"command": ["pass", 1]}}"#, "default", "secret_key"),
        (r#"{"secret_key": {"command": ["pass"], "x": 1}}"#, "default", "secret_key"),
        (r#"{"secret_key": {"cmd": ["pass"]}}"#, "default", "secret_key"),
        (r#"{"access_token": {}}"#, "default", "access_token"),
        (r#"{"requests_per_second": "3"}"#, "default", "requests_per_second"),
        (r#"{"requests_per_second": 0}"#, "default", "requests_per_second"),
        (r#"{"requests_per_day": 2.5}"#, "default", "requests_per_day"),
        (r#"{"requests_per_day": -1}"#, "default", "requests_per_day"),
        (r#"{"requests_per_day": 4294967296}"#, "default", "requests_per_day"),
        (r#"{"time_zone": 2}"#, "default", "time_zone"),
    ] {
        let (_directory, store) = store_with(text);
        match store.profile(name) {
            Err(Error::WrongType { member: it, path, .. }) => {
                assert_eq!((it.as_str(), path.as_path()), (member, store.path()), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_mistake_in_one_profile_does_not_touch_another() {
    let (_directory, store) =
        store_with(r#"{"access_key": 1, "profiles": {"eu": {"access_key": "A"}}}"#);
    assert!(store.profile("eu").unwrap().is_some());
    assert!(store.load().is_err());
    assert!(store.remove("default").unwrap(), "what is wrong can be logged out of");
    assert!(store.load().is_ok());
}

/// Any JSON, mostly made of the members that we know.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("base_url"),
        Just("access_key"),
        Just("secret_key"),
        Just("access_token"),
        Just("profiles"),
        Just("default"),
        Just("command"),
        Just("requests_per_day"),
        Just("x"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(|it| json!(it)),
        any::<bool>().prop_map(|it| json!(it)),
        ".{0,8}".prop_map(|it| json!(it)),
        Just(json!("https://us-1.api.gong.io")),
        Just(json!("no-such-program-anywhere")),
        "[A-Z2-7]{1,8}".prop_map(|it| json!(it)),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let members = prop::collection::vec((name.clone(), inner.clone()), 0..6);
        prop_oneof![
            3 => members.prop_map(|it| it.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::Array),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_and_what_counts_makes_one_visible_line(
        text in prop_oneof![2 => any_json().prop_map(|it| it.to_string()), 1 => ".{0,40}"],
    ) {
        let (_directory, store) = store_with(&text);
        let _ = store.load();
        if let Ok(resolved) = resolve(&Given::default(), &store) {
            let header = resolved.credentials.authorization();
            prop_assert!(header.expose().bytes().all(|it| it == b' ' || it.is_ascii_graphic()));
            prop_assert!(resolved.credentials.base_url.is_gong_host());
        }
    }

    #[test]
    fn changing_one_profile_leaves_the_rest_as_it_was(json in any_json()) {
        let (_directory, store) = store_with(json.to_string());
        let profile = Profile { access_key: Some("NEW".into()), ..Profile::default() };
        if store.save("new", &profile).is_ok() {
            let text = fs::read(store.path()).unwrap();
            let mut after: Value = serde_json::from_slice(&text).unwrap();
            prop_assert_eq!(&after["profiles"]["new"], &json!({ "access_key": "NEW" }));
            prop_assert!(store.remove("new").unwrap());
            after["profiles"].as_object_mut().unwrap().shift_remove("new");
            let mut before = json;
            for value in [&mut before, &mut after] {
                let is_bare = |it: &Value| it.is_null() || it == &json!({});
                if value.get("profiles").is_some_and(is_bare) {
                    value.as_object_mut().unwrap().shift_remove("profiles");
                }
            }
            prop_assert_eq!(after, before);
        }
    }
}
