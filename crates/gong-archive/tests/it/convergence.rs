//! Convergence: whatever happens in Gong, between syncs and within them, after a quiet time the
//! archive holds what Gong holds.

mod story;
mod wire;

use std::{
    env,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicU64, atomic::Ordering},
    thread,
};

use gong_archive::{Collection, SyncOptions, Writer, sync};
use gong_client::Client;
use gong_sandbox::Sandbox;
use jiff::{SignedDuration, Timestamp};

use self::{
    story::Story,
    wire::{Moves, client},
};
use crate::{
    company::NOW,
    process,
    random::Random,
    truth::{Look, wrong},
};

/// How many histories are played, unless `GONG_ARCHIVE_TEST_SEEDS` says otherwise: a number, or
/// `=SEED` for a single one.
const SEEDS: u64 = 120;
const SEEDS_VARIABLE: &str = "GONG_ARCHIVE_TEST_SEEDS";
/// For how long things happen, in days.
const DAYS: i64 = 60;
/// For how long nothing happens then: all is listed again in 30 days, and what vanished twice.
const QUIET_DAYS: i64 = 36;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// One history and the syncs in it.
struct World {
    story: Arc<Mutex<Story>>,
    client: Client,
    folder: PathBuf,
    /// Stays open over some syncs.
    writer: Option<Writer>,
    since: Timestamp,
}

impl World {
    fn new(seed: u64, folder: &Path) -> Self {
        let mut random = Random::new(seed);
        let options = gong_sandbox::Options {
            calls: 0,
            now: Some(NOW.parse().unwrap()),
            page_size: 2 + random.index(3),
            requests_per_second: 0,
            requests_per_day: 0,
            ..gong_sandbox::Options::default()
        };
        let sandbox = Sandbox::new(options).unwrap();
        let since = sandbox.now() - days(30);
        let skew = [0, 0, 0, 1, -1, 3650, -3650][random.index(7)];
        let story = Arc::new(Mutex::new(Story::new(sandbox, random)));
        let client = client(&story, days(skew));
        Self { story, client, folder: folder.to_owned(), writer: None, since }
    }

    fn story<T>(&self, tell: impl FnOnce(&mut Story) -> T) -> T {
        tell(&mut self.story.lock().unwrap())
    }

    /// Time passes, and this much happens.
    fn pass(&self, minutes: u64, n_events: u64) {
        self.story(|story| {
            let end = story.sandbox.now() + SignedDuration::from_mins(minutes.cast_signed());
            for left in (1..=n_events).rev() {
                let now = story.sandbox.now();
                let rest = u64::try_from((end - now).get_seconds() / 60).unwrap_or(0);
                let step = story.random.minutes(2 * rest / (left + 1));
                story.sandbox.set_now((now + step).min(end));
                story.happen();
            }
            story.sandbox.set_now(end);
        });
    }

    async fn sync(&mut self, options: SyncOptions) -> Result<(), gong_archive::Error> {
        if self.story(|story| story.random.chance(30)) {
            self.writer = None;
        }
        let writer = self.writer.get_or_insert_with(|| Writer::open(&self.folder).unwrap());
        let options = SyncOptions {
            since: Some(self.since),
            only: Some(vec![Collection::Calls, Collection::Transcripts]),
            ..options
        };
        let synced = sync(writer, &self.client, &options, &()).await?;
        self.story(|story| {
            let told = format!("{}: synced, {synced:?}", story.sandbox.now());
            story.told.push(told);
        });
        Ok(())
    }

    /// Weeks in which much happens, also while a sync goes on, and syncs end early.
    async fn lively(&mut self) {
        let (end, n_syncs) = self.story(|story| {
            for _ in 0..story.random.below(6) {
                story.happen();
            }
            (story.sandbox.now() + days(DAYS), 3 + story.random.below(6))
        });
        for left in (1..=n_syncs).rev() {
            let (minutes, n_events, max_requests) = self.story(|story| {
                let rest = (end - story.sandbox.now()).get_seconds() / 60;
                let even = u64::try_from(rest).unwrap_or(0) / left;
                let most = [60, 24 * 60, 2 * even][story.random.index(3)];
                let minutes = 10 + story.random.below(most.max(1));
                let max = story.random.chance(25).then(|| 1 + story.random.below(8));
                (minutes, story.random.below(4), max)
            });
            self.pass(minutes, n_events);
            // A sync that fails, as one may when all its cursors die, is followed by another.
            let _ = self.sync(SyncOptions { max_requests, ..SyncOptions::default() }).await;
        }
    }

    /// Time in which nothing happens but syncs: often, or once after a long pause. What vanished is
    /// missed by the first and removed by another one, at least a day later.
    async fn quiet(&mut self) {
        let pauses = self.story(|story| {
            story.told.push("Quiet.".to_owned());
            let often = 2 + story.random.below(6).cast_signed();
            if story.random.chance(25) {
                vec![days(often); usize::try_from(QUIET_DAYS / often + 1).unwrap()]
            } else {
                vec![days(QUIET_DAYS), days(1), days(1)]
            }
        });
        for pause in pauses {
            let minutes = u64::try_from(pause.as_mins()).unwrap() + 5;
            self.pass(minutes, 0);
            let options = SyncOptions { accept_vanished: true, ..SyncOptions::default() };
            self.sync(options).await.unwrap();
        }
    }

    /// How the archive differs from what Gong holds.
    fn differences(&self) -> Vec<String> {
        let look = Look::at(&self.folder).unwrap();
        self.story(|story| {
            let mut found = look.differences(&story.sandbox);
            let said: Vec<_> = story.sandbox.readable_calls();
            let said: Vec<_> = { said.iter() }
                .filter_map(|call| Some(call.transcript.as_ref()?.to_string()))
                .collect();
            for word in &story.words {
                let is_said = said.iter().any(|it| {
                    it.contains(&format!(" {word} ")) || it.contains(&format!(" {word}."))
                });
                let n_found = look.n_calls_with(word);
                if n_found != i64::from(is_said) {
                    found.push(format!("{word} is found in {n_found} calls, said: {is_said}"));
                }
            }
            found
        })
    }
}

/// Plays the history of a seed to its end.
fn play(seed: u64) -> Result<(), String> {
    let folder = process::folder();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut world = World::new(seed, folder.path());
        world.story(|story| story.moves = Moves::Many);
        world.lively().await;
        world.story(|story| story.moves = Moves::None);
        world.quiet().await;
        let mut found = world.differences();
        world.writer = None;
        found.extend(wrong(folder.path()));
        if found.is_empty() {
            return Ok(());
        }
        let told = world.story(|story| story.told.join("\n"));
        Err(format!("seed {seed}:\n{told}\n{}", found.join("\n")))
    })
}

#[test]
fn after_a_quiet_time_the_archive_holds_what_gong_holds() {
    let wanted = env::var(SEEDS_VARIABLE).unwrap_or_else(|_| SEEDS.to_string());
    if let Some(seed) = wanted.strip_prefix('=') {
        return play(seed.parse().unwrap()).unwrap_or_else(|failure| panic!("{failure}"));
    }
    let n_seeds: u64 = wanted.parse().unwrap();
    let next = AtomicU64::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= n_seeds || failures.lock().unwrap().len() > 2 {
                        break;
                    }
                    if let Err(failure) = play(seed) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
