//! The keyring: what is kept there, and what happens when it is absent, fails, or hangs.

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use gong_auth::{
    Credentials, Ended, Error, Given, HelperEnv, Keyring, KeyringError, Login, OAuth, Profile,
    Renewal, Secret, SecretSource, Store, TokenReply, resolve,
};
use jiff::Timestamp;
use tempfile::TempDir;

/// A keyring in memory that can be told to fail.
#[derive(Default)]
struct Fake {
    secrets: Mutex<BTreeMap<String, String>>,
    is_locked: Mutex<bool>,
    /// What it does not delete: names with this in them.
    keeps: Mutex<Option<&'static str>>,
}

impl Fake {
    fn values(&self) -> Vec<String> {
        self.secrets.lock().unwrap().values().cloned().collect()
    }

    fn check(&self) -> Result<(), KeyringError> {
        let is_locked = *self.is_locked.lock().unwrap();
        if is_locked { Err(KeyringError("the collection is locked".to_owned())) } else { Ok(()) }
    }
}

impl Keyring for Fake {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeyringError> {
        self.check()?;
        Ok(self.secrets.lock().unwrap().get(name).map(|it| Secret::from(it.as_str())))
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), KeyringError> {
        self.check()?;
        self.secrets.lock().unwrap().insert(name.to_owned(), secret.expose().to_owned());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), KeyringError> {
        self.check()?;
        if self.keeps.lock().unwrap().is_some_and(|it| name.contains(it)) {
            return Err(KeyringError("it is kept".to_owned()));
        }
        self.secrets.lock().unwrap().remove(name);
        Ok(())
    }
}

/// A keyring that asks somebody who is not there.
struct Hanging(Mutex<mpsc::Receiver<()>>);

impl Hanging {
    fn wait(&self) -> KeyringError {
        let _ = self.0.lock().unwrap().recv();
        KeyringError("nobody came".to_owned())
    }
}

impl Keyring for Hanging {
    fn get(&self, _: &str) -> Result<Option<Secret>, KeyringError> {
        Err(self.wait())
    }

    fn set(&self, _: &str, _: &Secret) -> Result<(), KeyringError> {
        Err(self.wait())
    }

    fn delete(&self, _: &str) -> Result<(), KeyringError> {
        Err(self.wait())
    }
}

fn store_over(keyring: Option<Arc<dyn Keyring>>) -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("credentials.json")).with_keyring(keyring);
    (directory, store)
}

fn with_fake() -> (TempDir, Store, Arc<Fake>) {
    let fake = Arc::new(Fake::default());
    let (directory, store) = store_over(Some(fake.clone()));
    (directory, store, fake)
}

fn hidden(store: &Store, secret: &str) -> Profile {
    Profile {
        access_key: Some("KEY".into()),
        secret_key: Some(store.hide("default", "secret_key", &secret.into()).unwrap()),
        ..Profile::default()
    }
}

