//! The lock of an archive: who has it may change the archive, and nobody else.

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

/// The lock, held. The system gives it back when the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// Whether whoever had it last was ended before it could give it back.
    pub(crate) was_left: bool,
}

impl Lock {
    /// Takes the lock of the archive in `folder`, and writes into it who has it.
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
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Locked { holder: holder(&file) }),
            Err(TryLockError::Error(source)) => return Err(of(source)),
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
        // If it fails, the next one to lose is told of this one, and the next one to win looks at the
        // file once more than needed: what counts is the lock.
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
