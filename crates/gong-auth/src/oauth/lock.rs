//! The lock of a renewal: one process at a time, however long the others have to wait.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// How often a lock that somebody else holds is tried again.
const STEP: Duration = Duration::from_millis(20);

/// Waits for the lock of this file, up to `limit`; `None` if somebody else still holds it then. It
/// ends with the handle, however the process ends.
pub(crate) fn lock(path: &Path, limit: Duration) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let end = Instant::now() + limit;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= end => return Ok(None),
            Err(TryLockError::WouldBlock) => thread::sleep(STEP),
        }
    }
}