fn reason(error: &Error) -> String {
    match error {
        Error::Keyring { source } => source.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_hidden_secret_is_not_in_the_file_and_is_found_again() {
    let (_directory, store, fake) = with_fake();
    store.save("default", &hidden(&store, "canary")).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(!text.contains("canary") && text.contains("\"keyring\": \"default/secret_key/"));
    let resolved = resolve(&Given::default(), &store).unwrap();
    match resolved.credentials.login {
        Login::AccessKey { secret_key, .. } => assert_eq!(secret_key.expose(), "canary"),
        other => panic!("{other:?}"),
    }
    let (what, source) = resolved.sources.last().unwrap();
    assert_eq!(*what, "secret_key");
    assert!(source.ends_with("(profile default), which is in the keyring"), "{source}");
    assert!(!format!("{:?} {store:?}", store.load()).contains("canary"));
    assert_eq!(fake.values(), ["canary"]);
}

#[test]
fn a_new_login_and_a_logout_leave_nothing_behind() {
    let (_directory, store, fake) = with_fake();
    store.save("default", &hidden(&store, "first")).unwrap();
    store.save("default", &hidden(&store, "second")).unwrap();
    assert_eq!(fake.values(), ["second"]);
    assert!(store.remove("default").unwrap());
    assert!(fake.values().is_empty() && !store.path().exists());
}

#[test]
fn two_files_do_not_share_a_place() {
    let (_directory, store, fake) = with_fake();
    let other = Store::new("elsewhere/credentials.json").with_keyring(Some(fake.clone()));
    for store in [&store, &other] {
        store.hide("default", "secret_key", &"same".into()).unwrap();
    }
    assert_eq!(fake.values().len(), 2);
}

#[test]
fn without_a_keyring_it_says_so() {
    let (_directory, store) = store_over(None);
    let error = store.hide("default", "secret_key", &"canary".into()).unwrap_err();
    assert_eq!(reason(&error), "this program was built without one");
    assert!(error.hint().unwrap().contains("--store file"));
}

#[test]
fn a_keyring_that_fails_says_why() {
    let (_directory, store, fake) = with_fake();
    store.save("default", &hidden(&store, "canary")).unwrap();
    *fake.is_locked.lock().unwrap() = true;
    for error in [
        resolve(&Given::default(), &store).map(|_| ()).unwrap_err(),
        store.hide("default", "secret_key", &"more".into()).map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(reason(&error), "the collection is locked");
    }
    assert_eq!(reason(&store.remove("default").unwrap_err()), "the collection is locked");
    assert!(store.profile("default").unwrap().is_some());
}

#[test]
fn a_logout_that_leaves_a_secret_can_be_made_good() {
    let (_directory, store, fake) = with_fake();
    oauth_in(&store);
    *fake.keeps.lock().unwrap() = Some("client_secret");
    assert_eq!(reason(&store.remove("default").unwrap_err()), "it is kept");
    assert_eq!(fake.values(), ["C"], "the others are deleted all the same");
    assert!(store.profile("default").unwrap().is_some());
    *fake.keeps.lock().unwrap() = None;
    assert!(store.remove("default").unwrap());
    assert!(fake.values().is_empty() && !store.path().exists());
}

#[test]
fn a_refresh_token_that_gong_refuses_leaves_the_keyring() {
    let (_directory, store, fake) = with_fake();
    let stale = oauth_in(&store);
    let body = br#"{"error": "invalid_grant"}"#.to_vec();
    let refusal = TokenReply { status: 400, body: body.into() };
    assert!(renewal(&store).run(&stale, Timestamp::now(), |_| Ok(refusal)).is_err());
    assert_eq!(fake.values(), ["A1", "C"]);
}

#[test]
fn a_keyring_that_hangs_is_left_after_three_seconds() {
    let (_sender, receiver) = mpsc::channel();
    let (_directory, store) = store_over(Some(Arc::new(Hanging(Mutex::new(receiver)))));
    let start = Instant::now();
    let error = store.hide("default", "secret_key", &"canary".into()).unwrap_err();
    assert_eq!(reason(&error), "it gave no answer within 3 s");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_secret_that_somebody_took_out_of_the_keyring_is_named() {
    let (_directory, store, fake) = with_fake();
    store.save("default", &hidden(&store, "canary")).unwrap();
    fake.secrets.lock().unwrap().clear();
    let error = resolve(&Given::default(), &store).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(
            "the keyring of the operating system has no secret_key by the name `default/secret_key/"
        ),
        "{text}"
    );
}

fn oauth_in(store: &Store) -> Credentials {
    let hide = |what, secret: &str| Some(store.hide("default", what, &secret.into()).unwrap());
    let oauth = OAuth {
        client_id: "app".to_owned(),
        client_secret: hide("client_secret", "C"),
        refresh_token: hide("refresh_token", "R1"),
        ..OAuth::default()
    };
    let profile = Profile {
        access_token: hide("access_token", "A1"),
        oauth: Some(oauth),
        ..Profile::default()
    };
    store.save("default", &profile).unwrap();
    resolve(&Given::default(), store).unwrap().credentials
}

fn renewal(store: &Store) -> Renewal {
    Renewal {
        store: store.clone(),
        profile: "default".to_owned(),
        allow_hosts: Vec::new(),
        helper_env: HelperEnv::default(),
    }
}

fn second() -> TokenReply {
    let body = br#"{"access_token": "A2", "refresh_token": "R2"}"#.to_vec();
    TokenReply { status: 200, body: body.into() }
}

#[test]
fn new_tokens_go_where_the_old_ones_were() {
    let (_directory, store, fake) = with_fake();
    let stale = oauth_in(&store);
    let renewed = renewal(&store)
        .run(&stale, Timestamp::now(), |request| {
            assert!(request.address.expose().ends_with("refresh_token=R1"));
            Ok(second())
        })
        .unwrap();
    assert_eq!(renewed.authorization().expose(), "Bearer A2");
    assert_eq!(fake.values(), ["A2", "C", "R2"]);
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(!text.contains("A2") && !text.contains("R2") && !text.contains("renewing_since"));
    assert!(resolve(&Given::default(), &store).is_ok());
}

#[test]
fn tokens_that_the_keyring_does_not_take_are_not_used() {
    let (_directory, store, fake) = with_fake();
    let stale = oauth_in(&store);
    let result = renewal(&store).run(&stale, Timestamp::now(), |_| {
        *fake.is_locked.lock().unwrap() = true;
        Ok(second())
    });
    assert!(matches!(result, Err(Error::LoginEnded { why: Ended::NotKept, .. })), "{result:?}");
    *fake.is_locked.lock().unwrap() = false;
    let again = renewal(&store).run(&stale, Timestamp::now(), |_| panic!("sent again"));
    assert!(
        matches!(again, Err(Error::LoginEnded { why: Ended::Interrupted { .. }, .. })),
        "{again:?}"
    );
}

#[test]
fn a_place_in_the_keyring_has_a_name() {
    let text = r#"{ "access_key": "K", "secret_key": {"keyring": ""} }"#;
    let (_directory, store) = crate::store::store_with(text);
    let error = resolve(&Given::default(), &store).unwrap_err().to_string();
    assert!(error.contains("secret_key must be text, {\"command\""), "{error}");
    let shown = format!("{:?}", SecretSource::Keyring("default/x".to_owned()));
    assert_eq!(shown, "keyring `default/x`");
}
