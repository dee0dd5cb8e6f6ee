//! The limiter: waits until a request may go, and hands out the permit that it goes with.

use std::{
    fs::File,
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    runtime::Handle,
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use crate::{
    clock::Clock,
    error::Error,
    ledger::Ledger,
    limits::{Book, Limits, Locks, Millis, Quota, Verdict, book::Held, pace::Pace},
    shared_file::try_lock,
    watch::{Event, Reason, Watch},
};

/// How much longer than the longest wait a pause may be, for the random part that is added to it.
const SPREAD: Duration = Duration::from_secs(1);

/// Hands out permits. Clones share them.
#[derive(Clone)]
pub(crate) struct Limiter {
    inner: Arc<Inner>,
}

struct Inner {
    limits: Limits,
    clock: Arc<dyn Clock>,
    watch: Option<Arc<dyn Watch>>,
    pace: Option<Pace>,
    /// Held by the one request that is next, so that requests go in the order in which they came.
    turn: tokio::sync::Mutex<()>,
    released: Notify,
    ledger: Option<Ledger>,
    local: Mutex<Local>,
}

/// What this process knows by a clock that never jumps.
#[derive(Default)]
struct Local {
    /// The book, if there is no ledger.
    book: Book,
    permits: Vec<LocalPermit>,
    paused_until: Option<Instant>,
}

#[derive(Default)]
struct LocalPermit {
    /// Whether a request of this process holds it.
    is_held: bool,
    /// When this process may use it again.
    free: Option<Instant>,
    /// The lock file that tells other processes, and whether we have locked it.
    file: Option<File>,
    is_locked: bool,
    /// Counts the requests that held it.
    generation: u64,
}

impl Limiter {
    pub(crate) fn new(
        limits: Limits,
        ledger: Option<&Path>,
        clock: Arc<dyn Clock>,
        watch: Option<Arc<dyn Watch>>,
    ) -> Result<Self, Error> {
        let open = |path: &Path| {
            Ledger::open(path).map_err(|source| Error::Ledger { path: path.to_owned(), source })
        };
        let inner = Inner {
            limits,
            clock,
            watch,
            pace: Pace::new(limits.per_second),
            turn: tokio::sync::Mutex::default(),
            released: Notify::new(),
            ledger: ledger.map(open).transpose()?,
            local: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Waits until a request may go. Gives up if that takes longer than `max_wait` because of a
    /// pause or the limit of a day. `attempts` is how many times it was sent already.
    pub(crate) async fn acquire(
        &self,
        request: &str,
        attempts: u32,
        max_wait: Duration,
    ) -> Result<Permit, Error> {
        let inner = &*self.inner;
        let _turn = inner.turn.lock().await;
        let mut announced = None;
        let mut is_paced = inner.pace.is_none();
        loop {
            let (verdict, now) = inner.ask(is_paced)?;
            let (wait, reason) = match verdict {
                Verdict::Go(_) if !is_paced => {
                    match inner.pace.as_ref().map_or(Ok(()), Pace::check) {
                        Ok(()) => {
                            is_paced = true;
                            continue;
                        }
                        Err(wait) => (wait, Reason::Pace),
                    }
                }
                Verdict::Go(number) => {
                    return Ok(Permit {
                        limiter: self.clone(),
                        number,
                        counted: now,
                        is_open: true,
                    });
                }
                Verdict::Wait(wait, reason) => (wait, reason),
            };
            if reason != Reason::Pace && wait > max_wait.saturating_add(SPREAD) {
                let until = later(now, wait);
                return Err(Error::Exhausted {
                    request: request.to_owned(),
                    until,
                    reason,
                    attempts,
                });
            }
            if announced.replace(reason) != Some(reason) {
                inner.tell(|| Event::Waiting { request: request.to_owned(), wait, reason });
            }
            tracing::trace!(request, ?wait, ?reason, "waits");
            if reason == Reason::Pace {
                // A permit that is given back early is worth another look.
                let _ = timeout(wait, inner.released.notified()).await;
            } else {
                sleep(wait).await;
            }
        }
    }

    /// Nobody may send for this long, in this process or another.
    pub(crate) fn pause(&self, wait: Duration) -> Result<(), Error> {
        let until = Instant::now().checked_add(wait);
        let mut local = self.inner.local();
        local.paused_until = local.paused_until.max(until);
        let now = self.inner.now();
        self.inner.with_book(&mut local, |book, _| book.pause(now, wait))
    }

    /// The error of a request that would have to wait too long.
    pub(crate) fn exhausted(&self, request: String, wait: Duration, attempts: u32) -> Error {
        let until = later(self.inner.now(), wait);
        Error::Exhausted { request, until, reason: Reason::RetryAfter, attempts }
    }

    pub(crate) fn quota(&self) -> Result<Quota, Error> {
        let inner = &*self.inner;
        let now = inner.now();
        let limits = inner.limits;
        inner.with_book(&mut inner.local(), |book, _| {
            book.settle(now);
            let used = book.used();
            let per_day = u64::from(limits.per_day);
            Quota {
                used,
                per_day: limits.per_day,
                left: (per_day > 0).then(|| per_day.saturating_sub(used)),
                per_second: limits.per_second,
                next_release: book.next_release().map(timestamp),
                paused_until: book.paused_until().map(timestamp),
            }
        })
    }

    pub(crate) fn when_below(&self, requests: f64) -> Result<Option<Timestamp>, Error> {
        let inner = &*self.inner;
        let now = inner.now();
        inner.with_book(&mut inner.local(), |book, _| {
            book.settle(now);
            book.below(requests).map(timestamp)
        })
    }
}

impl Inner {
    /// Asks the book; `Go` has taken nothing yet if `is_paced` is false.
    fn ask(&self, is_paced: bool) -> Result<(Verdict, Millis), Error> {
        let now = self.now();
        let mut local = self.local();
        let paused =
            local.paused_until.map(|until| until.saturating_duration_since(Instant::now()));
        if let Some(wait) = paused.filter(|wait| !wait.is_zero()) {
            return Ok((Verdict::Wait(wait, Reason::RetryAfter), now));
        }
        if !is_paced {
            return Ok((Verdict::Go(None), now));
        }
        let limits = self.limits;
        let verdict = self.with_book(&mut local, |book, permits| {
            let mut locks = LocalLocks { ledger: self.ledger.as_ref(), permits, failure: None };
            let verdict = book.ask(now, limits, &mut locks);
            (verdict, locks.failure)
        })?;
        let (verdict, failure) = verdict;
        if let Some(source) = failure {
            return Err(self.failure(source));
        }
        if let Verdict::Go(Some(number)) = verdict {
            let permit = &mut local.permits[number];
            permit.is_held = true;
            permit.generation += 1;
        }
        Ok((verdict, now))
    }

    fn release(self: &Arc<Self>, number: Option<usize>, counted: Millis, held: Held) {
        let now = self.now();
        let mut local = self.local();
        let outcome = self.with_book(&mut local, |book, _| {
            if held == Held::Unsent {
                book.uncount(counted);
            }
            if let Some(number) = number {
                book.release(number, now, held);
            }
        });
        if let Err(error) = outcome {
            // The next request will fail with it; this one has its answer.
            tracing::warn!(%error, "the ledger could not be written");
        }
        let Some(number) = number else { return };
        let Some(permit) = local.permits.get_mut(number) else { return };
        permit.is_held = false;
        permit.free = Some(Instant::now() + held.longer());
        self.released.notify_one();
        if !permit.is_locked {
            return;
        }
        // While the permit is not free, the lock keeps it from the others even if the clock jumps.
        // Without a runtime only the ledger does.
        let generation = permit.generation;
        match Handle::try_current() {
            Ok(runtime) if !held.longer().is_zero() => {
                let inner = self.clone();
                runtime.spawn(async move {
                    sleep(held.longer()).await;
                    inner.unlock(number, generation);
                });
            }
            _ => permit.unlock(),
        }
    }

    fn unlock(&self, number: usize, generation: u64) {
        let mut local = self.local();
        let Some(permit) = local.permits.get_mut(number) else { return };
        if !permit.is_held && permit.generation == generation {
            permit.unlock();
        }
    }

    fn with_book<T>(
        &self,
        local: &mut Local,
        change: impl FnOnce(&mut Book, &mut Vec<LocalPermit>) -> T,
    ) -> Result<T, Error> {
        let Some(ledger) = &self.ledger else {
            return Ok(change(&mut local.book, &mut local.permits));
        };
        let rebuild = || Book::safe_side(self.now(), self.limits);
        let (result, is_rebuilt) = ledger
            .transact(rebuild, |book| change(book, &mut local.permits))
            .map_err(|source| self.failure(source))?;
        if is_rebuilt {
            tracing::warn!(path = %ledger.path().display(), "the ledger was damaged and is made anew");
            self.tell(|| Event::LedgerRebuilt { path: ledger.path().to_owned() });
        }
        Ok(result)
    }

    fn failure(&self, source: io::Error) -> Error {
        let path = self.ledger.as_ref().map(|ledger| ledger.path().to_owned());
        Error::Ledger { path: path.unwrap_or_default(), source }
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(watch) = &self.watch {
            watch.event(&event());
        }
    }

    fn now(&self) -> Millis {
        self.clock.now().as_millisecond()
    }

    fn local(&self) -> MutexGuard<'_, Local> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permits of this process, and its locks on those of all.
struct LocalLocks<'a> {
    ledger: Option<&'a Ledger>,
    permits: &'a mut Vec<LocalPermit>,
    failure: Option<io::Error>,
}

impl Locks for LocalLocks<'_> {
    fn try_lock(&mut self, number: usize) -> bool {
        if self.permits.len() <= number {
            self.permits.resize_with(number + 1, LocalPermit::default);
        }
        let permit = &mut self.permits[number];
        let is_free = permit.free.is_none_or(|free| free <= Instant::now());
        if permit.is_held || !is_free {
            return false;
        }
        let Some(ledger) = self.ledger else { return true };
        permit.lock(ledger, number).unwrap_or_else(|error| {
            self.failure = Some(error);
            false
        })
    }

    fn unlock(&mut self, number: usize) {
        if let Some(permit) = self.permits.get_mut(number) {
            permit.unlock();
        }
    }
}

impl LocalPermit {
    fn lock(&mut self, ledger: &Ledger, number: usize) -> io::Result<bool> {
        if self.is_locked {
            return Ok(true);
        }
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(ledger.permit_file(number)?),
        };
        self.is_locked = try_lock(file)?;
        Ok(self.is_locked)
    }

    fn unlock(&mut self) {
        if self.is_locked
            && let Some(file) = &self.file
            // If it cannot be unlocked, closing it does.
            && file.unlock().is_err()
        {
            self.file = None;
        }
        self.is_locked = false;
    }
}

/// Leave to send one request. If it is dropped, it is taken as unknown whether anything was sent.
pub(crate) struct Permit {
    limiter: Limiter,
    number: Option<usize>,
    counted: Millis,
    is_open: bool,
}

impl Permit {
    /// There was an answer, or the connection was lost.
    pub(crate) fn answered(self) {
        self.close(Held::Answered);
    }

    /// Nothing was sent.
    pub(crate) fn unsent(self) {
        self.close(Held::Unsent);
    }

    /// It is unknown whether the request has arrived or still will.
    pub(crate) fn unknown(self) {
        self.close(Held::Unknown);
    }

    fn close(mut self, held: Held) {
        self.is_open = false;
        self.limiter.inner.release(self.number, self.counted, held);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.is_open {
            self.limiter.inner.release(self.number, self.counted, Held::Unknown);
        }
    }
}

/// The moment `wait` after `now`, or the last there is.
fn later(now: Millis, wait: Duration) -> Timestamp {
    let wait = i64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(Millis::MAX);
    timestamp(now.saturating_add(wait))
}

fn timestamp(moment: Millis) -> Timestamp {
    Timestamp::from_millisecond(moment).unwrap_or(Timestamp::MAX)
}
