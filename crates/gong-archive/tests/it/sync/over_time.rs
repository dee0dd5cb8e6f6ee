//! Syncs as time passes: what comes late, changes, turns private, or vanishes.

use std::fs;

use gong_archive::{Collection, Ended, SyncOptions, Writer, sync};
use gong_client::Limits;
use gong_sandbox::{Options, Sandbox};
use jiff::SignedDuration;
use rusqlite::Connection;

use super::{World, at, held, hourly};
use crate::company::{NOW, client_of, options};

#[tokio::test(flavor = "multi_thread")]
async fn late_calls_and_changed_ones_are_found_by_the_tier_that_they_are_in() {
    let world = World::new(0).await;
    let now = at(NOW);
    let hours = |hours: i64| now - SignedDuration::from_hours(hours);
    for (id, started) in [(1, hours(2)), (2, hours(24 * 10)), (3, hours(24 * 60))] {
        world.sandbox().put_call(held(id, started));
    }
    let since = SyncOptions { since: Some(hours(24 * 100)), ..SyncOptions::default() };
    assert_eq!(world.sync(&since).await.calls_new, 3);
    world.check();

    world.pass(1);
    for (id, started) in [(4, hours(3)), (5, hours(24 * 9)), (6, hours(24 * 61))] {
        world.sandbox().put_call(held(id, started));
    }
    for id in 1..=3 {
        let mut call = world.sandbox().call(&id.to_string()).unwrap();
        call.meta_data["title"] = format!("another {id}").into();
        world.sandbox().put_call(call);
    }
    let synced = world.sync_all().await;
    assert_eq!((synced.calls_new, synced.calls_changed), (1, 1), "the last day: {synced:?}");
    world.pass(20);
    let synced = world.sync_all().await;
    assert_eq!((synced.calls_new, synced.calls_changed), (1, 1), "14 days: {synced:?}");
    world.pass(30 * 24);
    let synced = world.sync_all().await;
    assert_eq!((synced.calls_new, synced.calls_changed), (1, 1), "all: {synced:?}");
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_transcript_is_asked_for_until_it_comes_and_one_that_never_comes_is_given_up() {
    let world = World::new(0).await;
    let now = at(NOW);
    let mut late = held(1, now - SignedDuration::from_hours(5));
    late.transcribed_at = now + SignedDuration::from_hours(24 * 20);
    let mut never = held(2, now - SignedDuration::from_hours(5));
    never.transcript = None;
    let there = held(3, now - SignedDuration::from_hours(5));
    for call in [late, never, there] {
        world.sandbox().put_call(call);
    }
    let since =
        SyncOptions { since: Some(now - SignedDuration::from_hours(48)), ..SyncOptions::default() };
    let synced = world.sync(&since).await;
    assert_eq!((synced.transcripts_new, synced.transcripts_expected), (1, 2));
    let at_once = world.sync_all().await;
    assert_eq!(at_once.requests, synced.requests.min(at_once.requests));
    for day in 1..=31 {
        world.pass(24);
        let synced = world.sync_all().await;
        assert_eq!(synced.transcripts_new, u64::from(day == 20), "day {day}: {synced:?}");
        assert_eq!(synced.transcripts_given_up, u64::from(day == 30), "day {day}: {synced:?}");
    }
    world.check();
    assert_eq!(world.ask("SELECT count(*) FROM calls WHERE transcript = 'unavailable'"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_and_deeds_come_with_calls_that_come_later() {
    let whole = World::new(500).await;
    whole.sync_all().await;
    let counts = |world: &World| {
        ["answered_scorecards", "activity_days", "calls"]
            .map(|table| world.ask(&format!("SELECT count(*) FROM {table}")))
    };
    assert!(counts(&whole).iter().all(|it| *it > 50), "{:?}", counts(&whole));

    let before_late = counts(&whole);

    // The reviews of a late call were left out; a sync of calls alone leaves them to the next one.
    let days = |days: i64| whole.sandbox().now() - SignedDuration::from_hours(24 * days);
    let calls = SyncOptions { only: Some(vec![Collection::Calls]), ..SyncOptions::default() };
    let covered =
        "SELECT unixepoch(covered_to) FROM collections WHERE name = 'answered-scorecards'";
    let before = whole.ask(covered);
    whole.sandbox().put_call(held(1, days(2)));
    whole.pass(24);
    assert_eq!((whole.sync(&calls).await.calls_new, whole.ask(covered)), (1, before));
    let late = days(12);
    whole.sandbox().put_call(held(2, late));
    whole.pass(24);
    assert_eq!(whole.sync(&calls).await.calls_new, 1);
    let reviewed_from = whole.ask(covered) - 7 * 24 * 3600;
    assert!((0..3 * 24 * 3600).contains(&(late.as_second() - reviewed_from)), "{reviewed_from}");
    whole.sync_all().await;
    assert!(whole.ask(covered) > before);

    // Older ones.
    let world = World::new(500).await;
    let since = |days: i64| SyncOptions {
        since: Some(at(NOW) - SignedDuration::from_hours(24 * days)),
        ..SyncOptions::default()
    };
    world.sync(&since(10)).await;
    assert!(counts(&world)[1] < counts(&whole)[1] / 2, "{:?}", counts(&world));
    world.sync(&since(4000)).await;
    let [reviews, days, _] = counts(&world);
    assert_eq!([reviews, days], [before_late[0], before_late[1]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_go_on_where_a_sync_stopped() {
    let only = |max_requests| SyncOptions {
        only: Some(vec![Collection::AnsweredScorecards]),
        max_requests,
        ..SyncOptions::default()
    };
    let whole = World::with(Options { calls: 2200, page_size: 20, ..options() }).await;
    let n_requests = whole.sync(&only(None)).await.requests;
    let count = |world: &World| world.ask("SELECT count(*) FROM answered_scorecards");
    assert!(count(&whole) > 320, "{}", count(&whole));
    let world = World::with(Options { calls: 2200, page_size: 20, ..options() }).await;
    for n_syncs in 0.. {
        assert!(n_syncs < 8, "{} of {} in {n_requests}", count(&world), count(&whole));
        if world.sync(&only(Some(n_requests * 2 / 3))).await.ended == Ended::Done {
            break;
        }
    }
    assert_eq!(count(&world), count(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_tells_what_waits_for_a_long_reader() {
    let world = hourly(30).await;
    drop(Writer::open(world.folder.path()).unwrap());
    let reader = Connection::open(world.folder.path().join("archive.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM calls").unwrap();
    let waiting = world.sync_all().await.waiting_bytes;
    assert!(waiting > 100_000, "{waiting}");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(world.sync_all().await.waiting_bytes, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_calls_are_left_out_unless_they_are_asked_for() {
    let world = World::new(0).await;
    let started = at(NOW) - SignedDuration::from_hours(3);
    let mut private = held(1, started);
    private.meta_data["isPrivate"] = true.into();
    world.sandbox().put_call(private);
    let turns = held(2, started);
    world.sandbox().put_call(turns.clone());
    let since = SyncOptions { since: Some(started), ..SyncOptions::default() };
    world.sync(&since).await;
    assert_eq!((world.has("1"), world.has("2")), (false, true));

    let mut turned = turns;
    turned.meta_data["isPrivate"] = true.into();
    world.sandbox().put_call(turned);
    assert_eq!(world.sync_all().await.calls_removed, 1);
    assert_eq!((world.has("1"), world.has("2")), (false, false));

    let include = SyncOptions { include_private: Some(true), ..SyncOptions::default() };
    world.sync(&include).await;
    assert_eq!((world.has("1"), world.has("2")), (true, true));
    world.sync_all().await;
    assert!(world.has("1"), "the archive remembers it");
    let exclude = SyncOptions { include_private: Some(false), ..SyncOptions::default() };
    assert_eq!(world.sync(&exclude).await.calls_removed, 2);
    assert_eq!(world.ask("SELECT count(*) FROM calls"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_from_gong_is_gone_from_the_bytes_of_the_file_a_month_later() {
    let world = hourly(60).await;
    let file = |name: &str| world.folder.path().join(name);
    for id in 0..30 {
        let mut call = held(1_000_000 + id, at(NOW) - SignedDuration::from_hours(30));
        call.meta_data["title"] = format!("private{id:03}title").into();
        world.sandbox().put_call(call);
    }
    let since = at(NOW) - SignedDuration::from_hours(24 * 60);
    world.sync(&SyncOptions { since: Some(since), ..SyncOptions::default() }).await;
    for id in 0..30 {
        let mut call = world.sandbox().call(&(1_000_000 + id).to_string()).unwrap();
        call.meta_data["isPrivate"] = true.into();
        world.sandbox().put_call(call);
    }
    world.pass(25);
    assert_eq!(world.sync_all().await.calls_removed, 30);
    fs::write(file("archive.db.damaged-1"), "private000title").unwrap();
    world.pass(31 * 24);
    world.sync_all().await;
    let bytes = fs::read(file("archive.db")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let is_there = |id: &u32| text.contains(&format!("private{id:03}title"));
    assert_eq!((0..30).filter(is_there).collect::<Vec<_>>(), Vec::<u32>::new());
    assert!(!file("archive.db.damaged-1").exists());
    assert_eq!(world.ask("SELECT count(*) FROM settings WHERE name = 'unswept_since'"), 0);
    world.check();
}

/// A company of calls an hour apart that are archived.
async fn archived(count: u64) -> World {
    let world = hourly(count).await;
    let since = at(NOW) - SignedDuration::from_hours(24 * 60);
    world.sync(&SyncOptions { since: Some(since), ..SyncOptions::default() }).await;
    world.check();
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_vanished_is_removed_when_two_listings_a_day_apart_lack_it() {
    let world = archived(200).await;
    for id in ["3", "150"] {
        world.sandbox().remove_call(id);
    }
    for (hours, removed) in [(20, 0), (3, 0), (25, 2)] {
        world.pass(hours);
        let synced = world.sync_all().await;
        assert_eq!((synced.calls_removed, synced.ended), (removed, Ended::Done), "{hours}");
    }
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_found_by_its_id_is_not_removed() {
    let world = archived(30).await;
    let call = world.sandbox().call("7").unwrap();
    world.sandbox().remove_call("7");
    world.pass(21);
    world.sync_all().await;
    assert_eq!(world.ask("SELECT count(*) FROM call_states WHERE missing_since IS NOT NULL"), 1);
    world.sandbox().put_call(call);
    world.pass(25);
    assert_eq!(world.sync_all().await.calls_removed, 0);
    assert_eq!(world.ask("SELECT count(*) FROM call_states WHERE missing_since IS NOT NULL"), 0);
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_found_by_its_id_is_treated_as_one_that_is_listed() {
    let world = archived(30).await;
    for id in ["7", "8"] {
        let mut call = world.sandbox().call(id).unwrap();
        // It moves out of what is listed, while the archive has it where it was.
        call.meta_data["started"] =
            (world.sandbox().now() - SignedDuration::from_hours(24 * 70)).to_string().into();
        call.meta_data["isPrivate"] = (id == "8").into();
        call.transcript.as_mut().unwrap()[0]["sentences"][0]["text"] = "A new word.".into();
        world.sandbox().put_call(call);
    }
    world.pass(21);
    assert_eq!(world.sync_all().await.calls_removed, 0);
    world.pass(25);
    let synced = world.sync_all().await;
    assert_eq!((synced.calls_changed, synced.calls_removed), (1, 1), "{synced:?}");
    assert_eq!((world.has("7"), world.has("8")), (true, false));
    world.pass(1);
    assert_eq!(world.sync_all().await.transcripts_new, 1, "its transcript is asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_found_by_their_ids_are_not_removed_on_whichever_page_they_are() {
    let world = World::with(Options { calls: 0, page_size: 2, ..options() }).await;
    let hours = |hours: u64| SignedDuration::from_hours(i64::try_from(hours).unwrap());
    for id in 1..=120 {
        world.sandbox().put_call(held(id, at(NOW) - hours(2 + id)));
    }
    let since = at(NOW) - hours(24 * 20);
    world.sync(&SyncOptions { since: Some(since), ..SyncOptions::default() }).await;
    for id in 10..15 {
        let mut call = world.sandbox().call(&id.to_string()).unwrap();
        call.meta_data["started"] = (at(NOW) - hours(24 * 70)).to_string().into();
        world.sandbox().put_call(call);
    }
    for passed in [21, 25] {
        world.pass(passed);
        assert_eq!(world.sync_all().await.calls_removed, 0);
    }
    assert_eq!(world.ask("SELECT count(*) FROM calls"), 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_could_not_be_read_is_forgotten_when_gong_lists_it_no_more() {
    let world = World::new(0).await;
    for id in 1..=20 {
        world.sandbox().put_call(held(id, at(NOW) - SignedDuration::from_hours(30)));
    }
    let mut torn = held(21, at(NOW) - SignedDuration::from_hours(30));
    let whole = torn.clone();
    torn.meta_data["id"] = serde_json::Value::Null;
    world.sandbox().put_call(torn);
    let since = at(NOW) - SignedDuration::from_hours(24 * 20);
    let first = SyncOptions { since: Some(since), ..SyncOptions::default() };
    assert_eq!(world.sync(&first).await.quarantined, 1);
    assert_eq!(world.ask("SELECT count(*) FROM quarantine"), 1);
    world.pass(1);
    world.sync_all().await;
    assert_eq!(world.ask("SELECT count(*) FROM quarantine"), 1, "nothing was listed again");
    world.sandbox().remove_call("");
    world.sandbox().put_call(whole);
    world.pass(25);
    assert_eq!(world.sync_all().await.calls_new, 1);
    assert_eq!(world.ask("SELECT count(*) FROM quarantine"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_away_when_its_transcript_was_asked_for_is_asked_for_again() {
    let world = World::new(0).await;
    let mut call = held(1, at(NOW) - SignedDuration::from_hours(24 * 10));
    call.transcribed_at = at(NOW) + SignedDuration::from_hours(24 * 30);
    world.sandbox().put_call(call.clone());
    for id in 2..=7 {
        world.sandbox().put_call(held(id, at(NOW) - SignedDuration::from_hours(24 * 10)));
    }
    let since = at(NOW) - SignedDuration::from_hours(24 * 20);
    world.sync(&SyncOptions { since: Some(since), ..SyncOptions::default() }).await;
    // So many that they are not taken for gone.
    for id in 1..=7 {
        world.sandbox().remove_call(&id.to_string());
    }
    for _ in 0..40 {
        world.pass(25);
        assert_eq!(world.sync_all().await.calls_removed, 0);
    }
    assert_eq!(world.ask("SELECT count(*) FROM calls WHERE transcript = 'unavailable'"), 1);
    world.sandbox().put_call(call);
    world.pass(24 * 31);
    world.sync_all().await;
    assert_eq!(world.ask("SELECT count(*) FROM calls WHERE transcript = 'present'"), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_more_than_a_twentieth_vanish_none_is_removed_until_somebody_says_so() {
    let world = archived(200).await;
    for id in (1..=200).step_by(2) {
        world.sandbox().remove_call(&id.to_string());
    }
    for _ in 0..4 {
        world.pass(25);
        let synced = world.sync_all().await;
        assert_eq!(synced.calls_removed, 0);
        let Ended::Vanished { missing, of } = synced.ended else { panic!("{synced:?}") };
        assert!((90..=100).contains(&missing) && of >= 190, "{missing} of {of}");
        let lately = world.sandbox().now() - SignedDuration::from_hours(1);
        let sql = format!("SELECT count(*) FROM collections WHERE fetched > '{lately}'");
        assert_eq!(world.ask(&sql), 6, "the rest is up to date");
    }
    let accept = SyncOptions { accept_vanished: true, ..SyncOptions::default() };
    let synced = world.sync(&accept).await;
    assert_eq!((synced.calls_removed, synced.ended), (100, Ended::Done));
    world.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_sees_no_calls_any_more_removes_none() {
    let world = archived(50).await;
    let blind = Sandbox::start(Options { calls: 0, ..options() }).await.unwrap();
    let client = client_of(&blind, Limits::NONE);
    for day in 1..=4 {
        blind.sandbox().set_now(at(NOW) + SignedDuration::from_hours(25 * day));
        let mut writer = Writer::open(world.folder.path()).unwrap();
        let synced = sync(&mut writer, &client, &SyncOptions::default(), &()).await.unwrap();
        assert_eq!(
            (synced.calls_removed, synced.ended),
            (0, Ended::Vanished { missing: 50, of: 50 })
        );
    }
}
