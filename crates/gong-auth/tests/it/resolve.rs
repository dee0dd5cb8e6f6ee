//! Which credentials count: every way to give them, and every way to get it wrong.

use gong_auth::{Error, Given, Login, Resolved, Secret, Sourced, Store, resolve};

use crate::store::store_with;

const OF_A_PERSON: &str = r#"{
    "base_url": "https://us-12345.api.gong.io", "access_key": "FILEKEY", "secret_key": "FILESECRET",
    "requests_per_second": 4, "requests_per_day": 20000, "time_zone": "Europe/Berlin",
    "profiles": {
        "eu": { "base_url": "https://eu-2086.api.gong.io/v2/", "access_token": "FILETOKEN" },
        "bare": { "access_key": "BAREKEY", "secret_key": "BARESECRET" },
        "key": { "access_key": "HALFKEY" },
        "secret": { "secret_key": "HALFSECRET" },
        "local": { "base_url": "http://127.0.0.1:4010", "access_key": "K", "secret_key": "S" },
        "evil": { "base_url": "https://gong.io.evil.com", "access_key": "K", "secret_key": "S" }
    }
}"#;

/// What is given, by the names of the flags and variables, in the order of the fields.
#[derive(Default)]
struct Vars {
    profile: &'static str,
    base_url: &'static str,
    key: &'static str,
    secret: &'static str,
    token: &'static str,
    allow: &'static str,
}

impl Vars {
    fn given(&self) -> Given {
        let text = |value: &str, name| Some(Sourced::new(value.to_owned(), name));
        let secret = |value: &str, name| Some(Sourced::new(Secret::from(value), name));
        Given {
            profile: text(self.profile, "GONG_PROFILE"),
            base_url: text(self.base_url, "GONG_BASE_URL"),
            access_key: text(self.key, "GONG_ACCESS_KEY"),
            secret_key: secret(self.secret, "GONG_ACCESS_KEY_SECRET"),
            access_token: secret(self.token, "GONG_ACCESS_TOKEN"),
            allow_hosts: vec![self.allow.to_owned()],
            ..Given::default()
        }
    }

    fn resolve(&self, text: &str) -> Result<Resolved, Error> {
        let (_directory, store) = store_with(text);
        resolve(&self.given(), &store)
    }

    /// Login and host in one line, as the person with the file above gets them.
    fn meaning(&self) -> String {
        shown(&self.resolve(OF_A_PERSON).unwrap())
    }
}

fn shown(resolved: &Resolved) -> String {
    let login = match &resolved.credentials.login {
        Login::AccessKey { access_key, secret_key } => {
            format!("{access_key}:{}", secret_key.expose())
        }
        Login::Token(token) => token.expose().to_owned(),
        other => format!("{other:?}"),
    };
    format!("{login} to {}", resolved.credentials.base_url)
}

#[test]
fn the_plain_file_is_enough() {
    let (_directory, store) = store_with(OF_A_PERSON);
    let resolved = resolve(&Given::default(), &store).unwrap();
    assert_eq!(shown(&resolved), "FILEKEY:FILESECRET to https://us-12345.api.gong.io");
    assert_eq!(resolved.profile, "default");
    assert_eq!(resolved.requests_per_second, Some(4));
    assert_eq!(resolved.requests_per_day, Some(20_000));
    assert_eq!(resolved.time_zone.as_deref(), Some("Europe/Berlin"));
    let place = format!("{} (profile default)", store.path().display());
    assert_eq!(
        resolved.sources,
        [
            ("profile", "default".to_owned()),
            ("base_url", place.clone()),
            ("access_key", format!("access_key in {place}")),
            ("secret_key", format!("secret_key in {place}")),
        ]
    );
}

#[test]
fn a_profile_is_chosen_by_name() {
    let eu = Vars { profile: "eu", ..Vars::default() };
    assert_eq!(eu.meaning(), "FILETOKEN to https://eu-2086.api.gong.io");
    let bare = Vars { profile: " bare\n", ..Vars::default() };
    assert_eq!(bare.meaning(), "BAREKEY:BARESECRET to https://api.gong.io");
    let local = Vars { profile: "local", ..Vars::default() };
    assert_eq!(local.meaning(), "K:S to http://127.0.0.1:4010");
}

