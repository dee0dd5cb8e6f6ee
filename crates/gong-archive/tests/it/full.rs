//! Writes that fail: what was committed stays, and the next sync goes on from there.

use gong_archive::Writer;

use crate::{going_on::Company, process};

/// By how much more room each try has, in blocks of 512 bytes: a dozen pages and a half, so that some
/// tries end within a page.
const STEP: usize = 101;

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_whose_writes_fail_at_any_place_loses_nothing() {
    let company = Company::start().await;
    let mut n_failed = 0;
    for blocks in (STEP..).step_by(STEP) {
        let when = format!("room for {blocks} blocks");
        let folder = process::folder();
        drop(Writer::open(folder.path()).unwrap());
        let is_done = company.sync_with_room(folder.path(), blocks);
        company.check_sound(folder.path(), &when);
        company.sync(folder.path(), gong_archive::Steps::default()).await.unwrap();
        company.check_whole(folder.path(), &when);
        if is_done {
            break;
        }
        n_failed += 1;
    }
    assert!(n_failed > 8, "{n_failed}");
}
