//! The ledger: the book of a company's requests in a small file that all processes share.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use crate::limits::Book;

/// Where a ledger begins; the number is that of its form.
const MAGIC: &str = "gong-ledger 1";
/// No ledger is larger; a larger file is damaged.
const LARGEST: u64 = 64 * 1024;

/// The ledger file of a company, and the lock files beside it.
///
/// The file is written in place, under the lock of a file of its own. A checksum tells a half-written
/// or damaged one. It is not flushed to the disk each time: a crash of the machine may lose the
/// counts of its last seconds, a crash of the process does not.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    lock: File,
}

/// What was found in the file.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Book(Book),
    Damage,
}

impl Ledger {
    /// Opens the ledger, and makes it and its directory if they are not there.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            make_directory(parent)?;
        }
        let lock = open(&beside(path, "lock"))?;
        Ok(Self { path: path.to_owned(), lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the lock file of a permit.
    pub(crate) fn permit_file(&self, permit: usize) -> io::Result<File> {
        open(&beside(&self.path, &format!("{permit}.lock")))
    }

    /// Reads the book, lets `change` change it, and writes it back, all under the lock. If the file
    /// was damaged the book is what `rebuild` makes, and the flag returned is true.
    pub(crate) fn transact<T>(
        &self,
        rebuild: impl FnOnce() -> Book,
        change: impl FnOnce(&mut Book) -> T,
    ) -> io::Result<(T, bool)> {
        let _locked = Locked::new(&self.lock)?;
        let mut file = open(&self.path)?;
        let (found, is_fresh) = match read(&mut file)? {
            Found::Book(book) => (Some(book), false),
            // A file that was cut to nothing, or removed, looks new.
            Found::Nothing => (None, self.is_first_use()?),
            Found::Damage => (None, false),
        };
        let is_damaged = found.is_none() && !is_fresh;
        let before = found.clone();
        let mut book = match found {
            Some(book) => book,
            None if is_fresh => Book::default(),
            None => rebuild(),
        };
        let result = change(&mut book);
        if !before.is_some_and(|before| before.says_the_same(&book)) {
            write(&mut file, &book)?;
            if is_fresh {
                self.mark_used()?;
            }
        }
        Ok((result, is_damaged))
    }

    /// Whether no book was ever written: until then the lock file is empty.
    fn is_first_use(&self) -> io::Result<bool> {
        Ok(self.lock.metadata()?.len() == 0)
    }

    fn mark_used(&self) -> io::Result<()> {
        (&self.lock).write_all(b"locks the ledger beside it\n")
    }
}

/// Takes the lock of a permit, unless somebody has it.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    loop {
        return match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => continue,
            Err(TryLockError::Error(error)) => Err(error),
        };
    }
}

/// A lock that is given back when this is dropped.
struct Locked<'a>(&'a File);

impl<'a> Locked<'a> {
    fn new(file: &'a File) -> io::Result<Self> {
        loop {
            match file.lock() {
                Ok(()) => return Ok(Self(file)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        // If this fails, closing the file gives the lock back.
        let _ = self.0.unlock();
    }
}

fn read(file: &mut File) -> io::Result<Found> {
    let mut bytes = Vec::with_capacity(1024);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(parse(&bytes))
}

fn parse(bytes: &[u8]) -> Found {
    if bytes.is_empty() {
        return Found::Nothing;
    }
    let book = || {
        let text = std::str::from_utf8(bytes.get(..bytes.iter().rposition(|&it| it == b'\n')?)?);
        let (header, rest) = text.ok()?.split_once('\n')?;
        let (length, sum) = header.strip_prefix(MAGIC)?.strip_prefix(' ')?.split_once(' ')?;
        let body = rest.get(..length.parse().ok()?)?;
        (u64::from_str_radix(sum, 16).ok()? == checksum(body.as_bytes())).then_some(())?;
        serde_json::from_str(body).ok()
    };
    book().map_or(Found::Damage, Found::Book)
}

fn write(file: &mut File, book: &Book) -> io::Result<()> {
    file.rewind()?;
    file.write_all(render(book)?.as_bytes())
}

fn render(book: &Book) -> io::Result<String> {
    let body = serde_json::to_string(book)?;
    Ok(format!("{MAGIC} {} {:016x}\n{body}\n", body.len(), checksum(body.as_bytes())))
}

/// The 64-bit FNV-1a hash, which is the same in every version of this program.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests;
