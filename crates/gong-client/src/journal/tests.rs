//! Tests of the journal: who left what behind, what is refused, and what is in the file.

use std::{fs, sync::Mutex, time::Duration};

use gong_types::Effect;
use http::Method;
use proptest::prelude::*;

use super::*;
use crate::shared_file::{Found, parse, render};

/// A clock that is put.
struct Put(Mutex<Timestamp>);

impl Clock for Put {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct World {
    directory: tempfile::TempDir,
    clock: Arc<Put>,
}

impl World {
    fn new() -> Self {
        let clock = Put(Mutex::new("2026-11-22T12:00:00Z".parse().unwrap()));
        Self { directory: tempfile::tempdir().unwrap(), clock: Arc::new(clock) }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("state/journal")
    }

    /// The journal as another process sees it.
    fn open(&self) -> Arc<Journal> {
        Arc::new(Journal::with_clock(&self.path(), self.clock.clone()).unwrap())
    }

    fn put(&self, later: Duration) {
        let mut now = self.clock.0.lock().unwrap();
        *now += later;
    }

    fn unfinished(&self) -> Vec<String> {
        let unfinished = self.open().unfinished().unwrap();
        unfinished.into_iter().map(|it| format!("{} {:?}", it.request, it.key)).collect()
    }
}

fn create(name: &str) -> Request {
    Request::new(Method::POST, "/v9/meetings", Effect::Writes).body(&[("name", name)])
}

fn keyed(name: &str, key: &str) -> Request {
    let body = std::collections::BTreeMap::from([("name", name), ("eventId", key)]);
    Request::new(Method::POST, "/v9/events", Effect::Writes).body(&body).key(key)
}

fn sent(journal: &Arc<Journal>, request: &Request) -> Entry {
    let mut entry = journal.begin(request, None, false).unwrap().entry;
    entry.sent().unwrap();
    entry
}

/// What a kill does: nothing is written, and the locks come free.
fn kill(journal: &Journal, entries: impl IntoIterator<Item = Entry>) {
    entries.into_iter().for_each(std::mem::forget);
    *journal.place() = None;
}

#[test]
fn what_a_process_left_behind_is_unfinished_once_it_is_gone() {
    let world = World::new();
    let journal = world.open();
    let prepared = journal.begin(&create("a"), None, false).unwrap().entry;
    let sent = sent(&journal, &create("b"));
    assert_eq!(world.unfinished(), [""; 0], "it still runs");
    kill(&journal, [prepared, sent]);
    assert_eq!(world.unfinished(), ["POST /v9/meetings None"]);
    let begin = |name| world.open().begin(&create(name), None, false).map(|begun| begun.was_sent);
    assert!(!begin("a").unwrap(), "nothing of it was sent");
    assert!(matches!(begin("b"), Err(Error::Unfinished { .. })));
}

#[test]
fn the_place_of_a_process_that_is_gone_may_be_taken_without_waking_its_lines() {
    let world = World::new();
    let journal = world.open();
    kill(&journal, [sent(&journal, &create("a"))]);
    let other = world.open();
    let entry = sent(&other, &create("b"));
    assert_eq!(world.unfinished().len(), 1);
    assert!(matches!(other.begin(&create("a"), None, false), Err(Error::Unfinished { .. })));
    drop(entry);
    assert_eq!(world.unfinished().len(), 2, "it was dropped while it was under way");
}

#[test]
fn how_a_request_ends_decides_what_is_left_of_it() {
    for (end, expected) in [(End::Done, 0), (End::NotDone, 0), (End::Unknown, 1)] {
        let world = World::new();
        sent(&world.open(), &create("a")).close(end);
        assert_eq!(world.unfinished().len(), expected, "{end:?}");
    }
    let world = World::new();
    drop(world.open().begin(&create("a"), None, false).unwrap().entry);
    let mut entry = sent(&world.open(), &create("a"));
    entry.waits().unwrap();
    drop(entry);
    assert_eq!(world.unfinished(), [""; 0], "nothing that Gong may have acted on was sent");
}

#[test]
fn a_person_may_send_again_what_is_unfinished() {
    let world = World::new();
    let journal = world.open();
    sent(&journal, &create("a")).close(End::Unknown);
    let again = journal.begin(&create("a"), None, true).unwrap();
    assert!(again.was_sent);
    again.entry.close(End::NotDone);
    assert_eq!(world.unfinished().len(), 1, "a refusal says nothing about the first");
    journal.begin(&create("a"), None, true).unwrap().entry.close(End::Done);
    assert_eq!(world.unfinished(), [""; 0]);
}

#[test]
fn a_key_is_found_again_by_the_rest_of_its_request() {
    let world = World::new();
    let journal = world.open();
    sent(&journal, &keyed("a", "first")).close(End::Unknown);
    let key = |name, key| world.open().key_of(&keyed(name, key), None).unwrap();
    assert_eq!(key("a", "second").as_deref(), Some("first"));
    assert_eq!(key("b", "second"), None);
    // With another key it is another request, of which this one says nothing.
    let other = journal.begin(&keyed("a", "second"), None, false).unwrap();
    assert!(!other.was_sent);
    other.entry.close(End::Done);
    let again = journal.begin(&keyed("a", "first"), None, false).unwrap();
    assert!(again.was_sent);
    again.entry.close(End::Done);
    assert_eq!(world.unfinished(), [""; 0]);
}

#[test]
fn what_is_uploaded_tells_requests_apart() {
    let world = World::new();
    let journal = world.open();
    let contents = ["a", "b"].map(|name| Content::bytes(name, "x"));
    for content in &contents {
        let mut entry = journal.begin(&create("a"), Some(content), false).unwrap().entry;
        entry.sent().unwrap();
        entry.close(End::Unknown);
    }
    for other in ["xx", "y"] {
        let other = Content::bytes("a", other);
        assert!(journal.begin(&create("a"), Some(&other), false).is_ok());
    }
    assert!(journal.begin(&create("a"), Some(&contents[1]), false).is_err());
}

#[test]
fn a_file_that_changed_is_another_one() {
    let world = World::new();
    let path = world.path().with_file_name("a.csv");
    let written = |text: &str| {
        fs::write(&path, text).unwrap();
        Content::file(&path).unwrap()
    };
    let journal = world.open();
    let before = written("id,1");
    let mut entry = journal.begin(&keyed("a", "k"), Some(&before), false).unwrap().entry;
    entry.sent().unwrap();
    entry.close(End::Unknown);
    let key = |content: &Content| journal.key_of(&keyed("a", "new"), Some(content)).unwrap();
    assert_eq!(key(&written("id,2")), None);
    assert_eq!(key(&written("id,1")).as_deref(), Some("k"));
    let gone = written("id,3");
    fs::remove_file(&path).unwrap();
    let error = journal.key_of(&keyed("a", "new"), Some(&gone)).unwrap_err();
    assert!(matches!(error, Error::Content { .. }), "{error:?}");
}

#[test]
fn a_line_is_forgotten_when_it_is_looked_after_or_after_30_days() {
    let world = World::new();
    let journal = world.open();
    for name in ["a", "b"] {
        sent(&journal, &create(name)).close(End::Unknown);
    }
    let unfinished = journal.unfinished().unwrap();
    journal.forget(&unfinished[0]).unwrap();
    assert_eq!(journal.unfinished().unwrap(), unfinished[1..]);
    world.put(Duration::from_hours(30 * 24));
    assert_eq!(journal.unfinished().unwrap().len(), 1);
    world.put(Duration::from_secs(1));
    assert_eq!(journal.unfinished().unwrap(), []);
}

#[test]
fn a_damaged_journal_lets_nothing_go_until_a_person_says_so() {
    for damage in [0, 10, 80] {
        let world = World::new();
        sent(&world.open(), &create("a")).close(End::Unknown);
        let bytes = fs::read(world.path()).unwrap();
        fs::write(world.path(), &bytes[..damage]).unwrap();
        let journal = world.open();
        let error = journal.unfinished().unwrap_err();
        assert!(matches!(error, Error::Journal { .. }), "{error:?}");
        for request in [create("b"), keyed("b", "k")] {
            assert!(matches!(journal.begin(&request, None, false), Err(Error::Journal { .. })));
        }
        let begun = journal.begin(&create("b"), None, true).unwrap();
        assert!(begun.is_put_aside && !begun.was_sent);
        begun.entry.close(End::Done);
        assert_eq!(world.unfinished(), [""; 0]);
        let directory = fs::read_dir(world.path().parent().unwrap()).unwrap();
        let kept = directory
            .map(|entry| entry.unwrap().path())
            .find(|path| path.display().to_string().contains("damaged"))
            .unwrap();
        assert_eq!(fs::read(kept).unwrap(), bytes[..damage]);
    }
}

#[test]
fn the_file_says_nothing_about_people() {
    let world = World::new();
    let request = Request::new(Method::POST, "/v9/erase", Effect::Erases)
        .query(&[("email", "jane@victim.example")].into_iter().collect::<Names<'_>>())
        .body(&[("name", "Jane Victim")]);
    let content = Content::bytes("jane.mp3", "x");
    let mut entry = world.open().begin(&request, Some(&content), false).unwrap().entry;
    entry.sent().unwrap();
    let text = fs::read_to_string(world.path()).unwrap().to_ascii_lowercase();
    assert!(text.contains("post /v9/erase"), "{text}");
    assert!(!text.contains("jane") && !text.contains("victim"), "{text}");
}

type Names<'a> = std::collections::BTreeMap<&'a str, &'a str>;

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let _entry = sent(&world.open(), &create("a"));
    for entry in fs::read_dir(world.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.path());
    }
}

