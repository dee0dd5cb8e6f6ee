//! The journal: what was sent and not yet answered, in a file that outlives the process.

mod entry;
mod hash;
mod pages;

use std::{
    fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use gong_types::Request;
use jiff::Timestamp;

pub(crate) use self::entry::{End, Entry};
use self::{
    hash::hash,
    pages::{Line, Pages, State},
};
use crate::{
    clock::{Clock, SystemClock},
    content::Content,
    error::{Error, Result},
    retry::Policy,
    shared_file::{SharedFile, beside, try_lock},
};

/// The file that says which requests were sent and not yet answered, reads excepted.
///
/// A client with [`Options::journal`](crate::Options::journal) writes a request down, and flushes it
/// to the disk, before the first byte of it is sent, and strikes it out when Gong has answered. What is
/// left of a process that was killed may have been done or not: nobody knows. The file holds the
/// method and path of a request, its key, and a hash of the rest and of the bytes that it uploads.
///
/// Requests of a process that still runs are not unfinished. After 30 days they are forgotten.
pub struct Journal {
    file: SharedFile<Pages>,
    clock: Arc<dyn Clock>,
    place: Mutex<Option<Place>>,
}

/// A number that one of the processes that write has to itself, and the locked file that shows that
/// it is alive.
#[derive(Debug)]
struct Place {
    number: usize,
    _locked: File,
}

/// A request of which nobody knows whether Gong carried it out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfinished {
    /// When it was sent.
    pub when: Timestamp,
    /// Its method and path.
    pub request: String,
    /// The value by which Gong knows a repeat of it.
    pub key: Option<String>,
    number: u64,
}

/// Leave to send a request that was written down.
pub(crate) struct Begun {
    pub(crate) entry: Entry,
    /// Whether the very same was sent before, and nobody knows whether Gong did it.
    pub(crate) was_sent: bool,
    /// Whether the journal was damaged and was put aside.
    pub(crate) is_put_aside: bool,
}

impl Journal {
    /// Opens the journal, and makes its directory if that is not there.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::with_clock(path.as_ref(), Arc::new(SystemClock))
    }

    pub(crate) fn with_clock(path: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        let file = SharedFile::open(path)
            .map_err(|source| Error::Journal { path: path.to_owned(), source })?;
        Ok(Self { file, clock, place: Mutex::default() })
    }

    /// The requests of which nobody knows what became, oldest first. Fails if the file is damaged.
    pub fn unfinished(&self) -> Result<Vec<Unfinished>> {
        let unfinished = |line: &Line| Unfinished {
            when: line.when,
            request: line.request.clone(),
            key: line.key.clone(),
            number: line.number,
        };
        self.change(|pages| pages.unknown().map(unfinished).collect())
    }

    /// The key that the same request, but for its key, was sent with when it was not finished. Sent
    /// with that key again, it cannot be done twice. `content` is what it uploads, if anything; with
    /// other bytes it is another request, for which the file is read.
    pub fn key_of(&self, request: &Request, content: Option<&Content>) -> Result<Option<String>> {
        let hash = hash(request, content)?;
        let key = |line: &Line| line.key.clone().filter(|_| line.hash == hash);
        self.change(|pages| pages.unknown().find_map(key))
    }

    /// Strikes out what somebody has looked after.
    pub fn forget(&self, unfinished: &Unfinished) -> Result<()> {
        let is_it = |line: &Line| line.number == unfinished.number && line.when == unfinished.when;
        self.change(|pages| pages.strike(is_it))
    }

    /// Writes down that `request` will be sent. Fails if the same may have been done already, and
    /// Gong would not know it again, unless a person wants to `resend` it.
    pub(crate) fn begin(
        self: &Arc<Self>,
        request: &Request,
        content: Option<&Content>,
        resend: bool,
    ) -> Result<Begun> {
        let hash = hash(request, content)?;
        let is_known_again = matches!(Policy::of(request), Policy::Resend(_));
        let now = self.clock.now();
        let add = |pages: &mut Pages| {
            let before = || pages.unknown().filter(|line| line.hash == hash);
            if !is_known_again
                && !resend
                && let Some(line) = before().next()
            {
                return Ok(Err(line.when));
            }
            let was_sent = before().any(|line| line.key == request.key);
            let number = pages.add(Line {
                number: 0,
                when: now,
                request: request.to_string(),
                key: request.key.clone(),
                hash: hash.clone(),
                state: State::Prepared,
                place: self.take_place()?,
            });
            Ok(Ok((number, was_sent)))
        };
        let (begun, is_put_aside) = self.transact(resend, add)?;
        let (number, was_sent) =
            begun.map_err(|when| Error::Unfinished { request: request.to_string(), when })?;
        let entry = Entry::new(self.clone(), number);
        Ok(Begun { entry, was_sent, is_put_aside })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Pages) -> T) -> Result<T> {
        self.transact(false, |pages| Ok(change(pages))).map(|(result, _)| result)
    }

    /// Changes the pages, after what processes that died have left is put right. A damaged file is an
    /// error, or `is_put_aside`; then the flag returned is true.
    fn transact<T>(
        &self,
        is_put_aside: bool,
        change: impl FnOnce(&mut Pages) -> io::Result<T>,
    ) -> Result<(T, bool)> {
        let now = self.clock.now();
        let rebuild = |path: &Path| {
            if !is_put_aside {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged"));
            }
            let aside = beside(path, &format!("damaged-{}", now.as_millisecond()));
            fs::rename(path, aside).map(|()| Pages::default())
        };
        let outcome = self.file.transact(rebuild, |pages| {
            pages.settle(now, |place| self.is_deserted(place))?;
            change(pages)
        });
        let flat = outcome.and_then(|(result, is_damaged)| Ok((result?, is_damaged)));
        flat.map_err(|source| Error::Journal { path: self.path(), source })
    }

    /// Whether the process that had this place is gone.
    fn is_deserted(&self, place: usize) -> io::Result<bool> {
        if self.place().as_ref().is_some_and(|own| own.number == place) {
            return Ok(false);
        }
        try_lock(&self.file.lock_file(place)?)
    }

    /// A place of our own. It is called under the lock of the file, when nothing is left of whoever had
    /// the place before.
    fn take_place(&self) -> io::Result<usize> {
        let mut place = self.place();
        if let Some(place) = &*place {
            return Ok(place.number);
        }
        let mut number = 0;
        loop {
            let locked = self.file.lock_file(number)?;
            if try_lock(&locked)? {
                *place = Some(Place { number, _locked: locked });
                return Ok(number);
            }
            number += 1;
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.file.path().to_owned()
    }

    fn place(&self) -> MutexGuard<'_, Option<Place>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.file.path()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
