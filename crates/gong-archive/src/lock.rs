//! The lock of a writer: one at a time, and a trace of one that did not come to its end.

use std::{
    fs::{self, File, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    thread,
    time::Duration,
};

use crate::{
    error::{Error, Result},
    folder::LOCK,
};

/// How often, and after which pause, a holder is asked for its name that has not said it yet.
const ASKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(1);

/// Held as long as this lives; the system gives it back when the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// Whether whoever had it last was ended before it could give it back.
    pub(crate) was_left: bool,
}

impl Lock {
    /// Takes the lock, and writes into it who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(LOCK);
        let of = |source| Error::io(&path, source);
        let mut file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(of)?;
        let is_taken = match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock) => true,
            Err(TryLockError::Error(source)) => return Err(of(source)),
        };
        if is_taken {
            return Err(Error::Locked { holder: holder(&file) });
        }
        let was_left = file.metadata().map_err(of)?.len() > 0;
        file.set_len(0).map_err(of)?;
        file.rewind().map_err(of)?;
        writeln!(file, "{}", std::process::id()).map_err(of)?;
        Ok(Self { file, was_left })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it fails, the next one only looks at the file once more than needed.
        let _ = self.file.set_len(0);
    }
}

/// Who says to have the lock. That somebody has it is certain; who, is only told.
fn holder(mut file: &File) -> Option<u32> {
    for _ in 0..ASKS {
        let mut text = String::new();
        let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
        if read.is_ok() && text.ends_with('\n') {
            return text.trim().parse().ok();
        }
        thread::sleep(PAUSE);
    }
    None
}
