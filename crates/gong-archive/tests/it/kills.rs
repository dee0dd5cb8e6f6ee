//! Syncs that end at any moment, or at each step: nothing is lost, doubled, or torn.

use std::{
    env,
    panic::AssertUnwindSafe,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use gong_archive::{Error, Step, Steps};
use tokio::{runtime::Runtime, sync::Notify};

use crate::{going_on::Company, process, random::Random, truth::Look};

/// How often a sync is killed at a random moment, unless `GONG_ARCHIVE_TEST_KILLS` says otherwise.
const KILLS: u64 = 2_000;
const KILLS_VARIABLE: &str = "GONG_ARCHIVE_TEST_KILLS";

/// Kills syncs at random moments until all who do have done it so often.
async fn kill_at_random(seed: u64, n_kills: &AtomicU64, kills: u64) {
    let mut random = Random::new(seed);
    let mut company = Company::start().await;
    let mut folder = process::folder();
    let mut n_syncs = 0;
    // How long a whole sync takes, to choose moments that lie in it.
    let mut typical = Duration::from_millis(200);
    while n_kills.load(Ordering::Relaxed) < kills {
        let began = Instant::now();
        let process = company.start_sync(folder.path(), None);
        let moment = typical.mul_f64(f64::from(u32::try_from(random.below(1000)).unwrap()) / 900.0);
        let is_done = process.hear_within(moment).as_deref() == Some("done");
        process.kill();
        let when = format!("seed {seed}, {moment:?}");
        company.check_sound(folder.path(), &when);
        if is_done {
            typical = (typical + began.elapsed()) / 2;
        } else {
            n_kills.fetch_add(1, Ordering::Relaxed);
        }
        if is_done || random.chance(10) {
            company.sync(folder.path(), Steps::default()).await.unwrap();
            company.check_whole(folder.path(), &when);
            n_syncs += 1;
            company.go_on(&mut random);
            if n_syncs % 4 == 0 {
                company = Company::start().await;
                folder = process::folder();
            }
        }
    }
    company.sync(folder.path(), Steps::default()).await.unwrap();
    company.check_whole(folder.path(), "at last");
}

#[test]
fn a_sync_that_is_killed_at_any_moment_loses_nothing() {
    let kills = env::var(KILLS_VARIABLE).map_or(KILLS, |it| it.parse().unwrap());
    let n_kills = AtomicU64::new(0);
    let runtime = Runtime::new().unwrap();
    thread::scope(|scope| {
        for seed in 0..2 {
            let (n_kills, runtime) = (&n_kills, &runtime);
            scope.spawn(move || runtime.block_on(kill_at_random(seed, n_kills, kills)));
        }
    });
}

/// How a sync ends at a step.
#[derive(Debug, Clone, Copy)]
enum End {
    Killed,
    Failed,
    Panicked,
    Dropped,
}

impl End {
    /// Runs a sync that ends so at the step with this number.
    async fn run(self, company: &Company, folder: &Path, number: usize) {
        if let Self::Killed = self {
            let process = company.start_sync(folder, Some(number));
            assert_eq!(process.hear().as_deref(), Some("here"));
            return process.kill();
        }
        let (left, dropped) = (AtomicUsize::new(number), Arc::new(Notify::new()));
        let drop_it = Arc::clone(&dropped);
        let hook = Steps::new(move |_| match self {
            _ if left.fetch_sub(1, Ordering::Relaxed) != 0 => Ok(()),
            Self::Panicked => panic!("at step {number}, as it should"),
            Self::Failed => Err(Error::Full { path: "here".into() }),
            Self::Dropped | Self::Killed => {
                drop_it.notify_one();
                Ok(())
            }
        });
        let sync = AssertUnwindSafe(company.sync(folder, hook)).catch_unwind();
        let ended = tokio::select! {
            biased;
            () = dropped.notified() => None,
            ended = sync => Some(ended),
        };
        match (self, ended) {
            (Self::Panicked, Some(Err(_)))
            | (Self::Failed, Some(Ok(Err(Error::Full { .. }))))
            // It may have had nothing more to wait for.
            | (Self::Dropped, None | Some(Ok(Ok(())))) => {}
            (_, ended) => panic!("{self:?} at {number}: {:?}", ended.map(|it| it.is_ok())),
        }
    }
}

/// The steps of a whole first sync.
async fn steps(company: &Company) -> Vec<Step> {
    let folder = process::folder();
    let (send, steps) = mpsc::channel();
    let hook = Steps::new(move |step| {
        send.send(step).unwrap();
        Ok(())
    });
    company.sync(folder.path(), hook).await.unwrap();
    steps.try_iter().collect()
}

/// Lets syncs end so at each step, and the next one go on from there.
async fn check_each_step(end: End) {
    let company = Company::start().await;
    let steps = steps(&company).await;
    let n_whole = company.n_pages_since(0);
    assert!(steps.len() > 50, "{steps:?}");
    for (number, step) in steps.iter().enumerate() {
        let when = format!("{end:?} at step {number}, {step:?}");
        let folder = process::folder();
        let before = company.sandbox().request_count();
        end.run(&company, folder.path(), number).await;
        company.check_sound(folder.path(), &when);
        company.sync(folder.path(), Steps::default()).await.unwrap();
        company.check_whole(folder.path(), &when);
        // Each sync looks at the last day, a page for each of its two windows. So what is fetched
        // twice is the page that was under way. The listing goes on a call earlier, which would make
        // one page more if the last one were full.
        let n_pages = company.n_pages_since(before);
        assert!(n_pages <= n_whole + 3, "{when}: {n_whole} pages became {n_pages}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_is_killed_at_each_step_goes_on_from_there() {
    check_each_step(End::Killed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_fails_at_each_step_goes_on_from_there() {
    check_each_step(End::Failed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_panics_at_each_step_goes_on_from_there() {
    check_each_step(End::Panicked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_is_dropped_at_each_step_goes_on_from_there() {
    check_each_step(End::Dropped).await;
}

/// That the checks above can fail: says that windows are listed whole before they are, as a sync
/// would that wrote its state before its data, and ends there.
#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_written_before_its_data_is_found_out() {
    let company = Company::start().await;
    let n_steps = steps(&company).await.len();
    let mut n_found = 0;
    for number in (0..n_steps).step_by(4) {
        let folder = process::folder();
        let path = folder.path().join("archive.db");
        let left = AtomicUsize::new(number);
        let hook = Steps::new(move |step| {
            let is_here = left.fetch_sub(1, Ordering::Relaxed) == 0;
            if matches!(step, Step::Fetching | Step::Fetched) {
                let tables = rusqlite::Connection::open(&path).unwrap();
                tables.execute("UPDATE windows SET listed_to = ends", []).unwrap();
            }
            if is_here { Err(Error::Full { path: "here".into() }) } else { Ok(()) }
        });
        // What is said to be there is not asked for, so some of these have fewer steps and end well.
        let _ = company.sync(folder.path(), hook).await;
        let torn = Look::at(folder.path()).map_or(Vec::new(), |it| it.torn(company.sandbox()));
        n_found += usize::from(torn.iter().any(|it| it.ends_with("is said to be there")));
    }
    assert!(n_found > 3, "only {n_found} of {n_steps} steps");
}
