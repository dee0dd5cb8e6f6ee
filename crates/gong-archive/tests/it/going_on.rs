//! A company that goes on, and syncs of it in processes of their own.

use std::{
    env,
    ffi::OsStr,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use gong_archive::{Collection, Steps, SyncOptions, Writer, sync};
use gong_client::{Client, Limits};
use gong_sandbox::{HeldCall, Running, Sandbox};
use jiff::SignedDuration;
use serde_json::json;

use crate::{
    company::{NOW, client_at, client_of},
    process::{Process, say},
    random::Random,
    truth::{Look, wrong},
};

/// Tells a process of these tests where the archive is, where the sandbox, and at which step it is to
/// wait for its end.
const FOLDER: &str = "GONG_ARCHIVE_TEST_SYNCS_INTO";
const URL: &str = "GONG_ARCHIVE_TEST_SYNCS_FROM";
const STEP: &str = "GONG_ARCHIVE_TEST_WAITS_AT_STEP";
/// The test that is such a process.
const CHILD: &str = "going_on::syncs_until_it_is_killed";
const CALLS: u64 = 22;
/// In how many minutes the calls lie that are listed daily, so that each change is seen at once.
const DAILY_MINUTES: i64 = 12 * 24 * 60;

/// A company of small pages to which things happen.
pub(crate) struct Company {
    running: Running,
    client: Client,
    n_more: u64,
}

impl Company {
    pub(crate) async fn start() -> Self {
        let options = gong_sandbox::Options {
            calls: 0,
            now: Some(NOW.parse().unwrap()),
            requests_per_second: 0,
            requests_per_day: 0,
            page_size: 5,
            ..gong_sandbox::Options::default()
        };
        let running = Sandbox::start(options).await.unwrap();
        let client = client_of(&running, Limits::NONE);
        let mut company = Self { running, client, n_more: 0 };
        for _ in 0..CALLS {
            company.add();
        }
        company
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.running.sandbox()
    }

    fn add(&mut self) {
        self.n_more += 1;
        let number = self.n_more;
        let ago = SignedDuration::from_mins(17 + (number.cast_signed() * 7919) % DAILY_MINUTES);
        let sentences = ["How are you?", &format!("Fine, word{number}."), "Good."];
        let id = format!("7{number:018}");
        let now = self.sandbox().now();
        let mut call = HeldCall::new(&id, now - ago, "A call", &sentences);
        (call.ready_at, call.transcribed_at) = (now, now);
        self.sandbox().put_call(call);
    }

    /// Days pass; calls come, some change, and one turns private.
    pub(crate) fn go_on(&mut self, random: &mut Random) {
        self.sandbox().set_now(self.sandbox().now() + SignedDuration::from_hours(31));
        for _ in 0..20 {
            self.add();
        }
        let recent = self.sandbox().now() - SignedDuration::from_mins(DAILY_MINUTES);
        let mut calls = self.sandbox().readable_calls();
        calls.retain(|call| call.started() > recent);
        for n in 0..8 {
            let id = calls[random.index(calls.len())].id();
            let mut call = self.sandbox().call(id).unwrap();
            call.meta_data["title"] = json!(format!("Version {}", random.below(1_000_000)));
            call.meta_data["isPrivate"] = json!(call.is_private() || n == 0);
            self.sandbox().put_call(call);
        }
    }

    /// How many pages of calls were asked for, after the first so many requests.
    pub(crate) fn n_pages_since(&self, n_before: u64) -> usize {
        let n_new = self.sandbox().request_count() - n_before;
        let log = self.sandbox().log();
        let new = &log[log.len() - usize::try_from(n_new).unwrap()..];
        new.iter().filter(|it| it.path == "/v2/calls/extensive").count()
    }

    /// Lets a sync end whole, here.
    pub(crate) async fn sync(&self, folder: &Path, steps: Steps) -> gong_archive::Result<()> {
        let mut writer = Writer::open(folder)?;
        let options = options(steps);
        sync(&mut writer, &self.client, &options, &()).await.map(drop)
    }

    /// A sync in a process of its own.
    pub(crate) fn start_sync(&self, folder: &Path, step: Option<usize>) -> Process {
        let (url, step) = (self.running.url(), step.map(|step| step.to_string()));
        let step = step.as_deref().map(|step| (STEP, OsStr::new(step)));
        let variables = [(FOLDER, folder.as_os_str()), (URL, OsStr::new(&url))];
        let process = Process::start(CHILD, variables.into_iter().chain(step));
        assert_eq!(process.hear().as_deref(), Some("begins"));
        process
    }

    /// A sync in a process of its own whose files can grow to so many blocks of 512 bytes. Gives
    /// whether it came to its end; if not, it says that the disk is to blame.
    pub(crate) fn sync_with_room(&self, folder: &Path, blocks: usize) -> bool {
        let url = self.running.url();
        let variables = [(FOLDER, folder.as_os_str()), (URL, OsStr::new(&url))];
        let process = Process::start_with_room(blocks, CHILD, variables);
        assert_eq!(process.hear().as_deref(), Some("begins"));
        let ended = process.hear().unwrap();
        assert!(["done", "Disk", "Full"].iter().any(|it| ended.starts_with(it)), "{ended}");
        ended == "done"
    }

    /// What must be true at any moment of a sync.
    pub(crate) fn check_sound(&self, folder: &Path, when: &str) {
        if let Some(look) = Look::at(folder) {
            let found = look.torn(self.sandbox());
            assert!(found.is_empty(), "{when}: {found:#?}");
        }
    }

    /// What must be true after a sync.
    pub(crate) fn check_whole(&self, folder: &Path, when: &str) {
        let mut found = Look::at(folder).unwrap().differences(self.sandbox());
        found.extend(wrong(folder));
        assert!(found.is_empty(), "{when}: {found:#?}");
    }
}

/// What is synced: all but the users, who would be many small pages of one answer.
fn options(steps: Steps) -> SyncOptions {
    SyncOptions { steps, without: vec![Collection::Users], ..SyncOptions::default() }
}

/// Run by tests in a process of its own.
#[test]
fn syncs_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let client = client_at(&env::var(URL).unwrap(), Limits::NONE);
    let step = env::var(STEP).map_or(usize::MAX, |it| it.parse().unwrap());
    say("begins");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let synced = runtime.block_on(async {
        let mut writer = Writer::open(Path::new(&folder))?;
        let left = AtomicUsize::new(step);
        let steps = Steps::new(move |_| {
            if left.fetch_sub(1, Ordering::Relaxed) == 0 {
                say("here");
                loop {
                    thread::park();
                }
            }
            Ok(())
        });
        let options = options(steps);
        sync(&mut writer, &client, &options, &()).await
    });
    say(&synced.map_or_else(|error| format!("{error:?}"), |_| "done".to_owned()));
}
