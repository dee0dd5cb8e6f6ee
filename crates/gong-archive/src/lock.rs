//! The lock of an archive: who has it may change the archive, and nobody else.

use std::{
    cell::Cell,
    fs::{self, File, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    thread,
    time::Duration,
};

use crate::{
    error::{Error, Result},
    folder::LOCK,
};

/// How often, and after which pause, a lock is tried again whose holder says no name: either it is
/// about to, or it was killed, and a process that it was just starting still has a copy of its file.
const ASKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(1);
/// What stands in a lock that was given back without trust.
const MARK: &[u8] = b"?\n";

/// The lock, held. The system gives it back when the process dies.
///
/// Something stays written in it for whoever has it next, unless the archive is [trusted](Self::trust)
/// at the end: that one has to look whether the file is whole.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// Whether whoever had it last was ended, or failed in a way that may have to do with the file.
    pub(crate) was_left: bool,
    is_trusted: Cell<bool>,
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
        for ask in (0..ASKS).rev() {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => match holder(&file) {
                    None if ask > 0 => thread::sleep(PAUSE),
                    holder => return Err(Error::Locked { holder }),
                },
                Err(TryLockError::Error(source)) => return Err(of(source)),
            }
        }
        let was_left = file.metadata().map_err(of)?.len() > 0;
        // At no moment empty, if it was not: who is killed here must not take the mark away.
        let own = format!("{}\n", std::process::id());
        file.rewind().map_err(of)?;
        file.write_all(own.as_bytes()).map_err(of)?;
        file.set_len(u64::try_from(own.len()).unwrap_or(0)).map_err(of)?;
        Ok(Self { file, was_left, is_trusted: Cell::new(false) })
    }

    /// Says that nothing is known to be wrong with the file.
    pub(crate) fn trust(&self) {
        self.is_trusted.set(true);
    }

    /// Says that something may be wrong with it. Gives whether it was trusted before.
    pub(crate) fn distrust(&self) -> bool {
        self.is_trusted.replace(false)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it fails, the next one to lose is told of this one, and the next one to win looks at the
        // file once more than needed: what counts is the lock.
        let _ = if self.is_trusted.get() { self.file.set_len(0) } else { self.leave_mark() };
        // Closing it is not enough: a process that is just being started may still have a copy.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Leaves a mark that names nobody, as nobody has the lock now.
    fn leave_mark(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(MARK)?;
        self.file.set_len(u64::try_from(MARK.len()).unwrap_or(1))
    }
}

/// Who says to have the lock. That somebody has it is certain; who, is only told.
fn holder(mut file: &File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.strip_suffix('\n')?.parse().ok()
}
