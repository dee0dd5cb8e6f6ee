//! Downloads: fetches recordings from where Gong keeps them, without any credentials.

mod error;
mod fetch;
mod part;
mod version;

use std::{error::Error as StdError, fmt, io, path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;

pub use self::error::DownloadError;
use self::{
    fetch::{Place, Trouble},
    part::Part,
    version::Version,
};
use crate::{
    jitter::Jitter,
    options::{Options, Timeouts},
    watch::{Event, Watch},
};

/// Fetches recordings from the addresses that Gong gives out for them.
///
/// These lead to another host than Gong's API, and whoever has one may fetch the recording. So there
/// are no credentials here that could be sent along, an address stands in no log and no error, and
/// the limits of the API do not count.
///
/// After a break only the rest is fetched, if the server says by `ETag`, or by the time of the last
/// change, that the recording is still the same; otherwise it is fetched from its beginning. When an
/// address has expired, a fresh one is asked for. Redirects are not followed, and only this machine
/// may do without TLS. A recording is never in memory as a whole.
#[derive(Clone)]
pub struct Downloads {
    /// How long parts of an exchange may take; `total` does not count.
    pub timeouts: Timeouts,
    /// How many times in a row it may fail without getting any further.
    pub retries: u32,
    /// Who is told about progress.
    pub watch: Option<Arc<dyn Watch>>,
    /// How it names itself.
    pub user_agent: String,
    /// Makes the random part of waits the same each time.
    pub seed: Option<u64>,
}

impl Default for Downloads {
    fn default() -> Self {
        let Options { timeouts, watch, user_agent, seed, .. } = Options::default();
        Self { timeouts, retries: 5, watch, user_agent, seed }
    }
}

impl fmt::Debug for Downloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloads")
            .field("timeouts", &self.timeouts)
            .field("retries", &self.retries)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// What to do about a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Keep it: fetching is an error then.
    Keep,
    /// Replace it, once the new one is whole.
    Replace,
}

/// A recording that was fetched whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 of all of them, as lower-case hexadecimal digits.
    pub sha256: String,
}

impl Downloads {
    /// Fetches a recording into the file `target`, which appears once it is whole and on the disk.
    ///
    /// `address` is asked for the address of the recording at first, and again when that has expired.
    ///
    /// Until it is whole, what has arrived lies beside the target under its name with `.part` at the
    /// end, and in `.part.json` which version of the recording it is of. Both are kept after an
    /// error, so that another try, also one of another process, goes on where this one stopped.
    pub async fn to_file<E>(
        &self,
        target: &Path,
        existing: Existing,
        address: impl AsyncFnMut() -> Result<String, E>,
    ) -> Result<Downloaded, DownloadError>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let target = target.to_owned();
        let (part, begun) = blocking(move || Part::open(target, existing)).await?;
        let mut job = Job::new(self, part, begun);
        if !job.begun.is_whole() {
            job.run(address).await?;
        }
        let Job { sink, begun, .. } = job;
        blocking(move || sink.finish()).await?;
        Ok(begun.downloaded())
    }

    /// Fetches a recording into `writer`. What was written is not written again: after a break it
    /// goes on only if the server sends the rest alone.
    pub async fn to_writer<E>(
        &self,
        writer: &mut dyn io::Write,
        address: impl AsyncFnMut() -> Result<String, E>,
    ) -> Result<Downloaded, DownloadError>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut job = Job::new(self, Writer(writer), Begun::default());
        job.run(address).await?;
        job.sink.0.flush().map_err(|source| DownloadError::Output { source })?;
        Ok(job.begun.downloaded())
    }
}

/// Where the bytes go.
trait Sink {
    /// Forgets what is there and begins with this version. `held` says how much is there.
    fn begin(&mut self, version: &Version, held: u64) -> Result<(), DownloadError>;

    /// Adds bytes at the end.
    fn write(&mut self, bytes: &[u8]) -> Result<(), DownloadError>;
}

struct Writer<'a>(&'a mut dyn io::Write);