#[test]
fn threads_do_not_lose_each_others_lines() {
    let world = World::new();
    // Two threads share each of them.
    let journals = [world.open(), world.open()];
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let journal = &journals[thread % 2];
            scope.spawn(move || {
                for number in 0..10 {
                    let request = create(&format!("{thread}.{number}"));
                    let end = if number % 2 == 0 { End::Done } else { End::Unknown };
                    sent(journal, &request).close(end);
                }
            });
        }
    });
    assert_eq!(world.unfinished().len(), 20);
}

proptest! {
    #[test]
    fn the_hash_of_a_request_does_not_hang_on_its_key(key in ".{1,20}", other in ".{1,20}") {
        let names = |key: &str| std::collections::BTreeMap::from([("k", key.to_owned())]);
        let request = |key: &str| {
            Request::new(Method::PUT, "/v9/x", Effect::Writes)
                .query(&names(key))
                .body(&names(key))
                .key(key)
        };
        let bare = Request::new(Method::PUT, "/v9/x", Effect::Writes)
            .body(&std::collections::BTreeMap::<String, String>::new());
        let hash = |request: &Request| hash(request, None).unwrap();
        prop_assert_eq!(hash(&request(&key)), hash(&request(&other)));
        prop_assert_eq!(hash(&request(&key)), hash(&bare));
    }

    #[test]
    fn one_wrong_byte_is_damage_or_changes_nothing(at in any::<prop::sample::Index>(), byte: u8) {
        let mut pages = Pages::default();
        pages.add(Line {
            number: 0,
            when: Timestamp::UNIX_EPOCH,
            request: "POST /v9/x".to_owned(),
            key: None,
            hash: "0".repeat(64),
            state: State::Unknown,
            place: 0,
        });
        let mut bytes = render(&pages).unwrap().into_bytes();
        *at.get_mut(&mut bytes) = byte;
        let found = parse::<Pages>(&bytes);
        prop_assert!(found == Found::Damage || found == Found::Content(pages), "{:?}", found);
    }
}
