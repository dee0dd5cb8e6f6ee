//! Nothing that can be printed shows a secret: not a value, not an error, in no encoding.

use std::{collections::BTreeSet, error, fmt::Debug, fs};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use gong_auth::{
    BaseUrl, Credentials, Error, Given, HelperEnv, Login, Profile, Secret, SecretSource, Sourced,
    Store, resolve,
};
use serde_json::json;

use crate::store::store_with;

const KEY: &str = "KEYc4nary7Qz";
const SECRET: &str = "SECc4nary9Xw";

/// All forms in which one of the two could be seen.
fn traces() -> Vec<String> {
    let mut traces = vec![STANDARD.encode(format!("{KEY}:{SECRET}"))];
    for canary in [KEY, SECRET] {
        let hex = format!("{:02x?}", canary.as_bytes()).replace(['[', ']', ',', ' '], "");
        traces.extend([canary.to_lowercase(), canary.chars().rev().collect(), hex]);
        for n_before in 0..3 {
            let encoded = STANDARD.encode(format!("{}{canary}", &"zz"[..n_before.min(2)]));
            // The ends depend on what stands beside it.
            traces.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    traces.into_iter().map(|it| it.to_lowercase()).collect()
}

/// The first trace of a secret in `text`.
fn leak(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    traces().into_iter().find(|it| text.contains(it.as_str()))
}

fn assert_masked(what: &str, text: &str) {
    assert_eq!(leak(text), None, "{what} shows a secret: {text}");
}

/// Everything that a program would print of an error.
fn shown(error: &Error) -> String {
    let hint = error.hint().unwrap_or_default();
    let mut texts = vec![format!("{error}\n{error:?}\n{error:#?}\n{hint}")];
    let mut source = error::Error::source(error);
    while let Some(it) = source {
        texts.push(format!("{it}\n{it:?}"));
        source = it.source();
    }
    texts.join("\n")
}

fn given_canaries() -> Given {
    Given {
        access_key: Some(Sourced::new(KEY.to_owned(), "GONG_ACCESS_KEY")),
        secret_key: Some(Sourced::new(Secret::from(SECRET), "GONG_ACCESS_KEY_SECRET")),
        ..Given::default()
    }
}

fn given_url(text: &str) -> Given {
    Given { base_url: Some(Sourced::new(text.to_owned(), "GONG_BASE_URL")), ..Given::default() }
}

fn resolved(text: impl AsRef<[u8]>, given: &Given) -> Error {
    let (_directory, store) = store_with(text);
    resolve(given, &store).unwrap_err()
}

fn of_helper(command: &[&str]) -> Error {
    let variables = vec![("PATH".into(), "/usr/bin:/bin".into())];
    let given = Given { helper_env: HelperEnv { variables }, ..Given::default() };
    resolved(json!({ "access_key": KEY, "secret_key": { "command": command } }).to_string(), &given)
}

/// Errors from every path that has a secret in hand.
fn errors() -> Vec<Error> {
    let none = Given::default();
    let plain = json!({ "access_key": KEY, "secret_key": SECRET }).to_string();
    let with = |value: &str| json!({ "access_key": KEY, "secret_key": value }).to_string();
    let mut errors = vec![
        resolved(json!({ "note": SECRET }).to_string(), &none),
        resolved(json!({ "access_key": KEY }).to_string(), &none),
        resolved(json!({ "secret_key": SECRET }).to_string(), &none),
        resolved(json!({ "access_key": KEY, "access_token": SECRET }).to_string(), &none),
        resolved(with(&format!("{SECRET}\r\nX: {SECRET}")), &none),
        resolved(with(&format!("your_{SECRET}")), &none),
        resolved(with(&format!("{SECRET}é")), &none),
        resolved(
            json!({ "access_key": format!("{KEY}:x"), "secret_key": SECRET }).to_string(),
            &none,
        ),
        resolved(plain.as_str(), &given_url(&format!("https://{KEY}:{SECRET}@api.gong.io"))),
        resolved(plain.as_str(), &given_url(&format!("https://api.gong.io/?key={SECRET}"))),
        resolved(json!({ "base_url": format!("https://{SECRET}@gong.io") }).to_string(), &none),
        resolved(plain.as_str(), &given_url("https://evil.com")),
        resolved(
            "{}",
            &Given { base_url: given_url("https://evil.com").base_url, ..given_canaries() },
        ),
        resolved(
            plain.as_str(),
            &Given {
                profile: Some(Sourced::new("eu".to_owned(), "--profile")),
                ..given_canaries()
            },
        ),
        resolved(format!("{{ \"access_key\": \"{KEY}\", \"secret_key\": {SECRET} }}"), &none),
        resolved(format!("{{ \"access_key\": \"{KEY}\", \"{SECRET}"), &none),
        resolved(format!("access_key={KEY}\nsecret_key={SECRET}\n"), &none),
        resolved(json!({ "access_key": KEY, "secret_key": [SECRET] }).to_string(), &none),
        resolved(json!({ "secret_key": { "command": SECRET } }).to_string(), &none),
        resolved(json!({ "secret_key": { SECRET: [] } }).to_string(), &none),
        resolved(json!([KEY, SECRET]).to_string(), &none),
        resolved(json!(SECRET).to_string(), &none),
        resolved(json!({ "profiles": { "eu": SECRET } }).to_string(), &none),
        resolved(json!({ "requests_per_day": SECRET, "secret_key": SECRET }).to_string(), &none),
        resolved(
            json!({ "access_key": KEY, "profiles": { "default": { "secret_key": SECRET } } })
                .to_string(),
            &none,
        ),
        resolved(json!({ "secret_key": SECRET, "note": "x".repeat(1 << 20) }).to_string(), &none),
        of_helper(&["no-such-program", SECRET]),
        of_helper(&["/", SECRET]),
        of_helper(&["/bin/sh", "-c", &format!("echo {SECRET}; exit 1")]),
        of_helper(&["/bin/sh", "-c", &format!("printf '{SECRET}\\n{SECRET}'")]),
        of_helper(&["/bin/sh", "-c", &format!("printf '{SECRET}\\377'")]),
        of_helper(&["/bin/sh", "-c", &format!("printf '{SECRET}\\0'")]),
        of_helper(&["/bin/sh", "-c", &format!("yes {SECRET}")]),
        of_helper(&["/bin/sh", "-c", &format!("echo '<{SECRET}>'")]),
    ];

    let profile = Profile {
        access_key: Some(KEY.into()),
        secret_key: Some(SECRET.into()),
        ..Profile::default()
    };
    let (directory, store) = store_with(&plain);
    errors.push(store.save("a name", &profile).unwrap_err());
    errors.push(Store::new(directory.path()).save("eu", &profile).unwrap_err());
    errors.push(Store::new(store.path().join("x")).load().unwrap_err());
    errors.push(Store::new(store.path().join("x")).save("eu", &profile).unwrap_err());
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

        let link = directory.path().join("link");
        symlink(store.path(), &link).unwrap();
        errors.push(Store::new(&link).load().unwrap_err());
        fs::set_permissions(store.path(), fs::Permissions::from_mode(0o644)).unwrap();
        errors.push(store.load().unwrap_err());
        fs::set_permissions(store.path(), fs::Permissions::from_mode(0o600)).unwrap();
        // Only root can give a file away.
        if chown(store.path(), Some(12_345), None).is_ok() {
            errors.push(store.load().unwrap_err());
        }
    }
    errors
}

#[test]
#[cfg(unix)]
fn no_error_shows_a_secret() {
    let mut seen = BTreeSet::new();
    for error in errors() {
        assert_masked("an error", &shown(&error));
        let name = format!("{error:?}");
        seen.insert(name.split([' ', '{']).next().unwrap().to_owned());
    }
    // Not here: `HelperTooSlow`, which takes ten seconds, and `ForeignOwner`, which takes root.
    seen.remove("ForeignOwner");
    let expected = [
        "BadProfileName",
        "BadValue",
        "BaseUrl",
        "Broken",
        "DefaultTwice",
        "HalfLogin",
        "HelperAnswer",
        "HelperFailed",
        "HelperNotFound",
        "HelperNotRun",
        "HostNotAllowed",
        "NoSuchProfile",
        "NotAFile",
        "NotLoggedIn",
        "OtherHost",
        "Symlink",
        "TooLarge",
        "TooOpen",
        "TwoLogins",
        "Unreadable",
        "Unwritable",
        "WrongType",
    ];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn an_error_says_nothing_twice_and_ends_without_a_period() {
    for error in errors() {
        let text = error.to_string();
        assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
        if let Some(source) = error::Error::source(&error) {
            assert!(!text.contains(&source.to_string()), "{text}");
        }
    }
}

#[test]
fn no_value_shows_a_secret() {
    let text = json!({
        "base_url": format!("https://{KEY}:{SECRET}@api.gong.io"),
        "access_key": KEY, "secret_key": SECRET, "refresh_token": SECRET,
        "profiles": {
            "eu": { "access_token": SECRET },
            "us": { "access_key": KEY, "secret_key": SECRET, "old": { "keys": [SECRET] } },
            "cmd": { "secret_key": { "command": ["echo", SECRET] } },
        }
    });
    let (_directory, store) = store_with(text.to_string());
    let given = |profile: &str| Given {
        profile: Some(Sourced::new(profile.to_owned(), "--profile")),
        ..Given::default()
    };
    let masked = |value: &dyn Debug| {
        assert_masked("a value", &format!("{value:?}"));
        assert_masked("a value", &format!("{value:#?}"));
    };
    masked(&store);
    masked(&store.load().unwrap());
    masked(&resolve(&given("eu"), &store).unwrap());
    masked(&resolve(&given("us"), &store).unwrap());
    masked(&resolve(&given("us"), &store).unwrap().credentials.fingerprint());
    masked(&Given {
        access_token: Some(Sourced::new(Secret::from(SECRET), "x")),
        base_url: Some(Sourced::new(format!("https://{SECRET}@gong.io"), "x")),
        ..given_canaries()
    });
    masked(&Secret::from(SECRET));
    masked(&SecretSource::from(SECRET));
    masked(&credentials().authorization());
    masked(&credentials());
}

#[test]
fn a_leak_would_be_found() {
    for text in [
        format!("a {SECRET} b"),
        format!("{KEY}!"),
        credentials().authorization().expose().to_owned(),
        STANDARD.encode(format!("a{SECRET}b")),
        STANDARD.encode(format!("ab{SECRET}bcd")),
        STANDARD.encode(format!("abc{KEY}b")),
        SECRET.chars().rev().collect(),
        format!("{:x?}", SECRET.as_bytes()).replace([',', ' '], ""),
    ] {
        assert!(leak(&text).is_some(), "{text}");
    }
}

fn credentials() -> Credentials {
    let login = Login::AccessKey { access_key: KEY.to_owned(), secret_key: Secret::from(SECRET) };
    Credentials { base_url: BaseUrl::default(), login }
}

#[test]
fn a_long_key_makes_a_header_of_one_line() {
    let login = Login::AccessKey {
        access_key: "k".repeat(300),
        secret_key: Secret::from("s".repeat(3_000)),
    };
    let header = Credentials { base_url: BaseUrl::default(), login }.authorization();
    let encoded = header.expose().strip_prefix("Basic ").unwrap();
    assert!(encoded.bytes().all(|it| it.is_ascii_alphanumeric() || b"+/=".contains(&it)));
    let decoded = STANDARD.decode(encoded).unwrap();
    assert_eq!(decoded, format!("{}:{}", "k".repeat(300), "s".repeat(3_000)).into_bytes());
}

#[test]
fn a_token_is_sent_as_it_is() {
    let credentials =
        Credentials { base_url: BaseUrl::default(), login: Login::Token(Secret::from("a.b-c")) };
    assert_eq!(credentials.authorization().expose(), "Bearer a.b-c");
}

#[test]
fn a_fingerprint_names_host_and_key_and_nothing_else() {
    let of = |base_url: &str, access_key: &str, secret_key: &str| {
        let login = Login::AccessKey {
            access_key: access_key.to_owned(),
            secret_key: Secret::from(secret_key),
        };
        Credentials { base_url: base_url.parse().unwrap(), login }.fingerprint()
    };
    let it = of("https://api.gong.io", "K", "S");
    assert_eq!(it.len(), 16);
    assert!(it.bytes().all(|it| b"0123456789abcdef".contains(&it)));
    assert_eq!(it, "edfb6172a0dffc0f", "it names files, so it must never change");
    assert_eq!(it, of("https://API.gong.io./v2", "K", "another"));
    assert_ne!(it, of("https://us-1.api.gong.io", "K", "S"));
    assert_ne!(it, of("https://api.gong.io:8443", "K", "S"));
    assert_ne!(it, of("https://api.gong.io", "K2", "S"));
    let of_token = |token: &str| {
        let login = Login::Token(Secret::from(token));
        Credentials { base_url: BaseUrl::default(), login }.fingerprint()
    };
    assert_eq!(of_token("today's"), of_token("tomorrow's"));
    assert_ne!(of_token("today's"), it);
}