impl Sink for Writer<'_> {
    fn begin(&mut self, _version: &Version, held: u64) -> Result<(), DownloadError> {
        if held == 0 { Ok(()) } else { Err(DownloadError::NotResumed { bytes: held }) }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        self.0.write_all(bytes).map_err(|source| DownloadError::Output { source })
    }
}

/// What is there of a recording.
#[derive(Clone, Default)]
struct Begun {
    held: u64,
    hash: Sha256,
    version: Version,
}

impl Begun {
    fn is_whole(&self) -> bool {
        self.version.length == Some(self.held)
    }

    fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.held += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    }

    fn downloaded(self) -> Downloaded {
        let sha256 = format!("{:x}", Bytes::copy_from_slice(&self.hash.finalize()));
        Downloaded { bytes: self.held, sha256 }
    }
}

/// One download on its way.
struct Job<'a, S> {
    downloads: &'a Downloads,
    sink: S,
    begun: Begun,
    jitter: Jitter,
}

const BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
/// The longest that a server may ask to wait.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// How much has to arrive between two failures so that they are not in a row: a server that breaks
/// off after each byte is not worth going on with.
const PROGRESS: u64 = 64 * 1024;
/// How many fresh addresses in a row may be refused.
const REFUSALS: u32 = 2;

impl<'a, S: Sink> Job<'a, S> {
    fn new(downloads: &'a Downloads, sink: S, begun: Begun) -> Self {
        Self { downloads, sink, begun, jitter: Jitter::new(downloads.seed) }
    }

    /// Fetches until all is there, or there is no hope.
    async fn run<E>(
        &mut self,
        mut address: impl AsyncFnMut() -> Result<String, E>,
    ) -> Result<(), DownloadError>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut place = self.ask(&mut address).await?;
        let (mut attempt, mut failures, mut refusals) = (0, 0, 0);
        let mut furthest = self.begun.held;
        loop {
            attempt += 1;
            self.tell(|| Event::Sending { request: place.name(), attempt });
            let Err(trouble) = self.attempt(&place).await else { return Ok(()) };
            tracing::debug!(host = place.host(), attempt, held = self.begun.held, "{trouble}");
            if self.begun.held >= furthest.saturating_add(PROGRESS) {
                furthest = self.begun.held;
                (failures, refusals) = (0, 0);
            }
            let (error, wait) = match trouble {
                Trouble::Final(error) => return Err(error),
                Trouble::Expired(_) if refusals < REFUSALS => {
                    refusals += 1;
                    place = self.ask(&mut address).await?;
                    continue;
                }
                Trouble::Expired(status) => return Err(place.refused(status)),
                Trouble::Busy(status, wait) => (place.refused(status), wait),
                // It failed after the last byte.
                Trouble::Lost(_) if self.begun.is_whole() => return Ok(()),
                Trouble::Lost(source) => {
                    let Begun { held: bytes, ref version, .. } = self.begun;
                    let host = place.host().to_owned();
                    (DownloadError::Lost { host, bytes, of: version.length, source }, None)
                }
            };
            let wait = wait.unwrap_or_default().max(self.backoff(failures));
            failures += 1;
            if failures > self.downloads.retries || wait > LONGEST_WAIT {
                return Err(error);
            }
            let why = error.to_string();
            self.tell(|| Event::Retrying { request: place.name(), attempt, why, wait });
            sleep(wait).await;
        }
    }

    async fn ask<E>(
        &self,
        address: &mut impl AsyncFnMut() -> Result<String, E>,
    ) -> Result<Place, DownloadError>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let address =
            address().await.map_err(|source| DownloadError::Address { source: source.into() })?;
        Place::new(&address, self.downloads.timeouts)
    }

    /// None before the first try after something arrived; later twice as long each time.
    fn backoff(&mut self, failures: u32) -> Duration {
        let Some(times) = failures.checked_sub(1) else { return Duration::ZERO };
        let longest = BACKOFF.saturating_mul(2_u32.saturating_pow(times)).min(LONGEST_BACKOFF);
        self.jitter.up_to(longest)
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(watch) = &self.downloads.watch {
            watch.event(&event());
        }
    }
}

/// Does what waits for a disk where it holds up nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DownloadError> + Send + 'static,
) -> Result<T, DownloadError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        },
    }
}
