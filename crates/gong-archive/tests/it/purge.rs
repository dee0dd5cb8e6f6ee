//! Purges: not a byte of what was purged stays in the folder, and none of it comes back.

mod model;

use std::{
    env,
    io::{Read as _, Write as _},
    num::NonZero,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use gong_archive::{Archive, Purged, Saved, Target, Writer};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::value::RawValue;

use self::model::{Call, Model, Needles, record, save};
use crate::company::NOW;

/// How many purges there are, unless `GONG_ARCHIVE_TEST_PURGES` says otherwise.
const PURGES: usize = 1_000;
/// How many of them one archive goes through.
const EACH: usize = 10;
/// How often a purge is killed.
const KILLS: u64 = 20;
/// Tells a process of this test where the archive is.
const CHILD_VARIABLE: &str = "GONG_ARCHIVE_TEST_PURGES_IN";

#[test]
fn not_a_byte_stays_of_what_was_purged_and_none_of_it_comes_back() {
    let n_purges = env::var("GONG_ARCHIVE_TEST_PURGES").map_or(PURGES, |it| it.parse().unwrap());
    let n_seeds = n_purges.div_ceil(EACH);
    let n_threads = thread::available_parallelism().map_or(1, NonZero::get);
    let n_gone: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads)
            .map(|first| {
                scope.spawn(move || {
                    (first..n_seeds).step_by(n_threads).map(purge_all).sum::<usize>()
                })
            })
            .collect();
        threads.into_iter().map(|it| it.join().unwrap()).sum()
    });
    assert!(n_gone > n_purges / 2, "{n_gone}");
}

