//! The ledger: the book of a company's requests in a small file that all processes share.

use std::{fs::File, io, path::Path};

use crate::{
    limits::Book,
    shared_file::{Shared, SharedFile},
};

/// The ledger file of a company, and the lock files beside it.
///
/// The file is written in place, under the lock of a file of its own. It is not flushed to the disk
/// each time: a crash of the machine may lose the counts of its last seconds, a crash of the process
/// does not.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: SharedFile<Book>,
}

impl Shared for Book {
    const MAGIC: &'static str = "gong-ledger 1";
    const LARGEST: u64 = 64 * 1024;
    const IS_DURABLE: bool = false;

    fn says_the_same(&self, other: &Self) -> bool {
        Self::says_the_same(self, other)
    }
}

impl Ledger {
    /// Opens the ledger, and makes it and its directory if they are not there.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: SharedFile::open(path)? })
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Opens the lock file of a permit.
    pub(crate) fn permit_file(&self, permit: usize) -> io::Result<File> {
        self.file.lock_file(permit)
    }

    /// Lets `change` change the book under the lock. If the file was damaged the book is what
    /// `rebuild` makes, and the flag returned is true.
    pub(crate) fn transact<T>(
        &self,
        rebuild: impl FnOnce() -> Book,
        change: impl FnOnce(&mut Book) -> T,
    ) -> io::Result<(T, bool)> {
        self.file.transact(|_| Ok(rebuild()), change)
    }
}

#[cfg(test)]
mod tests;