#[test]
fn variables_go_before_the_file() {
    let pair = Vars { key: "ENVKEY", secret: "ENVSECRET", ..Vars::default() };
    assert_eq!(pair.meaning(), "ENVKEY:ENVSECRET to https://us-12345.api.gong.io");
    let token = Vars { token: "ENVTOKEN", profile: "eu", ..Vars::default() };
    assert_eq!(token.meaning(), "ENVTOKEN to https://eu-2086.api.gong.io");
    let all = Vars { base_url: "https://eu-1.api.gong.io", ..pair };
    assert_eq!(all.meaning(), "ENVKEY:ENVSECRET to https://eu-1.api.gong.io");
    let sources = all.resolve(OF_A_PERSON).unwrap().sources;
    assert_eq!(
        sources.iter().map(|(_, source)| source.as_str()).collect::<Vec<_>>(),
        ["default", "GONG_BASE_URL", "GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET"]
    );
}

#[test]
fn without_a_file_the_variables_are_enough() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("none/credentials.json"));
    let pair = Vars { key: "ENVKEY", secret: "ENVSECRET", ..Vars::default() };
    let resolved = resolve(&pair.given(), &store).unwrap();
    assert_eq!(shown(&resolved), "ENVKEY:ENVSECRET to https://api.gong.io");
    assert_eq!(resolved.sources[1], ("base_url", "default".to_owned()));
}

#[test]
fn a_broken_file_is_in_the_way_only_if_it_is_needed() {
    let pair = Vars { key: "ENVKEY", secret: "ENVSECRET", ..Vars::default() };
    assert!(matches!(pair.resolve("{"), Err(Error::Broken { .. })), "its host may be in there");
    let all = Vars { base_url: "http://127.0.0.1:1", ..pair };
    assert_eq!(shown(&all.resolve("{").unwrap()), "ENVKEY:ENVSECRET to http://127.0.0.1:1");
    let named = Vars { profile: "eu", ..all };
    assert!(matches!(named.resolve("{"), Err(Error::Broken { .. })));
}

#[test]
fn empty_variables_are_none() {
    let empty = Vars { profile: " ", base_url: "", key: "\n", secret: "", token: " ", allow: "" };
    assert_eq!(empty.meaning(), "FILEKEY:FILESECRET to https://us-12345.api.gong.io");
}