/// Sends one archive through some purges, and gives how many calls they took.
fn purge_all(seed: usize) -> usize {
    let mut model = Model::new(u64::try_from(seed).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    fill(&mut writer, &mut model);
    let mut gone = Vec::new();
    for step in 0..EACH {
        let at = format!("GONG_ARCHIVE_TEST_SEED {seed}, purge {step}");
        let (target, calls, texts) = model.target();
        let mut needles = Needles::of(calls.iter());
        if calls.iter().any(|it| it.is_readable) {
            let before = needles.traces(folder.path());
            assert!(before.len() > 3, "{at}: {before:?}");
        }
        needles.texts.extend(texts);
        let would = writer.archive().would_purge(&target).unwrap();
        let purged = writer.purge(&target, NOW.parse().unwrap()).unwrap();
        assert_eq!(purged, would, "{at}: {target:?}");
        check_counts(&purged, &calls, &at);
        assert_eq!(needles.traces(folder.path()), Vec::<String>::new(), "{at}: {target:?}");
        come_again(&mut writer, &model, &calls, &at);
        assert_eq!(needles.traces(folder.path()), Vec::<String>::new(), "{at} again");
        gone.extend(calls);
    }
    come_again(&mut writer, &model, &gone, "at the end");
    stays(&mut writer, &model, seed);
    drop(writer);
    let all = Needles::of(gone.iter());
    assert_eq!(all.traces(folder.path()), Vec::<String>::new(), "{seed} closed");
    let archive = Archive::open(folder.path()).unwrap();
    for call in model.calls.values().filter(|it| it.is_readable) {
        let text = archive.text("calls", &call.id).unwrap();
        assert_eq!(text, Some(model.details(call)), "{seed}");
        let text = archive.text("transcripts", &call.id).unwrap();
        assert_eq!(text, Some(model.transcript(call)), "{seed}");
    }
    gone.len()
}

/// Calls, some of which were others before, and users.
fn fill(writer: &mut Writer, model: &mut Model) {
    let calls: Vec<Call> = model.calls.values().cloned().collect();
    for call in calls {
        let mut batch = writer.batch().unwrap();
        if call.is_readable && model.random.below(3) == 0 {
            let mut before = model.call();
            before.id.clone_from(&call.id);
            before.is_readable = true;
            before.words = call.words.iter().rev().cloned().collect();
            save(&mut batch, model, &before);
        }
        let saved = save(&mut batch, model, &call);
        if call.is_readable {
            assert!(matches!(saved.0, Saved::New | Saved::Changed), "{saved:?}");
        } else {
            assert_eq!(saved, (Saved::Quarantined, Saved::LeftOut));
        }
        batch.commit().unwrap();
    }
    let mut batch = writer.batch().unwrap();
    for user in model.users() {
        assert_eq!(batch.user(&record(&user), NOW.parse().unwrap()).unwrap(), Saved::New);
    }
    batch.commit().unwrap();
}

fn check_counts(purged: &Purged, calls: &[Call], at: &str) {
    let n = |is_readable: bool| {
        let n = calls.iter().filter(|it| it.is_readable == is_readable).count();
        u64::try_from(n).unwrap()
    };
    assert_eq!(purged.calls, n(true), "{at}");
    assert_eq!(purged.transcripts, n(true), "{at}");
    assert_eq!(purged.quarantined, n(false), "{at}");
    assert!(purged.traces.is_empty(), "{at}: {:?}", purged.traces);
}

/// The next sync brings what was purged again.
fn come_again(writer: &mut Writer, model: &Model, gone: &[Call], at: &str) {
    let mut batch = writer.batch().unwrap();
    for call in gone {
        assert_eq!(save(&mut batch, model, call), (Saved::LeftOut, Saved::LeftOut), "{at}");
    }
    batch.commit().unwrap();
}

/// The next sync brings what was not purged again.
fn stays(writer: &mut Writer, model: &Model, seed: usize) {
    let mut batch = writer.batch().unwrap();
    for call in model.calls.values() {
        let kept = if call.is_readable {
            (Saved::Same, Saved::Same)
        } else {
            (Saved::Quarantined, Saved::LeftOut)
        };
        assert_eq!(save(&mut batch, model, call), kept, "{seed}");
    }
    batch.commit().unwrap();
}

/// Run by the test below in a process of its own, which is killed.
#[test]
fn purges_until_it_is_killed() {
    let Some(folder) = env::var_os(CHILD_VARIABLE) else { return };
    let mut writer = Writer::open(Path::new(&folder)).unwrap();
    let email = Model::new(0).people[0].email.clone();
    std::io::stderr().write_all(b"!").unwrap();
    writer.purge(&Target::Email(email), NOW.parse().unwrap()).unwrap();
}

#[test]
fn a_purge_that_was_killed_is_finished_when_the_archive_is_opened_again() {
    let (mut n_before, mut n_after) = (0, 0);
    for n in 0..KILLS {
        let mut model = Model::new(0);
        let person = model.people[0].clone();
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(folder.path()).unwrap();
        fill(&mut writer, &mut model);
        let mut child = Command::new(env::current_exe().unwrap());
        child
            .args(["--exact", "purge::purges_until_it_is_killed", "--nocapture"])
            .env(CHILD_VARIABLE, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        drop(writer);
        let mut child = child.spawn().unwrap();
        child.stderr.take().unwrap().read_exact(&mut [0]).unwrap();
        // Any moment of the purge; the last one comes to its end.
        if n + 1 < KILLS {
            thread::park_timeout(Duration::from_millis(n * n / 2));
            child.kill().unwrap();
        }
        child.wait().unwrap();

        let mut writer = Writer::open(folder.path()).unwrap();
        let target = Target::Email(person.email.clone());
        let left = writer.archive().would_purge(&target).unwrap();
        let needles = Needles { texts: vec![person.email], ..Needles::default() };
        if left.calls == 0 {
            n_after += 1;
            assert_eq!(needles.traces(folder.path()), Vec::<String>::new(), "{n}");
        } else {
            n_before += 1;
            assert!(!needles.traces(folder.path()).is_empty(), "{n}");
            assert_eq!(writer.purge(&target, NOW.parse().unwrap()).unwrap(), left, "{n}");
        }
        assert_eq!(writer.verify().unwrap(), [], "{n}");
    }
    assert!(n_before > 0 && n_after > 0, "{n_before} {n_after}");
}

/// A call with this party, in which one sentence is said.
fn spoken(id: u64, email: &str, sentence: &str) -> (String, String) {
    let call = format!(
        r#"{{"metaData":{{"id":"{id}","started":"2026-05-01T10:00:00Z"}},
            "parties":[{{"id":"1","speakerId":"5","emailAddress":"{email}"}}]}}"#
    );
    let transcript = format!(
        r#"{{"callId":"{id}","transcript":[{{"speakerId":"5","sentences":[
            {{"start":0,"end":900,"text":"{sentence}"}}]}}]}}"#
    );
    (call, transcript)
}

