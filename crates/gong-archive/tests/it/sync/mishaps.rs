//! Syncs after mishaps: what was lost, what cannot be read, and runs that end too early.

use gong_archive::{SyncOptions, rebuild};
use jiff::SignedDuration;

use super::{World, at, held};
use crate::company::NOW;

fn since(days: i64) -> SyncOptions {
    let since = at(NOW) - SignedDuration::from_hours(24 * days);
    SyncOptions { since: Some(since), ..SyncOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_that_a_rebuild_lacks_are_asked_for_again() {
    let world = World::new(0).await;
    let mut late = held(1, at(NOW) - SignedDuration::from_hours(5));
    late.transcribed_at = at(NOW) + SignedDuration::from_hours(24);
    world.sandbox().put_call(late);
    world.sandbox().put_call(held(2, at(NOW) - SignedDuration::from_hours(5)));
    assert_eq!(world.sync(&since(2)).await.transcripts_new, 1);
    let rebuilt = rebuild(world.folder.path(), world.sandbox().now()).unwrap();
    assert_eq!((rebuilt.calls, rebuilt.transcripts), (2, 1));
    world.pass(48);
    let synced = world.sync(&since(2)).await;
    assert_eq!((synced.transcripts_new, synced.transcripts_expected), (1, 0), "{synced:?}");
    world.check();
}