#[test]
fn half_a_login_is_completed_only_by_a_profile_that_has_just_the_other_half() {
    let key = Vars { key: "ENVKEY", ..Vars::default() };
    let error = key.resolve(OF_A_PERSON).unwrap_err();
    assert_eq!(error.to_string(), "GONG_ACCESS_KEY is set, but GONG_ACCESS_KEY_SECRET is not");
    let with_secret = Vars { profile: "secret", ..key };
    assert_eq!(with_secret.meaning(), "ENVKEY:HALFSECRET to https://api.gong.io");
    let with_token = Vars { profile: "eu", ..with_secret };
    assert!(matches!(with_token.resolve(OF_A_PERSON), Err(Error::HalfLogin { .. })));

    let secret = Vars { secret: "ENVSECRET", ..Vars::default() };
    let error = secret.resolve(OF_A_PERSON).unwrap_err();
    assert_eq!(error.to_string(), "GONG_ACCESS_KEY_SECRET is set, but GONG_ACCESS_KEY is not");
    let with_key = Vars { profile: "key", ..secret };
    assert_eq!(with_key.meaning(), "HALFKEY:ENVSECRET to https://api.gong.io");

    for (profile, missing) in [("key", "secret_key in "), ("secret", "access_key in ")] {
        let stored = Vars { profile, ..Vars::default() };
        match stored.resolve(OF_A_PERSON).unwrap_err() {
            Error::HalfLogin { missing: it, .. } => assert!(it.starts_with(missing), "{it}"),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn two_logins_are_one_too_many() {
    let both = Vars { key: "K", secret: "S", token: "T", ..Vars::default() };
    let error = both.resolve(OF_A_PERSON).unwrap_err();
    assert_eq!(error.to_string(), "both GONG_ACCESS_KEY and GONG_ACCESS_TOKEN are set");
    let in_file = r#"{"access_key": "K", "secret_key": "S", "access_token": "T"}"#;
    assert!(matches!(Vars::default().resolve(in_file), Err(Error::TwoLogins { .. })));
    let token = Vars { token: "T2", ..Vars::default() };
    assert_eq!(shown(&token.resolve(in_file).unwrap()), "T2 to https://api.gong.io");
}

#[test]
fn a_stored_key_goes_only_to_its_own_host() {
    for base_url in [
        "https://api.gong.io",
        "https://eu-2086.api.gong.io",
        "https://us-12345.api.gong.io:8443",
        "https://us-12345.api.gong.io.evil.com",
        "https://evil.com",
        "http://127.0.0.1:4010",
        "http://localhost",
    ] {
        for allow in ["", "evil.com"] {
            let other = Vars { base_url, allow, ..Vars::default() };
            match other.resolve(OF_A_PERSON).unwrap_err() {
                Error::OtherHost { origin, asked, bound, .. } => {
                    assert_eq!((origin.as_str(), asked.as_str()), ("GONG_BASE_URL", base_url));
                    assert_eq!(bound, "https://us-12345.api.gong.io");
                }
                error => panic!("{base_url}: {error}"),
            }
        }
        // Half of it is bound as well.
        let half = Vars { base_url, profile: "local", token: "T", ..Vars::default() };
        assert_ne!(base_url.contains("evil"), half.resolve(OF_A_PERSON).is_ok(), "{base_url}");
    }
    for base_url in ["https://us-12345.api.gong.io/v2", "HTTPS://US-12345.api.gong.io.:443"] {
        let same = Vars { base_url, ..Vars::default() };
        assert_eq!(same.meaning(), "FILEKEY:FILESECRET to https://us-12345.api.gong.io");
    }
}

#[test]
fn a_stored_key_without_a_host_goes_to_any_of_gongs() {
    let with = |base_url, allow| Vars { profile: "bare", base_url, allow, ..Vars::default() };
    let us = with("https://us-9.api.gong.io", "");
    assert_eq!(us.meaning(), "BAREKEY:BARESECRET to https://us-9.api.gong.io");
    for base_url in ["https://evil.com", "http://127.0.0.1:4010", "https://evilgong.io"] {
        let error = with(base_url, "evil.com").resolve(OF_A_PERSON).unwrap_err();
        assert!(matches!(error, Error::OtherHost { .. }), "{base_url}: {error}");
    }
}

#[test]
fn half_a_stored_login_is_bound_too() {
    let text = r#"{"base_url": "https://us-1.api.gong.io", "secret_key": "S"}"#;
    let vars = Vars { key: "K", base_url: "http://127.0.0.1:1", ..Vars::default() };
    assert!(matches!(vars.resolve(text), Err(Error::OtherHost { .. })));
}

#[test]
fn a_given_key_goes_to_gong_this_machine_or_an_allowed_host() {
    let pair = |base_url, allow| Vars { key: "K", secret: "S", base_url, allow, ..Vars::default() };
    assert_eq!(pair("http://[::1]:4010", "").meaning(), "K:S to http://[::1]:4010");
    let error = pair("https://proxy.example", "").resolve(OF_A_PERSON).unwrap_err();
    assert!(matches!(error, Error::HostNotAllowed { .. }), "{error}");
    assert!(error.hint().unwrap().contains("--allow-host proxy.example"));
    assert_eq!(
        pair("https://proxy.example", "proxy.example").meaning(),
        "K:S to https://proxy.example"
    );
    // Nor does a host in the file go unjudged.
    let stored = Vars { profile: "evil", ..Vars::default() };
    assert!(matches!(stored.resolve(OF_A_PERSON), Err(Error::HostNotAllowed { .. })));
}

#[test]
fn a_bad_base_url_says_where_it_stands() {
    let given = Vars { base_url: "http://api.gong.io", ..Vars::default() };
    let error = given.resolve(OF_A_PERSON).unwrap_err().to_string();
    let problem = "only https is supported, except for a server on this machine";
    assert_eq!(error, format!("GONG_BASE_URL is not a usable base URL: {problem}"));
    let error = Vars::default().resolve(r#"{"base_url": "gong"}"#).unwrap_err().to_string();
    assert!(error.starts_with("base_url in /") && error.contains("(profile default)"), "{error}");
}

#[test]
fn without_any_credentials_it_says_where_it_looked() {
    let (_directory, store) = store_with(r#"{"time_zone": "UTC"}"#);
    let error = resolve(&Given::default(), &store).unwrap_err();
    assert!(error.is_missing());
    let place = format!("{} (profile default)", store.path().display());
    assert_eq!(
        error.to_string(),
        format!(
            "not logged in: no credentials in GONG_ACCESS_KEY, GONG_ACCESS_KEY_SECRET, \
             GONG_ACCESS_TOKEN, {place}"
        )
    );
    let hint = "run `gong auth login`, or set GONG_ACCESS_KEY and GONG_ACCESS_KEY_SECRET";
    assert_eq!(error.hint().unwrap(), hint);

    let error = Vars::default().resolve(r#"{"profiles": {"eu": {}, "us": {}}}"#).unwrap_err();
    assert!(error.is_missing() && error.hint().unwrap().contains("one of eu, us"));
    let default = Vars { profile: "default", ..Vars::default() };
    assert!(default.resolve("{}").unwrap_err().is_missing());
}

#[test]
fn an_unknown_profile_is_told_from_the_known_ones() {
    let vars = Vars { profile: "asia; rm", key: "K", secret: "S", ..Vars::default() };
    let error = vars.resolve(r#"{"profiles": {"eu": {}, "us": {}}}"#).unwrap_err();
    assert!(matches!(error, Error::NoSuchProfile { .. }));
    let hint = "use one of eu, us, or run `gong auth login --profile 'asia; rm'`";
    assert_eq!(error.hint().unwrap(), hint);
}

#[test]
fn stray_white_space_is_dropped() {
    let text = r#"{"base_url": " https://us-1.api.gong.io\n", "access_key": "K\r\n", "secret_key": "\tS "}"#;
    let resolved = Vars::default().resolve(text).unwrap();
    assert_eq!(shown(&resolved), "K:S to https://us-1.api.gong.io");
    let vars = Vars { key: " K\n", secret: "S\n", ..Vars::default() };
    assert_eq!(shown(&vars.resolve("{}").unwrap()), "K:S to https://api.gong.io");
    let blank_host = r#"{"base_url": "", "access_key": "K", "secret_key": "S"}"#;
    assert_eq!(shown(&Vars::default().resolve(blank_host).unwrap()), "K:S to https://api.gong.io");
}

#[test]
fn placeholders_and_nonsense_are_told_from_keys() {
    for (value, problem) in [
        ("", "is empty"),
        (" \n", "is empty"),
        ("…", "is still the placeholder"),
        ("...", "is still the placeholder"),
        ("****", "is still the placeholder"),
        ("xxxxxxxx", "is still the placeholder"),
        ("your_access_key_here", "is still the placeholder"),
        ("YOUR-SECRET", "is still the placeholder"),
        ("your key", "is still the placeholder"),
        ("<secret_key>", "is still the placeholder"),
        ("{{ secret }}", "is still the placeholder"),
        ("$GONG_SECRET", "is still the placeholder"),
        ("secret_key", "is still the placeholder"),
        ("paste_key_here", "is still the placeholder"),
        ("a\nb", "has a line break or a control character in it"),
        ("a\r\nX-Evil: 1", "has a line break or a control character in it"),
        ("a\0b", "has a line break or a control character in it"),
        ("a b", "has a space or a letter in it that no key has"),
        ("“quoted”", "has a space or a letter in it that no key has"),
    ] {
        let json = serde_json::json!({ "access_key": "K", "secret_key": value }).to_string();
        match Vars::default().resolve(&json).unwrap_err() {
            error @ Error::BadValue { what: "secret_key", problem: it, .. } => {
                assert_eq!(it, problem, "{value:?}");
                assert!(error.hint().unwrap().contains("gong auth login"));
            }
            other => panic!("{value:?}: {other}"),
        }
        let json = serde_json::json!({ "access_key": value, "secret_key": "S" }).to_string();
        let error = Vars::default().resolve(&json).unwrap_err();
        assert!(matches!(error, Error::BadValue { what: "access_key", .. }), "{value:?}");
        let json = serde_json::json!({ "access_token": value }).to_string();
        let error = Vars::default().resolve(&json).unwrap_err();
        assert!(matches!(error, Error::BadValue { what: "access_token", .. }), "{value:?}");
    }
    // A colon ends the key in Basic authentication; in the secret it does no harm.
    let with_colon = r#"{"access_key": "K:L", "secret_key": "S"}"#;
    assert!(matches!(Vars::default().resolve(with_colon), Err(Error::BadValue { .. })));
    let with_colon = r#"{"access_key": "K", "secret_key": "S:T"}"#;
    assert!(Vars::default().resolve(with_colon).is_ok());
    for token in ["eyJhbGciOiJIUzI1NiJ9.eyJ1IjoxfQ.x-_x", "YOURS7", "k+/=", "secret", "xyz"] {
        let vars = Vars { token, ..Vars::default() };
        assert_eq!(shown(&vars.resolve("{}").unwrap()), format!("{token} to https://api.gong.io"));
    }
}