#[test]
fn what_only_looks_like_it_stays_and_is_no_trace_and_places_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let mut batch = writer.batch().unwrap();
    for (id, email, sentence) in [
        (7001, "harrow@lumen.example", "It was me."),
        (7002, "ada.harrow@lumen.example", "Write to ada.harrow@lumen.example, said nobody."),
    ] {
        let (call, transcript) = spoken(id, email, sentence);
        batch.call(&RawValue::from_string(call).unwrap().into(), now).unwrap();
        batch.transcript(&RawValue::from_string(transcript).unwrap().into(), now).unwrap();
    }
    batch.commit().unwrap();
    let tables = Connection::open(folder.path().join("archive.db")).unwrap();
    tables
        .execute_batch(
            "INSERT INTO exports (place, format, started) VALUES
               ('out/Harrow@lumen.example', 'md', '2026-05-02T00:00:00Z'),
               ('out/other', 'md', '2026-05-02T00:00:00Z')",
        )
        .unwrap();
    drop(tables);
    let purged = writer.purge(&Target::Email("harrow@lumen.example".to_owned()), now).unwrap();
    assert_eq!((purged.calls, purged.traces), (1, Vec::new()));
    let purged = writer.purge(&Target::Account("nobody".to_owned()), now).unwrap();
    assert_eq!((purged.calls, purged.traces), (0, Vec::new()));
    drop(writer);
    let tables = Connection::open(folder.path().join("archive.db")).unwrap();
    let count = |sql: &str| tables.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM exports"), 2);
    assert_eq!(count("SELECT count(*) FROM exports WHERE place LIKE '%@%'"), 0);
    assert_eq!(count("SELECT count(*) FROM calls WHERE call_id = '7002'"), 1);
}

#[test]
fn what_is_too_old_is_removed_and_stays_away() {
    let mut model = Model::new(1);
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    fill(&mut writer, &mut model);
    let now: Timestamp = NOW.parse().unwrap();
    assert_eq!(writer.apply_retention(now).unwrap(), 0);
    writer.set_retention(Some(100)).unwrap();
    let from = now - SignedDuration::from_hours(24 * 100);
    let is_old = |call: &&Call| call.is_readable && call.started < from;
    let old: Vec<Call> = model.calls.values().filter(is_old).cloned().collect();
    let n_old = u64::try_from(old.len()).unwrap();
    assert!(n_old > 3);
    assert_eq!(writer.apply_retention(now).unwrap(), n_old);
    assert_eq!(writer.archive().status().unwrap().retention_days, Some(100));
    come_again(&mut writer, &model, &old, "too old");
    assert_eq!(writer.apply_retention(now).unwrap(), 0);
    // A month later the file is written anew.
    let later = now + SignedDuration::from_hours(24 * 30);
    writer.apply_retention(later).unwrap();
    assert_eq!(Needles::of(old.iter()).traces(folder.path()), Vec::<String>::new());
    assert_eq!(writer.verify().unwrap(), []);
    // What is to be kept for ever may come again.
    writer.set_retention(None).unwrap();
    let mut batch = writer.batch().unwrap();
    assert_eq!(save(&mut batch, &model, &old[0]), (Saved::New, Saved::New));
    batch.commit().unwrap();
}
